#include "tests/sim/trial.hpp"

#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace souk::sim {
namespace {

// The id in a sentence for which there is a story: "order o7 is ...", "stock s0 ...".
std::string story_of(World& world, const std::string& finding) {
  std::string word;
  for (const char c : finding + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      word += c;
      continue;
    }
    const bool is_id = word.size() > 1 && std::isdigit(static_cast<unsigned char>(word[1]));
    if (is_id)
      if (std::string story = world.story(word); !story.empty())
        return "of " + word + ":\n" + story;
    word.clear();
  }
  return {};
}

class Folder {
 public:
  explicit Folder(const std::string& below) {
    if (below.empty()) return;
    std::string path = below + "/souk-sim-XXXXXX";
    if (mkdtemp(path.data()) == nullptr)
      throw std::runtime_error("no folder can be made in " + below);
    path_ = path;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

Trial run_trial(const WorldOptions& options) {
  WorldOptions mine = options;
  const Folder folder(options.read_models ? options.folder : "");
  mine.folder = folder.path();
  mine.read_models = !folder.path().empty();
  if (mine.pulse != nullptr) mine.pulse->seed = mine.seed;
  World world(mine);
  Trial trial;
  trial.seed = options.seed;
  try {
    trial.findings = world.run();
  } catch (const std::exception& error) {
    trial.findings.push_back(error.what());
  }
  trial.trace = world.trace();
  trial.steps = world.steps();
  trial.passed = world.passed();
  trial.layout = world.layout();
  trial.wishes = world.clients().history().size();
  if (trial.failed()) trial.story = story_of(world, trial.findings.front());
  return trial;
}

Trial shorten(WorldOptions options, const Trial& failed, Duration* faulty) {
  Trial shortest = failed;
  Duration fails = options.faulty, passes;
  while (fails.micros - passes.micros > milliseconds(100).micros) {
    options.faulty = {(fails.micros + passes.micros) / 2};
    if (Trial trial = run_trial(options); trial.failed()) {
      shortest = std::move(trial);
      fails = options.faulty;
    } else {
      passes = options.faulty;
    }
  }
  *faulty = fails;
  return shortest;
}

}  // namespace souk::sim
