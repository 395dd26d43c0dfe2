#include "plugins/performance/domain/evaluate/cost.hpp"

namespace onebudget::performance {

namespace {
FieldFault found(const char* field, Text message, Text remedy) {
  return {field, "performance.cost", std::move(message), std::move(remedy)};
}
} // namespace

std::vector<FieldFault> check_cost(const CostItem& item) {
  std::vector<FieldFault> findings;
  if (item.quantity <= Value())
    findings.push_back(found("/quantity",
                             {"数量应大于零，否则没有单位成本。", "Without a quantity there is no unit cost."},
                             {"请填写数量。", "Fill in the quantity."}));
  if (item.cost < Money())
    findings.push_back(found("/cost", {"成本不能为负。", "A cost is not negative."}, {"请核对。", "Check it."}));
  if (item.standard && !(Money() < *item.standard))
    findings.push_back(found("/unit_standard", {"单位成本标准应大于零。", "A standard is above zero."},
                             {"请核对标准。", "Check it."}));
  if (item.standard && !item.has_standard_source)
    findings.push_back(found("/standard_source", {"标准没有出处。", "The standard has no source."},
                             {"请填写标准的文件或来源。", "Name the document."}));
  return findings;
}

Result<CostAnswer> analyse(const CostItem& item) {
  CostAnswer out;
  OB_TRY(out.unit_cost, item.cost.scaled(Value::kOne, item.quantity.millionths(), Rounding::half_up));
  if (!item.standard) return out;
  OB_TRY(const Money above, out.unit_cost.minus(*item.standard));
  OB_TRY(out.deviation, Ratio::of(above, *item.standard, Rounding::half_up));
  OB_TRY(const Money allowed, item.standard->scaled(item.quantity.millionths(), Value::kOne, Rounding::half_up));
  OB_TRY(const Money saving, item.cost.minus(allowed));
  if (Money() < saving) out.saving = saving;
  return out;
}

} // namespace onebudget::performance
