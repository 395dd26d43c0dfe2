#include "plugins/monitoring/domain/handling.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

constexpr std::size_t kLongestKey = 240;

FieldFault need(const char* field, Text message, Text remedy) {
  return {field, "monitoring.handling", std::move(message), std::move(remedy)};
}

void other_person(const std::string& maker, const std::string& by, std::vector<FieldFault>& out) {
  if (maker.empty() || maker != by) return;
  out.push_back(need("/status", {"经办人不能审核自己经办的事项。", "Nobody approves what they made."},
                     {"请由另一人办理。", "Another person takes this step."}));
}

void explain(const AlertFile& file, std::vector<FieldFault>& out) {
  if (!file.explained)
    out.push_back(need("/explanation", {"还没有情况说明。", "There is no explanation yet."},
                       {"请先填写说明。", "Write the explanation first."}));
  if (file.level >= Level::orange && file.papers == 0)
    out.push_back(need("/papers",
                       {"橙、红、灰预警的说明要附材料。", "Orange, red and grey alerts are explained with papers."},
                       {"请上传佐证材料。", "Attach the papers."}));
}

void find(const AlertFile& file, bool violation, std::vector<FieldFault>& out) {
  if (file.violation != violation) {
    out.push_back(need("/finding", {"没有与此一致的认定意见。", "There is no finding that says so."},
                       {"请先填写认定。", "Write the finding first."}));
    return;
  }
  if (violation && (!file.violation_type || !file.demanded))
    out.push_back(need("/finding",
                       {"认定违规须写明违规类型和整改要求。", "A violation names its type and what to put right."},
                       {"请补全认定。", "Complete the finding."}));
}

void close(const AlertFile& file, std::vector<FieldFault>& out) {
  if (file.recovered < file.to_recover)
    out.push_back(need("/rectification",
                       {"已收回 " + grouped(file.recovered) + " 元，应收回 " + grouped(file.to_recover) + " 元。",
                        "Recovered " + grouped(file.recovered) + " of " + grouped(file.to_recover) + " yuan."},
                       {"请收回余款后再办结。", "Recover the rest before closing."}));
}

} // namespace

std::vector<FieldFault> check_handling(const AlertFile& file, const std::string& step, const std::string& by) {
  std::vector<FieldFault> out;
  if (step == "explain") {
    explain(file, out);
    other_person(file.explanation_by, by, out);
  } else if (step == "find_normal" || step == "find_violation") {
    find(file, step == "find_violation", out);
    other_person(file.finding_by, by, out);
  } else if (step == "rectify") {
    if (!file.rectified)
      out.push_back(need("/rectification", {"还没有整改情况。", "Nothing is said about the rectification."},
                         {"请先填写整改措施和收回金额。", "Write measures and amounts first."}));
    other_person(file.rectification_by, by, out);
  } else if (step == "close") {
    close(file, out);
    other_person(file.rectification_by, by, out);
  }
  return out;
}

std::string cause_key(const std::string& rule, const std::string& subject, const std::string& object, int year,
                      const std::string& cause) {
  std::string out = rule + "|" + subject + "|" + std::to_string(year) + "|" + object + "|" + cause;
  if (out.size() <= kLongestKey) return out;
  std::uint64_t hash = 1469598103934665603ULL; // FNV-1a: a long key ends in its digest
  for (const char c : out) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::size_t cut = kLongestKey - 21;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
  return out.substr(0, cut) + "#" + std::to_string(hash);
}

} // namespace onebudget::monitoring
