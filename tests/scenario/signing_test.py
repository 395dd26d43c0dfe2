#!/usr/bin/env python3
"""What people do with their tasks besides approving: add and drop signers, recall within ten minutes and not after, send back to
any step before, urge, keep phrases, see what changed, approve a batch of which one is refused; a way chosen by the office.

Usage: signing_test.py sqlite|postgresql
"""
import struct
import sys
import unittest

from support import database_from, project_body, record_papers, start_with_clock

COUNTY = "320583000"
CLERK, UNIT_REVIEWER = f"unit-clerk.{COUNTY}.106001", f"unit-reviewer.{COUNTY}.106001"
REVIEWER, HEAD = f"department-reviewer.{COUNTY}.106", f"department-head.{COUNTY}.106"
DIVISION, BUDGET = f"finance-division.{COUNTY}", f"budget-division.{COUNTY}"
EDITOR, APPROVER = "standards-editor", "standards-approver"
DATABASE = database_from(sys.argv)
PROJECT, PHRASE = "/compilation/project", "/workflow/phrase"
TEN_MINUTES = 600


def setUpModule():
    """A server whose clock the test moves."""
    global server, people
    server = start_with_clock(DATABASE, {"identity.session_idle_minutes": 1440})
    server.load_demo(0.001)
    people = {name: server.get("/system/user", "sysadmin", q=name)["items"][0] for name in (CLERK, UNIT_REVIEWER, REVIEWER, HEAD, DIVISION, BUDGET)}


def tearDownModule():
    server.stop()


def later(seconds):
    """The server's clock goes on by so much; it never goes back."""
    with (server.data / "clock").open("r+b") as clock:
        ahead = struct.unpack("q", clock.read(8))[0] + seconds
        clock.seek(0)
        clock.write(struct.pack("q", ahead))


class Signing(unittest.TestCase):
    def submitted(self, name, **changes):
        body = project_body(server, CLERK, COUNTY, name=name, design_basis="校舍安全条例", performance_goal="监测覆盖率 100%", total_amount="2900000.00", **changes)
        project = server.made(PROJECT, body, CLERK)
        record_papers(server, project, CLERK)
        server.move(f"{PROJECT}/{project}", "submit", CLERK)
        return project

    def status(self, project):
        return server.get(f"{PROJECT}/{project}", CLERK)["status"]

    def tasks(self, who, project):
        return [item for item in server.get("/workflow/inbox", who, box="todo", limit=200)["items"] if item["subject_id"] == project]

    def task(self, who, project):
        found = self.tasks(who, project)
        self.assertEqual(len(found), 1, (who, found))
        return found[0]

    def on(self, task, verb, who, status=200, **body):
        return server.well(status, "POST", f"/workflow/step/{task['id']}/{verb}", body, who, {"If-Match": f'"{task["version"]}"'})

    def approve(self, who, project):
        return self.on(self.task(who, project), "act", who, decision="approve", opinion="同意")

    def track(self, project, who=CLERK):
        case = next(item for item in server.get("/workflow/inbox", CLERK, box="started", limit=200)["items"] if item["subject_id"] == project)
        return server.get(f"/workflow/case/{case['id']}/track", who)

    def recall(self, project, who, status=200):
        track = self.track(project)
        return server.well(status, "POST", f"/workflow/case/{track['id']}/withdraw", {"opinion": "撤回"}, who, {"If-Match": f'"{track["version"]}"'})

    def rank(self, project):
        server.made("/compilation/project-rank", {"project": project, "fiscal_year": 2026, "rank": 1}, REVIEWER)

    def test_signers_are_added_before_beside_and_after_and_dropped_by_who_added_them(self):
        project = self.submitted("加签减签")
        task, to = self.task(REVIEWER, project), people[UNIT_REVIEWER]["id"]
        self.assertEqual(self.on(task, "add", REVIEWER, 422, to=people[REVIEWER]["id"], place="before")["code"], "workflow.added_oneself")
        self.on(task, "add", REVIEWER, 201, to=to, place="before", opinion="请单位核实")
        self.assertEqual(self.tasks(REVIEWER, project), [], "the task waits for the signer before it")
        added = self.task(UNIT_REVIEWER, project)
        self.assertEqual(self.on(added, "drop", UNIT_REVIEWER, 403)["code"], "workflow.not_yours", "whoever added drops")
        self.on(added, "drop", REVIEWER)
        self.assertEqual(self.tasks(UNIT_REVIEWER, project), [])
        self.assertEqual(self.on(self.task(REVIEWER, project), "drop", REVIEWER, 409)["code"], "workflow.not_added", "a task of the way is not dropped")
        # Beside: the rank waits for both; who has acted is dropped no more, and dropping the last one ends the rank.
        for signer in (HEAD, UNIT_REVIEWER):
            self.on(self.task(REVIEWER, project), "add", REVIEWER, 201, to=people[signer]["id"], place="parallel")
        beside = self.task(HEAD, project)
        self.assertEqual(self.approve(REVIEWER, project)["case_state"], "running")
        self.approve(HEAD, project)
        refused = server.well(409, "POST", f"/workflow/step/{beside['id']}/drop", {}, REVIEWER, {"If-Match": f'"{beside["version"] + 1}"'})
        self.assertEqual((refused["code"], self.status(project), self.tasks(DIVISION, project)), ("workflow.not_added", "submitted", []))
        self.on(self.task(UNIT_REVIEWER, project), "drop", REVIEWER)
        self.assertEqual(self.status(project), "department_reviewed")
        # After: they are asked once the task is done, and the case goes no further without them.
        self.rank(project)
        self.on(self.task(DIVISION, project), "add", DIVISION, 201, to=people[BUDGET]["id"], place="after")
        self.assertEqual(self.tasks(BUDGET, project), [])
        self.assertEqual(self.approve(DIVISION, project)["case_state"], "running")
        self.assertEqual(self.approve(BUDGET, project)["case_state"], "finished")
        self.assertEqual(self.status(project), "in_library")

    def test_the_submitter_recalls_within_ten_minutes_and_not_after(self):
        quick, slow = self.submitted("十分钟内撤回"), self.submitted("十分钟后撤回")
        later(TEN_MINUTES - 120)
        self.assertEqual(self.recall(quick, CLERK)["case_state"], "withdrawn")
        self.assertEqual((self.status(quick), self.tasks(REVIEWER, quick)), ("draft", []))
        later(121)
        refused = self.recall(slow, CLERK, 409)
        self.assertEqual(refused["code"], "workflow.recall_late")
        self.assertIn("10", refused["detail"])
        self.assertEqual(self.status(slow), "submitted")
        path = f"{PROJECT}/{slow}"
        etag = server.ask("GET", path, who=CLERK)[2]["ETag"]
        self.assertEqual(server.ask("POST", f"{path}/transitions/withdraw", {}, CLERK, {"If-Match": etag})[1]["code"], "workflow.recall_late")
        self.assertEqual(len(self.tasks(REVIEWER, slow)), 1, "the task still lies where it lay")

    def test_a_handler_recalls_until_the_next_one_acted_or_ten_minutes_have_passed(self):
        projects = [self.submitted(f"办理人撤回 {number}", year_amount="1500000.00") for number in range(3)]
        for project in projects:
            self.approve(REVIEWER, project)
            self.rank(project)
            self.approve(DIVISION, project)
        again, acted, slow = projects
        self.recall(again, DIVISION)
        self.assertEqual((self.tasks(BUDGET, again), len(self.tasks(DIVISION, again))), ([], 1))
        self.approve(DIVISION, again)
        self.on(self.task(BUDGET, acted), "act", BUDGET, decision="return", to_step="division", opinion="请复核")
        self.assertEqual(self.recall(acted, DIVISION, 409)["code"], "workflow.recall_acted")
        self.assertEqual(self.recall(acted, CLERK, 409)["code"], "workflow.recall_acted")
        later(TEN_MINUTES + 1)
        self.assertEqual(self.recall(slow, DIVISION, 409)["code"], "workflow.recall_late")
        self.assertEqual(self.recall(slow, REVIEWER, 409)["code"], "workflow.recall_acted")
        self.assertEqual(self.recall(slow, HEAD, 403)["code"], "workflow.not_yours")
        self.assertEqual(len(self.tasks(BUDGET, slow)), 1)

    def test_a_case_goes_back_to_any_step_before_and_never_forward(self):
        project = self.submitted("逐级驳回", year_amount="1500000.00")
        early = self.task(REVIEWER, project)
        for target in ("division", "department", "nothing"):
            refused = self.on(early, "act", REVIEWER, 422, decision="return", to_step=target, opinion="退回")
            self.assertEqual((refused["code"], refused["errors"][0]["field"], bool(refused["errors"][0]["remedy"])), ("workflow.return_target", "/to_step", True))
        self.approve(REVIEWER, project)
        self.rank(project)
        for target, way in (("division", (DIVISION,)), ("department", (REVIEWER, DIVISION))):
            if target == "division":
                self.approve(DIVISION, project)
            self.on(self.task(BUDGET, project), "act", BUDGET, decision="return", to_step=target, opinion=f"退回 {target}")
            self.assertEqual(self.tasks(BUDGET, project), [])
            for who in way:
                self.approve(who, project)
        track = self.track(project)
        self.assertEqual([task["to_step"] for task in track["tasks"] if task["state"] == "returned"], ["division", "department"])
        done = self.on(self.task(BUDGET, project), "act", BUDGET, decision="return", opinion="请重新申报")
        self.assertEqual((done["case_state"], self.status(project)), ("returned", "returned"))
        server.move(f"{PROJECT}/{project}", "submit", CLERK)
        for who in (REVIEWER, DIVISION, BUDGET):
            done = self.approve(who, project)
        self.assertEqual((done["case_state"], self.status(project)), ("finished", "in_library"))
        # An adjustment of what was admitted goes the whole way again, as a case of its own.
        server.move(f"{PROJECT}/{project}", "adjust", CLERK)
        self.assertEqual((self.status(project), self.tasks(REVIEWER, project)), ("returned", []))
        server.move(f"{PROJECT}/{project}", "submit", CLERK)
        self.assertNotEqual(self.task(REVIEWER, project)["case"], track["id"])

    def test_the_submitter_urges_and_everybody_sees_what_changed_since_they_looked(self):
        project = self.submitted("催办与变化")
        case = self.track(project)["id"]
        self.assertEqual(server.well(403, "POST", f"/workflow/case/{case}/urge", {"opinion": "快"}, REVIEWER)["code"], "workflow.not_yours")
        for times in (1, 2):
            self.assertEqual(server.well(200, "POST", f"/workflow/case/{case}/urge", {"opinion": "请尽快"}, CLERK)["urged"], 1)
            self.assertEqual([task["urged"] for task in self.track(project, REVIEWER)["tasks"]], [times])
        self.assertTrue(self.track(project)["changed"], "never looked at")
        server.well(200, "POST", f"/workflow/case/{case}/look", {"watch": True}, CLERK)
        seen = self.track(project)
        self.assertEqual((seen["changed"], [task["is_new"] for task in seen["tasks"]]), (False, [False]))
        later(1)
        self.on(self.task(REVIEWER, project), "transfer", REVIEWER, to=people[HEAD]["id"], opinion="请处理")
        now = self.track(project)
        self.assertEqual((now["changed"], [task["is_new"] for task in now["tasks"]]), (True, [True, True]))
        watched = [item for item in server.get("/workflow/inbox", CLERK, box="watched")["items"] if item["subject_id"] == project]
        self.assertEqual([item["changed"] for item in watched], [True])
        server.well(200, "POST", f"/workflow/case/{case}/look", {}, CLERK)
        self.assertEqual((self.track(project)["changed"], self.track(project)["watched"], self.track(project, HEAD)["changed"]), (False, True, True), "each for themself")

    def test_phrases_are_saved_used_and_removed_by_their_owner_alone(self):
        office = server.node(f"{COUNTY}-106", REVIEWER)["id"]
        mine = server.well(201, "POST", PHRASE, {"office": office, "words": "同意，请按程序办理。"}, REVIEWER)
        self.assertEqual(mine["person"], people[REVIEWER]["id"], "a personal phrase belongs to whoever saved it")
        one = f"{PHRASE}/{mine['id']}"
        project = self.submitted("常用意见")
        self.on(self.task(REVIEWER, project), "act", REVIEWER, decision="approve", opinion=mine["words"])
        self.assertIn(mine["words"], [task["opinion"] for task in self.track(project)["tasks"]])
        etag = server.ask("GET", one, who=REVIEWER)[2]["ETag"]
        for method, body in (("PATCH", {"words": "不同意"}), ("DELETE", None)):
            status, answer, _ = server.ask(method, one, body, HEAD, {"If-Match": etag})
            self.assertEqual((status, [error["code"] for error in answer["errors"]]), (422, ["workflow.phrase_own"]), answer)
        self.assertEqual(server.ask("DELETE", one, None, CLERK, {"If-Match": etag})[0], 404, "of another office it is not even seen")
        self.assertEqual(server.get(one, REVIEWER)["words"], mine["words"])
        self.assertEqual(server.ask("DELETE", one, None, REVIEWER, {"If-Match": etag})[0], 204)
        self.assertEqual(server.ask("GET", one, who=REVIEWER)[0], 404)

    def test_a_batch_with_one_refused_approves_none_and_names_it(self):
        projects = [self.submitted(f"批量第 {number} 件") for number in range(3)]
        for project in projects:
            self.approve(REVIEWER, project)
        for project in projects[:2]:
            self.rank(project)
        items = [{"step": task["id"], "version": task["version"]} for project in projects for task in self.tasks(DIVISION, project)]
        before = server.trace(DIVISION, PROJECT, "/workflow/step")
        status, answer, _ = server.ask("POST", "/workflow/batch", {"items": items, "opinion": "同意"}, DIVISION)
        self.assertEqual((status, [(error["code"], error["field"]) for error in answer["errors"]]), (422, [("compilation.admission_gate", "/priority_rank")]), answer)
        self.assertEqual(server.trace(DIVISION, PROJECT, "/workflow/step"), before, "nothing half done")
        self.assertEqual({self.status(project) for project in projects}, {"department_reviewed"})
        self.rank(projects[2])
        stale = [items[0], {**items[1], "version": items[1]["version"] + 1}, items[2]]
        refused = server.well(412, "POST", "/workflow/batch", {"items": stale}, DIVISION)
        self.assertEqual((refused["code"], "批量第 1 件" in refused["detail"]), ("workflow.version", True), refused)
        self.assertEqual({self.status(project) for project in projects}, {"department_reviewed"})
        done = server.well(200, "POST", "/workflow/batch", {"items": items, "opinion": "同意"}, DIVISION)
        self.assertEqual([item["case_state"] for item in done["items"]], ["finished"] * 3)
        self.assertEqual({self.status(project) for project in projects}, {"in_library"})

    def test_the_office_chooses_the_way(self):
        steps = [{"id": "education", "roles": ["department_reviewer"], "at": "department", "rank": 1, "offices": ["106"], "transition": "review"},
                 {"id": "health", "roles": ["department_head"], "at": "department", "rank": 1, "offices": ["107"], "transition": "review"},
                 {"id": "budget", "roles": ["budget_division"], "at": "region", "rank": 2}]
        body = {"offices": ["106", "107"], "categories": ["operating"], "on_finish": "approve", "on_return": "return", "on_withdraw": "withdraw", "steps": steps}
        for office, first in (("106", "education"), ("107", "health")):
            told = server.well(200, "POST", "/workflow/preview", {"definition": body, "facts": {"amount": "100.00", "category": "operating", "office": office}}, EDITOR)
            self.assertEqual((told["findings"], [[step["id"] for step in rank] for rank in told["way"]]), ([], [[first], ["budget"]]))
        self.assertEqual(server.well(422, "POST", "/workflow/preview", {"definition": body, "facts": {"amount": "100.00", "category": "operating", "office": "110"}}, EDITOR)["code"],
                         "workflow.facts")
        values = {"code": "by_office", "edition": 1, "name": "按处室分流", "subject": "compilation.project", "region": server.node(COUNTY, CLERK)["id"]}
        gap = server.problem("POST", "/workflow/definition", {**values, "body": {**body, "steps": steps[:1]}}, EDITOR)
        self.assertEqual(gap, (422, "records.invalid", ["/body/steps"]), "an office whose cases nobody would approve is found before publishing")
        made = f"/workflow/definition/{server.made('/workflow/definition', {**values, 'body': body}, EDITOR)}"
        server.move(made, "submit", EDITOR)
        server.move(made, "publish", APPROVER)
        project = self.submitted("按处室分流", category="operating")
        self.assertEqual((self.tasks(HEAD, project), self.tasks(DIVISION, project)), ([], []))
        self.approve(REVIEWER, project)
        self.assertEqual(self.approve(BUDGET, project)["case_state"], "finished")
        self.assertEqual([task["step"] for task in self.track(project)["tasks"]], ["education", "budget"])
        server.move(made, "withdraw", APPROVER)


if __name__ == "__main__":
    unittest.main(verbosity=2)
