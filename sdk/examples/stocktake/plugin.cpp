// A job with progress: walks all shelves in batches, can be cancelled, and goes on behind its last checkpoint.
#include "sdk/cpp/plugin.hpp"

namespace {

using onebudget::fault;
using onebudget::FaultKind;
using onebudget::Result;
namespace plugin = onebudget::plugin;
using plugin::Json;

constexpr const char* kShelf = "stocktake.shelf";
constexpr std::int64_t kBatch = 50;

const char* verdict_of(const plugin::Row& shelf) {
  const std::int64_t more = shelf.number("found") - shelf.number("expected");
  return more == 0 ? "right" : more < 0 ? "short" : "over";
}

/// How far a stocktake is: what a checkpoint keeps.
struct Position {
  std::string behind = "0"; ///< id of the last shelf that was counted
  std::int64_t counted = 0, wrong = 0;
};

Result<Position> position_of(const plugin::Job& job) {
  OB_TRY(const Json before, job.last_checkpoint());
  if (before.is_null()) return Position{};
  const plugin::Row row(before);
  return Position{row.text("behind"), row.number("counted"), row.number("wrong")};
}

/// Judges the next shelves; answers whether there were any.
Result<bool> count_some(const plugin::Call& call, Position& at) {
  plugin::Query next{"id=gt=" + at.behind, "id", {"id", "version", "expected", "found"}, "", kBatch};
  OB_TRY(const auto shelves, call.records().list(kShelf, next));
  for (const plugin::Row& shelf : shelves) {
    const std::string verdict = verdict_of(shelf);
    OB_CHECK(call.records().update(kShelf, shelf.id(), shelf.version(), {{"verdict", verdict}}));
    at.behind = shelf.id().str();
    ++at.counted;
    at.wrong += verdict == "right" ? 0 : 1;
  }
  return !shelves.empty();
}

Result<Json> count(plugin::Call& call, plugin::Job& job) {
  OB_TRY(Position at, position_of(job));
  OB_TRY(const auto all, call.records().aggregate(kShelf, {"", {}, {"count"}}));
  const std::int64_t total = all.empty() ? 0 : all.front().number("count");
  for (bool more = true; more;) {
    if (job.cancelled())
      return fault(FaultKind::unavailable, "stocktake.cancelled",
                   {"盘点已取消，已盘点的结论保留。", "The stocktake was cancelled; verdicts so far stay."});
    OB_TRY(more, count_some(call, at));
    OB_CHECK(job.progress(at.counted, total, call.text("counted", {std::to_string(at.counted)})));
    OB_CHECK(job.checkpoint({{"behind", at.behind}, {"counted", at.counted}, {"wrong", at.wrong}}));
  }
  return Json{{"counted", at.counted}, {"wrong", at.wrong}};
}

Result<plugin::Answer> start(plugin::Call& call, const plugin::Request&) {
  OB_TRY(const auto job, call.submit("count", Json::object()));
  return plugin::Answer::json({{"job", job.str()}});
}

class Stocktake final : public plugin::Plugin {
 public:
  Stocktake() {
    route("POST /count", start);
    job("count", count);
  }
};

} // namespace

ONEBUDGET_PLUGIN(Stocktake);
