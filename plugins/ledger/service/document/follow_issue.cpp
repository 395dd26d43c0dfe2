// The budget as issued by the compilation (compilation.budget.issued) becomes documents: first the approved budget,
// then the issue, or what a change lowers and raises.

#include "plugins/ledger/service/document/draft.hpp"

namespace onebudget::ledger {

namespace {

constexpr const char* kReceived = "ledger.document.received";

Result<bool> known(const Call& call, const std::string& origin) {
  OB_TRY(const auto there, call.records().first(kDocument, where("origin==" + plugin::quoted(origin), "", {"number"})));
  return there.has_value();
}

/// Writes a draft with its lines; it is posted behind its own event, when its lines can be read.
Result<void> receive(const Call& call, const Json& header, const std::vector<Json>& lines, const std::string& key) {
  if (lines.empty()) return {};
  OB_TRY(const bool there, known(call, header["origin"]));
  if (there) return {};
  OB_TRY(const RecordId document, call.records().insert(kDocument, header));
  int n = 0;
  for (Json line : lines) {
    line["document"] = document.str();
    line["line_no"] = ++n;
    const auto made = call.records().insert(kLine, line);
    if (!made) return made.fault();
  }
  return call.publish(kReceived, key, {{"document", document.str()}});
}

Json header_of(const std::string& kind, const std::string& number, const std::string& title, const std::string& node,
               std::int64_t year, const std::string& origin) {
  return {{"kind", kind}, {"number", number},    {"title", title},
          {"node", node}, {"fiscal_year", year}, {"origin", origin}};
}

Json budget_line(const std::string& fund, Money amount, bool advance) {
  return {{"amount", plugin::abi(amount)},
          {"stage", "budget"},
          {"fund_kind", fund},
          {"is_advance", advance},
          {"budget_source", "year_start"}};
}

/// What was arranged in advance is part of what is approved later.
Result<std::map<std::string, Money>> advanced_by_fund(const Call& call, const std::string& region, std::int64_t year) {
  std::map<std::string, Money> out;
  const std::string filter =
      "stage==budget;is_advance==true;fiscal_year==" + std::to_string(year) + ";region_code==" + plugin::quoted(region);
  OB_CHECK(call.records().each(kIndicator, where(filter), [&](const Row& row) -> Result<void> {
    Money& sum = out[row.text("fund_kind")];
    OB_TRY(sum, sum.plus(row.money("amount")));
    return {};
  }));
  return out;
}

/// What the People's Congress approved, as the budget that issues draw on; once a region and year.
Result<void> receive_approval(const Call& call, const Row& issue, const std::string& key) {
  const std::int64_t year = issue.number("fiscal_year");
  const std::string filter = "fiscal_year==" + std::to_string(year) + ";status==confirmed";
  OB_TRY(const auto approvals, call.records().list("compilation.congress_approval", where(filter)));
  for (const Row& approval : approvals) {
    OB_TRY(const Row region, call.node(approval.ref("region")));
    if (region.text("region_code") != issue.text("region")) continue;
    OB_TRY(const auto advanced, advanced_by_fund(call, issue.text("region"), year));
    std::vector<Json> lines;
    for (const char* fund : {"1", "2", "3", "4", "5"}) {
      const auto before = advanced.find(fund);
      OB_TRY(const Money amount,
             approval.money(std::string("fund_") + fund).minus(before == advanced.end() ? Money() : before->second));
      if (amount > Money()) lines.push_back(budget_line(fund, amount, false));
    }
    return receive(call,
                   header_of("appropriation", approval.text("document_no") + "-" + key, "人大批准预算",
                             approval.text("region"), year, "compilation.congress_approval/" + approval.id().str()),
                   lines, key);
  }
  return {};
}

/// Before the approval, what the law lets go out is a budget arranged in advance, for the same amounts.
Result<void> receive_advance(const Call& call, const Row& issue, const std::string& origin, const std::string& key) {
  std::map<std::string, Money> sums;
  for (const Json& item : issue.at("lines")) {
    Money& sum = sums[Row(Row(item).at("elements")).text("fund_kind")];
    OB_TRY(sum, sum.plus(Row(item).money("amount")));
  }
  std::vector<Json> lines;
  for (const auto& [fund, sum] : sums)
    if (sum > Money()) lines.push_back(budget_line(fund, sum, true));
  const std::string number = issue.text("document_no") + "-" + std::to_string(issue.number("part")) + "-提前";
  return receive(call,
                 header_of("appropriation", number, "提前安排", issue.text("unit"), issue.number("fiscal_year"),
                           origin + "/advance"),
                 lines, key);
}

struct Renamed {
  const char* theirs;
  const char* ours;
};
constexpr Renamed kTexts[] = {{"region", "region_code"},
                              {"document_no", "document_no"},
                              {"project_code", "project_code"},
                              {"fund_kind", "fund_kind"},
                              {"business_office", "business_office"},
                              {"indicator_office", "managing_office"},
                              {"revenue_class", "revenue_class"},
                              {"transfer_class", "transfer_class"},
                              {"functional_class", "functional_class"},
                              {"government_class", "government_class"},
                              {"department_class", "department_class"},
                              {"indicator_type", "indicator_type"},
                              {"receiver_region", "receiving_region"},
                              {"budget_level", "budget_level"},
                              {"upper_document_no", "upper_document_no"},
                              {"payment_method", "payment_method"}};
constexpr Renamed kMarks[] = {{"is_advance", "is_advance"}, {"is_procurement", "is_procurement"},
                              {"is_payroll", "is_wage"},    {"is_research", "is_research"},
                              {"is_debt", "is_debt"},       {"is_construction", "is_construction"}};

/// A line of ours with the elements of theirs.
Json line_of(const Row& line, const Row& issue, Money amount) {
  const Row elements(line.at("elements"));
  const std::string source = elements.text("budget_source");
  Json out = {{"amount", plugin::abi(amount)},
              {"unit", issue.text("unit")},
              {"stage", elements.text("indicator_type") == "pending" ? "to_issue" : "executable"},
              {"origin", line.text("line")},
              {"budget_source", source == "2"   ? "adjusted"
                                : source == "3" ? "transferred"
                                                : "year_start"}};
  for (const Renamed& name : kTexts)
    if (!elements.text(name.theirs).empty()) out[name.ours] = elements.text(name.theirs);
  for (const Renamed& name : kMarks)
    if (elements.flag(name.theirs)) out[name.ours] = true;
  if (elements.flag("is_direct")) out["direct_mark"] = "1";
  return out;
}

/// The indicator that an earlier line of the compilation became, as id; empty while it is not posted.
Result<std::string> indicator_for(const Call& call, const std::string& origin) {
  OB_TRY(const auto line, call.records().first(kLine, where("origin==" + plugin::quoted(origin))));
  if (!line) return std::string();
  if (line->has("target")) return line->text("target");
  if (line->has("source")) return line->text("source");
  OB_TRY(const auto entries, call.records().list(kEntry, where("document==" + line->text("document") + ";line_no==" +
                                                               std::to_string(line->number("line_no")))));
  for (const Row& entry : entries)
    if (entry.has("debit")) return entry.text("indicator");
  return std::string();
}

struct Changes {
  std::vector<Json> down, up;
};

/// What each line's new amount takes from or gives to the indicator that the line before became.
Result<Changes> changes_of(const Call& call, const Row& issue) {
  Changes out;
  for (const Json& item : issue.at("lines")) {
    const Row line(item), previous(line.at("previous"));
    OB_TRY(const Money by, line.money("amount").minus(previous.none() ? Money() : previous.money("amount")));
    Json one = line_of(line, issue, by < Money() ? Money::from_fen(-by.fen()) : by);
    std::string indicator;
    if (!previous.none()) {
      OB_TRY(indicator, indicator_for(call, previous.text("line")));
    }
    if (!indicator.empty()) one[by < Money() ? "source" : "target"] = indicator;
    if (by != Money()) (by < Money() ? out.down : out.up).push_back(std::move(one));
  }
  return out;
}

} // namespace

Result<void> follow_issue(Call& call, const Event& event) {
  const Row issue(event.payload);
  if (issue.text("batch").empty())
    return fault(FaultKind::malformed, "ledger.event",
                 {"批复事件没有批次号，无法去重。请升级预算编制插件。",
                  "The issued budget has no batch to tell it by. Upgrade the plugin compilation."});
  const std::int64_t year = issue.number("fiscal_year"), part = issue.number("part", 1);
  const std::string origin = "compilation.budget_issue/" + issue.text("batch") + "/" + std::to_string(part);
  const std::string key = issue.text("region") + "/" + std::to_string(year);
  const std::string number =
      issue.text("document_no") + (issue.number("parts", 1) > 1 ? "-" + std::to_string(part) : "");
  const auto header = [&](const std::string& kind, const std::string& suffix) {
    Json out = header_of(kind, number + suffix, issue.text("title"), issue.text("unit"), year, origin + suffix);
    out["basis"] = issue.text("document_no");
    out["to_unit"] = issue.flag("to_unit");
    return out;
  };
  if (issue.text("ground") != "none")
    OB_CHECK(receive_advance(call, issue, origin, key));
  else
    OB_CHECK(receive_approval(call, issue, key));
  OB_TRY(const Changes changes, changes_of(call, issue));
  // An adjustment changes the total; a transfer gives back to the budget and takes from it again.
  const bool adjusts = issue.text("source") == "2", first = !issue.has("changes");
  OB_CHECK(receive(call, header(adjusts ? "adjust" : "cut", "-减"), changes.down, key));
  return receive(call, header(adjusts ? "adjust" : "issue", first ? "" : "-增"), changes.up, key);
}

Result<void> post_received(Call& call, const Event& event) {
  const RecordId id = Row(event.payload).ref("document");
  OB_TRY(const Row document, call.records().get(kDocument, id));
  if (document.text("status") != "draft") return {};
  OB_TRY(const auto findings, problems_of(call, document));
  if (findings.empty()) {
    OB_CHECK(call.records().transition(kDocument, id, document.version(), "submit"));
    return call.records().transition(kDocument, id, document.version() + 1, "post");
  }
  // People settle what cannot be posted by itself: the document says why and waits.
  std::string problem;
  for (const FieldFault& finding : findings) problem += finding.message.zh;
  constexpr std::size_t kMost = 1200; // bytes: 400 Chinese characters
  if (problem.size() > kMost) problem = findings.front().message.zh;
  if (document.text("problem") == problem) return {};
  return call.records().update(kDocument, id, document.version(), {{"problem", problem}});
}

} // namespace onebudget::ledger
