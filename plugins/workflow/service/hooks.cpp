// Rules before a write of definitions, delegations and phrases; the trace of cases is kept.

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

using plugin::Action;

constexpr std::int32_t kLongest = 366;

/// The definition in force before gives way when its next edition is published.
Result<void> supersede(const Call& call, const Row& published) {
  plugin::Query query;
  query.filter = "code==" + plugin::quoted(published.text("code")) + ";status==published";
  OB_TRY(const auto rows, call.records().list("workflow.definition", query));
  for (const Row& row : rows) {
    if (row.id() == published.id()) continue;
    OB_CHECK(call.records().transition("workflow.definition", row.id(), row.version(), "withdraw",
                                       call.text("note.superseded", {std::to_string(published.number("edition"))})));
  }
  return {};
}

} // namespace

Result<void> check_definition_row(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::transition)
    return change.transition == "publish" ? supersede(call, change.after) : Result<void>();
  const auto read = read_definition(change.after.at("body").is_object() ? change.after.at("body") : Json::object());
  if (!read) {
    verdict.report("/body", "workflow.member", read.fault().message,
                   Text{"请对照插件说明改正。", "See the plugin's README."});
    return {};
  }
  std::vector<FieldFault> findings = check_definition(*read);
  for (FieldFault& finding : findings) finding.field = "/body" + finding.field;
  verdict.report(findings);
  return {};
}

Result<void> check_delegation(Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const PersonId me, person_of(call));
  const bool fresh = change.action == Action::create;
  if (!fresh && change.before.ref("person").value != me) {
    verdict.report("/person", "workflow.delegation_own",
                   Text{"只能维护自己的委派。", "You keep your own delegations only."},
                   Text{"请由委派人本人办理。", "Ask the person who delegated."});
    return {};
  }
  if (change.action == Action::remove) return {};
  if (fresh) verdict.assign("person", std::to_string(me));
  const PersonId deputy = change.after.ref("deputy").value;
  const auto from = change.after.day("from_day"), to = change.after.day("to_day");
  if (deputy == me)
    verdict.report("/deputy", "workflow.delegation_self", Text{"不能委派给自己。", "Nobody is their own deputy."},
                   Text{"请另选一人。", "Choose another person."});
  if (from && to && (*to < *from || to->number() - from->number() > kLongest))
    verdict.report(
        "/to_day", "workflow.delegation_term",
        Text{"委派的止日应在起日之后一年之内。", "A delegation ends on or after its first day, within a year."},
        Text{"请改写日期；长期代理请改授角色。", "Change the days; for longer have the role granted."});
  OB_TRY(const auto posts, posts_of_person(call, deputy));
  if (posts.empty())
    verdict.report("/deputy", "workflow.left",
                   Text{"代理人已停用或没有岗位。", "The deputy is disabled or holds no post."},
                   Text{"请另选一人。", "Choose another person."});
  return {};
}

Result<void> check_phrase(Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const PersonId me, person_of(call));
  const PersonId owner = change.before.ref("person").value;
  if (change.action != Action::create && owner != 0 && owner != me) {
    verdict.report("/person", "workflow.phrase_own",
                   Text{"只能维护自己的常用意见。", "You keep your own phrases only."},
                   Text{"请由所有者本人办理。", "Ask its owner."});
    return {};
  }
  if (change.action == Action::create && change.after.flag("personal")) verdict.assign("person", std::to_string(me));
  return {};
}

Result<void> keep_trace(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (change.action == Action::remove)
    verdict.report("", "workflow.trace", Text{"审批留痕不能删除。", "The trace of an approval is not removed."},
                   Text{"请改为撤回或退回。", "Recall or return the case instead."});
  return {};
}

} // namespace onebudget::workflow
