// Monitoring: what the ledger says of each line is told, rules judge it, people explain, find, put right and close.

#include <algorithm>

#include "packaging/demo/year/parts.hpp"

namespace onebudget::demo {

namespace {

constexpr const char* kToldBy = "year";
constexpr const char* kQuarters[] = {"06-30", "09-30", "12-31"};

struct Owner {
  Unit* unit = nullptr;
  Project* project = nullptr;
};

Owner owner_of(Region& region, int year, const std::string& code) {
  for (Unit& unit : region.units)
    for (Project& project : unit.projects[year])
      if (project.code == code) return {&unit, &project};
  return {};
}

/// Which rules a habit breaks, by the text of the rules: the money lies idle for 90 days (R07), it stays 20 points
/// behind the time of the year (R05), a quarter of the year goes out in December (R06).
std::set<std::string> broken_by(Habit habit) {
  switch (habit) {
    case Habit::lagging:
      return {"R05"};
    case Habit::idle:
      return {"R05", "R07"};
    case Habit::rushing:
      return {"R06"};
    case Habit::steady:
      break;
  }
  return {};
}

class Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(Stage& stage, Region& region, int year)
      : stage_(stage), region_(region), year_(year), supervision_(region.person("supervision-division")) {}

  Result<void> look(bool last) {
    OB_TRY(const std::string facts, told(last));
    if (facts.empty()) return {};
    OB_TRY(const Json report,
           stage_.desk.upload(supervision_, "/monitoring/fact/import?format=jsonl", "application/x-ndjson", facts));
    OB_TRY(const Json asked, stage_.desk.make(supervision_, "/monitoring/evaluate", {{"day", stage_.today().str()}}));
    const std::string scan = "/monitoring/evaluate/" + asked.value("scan", std::string());
    OB_CHECK(wait_for("scan", [&]() -> Result<bool> {
      OB_TRY(const Json state, stage_.desk.get(supervision_, scan));
      return state.value("state", std::string()) == "done";
    }));
    OB_TRY(const auto alerts, stage_.desk.every(supervision_, "/monitoring/alert",
                                                std::string("told_by==") + kToldBy +
                                                    ";status==open;fiscal_year==" + std::to_string(year_)));
    for (const Json& alert : alerts) {
      const Owner owner = owner_of(region_, year_, alert.value("object", std::string()));
      if (owner.unit == nullptr || !taken_up_.insert(alert.value("id", std::string())).second) continue;
      stage_.count(region_, "alerts");
      follow(alert, owner);
    }
    return {};
  }

 private:
  /// The lines of the region as the ledger holds them.
  Result<std::string> told(bool last) {
    std::string lines;
    for (Unit& unit : region_.units)
      for (Project& project : unit.projects[year_]) {
        if (project.indicator.empty()) continue;
        OB_TRY(const Json row, stage_.desk.get(supervision_, "/ledger/indicator/" + project.indicator));
        Json facts = {{"as_of", stage_.today().str()},
                      {"budget", row["amount"]},
                      {"paid", row["paid"]},
                      {"issued_on", project.issued_on}};
        if (!project.first_paid_on.empty()) facts["first_paid_on"] = project.first_paid_on;
        if (last) facts["december"] = project.december.to_yuan();
        lines += Json({{"unit", "code:" + unit.code},
                       {"subject", "line"},
                       {"object", project.code},
                       {"object_title", project.name},
                       {"fiscal_year", year_},
                       {"told_by", kToldBy},
                       {"facts", facts}})
                     .dump() +
                 "\n";
      }
    return lines;
  }

  void step(const std::string& alert, const std::string& what, std::function<Result<void>()> act) {
    stage_.hand(region_, "alert" + what + alert, std::move(act));
  }

  void follow(const Json& alert, const Owner& owner) {
    const std::string id = alert.value("id", std::string()), rule = alert.value("rule", std::string());
    const std::string path = "/monitoring/alert/" + id;
    step(id, "explain", [self = shared_from_this(), id, rule, path, owner]() -> Result<void> {
      Desk& desk = self->stage_.desk;
      const std::string clerk = owner.unit->person("unit-clerk");
      OB_TRY(const Json told, desk.make(clerk, "/monitoring/explanation", {{"alert", id}, {"content", "进度说明"}}));
      OB_TRY(const Json paper, desk.make(clerk, "/monitoring/alert-paper", {{"alert", id}, {"title", "情况材料"}}));
      OB_TRY(const Json sent, desk.move(owner.unit->person("unit-reviewer"), path, "explain"));
      self->step(id, "find", [self, id, rule, path, owner] { return self->find(id, rule, path, owner); });
      return {};
    });
  }

  Result<void> find(const std::string& id, const std::string& rule, const std::string& path, const Owner& owner) {
    Desk& desk = stage_.desk;
    const bool broken = broken_by(owner.project->habit).contains(rule);
    const bool idle = rule == "R07";
    Json finding = {{"alert", id}, {"conclusion", broken ? "violation" : "normal"}};
    if (broken) finding.update({{"violation_type", "idle"}, {"demand", "加快执行，收回闲置资金"}});
    const std::string back = Money::from_fen(owner.project->amount.fen() / 10).to_yuan();
    if (broken && idle) finding["recover_amount"] = back;
    OB_TRY(const Json made, desk.make(region_.division(*owner.unit), "/monitoring/finding", finding));
    OB_TRY(const Json found, desk.move(supervision_, path, broken ? "find-violation" : "find-normal"));
    if (!broken) return {};
    owner.unit->flagged.insert(year_);
    stage_.count(region_, "violations");
    step(id, "rectify", [self = shared_from_this(), id, path, owner, idle, back]() -> Result<void> {
      Json measures = {{"alert", id}, {"number", 1}, {"measures", "已整改"}};
      if (idle) measures["recovered_amount"] = back;
      OB_TRY(const Json told,
             self->stage_.desk.make(owner.unit->person("unit-clerk"), "/monitoring/rectification", measures));
      OB_TRY(const Json sent, self->stage_.desk.move(owner.unit->person("unit-reviewer"), path, "rectify"));
      self->step(id, "close", [self, id]() -> Result<void> {
        OB_TRY(const Json closed, decide(self->stage_, self->supervision_, id));
        self->stage_.count(self->region_, "alerts_closed");
        return {};
      });
      return {};
    });
    return {};
  }

  Stage& stage_;
  Region& region_;
  int year_;
  std::string supervision_;
  std::set<std::string> taken_up_;
};

} // namespace

void watch(Stage& stage, Region& region, int year) {
  const auto watching = std::make_shared<Watch>(stage, region, year);
  for (const char* quarter : kQuarters) {
    const Day day = Day::parse(std::to_string(year) + "-" + quarter).value_or(stage.today());
    stage.on(region, day, [watching, last = quarter == kQuarters[2]] { return watching->look(last); });
  }
}

Result<Json> judged_alerts(Stage& stage, int year) {
  std::map<std::string, std::set<std::string>> wanted, found;
  for (const auto& region : stage.regions) {
    for (Unit& unit : region->units)
      for (const Project& project : unit.projects[year])
        if (!project.indicator.empty())
          for (const std::string& rule : broken_by(project.habit)) wanted[rule].insert(project.code);
    OB_TRY(const auto alerts,
           stage.desk.every(region->person("supervision-division"), "/monitoring/alert",
                            std::string("told_by==") + kToldBy + ";fiscal_year==" + std::to_string(year)));
    for (const Json& alert : alerts)
      if (owner_of(*region, year, alert.value("object", std::string())).unit != nullptr)
        found[alert.value("rule", std::string())].insert(alert.value("object", std::string()));
  }
  for (const auto& [rule, objects] : found) wanted.try_emplace(rule);
  Json out = Json::object();
  for (const auto& [rule, objects] : wanted) {
    const auto& raised = found[rule];
    const auto right =
        std::count_if(raised.begin(), raised.end(), [&](const std::string& one) { return objects.contains(one); });
    out[rule] = {{"put_in", objects.size()}, {"found", raised.size()}, {"right", right}};
  }
  return out;
}

} // namespace onebudget::demo
