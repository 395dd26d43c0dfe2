#include "plugins/standards/domain/economic_pair.hpp"

#include <algorithm>

namespace onebudget::standards {

std::vector<FieldFault> check_pair(const EconomicPair& pair, const std::string& field) {
  if (pair.allowed.empty() ||
      std::find(pair.allowed.begin(), pair.allowed.end(), pair.government_class) != pair.allowed.end())
    return {};
  std::string zh, en;
  for (const std::string& code : pair.allowed) {
    if (code.empty() || en.find(code) != std::string::npos) continue;
    zh += (zh.empty() ? "" : "、") + code;
    en += (en.empty() ? "" : ", ") + code;
  }
  const Text remedy = zh.empty() ? Text{"请改用其他部门经济分类。", "Use another department economic class."}
                                 : Text{"请改用对应的政府经济分类：" + zh + "。",
                                        "Use the government class it corresponds to: " + en + "."};
  return {{field,
           "standards.economic_pair",
           {"部门经济分类 " + pair.department_class + " 不对应政府经济分类 " + pair.government_class + "。",
            "The department economic class " + pair.department_class + " does not correspond to the government class " +
                pair.government_class + "."},
           remedy}};
}

} // namespace onebudget::standards
