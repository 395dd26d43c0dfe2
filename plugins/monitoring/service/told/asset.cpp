// R38: assets that a project of the library asks for, against the number allowed and the standard's price.

#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kAsset = "compilation.asset_line";

/// Whole pieces of a decimal such as "3.00"; a part of one counts as one.
std::int64_t pieces(const std::string& decimal) {
  const std::size_t point = decimal.find('.');
  const auto whole = RecordId::parse(decimal.substr(0, point));
  const bool part = point != std::string::npos && decimal.find_first_not_of('0', point + 1) != std::string::npos;
  return (whole ? whole->value : 0) + (part ? 1 : 0);
}

Result<Json> facts_of(const Call& call, const Row& asset) {
  Json out = {{"count", asset.number("existing") + pieces(asset.text("quantity"))}, {"price", asset.number("price")}};
  if (asset.has("allowed")) out["standard_count"] = asset.number("allowed");
  OB_CHECK(add_ceiling(call, asset, "standard_price", out));
  return out;
}

} // namespace

Result<void> tell_assets(const Call& call, const std::set<std::string>& assets) {
  OB_TRY(const auto rows, rows_of(call, kAsset, assets));
  for (const Row& asset : rows) {
    OB_TRY(const auto line, call.records().first("compilation.expenditure_line", where("id==" + asset.text("line"))));
    if (!line) continue; // gone
    OB_TRY(const auto project, call.records().first("compilation.project", where("id==" + line->text("project"))));
    if (!project) continue;
    OB_TRY(const Json facts, facts_of(call, asset));
    const Row told(
        Json{{"unit", project->text("unit")}, {"fiscal_year", line->number("year")}, {"told_by", "compilation"}});
    OB_CHECK(keep_fact(
        call, told,
        fact_of("asset",
                project->text("code") + "/" + asset.text("line") + "/" + std::to_string(asset.number("item_no")),
                project->text("name") + " " + asset.text("name"), facts)));
  }
  return {};
}

} // namespace onebudget::monitoring
