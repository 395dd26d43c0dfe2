#include "plugins/performance/domain/evaluate/verification.hpp"

#include <algorithm>

namespace onebudget::performance {

namespace {

/// The paper with which the line scores least.
std::optional<std::pair<const Proof*, Points>> weakest(const SelfLine& one, const Parameters& parameters) {
  std::optional<std::pair<const Proof*, Points>> out;
  for (const Proof& proof : one.proofs) {
    Measured line = one.line;
    line.actual = proof.measured.str();
    const Points points = score_of(line, parameters).points;
    if (!out || points < out->second) out = {&proof, points};
  }
  return out;
}

} // namespace

std::vector<Inflation> inflated_lines(const std::vector<SelfLine>& lines, const Parameters& parameters) {
  std::vector<Inflation> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const SelfLine& one = lines[i];
    if (!one.line.applicable || one.line.nature == Nature::qualitative) continue;
    const auto found = weakest(one, parameters);
    if (!found || one.points - found->second < parameters.inflated_by) continue;
    const auto& [proof, verified] = *found;
    const Value claimed = Value::parse(one.line.actual).value_or(Value());
    out.push_back(
        {i,
         proof->id,
         claimed,
         proof->measured,
         one.points,
         verified,
         one.points - verified,
         {"自评填报 " + claimed.str() + one.line.unit + "、得 " + one.points.str() + " 分；佐证“" + proof->title +
              "”显示 " + proof->measured.str() + one.line.unit + "，应得 " + verified.str() + " 分。",
          "Claimed " + claimed.str() + " for " + one.points.str() + " points; the evidence \"" + proof->title +
              "\" shows " + proof->measured.str() + ", worth " + verified.str() + "."}});
  }
  return out;
}

std::vector<FieldFault> check_evidence(const std::vector<SelfLine>& lines) {
  std::vector<FieldFault> findings;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].line.applicable && Points() < lines[i].points && lines[i].proofs.empty())
      findings.push_back(
          {"/lines/" + std::to_string(i + 1) + "/evidence",
           "performance.evidence",
           {"得分 " + lines[i].points.str() + " 没有佐证材料。", lines[i].points.str() + " points without evidence."},
           {"请上传佐证材料并填写其证明的数值。", "Attach the paper and the value it shows."}});
  return findings;
}

std::vector<FieldFault> check_experts(const std::vector<Points>& given, Points weight, const std::string& field) {
  std::vector<FieldFault> findings;
  if (given.size() < 2)
    findings.push_back({field,
                        "performance.experts",
                        {"专家评分不足两人。", "Fewer than two experts have scored."},
                        {"请至少由两名专家评分。", "Let at least two experts score."}});
  if (std::any_of(given.begin(), given.end(), [&](Points one) { return one < Points() || weight < one; }))
    findings.push_back(
        {field,
         "performance.experts",
         {"专家评分应在 0 到分值 " + weight.str() + " 之间。", "Points lie between 0 and " + weight.str() + "."},
         {"请改正评分。", "Correct them."}});
  return findings;
}

Points expert_mean(const std::vector<Points>& given) {
  if (given.empty()) return {};
  Points sum;
  for (const Points one : given) sum += one;
  return Points::from_hundredths(
      scaled(sum.hundredths(), 1, static_cast<std::int64_t>(given.size()), Rounding::half_up));
}

} // namespace onebudget::performance
