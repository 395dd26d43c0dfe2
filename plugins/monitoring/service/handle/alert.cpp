// The file of an alert: explanation, papers, finding, rectification; and the steps that need them.

#include "plugins/monitoring/domain/findings.hpp"
#include "plugins/monitoring/domain/handling.hpp"
#include "plugins/monitoring/service/handle/approval.hpp"

namespace onebudget::monitoring {

namespace {

using plugin::Action;

Result<std::vector<Row>> parts(const Call& call, const char* entity, RecordId alert) {
  return call.records().list(entity, where("alert==" + alert.str()), 100);
}

Result<AlertFile> file_of(const Call& call, const Row& alert) {
  AlertFile out;
  out.rule = alert.text("rule");
  out.level = level_of(alert.text("level")).value_or(Level::grey);
  OB_TRY(const auto explanations, parts(call, "monitoring.explanation", alert.id()));
  OB_TRY(const auto papers, parts(call, "monitoring.alert_paper", alert.id()));
  OB_TRY(const auto findings, parts(call, "monitoring.finding", alert.id()));
  OB_TRY(const auto rectifications, parts(call, "monitoring.rectification", alert.id()));
  out.papers = static_cast<int>(papers.size());
  for (const Row& row : explanations) {
    out.explained = true;
    out.explanation_by = row.text("created_by");
  }
  for (const Row& row : findings) {
    out.violation = row.text("conclusion") == "violation";
    out.violation_type = row.has("violation_type");
    out.demanded = !row.text("demand").empty();
    out.finding_by = row.text("created_by");
    out.to_recover = row.money("recover_amount");
  }
  for (const Row& row : rectifications) {
    out.rectified = true;
    out.rectification_by = row.text("created_by");
    out.recovered = sum(out.recovered, row.money("recovered_amount"));
  }
  return out;
}

/// The letter follows its alert.
Result<void> move_letter(const Call& call, RecordId alert, const char* from, const char* step) {
  const std::string filter = "alert==" + alert.str() + ";status==" + from;
  OB_TRY(const auto letters, call.records().list("monitoring.inquiry", where(filter), 100));
  for (const Row& letter : letters)
    OB_CHECK(call.records().transition("monitoring.inquiry", letter.id(), letter.version(), step));
  return {};
}

Result<void> follow(const Call& call, const Change& change) {
  const std::string& step = change.transition;
  if (step == "explain") return move_letter(call, change.id, "issued", "answer");
  if (step == "return_explanation") return move_letter(call, change.id, "answered", "reopen");
  if (step == "lapse") return move_letter(call, change.id, "issued", "close");
  if (step != "find_normal" && step != "close") return {};
  OB_CHECK(move_letter(call, change.id, "issued", "close"));
  return move_letter(call, change.id, "answered", "close");
}

/// States in which a part of the file may be written.
bool writable(const std::string& entity, const std::string& status) {
  if (entity == "monitoring.explanation") return status == "open";
  if (entity == "monitoring.finding") return status == "open" || status == "explained";
  if (entity == "monitoring.rectification") return status == "violation";
  return status == "open" || status == "violation";
}

/// Steps of a rectification that was handed in: they are made in its approval.
bool ends(const std::string& step) {
  return step == "rectify" || step == "withdraw_rectification" || step == "return_rectification" || step == "close";
}

Result<void> approve(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  OB_TRY(const AlertFile file, file_of(call, row));
  return plugin::follow_approval(
      call, change,
      {.title = row.text("rule") + " " + row.text("rule_title") + " " + row.text("object_title"),
       .unit = change.after.ref("unit"),
       .amount = file.to_recover,
       .category = "rectification",
       .makers = {file.rectification_by},
       .begins = "rectify",
       .recalls = "withdraw_rectification"},
      verdict);
}

} // namespace

Result<void> validate_alert(Call& call, const Change& change, Verdict& verdict) {
  if (change.action != Action::transition) return {};
  const std::string& step = change.transition;
  if (step == "lapse" &&
      !closes_itself(change.after.text("rule"), level_of(change.after.text("level")).value_or(Level::grey)))
    verdict.report("/status", "monitoring.handling",
                   Text{"只有黄、蓝的进度预警自行关闭。", "Only progress alerts of yellow and blue close themselves."},
                   Text{"请由财政人员认定。", "A finance officer finds on it."});
  if (step != "lapse" && step != "recur") {
    OB_TRY(const plugin::Caller caller, call.caller());
    OB_TRY(const AlertFile file, file_of(call, change.before));
    verdict.report(check_handling(file, step, caller.user.str()));
  }
  if (verdict.findings() > 0) return {};
  OB_CHECK(follow(call, change));
  return ends(step) ? approve(call, change, verdict) : Result<void>();
}

Result<void> validate_file(Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after.none() ? change.before : change.after;
  OB_TRY(const Row alert, call.records().get(kAlert, row.ref("alert")));
  if (!writable(change.entity, alert.text("status")))
    verdict.report("/alert", "monitoring.not_now",
                   Text{"预警所处的环节不能办理此项。", "The alert is not at this step."},
                   Text{"请查看预警的状态。", "Look at the alert's state."});
  return {};
}

} // namespace onebudget::monitoring
