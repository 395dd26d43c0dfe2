#include "tests/access/run.hpp"

#include <algorithm>
#include <cstdio>

namespace onebudget::oracle {

namespace {

constexpr std::uint64_t kCasesInWorld = 5000;
constexpr int kQuestionsBetweenChanges = 20;
constexpr int kChangesOfPeople = 12; ///< changes of rights before new people come
constexpr int kMostDifferences = 3;

bool agrees(const std::vector<std::string>& allowed, const std::string& answer) {
  return std::find(allowed.begin(), allowed.end(), answer) != allowed.end();
}

class Run {
 public:
  Run(const Settings& settings, std::uint64_t seed, Outcome& outcome)
      : settings_(settings), seed_(seed), outcome_(outcome), maker_(seed), real_(settings.dialect) {}

  void go() {
    world_ = maker_.world();
    real_.build(world_);
    if (settings_.mutation == "drafts-above") world_.visible_above.insert("draft");
    const std::uint64_t end = std::min(settings_.cases, outcome_.cases + kCasesInWorld);
    std::int64_t people = 1;
    while (outcome_.cases < end && outcome_.differences < kMostDifferences) {
      new_people(people);
      people += 100;
      for (int change = 0; change < kChangesOfPeople && outcome_.cases < end; ++change) {
        for (int i = 0; i < kQuestionsBetweenChanges && outcome_.differences < kMostDifferences; ++i) one_question();
        events();
        change_rights();
      }
    }
  }

 private:
  void new_people(std::int64_t first) {
    for (Grant& grant : maker_.grants(world_, first)) {
      grant.untold = settings_.mutation == "untold-grant" && maker_.one_in(4);
      if (!grant.untold && !real_.tell(world_, grant)) continue;
      if (grant.untold && grant.delegated_by != 0) continue;
      world_.grants[grant.handle] = grant;
    }
    world_.rights_changed();
  }

  /// Whatever changes counts for the very next question.
  void change_rights() {
    const std::int64_t kind = maker_.below(4);
    if (kind == 0) {
      world_.now += 400;
      real_.set_now(world_.now);
    } else if (kind == 1) {
      const int role = static_cast<int>(maker_.below(static_cast<std::int64_t>(world_.roles.size())));
      world_.roles[static_cast<std::size_t>(role)].permissions = maker_.permissions();
      if (settings_.mutation != "untold-role") real_.change_role(world_, role);
    } else if (!world_.grants.empty()) {
      auto at = std::next(world_.grants.begin(), maker_.below(static_cast<std::int64_t>(world_.grants.size())));
      if (!at->second.revoked && !at->second.untold) {
        at->second.revoked = true;
        if (settings_.mutation != "untold-revoke") real_.revoke(at->second);
      }
    }
    world_.rights_changed();
  }

  void one_question() {
    const Question question = maker_.question(world_);
    const std::vector<std::string> allowed = expected(world_, question);
    const Real::Answer answer = real_.ask(world_, question);
    ++outcome_.cases;
    ++(answer.text.rfind("ok", 0) == 0 ? outcome_.answered : outcome_.refused);
    const bool nothing = answer.text == "ok 0" || answer.text == "ok no" || answer.text == "ok\ncount=0 ";
    ++outcome_.kinds[std::string(name_of(question.ask)) + ": " +
                     (answer.text.rfind("ok", 0) != 0 ? answer.text
                      : nothing                       ? "nothing"
                                                      : "answered")];
    if (!agrees(allowed, answer.text)) return differs(question, allowed, answer.text);
    if (question.ask < Ask::update || answer.text != "ok") return;
    const World before = world_;
    apply(world_, question, answer.id);
    world_.rights_changed();
    const int handle = question.ask == Ask::create ? world_.next - 1 : question.handle;
    if (question.ask == Ask::create) real_.created(question.entity, answer.id, handle);
    const auto old = before.rows[question.entity].find(handle);
    const auto now = world_.rows[question.entity].find(handle);
    const bool same = old != before.rows[question.entity].end() && now != world_.rows[question.entity].end() &&
                      old->second.version == now->second.version;
    if (!same)
      written_.push_back(
          {question.entity, handle, now == world_.rows[question.entity].end() ? old->second.id : now->second.id});
  }

  /// What is committed is delivered, and shows to those only who may read the row.
  void events() {
    const auto delivered = real_.deliveries(written_.size());
    bool all = delivered.size() == written_.size();
    for (std::size_t i = 0; i < written_.size() && all; ++i)
      all = std::find(delivered.begin(), delivered.end(), std::pair{written_[i].entity, written_[i].id}) !=
            delivered.end();
    if (!all) {
      ++outcome_.differences;
      std::printf("seed %llu: %zu changes were committed, %zu delivered\n", static_cast<unsigned long long>(seed_),
                  written_.size(), delivered.size());
    }
    for (const Written& one : written_) {
      Question question = maker_.question(world_);
      question.ask = Ask::get;
      question.entity = one.entity;
      question.handle = one.handle;
      const auto row = world_.rows[one.entity].find(one.handle);
      const bool reads = row != world_.rows[one.entity].end() && world_.reads(question.who, one.entity, row->second);
      const bool shows = real_.visible(question.who, one.entity, one.id);
      ++outcome_.cases;
      ++(shows ? outcome_.answered : outcome_.refused);
      ++outcome_.kinds[shows ? "event: shown" : "event: hidden"];
      if (reads != shows)
        differs(question, {reads ? "event shown" : "event hidden"}, shows ? "event shown" : "event hidden");
    }
    written_.clear();
  }

  void differs(const Question& question, const std::vector<std::string>& allowed, const std::string& answer) {
    ++outcome_.differences;
    if (!settings_.mutation.empty()) return;
    std::printf("seed %llu: a difference\n%s\nallowed:\n", static_cast<unsigned long long>(seed_),
                in_words(world_, question).c_str());
    for (const std::string& one : allowed) std::printf("%s\n", one.c_str());
    std::printf("answered:\n%s\nsmallest case:\n%s\n", answer.c_str(),
                shrunk(settings_.dialect, world_, question).c_str());
    std::fflush(stdout);
  }

  struct Written {
    int entity = 0, handle = 0;
    std::int64_t id = 0;
  };
  const Settings& settings_;
  std::uint64_t seed_;
  Outcome& outcome_;
  Maker maker_;
  Real real_;
  World world_;
  std::vector<Written> written_;
};

} // namespace

Outcome run(const Settings& settings) {
  Outcome outcome;
  while (outcome.cases < settings.cases && outcome.differences < kMostDifferences) {
    Run one(settings, settings.seed + static_cast<std::uint64_t>(outcome.worlds), outcome);
    ++outcome.worlds;
    one.go();
  }
  return outcome;
}

} // namespace onebudget::oracle
