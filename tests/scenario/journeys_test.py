#!/usr/bin/env python3
"""The first six journeys, each from an empty form, with a missing paper, a return and an absent approver, to its printed form.

Usage: journeys_test.py sqlite|postgresql
"""
import datetime
import decimal
import json
import sys
import unittest
import urllib.parse

from support import SOURCE, database_from, demo_year, project_body, record_line, record_papers, start_with_demo, today

COUNTY = "320583000"
CLERK, DEPARTMENT, HEAD = f"unit-clerk.{COUNTY}.106001", f"department-reviewer.{COUNTY}.106", f"department-head.{COUNTY}.106"
FINANCE, BUDGET, LEADER = f"finance-division.{COUNTY}", f"budget-division.{COUNTY}", f"finance-leader.{COUNTY}"
EDITOR, APPROVER = "standards-editor", "standards-approver"
PERFORMANCE, DEPUTY = f"performance-division.{COUNTY}", f"supervision-division.{COUNTY}"
DATABASE = database_from(sys.argv)
YEAR = demo_year()
ROLES = {role["code"]: role for role in json.loads((SOURCE / "config/roles.json").read_text(encoding="utf-8"))}
ENABLED = ("standards", "workflow", "compilation", "performance")
INDICATORS = (("output", "quantity", "15", "100"), ("output", "quality", "15", "100"), ("output", "timeliness", "10", "100"), ("output", "cost", "10", "100"),
              ("benefit", "social", "30", "100"), ("satisfaction", "satisfaction", "10", "90"))


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings={"plugins.enable": ",".join(ENABLED)}, year=YEAR)


def tearDownModule():
    server.stop()


class Journeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.region, cls.unit, cls.department = (server.node(code, BUDGET)["id"] for code in (COUNTY, f"{COUNTY}-106001", f"{COUNTY}-106"))

    def ask(self, method, path, body, who, status, etag=None):
        got, answer, headers = server.ask(method, path, body, who, {"If-Match": etag} if etag else None)
        self.assertEqual(got, status, (who, method, path, answer))
        return answer, headers.get("ETag")

    def make(self, path, body, who, status=201):
        return self.ask("POST", path, body, who, status)[0]

    def change(self, path, body, who):
        return self.ask("PATCH", path, body, who, 200, server.ask("GET", path, who=who)[2]["ETag"])[0]

    def move(self, path, name, who, status=200, comment="同意"):
        answer = self.ask("POST", f"{path}/transitions/{name}", {"comment": comment}, who, status, server.ask("GET", path, who=who)[2]["ETag"])[0]
        return [(error["code"], error["field"]) for error in answer["errors"]] if status == 422 else answer

    def empty(self, path, who, *wanted, **given):
        """An empty form names every field that is wanted, and says what to do."""
        answer = self.make(path, given, who, 422)
        self.assertLessEqual(set(wanted), {error["field"] for error in answer["errors"]}, answer)
        self.assertTrue(all(error["remedy"] for error in answer["errors"]), answer)

    def tasks(self, who, path):
        items = self.ask("GET", "/workflow/inbox?box=todo&limit=200", None, who, 200)[0]["items"]
        return [item for item in items if item["subject_id"] == path.rsplit("/", 1)[1]]

    def act(self, who, path, decision="approve", opinion="同意", status=200, task=None):
        task = task or self.tasks(who, path)[0]
        return self.ask("POST", f"/workflow/step/{task['id']}/act", {"decision": decision, "opinion": opinion}, who, status, f'"{task["version"]}"')[0]

    def returned(self, who, path, maker, opinion):
        """A return needs its reason; the maker sees it with the record, and may not decide by hand meanwhile."""
        self.act(who, path, "return", "", 422)
        self.act(who, path, "return", opinion)
        self.assertEqual(self.ask("GET", path, None, maker, 200)[0]["status"], "returned")
        self.assertEqual(self.tasks(who, path), [])
        cases = self.ask("GET", "/workflow/inbox?box=started&limit=200", None, maker, 200)[0]["items"]
        self.assertIn("returned", [case["state"] for case in cases if case["subject_id"] == path.rsplit("/", 1)[1]])

    def person(self, name):
        return next(user for user in self.ask("GET", "/system/user?q=" + urllib.parse.quote(name), None, "sysadmin", 200)[0]["items"] if user["username"] == name)

    def stand_in(self, role, who):
        """The rights of a role without its office: who has them acts for an approver only while they are the deputy."""
        given = self.make("/system/role", {"code": f"deputy_{role}_{self.id()[-20:].lower()}", "title": {"zh": "代理人", "en": "Deputy"}, "permissions": [one for one in ROLES[role]["permissions"] if one.split(".")[0] in ENABLED]}, "secadmin")
        self.grant(who, {"role": given["id"], "node": self.region, "reach": "subtree"})

    def grant(self, who, given):
        made = self.make("/system/grant", {"username": who, **given}, "secadmin")
        self.addCleanup(server.ask, "DELETE", f"/system/grant/{made['id']}", None, "secadmin")

    def absent(self, who, office, deputy, path):
        """The approver is away: nobody else may act until they name a deputy, who then finds the task."""
        task = self.tasks(who, path)[0]
        self.assertEqual(self.tasks(deputy, path), [])
        self.act(deputy, path, status=403, task=task)
        made = self.make("/workflow/delegation", {"office": office, "deputy": self.person(deputy)["id"], "reason": "出差",
                                                  "from_day": str(today() - datetime.timedelta(days=1)), "to_day": str(today() + datetime.timedelta(days=30))}, who)
        one = f"/workflow/delegation/{made['id']}"
        self.addCleanup(lambda: server.ask("DELETE", one, None, who, {"If-Match": server.ask("GET", one, who=who)[2]["ETag"]}))
        done = self.act(deputy, path, opinion="代行")
        track = self.ask("GET", f"/workflow/case/{done['case']}/track", None, who, 200)[0]
        self.assertIn((self.person(deputy)["display_name"], self.person(who)["id"]), [(task["actor_name"], task["principal"]) for task in track["tasks"]])
        return done

    def printed(self, kind, path, who, *texts):
        status, page, headers = server.ask("GET", f"/compilation/form?kind={kind}&id={path.rsplit('/', 1)[1]}", who=who)
        self.assertEqual((status, headers["Content-Type"].partition(";")[0]), (200, "text/html"), page)
        for text in texts:
            self.assertIn(text, page.decode())

    def declare(self, name, **changes):
        body = {**project_body(server, CLERK, COUNTY), "name": name, "fiscal_year": YEAR, "start_year": YEAR, "end_year": YEAR + 2, "design_basis": "条例",
                "performance_goal": "覆盖率 100%", "summary": name, **self.codes(), **changes}
        return f"/compilation/project/{self.make('/compilation/project', body, CLERK)['id']}"

    @staticmethod
    def codes():
        return {"functional_class": server.first("/standards/functional-class", f"code==2050203;list_year=={YEAR}", CLERK)["id"]}

    def papers(self, path, line=True):
        record_papers(server, path.rsplit("/", 1)[1], CLERK, line)

    def short_of_minutes(self, name, total, limit, day):
        """A submitted project that a new limit for collective decisions leaves without its minutes."""
        path = self.declare(name, total_amount=total)
        self.papers(path)
        self.move(path, "submit", CLERK)
        value = self.make("/compilation/policy-value", {"code": "minutes_from", "value": limit, "valid_from": day, "note": "本级内控制度"}, EDITOR)
        self.move(f"/compilation/policy-value/{value['id']}", "approve", APPROVER)
        return path

    def minutes_added(self, path):
        self.returned(DEPARTMENT, path, CLERK, "请补集体决策会议纪要")
        self.make("/compilation/project-paper", {"project": path.rsplit("/", 1)[1], "kind": "minutes", "title": "党组会纪要"}, CLERK)
        self.move(path, "submit", CLERK)

    def rank(self, path, place=1):
        self.make("/compilation/project-rank", {"project": path.rsplit("/", 1)[1], "fiscal_year": YEAR, "rank": place}, DEPARTMENT)

    def in_library(self, name, place=1, **changes):
        path = self.declare(name, **changes)
        self.papers(path)
        self.move(path, "submit", CLERK)
        self.act(DEPARTMENT, path)
        self.rank(path, place)
        self.act(FINANCE, path)
        return path

    def test_j1_a_unit_declares_a_project(self):
        self.empty("/compilation/project", CLERK, "/name", "/unit", "/category", "/total_amount")
        path = self.declare("图书馆消防改造", payout_kind="departmental", hot_std="教育，安全生产")
        self.assertEqual(self.ask("GET", path, None, CLERK, 200)[0]["hot_std"], "教育、安全生产")
        etag = server.ask("GET", path, who=CLERK)[2]["ETag"]
        self.assertEqual(server.problem("PATCH", path, {"hot_std": "教育、月球开发"}, CLERK, {"If-Match": etag}), (422, "records.invalid", ["/hot_std"]))
        record_line(server, path.rsplit("/", 1)[1], CLERK)
        self.assertEqual(self.move(path, "submit", CLERK, 422), [("compilation.attachments", "/papers")] * 3)
        self.papers(path, line=False)
        self.move(path, "submit", CLERK)
        self.returned(DEPARTMENT, path, CLERK, "请补测算依据")
        self.change(path, {"plan": "分两年实施"}, CLERK)
        self.move(path, "submit", CLERK)
        self.absent(DEPARTMENT, self.department, HEAD, path)
        self.rank(path)
        self.assertEqual(self.act(FINANCE, path)["case_state"], "finished")
        self.assertEqual(self.ask("GET", path, None, CLERK, 200)[0]["status"], "in_library")
        self.printed("declaration", path, CLERK, "项目申报书", "图书馆消防改造", "部门专项", "教育、安全生产")

    def test_j2_its_goals(self):
        path = self.declare("图书馆照明改造")
        self.empty("/performance/goal", CLERK, "/unit", "/scheme", "/fiscal_year")
        schemes = self.ask("GET", "/performance/scheme?limit=50", None, CLERK, 200)[0]["items"]
        goal = self.make("/performance/goal", {
            "unit": self.unit, "project": path.rsplit("/", 1)[1], "fiscal_year": YEAR, "revision": 1, "amount": "100000.00", "fiscal_amount": "100000.00",
            "scheme": next(row["id"] for row in schemes if row["code"] == "self_10_50_30_10"), "annual_goal": "完成改造", "midterm_goal": "照度达标"}, CLERK)
        one = f"/performance/goal/{goal['id']}"
        for number, (first, second, weight, target) in enumerate(INDICATORS[:-1], 1):
            self.make("/performance/goal-indicator", {"goal": goal["id"], "line_no": number, "first_level": first, "second_level": second, "name": f"改造{second}",
                                                      "nature": "at_least", "target": target, "unit_of_measure": "%", "weight": weight, "data_source": "验收台账"}, CLERK)
        self.assertIn("performance.weights", [code for code, _ in self.move(one, "submit", CLERK, 422)], "a sheet of the goals is missing")
        first, second, weight, target = INDICATORS[-1]
        self.make("/performance/goal-indicator", {"goal": goal["id"], "line_no": 6, "first_level": first, "second_level": second, "name": "师生满意度", "nature": "at_least",
                                                  "target": target, "unit_of_measure": "%", "weight": weight, "data_source": "问卷"}, CLERK)
        self.move(one, "submit", CLERK)
        self.move(one, "return", PERFORMANCE, 422, comment="")
        self.move(one, "return", PERFORMANCE, comment="请写明中期目标")
        self.change(one, {"midterm_goal": "三年内照度全部达标"}, CLERK)
        self.move(one, "submit", CLERK)
        # Goals have no approval of their own in the workflow: for an absent reviewer the role is granted for some days.
        self.move(one, "approve", DEPUTY, 403)
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=5)
        self.grant(DEPUTY, {"role_code": "performance_division", "node": self.region, "reach": "subtree", "valid_to": until.strftime("%Y-%m-%dT%H:%M:%SZ")})
        self.assertEqual(self.move(one, "approve", DEPUTY)["status"], "approved")

    def test_j3_an_ex_ante_evaluation(self):
        path = self.short_of_minutes("第二教学楼新建", "9000000.00", "8000000.00", f"{YEAR - 1}-12-30")
        self.empty("/compilation/ex-ante-review", PERFORMANCE, "/necessity", "/conclusion", project=path.rsplit("/", 1)[1])
        sheet = self.make("/compilation/ex-ante-review", {
            "project": path.rsplit("/", 1)[1], "evaluated_on": today().isoformat(), "conclusion": "support", "suggested_amount": "9000000.00", "opinion": "予以支持",
            "necessity": 18, "economy": 17, "goal": 16, "feasibility": 18, "funding": 19, "economy_evidence": "三家报价，取最低"}, PERFORMANCE)
        one = f"/compilation/ex-ante-review/{sheet['id']}"
        self.assertEqual(self.move(one, "submit", PERFORMANCE, 422), [("compilation.attachments", "/project")])
        self.move(one, "decide", LEADER, 422)
        self.minutes_added(path)
        self.move(one, "submit", PERFORMANCE)
        self.assertEqual(self.move(one, "decide", LEADER, 422), [("compilation.in_approval", "/status")])
        self.returned(LEADER, one, PERFORMANCE, "请核对建议金额")
        self.change(one, {"suggested_amount": "8500000.00"}, PERFORMANCE)
        self.move(one, "submit", PERFORMANCE)
        self.stand_in("finance_leader", DEPUTY)
        self.assertEqual(self.absent(LEADER, self.region, DEPUTY, one)["case_state"], "finished")
        self.assertEqual(self.ask("GET", one, None, PERFORMANCE, 200)[0]["status"], "decided")
        self.printed("ex-ante", one, PERFORMANCE, "事前绩效评估", "第二教学楼新建", "三家报价，取最低", "8,500,000.00")

    def test_j4_a_zero_base_review(self):
        path = self.short_of_minutes("操场塑胶翻新", "7000000.00", "6000000.00", f"{YEAR - 1}-12-31")
        self.empty("/compilation/zero-base-review", FINANCE, "/policy_basis", "/approved_amount", project=path.rsplit("/", 1)[1])
        sheet = self.make("/compilation/zero-base-review", {
            "project": path.rsplit("/", 1)[1], "fiscal_year": YEAR, "policy_basis": 18, "necessity": 13, "duty_match": 9, "estimate_basis": 13, "feasibility": 9,
            "performance": 13, "execution": 8, "funding": 4, "measured_amount": "100000.00", "approved_amount": "100000.00", "disposition": "keep",
            "sunset_year": YEAR + 2}, FINANCE)
        one = f"/compilation/zero-base-review/{sheet['id']}"
        self.assertEqual(self.move(one, "submit", FINANCE, 422), [("compilation.attachments", "/project")])
        self.minutes_added(path)
        self.move(one, "submit", FINANCE)
        self.returned(BUDGET, one, FINANCE, "测算依据偏高，请复核")
        self.change(one, {"disposition": "cut", "approved_amount": "90000.00", "cut_reason": "单价高于询价"}, FINANCE)
        self.move(one, "submit", FINANCE)
        self.stand_in("budget_division", DEPUTY)
        self.assertEqual(self.absent(BUDGET, self.region, DEPUTY, one)["case_state"], "finished")
        self.assertEqual(self.ask("GET", one, None, FINANCE, 200)[0]["status"], "decided")
        self.printed("zero-base", one, FINANCE, "零基评审表", "87", "90,000.00")

    def round(self, step):
        made = self.make("/compilation/budget-round", {"region": self.region, "fiscal_year": YEAR, "step": step, "opens_on": today().isoformat(),
                                                       "closes_on": today().isoformat()}, BUDGET)
        self.move(f"/compilation/budget-round/{made['id']}", "open", BUDGET)

    def ceiling(self, fund, category="specific"):
        made = self.make("/compilation/ceiling", {"node": self.department, "fiscal_year": YEAR, "fund_kind": fund, "category": category, "amount": "250000.00"}, BUDGET)
        self.move(f"/compilation/ceiling/{made['id']}", "issue", BUDGET)
        part = self.make(f"/compilation/ceiling/{made['id']}/split", {"parts": [{"node": self.unit, "amount": "250000.00"}]}, DEPARTMENT, 200)["items"][0]
        self.move(f"/compilation/ceiling/{part['id']}", "issue", DEPARTMENT)

    def freeze(self, status=201, **more):
        made = self.make("/compilation/freeze", {"unit": self.unit, "fiscal_year": YEAR, "step": "two_up", **more}, CLERK, status)
        return f"/compilation/budget-version/{made['id']}" if status == 201 else made

    def issue(self):
        made = self.make("/compilation/budget-issue", {"unit": self.unit, "fiscal_year": YEAR, "document_no": f"昆财〔{YEAR}〕1号", "title": "部门预算批复"}, BUDGET)
        return f"/compilation/budget-issue/{made['id']}"

    def test_j5_a_unit_sends_up_its_budget_and_j6_it_is_issued(self):
        path = self.in_library("食堂设备更新")
        running = self.in_library("校舍水电运行", 2, spending_order="operation")
        self.empty("/compilation/ceiling", BUDGET, "/node", "/fiscal_year", "/amount")
        self.round("two_up")
        self.move(path, "compile", CLERK)
        self.assertEqual([error["code"] for error in self.freeze(422)["errors"]], ["compilation.ceiling_hard"])
        self.ceiling(server.first("/standards/fund-kind", "code==1", CLERK)["id"])
        issue = self.issue()
        self.guarantees_first(running)
        self.down_to_classes()
        version = self.freeze()
        self.assertEqual(self.move(version, "submit", CLERK, 422), [("compilation.version_note", "/document_ref")])
        version = self.freeze(document_ref="说明1号")
        self.move(version, "submit", CLERK)
        self.assertEqual(self.freeze(422, document_ref="说明2号")["code"], "compilation.in_approval")
        self.assertEqual(self.make(f"{issue}/prepare", {}, BUDGET, 422)["code"], "compilation.issue")
        self.returned(DEPARTMENT, version, CLERK, "请压减设备购置")
        self.assertEqual(self.make(f"{issue}/prepare", {}, BUDGET, 422)["code"], "compilation.issue")
        before = self.ask("GET", "/workflow/inbox?box=started", None, CLERK, 200)[0]["counts"]["returned"]
        again = self.freeze(document_ref="说明2号")
        self.assertEqual(self.ask("GET", "/workflow/inbox?box=started", None, CLERK, 200)[0]["counts"]["returned"], before - 1, "what was returned is given up")
        self.move(again, "submit", CLERK)
        self.absent(DEPARTMENT, self.department, HEAD, again)
        self.assertEqual(self.act(BUDGET, again)["case_state"], "finished")
        self.assertEqual(self.ask("GET", again, None, CLERK, 200)[0]["status"], "accepted")
        same = self.ask("GET", f"/compilation/compare?left={version.rsplit('/', 1)[1]}&right={again.rsplit('/', 1)[1]}", None, BUDGET, 200)[0]
        self.assertEqual(same["items"], [])
        self.assertEqual(self.ask("GET", again, None, BUDGET, 200)[0]["guarantee_gap"], "0.00")
        self.printed("version", again, BUDGET, "二上", "100,000.00", "“三保”缺口", "0.00")
        self.guarantees_kept(issue, running)
        self.issued(issue, path)

    def guarantees_first(self, running):
        """While a project of the guarantees is left out, nothing else is budgeted: the gap is named, and what to do."""
        before = server.trace(CLERK, "/compilation/budget-version")
        refused = self.freeze(422)
        self.assertEqual([(error["code"], error["field"]) for error in refused["errors"]], [("compilation.guarantees_first", "/guarantee_gap")], refused)
        left_out = server.rows("/compilation/project", f"unit=={self.unit};fiscal_year=={YEAR};status==in_library;spending_order=in=(livelihood,wages,operation)", CLERK)
        gap = sum(decimal.Decimal(row["year_amount"]) for row in left_out)
        self.assertIn(f"{gap:.2f}", refused["errors"][0]["message"])
        self.assertTrue(refused["errors"][0]["remedy"])
        self.assertEqual(server.trace(CLERK, "/compilation/budget-version"), before)
        for row in left_out:
            self.move(f"/compilation/project/{row['id']}", "compile", CLERK)
        self.assertIn(running.rsplit("/", 1)[1], [row["id"] for row in left_out])

    def down_to_classes(self):
        """A personnel project needs no lines; without them its own two economic classes are asked for."""
        path = self.declare("在职人员津贴", category="personnel")
        self.move(path, "submit", CLERK)
        self.act(DEPARTMENT, path)
        self.act(FINANCE, path)
        self.ceiling(server.first("/standards/fund-kind", "code==1", CLERK)["id"], "personnel")
        self.move(path, "compile", CLERK)
        code = self.ask("GET", path, None, CLERK, 200)[0]["code"]
        self.assertEqual([(error["code"], error["field"]) for error in self.freeze(422)["errors"]], [("compilation.two_up_classes", f"/cells/{code}")])
        self.move(path, "uncompile", CLERK)

    def guarantees_kept(self, issue, running):
        """What the second round has for the guarantees is not cut by the batch while other spending goes out."""
        self.make(f"{issue}/prepare", {}, BUDGET, 200)
        line = next(row for row in server.rows("/compilation/issue-line", f"issue=={issue.rsplit('/', 1)[1]}", BUDGET) if row["project"] == running.rsplit("/", 1)[1])
        self.change(f"/compilation/issue-line/{line['id']}", {"amount": "99999.99"}, BUDGET)
        self.assertIn(("compilation.guarantees_first", ""), self.move(issue, "submit", BUDGET, 422))

    def issued(self, issue, path):
        self.empty("/compilation/budget-issue", BUDGET, "/unit", "/fiscal_year", "/document_no", "/title")
        self.assertEqual(self.make(f"{issue}/prepare", {}, BUDGET, 200)["total"], "200000.00")
        self.change(issue, {"ground": "legal_duty"}, BUDGET)
        self.assertIn("/document", [field for _, field in self.move(issue, "submit", BUDGET, 422)], "an early issue rests on a document")
        self.change(issue, {"ground": "none"}, BUDGET)
        self.assertEqual(self.move(issue, "submit", BUDGET, 422), [("compilation.issue", "/ground")], "there is no resolution yet")
        resolution = self.make("/compilation/congress-approval", {"region": self.region, "fiscal_year": YEAR, "session": "第五次会议", "document_no": "决议1号",
                                                                  "approved_on": today().isoformat(), "fund_1": "200000.00"}, BUDGET)
        self.move(f"/compilation/congress-approval/{resolution['id']}", "confirm", LEADER)
        self.move(issue, "submit", BUDGET)
        self.assertEqual(self.move(issue, "issue", LEADER, 422), [("compilation.in_approval", "/status")])
        self.returned(LEADER, issue, BUDGET, "标题应写全称")
        self.change(issue, {"title": f"关于{YEAR}年部门预算的批复"}, BUDGET)
        self.move(issue, "submit", BUDGET)
        self.stand_in("finance_leader", DEPUTY)
        self.assertEqual(self.absent(LEADER, self.region, DEPUTY, issue)["case_state"], "finished")
        row = self.ask("GET", issue, None, BUDGET, 200)[0]
        self.assertEqual((row["status"], row["total"], row["fund_1"]), ("issued", "200000.00", "200000.00"))
        self.assertEqual(self.ask("GET", path, None, CLERK, 200)[0]["status"], "issued")
        self.printed("issue", issue, BUDGET, f"关于{YEAR}年部门预算的批复", f"昆财〔{YEAR}〕1号", "100,000.00")


if __name__ == "__main__":
    unittest.main(verbosity=2)
