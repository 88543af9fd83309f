// What the command line may say.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "events/service.hpp"
#include "tools/replay/command_line.hpp"

namespace souk::replay {
namespace {

using cli::choice;
using cli::not_empty;

constexpr const char* kExamples = R"(Where to begin, with a complaint in hand:
  souk-replay story 536365               what happened to this order, and why
  souk-replay story wallet/17850         what moved this wallet, and what it has now
  souk-replay state wallet/17850 --at 2010-12-01T10:03:00Z
  souk-replay diff wallet/17850 2010-12-01 2010-12-01
  souk-replay events --stream wallet/17850 --refused
  souk-replay verify                     does the whole log hold together?
  souk-replay decide-again --since 7d    would today's code decide the same?

What is recorded: every order, SKU, wallet, coupon and campaign is a stream of records. A record is
what came of one command: events, or a refusal. A stream is named SERVICE/ID, like stock/85123A;
services are order, stock, wallet, coupon, campaign and checkout, which carries an order through.
A record is named by its partition and offset, like order/3@88.

Times are in UTC: 2010-12-01 (as --until and --at: with that day), 2010-12-01T08:30:00Z, or an age
such as 3d, 2h, 30m.

Exit codes: 0 done; 1 there is no such thing, or something was found that is not right; 2 the
command line or the input is wrong; 3 the directory or the node cannot be opened; 130 stopped by
Ctrl-C.)";

// May be repeated.
void directories(CLI::Option* option) {
  not_empty(option)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("DIR");
}

void add_everybodys(CLI::App& app, Options& to) {
  directories(app.add_option("--data", to.data,
                             "Reads a node's data directory, also while it runs, or a copy of one; "
                             "of a cluster: once for each node"));
  app.add_option("--url", to.url, "Asks this node (default: SOUK_URL, else http://127.0.0.1:8080)")
      ->type_name("URL");
  choice(app.add_option_function<std::string>(
             "--format",
             [&to](const std::string& word) {
               to.format = word == "json"     ? Format::json
                           : word == "csv"    ? Format::csv
                           : word == "ndjson" ? Format::ndjson
                           : word == "table"  ? Format::table
                                              : Format::human;
             },
             "How the answer is written (default: for people)"),
         {"human", "table", "json", "ndjson", "csv"});
  app.add_flag("--no-progress", to.no_progress,
               "No progress on stderr (it is shown on a terminal only)");
  app.add_flag("--no-pager", to.no_pager, "Never starts $PAGER (it is started on a terminal only)");
}

CLI::App* add(CLI::App& app, const char* name, const char* about, const char* examples) {
  CLI::App* command = app.add_subcommand(name, about);
  command->footer(std::string("Examples:\n") + examples +
                  "\nOptions of every command (--data, --url, --format ...): souk-replay --help");
  return command;
}

std::vector<std::string> service_names() {
  std::vector<std::string> names;
  for (const Service service : kServices) names.emplace_back(name_of(service));
  return names;
}

void add_times(CLI::App* command, Options& to) {
  not_empty(command->add_option("--since", to.since, "From this time on"))->type_name("TIME");
  not_empty(command->add_option("--until", to.until, "Before this time; of a day: to its end"))
      ->type_name("TIME");
}

// Which records, for those who list them.
void add_filters(CLI::App* command, Options& to) {
  const auto several = [](CLI::Option* option) {
    return option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  choice(several(command->add_option("--service", to.services, "Of this service; may be repeated")),
         service_names());
  several(command->add_option("--stream", to.streams,
                              "Of this stream: wallet/17850, or an id alone; may be repeated"))
      ->type_name("STREAM");
  several(command->add_option(
              "--type", to.types,
              "With this event (held) or of this command (hold); stock.held names the service"))
      ->type_name("NAME");
  not_empty(command->add_option("--id", to.id,
                                "With this id anywhere: stream, command, correlation, causation"))
      ->type_name("ID");
  not_empty(
      command->add_option("--correlation", to.correlation, "That belong to this order or request"))
      ->type_name("ID");
  not_empty(command->add_option("--causation", to.causation, "That were caused by this"))
      ->type_name("ID");
  not_empty(
      command->add_option("--trace", to.trace, "Of this trace (W3C traceparent, or trace id)"))
      ->type_name("ID");
  add_times(command, to);
  not_empty(command->add_option("--from", to.from, "From this record on: order/3@88"))
      ->type_name("OFFSET");
  not_empty(command->add_option("--to", to.to, "Up to this record: order/3@99"))
      ->type_name("OFFSET");
  command->add_flag("--refused", to.refused, "Refusals only");
}

void add_events(CLI::App& app, Options& to) {
  CLI::App* events =
      add(app, "events", "Lists what is recorded, the newest 50 unless you say otherwise",
          "  souk-replay events --follow\n"
          "  souk-replay events --stream wallet/17850 --all\n"
          "  souk-replay events --refused --since 1h\n"
          "  souk-replay events --type stock.held --type wallet.held --last 20\n"
          "  souk-replay events --correlation 536365 --format ndjson | jq .events\n"
          "  souk-replay events --from order/3@88 --to order/3@99 --format table\n");
  add_filters(events, to);
  const auto count = [&](const char* name, std::optional<std::size_t>& value, const char* about) {
    events->add_option(name, value, about)
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000'000, "1 to 1000000000"));
  };
  count("--limit", to.limit, "The oldest N of them");
  count("--last", to.last, "The newest N of them");
  events->add_flag("--all", to.all, "All of them (ndjson and json: always, unless limited)");
  events->add_flag("--follow", to.follow,
                   "Goes on with what is recorded from now on, until Ctrl-C");
  events->add_flag("--scan", to.scan, "Reads the whole log for an id, also where it should not be");
}

void add_stories(CLI::App& app, Options& to) {
  CLI::App* story = add(app, "story", "Tells what happened to an order, or to anything with an id",
                        "  souk-replay story 536365\n"
                        "  souk-replay story wallet/17850\n"
                        "  souk-replay story order/3@88\n"
                        "  souk-replay story 536365 --all --format json\n");
  not_empty(
      story->add_option(
          "ID", to.subject,
          "An order's id; or a SKU, wallet, coupon or campaign, a command's or a request's id"))
      ->required();
  story->add_flag("--all", to.all, "Shows every record, where many alike stand as one line");
  story->add_flag("--scan", to.scan, "Reads the whole log for the id, also where it should not be");
}

void add_states(CLI::App& app, Options& to) {
  CLI::App* state = add(app, "state", "Shows what something was at a moment, or is now",
                        "  souk-replay state wallet/17850\n"
                        "  souk-replay state order/536365 --at 2010-12-01T10:03:00Z\n"
                        "  souk-replay state stock/85123A --at stock/3@88 --format json\n");
  not_empty(state->add_option("STREAM", to.subject, "Like wallet/17850; or an id alone"))
      ->required();
  not_empty(state->add_option("--at", to.at, "At this time, or after this record: wallet/3@88"))
      ->type_name("TIME|OFFSET");
  state->add_flag("--all", to.all, "Shows long lists whole");

  CLI::App* diff = add(app, "diff", "Shows what changed between two moments, and by which records",
                       "  souk-replay diff wallet/17850 2010-12-01 2010-12-01\n"
                       "  souk-replay diff order/536365 start now\n"
                       "  souk-replay diff stock/85123A stock/3@88 stock/3@99\n");
  not_empty(diff->add_option("STREAM", to.subject, "Like wallet/17850; or an id alone"))
      ->required();
  not_empty(diff->add_option("A", to.first, "From: a time, a record's offset, or 'start'"))
      ->required();
  not_empty(diff->add_option("B", to.second, "To: a time (a day: its end), an offset, or 'now'"))
      ->required();
  diff->add_flag("--all", to.all, "Lists all records, however many");
}

void add_threads(CLI::App* command, Options& to) {
  command->add_option("--threads", to.threads, "How many (default: as many as the machine has)")
      ->type_name("N")
      ->check(CLI::Range(1, 1'024, "1 to 1024"));
}

void add_proofs(CLI::App& app, Options& to) {
  CLI::App* verify =
      add(app, "verify", "Proves that the whole log holds together, or says where not",
          "  souk-replay verify --data /var/lib/souk\n"
          "  souk-replay verify --data copy --against /var/lib/souk\n"
          "  souk-replay verify --data orders --data stock-1 --data stock-2   (a cluster's)\n"
          "  souk-replay verify --data copy --decisions --format json\n");
  add_threads(verify, to);
  directories(verify->add_option("--against", to.against,
                                 "Another log that must be equal to it; may be repeated"));
  verify->add_flag("--no-read-models", to.no_read_models, "Leaves the read models out");
  verify->add_flag("--no-files", to.no_files, "Leaves the checksums of whole files out");
  verify->add_flag("--decisions", to.decisions, "Asks today's code each decision again, too");

  CLI::App* again = add(app, "decide-again", "Asks today's code every recorded command again",
                        "  souk-replay decide-again --data /var/lib/souk --since 7d\n"
                        "  souk-replay decide-again --data copy --format json | jq .groups\n");
  not_empty(again->add_option("--since", to.since, "Only what was decided from this time on"))
      ->type_name("TIME");
  add_threads(again, to);
}

void add_rebuild(CLI::App& app) {
  add(app, "rebuild", "Builds the read models of a stopped node's directory anew",
      "  souk-replay rebuild --data /var/lib/souk\n");
}

void add_exchange(CLI::App& app, Options& to) {
  CLI::App* exporting =
      add(app, "export", "Writes the log, or some of it, as NDJSON or CSV",
          "  souk-replay export log.ndjson --data /var/lib/souk\n"
          "  souk-replay export --stream wallet/17850 --format csv > wallet.csv\n"
          "  souk-replay export march.ndjson --since 2011-03-01 --until 2011-03-31\n");
  exporting->add_option("FILE", to.path,
                        "Where to; goes on with one that was stopped (default: stdout)");
  add_filters(exporting, to);
  exporting->add_flag("--restart", to.restart, "Begins the file anew");
  add_threads(exporting, to);

  CLI::App* importing = add(app, "import", "Makes a data directory of a whole NDJSON export",
                            "  souk-replay import log.ndjson --data copy\n"
                            "  souk-replay export --data a | souk-replay import --data b\n");
  importing->add_option("FILE", to.path, "What to read (default: stdin)");
  add_threads(importing, to);
}

void add_stats(CLI::App& app, Options& to) {
  CLI::App* stats =
      add(app, "stats", "Says what the log is made of: records and bytes, by whom and when",
          "  souk-replay stats --data /var/lib/souk\n"
          "  souk-replay stats --top 50 --format json | jq .hottest\n");
  stats->add_option("--top", to.top, "How many of the hottest streams (default: 10)")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000, "1 to 1000"));
  add_threads(stats, to);
}

void add_backups(CLI::App& app, Options& to) {
  CLI::App* backup =
      add(app, "backup", "Copies the log, of a node that runs or of a directory, at one moment",
          "  souk-replay backup /backups/monday\n"
          "  souk-replay backup /backups/monday --data /var/lib/souk\n");
  not_empty(backup->add_option("DIR", to.path, "The directory to make, on the node's machine"))
      ->required();

  CLI::App* restore = add(app, "restore", "Makes a data directory of a backup, and proves it",
                          "  souk-replay restore /backups/monday /var/lib/souk\n");
  not_empty(restore->add_option("BACKUP", to.path, "What `backup` made"))->required();
  not_empty(restore->add_option("DIR", to.directory, "The data directory to make, or an empty one"))
      ->required();
  restore->add_flag("--no-verify", to.no_verify, "Leaves the proof out");
  add_threads(restore, to);
}

void add_completion(CLI::App& app, Options& to) {
  CLI::App* completion = add(app, "completion", "Prints a script that completes command lines",
                             "  souk-replay completion bash > "
                             "~/.local/share/bash-completion/completions/souk-replay\n");
  choice(completion->add_option("SHELL", to.subject, "For which shell")->required(), {"bash"});
}

}  // namespace

std::shared_ptr<CLI::App> make_parser(Options& options) {
  auto app = std::make_shared<CLI::App>(
      "souk-replay: asks a shop's log what happened, when, caused by what; and proves it",
      "souk-replay");
  app->footer(kExamples);
  app->set_version_flag("--version", "souk-replay " SOUK_VERSION);
  app->fallthrough();
  app->require_subcommand(0, 1);
  app->allow_extras();  // what is not known gets a sentence of our own
  app->option_defaults()->always_capture_default(false);
  add_everybodys(*app, options);
  add_events(*app, options);
  add_stories(*app, options);
  add_states(*app, options);
  add_proofs(*app, options);
  add_rebuild(*app);
  add_exchange(*app, options);
  add_stats(*app, options);
  add_backups(*app, options);
  add_completion(*app, options);
  return app;
}

}  // namespace souk::replay
