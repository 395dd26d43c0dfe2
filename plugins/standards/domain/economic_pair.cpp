#include "plugins/standards/domain/economic_pair.hpp"

#include <algorithm>

namespace onebudget::standards {

std::vector<FieldFault> check_pair(const EconomicPair& pair, const std::string& field) {
  const auto of_unit = [&](const AllowedClass& row) {
    return pair.unit_type.empty() || row.unit_type == pair.unit_type;
  };
  const auto fits = [&](const AllowedClass& row) {
    return of_unit(row) && row.government_class == pair.government_class;
  };
  if (pair.allowed.empty() || std::any_of(pair.allowed.begin(), pair.allowed.end(), fits)) return {};
  std::string zh, en;
  for (const AllowedClass& row : pair.allowed) {
    const std::string& code = row.government_class;
    if (!of_unit(row) || code.empty() || en.find(code) != std::string::npos) continue;
    zh += (zh.empty() ? "" : "、") + code;
    en += (en.empty() ? "" : ", ") + code;
  }
  const Text remedy = zh.empty() ? Text{"请改用其他部门经济分类。", "Use another department economic class."}
                                 : Text{"请改用对应的政府经济分类：" + zh + "。",
                                        "Use the government class it corresponds to: " + en + "."};
  const Text whose = pair.unit_type == "administrative" ? Text{"行政机关的", "Of an administrative unit "}
                     : pair.unit_type == "institution"  ? Text{"事业单位的", "Of an institution "}
                                                        : Text{"", "Here "};
  return {{field,
           "standards.economic_pair",
           {whose.zh + "部门经济分类 " + pair.department_class + " 不对应政府经济分类 " + pair.government_class + "。",
            whose.en + "the department economic class " + pair.department_class +
                " does not correspond to the government class " + pair.government_class + "."},
           remedy}};
}

} // namespace onebudget::standards
