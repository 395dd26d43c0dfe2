#pragma once
// What all parts of the play share: who there is, what day it is, what comes next, and what was counted.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "packaging/demo/random.hpp"
#include "packaging/demo/year/clock.hpp"
#include "packaging/demo/year/desk.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::demo {

enum class Regime { paper, onebudget };
const char* name_of(Regime regime);

/// How the money of a project will flow, decided by the seed before anybody pays: what monitoring has to find.
enum class Habit { steady, lagging, idle, rushing };

struct Project {
  std::string id, path, name, code, indicator;
  int year = 0;
  Money total, amount;
  Habit habit = Habit::steady;
  bool paper_missing = false; ///< the folder lacks a paper when it is first handed in
  bool inflated = false;      ///< its self-evaluation claims more than its evidence shows
  int quality = 0;            ///< what evaluation has to find, of 100
  Money paid, december;
  std::string first_paid_on, issued_on;
  std::string plan;
  bool budgeted = false, cited = false; ///< cited: verification found the claim not borne out
};

struct Region;

struct Unit {
  std::string id, code, name, department;
  Region* region = nullptr;
  std::map<int, std::vector<Project>> projects; ///< by budget year
  std::map<int, Json> versions;                 ///< the second-up version, by budget year
  std::set<int> flagged;                        ///< budget years in which monitoring found a violation
  [[nodiscard]] std::string person(const std::string& role) const;
};

struct Department {
  std::string id, code, division; ///< division: suffix of the finance division that looks after it
};

struct Region {
  std::string id, code, name;
  Regime regime = Regime::onebudget;
  bool staffed = false; ///< the demo province gives its offices logins
  std::map<std::string, Department> departments;
  std::vector<Unit> units;
  [[nodiscard]] std::string person(const std::string& role, const std::string& place = "") const;
  [[nodiscard]] std::string division(const Unit& unit) const;
};

/// What the play is told.
struct Settings {
  int regions = 1;       ///< of each regime
  int units = 3;         ///< of each region at most
  int projects = 2;      ///< of each unit and year
  int case_days = 15;    ///< calendar days of a declaration on paper: the case that the platform is measured against
  int case_handings = 3; ///< desks that such a declaration passes
  int hands = 4;         ///< regions that work at the same time
  std::uint64_t seed = 2026;
  /// Working days that a folder is away when it comes back: two ways and two desks of the case on paper.
  [[nodiscard]] int way_back() const { return 2 * case_days * 5 / 7 / case_handings; }
};

class Stage {
 public:
  Stage(Desk& made_desk, PlayClock& made_clock, Settings told) : desk(made_desk), clock(made_clock), settings(told) {}

  Desk& desk;
  PlayClock& clock;
  const Settings settings;
  Workdays workdays;
  std::vector<std::unique_ptr<Region>> regions;
  Json counted = Json::object(); ///< regime → what → how often
  Json removed = Json::object(); ///< what the platform took away: what → {events, workdays}

  [[nodiscard]] Day today() const { return clock.today(); }
  [[nodiscard]] Random chance(const std::string& name) const { return Random::of(settings.seed, name); }
  /// Adds an act that somebody of the region does on the morning of that day, behind those that were added before for
  /// that day. Only before run(), and from an act of the same region.
  void on(const Region& region, Day day, std::function<Result<void>()> act);
  /// Somebody takes up what another has done. How long that takes on this desk is drawn from the name, the same in both
  /// regimes; on paper the way and the queue come on top.
  void hand(const Region& region, const std::string& name, std::function<Result<void>()> act);
  /// Plays day by day until nothing is left to do. On a day the regions go on beside each other, each with its own acts
  /// one after the other, so that the same seed gives the same play whoever is faster.
  Result<void> run(const std::function<void(Day)>& progress);
  void count(const Region& region, const std::string& what, std::int64_t by = 1);
  /// A step that the platform removed or shortened, as an event that was recorded bears it out.
  void spared(const std::string& what, int workdays);

  /// The id of a code, of the list of a year when `year` is given.
  Result<std::string> code(const std::string& who, const std::string& list, const std::string& code, int year = 0);

 private:
  struct Act {
    Day day;
    std::int64_t number;
    std::function<Result<void>()> act;
    bool operator<(const Act& other) const { return day == other.day ? other.number < number : other.day < day; }
  };
  /// What a region still has to do; one thread at a time goes on with it.
  struct Lane {
    std::priority_queue<Act> acts;
    std::int64_t number = 0;
  };
  Result<void> work(Lane& lane, Day day) const;
  Result<void> day_of_all(const std::vector<Lane*>& busy, Day day) const;

  std::map<const Region*, Lane> lanes_;
  std::mutex lock_; ///< counted, removed, codes_
  std::map<std::string, std::string> codes_;
};

/// The one open task of a subject in somebody's inbox, decided.
Result<Json> decide(Stage& stage, const std::string& who, const std::string& subject,
                    const std::string& decision = "approve", const std::string& opinion = "同意");

} // namespace onebudget::demo
