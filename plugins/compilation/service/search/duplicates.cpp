// POST /duplicate-search and the job it begins: candidates among the visible projects of the years around, for people
// to judge.
#include <algorithm>

#include "plugins/compilation/domain/similar/search.hpp"
#include "plugins/compilation/domain/similar/shortlist.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kPair = "compilation.duplicate_pair";
constexpr std::size_t kMostProjects = 1'000'000, ///< what DuplicateSearch keeps within 2 GiB
    kPairsAtOnce = 100,                          ///< in one unit of work; other writers wait for no more
    kProjectsAtOnce = 2000;                      ///< between two looks at what is known
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

/// Compares all projects, ranks what nobody has recorded and writes the likeliest. What is found is found again after a
/// crash and what was written is known then; the count of it is what a checkpoint keeps.
class Search {
 public:
  Search(const Call& call, const plugin::Job& job, RecordId region, DuplicateSearch& projects, int most,
         const Row& state)
      : call_(call), job_(job), region_(region), projects_(projects), most_(most), written_(state.number("written")) {}

  Result<Json> run() {
    std::vector<Candidate> fresh;
    for (std::size_t at = 0; at < projects_.size() && !job_.cancelled();) {
      const std::size_t end = std::min(at + kProjectsAtOnce, projects_.size());
      std::vector<Candidate> candidates;
      for (; at < end; ++at) {
        const auto more = projects_.candidates(at);
        candidates.insert(candidates.end(), more.begin(), more.end());
      }
      found_ += static_cast<std::int64_t>(candidates.size());
      OB_CHECK(keep_unknown(std::move(candidates), fresh));
      OB_CHECK(job_.progress(static_cast<std::int64_t>(at), static_cast<std::int64_t>(projects_.size()),
                             std::to_string(at) + "/" + std::to_string(projects_.size())));
    }
    const Shortlist list = shortlist(std::move(fresh), std::move(open_), most_);
    OB_CHECK(write(list.shown));
    return Json{{"projects", projects_.size()},
                {"found", found_},
                {"written", written_},
                {"known", found_ - written_ - list.held_back},
                {"held_back", list.held_back}};
  }

 private:
  /// Written before, judged or not, by whichever region: they never come again. Those that are open count for their
  /// units.
  Result<void> keep_unknown(std::vector<Candidate> candidates, std::vector<Candidate>& fresh) {
    std::set<std::string> firsts;
    for (const Candidate& one : candidates) firsts.insert(one.first);
    OB_TRY(const auto known, pairs_with_marks(call_, firsts));
    for (Candidate& one : candidates) {
      const auto there = known.find(pair_key(one.first, one.second));
      if (there == known.end()) {
        fresh.push_back(std::move(one));
      } else if (there->second == "open") {
        ++open_[one.first_unit];
        if (!one.same_unit) ++open_[one.second_unit];
      }
    }
    return {};
  }

  Result<void> write(const std::vector<Candidate>& candidates) {
    for (std::size_t at = 0; at < candidates.size() && !job_.cancelled();) {
      for (const std::size_t end = std::min(at + kPairsAtOnce, candidates.size()); at < end; ++at, ++written_) {
        const Candidate& one = candidates[at];
        OB_CHECK(call_.records().insert(kPair, {{"region", region_.str()},
                                                {"first_project", one.first},
                                                {"second_project", one.second},
                                                {"rule", one.rule},
                                                {"score", plugin::abi(one.score)},
                                                {"reason_zh", one.reason.zh},
                                                {"reason_en", one.reason.en}}));
      }
      OB_CHECK(job_.checkpoint({{"written", written_}}));
    }
    return {};
  }

  const Call& call_;
  const plugin::Job& job_;
  RecordId region_;
  DuplicateSearch& projects_;
  int most_;
  std::int64_t found_ = 0, written_;
  std::map<std::string, int> open_; ///< unit → pairs that wait for a person
};

} // namespace

Result<Answer> search_duplicates(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const RecordId region = Row(body).ref("region");
  const int year = year_member(body, "fiscal_year");
  OB_CHECK(call.node(region));
  OB_TRY(const JobId job, call.submit("duplicates", {{"region", region.str()}, {"fiscal_year", year}}));
  return Answer::json({{"job", std::to_string(job.value)}}, 202);
}

Result<Json> run_duplicate_search(Call& call, plugin::Job& job) {
  OB_TRY(const Json payload, job.payload());
  OB_TRY(const Json state, job.last_checkpoint());
  const RecordId region = Row(payload).ref("region");
  const int year = year_member(payload, "fiscal_year");
  OB_TRY(const Policy policy, policy_for(call, year));
  OB_TRY(auto projects, declared(call, policy, year));
  DuplicateSearch search(std::move(projects), policy);
  return Search(call, job, region, search, policy.duplicate_shown, Row(state)).run();
}

} // namespace onebudget::compilation
