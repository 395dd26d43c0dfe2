// Appeals with their terms, and the list of what must be put right.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

using plugin::Action;

Result<void> file(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after;
  OB_TRY(const Row result, call.records().get(kResult, row.ref("result")));
  OB_TRY(const auto open,
         call.records().first("performance.appeal", where("result==" + row.text("result") + ";status==filed")));
  Appeal appeal;
  appeal.notified = result.text("status") == "notified";
  appeal.appeal_by = result.day("appeal_by");
  appeal.already_open = open.has_value();
  appeal.has_ground = !row.text("ground").empty();
  appeal.filed_on = call.today();
  verdict.report(check_appeal(appeal));
  if (result.text("unit") != row.text("unit"))
    verdict.report("/unit", "performance.appeal", Text{"申诉由被评单位提出。", "The evaluated unit appeals."},
                   Text{"请选择被评单位。", "Choose it."});
  if (verdict.findings() > 0) return {};
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const Term answer, due_after(call, parameters.answer_days));
  OB_TRY(const Term hearing, due_after(call, parameters.hearing_days));
  verdict.assign("filed_on", plugin::abi(call.today()));
  verdict.assign("answer_by", plugin::abi(answer.day));
  verdict.assign("hearing_by", plugin::abi(hearing.day));
  return {};
}

Result<void> rule(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  OB_TRY(const Row result, call.records().get(kResult, row.ref("result")));
  Ruling ruling;
  ruling.granted = change.transition == "grant";
  ruling.hearing_requested = row.flag("hearing_requested");
  ruling.heard = row.has("hearing_on") && !row.text("hearing_record").empty();
  ruling.has_opinion = !row.text("opinion").empty();
  ruling.original = points_in(result, "total");
  if (row.has("corrected_total")) ruling.corrected = points_in(row, "corrected_total");
  const auto due = row.day("answer_by");
  ruling.late = due && *due < call.today();
  ruling.has_late_reason = !row.text("late_reason").empty();
  verdict.report(check_ruling(ruling));
  if (verdict.findings() > 0) return {};
  verdict.assign("ruled_on", plugin::abi(call.today()));
  if (!ruling.granted) return {};
  return call.records().update(kResult, result.id(), result.version(), {{"total", ruling.corrected->str()}});
}

} // namespace

Result<void> validate_appeal(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::create) return file(call, change, verdict);
  if (moves(change, "grant") || moves(change, "reject")) return rule(call, change, verdict);
  if (change.action == Action::remove)
    verdict.report("", "performance.appeal", Text{"申诉不能删除。", "Appeals are not removed."},
                   Text{"请撤回申诉。", "Withdraw it."});
  return {};
}

Result<void> validate_accountability(Call& call, const Change& change, Verdict& verdict) {
  if (moves(change, "report") && change.before.text("measures").empty())
    verdict.report("/measures", "performance.accountability",
                   Text{"报告整改前应填写整改措施。", "Write what was done before reporting it."},
                   Text{"请填写整改措施。", "Fill it in."});
  if (moves(change, "close")) verdict.assign("done_on", plugin::abi(call.today()));
  return {};
}

} // namespace onebudget::performance
