#include <charconv>
#include <map>

#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kMost = 1000, kBatch = 100;
constexpr int kFirstYear = 1990, kLastYear = 2100;

Result<int> year_of(const Request& request) {
  const std::string text = request.parameter("year").value_or("");
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (error == std::errc() && end == text.data() + text.size() && year >= kFirstYear && year <= kLastYear) return year;
  return fault(FaultKind::malformed, "compilation.year",
               {"请给出 1990 到 2100 之间的四位年度，如 year=2026。",
                "Give a year of four digits from 1990 to 2100, such as year=2026."});
}

/// What becomes of one code.
struct Fate {
  std::string code, kind;
  std::int64_t to_year = 0;
  Json to = Json::array(); ///< [{code, name, id}]; without name and id while the later list lacks the code
  Json suggestion;
};

struct Fates {
  std::map<std::string, Fate> by_code;
  std::map<std::string, std::string> code_of; ///< id of a row of the list → its code
};

Result<Fates> fates_of(const Call& call, const char* list, int year) {
  OB_TRY(const Json answer, call.send(kStandards, "successions", {{"list", list}, {"from_year", year}}));
  Fates fates;
  for (const Json& each : Row(answer).at("items")) {
    const Row item(each);
    Fate& fate = fates.by_code[item.text("from_code")];
    fate.code = item.text("from_code");
    fate.kind = item.text("kind");
    fate.to_year = item.number("to_year");
    for (const Json& id : item.at("from_ids"))
      if (id.is_string()) fates.code_of[id.get<std::string>()] = fate.code;
    if (item.text("to_code").empty()) continue;
    fate.to.push_back(item.has("to") ? item.at("to") : Json{{"code", item.text("to_code")}});
    if (item.flag("suggested")) fate.suggestion = fate.to.back();
  }
  return fates;
}

/// Adds the visible projects that use one of these codes, until there are enough.
Result<void> add_projects(const Call& call, const std::string& field, const Fates& fates, Json& items) {
  auto next = fates.code_of.begin();
  while (next != fates.code_of.end() && items.size() <= kMost) {
    std::string ids;
    for (std::size_t i = 0; i < kBatch && next != fates.code_of.end(); ++i, ++next)
      ids += (ids.empty() ? "" : ",") + next->first;
    plugin::Query query;
    query.filter = field + "=in=(" + ids + ")";
    query.sort = "code";
    query.fields = {"code", "name", field};
    query.limit = static_cast<std::int64_t>(kMost + 1 - items.size());
    OB_CHECK(call.records().each("compilation.project", query, [&](const Row& row) -> Result<void> {
      const auto code = fates.code_of.find(row.text(field));
      if (code == fates.code_of.end()) return {};
      const Fate& fate = fates.by_code.at(code->second);
      items.push_back({{"id", row.id().str()},
                       {"code", row.at("code")},
                       {"name", row.at("name")},
                       {"field", field},
                       {"from_code", fate.code},
                       {"kind", fate.kind},
                       {"to_year", fate.to_year},
                       {"to", fate.to},
                       {"suggestion", fate.suggestion}});
      return {};
    }));
  }
  return {};
}

} // namespace

Result<Answer> list_code_changes(Call& call, const Request& request) {
  OB_TRY(const int year, year_of(request));
  Json items = Json::array();
  std::size_t changes = 0;
  for (std::size_t i = 0; i < kYearly; ++i) {
    const char* field = kCodes[i];
    OB_TRY(const Fates fates, fates_of(call, field, year));
    changes += fates.by_code.size();
    OB_CHECK(add_projects(call, field, fates, items));
  }
  const bool more = items.size() > kMost;
  if (more) items.erase(items.begin() + kMost, items.end());
  return Answer::json({{"year", year}, {"changes", changes}, {"items", items}, {"truncated", more}});
}

} // namespace onebudget::compilation
