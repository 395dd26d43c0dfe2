#include "packaging/demo/closed_year.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "packaging/demo/random.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::demo {

namespace {

constexpr int kHundred = 100, kGood = 90, kClaims = 15, kAround = 4;
constexpr std::uint64_t kRunsOf = 3; ///< one in three that fell short claims more than its evidence
constexpr std::array<const char*, 5> kStates = {"proposed", "notified", "accepted", "decided", "applied"};
constexpr const char* kSelf = "self_10_50_30_10";
constexpr const char* kFinance = "finance_20_20_30_30";

std::string text(const Json& row, const char* name) {
  return row.contains(name) && row[name].is_string() ? row[name].get<std::string>() : std::string();
}

/// What is reached of a target: more is better, or less. Hundredths, as people write them.
std::string actual_of(const Json& line, int reached) {
  const double target = std::stod(text(line, "target"));
  const bool most = text(line, "nature") == "at_most";
  const double actual = most ? target * kHundred / std::max(reached, 1) : target * reached / kHundred;
  const std::string out = fmt::format("{:.2f}", actual);
  const std::size_t last = out.find_last_not_of('0');
  return out.substr(0, out[last] == '.' ? last : last + 1);
}

/// Percent of every target that is reached, by the weights of the script.
int drawn(const Json& grades, std::uint64_t place, Random& random) {
  for (const Json& grade : grades) {
    const std::uint64_t weight = grade.value("weight", std::uint64_t{0});
    const int from = grade.value("from", kHundred), span = std::max(grade.value("to", from) - from, 0) + 1;
    if (place < weight) return from + static_cast<int>(random.below(static_cast<std::uint64_t>(span)));
    place -= weight;
  }
  return kHundred;
}

/// Percent and word of a line that is judged.
Json judged(int reached) {
  const int percent = std::clamp(reached, 0, kHundred);
  return {{"percent", percent}, {"reached", percent >= 80 ? "achieved" : percent >= 60 ? "partly" : "missed"}};
}

} // namespace

ClosedYear::ClosedYear(Acts& people, const Json& script)
    : people_(people), script_(script), year_(script.value("year", 0)) {}

Result<client::Client*> ClosedYear::person(Part part) {
  const Json people = script_.value("people", Json::array());
  return people_.person(part < people.size() ? text(people[part], "username") : std::string());
}

Result<Json> ClosedYear::rows(Part part, const std::string& path, const std::string& filter) {
  OB_TRY(client::Client* const as, person(part));
  OB_TRY(const Json page, as->json("GET", path + "&filter=" + client::encoded(filter)));
  return page.value("items", Json::array());
}

Result<std::string> ClosedYear::made(Part part, const std::string& path, const Json& body) {
  OB_TRY(client::Client* const as, person(part));
  OB_TRY(const Json answer, as->json("POST", path, body));
  return text(answer, "id");
}

Result<void> ClosedYear::moved(Part part, const std::string& path, const std::string& step) {
  OB_TRY(client::Client* const as, person(part));
  OB_TRY(const Json row, as->json("GET", path));
  OB_TRY(const Json after, as->json("POST", path + "/transitions/" + step, {{"comment", "同意"}},
                                    "\"" + row.value("version", Json(1)).dump() + "\""));
  return {};
}

Result<void> ClosedYear::imported(Part part, const std::string& path, const std::vector<Json>& lines) {
  OB_TRY(client::Client* const as, person(part));
  std::string body;
  for (const Json& line : lines) body += line.dump() + "\n";
  OB_TRY(const client::Reply reply, as->send("POST", path + "/import?format=jsonl", body, "application/x-ndjson"));
  return reply.good() ? Result<void>() : Result<void>(client::problem_of(reply));
}

/// Schemes and the indicators of the library that the script names.
Result<void> ClosedYear::lists() {
  OB_TRY(const Json schemes, rows(kDeclares, "/performance/scheme?limit=50&fields=code", "status==in_force"));
  for (const Json& row : schemes) schemes_[text(row, "code")] = text(row, "id");
  std::string codes;
  for (const Json& kind : script_.value("kinds", Json::array()))
    for (const Json& line : kind.value("indicators", Json::array()))
      if (line.contains("library")) codes += (codes.empty() ? "" : ",") + text(line, "library");
  OB_TRY(const Json library,
         rows(kDeclares, "/performance/indicator?limit=200&fields=code", "code=in=(" + codes + ")"));
  for (const Json& row : library) library_[text(row, "code")] = text(row, "id");
  return {};
}

/// The region's largest projects of the script's kinds that were under way in the closed year, and how each ended.
Result<std::vector<ClosedYear::Project>> ClosedYear::chosen(const Json& region) {
  const Json grades = script_.value("grades", Json::array());
  std::uint64_t whole = 0;
  for (const Json& grade : grades) whole += grade.value("weight", std::uint64_t{0});
  OB_TRY(const Json found,
         rows(kDeclares, "/compilation/project?limit=200&sort=-year_amount&fields=code,name,unit,year_amount",
              fmt::format("code=={}*;status==in_library;start_year=le={};three_guarantees==false",
                          text(region, "code").substr(0, 6), year_)));
  // One kind after the other, so that each has enough projects to be compared.
  std::map<const Json*, std::vector<Project>> by_kind;
  for (const Json& row : found) {
    Project project{text(row, "id"), text(row, "code"), text(row, "name"), text(row, "unit")};
    for (const Json& kind : script_["kinds"])
      if (project.name.ends_with(text(kind, "ends"))) project.kind = &kind;
    if (project.kind == nullptr || whole == 0) continue;
    OB_TRY(const Money amount, Money::parse_yuan(text(row, "year_amount")));
    project.amount = amount.fen();
    Random random = Random::of(1, "closed/" + project.code);
    project.reached = drawn(grades, random.below(whole), random);
    project.inflated = project.reached < kGood && random.below(kRunsOf) == 0;
    by_kind[project.kind].push_back(std::move(project));
  }
  std::vector<Project> out;
  const auto wanted = region.value("projects", std::size_t{0});
  for (std::size_t round = 0; round < found.size() && out.size() < wanted; ++round)
    for (const Json& kind : script_["kinds"])
      if (const auto& there = by_kind[&kind]; round < there.size() && out.size() < wanted) out.push_back(there[round]);
  return out;
}

Result<void> ClosedYear::goals(std::vector<Project>& projects) {
  std::vector<Json> lines;
  std::vector<std::string> made_goals;
  for (const Project& project : projects) {
    const std::string money = Money::from_fen(project.amount).to_yuan();
    OB_TRY(const std::string goal, made(kDeclares, "/performance/goal",
                                        {{"unit", project.unit},
                                         {"project", project.id},
                                         {"fiscal_year", year_},
                                         {"revision", 1},
                                         {"scheme", schemes_[kSelf]},
                                         {"amount", money},
                                         {"fiscal_amount", money},
                                         {"annual_goal", text(*project.kind, "annual_goal")},
                                         {"midterm_goal", text(*project.kind, "midterm_goal")}}));
    made_goals.push_back("/performance/goal/" + goal);
    int number = 0;
    for (const Json& line : project.kind->value("indicators", Json::array())) {
      lines.push_back({{"goal", "id:" + goal},
                       {"line_no", ++number},
                       {"first_level", text(line, "first")},
                       {"second_level", text(line, "second")},
                       {"name", text(line, "name")},
                       {"nature", text(line, "nature")},
                       {"target", text(line, "target")},
                       {"unit_of_measure", text(line, "unit")},
                       {"weight", text(line, "weight")},
                       {"data_source", text(line, "source")}});
      if (line.contains("library")) lines.back()["indicator"] = "id:" + library_[text(line, "library")];
    }
  }
  if (lines.empty()) return {};
  OB_CHECK(imported(kDeclares, "/performance/goal-indicator", lines));
  for (const std::string& goal : made_goals) {
    OB_CHECK(moved(kDeclares, goal, "submit"));
    OB_CHECK(moved(kEvaluates, goal, "approve"));
    ++done_.goals;
  }
  return {};
}

/// By the unit, confirmed by finance and checked against its evidence; or by finance, confirmed by its leader.
Result<void> ClosedYear::evaluate(Project& project, bool finance) {
  const Part who = finance ? kEvaluates : kDeclares;
  const int more = project.inflated && !finance ? kClaims : 0;
  const std::int64_t paid = project.amount / kHundred * std::clamp(project.reached + 2, 0, kHundred);
  const std::string money = Money::from_fen(project.amount).to_yuan();
  const bool short_of = project.reached < kGood;
  OB_TRY(const std::string id, made(who, "/performance/evaluation",
                                    {{"unit", project.unit},
                                     {"project", project.id},
                                     {"fiscal_year", year_},
                                     {"kind", finance ? "finance" : "self"},
                                     {"scheme", schemes_[finance ? kFinance : kSelf]},
                                     {"fiscal_initial", money},
                                     {"fiscal_full", money},
                                     {"fiscal_executed", Money::from_fen(paid).to_yuan()},
                                     {"goal_actual", text(*project.kind, short_of ? "short" : "reached")},
                                     {"problems", short_of ? text(*project.kind, "problems") : std::string()},
                                     {"suggestions", short_of ? text(*project.kind, "suggestions") : std::string()}}));
  const std::string path = "/performance/evaluation/" + id;
  OB_TRY(const std::string prepared, made(who, path + "/prepare", Json::object()));
  OB_TRY(const Json found, rows(who, "/performance/score-line?limit=100", "evaluation==" + id));
  std::vector<Json> scores, papers;
  for (const Json& line : found) {
    const bool by_degree = text(line, "nature") == "qualitative";
    // No two indicators of a project end alike.
    Random random = Random::of(1, project.code + text(line, "name"));
    const int shown = project.reached - kAround + static_cast<int>(random.below(2 * kAround + 1)),
              claimed = shown + more;
    Json score = by_degree ? judged(claimed)
                           : Json{{"actual", actual_of(line, claimed)}, {"actual_unit", text(line, "unit_of_measure")}};
    score["evaluation"] = "id:" + id;
    score["line_no"] = line["line_no"];
    if (claimed < kHundred) score["reason"] = text(*project.kind, "reason");
    scores.push_back(std::move(score));
    papers.push_back({{"evaluation", "id:" + id},
                      {"score_line", "id:" + text(line, "id")},
                      {"title", text(*project.kind, "paper")},
                      {"document_ref", fmt::format("验〔{}〕{}号", year_, done_.evaluations + 1)}});
    if (!by_degree) papers.back()["measured"] = actual_of(line, shown);
  }
  OB_CHECK(imported(who, "/performance/score-line", scores));
  OB_CHECK(imported(who, "/performance/evidence", papers));
  OB_CHECK(moved(who, path, "submit"));
  OB_CHECK(moved(finance ? kConfirms : kEvaluates, path, "confirm"));
  ++done_.evaluations;
  if (finance || !project.inflated) return {};
  OB_TRY(const std::string checked, made(kEvaluates, path + "/verify", Json::object()));
  return {};
}

/// The region's policy, tried on the closed year, set by a second person and used.
Result<void> ClosedYear::results(const Json& region) {
  const std::string until = text(region, "until");
  if (until.empty()) return {};
  OB_TRY(client::Client* const as, person(kEvaluates));
  OB_TRY(const Json nodes, as->json("GET", "/system/node?q=" + text(region, "code")));
  std::string node, name;
  for (const Json& one : nodes.value("items", Json::array()))
    if (text(one, "code") == text(region, "code")) node = text(one, "id"), name = text(one, "name");
  OB_TRY(const std::string pack, made(kEvaluates, "/performance/policy-pack",
                                      {{"region", node},
                                       {"code", "results"},
                                       {"edition", 1},
                                       {"name", name + "绩效评价结果应用办法"},
                                       {"rules", script_["rules"]},
                                       {"document_no", fmt::format("{}财绩〔{}〕1号", name, year_ + 1)},
                                       {"valid_from", fmt::format("{}-01-01", year_)}}));
  const std::string path = "/performance/policy-pack/" + pack;
  OB_TRY(const Json tried, as->json("POST", path + "/simulate", {{"fiscal_year", year_}}));
  OB_CHECK(moved(kEvaluates, path, "submit"));
  OB_CHECK(moved(kConfirms, path, "approve"));
  OB_TRY(const Json proposed, as->json("POST", "/performance/propose", {{"region", node}, {"fiscal_year", year_}}));
  for (const Json& result : proposed.value("created", Json::array())) {
    OB_CHECK(settle(result.get<std::string>(), until));
    ++done_.results;
  }
  return {};
}

Result<void> ClosedYear::settle(const std::string& result, const std::string& until) {
  constexpr std::array<std::pair<Part, const char*>, 4> kSteps = {
      {{kEvaluates, "notify"}, {kAccepts, "accept"}, {kConfirms, "decide"}, {kApplies, "apply"}}};
  const auto end = std::find(kStates.begin(), kStates.end(), until) - kStates.begin();
  for (std::ptrdiff_t i = 0; i < std::min<std::ptrdiff_t>(end, std::ssize(kSteps)); ++i)
    OB_CHECK(moved(kSteps[static_cast<std::size_t>(i)].first, "/performance/result/" + result,
                   kSteps[static_cast<std::size_t>(i)].second));
  return {};
}

Result<ClosedYearDone> ClosedYear::play(const std::function<void(double)>& progress) {
  OB_CHECK(lists());
  const Json regions = script_.value("regions", Json::array());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    progress(static_cast<double>(i) / static_cast<double>(regions.size()));
    OB_TRY(auto projects, chosen(regions[i]));
    OB_CHECK(goals(projects));
    const auto finance = regions[i].value("finance", std::size_t{0});
    const std::size_t late = std::min(regions[i].value("late", std::size_t{0}), projects.size());
    for (std::size_t at = 0; at + late < projects.size(); ++at) {
      OB_CHECK(evaluate(projects[at], false));
      if (at < finance) OB_CHECK(evaluate(projects[at], true));
    }
    OB_CHECK(results(regions[i]));
  }
  progress(1);
  return done_;
}

} // namespace onebudget::demo
