#include "plugins/ledger/service/control/pools.hpp"

namespace onebudget::ledger {

Control control_of(const Row& row) {
  Control out;
  out.id = row.id().str();
  out.region_code = row.text("region_code");
  out.level = row.text("level");
  out.fiscal_year = static_cast<int>(row.number("fiscal_year"));
  out.fund_kind = row.text("fund_kind");
  out.function_prefix = row.text("function_prefix");
  out.warn_percent = static_cast<int>(row.number("warn_percent"));
  out.stop_percent = static_cast<int>(row.number("stop_percent", 100));
  out.hold = row.flag("hold");
  out.override_role = row.text("override_role");
  out.override_limit = row.money("override_limit");
  return out;
}

Counted counted_of(const Row& indicator, const std::string& department_code) {
  return {indicator.text("region_code"),
          department_code,
          indicator.text("unit"),
          static_cast<int>(indicator.number("fiscal_year")),
          indicator.text("stage"),
          indicator.text("fund_kind"),
          indicator.text("functional_class")};
}

Result<Pools> Pools::read(const Call& call, const std::string& region_code) {
  Pools out;
  std::set<std::string> ids;
  const std::string here = "status==in_force;region_code==" + plugin::quoted(region_code);
  OB_TRY(out.controls_, call.records().list(kControl, where(here, "code")));
  for (const Row& row : out.controls_) ids.insert(row.id().str());
  OB_CHECK(by_hundreds(ids, "control", [&](const std::string& filter) {
    return call.records().each(kPool, where(filter), [&](const Row& row) -> Result<void> {
      out.pools_[row.text("number")] = row.id().str();
      return {};
    });
  }));
  return out;
}

Result<Pools> Pools::of_control(const Call& call, const Row& control) {
  Pools out;
  out.controls_.push_back(control);
  OB_CHECK(call.records().each(kPool, where("control==" + control.id().str(), "", {"number"}),
                               [&](const Row& row) -> Result<void> {
                                 out.pools_[row.text("number")] = row.id().str();
                                 return {};
                               }));
  return out;
}

Result<std::string> Pools::pool(const Call& call, const Row& control, const std::string& number,
                                const Counted& counted) {
  const auto found = pools_.find(number);
  if (found != pools_.end()) return found->second;
  Json row = {{"number", number},
              {"control", control.id().str()},
              {"region", control.text("region")},
              {"name", control.text("name")},
              {"edition", control.number("edition")},
              {"warn_percent", control.number("warn_percent")},
              {"stop_percent", control.number("stop_percent")},
              {"hold", control.flag("hold")},
              {"waiting", control.flag("counting") ? 1 : 0}};
  for (const char* copied : {"override_role", "override_limit"})
    if (control.has(copied)) row[copied] = control.at(copied);
  if (control.text("level") == "unit") row["unit"] = counted.unit;
  if (control.text("level") == "department") row["department"] = counted.department_code;
  OB_TRY(const RecordId id, call.records().insert(kPool, row));
  return pools_[number] = id.str();
}

Result<Json> Pools::of(const Call& call, const Row& indicator, const std::string& department_code) {
  Json out = Json::array();
  const Counted counted = counted_of(indicator, department_code);
  for (const Row& row : controls_) {
    const auto number = pool_of(control_of(row), counted);
    if (!number) continue;
    OB_TRY(const std::string id, pool(call, row, *number, counted));
    out.push_back(id);
  }
  return out;
}

} // namespace onebudget::ledger
