#include "tools/replay/state_text.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace souk::replay {
namespace {

constexpr std::size_t kListMax = 10;

// Lines of a name and a text, aligned; those of one list stand under its name.
class Block {
 public:
  explicit Block(bool all) : all_(all) {}

  void add(const std::string& list, const std::string& name, const std::string& text) {
    if (list.empty()) return lines_.push_back({"  " + name, text});
    if (list != list_) {
      end_list();
      list_ = list;
      lines_.push_back({"  " + list + ":", ""});
    }
    if (all_ || ++in_list_ <= kListMax) lines_.push_back({"    " + name, text});
  }

  std::string take() {
    end_list();
    std::size_t width = 0;
    for (const auto& [name, text] : lines_)
      if (!text.empty()) width = std::max(width, name.size());
    std::string result;
    for (const auto& [name, text] : lines_)
      result += text.empty() ? name + '\n' : fmt::format("{:<{}}  {}\n", name, width, text);
    return result;
  }

 private:
  void end_list() {
    if (!all_ && in_list_ > kListMax)
      lines_.push_back(
          {fmt::format("    ... and {} more; --all shows them", in_list_ - kListMax), ""});
    in_list_ = 0;
    list_.clear();
  }

  bool all_;
  std::string list_;
  std::size_t in_list_ = 0;
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace

std::string fields_text(const std::vector<FieldText>& fields, bool all) {
  Block block(all);
  for (const FieldText& field : fields) block.add(field.list, field.name, field.text);
  return block.take();
}

std::string changes_text(const std::vector<FieldChange>& changes, bool all) {
  Block block(all);
  for (const FieldChange& one : changes)
    block.add(one.list, one.name, fmt::format("{} -> {}", one.before, one.after));
  return block.take();
}

}  // namespace souk::replay
