// 旁路: where another system leads, yesterday's payments are set against it every day. The sheet opens with what was
// paid here, all of it a difference until the other side's list comes in.

#include "plugins/treasury/domain/exchange/message.hpp"
#include "plugins/treasury/service/reconcile/sheet.hpp"

#include <map>
#include <set>

namespace onebudget::treasury {

namespace {

constexpr const char* kCounterpart = "provincial_system";

/// Regions that follow another system on a day, as ids of their nodes.
Result<std::set<std::string>> following(const Call& call, Day day) {
  std::map<std::string, std::vector<Authority>> modes;
  OB_CHECK(call.records().each(
      "treasury.exchange_authority", where("object==payment;status==in_force"), [&](const Row& row) -> Result<void> {
        modes[row.text("region")].push_back({row.text("mode") == "main", row.day("valid_from"), row.day("valid_to")});
        return {};
      }));
  std::set<std::string> out;
  for (const auto& [region, authorities] : modes)
    if (!main_on(authorities, day, true)) out.insert(region);
  return out;
}

} // namespace

Result<Json> open_sheets(Call& call, Job& job) {
  OB_TRY(const Json payload, job.payload());
  const Day day = Row(payload).day("day").value_or(call.today().plus_days(-1));
  OB_TRY(const auto regions, following(call, day));
  std::int64_t opened = 0, differences = 0;
  for (const std::string& region : regions) {
    if (job.cancelled()) break;
    const std::string own =
        "region==" + region + ";counterpart==" + kCounterpart + ";from_day=le=" + day.str() + ";to_day=ge=" + day.str();
    OB_TRY(const auto known, call.records().first("treasury.reconciliation", where(own)));
    if (known) continue;
    OB_TRY(const RecordId sheet, call.records().insert("treasury.reconciliation", {{"region", region},
                                                                                   {"counterpart", kCounterpart},
                                                                                   {"from_day", day.str()},
                                                                                   {"to_day", day.str()},
                                                                                   {"their_count", 0},
                                                                                   {"their_sum", 0}}));
    OB_TRY(const Matched matched, match_sheet(call, sheet));
    ++opened;
    differences += matched.differences;
    OB_CHECK(job.checkpoint({{"opened", opened}}));
  }
  return Json{{"day", day.str()}, {"opened", opened}, {"differences", differences}};
}

} // namespace onebudget::treasury
