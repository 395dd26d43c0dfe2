// POST /duplicate-search and the job it begins: candidates among the visible projects of the years around, for people
// to judge.
#include <algorithm>

#include "plugins/compilation/domain/similar/search.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kPair = "compilation.duplicate_pair";
constexpr std::size_t kMostProjects = 1'000'000, ///< what DuplicateSearch keeps within 2 GiB
    kPairsAtOnce = 100,                          ///< in one unit of work; other writers wait for no more
    kProjectsAtOnce = 2000;                      ///< between two checkpoints
constexpr std::size_t kPurposeBytes = 900;       ///< three hundred characters tell what it is for

/// The whole rows of a province would take longer to read than to compare.
const std::vector<std::string> kCompared = {"name",         "summary",     "performance_goal", "location",    "unit",
                                            "special_fund", "fiscal_year", "year_amount",      "total_amount"};

std::string head_of(std::string text) {
  if (text.size() <= kPurposeBytes) return text;
  std::size_t end = kPurposeBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

DeclaredProject declared_of(const Row& row) {
  DeclaredProject one;
  one.id = row.id().str();
  one.name = row.text("name");
  one.purpose = head_of(row.text("summary").empty() ? row.text("performance_goal") : row.text("summary"));
  one.place = row.text("location");
  one.unit = row.text("unit");
  one.special_fund = row.text("special_fund");
  one.fiscal_year = static_cast<int>(row.number("fiscal_year"));
  one.amount = row.money("year_amount");
  one.total_investment = row.money("total_amount");
  return one;
}

/// In the order of their ids, so that a search goes on behind the last one.
Result<std::vector<DeclaredProject>> declared(const Call& call, const Policy& policy, int fiscal_year) {
  std::vector<DeclaredProject> out;
  const std::string years = "fiscal_year=gt=" + std::to_string(fiscal_year - policy.duplicate_years) +
                            ";fiscal_year=lt=" + std::to_string(fiscal_year + policy.duplicate_years) +
                            ";status=out=(draft,terminated)";
  OB_CHECK(call.records().each(kProject, where(years, "id", kCompared), [&](const Row& row) -> Result<void> {
    if (out.size() == kMostProjects)
      return fault(FaultKind::rule, "plugin.too_many",
                   {"项目超过 1000000 个。请缩小范围。", "There are more than 1,000,000 projects. Narrow the scope."});
    out.push_back(declared_of(row));
    return {};
  }));
  return out;
}

/// Goes through the projects by id and writes what nobody has judged; its state is what a checkpoint keeps.
class Search {
 public:
  Search(const Call& call, const plugin::Job& job, RecordId region, DuplicateSearch& projects, const Row& state)
      : call_(call),
        job_(job),
        region_(region),
        projects_(projects),
        after_(state.number("after")),
        found_(state.number("found")),
        written_(state.number("written")) {}

  Result<Json> run() {
    std::size_t at = 0;
    while (at < projects_.size() && id_at(at) <= after_) ++at;
    while (at < projects_.size() && !job_.cancelled()) {
      const std::size_t end = std::min(at + kProjectsAtOnce, projects_.size());
      std::vector<Candidate> candidates;
      for (; at < end && candidates.size() < kPairsAtOnce; ++at) {
        const auto more = projects_.candidates(at);
        candidates.insert(candidates.end(), more.begin(), more.end());
      }
      OB_CHECK(write(candidates));
      found_ += static_cast<std::int64_t>(candidates.size());
      after_ = id_at(at - 1);
      OB_CHECK(keep(at));
    }
    return Json{{"projects", projects_.size()}, {"found", found_}, {"written", written_}, {"known", found_ - written_}};
  }

 private:
  [[nodiscard]] std::int64_t id_at(std::size_t at) const { return RecordId::parse(projects_.id(at))->value; }

  Result<void> keep(std::size_t at) {
    OB_CHECK(job_.checkpoint({{"after", after_}, {"found", found_}, {"written", written_}}));
    return job_.progress(static_cast<std::int64_t>(at), static_cast<std::int64_t>(projects_.size()),
                         std::to_string(at) + "/" + std::to_string(projects_.size()));
  }

  /// Written before, judged or not: they never come again.
  Result<std::set<std::string>> known(const std::vector<Candidate>& candidates) {
    std::set<std::string> firsts, out;
    for (const Candidate& one : candidates) firsts.insert(one.first);
    std::string among;
    for (const std::string& first : firsts) among += (among.empty() ? "" : ",") + first;
    if (among.empty()) return out;
    OB_CHECK(call_.records().each(kPair, where("region==" + region_.str() + ";first_project=in=(" + among + ")"),
                                  [&](const Row& row) -> Result<void> {
                                    out.insert(pair_key(row.text("first_project"), row.text("second_project")));
                                    return {};
                                  }));
    return out;
  }

  /// One project may be like hundreds: what is written so far stays, and is known when the job begins here again.
  Result<void> write(const std::vector<Candidate>& candidates) {
    for (auto part = candidates.begin(); part != candidates.end();) {
      const auto size = std::min<std::ptrdiff_t>(candidates.end() - part, kPairsAtOnce);
      const std::vector<Candidate> some(part, part + size);
      part += size;
      OB_TRY(const std::set<std::string> there, known(some));
      for (const Candidate& one : some) {
        if (there.contains(pair_key(one.first, one.second))) continue;
        OB_CHECK(call_.records().insert(kPair, {{"region", region_.str()},
                                                {"first_project", one.first},
                                                {"second_project", one.second},
                                                {"rule", one.rule},
                                                {"score", plugin::abi(one.score)},
                                                {"reason_zh", one.reason.zh},
                                                {"reason_en", one.reason.en}}));
        ++written_;
      }
      if (part != candidates.end())
        OB_CHECK(job_.checkpoint({{"after", after_}, {"found", found_}, {"written", written_}}));
    }
    return {};
  }

  const Call& call_;
  const plugin::Job& job_;
  RecordId region_;
  DuplicateSearch& projects_;
  std::int64_t after_, found_, written_;
};

} // namespace

Result<Answer> search_duplicates(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  OB_TRY(const RecordId region, id_member(body, "region"));
  OB_TRY(const int year, year_member(body, "fiscal_year"));
  OB_CHECK(call.node(region));
  OB_TRY(const JobId job, call.submit("duplicates", {{"region", region.str()}, {"fiscal_year", year}}));
  return Answer::json({{"job", std::to_string(job.value)}}, 202);
}

Result<Json> run_duplicate_search(Call& call, plugin::Job& job) {
  OB_TRY(const Json payload, job.payload());
  OB_TRY(const Json state, job.last_checkpoint());
  OB_TRY(const RecordId region, id_member(payload, "region"));
  OB_TRY(const int year, year_member(payload, "fiscal_year"));
  OB_TRY(const Policy policy, policy_for(call, year));
  OB_TRY(auto projects, declared(call, policy, year));
  DuplicateSearch search(std::move(projects), policy);
  return Search(call, job, region, search, Row(state)).run();
}

} // namespace onebudget::compilation
