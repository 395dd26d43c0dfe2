// What the law gives a budget days for: acts as they are recorded, and GET /statutory-calendar, which judges by today
// what nobody recorded.
#include "plugins/compilation/domain/round/duty.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kAct = "compilation.statutory_act";

/// What the days of a region's year are counted from.
struct Year {
  int fiscal_year = 0;
  std::optional<Row> approval; ///< of the People's Congress, in whatever state
  std::optional<Day> session_on, approved_on;
  std::map<std::string, std::pair<std::string, Day>>
      replied; ///< department code → its name, where it got one itself, and its first 批复
};

std::string of_year(RecordId region, int fiscal_year) {
  return "region==" + region.str() + ";fiscal_year==" + std::to_string(fiscal_year);
}

Result<void> read_replies(const Call& call, const std::string& region_code, Year& year) {
  std::map<std::string, Day> first; // receiver → its first batch
  const std::string issued = "region_code==" + plugin::quoted(region_code) +
                             ";fiscal_year==" + std::to_string(year.fiscal_year) +
                             ";status==issued;to_unit==false;source==initial;ground==none";
  OB_CHECK(call.records().each("compilation.budget_issue", where(issued, "issued_on", {"unit", "issued_on"}),
                               [&](const Row& row) -> Result<void> {
                                 if (const auto day = row.day("issued_on")) first.emplace(row.text("unit"), *day);
                                 return {};
                               }));
  for (const auto& [unit, day] : first) {
    OB_TRY(const Row node, call.node(RecordId::parse(unit).value_or(RecordId{})));
    const auto [place, fresh] = year.replied.emplace(node.text("department_code"), std::make_pair("", day));
    if (!fresh && day < place->second.second) place->second.second = day;
    if (node.text("kind") == "department") place->second.first = node.text("name");
  }
  return {};
}

Result<Year> year_of(const Call& call, RecordId region, int fiscal_year) {
  Year out;
  out.fiscal_year = fiscal_year;
  OB_TRY(out.approval, call.records().first("compilation.congress_approval", where(of_year(region, fiscal_year))));
  if (out.approval && out.approval->text("status") == "confirmed") out.approved_on = out.approval->day("approved_on");
  OB_TRY(const auto session,
         call.records().first(kAct, where(of_year(region, fiscal_year) + ";kind==session;status==recorded")));
  if (session) out.session_on = session->day("done_on");
  if (out.approval && !out.session_on) out.session_on = out.approval->day("approved_on");
  return out;
}

/// Towns (the last three digits of nine) are the lowest level: nothing is passed down from there.
bool lowest(const std::string& region_code) { return region_code.size() == 9 && region_code.substr(6) != "000"; }

DutyFacts facts_of(const Call& call, Duty duty, const Year& year) {
  DutyFacts facts;
  facts.duty = duty;
  facts.fiscal_year = year.fiscal_year;
  facts.today = call.today();
  facts.session_on = year.session_on;
  facts.approved_on = year.approved_on;
  return facts;
}

/// From where the days of a department's publication or of a transfer passed on run.
std::optional<Day> base_of(Duty duty, const std::string& subject, const std::optional<Row>& act, const Year& year) {
  if (duty == Duty::central_transfer) return act ? act->day("received_on") : std::nullopt;
  const auto reply = year.replied.find(subject);
  if (duty != Duty::publish_department || reply == year.replied.end()) return std::nullopt;
  return reply->second.second;
}

/// One line of the calendar.
struct Item {
  Duty duty = Duty::notice;
  std::string subject, name, document_no;
  std::optional<Row> act;
};

Json told(const Item& item, const DutyFacts& facts, const Policy& policy) {
  const DutyStanding standing = standing_of(facts, policy);
  const auto day = [](const std::optional<Day>& one) { return one ? Json(one->str()) : Json(nullptr); };
  return {{"kind", kDuties[static_cast<std::size_t>(item.duty)]},
          {"subject", item.subject == "-" ? std::string() : item.subject},
          {"name", item.name},
          {"due_on", day(standing.due_on)},
          {"done_on", day(facts.done_on)},
          {"state", kDutyStates[static_cast<std::size_t>(standing.state)]},
          {"late_days", standing.late_days},
          {"document_no", item.document_no},
          {"act", item.act ? Json(item.act->id().str()) : Json(nullptr)}};
}

/// What of the year is recorded with the approval itself.
void take_approval(const Year& year, DutyFacts& facts, Item& item) {
  if (!year.approval) return;
  const Row& row = *year.approval;
  if (facts.duty == Duty::draft && !facts.done_on) facts.done_on = row.day("draft_sent_on");
  if (facts.duty == Duty::session && !facts.done_on) facts.done_on = year.approved_on;
  if (facts.duty == Duty::reserve) {
    facts.exempt = row.money("fund_1") == Money();
    if (row.has("reserve_amount")) facts.done_on = facts.approved_on;
  }
  const bool of_congress = facts.duty == Duty::draft || facts.duty == Duty::session || facts.duty == Duty::reserve;
  if (of_congress && item.document_no.empty() && facts.done_on) item.document_no = row.text("document_no");
}

/// The matters of every region, and what each department and each transfer of the upper level adds.
std::vector<Item> items_of(const Year& year, std::vector<Row> acts) {
  std::map<std::pair<Duty, std::string>, Item> out;
  for (const Duty duty : {Duty::notice, Duty::session, Duty::draft, Duty::reserve, Duty::publish_government,
                          Duty::general_transfer, Duty::special_transfer})
    out[{duty, "-"}] = {duty, "-", "", "", std::nullopt};
  for (const auto& [department, reply] : year.replied)
    out[{Duty::publish_department, department}] = {Duty::publish_department, department, reply.first, "", std::nullopt};
  for (Row& act : acts) {
    const auto duty = duty_of(act.text("kind"));
    if (!duty) continue;
    Item& item = out[{*duty, act.text("subject")}];
    item.duty = *duty;
    item.subject = act.text("subject");
    item.document_no = act.text("document_no");
    item.act = std::move(act);
  }
  std::vector<Item> list;
  for (auto& [place, item] : out) list.push_back(std::move(item));
  return list;
}

/// What a row is about within its kind: a department, a document of the upper level, or nothing further.
Result<std::string> subject_of(const Call& call, const Row& row) {
  if (row.text("kind") == "publish_department" && row.has("node")) {
    OB_TRY(const Row node, call.node(row.ref("node")));
    return node.text("department_code");
  }
  if (row.text("kind") == "central_transfer" && !row.text("upper_document_no").empty())
    return row.text("upper_document_no");
  return std::string("-");
}

} // namespace

Result<void> validate_statutory_act(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove || (change.action == Action::transition && change.transition != "record"))
    return {};
  const Row& row = change.after;
  const auto duty = duty_of(row.text("kind"));
  const int fiscal_year = static_cast<int>(row.number("fiscal_year"));
  if (!duty || fiscal_year <= 0) return {}; // the missing field has its own finding
  OB_TRY(Year year, year_of(call, row.ref("region"), fiscal_year));
  OB_TRY(const std::string subject, subject_of(call, row));
  if (*duty == Duty::publish_department) {
    OB_TRY(const Row region, call.node(row.ref("region")));
    OB_CHECK(read_replies(call, region.text("region_code"), year));
  }
  if (change.action == Action::create) verdict.assign("subject", subject);
  ActFacts act;
  act.duty = facts_of(call, *duty, year);
  act.duty.base = base_of(*duty, subject, row, year);
  act.duty.done_on = row.day("done_on");
  act.duty.exempt = row.flag("not_applicable");
  act.names_department = row.has("node");
  act.has_document = !row.text("document_no").empty() || row.has("file");
  act.has_late_reason = !row.text("late_reason").empty();
  act.recording = change.action == Action::transition;
  OB_TRY(const Policy policy, policy_for(call, fiscal_year));
  verdict.report(check_act(act, policy));
  const DutyStanding standing = standing_of(act.duty, policy);
  verdict.assign("due_on", standing.due_on ? Json(standing.due_on->str()) : Json(nullptr));
  verdict.assign("late_days", act.duty.done_on ? Json(standing.late_days) : Json(nullptr));
  return {};
}

Result<Answer> show_statutory_calendar(Call& call, const Request& request) {
  OB_TRY(const RecordId region, request.id("region"));
  const int fiscal_year = year_parameter(request, "year");
  OB_TRY(const Row node, call.node(region));
  const std::string code = node.text("region_code");
  OB_TRY(Year year, year_of(call, region, fiscal_year));
  OB_CHECK(read_replies(call, code, year));
  OB_TRY(auto acts, call.records().list(kAct, where(of_year(region, fiscal_year))));
  OB_TRY(const Policy policy, policy_for(call, fiscal_year));
  Json items = Json::array();
  for (Item& item : items_of(year, std::move(acts))) {
    DutyFacts facts = facts_of(call, item.duty, year);
    facts.base = base_of(item.duty, item.subject, item.act, year);
    if (item.act && item.act->text("status") == "recorded") { // a draft says nothing yet, save when it came in
      facts.done_on = item.act->day("done_on");
      facts.exempt = item.act->flag("not_applicable");
    }
    take_approval(year, facts, item);
    const bool passed_down = item.duty == Duty::general_transfer || item.duty == Duty::special_transfer;
    facts.exempt = facts.exempt || (passed_down && lowest(code));
    items.push_back(told(item, facts, policy));
  }
  return Answer::json(
      {{"region", region.str()}, {"fiscal_year", fiscal_year}, {"today", call.today().str()}, {"items", items}});
}

} // namespace onebudget::compilation
