#include "plugins/treasury/domain/level.hpp"

#include <algorithm>
#include <iterator>

namespace onebudget::treasury {

namespace {

constexpr const char* kNames[] = {"blue", "yellow", "orange", "red", "grey"};

Text with(const Hit& hit, const char* zh, const char* en) {
  return {zh + hit.message.zh, en + (hit.message.en.empty() ? hit.message.zh : hit.message.en)};
}

} // namespace

std::optional<Level> level_of(std::string_view code) {
  const auto* found = std::find(std::begin(kNames), std::end(kNames), code);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Level>(found - std::begin(kNames));
}

const char* name_of(Level level) { return kNames[static_cast<std::size_t>(level)]; }

std::vector<FieldFault> judge(const std::vector<Hit>& hits, const std::vector<std::string>& answered) {
  std::vector<FieldFault> findings;
  for (const Hit& hit : hits) {
    const std::string place = "/rules/" + hit.rule;
    const bool explained = std::find(answered.begin(), answered.end(), hit.rule) != answered.end();
    if (hit.level == Level::grey)
      findings.push_back({place,
                          "treasury.forbidden",
                          with(hit, "灰（禁止）：", "Grey (forbidden): "),
                          {"此类支付不得办理。", "Such a payment is not made at all."}});
    else if (hit.level == Level::red)
      findings.push_back({place,
                          "treasury.stopped",
                          with(hit, "红（拦截）：", "Red (stopped): "),
                          {"请消除原因后再办。", "Remove the cause, then go on."}});
    else if (hit.level == Level::orange && !explained)
      findings.push_back({place,
                          "treasury.paper_missing",
                          with(hit, "橙（须附材料）：", "Orange (needs a paper): "),
                          {"请在支付材料中上传说明，并注明所答复的规则 " + hit.rule + "。",
                           "Add a paper to the request that names the rule " + hit.rule + " as the one it answers."}});
  }
  return findings;
}

std::optional<Level> gravest(const std::vector<Hit>& hits) {
  const auto found =
      std::max_element(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.level < b.level; });
  if (found == hits.end()) return std::nullopt;
  return found->level;
}

} // namespace onebudget::treasury
