#include "plugins/standards/domain/class_place.hpp"

namespace onebudget::standards {

namespace {

constexpr std::size_t kTop = 3, kStep = 2;

/// "A02010000" → "A0201": what the code says before it is filled up with zeros.
std::string said(const std::string& code) { return code.substr(0, code.find_last_not_of('0') + 1); }

} // namespace

std::vector<FieldFault> check_place(const ClassRow& row) {
  if (row.code.size() < kTop) return {}; // the form of the code has its own finding
  const std::string parent = row.code.size() > kTop ? row.code.substr(0, row.code.size() - kStep) : "";
  const int level = static_cast<int>((row.code.size() - kTop) / kStep) + 1;
  std::vector<FieldFault> findings;
  if (row.parent_code != parent) {
    const Text remedy = parent.empty()
                            ? Text{"请把上级编码留空。", "Leave the parent code empty."}
                            : Text{"上级编码应为 " + parent + "。", "The parent code must be " + parent + "."};
    findings.push_back({"/parent_code",
                        "standards.class_place",
                        {"编码 " + row.code + " 不在“" + row.parent_code + "”之下。",
                         "The code " + row.code + " does not stand below \"" + row.parent_code + "\"."},
                        remedy});
  }
  if (row.level != level)
    findings.push_back(
        {"/level",
         "standards.class_place",
         {"编码 " + row.code + " 的级次与位数不符。", "The level of " + row.code + " does not fit its length."},
         {"级次应为 " + std::to_string(level) + "。", "The level must be " + std::to_string(level) + "."}});
  return findings;
}

std::vector<FieldFault> check_parent(const ClassRow& row) {
  if (row.parent_code.empty()) return {};
  const std::string own = said(row.code), above = said(row.parent_code);
  if (above.size() < own.size() && own.rfind(above, 0) == 0) return {};
  return {{"/parent_code",
           "standards.class_parent",
           {"编码 " + row.code + " 不在“" + row.parent_code + "”之下，上级会循环或落在别处。",
            "The code " + row.code + " does not stand below \"" + row.parent_code +
                "\": its parents would lead back to it, or elsewhere."},
           {"上级编码应是本编码开头的一部分；最上级请留空。",
            "The parent code is what this code begins with; leave it empty at the top."}}};
}

} // namespace onebudget::standards
