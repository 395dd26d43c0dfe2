#!/usr/bin/env python3
"""A project goes through approval: returned, resubmitted, signers added, handed over, a deputy for an absent approver, 会签
of two offices, a missed deadline, recall, and nobody approving their own.

Usage: approval_test.py sqlite|postgresql
"""
import datetime
import sys
import unittest
import urllib.parse

from support import database_from, record_papers, start_with_demo

COUNTY = "320583000"
CLERK, UNIT_REVIEWER = f"unit-clerk.{COUNTY}.106001", f"unit-reviewer.{COUNTY}.106001"
REVIEWER, HEAD, DEPUTY = (f"{role}.{COUNTY}.106" for role in ("department-reviewer", "department-head", "department-clerk"))
DIVISION, CENTER, BUDGET, LEADER = (f"{role}.{COUNTY}" for role in ("finance-division", "review-center", "budget-division", "finance-leader"))
EDITOR, APPROVER = "standards-editor", "standards-approver"
DATABASE = database_from(sys.argv)
PROJECT = "/compilation/project"


def setUpModule():
    global server, people
    server = start_with_demo(DATABASE)
    people = {}
    for name in (CLERK, UNIT_REVIEWER, REVIEWER, HEAD, DEPUTY, DIVISION, CENTER, BUDGET, LEADER):
        found = server.ask("GET", "/system/user?q=" + urllib.parse.quote(name), who="sysadmin")[1]["items"]
        people[name] = next(user for user in found if user["username"] == name)


def tearDownModule():
    server.stop()


def first_error(answer):
    """The status and the first field's error of a refused write."""
    return answer[0], answer[1]["errors"][0]


class Approval(unittest.TestCase):
    def node(self, code):
        return server.ask("GET", f"/system/node?q={code}", who=CLERK)[1]["items"][0]["id"]

    def declare(self, who=CLERK, **changes):
        functional = server.first("/standards/functional-class", "code==2050203;list_year==2026", CLERK)["id"]
        fund = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
        body = {"name": "校舍安全监测", "unit": self.node(f"{COUNTY}-106001"), "category": "specific", "fiscal_year": 2026, "existence": "new",
                "start_year": 2026, "end_year": 2027, "total_amount": "2900000.00", "year_amount": "100000.00", "functional_class": functional,
                "fund_kind": fund, "contact_name": "张三", "contact_phone": "0512-57330000", "design_basis": "校舍安全条例",
                "performance_goal": "监测覆盖率 100%", **changes}
        status, project, headers = server.ask("POST", PROJECT, body, who)
        self.assertEqual(status, 201, project)
        record_papers(server, project["id"], who)
        return project

    def move(self, project, name, who, comment=""):
        _, _, headers = server.ask("GET", f"{PROJECT}/{project['id']}", who=who)
        return server.ask("POST", f"{PROJECT}/{project['id']}/transitions/{name}", {"comment": comment}, who, {"If-Match": headers["ETag"]})

    def rank(self, project):
        body = {"project": project["id"], "fiscal_year": 2026, "rank": 1}
        self.assertEqual(server.ask("POST", "/compilation/project-rank", body, REVIEWER)[0], 201)

    def review(self, project, kind, who, **amounts):
        """A review that a second person decides on: what finance admits a large or a construction project by."""
        body = {"project": project["id"], "kind": kind, "document_no": f"{kind}-1", "decided_on": "2026-01-10", "conclusion": "passed", **amounts}
        status, made, headers = server.ask("POST", "/compilation/project-review", body, who)
        self.assertEqual(status, 201, made)
        status, answer, _ = server.ask("POST", f"/compilation/project-review/{made['id']}/transitions/decide", {}, BUDGET, {"If-Match": headers["ETag"]})
        self.assertEqual(status, 200, answer)

    def submit(self, project, who=CLERK):
        status, moved, _ = self.move(project, "submit", who)
        self.assertEqual((status, moved.get("status")), (200, "submitted"), moved)
        return project

    def status(self, project):
        return server.ask("GET", f"{PROJECT}/{project['id']}", who=CLERK)[1]["status"]

    def inbox(self, who, box="todo"):
        status, answer, _ = server.ask("GET", f"/workflow/inbox?box={box}&limit=200", who=who)
        self.assertEqual(status, 200, answer)
        for item in answer["items"]:
            self.assertRegex(item["amount"], r"^\d+\.\d\d$", "yuan as text")
            self.assertRegex(item.get("opened_at") or item.get("started_at"), r"^\d{4}-\d\d-\d\dT[\d:.]+Z$", "a time as everywhere")
        return answer

    def tasks(self, who, project):
        return [item for item in self.inbox(who)["items"] if item["subject_id"] == project["id"]]

    def task(self, who, project):
        found = self.tasks(who, project)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def on(self, task, verb, who, **body):
        return server.ask("POST", f"/workflow/step/{task['id']}/{verb}", body, who, {"If-Match": f'"{task["version"]}"'})

    def approve(self, who, project, opinion="同意"):
        status, answer, _ = self.on(self.task(who, project), "act", who, decision="approve", opinion=opinion)
        self.assertEqual(status, 200, answer)
        return answer

    def refused(self, answer, status, code):
        self.assertEqual((answer[0], answer[1].get("code")), (status, code), answer[1])

    def track(self, case, who):
        status, answer, _ = server.ask("GET", f"/workflow/case/{case}/track", who=who)
        self.assertEqual(status, 200, answer)
        return answer

    def grant(self, username, role, node, reach="self"):
        roles = server.ask("GET", "/system/role?limit=200", who="secadmin")[1]["items"]
        role_id = next(item["id"] for item in roles if item["code"] == role)
        status, answer, _ = server.ask("POST", "/system/grant", {"username": username, "role": role_id, "node": node, "reach": reach}, "secadmin")
        self.assertEqual(status, 201, answer)
        self.addCleanup(self.end, f"/system/grant/{answer['id']}", "secadmin")

    def end(self, one, who, status=204):
        _, _, headers = server.ask("GET", one, who=who)
        got, answer, _ = server.ask("DELETE", one, who=who, headers={"If-Match": headers["ETag"]} if "ETag" in headers else {})
        self.assertEqual(got, status, answer)

    def delegate(self, who, away):
        status, answer, _ = server.ask("POST", "/workflow/delegation", away, who)
        self.assertEqual(status, 201, answer)
        self.addCleanup(self.end, f"/workflow/delegation/{answer['id']}", who)

    def publish(self, code, body, region=None):
        values = {"code": code, "edition": 1, "name": code, "subject": "compilation.project", "body": body, "region": region}
        status, made, headers = server.ask("POST", "/workflow/definition", values, EDITOR)
        self.assertEqual(status, 201, made)
        one = f"/workflow/definition/{made['id']}"
        status, answer, headers = server.ask("POST", one + "/transitions/submit", {}, EDITOR, {"If-Match": headers["ETag"]})
        self.assertEqual(status, 200, answer)
        self.assertEqual(server.ask("POST", one + "/transitions/publish", {}, EDITOR, {"If-Match": headers["ETag"]})[0], 403)
        status, answer, headers = server.ask("POST", one + "/transitions/publish", {}, APPROVER, {"If-Match": headers["ETag"]})
        self.assertEqual(status, 200, answer)
        self.assertEqual(server.ask("PATCH", one, {"name": "x"}, EDITOR, {"If-Match": headers["ETag"]})[0], 409)
        self.addCleanup(self.withdraw_definition, one, headers["ETag"])

    def withdraw_definition(self, one, etag):
        status, answer, _ = server.ask("POST", one + "/transitions/withdraw", {"comment": "结束"}, APPROVER, {"If-Match": etag})
        self.assertEqual(status, 200, answer)

    def test_a_project_is_returned_resubmitted_signed_handed_over_and_admitted(self):
        before = self.inbox(CLERK)["counts"]["returned"]
        project = self.submit(self.declare(year_amount="1500000.00"))
        self.assertEqual(self.tasks(DIVISION, project), [])
        self.refused(first_error(self.move(project, "review", REVIEWER)), 422, "compilation.in_approval")
        task = self.task(REVIEWER, project)
        self.refused(self.on(task, "act", REVIEWER, decision="return"), 422, "workflow.opinion")
        self.refused(self.on({**task, "version": 99}, "act", REVIEWER, decision="approve"), 412, "workflow.version")
        self.refused(server.ask("POST", f"/workflow/step/{task['id']}/act", {"decision": "approve"}, REVIEWER), 428, "http.if_match")
        self.refused(self.on(task, "act", CLERK, decision="approve"), 403, "workflow.not_yours")
        status, answer, _ = self.on(task, "act", REVIEWER, decision="return", opinion="请补测算依据")
        self.assertEqual((status, answer["case_state"], self.status(project)), (200, "returned", "returned"), answer)
        case = answer["case"]
        self.assertEqual(self.inbox(CLERK)["counts"]["returned"], before + 1)
        self.submit(project)
        self.assertEqual(self.inbox(CLERK)["counts"]["returned"], before)
        self.assertEqual(self.track(case, CLERK)["round"], 2)
        # 加签: the unit's reviewer signs before the department.
        task = self.task(REVIEWER, project)
        status, answer, _ = self.on(task, "add", REVIEWER, to=people[UNIT_REVIEWER]["id"], place="before", opinion="请单位核实")
        self.assertEqual(status, 201, answer)
        self.assertEqual(self.tasks(REVIEWER, project), [])
        self.approve(UNIT_REVIEWER, project, "已核实")
        # 转办 to the head, who is away and has a deputy.
        task = self.task(REVIEWER, project)
        status, answer, _ = server.ask("GET", f"/workflow/colleague?step={task['id']}", who=REVIEWER)
        offered = [one["id"] for one in answer["items"]]
        self.assertEqual((status, len(offered)), (200, len(set(offered))), answer)
        self.assertIn(people[HEAD]["id"], offered)
        self.assertFalse({people[name]["id"] for name in (CLERK, UNIT_REVIEWER, REVIEWER)} & set(offered))
        self.refused(self.on(task, "transfer", REVIEWER, to=people[CLERK]["id"]), 403, "workflow.own")
        self.refused(self.on(task, "transfer", REVIEWER, to=people[UNIT_REVIEWER]["id"]), 403, "workflow.same_hand")
        status, answer, _ = self.on(task, "transfer", REVIEWER, to=people[HEAD]["id"], opinion="请处理")
        self.assertEqual(status, 200, answer)
        department = self.node(f"{COUNTY}-106")
        self.assertEqual(self.tasks(DEPUTY, project), [])
        away = {"office": department, "deputy": people[DEPUTY]["id"], "from_day": "2020-01-01", "to_day": "2020-12-31", "reason": "出差"}
        self.delegate(HEAD, away)
        self.assertEqual(self.tasks(DEPUTY, project), [])
        away |= {"from_day": "2026-01-01", "to_day": "2099-12-31"}
        self.refused(first_error(server.ask("POST", "/workflow/delegation", away, HEAD)), 422, "workflow.delegation_term")
        day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        away |= {"from_day": str(day - datetime.timedelta(days=1)), "to_day": str(day + datetime.timedelta(days=30))}
        self.delegate(HEAD, away)
        # A delegation adds no rights: reviewing stays forbidden until the deputy is granted it.
        self.assertEqual(self.on(self.task(DEPUTY, project), "act", DEPUTY, decision="approve")[0], 403)
        self.grant(DEPUTY, "department_head", department, "subtree")
        self.approve(DEPUTY, project)
        self.assertEqual(self.status(project), "department_reviewed")
        task = self.task(DIVISION, project)
        status, answer, _ = self.on(task, "claim", DIVISION)
        self.assertEqual((status, answer.get("holder")), (200, people[DIVISION]["id"]), answer)
        self.approve(DIVISION, project)
        version = self.track(case, CLERK)["version"]
        self.refused(server.ask("POST", f"/workflow/case/{case}/withdraw", {}, CLERK, {"If-Match": f'"{version}"'}), 409, "workflow.recall_acted")
        # The gate of the library holds for the workflow as well, and then nothing of the approval stays.
        self.refused(first_error(self.on(self.task(BUDGET, project), "act", BUDGET, decision="approve")), 422, "compilation.admission_gate")
        self.assertEqual(self.status(project), "department_reviewed")
        self.rank(project)
        self.assertEqual(self.approve(BUDGET, project)["case_state"], "finished")
        self.assertEqual(self.status(project), "in_library")
        track = self.track(case, CLERK)
        signed = [(task["step"], task["state"], task["actor_name"] or "", task["principal"]) for task in track["tasks"]]
        self.assertIn(("department", "approved", people[DEPUTY]["display_name"], people[HEAD]["id"]), signed)
        self.assertTrue(all(task["wait_ms"] is not None for task in track["tasks"] if task["state"] in ("approved", "returned")))
        self.assertEqual((track["state"], track["wait_workdays"]), ("finished", 0))
        self.assertIn(project["id"], [item["subject_id"] for item in self.inbox(DEPUTY, "done")["items"]])
        self.assertIn(project["id"], [item["subject_id"] for item in self.inbox(CLERK, "started")["items"]])

    def test_nobody_approves_their_own_not_even_through_a_deputy(self):
        school = self.node(f"{COUNTY}-106001")
        self.grant(REVIEWER, "unit_clerk", school)
        project = self.declare(who=REVIEWER)
        # Nobody but its maker could review it, so it does not go in at all.
        status, answer, _ = self.move(project, "submit", REVIEWER)
        self.refused((status, answer), 422, "workflow.nobody_holds")
        self.assertEqual(self.status(project), "draft")
        department = self.node(f"{COUNTY}-106")
        self.grant(HEAD, "department_reviewer", department, "subtree")
        self.submit(project, REVIEWER)
        self.refused(self.on(self.task(REVIEWER, project), "act", REVIEWER, decision="approve"), 403, "workflow.own")
        day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        self.delegate(REVIEWER, {"office": department, "deputy": people[DEPUTY]["id"], "from_day": str(day - datetime.timedelta(days=1)),
                                 "to_day": str(day + datetime.timedelta(days=1)), "reason": "出差"})
        self.refused(self.on(self.task(DEPUTY, project), "act", DEPUTY, decision="approve"), 403, "workflow.own")
        self.approve(HEAD, project)

    def test_recall_is_quick_and_only_until_the_next_handler_acted(self):
        project = self.submit(self.declare())
        status, moved, _ = self.move(project, "withdraw", CLERK)
        self.assertEqual((status, moved.get("status")), (200, "draft"), moved)
        self.assertEqual(self.tasks(HEAD, project), [])
        self.submit(project)
        case = self.inbox(CLERK, "started")["items"][0]
        status, answer, _ = server.ask("POST", f"/workflow/case/{case['id']}/withdraw", {}, CLERK, {"If-Match": f'"{case["version"]}"'})
        self.assertEqual((status, self.status(project)), (200, "draft"), answer)

    def test_two_offices_sign_a_construction_project_together(self):
        project = self.declare(is_construction=True, plan="分两期", location="玉山镇", total_amount="4000000.00", year_amount="500000.00")
        paper = {"project": project["id"], "kind": "feasibility", "title": "可行性研究报告"}
        self.assertEqual(server.ask("POST", "/compilation/project-paper", paper, CLERK)[0], 201)
        self.submit(project)
        self.approve(REVIEWER, project)
        self.rank(project)
        self.review(project, "investment", DIVISION)
        self.review(project, "cost", CENTER, submitted_amount="4000000.00", approved_amount="4000000.00")
        self.assertEqual(len(self.tasks(DIVISION, project)), 1)
        self.assertEqual(self.approve(CENTER, project)["case_state"], "running")
        self.assertEqual(self.tasks(BUDGET, project), [])
        self.approve(DIVISION, project)
        task = self.task(BUDGET, project)
        status, answer, _ = self.on(task, "act", BUDGET, decision="return", to_step="joint", opinion="重新评审")
        self.assertEqual((status, answer.get("case_state")), (200, "running"), answer)
        self.assertEqual(self.status(project), "department_reviewed")
        self.approve(DIVISION, project)
        self.approve(CENTER, project)
        self.assertEqual(self.approve(BUDGET, project)["case_state"], "finished")
        self.assertEqual(self.status(project), "in_library")

    def test_a_missed_deadline_escalates_or_returns_and_never_approves(self):
        county = self.node(COUNTY)
        late = {"id": "department", "roles": ["department_reviewer"], "at": "department", "by": "2020-01-01", "transition": "review"}
        turns = {"on_finish": "approve", "on_return": "return", "on_withdraw": "withdraw"}
        self.publish("late_escalates", {**turns, "categories": ["operating_other"], "steps": [{**late, "overdue": "escalate", "escalate_to": "department_head"}]}, county)
        self.publish("late_returns", {**turns, "categories": ["operating"], "steps": [{**late, "overdue": "return"}]}, county)
        up, back = self.submit(self.declare(category="operating_other")), self.submit(self.declare(category="operating"))
        self.assertTrue(self.task(REVIEWER, up)["due"] == "2020-01-01" and self.inbox(REVIEWER)["counts"]["late"] >= 2)
        self.assertEqual(server.ask("POST", "/workflow/deadlines", {}, REVIEWER)[0], 403)
        status, answer, _ = server.ask("POST", "/workflow/deadlines", {}, BUDGET)
        self.assertEqual((status, answer.get("escalated"), answer.get("returned")), (200, 1, 1), answer)
        self.assertEqual(self.tasks(REVIEWER, up), [])
        self.assertTrue(self.task(HEAD, up)["escalated"])
        self.assertEqual(self.status(up), "submitted")
        returned = [case for case in self.inbox(CLERK, "started")["items"] if case["subject_id"] == back["id"]]
        self.assertEqual([case["state"] for case in returned], ["returned"])
        for _ in range(600):
            if self.status(back) == "returned":
                break
            server.ask("GET", "/session", who=CLERK)
        self.assertEqual(self.status(back), "returned")

    def fields(self, who, project, opinion="同意", decision="approve", **fields):
        """Acts on the task with what is filled in on the project."""
        return self.on(self.task(who, project), "act", who, decision=decision, opinion=opinion, fields=fields)

    def last_change(self, project):
        return server.ask("GET", f"{PROJECT}/{project['id']}/history", who=CLERK)[1]["items"][0]

    def read(self, project):
        return server.ask("GET", f"{PROJECT}/{project['id']}", who=CLERK)[1]

    def test_a_step_fills_in_what_its_definition_grants_and_nothing_else(self):
        project = self.submit(self.declare(name="分步骤字段", year_amount="1500000.00"))
        status, answer, _ = self.fields(REVIEWER, project, spending_order="wages")
        self.refused((status, answer), 403, "workflow.field_right")
        self.assertEqual([error["field"] for error in answer["errors"]], ["/fields/spending_order"])
        self.assertIn("主管部门审核", answer["title"] + answer.get("detail", ""))
        self.approve(REVIEWER, project)
        # The right is the step's: the same person changes nothing by the record itself.
        before, task = self.read(project), self.task(DIVISION, project)
        self.assertEqual([field["name"] for field in task["fields"]], ["spending_order", "three_guarantees"])
        _, _, headers = server.ask("GET", f"{PROJECT}/{project['id']}", who=DIVISION)
        self.assertEqual(server.ask("PATCH", f"{PROJECT}/{project['id']}", {"spending_order": "wages"}, DIVISION, {"If-Match": headers["ETag"]})[0], 403)
        self.refused(first_error(self.move(project, "amend-department-reviewed", DIVISION)), 422, "compilation.amend_by_step")
        self.refused(self.fields(DIVISION, project, decision="return", spending_order="wages"), 422, "workflow.field_decision")
        self.refused(first_error(self.fields(DIVISION, project, spending_order="anything")), 422, "field.enum")
        self.assertEqual((self.read(project)["version"], self.task(DIVISION, project)["version"]), (before["version"], task["version"]), "nothing half-written")
        # Nothing moves the project at this step: what was filled in reaches it all the same, and stays in its state.
        status, answer, _ = self.fields(DIVISION, project, opinion="属工资性支出", spending_order="wages")
        self.assertEqual((status, answer.get("case_state")), (200, "running"), answer)
        now = self.read(project)
        self.assertEqual((now["status"], now["spending_order"], now["three_guarantees"]), ("department_reviewed", "wages", True))
        change = self.last_change(project)
        self.assertEqual((change["by_name"], change["transition"]), (people[DIVISION]["display_name"], "amend_department_reviewed"), change)
        self.assertIn("财政业务处室审核", change["comment"])
        self.assertIn("属工资性支出", change["comment"])
        track = self.track(answer["case"], CLERK)
        self.assertEqual([one["filled"] for one in track["tasks"] if one["step"] == "division"], [{"spending_order": "wages"}])
        self.refused(server.ask("POST", f"/workflow/case/{answer['case']}/withdraw", {}, DIVISION, {"If-Match": f'"{track["version"]}"'}), 409, "workflow.recall_filled")
        self.rank(project)
        self.assertEqual(self.approve(BUDGET, project)["case_state"], "finished")

    def test_a_required_field_comes_with_the_approval_and_the_record_judges_it(self):
        fill = [{"name": "location", "required": True}, "social_investment", "name"]
        steps = [{"id": "department", "title": "部门核定", "roles": ["department_reviewer"], "at": "department", "transition": "review", "fields": fill},
                 {"id": "division", "rank": 2, "roles": ["finance_division"], "at": "division"}]
        turns = {"on_finish": "approve", "on_return": "return", "on_withdraw": "withdraw"}
        self.publish("fills", {**turns, "categories": ["operating"], "steps": steps}, self.node(COUNTY))
        project = self.submit(self.declare(category="operating", name="必填字段", existence="one_off", end_year=2026, total_amount="100000.00"))
        task, before = self.task(REVIEWER, project), self.read(project)["version"]
        self.refused(self.on(task, "act", REVIEWER, decision="approve"), 422, "workflow.field_missing")
        batch = {"items": [{"step": task["id"], "version": task["version"]}], "opinion": "同意"}
        self.refused(server.ask("POST", "/workflow/batch", batch, REVIEWER), 422, "workflow.field_missing")
        wrong = self.fields(REVIEWER, project, location="玉山镇", social_investment="100000.01")
        self.refused(first_error(wrong), 422, "compilation.project_amounts")
        self.assertEqual(wrong[1]["errors"][0]["field"], "/social_investment")
        self.refused(first_error(self.fields(REVIEWER, project, location="玉山镇", name="改名")), 422, "compilation.not_fillable")
        now = self.read(project)
        self.assertEqual((now["version"], now["location"], now["status"], self.task(REVIEWER, project)["version"]), (before, None, "submitted", task["version"]))
        status, answer, _ = self.fields(REVIEWER, project, location="玉山镇", social_investment="1200.50")
        self.assertEqual(status, 200, answer)
        now = self.read(project)
        self.assertEqual((now["status"], now["location"], now["social_investment"]), ("department_reviewed", "玉山镇", "1200.50"))
        change = self.last_change(project)
        self.assertEqual((change["transition"], change["by_name"]), ("review", people[REVIEWER]["display_name"]))
        self.assertTrue({"status", "location", "social_investment"} <= {one["field"] for one in change["changes"]}, change)
        self.assertIn("部门核定", change["comment"])
        found = server.ask("GET", f"/system/audit?action=records.transition&subject_id={project['id']}&limit=5", who="auditadmin")[1]["items"]
        self.assertIn("social_investment", str(found), "the audit names the fields")

    def test_batches_marks_and_urging(self):
        projects = [self.submit(self.declare(name=f"批量 {number}")) for number in range(3)]
        cases = {item["subject_id"]: item for item in self.inbox(CLERK, "started")["items"]}
        case = cases[projects[0]["id"]]["id"]
        self.assertEqual(server.ask("POST", f"/workflow/case/{case}/look", {"watch": True}, CLERK)[1]["watched"], True)
        self.assertEqual(server.ask("POST", f"/workflow/case/{case}/urge", {"opinion": "请尽快"}, CLERK)[1]["urged"], 1)
        self.assertFalse(self.track(case, CLERK)["changed"])
        who = REVIEWER
        items = [{"step": task["id"], "version": task["version"]} for project in projects for task in self.tasks(who, project)]
        self.assertEqual(len(items), 3)
        self.assertEqual(server.ask("POST", "/workflow/batch", {"items": items + [{"step": items[0]["step"], "version": 1}]}, who)[0], 422)
        status, answer, _ = server.ask("POST", "/workflow/batch", {"items": items, "opinion": "同意"}, who)
        self.assertEqual((status, len(answer.get("items", []))), (200, 3), answer)
        self.assertEqual({self.status(project) for project in projects}, {"department_reviewed"})
        watched = self.inbox(CLERK, "watched")["items"]
        self.assertEqual([(item["subject_id"], item["changed"]) for item in watched], [(projects[0]["id"], True)])
        self.assertTrue(self.track(case, CLERK)["changed"])

    def test_a_task_of_somebody_who_left_falls_to_the_office(self):
        project = self.submit(self.declare(name="离岗"))
        status, answer, _ = self.on(self.task(REVIEWER, project), "transfer", REVIEWER, to=people[LEADER]["id"])
        self.assertEqual(status, 200, answer)
        self.assertEqual(self.tasks(REVIEWER, project), [])
        leader = people[LEADER]
        _, _, headers = server.ask("GET", f"/system/user/{leader['id']}", who="sysadmin")
        one = f"/system/user/{leader['id']}"
        status, answer, headers = server.ask("PATCH", one, {"state": "disabled"}, "sysadmin", {"If-Match": headers["ETag"]})
        self.assertEqual(status, 200, answer)
        self.addCleanup(server.ask, "PATCH", one, {"state": "active"}, "sysadmin", {"If-Match": headers["ETag"]})
        self.assertEqual(server.ask("POST", "/workflow/deadlines", {}, BUDGET)[1].get("released"), 1)
        self.assertIn("任务池", self.task(REVIEWER, project)["note"])
        self.approve(REVIEWER, project)


if __name__ == "__main__":
    unittest.main(verbosity=2)
