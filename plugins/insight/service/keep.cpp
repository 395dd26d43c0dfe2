#include "plugins/insight/service/keep.hpp"

#include <cmath>

#include "plugins/insight/service/sources.hpp"

namespace onebudget::insight {

namespace {

constexpr std::size_t kFew = 20, kAtOnce = 1000;
constexpr double kNear = 5e-7; ///< ratios hold six decimals

std::string row_key(const std::string& code, std::int64_t year, std::int64_t month) {
  return code + "|" + std::to_string(year) + "|" + std::to_string(month);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

/// What a place in the tree is called.
struct Place {
  std::string region_code, department;
};

class Places {
 public:
  explicit Places(const Call& call) : call_(call) {}
  Result<const Place*> of(RecordId unit) {
    const auto found = known_.find(unit.value);
    if (found != known_.end()) return &found->second;
    OB_TRY(const Row node, call_.node(unit));
    return &known_.emplace(unit.value, Place{node.text("region_code"), node.text("department_code")}).first->second;
  }

 private:
  const Call& call_;
  std::map<std::int64_t, Place> known_;
};

Json line_json(const ProjectFacts& project, const ProjectLine& line, const Place& place) {
  const YearFacts& year = line.facts;
  const ResultFacts& result = year.result;
  return {{"project_code", project.code},
          {"fiscal_year", line.fiscal_year},
          {"project", project.id.str()},
          {"name", project.name},
          {"unit", project.unit.str()},
          {"region_code", place.region_code},
          {"department", text_or_null(place.department)},
          {"category", text_or_null(project.category)},
          {"functional_class", text_or_null(project.functional_class)},
          {"function_group", text_or_null(project.functional_class.substr(0, 3))},
          {"fund_kind", text_or_null(project.fund_kind)},
          {"three_guarantees", project.three_guarantees},
          {"stage", line.stage},
          {"declared_amount", plugin::abi(line.declared)},
          {"reviewed_amount", plugin::abi(year.reviewed)},
          {"ceiling_amount", plugin::abi(year.ceiling)},
          {"approved_amount", plugin::abi(year.approved)},
          {"indicator_amount", plugin::abi(year.indicator)},
          {"frozen_amount", plugin::abi(year.frozen)},
          {"in_flight_amount", plugin::abi(year.in_flight)},
          {"committed_amount", plugin::abi(year.committed)},
          {"paid_amount", plugin::abi(year.paid)},
          {"balance_amount", plugin::abi(year.balance)},
          {"contract_amount", plugin::abi(year.contract)},
          {"open_grey", year.alerts.grey},
          {"open_red", year.alerts.red},
          {"open_orange", year.alerts.orange},
          {"open_yellow", year.alerts.yellow},
          {"open_blue", year.alerts.blue},
          {"alert_level", year.alerts.gravest()},
          {"goal_state", year.goal_state},
          {"self_score", text_or_null(year.self_score)},
          {"final_score", text_or_null(year.final_score)},
          {"grade", year.grade},
          {"result_state", result.state},
          {"result_factor", result.decided ? plugin::abi(result.factor) : Json(nullptr)},
          {"effect_year", result.decided ? Json(result.effect_year) : Json(nullptr)},
          {"effect_change", result.decided ? plugin::abi(result.change) : Json(nullptr)}};
}

Json month_json(const ProjectFacts& project, int year, int month, const MonthAmounts& amounts, const Place& place) {
  return {{"project_code", project.code},
          {"fiscal_year", year},
          {"month", month},
          {"unit", project.unit.str()},
          {"region_code", place.region_code},
          {"function_group", text_or_null(project.functional_class.substr(0, 3))},
          {"fund_kind", text_or_null(project.fund_kind)},
          {"planned_amount", plugin::abi(amounts.planned)},
          {"paid_amount", plugin::abi(amounts.paid)}};
}

bool same(const Json& kept, const Json& wanted) {
  if (kept.is_number_float() || wanted.is_number_float())
    return kept.is_number() && wanted.is_number() && std::abs(kept.get<double>() - wanted.get<double>()) < kNear;
  return kept == wanted;
}

/// The rows of one entity: wanted against kept.
class Table {
 public:
  Table(const Call& call, const char* entity) : call_(call), entity_(entity) {}

  void want(Json row) {
    const Row seen(row);
    wanted_[row_key(seen.text("project_code"), seen.number("fiscal_year"), seen.number("month"))] = std::move(row);
  }
  [[nodiscard]] std::int64_t wanted() const { return static_cast<std::int64_t>(wanted_.size()); }

  /// Writes what differs when `mend`; adds the codes of differing projects.
  Result<void> settle(const std::set<std::string>& codes, bool mend, std::set<std::string>& differing) {
    OB_CHECK(each_in(call_, entity_, "project_code", literals(codes), "", {}, [&](const Row& row) -> Result<void> {
      const auto key = row_key(row.text("project_code"), row.number("fiscal_year"), row.number("month"));
      const auto wish = wanted_.find(key);
      if (wish == wanted_.end()) {
        gone_.push_back(row);
        differing.insert(row.text("project_code"));
        return {};
      }
      Json changes = Json::object();
      for (const auto& [field, value] : wish->second.items())
        if (!same(row.at(field), value)) changes[field] = value;
      if (!changes.empty()) changed_.push_back({row, std::move(changes), wish->second});
      wanted_.erase(wish);
      return {};
    }));
    for (const auto& [key, row] : wanted_) differing.insert(Row(row).text("project_code"));
    for (const Changed& one : changed_) differing.insert(one.row.text("project_code"));
    return mend ? write() : Result<void>();
  }

 private:
  struct Changed {
    Row row;
    Json changes, whole;
  };

  Result<void> write() {
    for (const Row& row : gone_) OB_CHECK(call_.records().remove(entity_, row.id(), row.version()));
    if (wanted_.size() + changed_.size() > kFew) return write_many();
    for (const Changed& one : changed_)
      OB_CHECK(call_.records().update(entity_, one.row.id(), one.row.version(), one.changes));
    for (const auto& [key, row] : wanted_) {
      OB_TRY([[maybe_unused]] const RecordId id, call_.records().insert(entity_, row));
    }
    return {};
  }

  Result<void> write_many() {
    Json rows = Json::array();
    for (const Changed& one : changed_) rows.push_back(one.whole);
    for (const auto& [key, row] : wanted_) rows.push_back(row);
    for (std::size_t at = 0; at < rows.size(); at += kAtOnce) {
      Json some = Json::array();
      for (std::size_t i = at; i < std::min(rows.size(), at + kAtOnce); ++i) some.push_back(rows[i]);
      OB_TRY(const plugin::UpsertReport report, call_.records().upsert(entity_, some));
      if (!report.errors.empty())
        return fault(FaultKind::internal, "insight.row",
                     {"一张表的行写不进去：" + report.errors.dump(), "Rows were refused: " + report.errors.dump()});
    }
    return {};
  }

  const Call& call_;
  const char* entity_;
  std::map<std::string, Json> wanted_;
  std::vector<Row> gone_;
  std::vector<Changed> changed_;
};

} // namespace

Result<Kept> keep(const Call& call, const std::set<std::string>& codes, bool mend) {
  OB_TRY(const Projects projects, gather(call, codes));
  Places places(call);
  Table lines(call, kLine), months(call, kMonth);
  for (const auto& [code, known] : projects) {
    OB_TRY(const Place* place, places.of(known.facts.unit));
    for (const ProjectLine& line : project_lines(known.facts, known.years)) {
      lines.want(line_json(known.facts, line, *place));
      for (int month = 1; month <= kMonths; ++month) {
        const MonthAmounts& amounts = line.facts.months[static_cast<std::size_t>(month - 1)];
        if (amounts.planned == Money() && amounts.paid == Money()) continue;
        months.want(month_json(known.facts, line.fiscal_year, month, amounts, *place));
      }
    }
  }
  Kept out;
  out.projects = static_cast<std::int64_t>(projects.size());
  out.rows = lines.wanted() + months.wanted();
  OB_CHECK(lines.settle(codes, mend, out.differing));
  OB_CHECK(months.settle(codes, mend, out.differing));
  return out;
}

} // namespace onebudget::insight
