#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

constexpr std::size_t kMostSuccessions = 10'000, kBatch = 100;

/// Calls `take` for every row of the list that stands for one of these codes of the year.
Result<void> look_up(const Call& call, const std::string& list, int year, const std::vector<std::string>& codes,
                     const std::string& more, const std::function<void(const Row&)>& take) {
  for (std::size_t from = 0; from < codes.size(); from += kBatch) {
    plugin::Query query;
    for (std::size_t i = from; i < std::min(codes.size(), from + kBatch); ++i)
      query.filter += (i == from ? "code=in=(" : ",") + plugin::quoted(codes[i]);
    query.filter += ")" + more + of_year(list, year);
    query.sort = "code,edition";
    query.fields = {"code", "name", "edition"};
    OB_CHECK(call.records().each("standards." + list, query, [&](const Row& row) -> Result<void> {
      take(row);
      return {};
    }));
  }
  return {};
}

std::vector<std::string> keys_of(const std::map<std::string, Json>& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

} // namespace

std::string of_year(std::string_view list, std::int64_t year) {
  return list == "region" ? "" : ";list_year==" + std::to_string(year);
}

Succession succession_of(const Row& row) {
  const std::string kind = row.text("kind");
  Succession out;
  out.kind = kind == "split"       ? SuccessionKind::split
             : kind == "merged"    ? SuccessionKind::merged
             : kind == "withdrawn" ? SuccessionKind::withdrawn
                                   : SuccessionKind::renamed;
  out.from_code = row.text("from_code");
  out.to_code = row.text("to_code");
  out.from_year = static_cast<int>(row.number("from_year"));
  out.to_year = static_cast<int>(row.number("to_year"));
  return out;
}

Result<std::vector<std::string>> successors_of(const Call& call, const std::string& list, int year,
                                               const std::string& code) {
  plugin::Query query;
  query.filter = "list==" + plugin::quoted(list) + ";from_code==" + plugin::quoted(code) + ";status==in_force";
  if (year != 0) query.filter += ";from_year==" + std::to_string(year);
  query.sort = "to_code";
  query.limit = 20;
  std::vector<std::string> codes;
  OB_CHECK(call.records().each("standards.code_succession", query, [&](const Row& row) -> Result<void> {
    if (row.has("to_code") && !row.text("to_code").empty()) codes.push_back(row.text("to_code"));
    return {};
  }));
  return codes;
}

Result<Json> successions(Call& call, const Message& message) {
  const Row request(message.request);
  const std::string list = request.text("list");
  const int year = static_cast<int>(request.number("from_year"));
  plugin::Query query;
  query.filter = "list==" + plugin::quoted(list) + ";from_year==" + std::to_string(year) + ";status==in_force";
  query.sort = "from_code,to_code";
  OB_TRY(const auto rows, call.records().list("standards.code_succession", query, kMostSuccessions));
  std::map<std::string, std::vector<Succession>> by_code;
  std::map<int, std::map<std::string, Json>> next; // year → code → what stands there now
  std::map<std::string, Json> before;
  for (const Row& row : rows) {
    const Succession one = succession_of(row);
    by_code[one.from_code].push_back(one);
    before.try_emplace(one.from_code, Json::array());
    if (!one.to_code.empty()) next[one.to_year].try_emplace(one.to_code, nullptr);
  }
  OB_CHECK(look_up(call, list, year, keys_of(before), "",
                   [&](const Row& row) { before[row.text("code")].push_back(row.id().str()); }));
  for (auto& [to_year, codes] : next)
    OB_CHECK(look_up(call, list, to_year, keys_of(codes), ";status==in_force", [&, &found = codes](const Row& row) {
      found[row.text("code")] = {{"code", row.text("code")}, {"name", row.text("name")}, {"id", row.id().str()}};
    }));
  Json items = Json::array();
  for (const Row& row : rows) {
    const Succession one = succession_of(row);
    const std::string only = suggested(by_code[one.from_code]);
    Json item = {{"from_code", one.from_code}, {"from_ids", before[one.from_code]},
                 {"to_code", one.to_code},     {"kind", row.text("kind")},
                 {"to_year", one.to_year},     {"to", nullptr}};
    if (!one.to_code.empty()) item["to"] = next[one.to_year][one.to_code];
    item["suggested"] = !only.empty() && only == one.to_code;
    items.push_back(std::move(item));
  }
  return Json{{"items", items}};
}

} // namespace onebudget::standards
