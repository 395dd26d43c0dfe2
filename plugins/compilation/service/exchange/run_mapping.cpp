// The rule of a saved mapping, and POST /import-mapping/{id}/run: rows of a table through a mapping into budget
// figures.
#include <algorithm>

#include "plugins/compilation/service/exchange/mapping_json.hpp"
#include "plugins/compilation/service/exchange/table_file.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr std::size_t kMostRows = 20'000, kRowsAtOnce = 10'000; ///< of a table; of one upsert
constexpr const char* kTarget = "compilation.budget_figure";

const MappingTarget& target() {
  static const MappingTarget kTargets = {
      {"fiscal_year", "stage", "direction", "department", "agency_code", "area_code", "fund", "functional_class",
       "economic_class", "government_class", "project_code", "payout_kind", "hot_std", "amount"},
      {"fiscal_year", "stage", "amount"},
      "fiscal_year"};
  return kTargets;
}

Result<Mapping> checked(const Json& definition) {
  OB_TRY(Mapping mapping, mapping_of(definition));
  auto findings = check_target(mapping, target());
  if (findings.empty()) return mapping;
  return refusal("compilation.import_mapping",
                 {"映射与预算数据的字段不符，请逐项改正。",
                  "The mapping does not fit the fields of budget figures; correct each."},
                 std::move(findings));
}

std::vector<TextRow> rows_of(const Json& body) {
  std::vector<TextRow> out;
  for (const Json& row : Row(body).at("rows")) {
    TextRow cells;
    for (const Json& cell : row)
      cells.push_back(cell.is_string() ? cell.get<std::string>() : cell.is_null() ? std::string() : cell.dump());
    out.push_back(std::move(cells));
  }
  return out;
}

Json record_of(const MappedRecord& record, const std::string& region, const std::string& dataset,
               std::int64_t line_no) {
  Json out = {{"region", region}, {"dataset", dataset}, {"line_no", line_no}, {"amount", plugin::abi(record.amount)}};
  for (const auto& [field, value] : record.fields) {
    if (field == "amount") continue;
    if (field == "fiscal_year")
      out[field] = std::stoi(value);
    else
      out[field] = value;
  }
  return out;
}

Json told(const MappedTable& table, const std::string& language) {
  Json errors = Json::array();
  for (const RowError& error : table.errors)
    errors.push_back({{"line", error.line},
                      {"cell", error.cell},
                      {"column", error.column},
                      {"value", error.value},
                      {"code", error.code},
                      {"message", error.message.in(language)},
                      {"remedy", error.remedy.in(language)}});
  return {{"rows", table.rows},
          {"skipped", table.skipped},
          {"records", table.records.size()},
          {"total", table.total.to_yuan()},
          {"errors", errors}};
}

} // namespace

Result<void> validate_mapping(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  const bool used = change.action == Action::transition && change.transition == "use";
  if (change.action != Action::create && change.action != Action::update && !used) return {};
  const auto mapping = checked(change.after.at("definition"));
  if (!mapping) verdict.report(mapping.fault());
  return {};
}

namespace {

Result<Mapping> in_use(const Row& saved) {
  if (saved.text("status") == "in_use") return checked(saved.at("definition"));
  return fault(FaultKind::conflict, "compilation.mapping_not_in_use",
               {"映射尚未启用或已停用。请先启用。", "The mapping is not in use. Put it to use first."});
}

/// Refused as a whole, with the places in `mistakes`.
Fault not_taken(std::vector<FieldFault> mistakes) {
  return refusal("compilation.import_rows",
                 {"有行未通过，什么都没有写。请按所指单元格改正后重新导入。",
                  "Rows do not pass; nothing was written. Correct the cells that are named and import again."},
                 std::move(mistakes));
}

std::vector<FieldFault> cells_of(const std::vector<RowError>& errors) {
  std::vector<FieldFault> out;
  for (const RowError& error : errors)
    out.push_back({error.cell + " " + error.column, error.code, error.message, error.remedy});
  return out;
}

std::vector<FieldFault> other_total(Money wanted, Money read) {
  return {{"/expected_total",
           "compilation.import_total",
           {"合计应为 " + wanted.to_yuan() + " 元，读到 " + read.to_yuan() + " 元。",
            "The total should be " + wanted.to_yuan() + " yuan and is " + read.to_yuan() + "."},
           {"请核对文件和单位。", "Check the file and its unit."}}};
}

/// What the records refuse, in their own words.
std::vector<FieldFault> lines_of(const Json& errors) {
  std::vector<FieldFault> out;
  for (const Json& item : errors) {
    const Row error(item);
    const std::string message = error.text("message"), remedy = error.text("remedy");
    out.push_back({"line " + std::to_string(error.number("line")) + " " + error.text("field"),
                   error.text("code"),
                   {message, message},
                   {remedy, remedy}});
  }
  return out;
}

/// What both ways of sending a table share: the check, the trial, and all rows or none.
Result<Answer> take_table(Call& call, const Row& saved, const Mapping& mapping, const std::vector<TextRow>& rows,
                          const Row& options) {
  OB_TRY(const MappedTable table, map_rows(mapping, rows));
  const bool trial = options.flag("dry_run");
  Json answer = told(table, call.language());
  answer["written"] = 0;
  if (!table.errors.empty()) return trial ? Result<Answer>(Answer::json(answer)) : not_taken(cells_of(table.errors));
  if (const auto expected = options.text("expected_total"); !expected.empty()) {
    OB_TRY(const Money wanted, Money::parse_yuan(expected));
    answer["expected_total"] = wanted.to_yuan();
    answer["sound"] = wanted == table.total;
    if (!trial && wanted != table.total) return not_taken(other_total(wanted, table.total));
  }
  if (trial) return Answer::json(answer);
  const std::int64_t first = options.number("first_line", 1);
  std::int64_t written = 0;
  Json refusals = Json::array();
  // All in this unit of work: a refusal in any part leaves nothing of the others.
  for (std::size_t at = 0; at < table.records.size(); at += kRowsAtOnce) {
    Json records = Json::array();
    for (std::size_t i = at; i < std::min(at + kRowsAtOnce, table.records.size()); ++i)
      records.push_back(record_of(table.records[i], saved.text("region"), options.text("dataset"),
                                  first + static_cast<std::int64_t>(i)));
    OB_TRY(const auto report, call.records().upsert(kTarget, records));
    written += report.created + report.updated;
    for (Json error : report.errors) {
      error["line"] = Row(error).number("line") + static_cast<std::int64_t>(at); // told within the part
      refusals.push_back(std::move(error));
    }
  }
  answer["written"] = written;
  answer["next_line"] = first + static_cast<std::int64_t>(table.records.size());
  if (!refusals.empty()) return not_taken(lines_of(refusals));
  return Answer::json(answer);
}

/// The options of a file, which stand in the query.
Json options_of(const Request& request) {
  Json out = {{"dataset", request.parameter("dataset").value_or("")},
              {"expected_total", request.parameter("expected_total").value_or("")},
              {"dry_run", request.parameter("dry_run").value_or("") == "true"}};
  const std::string first = request.parameter("first_line").value_or("");
  if (!first.empty() && first.size() < 10 && first.find_first_not_of("0123456789") == std::string::npos)
    out["first_line"] = std::stoll(first);
  return out;
}

} // namespace

Result<Answer> run_mapping(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(const Row saved, call.records().get("compilation.import_mapping", id));
  OB_TRY(const Mapping mapping, in_use(saved));
  const auto rows = rows_of(body);
  return take_table(call, saved, mapping, rows, Row(body));
}

Result<Answer> run_mapping_on_file(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row saved, call.records().get("compilation.import_mapping", id));
  OB_TRY(const Mapping mapping, in_use(saved));
  OB_TRY(const std::string bytes, request.body());
  OB_TRY(const auto rows, rows_of_file(bytes, mapping.sheet, kMostRows));
  return take_table(call, saved, mapping, rows, Row(options_of(request)));
}

} // namespace onebudget::compilation
