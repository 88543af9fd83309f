#include "tools/replay/stream_ref.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "events/ids.hpp"
#include "events/positions.hpp"
#include "store/keys.hpp"
#include "tools/replay/failure.hpp"
#include "tools/replay/joined_view.hpp"
#include "tools/shared/printable.hpp"
#include "tools/shared/suggest.hpp"

namespace souk::replay {
namespace {

std::optional<StreamRef> stream_of(const store::LogView& view, Service service,
                                   std::string_view id) {
  if (!view.identity().partitions.contains(service)) return std::nullopt;
  const PartitionId partition = store::partition_of(view.identity(), service, id);
  const store::Head head = value_of(view.head(partition, id));
  if (head.offset == store::kNoOffset) return std::nullopt;
  return StreamRef{partition, std::string(id), head};
}

std::string joined_names(const std::vector<StreamRef>& streams, std::string_view last_word) {
  std::string text;
  for (std::size_t i = 0; i < streams.size(); ++i)
    text += (i == 0                    ? ""
             : i + 1 == streams.size() ? fmt::format(" {} ", last_word)
                                       : ", ") +
            cli::printable(streams[i].name());
  return text;
}

// What is nearly the same: other letters' case, and other services.
std::string instead_of(const store::LogView& view, std::string_view id) {
  std::vector<StreamRef> found = streams_named(view, id);
  for (const auto change : {&::toupper, &::tolower}) {
    if (!found.empty()) break;
    std::string other(id);
    std::ranges::transform(other, other.begin(),
                           [&](unsigned char c) { return static_cast<char>(change(c)); });
    found = streams_named(view, other);
  }
  if (found.empty()) return {};
  return fmt::format(". Did you mean {}?", joined_names(found, "or"));
}

// Of a cluster's directories some may not have been given.
std::string elsewhere(const store::LogView& view, Service service, std::string_view id) {
  const auto* joined = dynamic_cast<const JoinedView*>(&view);
  if (joined == nullptr || !view.identity().partitions.contains(service)) return {};
  const PartitionId partition = store::partition_of(view.identity(), service, id);
  const auto at = joined->not_seen().find(partition);
  if (at == joined->not_seen().end() || (joined->size() == 1 && !at->second.noted)) return {};
  return fmt::format(" in {} {}{}",
                     joined->size() == 1 ? "this directory, which does not have"
                                         : "these directories, and none of them has",
                     store::display(partition),
                     at->second.node.empty() ? "" : ", which is with node " + at->second.node);
}

void check_id(std::string_view id) {
  if (valid_id(id)) return;
  throw Failure(kExitBadInput,
                fmt::format("'{}' cannot be an id: 1 to {} letters, digits and - _ . ~ : @ + are; "
                            "a stream is named like wallet/17850",
                            cli::printable(id), kIdLengthMax));
}

// "wallet" of "wallet/17850". Throws if that is no service.
Service service_named(std::string_view name) {
  if (const auto service = parse_service(name)) return *service;
  std::vector<std::string> names;
  for (const Service one : kServices) names.emplace_back(name_of(one));
  throw Failure(kExitBadInput,
                fmt::format("there is no service '{}'; there are {}{}", cli::printable(name),
                            fmt::join(names, ", "), cli::did_you_mean(name, names)));
}

// The id of "wallet/17850" and "wallet/3/17850".
std::string_view id_behind_slash(std::string_view text) { return text.substr(text.rfind('/') + 1); }

}  // namespace

std::string StreamRef::name() const { return fmt::format("{}/{}", name_of(service()), id); }

std::optional<Service> service_before_slash(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return parse_service(text.substr(0, slash));
}

std::vector<StreamRef> streams_named(const store::LogView& view, std::string_view id) {
  std::vector<StreamRef> found;
  for (const Service service : kServices)
    if (auto stream = stream_of(view, service, id)) found.push_back(std::move(*stream));
  return found;
}

std::vector<StreamRef> find_streams(const store::LogView& view, const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string_view id = id_behind_slash(text);
  if (slash == std::string::npos) {
    check_id(id);
    std::vector<StreamRef> found = streams_named(view, id);
    if (!found.empty()) return found;
    throw Failure(kExitSomeFailed,
                  fmt::format("nothing has the id '{}'{}", id, instead_of(view, id)));
  }
  const Service service = service_named(std::string_view(text).substr(0, slash));
  check_id(id);
  if (auto stream = stream_of(view, service, id)) return {std::move(*stream)};
  throw Failure(kExitSomeFailed, fmt::format("there is no {} '{}'{}{}", name_of(service), id,
                                             elsewhere(view, service, id), instead_of(view, id)));
}

StreamRef find_stream(const store::LogView& view, const std::string& text) {
  std::vector<StreamRef> found = find_streams(view, text);
  // What is said of an order is said of the order; its checkout has the same id.
  const bool is_order = found.size() == 2 && found[0].service() == Service::order &&
                        found[1].service() == Service::checkout;
  if (found.size() == 1 || is_order) return found.front();
  throw Failure(kExitBadInput, fmt::format("'{}' is the id of {}; say which", cli::printable(text),
                                           joined_names(found, "and")));
}

}  // namespace souk::replay
