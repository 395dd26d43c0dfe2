#include "packaging/demo/year/stage.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace onebudget::demo {

namespace {

const std::string kTroupe = "year."; ///< accounts of the play, beside those that the demo province has
constexpr int kWeek = 7, kWorking = 5;
constexpr std::uint64_t kLongestAtDesk = 3; ///< 0, 1 or 2 working days at a desk, one on average
/// What lies longer is taken up by somebody else: the definitions of approvals escalate after five working days.
constexpr int kDeadline = 5;
constexpr double kMeanAtDesk = 1;

/// Working days on the way and in the queue before a desk, so that a whole case takes what is told.
int on_the_way(const Settings& settings, Random& random) {
  const double mean = settings.case_days * static_cast<double>(kWorking) / kWeek / settings.case_handings - kMeanAtDesk;
  const double drawn = mean + random.unit() * 2 - 1;
  const int whole = std::max(0, static_cast<int>(drawn));
  return whole + (random.unit() < drawn - whole ? 1 : 0);
}

} // namespace

const char* name_of(Regime regime) { return regime == Regime::paper ? "paper" : "onebudget"; }

std::string Region::person(const std::string& role, const std::string& place) const {
  return kTroupe + role + "." + code + (place.empty() ? "" : "." + place);
}

std::string Unit::person(const std::string& role) const {
  return kTroupe + role + "." + code.substr(0, code.find('-')) + "." + code.substr(code.find('-') + 1);
}

std::string Region::division(const Unit& unit) const {
  return person("finance-division") + departments.at(unit.department).division;
}

void Stage::on(const Region& region, Day day, std::function<Result<void>()> act) {
  Lane& lane = lanes_[&region];
  lane.acts.push({day, lane.number++, std::move(act)});
}

void Stage::hand(const Region& region, const std::string& name, std::function<Result<void>()> act) {
  Random desk_time = chance("desk/" + name);
  int days = static_cast<int>(desk_time.below(kLongestAtDesk));
  Random drawn = chance("way/" + name);
  const int way = on_the_way(settings, drawn);
  // The platform opens the next desk in the transaction that closes this one: the way is what it removes.
  if (region.regime == Regime::paper)
    days = std::min(days + way, kDeadline);
  else
    spared("way_and_queue_between_desks", way);
  on(region, workdays.after(today(), days), std::move(act));
}

Result<void> Stage::run(const std::function<void(Day)>& progress) {
  for (const auto& region : regions) lanes_[region.get()]; // from now on no lane is added
  for (;;) {
    std::optional<Day> next;
    for (const auto& [region, lane] : lanes_)
      if (!lane.acts.empty()) next = std::min(next.value_or(lane.acts.top().day), lane.acts.top().day);
    if (!next) return {};
    OB_CHECK(clock.move_to(morning_of(*next)));
    progress(*next);
    std::vector<Lane*> busy;
    for (auto& [region, lane] : lanes_)
      if (!lane.acts.empty() && lane.acts.top().day == *next) busy.push_back(&lane);
    OB_CHECK(day_of_all(busy, *next));
  }
}

Result<void> Stage::work(Lane& lane, Day day) const {
  while (!lane.acts.empty() && !(day < lane.acts.top().day)) {
    const Act next = lane.acts.top();
    lane.acts.pop();
    OB_CHECK(next.act());
  }
  return {};
}

Result<void> Stage::day_of_all(const std::vector<Lane*>& busy, Day day) const {
  std::atomic<std::size_t> at = 0;
  std::mutex lock;
  Result<void> outcome;
  const auto hand = [&] {
    for (std::size_t mine = at++; mine < busy.size(); mine = at++) {
      Result<void> done = work(*busy[mine], day);
      if (done) continue;
      const std::lock_guard guard(lock);
      if (outcome) outcome = std::move(done);
      at = busy.size();
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(busy.size(), static_cast<std::size_t>(settings.hands)); ++i)
    others.emplace_back(hand);
  hand();
  others.clear();
  return outcome;
}

void Stage::count(const Region& region, const std::string& what, std::int64_t by) {
  const std::lock_guard guard(lock_);
  Json& counts = counted[name_of(region.regime)];
  if (counts.is_null()) counts = Json::object();
  counts[what] = counts.value(what, std::int64_t{0}) + by;
}

void Stage::spared(const std::string& what, int workdays_less) {
  const std::lock_guard guard(lock_);
  Json& one = removed[what];
  if (one.is_null()) one = Json::object();
  one["events"] = one.value("events", 0) + 1;
  one["workdays"] = one.value("workdays", 0) + workdays_less;
}

Result<std::string> Stage::code(const std::string& who, const std::string& list, const std::string& code, int year) {
  const std::string filter = "code==" + code + (year == 0 ? "" : ";list_year==" + std::to_string(year));
  {
    const std::lock_guard guard(lock_);
    const auto known = codes_.find(list + "?" + filter);
    if (known != codes_.end()) return known->second;
  }
  OB_TRY(const Json row, desk.first(who, "/standards/" + list, filter));
  const std::lock_guard guard(lock_);
  return codes_[list + "?" + filter] = row.value("id", std::string());
}

Result<Json> decide(Stage& stage, const std::string& who, const std::string& subject, const std::string& decision,
                    const std::string& opinion) {
  constexpr int kMost = 3; // the clock may have moved the task on, as a reminder does, since it was read
  for (int tries = 1; tries <= kMost; ++tries) {
    OB_TRY(const Json inbox, stage.desk.get(who, "/workflow/inbox?box=todo&limit=200"));
    const Json items = inbox.value("items", Json::array());
    const auto task = std::find_if(items.begin(), items.end(),
                                   [&](const Json& one) { return one.value("subject_id", std::string()) == subject; });
    if (task == items.end()) break;
    auto done = stage.desk.ask(who, "POST", "/workflow/step/" + task->value("id", std::string()) + "/act",
                               {{"decision", decision}, {"opinion", opinion}}, "\"" + (*task)["version"].dump() + "\"");
    if (done || done.fault().code != "workflow.version" || tries == kMost) return done;
  }
  return fault(FaultKind::not_found, "ctl.demo_task",
               {who + " 的待办里没有 " + subject, who + " has no task for " + subject});
}

} // namespace onebudget::demo
