#include "plugins/compilation/service/marks.hpp"

#include "plugins/compilation/domain/similar/duplicate.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kRoundMark = "compilation.round_mark";
constexpr const char* kDuplicateMark = "compilation.duplicate_mark";
constexpr const char* kSteps[] = {"one_up", "one_down", "two_up", "two_down"};

std::string of_round(const std::string& region_code, std::int64_t fiscal_year, const std::string& step) {
  return "region_code==" + plugin::quoted(region_code) + ";fiscal_year==" + std::to_string(fiscal_year) +
         ";step==" + step;
}

/// The same whichever region found it: a decision holds for the pair.
std::string pair_of(const Row& pair) { return pair_key(pair.text("first_project"), pair.text("second_project")); }

/// Of the pair once the change is made: "open", "confirmed", "rejected", "gone". A mark is never removed, so that
/// nobody needs the right to.
std::string state_after(const Change& change) {
  if (change.action == Action::create) return "open";
  if (change.action == Action::remove) return "gone";
  if (change.transition == "reopen") return "open";
  return change.transition == "confirm" ? "confirmed" : "rejected";
}

} // namespace

const char* step_name(RoundStep step) { return kSteps[static_cast<std::size_t>(step)]; }

std::optional<RoundStep> step_of(const std::string& text) {
  for (std::size_t i = 0; i < std::size(kSteps); ++i)
    if (text == kSteps[i]) return static_cast<RoundStep>(i);
  return std::nullopt;
}

Result<void> mark_round(const Call& call, const Row& round, bool open) {
  OB_TRY(const Row node, call.node(round.ref("region")));
  const std::string region = node.text("region_code"), step = round.text("step");
  const std::int64_t year = round.number("fiscal_year");
  const Json state = {{"opens_on", round.text("opens_on")}, {"closes_on", round.text("closes_on")}, {"is_open", open}};
  OB_TRY(const auto there, call.records().first(kRoundMark, where(of_round(region, year, step))));
  if (there) return call.records().update(kRoundMark, there->id(), there->version(), state);
  Json fresh = {{"region_code", region}, {"fiscal_year", year}, {"step", step}};
  fresh.update(state);
  OB_CHECK(call.records().insert(kRoundMark, fresh));
  return {};
}

Result<std::optional<Round>> round_of(const Call& call, const std::string& region_code, int fiscal_year,
                                      RoundStep step) {
  OB_TRY(const auto mark, call.records().first(kRoundMark, where(of_round(region_code, fiscal_year, step_name(step)))));
  if (!mark) return std::optional<Round>();
  return std::optional<Round>(Round{step, mark->day("opens_on").value_or(Day()), mark->day("closes_on").value_or(Day()),
                                    mark->flag("is_open")});
}

Result<void> mark_duplicates(const Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::update) return {};
  const Row& pair = change.action == Action::remove ? change.before : change.after;
  const std::string key = pair_of(pair);
  const Json state = {{"state", state_after(change)}};
  OB_TRY(const auto marks, call.records().list(kDuplicateMark, where("pair==" + plugin::quoted(key))));
  const bool there = !marks.empty() && marks.front().text("state") != "gone";
  if (change.action == Action::create && there) {
    verdict.report("/second_project", "compilation.duplicate_known",
                   Text{"这两个项目已登记为疑似重复，可能由上级或下级地区登记或认定。",
                        "These two projects are recorded as a pair already, perhaps by a region above or below."},
                   Text{"认定对各地区有效；需要改变认定时，请由该地区另一人重新打开。",
                        "A decision holds everywhere; to change it, have another person of that region reopen it."});
    return {};
  }
  for (const Row& mark : marks) OB_CHECK(call.records().update(kDuplicateMark, mark.id(), mark.version(), state));
  if (!marks.empty()) return {};
  for (const char* side : {"first_project", "second_project"}) {
    Json fresh = {{"pair", key}, {"project", pair.text(side)}};
    fresh.update(state);
    OB_CHECK(call.records().insert(kDuplicateMark, fresh));
  }
  return {};
}

Result<DuplicateMarks> duplicate_marks_of(const Call& call, RecordId project) {
  DuplicateMarks out;
  OB_CHECK(call.records().each(kDuplicateMark, where("project==" + plugin::quoted(project.str())),
                               [&](const Row& row) -> Result<void> {
                                 out.open = out.open || row.text("state") == "open";
                                 out.confirmed = out.confirmed || row.text("state") == "confirmed";
                                 return {};
                               }));
  return out;
}

Result<std::map<std::string, std::string>> pairs_with_marks(const Call& call, const std::set<std::string>& projects) {
  std::map<std::string, std::string> out;
  OB_CHECK(by_hundreds(projects, "project", [&](const std::string& filter) {
    return call.records().each(kDuplicateMark, where(filter, "", {"pair", "state"}),
                               [&](const Row& row) -> Result<void> {
                                 if (row.text("state") != "gone") out[row.text("pair")] = row.text("state");
                                 return {};
                               });
  }));
  return out;
}

Result<void> validate_mark(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (change.action == Action::remove) return {};
  if (!change.after.text("region_code").empty() || !change.after.text("pair").empty()) return {};
  verdict.report("", "compilation.mark",
                 Text{"标记由系统随环节和认定写入，不能手工填写。",
                      "Marks are written by the system with rounds and judgements, never by hand."},
                 Text{"请开放环节，或认定疑似重复。", "Open the round, or judge the pair."});
  return {};
}

} // namespace onebudget::compilation
