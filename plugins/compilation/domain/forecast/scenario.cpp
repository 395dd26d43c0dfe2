#include "plugins/compilation/domain/forecast/scenario.hpp"

#include <algorithm>

namespace onebudget::compilation {

namespace {

constexpr std::size_t kMostChanges = 200;
constexpr int kMostPoints = 100;

bool begins(const std::string& code, const std::string& prefix) { return code.rfind(prefix, 0) == 0; }

bool touches(const ScenarioChange& change, const ScenarioProject& project) {
  return begins(project.department, change.department) && begins(project.function, change.function) &&
         begins(project.region, change.region);
}

Result<void> change_project(const ScenarioChange& change, const Policy& policy, ScenarioProject& project) {
  Claim& claim = project.claim;
  switch (change.kind) {
    case ChangeKind::standard:
      if (!project.by_standard) return {};
      [[fallthrough]];
    case ChangeKind::growth: {
      OB_TRY(claim.amount, change.factor.share_of(claim.amount, Rounding::half_up));
      return {};
    }
    case ChangeKind::cut: {
      OB_TRY(const Money given_up, change.factor.share_of(claim.amount, Rounding::half_up));
      OB_TRY(claim.amount, claim.amount.minus(given_up));
      return {};
    }
    case ChangeKind::score:
      claim.score = std::clamp(claim.score + change.points, 0, 100);
      claim.grade = claim.score >= policy.class_a   ? ZeroBaseClass::a
                    : claim.score >= policy.class_b ? ZeroBaseClass::b
                    : claim.score >= policy.class_c ? ZeroBaseClass::c
                                                    : ZeroBaseClass::d;
      return {};
    case ChangeKind::ceiling:
      return {};
  }
  return {};
}

struct Outcome {
  std::vector<Money> shares; ///< by position
  Money total, gap;
};

bool before(const ScenarioProject& left, const ScenarioProject& right) { return left.claim.id < right.claim.id; }

/// `projects` in order of id.
Result<Outcome> filled(const std::vector<ScenarioProject>& projects, const std::map<std::string, Money>& envelopes) {
  std::map<std::string, std::vector<std::size_t>> own;
  for (std::size_t i = 0; i < projects.size(); ++i) own[projects[i].region].push_back(i);
  Outcome out{std::vector<Money>(projects.size()), {}, {}};
  for (const auto& [region, places] : own) {
    std::vector<Claim> claims;
    claims.reserve(places.size());
    for (const std::size_t at : places) claims.push_back(projects[at].claim);
    const auto envelope = envelopes.find(region);
    OB_TRY(const Filling filling,
           fill_envelope(envelope == envelopes.end() ? Money() : envelope->second, std::move(claims)));
    for (const Share& share : filling.shares) {
      ScenarioProject sought;
      sought.claim.id = share.id;
      const auto at = std::lower_bound(projects.begin(), projects.end(), sought, before);
      out.shares[static_cast<std::size_t>(at - projects.begin())] = share.amount;
    }
    OB_TRY(out.total, out.total.plus(filling.spent));
    OB_TRY(out.gap, out.gap.plus(filling.guarantee_gap));
  }
  return out;
}

/// FNV-1a over what people would compare.
std::string digest_of(const ScenarioResult& result) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto add = [&](const std::string& text) {
    for (const char c : text + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  };
  for (std::size_t i = 0; i < result.lines.size(); ++i)
    add(result.projects[i].claim.id + " " + result.lines[i].base.to_yuan() + " " + result.lines[i].now.to_yuan());
  add(result.base_total.to_yuan() + " " + result.total.to_yuan());
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(hash >> static_cast<unsigned>(shift)) & 0xFU];
  return out;
}

} // namespace

std::vector<FieldFault> check_scenario(const std::vector<ScenarioChange>& changes) {
  constexpr const char* kRule = "compilation.scenario";
  std::vector<FieldFault> findings;
  if (changes.empty() || changes.size() > kMostChanges)
    findings.push_back({"/changes",
                        kRule,
                        {"情景应有 1 到 200 项变动。", "A scenario has 1 to 200 changes."},
                        {"请增减变动。", "Add or remove some."}});
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string place = "/changes/" + std::to_string(i);
    const ScenarioChange& one = changes[i];
    const Ratio most = Ratio::from_percent(one.kind == ChangeKind::cut ? 100 : 1000);
    if (one.factor < Ratio() || most < one.factor)
      findings.push_back(
          {place + "/factor",
           kRule,
           {"系数应在 0 到 10 之间（压减为 0 到 1）。", "A factor lies between 0 and 10, of a cut between 0 and 1."},
           {"请改正系数。", "Correct it."}});
    if (one.points < -kMostPoints || one.points > kMostPoints)
      findings.push_back({place + "/points",
                          kRule,
                          {"分数变动应在 -100 到 100 之间。", "Points change by -100 to 100."},
                          {"请改正分数。", "Correct them."}});
    if (one.kind == ChangeKind::ceiling && (!one.department.empty() || !one.function.empty()))
      findings.push_back({place + "/region",
                          kRule,
                          {"财力只能按地区变动。", "An envelope changes by region only."},
                          {"请去掉部门和功能科目。", "Leave department and function out."}});
  }
  return findings;
}

Result<ScenarioResult> run_scenario(std::vector<ScenarioProject> projects,
                                    const std::map<std::string, Money>& envelopes,
                                    const std::vector<ScenarioChange>& changes, const Policy& policy) {
  std::sort(projects.begin(), projects.end(), before);
  OB_TRY(const Outcome base, filled(projects, envelopes));
  std::map<std::string, Money> given = envelopes;
  for (const ScenarioChange& change : changes) {
    if (change.kind == ChangeKind::ceiling) {
      for (auto& [region, envelope] : given) {
        if (!begins(region, change.region)) continue;
        OB_TRY(envelope, change.factor.share_of(envelope, Rounding::down));
      }
      continue;
    }
    for (ScenarioProject& project : projects)
      if (touches(change, project)) OB_CHECK(change_project(change, policy, project));
  }
  OB_TRY(const Outcome now, filled(projects, given));
  ScenarioResult out;
  out.base_total = base.total;
  out.total = now.total;
  out.base_gap = base.gap;
  out.gap = now.gap;
  out.lines.reserve(projects.size());
  for (std::size_t i = 0; i < projects.size(); ++i) out.lines.push_back({base.shares[i], now.shares[i]});
  out.projects = std::move(projects);
  out.digest = digest_of(out);
  return out;
}

} // namespace onebudget::compilation
