// A line as the ledger keeps it, told when money came to it or was paid from it.

#include <algorithm>

#include "plugins/monitoring/domain/limits.hpp"
#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kLedgerToldBy = "ledger";

/// What was paid in December, and in its last ten days, by indicator; nothing in other months.
Result<std::map<std::string, std::pair<Money, Money>>> late_payments(const Call& call, const std::string& indicators,
                                                                     Day today) {
  std::map<std::string, std::pair<Money, Money>> out;
  constexpr int kDecember = 12, kFirstOfTen = 22;
  if (today.month() != kDecember) return out;
  const std::string filter = indicators + ";event=in=(consume,refund);posted_on=ge=" +
                             Day::of(today.year(), kDecember, 1).value_or(today).str();
  OB_CHECK(call.records().each("ledger.entry", where(filter), [&](const Row& row) -> Result<void> {
    const Money amount =
        row.text("event") == "refund" ? Money::from_fen(-row.money("amount").fen()) : row.money("amount");
    auto& [month, days] = out[row.text("indicator")];
    month = sum(month, amount);
    if (row.day("posted_on").value_or(today).day() >= kFirstOfTen) days = sum(days, amount);
    return {};
  }));
  return out;
}

/// What the ledger does not keep in the indicator itself.
struct Around {
  std::map<std::string, std::pair<Money, Money>> late; ///< by indicator
  std::map<std::string, Money> year_start;             ///< by indicator, of the three public expenses
  std::map<std::string, Day> superior;                 ///< by number of the upper level's document
  std::set<std::string> guaranteed;                    ///< codes of projects of the three guarantees
};

/// R34: what the year began with: issued or carried in. Only the classes that the rule looks at.
Result<void> load_year_start(const Call& call, const std::vector<Row>& indicators, Around& out) {
  const auto classes = limits_for({}, "", 0).words("R34", "classes");
  std::set<std::string> ids;
  for (const Row& row : indicators)
    if (under(row.text("department_class"), classes)) ids.insert(row.id().str());
  for (const std::string& id : ids) out.year_start[id] = Money();
  return by_hundreds(ids, "indicator", [&](const std::string& filter) {
    return call.records().each("ledger.entry", where(filter + ";event=in=(issue,carry_in)"),
                               [&](const Row& row) -> Result<void> {
                                 Money& begun = out.year_start[row.text("indicator")];
                                 begun = sum(begun, row.money("amount"));
                                 return {};
                               });
  });
}

/// R09: when the upper level's document of the money was posted.
Result<void> load_superior(const Call& call, const std::vector<Row>& indicators, Around& out) {
  std::set<std::string> numbers;
  for (const Row& row : indicators)
    if (row.has("upper_document_no")) numbers.insert(row.text("upper_document_no"));
  return by_hundreds(numbers, "number", [&](const std::string& filter) {
    return call.records().each("ledger.document", where(filter + ";status==posted"),
                               [&](const Row& row) -> Result<void> {
                                 if (const auto day = row.day("posted_on")) out.superior[row.text("number")] = *day;
                                 return {};
                               });
  });
}

/// R51: which projects belong to the three guarantees.
Result<void> load_guarantees(const Call& call, const std::set<std::string>& projects, Around& out) {
  const auto read = by_hundreds(projects, "code", [&](const std::string& filter) {
    return call.records().each("compilation.project", where(filter + ";three_guarantees==true"),
                               [&](const Row& row) -> Result<void> {
                                 out.guaranteed.insert(row.text("code"));
                                 return {};
                               });
  });
  return !read && not_there(read.fault()) ? Result<void>() : read;
}

/// A line as the ledger keeps it. `before`: what was told last, which knows when it was paid from first.
Json line_facts(const Row& indicator, const Row& before, const Around& around, Day today) {
  const auto found = around.late.find(indicator.id().str());
  const auto late = found == around.late.end() ? std::pair<Money, Money>() : found->second;
  const Money amount = indicator.money("amount"), paid = indicator.money("paid");
  Json out = {{"budget", amount.fen()},
              {"paid", paid.fen()},
              {"balance", sum(amount, Money::from_fen(-paid.fen())).fen()},
              {"issued_on", day_in_china(indicator.number("created_at")).str()},
              {"source_year", indicator.number("source_year")},
              {"economic_class", indicator.text("department_class")},
              {"personnel", indicator.flag("is_wage")},
              {"frozen", Money() < indicator.money("frozen") && indicator.money("available") == Money()},
              {"december", late.first.fen()},
              {"last_ten_days", late.second.fen()}};
  const auto begun = around.year_start.find(indicator.id().str());
  if (begun != around.year_start.end()) out["year_start"] = begun->second.fen();
  const auto superior = around.superior.find(indicator.text("upper_document_no"));
  if (superior != around.superior.end()) out["superior_on"] = superior->second.str();
  if (around.guaranteed.count(indicator.text("project_code")) > 0) {
    out["guarantee"] = true;
    out["due"] = amount.fen();
  }
  const Row known(before.at("facts"));
  if (known.has("first_paid_on")) {
    out["first_paid_on"] = known.at("first_paid_on");
  } else if (Money() < paid) {
    out["first_paid_on"] = today.str();
  }
  return out;
}

Result<void> tell_lines(const Call& call, const std::string& filter) {
  OB_TRY(const auto indicators, call.records().list("ledger.indicator", where("id=in=(" + filter + ")")));
  Around around;
  OB_TRY(around.late, late_payments(call, "indicator=in=(" + filter + ")", call.today()));
  std::set<std::string> objects, projects;
  for (const Row& indicator : indicators) {
    objects.insert(indicator.text("code"));
    if (indicator.has("project_code")) projects.insert(indicator.text("project_code"));
  }
  OB_CHECK(load_year_start(call, indicators, around));
  OB_CHECK(load_superior(call, indicators, around));
  OB_CHECK(load_guarantees(call, projects, around));
  std::map<std::string, Row> known;
  OB_CHECK(by_hundreds(objects, "object", [&](const std::string& codes) {
    return call.records().each(kFact, where("subject==line;told_by==" + std::string(kLedgerToldBy) + ";" + codes),
                               [&](const Row& row) -> Result<void> {
                                 known[row.text("object")] = row;
                                 return {};
                               });
  }));
  for (const Row& indicator : indicators) {
    const std::string code = indicator.text("code"), project = indicator.text("project_code");
    const auto before = known.find(code);
    const Json facts = line_facts(indicator, before == known.end() ? Row() : before->second, around, call.today());
    const Row told(Json{{"unit", indicator.text("unit")},
                        {"fiscal_year", indicator.number("fiscal_year")},
                        {"told_by", kLedgerToldBy}});
    OB_CHECK(keep_fact(
        call, told,
        Row(Json{
            {"subject", "line"}, {"object", code}, {"title", project.empty() ? code : project}, {"facts", facts}})));
  }
  return tell_projects(call, projects);
}

} // namespace

Result<void> follow_lines(Call& call, const Event& event) {
  std::string list;
  std::size_t count = 0;
  const Json ids = Row(event.payload).at("indicators");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    constexpr std::size_t kInOneQuery = 100;
    if (!ids[i].is_string()) continue;
    list += (count++ == 0 ? "" : ",") + ids[i].get<std::string>();
    if (count < kInOneQuery && i + 1 < ids.size()) continue;
    OB_CHECK(tell_lines(call, list));
    list.clear();
    count = 0;
  }
  return {};
}

} // namespace onebudget::monitoring
