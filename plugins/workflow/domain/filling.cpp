#include "plugins/workflow/domain/filling.hpp"

#include <algorithm>

namespace onebudget::workflow {

namespace {

constexpr std::size_t kLongestName = 63, kMostListed = 10;

using Names = std::vector<std::string>;

/// "a、b" or "a, b"; the first few, for a caller may name whatever they like.
std::string listed(const Names& names, const char* between) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kMostListed; ++i)
    out += (i == 0 ? "" : between) + (is_field_name(names[i]) ? names[i] : "?");
  return names.size() > kMostListed ? out + " …" : out;
}

/// As a JSON pointer writes a name.
std::string escaped(const std::string& name) {
  std::string out;
  for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

Fault at_each(FaultKind kind, const char* code, const Names& names, Text message, const Text& remedy) {
  std::vector<FieldFault> fields;
  for (const std::string& name : names) fields.push_back({"/fields/" + escaped(name), code, message, remedy});
  message.zh += remedy.zh;
  message.en += " " + remedy.en;
  return fault(kind, code, std::move(message), std::move(fields));
}

} // namespace

bool is_field_name(const std::string& name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kLongestName && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Result<void> may_fill(const std::vector<FieldRight>& rights, const std::string& step, bool approves,
                      const std::vector<std::string>& given) {
  if (given.empty()) return {};
  if (!approves)
    return at_each(FaultKind::rule, "workflow.field_decision", given,
                   {"退回时不能填写字段。", "Nothing is filled in when a case goes back."},
                   {"请去掉 " + listed(given, "、") + "，把要改的写进退回意见。",
                    "Leave out " + listed(given, ", ") + " and say in the opinion what to change."});
  Names beyond;
  for (const std::string& name : given)
    if (std::none_of(rights.begin(), rights.end(), [&](const FieldRight& right) { return right.name == name; }))
      beyond.push_back(name);
  if (beyond.empty()) return {};
  return at_each(FaultKind::forbidden, "workflow.field_right", beyond,
                 {"环节“" + step + "”不能填写字段 " + listed(beyond, "、") + "。",
                  "The step \"" + step + "\" may not fill in " + listed(beyond, ", ") + "."},
                 {"请去掉这些字段；需要改时退回经办人，或修订审批流定义。",
                  "Leave them out; return the case to its maker to have them changed, or revise the definition."});
}

Result<void> all_filled(const std::vector<FieldRight>& rights, const std::string& step,
                        const std::vector<std::string>& empty) {
  Names missing;
  for (const FieldRight& right : rights)
    if (right.required && std::find(empty.begin(), empty.end(), right.name) != empty.end())
      missing.push_back(right.name);
  if (missing.empty()) return {};
  return at_each(FaultKind::rule, "workflow.field_missing", missing,
                 {"环节“" + step + "”须填写 " + listed(missing, "、") + "。",
                  "The step \"" + step + "\" has to fill in " + listed(missing, ", ") + "."},
                 {"请打开事项，填写后再同意。", "Open the case, fill it in and approve then."});
}

} // namespace onebudget::workflow
