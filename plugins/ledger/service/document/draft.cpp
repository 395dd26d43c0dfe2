#include "plugins/ledger/service/document/draft.hpp"

#include <algorithm>

namespace onebudget::ledger {

namespace {

constexpr std::size_t kMostLines = 5000;

/// The stage of a target that names none: what the kind makes, else the source's.
std::string stage_for(const std::string& kind, const Row& line, const std::optional<Indicator>& source) {
  if (line.has("stage")) return line.text("stage");
  if (kind == "appropriation") return "budget";
  if (kind == "distribution") return "division";
  if (kind == "issue" || !source) return "executable";
  return source->stage;
}

bool has_target(const std::string& kind) {
  for (const char* none : {"cut", "freeze", "recover", "write_off"})
    if (kind == none) return false;
  return true;
}

/// What the elements of a line say, completed from the source and the document.
Result<Indicator> described(const Call& call, const Row& document, const Row& line,
                            const std::optional<Indicator>& source, Draft& draft, std::string& unit_id) {
  const std::string kind = document.text("kind");
  Indicator wanted = indicator_of(line, "");
  wanted.key.clear();
  wanted.stage = stage_for(kind, line, source);
  if (line.has("unit")) unit_id = line.text("unit");
  if (unit_id.empty()) unit_id = document.text("node");
  OB_TRY(const Row* node, node_of(call, unit_id, draft.nodes));
  wanted.unit = node->text("code");
  wanted.fiscal_year = static_cast<int>(document.number("fiscal_year")) + (kind == "carry_over" ? 1 : 0);
  if (wanted.elements.count("document_no") == 0 && (kind == "issue" || kind == "appropriation"))
    wanted.elements["document_no"] = document.text("number");
  if (kind == "carry_over") wanted.elements["budget_source"] = "carried";
  if (source) wanted = completed(std::move(wanted), *source);
  if (wanted.source_year == 0) wanted.source_year = wanted.fiscal_year;
  if (wanted.element("region_code").empty()) wanted.elements["region_code"] = node->text("region_code");
  if (wanted.element("budget_source").empty()) wanted.elements["budget_source"] = "year_start";
  return wanted;
}

Json row_of(const Indicator& one, const std::string& unit_id) {
  Json out = {{"code", one.key},        {"stage", one.stage},
              {"unit", unit_id},        {"fiscal_year", one.fiscal_year},
              {"pools", Json::array()}, {"source_year", one.source_year}};
  for (const auto& [name, value] : one.elements) out[name] = value == "true" ? Json(true) : Json(value);
  return out;
}

/// What an issue without a source draws on, and a cut without a target gives back to: the budget of the region, year
/// and fund where most is left; of a department's own issue what the department has to issue.
Result<std::optional<Row>> budget_for(const Call& call, const Row& document, const Row& line, const std::string& region,
                                      Draft& draft) {
  const bool to_unit = document.flag("to_unit");
  std::string filter = std::string("stage==") + (to_unit ? "to_issue" : "budget") +
                       ";fiscal_year==" + std::to_string(document.number("fiscal_year")) +
                       ";region_code==" + plugin::quoted(region) +
                       ";fund_kind==" + plugin::quoted(line.text("fund_kind"));
  if (!to_unit) return call.records().first(kIndicator, where(filter, "-available"));
  if (line.has("project_code")) filter += ";project_code==" + plugin::quoted(line.text("project_code"));
  OB_TRY(const Row* unit, node_of(call, line.text("unit"), draft.nodes));
  const std::string department = unit->text("department_code");
  OB_TRY(const auto rows, call.records().list(kIndicator, where(filter, "-available"), kMostLines));
  for (const Row& row : rows) {
    OB_TRY(const Row* node, node_of(call, row.text("unit"), draft.nodes));
    if (node->text("department_code") == department) return std::optional<Row>(row);
  }
  return std::optional<Row>();
}

struct Reader {
  const Call& call;
  const Row& document;
  Draft& draft;
  std::map<std::string, Row> rows; ///< indicators that lines name, by id

  Result<std::optional<Indicator>> named(const std::string& id) {
    const auto found = rows.find(id);
    if (found == rows.end()) return std::optional<Indicator>();
    OB_TRY(const Row* node, node_of(call, found->second.text("unit"), draft.nodes));
    Indicator one = indicator_of(found->second, node->text("code"));
    one.key = found->second.text("code");
    draft.there[one.key] = found->second;
    return std::optional<Indicator>(std::move(one));
  }

  Result<void> line(const Row& row) {
    const std::string kind = document.text("kind");
    DocumentLine out{static_cast<int>(row.number("line_no")), {}, {}, row.money("amount")};
    std::string source_id = row.text("source"), target_id = row.text("target");
    if (source_id.empty() && kind == "issue") {
      OB_TRY(const auto budget, budget_for(call, document, row, draft.region_code, draft));
      if (budget) rows[source_id = budget->id().str()] = *budget;
    }
    if (kind == "cut" && target_id.empty() && row.has("fund_kind")) {
      OB_TRY(const auto budget, budget_for(call, document, row, draft.region_code, draft));
      if (budget) rows[target_id = budget->id().str()] = *budget;
    }
    if (!source_id.empty()) {
      OB_TRY(out.source, named(source_id));
    }
    std::string unit_id = out.source ? draft.there[out.source->key].text("unit") : std::string();
    if (kind == "issue" && !row.has("unit")) unit_id.clear();
    if (!target_id.empty()) {
      OB_TRY(out.target, named(target_id));
    } else if (has_target(kind) && !(kind == "adjust" && out.source)) {
      OB_TRY(Indicator wanted, described(call, document, row, out.source, draft, unit_id));
      OB_TRY(const std::string digest, digest_of(call, canonical(wanted)));
      wanted.key = indicator_code(wanted, digest);
      draft.to_make[wanted.key] = row_of(wanted, unit_id);
      out.target = std::move(wanted);
    }
    draft.document.lines.push_back(std::move(out));
    return {};
  }
};

/// Indicators described by elements that are there already are used, not made again.
Result<void> find_made(const Call& call, Draft& draft) {
  std::set<std::string> codes;
  for (const auto& [code, row] : draft.to_make) codes.insert(plugin::quoted(code));
  OB_CHECK(by_hundreds(codes, "code", [&](const std::string& filter) {
    return call.records().each(kIndicator, where(filter), [&](const Row& row) -> Result<void> {
      draft.there[row.text("code")] = row;
      return {};
    });
  }));
  for (const auto& [code, row] : draft.there) draft.to_make.erase(code);
  return {};
}

Result<void> read_reversed(const Call& call, const Row& document, Draft& draft, std::vector<FieldFault>& findings) {
  const std::string of = document.text("reverses");
  std::set<std::string> ids;
  std::vector<Entry> entries;
  OB_CHECK(
      call.records().each(kEntry, where("document==" + (of.empty() ? "0" : of)), [&](const Row& row) -> Result<void> {
        entries.push_back(entry_of(row));
        ids.insert(row.text("indicator"));
        return {};
      }));
  if (entries.empty())
    findings.push_back({"/reverses",
                        "ledger.reversal",
                        {"被冲销的文书没有分录。", "The document to be reversed has no entries."},
                        {"请选择已记账的文书。", "Choose a posted one."}});
  OB_TRY(const auto rows, rows_of(call, kIndicator, ids));
  for (const auto& [id, row] : rows) draft.there[row.text("code")] = row;
  for (Entry& entry : entries)
    entry.indicator = rows.count(entry.indicator) > 0 ? rows.at(entry.indicator).text("code") : "";
  draft.entries = reversed(entries, draft.document.posted_on);
  return {};
}

} // namespace

Result<const Row*> node_of(const Call& call, const std::string& unit, std::map<std::string, Row>& nodes) {
  const auto found = nodes.find(unit);
  if (found != nodes.end()) return &found->second;
  OB_TRY(const Row node, call.node(RecordId::parse(unit).value_or(RecordId{})));
  return &nodes.emplace(unit, node).first->second;
}

Result<Draft> draft_of(const Call& call, const Row& document, const Chart& chart, std::vector<FieldFault>& findings) {
  Draft draft;
  draft.document = {document.text("kind"),
                    static_cast<int>(document.number("fiscal_year")),
                    document.day("posted_on").value_or(call.today()),
                    document.text("basis"),
                    document.text("batch_no"),
                    {}};
  OB_TRY(const Row* node, node_of(call, document.text("node"), draft.nodes));
  draft.region_code = node->text("region_code");
  if (draft.document.kind == "reversal") {
    OB_CHECK(read_reversed(call, document, draft, findings));
    return draft;
  }
  OB_TRY(const auto lines,
         call.records().list(kLine, where("document==" + document.id().str(), "line_no"), kMostLines));
  Reader reader{call, document, draft, {}};
  std::set<std::string> ids;
  for (const Row& line : lines)
    for (const char* side : {"source", "target"})
      if (line.has(side)) ids.insert(line.text(side));
  OB_TRY(reader.rows, rows_of(call, kIndicator, ids));
  for (const Row& line : lines) OB_CHECK(reader.line(line));
  OB_CHECK(find_made(call, draft));
  findings = check_document(draft.document);
  if (findings.empty()) {
    OB_TRY(findings, check_totals(call, draft));
  }
  if (findings.empty()) {
    OB_TRY(draft.entries, entries_of(draft.document, chart));
  }
  return draft;
}

} // namespace onebudget::ledger
