#!/usr/bin/env python3
"""A county compiles a budget: projects, reviews, two rounds up and down, the approval, the issue; real budgets come in.

Usage: compile_test.py sqlite|postgresql
ONEBUDGET_KEEP_FORMS names a folder where the printed forms are kept to be looked at.
"""
import concurrent.futures
import csv
import decimal
import io
import json
import os
import pathlib
import sys
import unittest
import urllib.parse

from support import SOURCE, WITHOUT_WORKFLOW, database_from, demo_year, record_papers, start_with_demo, today, wait_for_job
from workbook import OFFICE, packed, parts, sheet, workbook

COUNTY = "320583000"
CLERK = f"unit-clerk.{COUNTY}.106001"
DEPARTMENT = f"department-reviewer.{COUNTY}.106"
FINANCE, BUDGET, LEADER = f"finance-division.{COUNTY}", f"budget-division.{COUNTY}", f"finance-leader.{COUNTY}"
PROVINCE, SUPERVISION = "budget-division.320000000", f"supervision-division.{COUNTY}"
CENTER, PERFORMANCE = f"review-center.{COUNTY}", f"performance-division.{COUNTY}"
DATABASE = database_from(sys.argv)
YEAR = demo_year()
FORMS = os.environ.get("ONEBUDGET_KEEP_FORMS")
DATA = SOURCE / "plugins/compilation/tests/data"


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings=WITHOUT_WORKFLOW, year=YEAR)


def tearDownModule():
    server.stop()


class Compile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.unit = cls.node(f"{COUNTY}-106001", CLERK)
        cls.region = cls.node(COUNTY, BUDGET)
        cls.department = cls.node(f"{COUNTY}-106", DEPARTMENT)
        cls.school = server.first("/standards/functional-class", f"code==2050203;list_year=={YEAR}", CLERK)["id"]
        cls.fund = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
        cls.office = server.first("/standards/department-economic-class", f"code==30201;list_year=={YEAR}", CLERK)["id"]
        cls.money = {code: server.first("/standards/government-economic-class", f"code=={code};list_year=={YEAR}", CLERK)["id"]
                     for code in ("50201", "50502")}

    @staticmethod
    def node(code, who):
        items = server.ask("GET", f"/system/node?q={code}", who=who)[1]["items"]
        return next(item["id"] for item in items if item["code"] == code)

    def make(self, path, body, who, status=201):
        got, answer, headers = server.ask("POST", path, body, who)
        self.assertEqual(got, status, answer)
        return (answer, headers["ETag"]) if status == 201 and headers.get("ETag") else answer

    def move(self, path, etag, name, who, comment="同意", status=200):
        got, answer, headers = server.ask("POST", f"{path}/transitions/{name}", {"comment": comment}, who, {"If-Match": etag})
        self.assertEqual(got, status, answer)
        return headers.get("ETag") or answer

    def etag(self, path, who):
        return server.ask("GET", path, who=who)[2]["ETag"]

    def declare(self, name, amount="100000.00", who=CLERK, **changes):
        body = {"name": name, "unit": self.unit, "category": "specific", "fiscal_year": YEAR, "existence": "new", "start_year": YEAR, "end_year": YEAR + 2,
                "total_amount": "300000.00", "year_amount": amount, "functional_class": self.school, "fund_kind": self.fund, "design_basis": "条例",
                "performance_goal": "覆盖率 100%", "summary": name, "contact_name": "张三", "contact_phone": "0512-57330000", **changes}
        project, etag = self.make("/compilation/project", body, who)
        return f"/compilation/project/{project['id']}", project["id"], etag

    def line(self, project, **changes):
        body = {"project": project, "line_no": 1, "year": YEAR, "task": "设备购置", "functional_class": self.school,
                "department_economic_class": self.office, "government_economic_class": self.money["50502"], "fund_kind": self.fund,
                "formula": "人数 * 标准价", "names": {"人数": "100", "标准价": "1000"}, **changes}
        status, answer, _ = server.ask("POST", "/compilation/expenditure-line", body, CLERK)
        if status == 422 and any(error["field"] == "/government_economic_class" for error in answer["errors"]):
            body["government_economic_class"] = self.money["50201"]
            status, answer, _ = server.ask("POST", "/compilation/expenditure-line", body, CLERK)
        return status, answer

    def papers(self, project, line=True):
        record_papers(server, project, CLERK, line)

    def admitted(self, name, **changes):
        """From an empty form into the library, returned once and resubmitted."""
        path, project, etag = self.declare(name, **changes)
        refused = server.ask("POST", f"{path}/transitions/submit", {}, CLERK, {"If-Match": etag})
        self.assertEqual(refused[0], 422)
        self.assertIn("compilation.attachments", {error["code"] for error in refused[1]["errors"]})
        self.papers(project, line=False)
        self.assertEqual(server.problem("POST", f"{path}/transitions/submit", {}, CLERK, {"If-Match": etag}), (422, "records.invalid", ["/year_amount"]))
        wrong = self.line(project, formula="", names={}, quantity="1", price="99999.99")[1]
        uneven = server.ask("POST", f"{path}/transitions/submit", {}, CLERK, {"If-Match": etag})
        self.assertEqual([(error["code"], error["field"]) for error in uneven[1]["errors"]], [("compilation.lines_sum", "/year_amount")], uneven)
        line_path = f"/compilation/expenditure-line/{wrong['id']}"
        self.assertEqual(server.ask("DELETE", line_path, who=CLERK, headers={"If-Match": self.etag(line_path, CLERK)})[0], 204)
        status, line = self.line(project)
        self.assertEqual((status, line.get("amount")), (201, "100000.00"), line)
        etag = self.move(path, etag, "submit", CLERK)
        etag = self.move(path, etag, "return", DEPARTMENT, "请补充说明")
        etag = self.move(path, etag, "submit", CLERK)
        etag = self.move(path, etag, "review", DEPARTMENT)
        unranked = server.ask("POST", f"{path}/transitions/approve", {}, FINANCE, {"If-Match": etag})
        self.assertEqual([error["field"] for error in unranked[1]["errors"]], ["/priority_rank"])
        self.make("/compilation/project-rank", {"project": project, "fiscal_year": YEAR, "rank": 1}, DEPARTMENT)
        return path, project, self.move(path, etag, "approve", FINANCE)

    def round(self, step):
        """The step, opened for today; the calendar follows the day the test runs on."""
        body = {"region": self.region, "fiscal_year": YEAR, "step": step, "opens_on": today().isoformat(), "closes_on": today().isoformat()}
        made, etag = self.make("/compilation/budget-round", body, BUDGET)
        path = f"/compilation/budget-round/{made['id']}"
        return path, self.move(path, etag, "open", BUDGET)

    def test_a_year_is_compiled_from_the_empty_form_to_the_issue(self):
        path, project, etag = self.admitted("校园安防升级改造")
        early = server.ask("POST", f"{path}/transitions/compile", {}, CLERK, {"If-Match": etag})
        self.assertEqual([error["code"] for error in early[1]["errors"]], ["compilation.round_closed"])
        review, review_etag = self.make("/compilation/zero-base-review", {
            "project": project, "fiscal_year": YEAR, "policy_basis": 18, "necessity": 13, "duty_match": 9, "estimate_basis": 13, "feasibility": 9,
            "performance": 13, "execution": 8, "funding": 4, "measured_amount": "100000.00", "approved_amount": "100000.00", "disposition": "keep",
            "sunset_year": YEAR + 2}, FINANCE)
        self.assertEqual((review["total"], review["grade"]), (87, "a"))
        self.move(f"/compilation/zero-base-review/{review['id']}", review_etag, "decide", FINANCE, status=403)
        self.move(f"/compilation/zero-base-review/{review['id']}", review_etag, "decide", BUDGET)

        round_path, round_etag = self.round("two_up")
        etag = self.move(path, etag, "compile", CLERK)
        freeze = {"unit": self.unit, "fiscal_year": YEAR, "step": "two_up"}
        above = self.make("/compilation/freeze", freeze, CLERK, 422)
        self.assertEqual([error["code"] for error in above["errors"]], ["compilation.ceiling_hard"])
        ceiling, ceiling_etag = self.make("/compilation/ceiling", {"node": self.department, "fiscal_year": YEAR, "fund_kind": self.fund,
                                                                   "category": "specific", "amount": "500000.00"}, BUDGET)
        self.move(f"/compilation/ceiling/{ceiling['id']}", ceiling_etag, "issue", BUDGET)
        split = f"/compilation/ceiling/{ceiling['id']}/split"
        self.make(split, {"parts": [{"node": self.unit, "amount": "500000.01"}]}, DEPARTMENT, 422)
        part = self.make(split, {"parts": [{"node": self.unit, "amount": "120000.00"}]}, DEPARTMENT, 200)["items"][0]
        part_path = f"/compilation/ceiling/{part['id']}"
        self.move(part_path, self.etag(part_path, DEPARTMENT), "issue", DEPARTMENT)
        down = self.make("/compilation/freeze", {**freeze, "step": "one_down"}, BUDGET)
        up = self.make("/compilation/freeze", freeze, CLERK)
        up = up[0] if isinstance(up, tuple) else up
        down = down[0] if isinstance(down, tuple) else down
        self.assertEqual((up["cells"], up["total"]), (1, "100000.00"))
        status, compared, _ = server.ask("GET", f"/compilation/compare?left={down['id']}&right={up['id']}&by=fund,category", who=BUDGET)
        self.assertEqual((status, [item["difference"] for item in compared["items"]]), (200, ["-20000.00"]), compared)
        self.move(round_path, round_etag, "close", BUDGET)
        late = server.ask("POST", "/compilation/freeze", freeze, CLERK)
        self.assertEqual((late[0], late[1]["code"]), (423, "compilation.round_closed"))

        issue, issue_etag = self.make("/compilation/budget-issue", {"unit": self.unit, "fiscal_year": YEAR, "document_no": f"昆财〔{YEAR}〕1号",
                                                                    "title": "部门预算批复", "ground": "none"}, BUDGET)
        issue_path = f"/compilation/budget-issue/{issue['id']}"
        self.assertEqual(self.make(f"{issue_path}/prepare", {}, BUDGET, 200)["total"], "100000.00")
        waiting = server.ask("POST", f"{issue_path}/transitions/issue", {}, LEADER, {"If-Match": issue_etag})
        self.assertEqual([error["field"] for error in waiting[1]["errors"]], ["/ground"], waiting)
        approval, approval_etag = self.make("/compilation/congress-approval", {
            "region": self.region, "fiscal_year": YEAR, "session": "第五次会议", "document_no": "决议1号", "approved_on": today().isoformat(),
            "fund_1": "100000.00"}, BUDGET)
        approval_path = f"/compilation/congress-approval/{approval['id']}"
        self.move(approval_path, approval_etag, "confirm", BUDGET, status=403)
        self.move(approval_path, approval_etag, "confirm", LEADER)
        self.move(issue_path, issue_etag, "issue", LEADER)
        issued = server.ask("GET", issue_path, who=BUDGET)[1]
        self.assertEqual((issued["status"], issued["total"], issued["late"]), ("issued", "100000.00", False))
        self.assertEqual(server.ask("GET", path, who=CLERK)[1]["status"], "issued")
        for kind, record, texts in (("declaration", project, ("项目申报书", "校园安防升级改造", "设备购置", "<td>2050203</td><td>30201</td>", "合计")), ("zero-base", review["id"], ("零基评审表", "87")),
                                    ("ceiling", ceiling["id"], ("控制数", "500,000.00")), ("version", up["id"], ("二上", "100,000.00")),
                                    ("issue", issue["id"], ("部门预算批复", f"昆财〔{YEAR}〕1号", "100,000.00"))):
            with self.subTest(form=kind):
                self.printed(kind, record, texts)
        self.assertEqual(server.ask("GET", f"/compilation/form?kind=receipt&id={project}", who=BUDGET)[0], 400)
        self.assertEqual(server.ask("GET", f"/compilation/form?kind=issue&id={project}", who=BUDGET)[0], 404)

    def test_several_at_once_never_issue_more_than_the_congress_approved(self):
        region = server.node(f"{COUNTY}", BUDGET)["id"]
        year = YEAR + 1
        approval, etag = self.make("/compilation/congress-approval", {"region": region, "fiscal_year": year, "session": "第六次会议", "document_no": "决议2号",
                                                                      "approved_on": today().isoformat(), "fund_1": "100000.00"}, BUDGET)
        path = f"/compilation/congress-approval/{approval['id']}"
        self.move(path, etag, "confirm", LEADER)
        units = [node["id"] for node in server.ask("GET", "/system/node?kind=unit&limit=200", who=BUDGET)[1]["items"] if node["code"].startswith(COUNTY)]
        self.assertGreater(len(units), 1)
        batches = []
        for number in range(6):
            unit = units[number % len(units)]
            issue, etag = self.make("/compilation/budget-issue", {"unit": unit, "fiscal_year": year, "document_no": f"昆财〔{year}〕{number}号", "title": "批复",
                                                                  "ground": "none"}, BUDGET)
            self.make("/compilation/issue-line", {"issue": issue["id"], "cell": f"{number}", "fund": "1", "amount": "40000.00"}, BUDGET)
            batches.append((f"/compilation/budget-issue/{issue['id']}/transitions/issue", etag))
        with concurrent.futures.ThreadPoolExecutor(len(batches)) as several:
            answers = list(several.map(lambda one: server.ask("POST", one[0], {}, LEADER, {"If-Match": one[1]}), batches))
        self.assertEqual(sorted(answer[0] for answer in answers), [200, 200, 422, 422, 422, 422], answers)
        self.assertEqual(server.ask("GET", path, who=LEADER)[1]["issues"], 2)

    def test_several_at_once_never_split_more_than_the_ceiling_above(self):
        nodes = [node for kind in ("department", "unit") for node in server.ask("GET", f"/system/node?kind={kind}&limit=200", who=BUDGET)[1]["items"]]
        below = [node["id"] for node in nodes if node["code"].startswith(COUNTY)][:8]
        self.assertGreater(len(below), 3)
        ceiling, _ = self.make("/compilation/ceiling", {"node": server.node(COUNTY, BUDGET)["id"], "fiscal_year": YEAR + 1, "fund_kind": self.fund,
                                                        "category": "operating", "amount": "100000.00"}, BUDGET)
        path, whole = f"/compilation/ceiling/{ceiling['id']}", decimal.Decimal("100000.00")

        def given():
            parts = server.ask("GET", "/compilation/ceiling?limit=200&" + urllib.parse.urlencode({"filter": f"parent_ceiling=={ceiling['id']}"}), who=BUDGET)[1]["items"]
            return sum(decimal.Decimal(part["amount"]) for part in parts)

        def several(asked):
            with concurrent.futures.ThreadPoolExecutor(len(asked)) as people:
                answers = list(people.map(lambda one: server.ask(*one), asked))
            self.assertLessEqual({answer[1]["code"] for answer in answers if answer[0] >= 400},
                                 {"records.invalid", "compilation.ceiling_split", "records.guard", "records.version"}, answers)
            return [answer[0] for answer in answers].count(200)

        split = [("POST", f"{path}/split", {"parts": [{"node": node, "amount": "40000.00"}]}, BUDGET) for node in below]
        self.assertEqual(several(split), 2)
        self.assertEqual(given(), decimal.Decimal("80000.00"))
        # One lowers the ceiling while others split what is left of it: either way round it is never exceeded.
        for lower in ("99999.00", "99998.00", "99997.00"):
            etag = self.etag(path, BUDGET)
            several([("PATCH", path, {"amount": lower}, BUDGET, {"If-Match": etag})]
                    + [("POST", f"{path}/split", {"parts": [{"node": node, "amount": "20000.00"}]}, BUDGET) for node in below[2:5]])
            self.assertLessEqual(given(), decimal.Decimal(server.ask("GET", path, who=BUDGET)[1]["amount"]))
        self.assertLessEqual(given(), whole)

    def test_money_moves_between_the_parts_of_a_split(self):
        nodes = server.ask("GET", "/system/node?kind=department&limit=200", who=BUDGET)[1]["items"]
        one, other = [node["id"] for node in nodes if node["code"].startswith(COUNTY)][:2]
        ceiling, _ = self.make("/compilation/ceiling", {"node": server.node(COUNTY, BUDGET)["id"], "fiscal_year": YEAR + 1, "fund_kind": self.fund,
                                                        "category": "operating_other", "amount": "100.00"}, BUDGET)
        for amounts in (("60.00", "40.00"), ("30.00", "70.00"), ("70.00", "30.00")):
            parts = [{"node": node, "amount": amount} for node, amount in zip((one, other), amounts)]
            told = self.make(f"/compilation/ceiling/{ceiling['id']}/split", {"parts": parts}, BUDGET, 200)["items"]
            self.assertEqual([(part["node"], part["amount"]) for part in told], [(part["node"], part["amount"]) for part in parts])
        self.assertEqual(server.ask("GET", f"/compilation/ceiling/{ceiling['id']}", who=BUDGET)[1]["splits"], 6)

    def printed(self, kind, record, texts, who=BUDGET):
        """The official form as a page, with all of these texts."""
        status, page, headers = server.ask("GET", f"/compilation/form?kind={kind}&id={record}", who=who)
        self.assertEqual((status, headers["Content-Type"].partition(";")[0]), (200, "text/html"), page)
        page = page.decode()
        for text in texts:
            self.assertIn(text, page)
        if FORMS:
            (pathlib.Path(FORMS) / f"{kind}.html").write_text(page, encoding="utf-8")

    def test_two_people_at_one_line_lose_nothing(self):
        _, project, _ = self.declare("两人同改一行")
        line = f"/compilation/expenditure-line/{self.line(project)[1]['id']}"
        etag = self.etag(line, CLERK)
        self.assertEqual(server.ask("PATCH", line, {"names": {"人数": "90", "标准价": "1000"}}, CLERK, {"If-Match": etag})[0], 200)
        late = server.ask("PATCH", line, {"names": {"人数": "80", "标准价": "1000"}}, CLERK, {"If-Match": etag})
        self.assertEqual(late[0], 412, late)
        self.assertEqual(server.ask("GET", line, who=CLERK)[1]["amount"], "90000.00", "the first stays")
        blind = server.ask("PATCH", line, {"task": "x"}, CLERK)
        self.assertEqual(blind[0], 428, blind)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            twins = list(pool.map(lambda _: self.line(project, line_no=2)[0], range(8)))
        self.assertEqual(sorted(twins), [201] + [409] * 7, "one line of a number")

    def test_what_is_declared_twice_is_found_judged_and_not_found_again(self):
        one, first, etag = self.declare("玉山镇中心小学屋顶维修", location="玉山镇人民路1号")
        other, second, other_etag = self.declare(f"{YEAR}年度玉山镇中心小学屋顶维修（续）", location="玉山镇人民路一号")
        for project, path, tag in ((first, one, etag), (second, other, other_etag)):
            self.papers(project)
            self.move(path, tag, "submit", CLERK)
        search = {"region": self.region, "fiscal_year": YEAR}
        found = wait_for_job(server, self.make("/compilation/duplicate-search", search, BUDGET, 202)["job"], BUDGET)
        self.assertEqual((found["known"], found["written"] > 0), (0, True), found)
        pair = server.first("/compilation/duplicate-pair", f"first_project=in=({first},{second});second_project=in=({first},{second})", BUDGET)
        self.assertEqual(pair["rule"], "R25")
        self.assertIn("%", pair["reason_zh"])
        pair_path = f"/compilation/duplicate-pair/{pair['id']}"
        self.move(pair_path, self.etag(pair_path, BUDGET), "reject", BUDGET, "两次维修")
        again = wait_for_job(server, self.make("/compilation/duplicate-search", search, BUDGET, 202)["job"], BUDGET)
        self.assertEqual((again["written"], again["known"] + again["held_back"]), (0, found["written"] + found["held_back"]), "what was judged never comes again")
        self.assertEqual(server.ask("GET", pair_path, who=BUDGET)[1]["status"], "rejected")
        top = self.node("320000000", PROVINCE)
        above = wait_for_job(server, self.make("/compilation/duplicate-search", {**search, "region": top}, PROVINCE, 202)["job"], PROVINCE)
        self.assertGreaterEqual(above["known"], found["written"], "a decision holds for the pair, whoever searches")
        twice = self.make("/compilation/duplicate-pair", {"region": top, "first_project": second, "second_project": first, "rule": "R25"}, PROVINCE, 422)
        self.assertEqual([error["code"] for error in twice["errors"]], ["compilation.duplicate_known"])
        self.move(pair_path, self.etag(pair_path, BUDGET), "reopen", BUDGET, "再看", 403)
        self.move(pair_path, self.etag(pair_path, SUPERVISION), "reopen", SUPERVISION, "", 422)
        self.move(pair_path, self.etag(pair_path, SUPERVISION), "reopen", SUPERVISION, "现场查实为同一屋顶")
        self.move(pair_path, self.etag(pair_path, BUDGET), "confirm", BUDGET, "同一屋顶")
        self.assertEqual(server.ask("POST", "/compilation/duplicate-search", search, CLERK)[0], 403)
        self.assertEqual(server.ask("POST", "/compilation/duplicate-search", {"region": "x", "fiscal_year": YEAR}, BUDGET)[0], 400)
        self.assertEqual(server.ask("GET", pair_path, who=CLERK)[0], 404)

    def test_a_secret_project_and_bad_formulas_are_refused(self):
        body = {"name": "某工程 机密★", "unit": self.unit}
        refused = server.ask("POST", "/compilation/project", {**body, "is_secret": True}, CLERK)
        self.assertEqual(refused[0], 422)
        path, project, _ = self.declare("公式检查")
        for formula, code in (("1 / 0", "compilation.division_by_zero"), ("甲 + 1", "compilation.formula_recursion")):
            status, answer = self.line(project, formula=formula, names={"甲": "甲 + 1"})
            self.assertEqual((status, answer["errors"][0]["code"]), (422, code), answer)
        status, answer = self.line(project, quantity="-1", formula="", names={})
        self.assertEqual(status, 422, answer)
        self.assertEqual(server.ask("GET", f"{path}/history", who=CLERK)[0], 200)

    def test_reviews_are_recorded_by_those_who_make_them(self):
        path, project, etag = self.declare("新建教学楼", total_amount="9000000.00", is_construction=True, location="玉山镇")
        self.papers(project)
        for kind in ("feasibility",):
            self.make("/compilation/project-paper", {"project": project, "kind": kind, "title": kind}, CLERK)
        etag = self.move(path, etag, "submit", CLERK)
        etag = self.move(path, etag, "review", DEPARTMENT)
        self.make("/compilation/project-rank", {"project": project, "fiscal_year": YEAR, "rank": 2}, DEPARTMENT)
        refused = server.ask("POST", f"{path}/transitions/approve", {}, FINANCE, {"If-Match": etag})
        self.assertEqual(sorted(error["field"] for error in refused[1]["errors"]), ["/is_construction", "/total_amount", "/total_amount"])
        reviews = (("investment", {}, FINANCE, BUDGET), ("cost", {"submitted_amount": "9500000.00", "approved_amount": "9000000.00"}, CENTER, BUDGET))
        for kind, amounts, who, decider in reviews:
            made, tag = self.make("/compilation/project-review", {"project": project, "kind": kind, "document_no": f"{kind}-1",
                                                                  "decided_on": today().isoformat(), "conclusion": "passed", **amounts}, who)
            self.move(f"/compilation/project-review/{made['id']}", tag, "decide", decider)
        self.assertEqual(made["cut_amount"], "500000.00")
        still = server.ask("POST", f"{path}/transitions/approve", {}, FINANCE, {"If-Match": etag})
        self.assertEqual([error["field"] for error in still[1]["errors"]], ["/total_amount"], "the ex-ante evaluation is missing")
        sheet, tag = self.make("/compilation/ex-ante-review", {"project": project, "evaluated_on": today().isoformat(), "conclusion": "support",
                                                               "suggested_amount": "9000000.00", "opinion": "予以支持", "necessity": 18, "economy": 17, "goal": 16,
                                                               "feasibility": 18, "funding": 19}, PERFORMANCE)
        self.move(f"/compilation/ex-ante-review/{sheet['id']}", tag, "decide", PERFORMANCE, status=403)
        self.move(f"/compilation/ex-ante-review/{sheet['id']}", tag, "decide", LEADER)
        self.move(path, etag, "approve", FINANCE)
        self.printed("ex-ante", sheet["id"], ("事前绩效评估", "新建教学楼", "予以支持", "88"))

    def mapping(self, name):
        made, etag = self.make("/compilation/import-mapping", {"region": self.region, "code": name, "name": name,
                                                               "definition": json.loads((DATA / f"{name}.json").read_text())}, BUDGET)
        path = f"/compilation/import-mapping/{made['id']}"
        self.move(path, etag, "use", BUDGET)
        return path

    def send(self, path, data, status=200, **query):
        """A file as it is, CSV or workbook."""
        got, answer, _ = server.ask("POST", f"{path}/file?" + urllib.parse.urlencode(query), who=BUDGET, raw=data,
                                    headers={"Content-Type": "application/octet-stream"})
        self.assertEqual(got, status, answer)
        return answer

    def test_budgets_of_real_cities_come_in_through_saved_mappings(self):
        for name, file, column in (("oakland", "oakland_2016_adopted.csv", "amount"), ("philadelphia", "philadelphia_proposed.csv", "total")):
            data = (DATA / file).read_bytes()
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
            place = rows[0].index(column)
            total = sum(decimal.Decimal(row[place]) for row in rows[1:])
            path = self.mapping(name)
            tried = self.send(path, data, dataset=name, expected_total=f"{total:.2f}", dry_run="true")
            self.assertEqual((tried["errors"], tried["written"], decimal.Decimal(tried["total"])), ([], 0, total))
            done = self.send(path, data, dataset=name, expected_total=f"{total:.2f}")
            self.assertEqual(done["written"], done["records"])
            sums = server.ask("GET", f"/compilation/budget-figure/aggregate?filter=dataset%3D%3D{name}&aggregate=sum:amount", who=BUDGET)
            self.assertEqual(sums[0], 200, sums)
            self.assertIn(f"{total:.2f}", json.dumps(sums[1]))
            again = self.make(path + "/run", {"dataset": name, "rows": rows, "dry_run": True}, BUDGET, 200)
            self.assertEqual((again["records"], again["total"]), (done["records"], done["total"]), "rows of text read like the file")
            broken = [rows[0], [cell if i != place else "twelve" for i, cell in enumerate(rows[1])]]
            bad = self.make(path + "/run", {"dataset": name, "rows": broken}, BUDGET, 422)
            self.assertEqual((bad["code"], bad["errors"][0]["field"]), ("compilation.import_rows", f"{chr(ord('A') + place)}2 {column}"))
            book = self.send(path, workbook([[*row] for row in rows]), dataset=name, dry_run="true")
            self.assertEqual((book["errors"], decimal.Decimal(book["total"])), ([], total), "the same as a workbook")

    def test_a_workbook_with_merged_cells_and_units_of_ten_thousand_is_read_or_refused_by_cell(self):
        columns = [{"field": "fiscal_year", "source": "年度", "kind": "year", "required": True, "fill_down": True},
                   {"field": "stage", "source": "口径", "codes": {"年初预算": "adopted"}, "closed": True, "fill_down": True},
                   {"field": "department", "source": "部门", "required": True}, {"field": "amount", "source": "金额/本级", "kind": "amount", "required": True}]
        made, etag = self.make("/compilation/import-mapping", {"region": self.region, "code": "merged", "name": "合并单元格", "definition": {
            "sheet": "明细", "skip_rows": 1, "header_rows": 2, "unit": "万元", "columns": columns, "skip": {"部门": ["合计"]}}}, BUDGET)
        path = f"/compilation/import-mapping/{made['id']}"
        self.move(path, etag, "use", BUDGET)
        rows = [["某市预算（单位：万元）"], ["年度", "口径", "部门", "金额", ""], ["", "", "", "本级", "下级"], [str(YEAR), "年初预算", "教育局", "12.3456", "1"],
                ["", "", "卫健委", "1,000", "2"], ["", "", "合计", "1,012.3456", "3"]]

        def book(sheet_rows):
            files = parts(rows=[["封面"]])
            files["xl/workbook.xml"] = files["xl/workbook.xml"].replace("</sheets>", '<sheet name="明细" sheetId="2" r:id="r2"/></sheets>')
            files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace(
                "</Relationships>", f'<Relationship Id="r2" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>')
            return packed({**files, "xl/worksheets/sheet2.xml": sheet(sheet_rows)})

        saved = self.send(path, (DATA / "merged_ten_thousand.xlsx").read_bytes(), dataset="saved")
        self.assertEqual((saved["written"], saved["skipped"], saved["total"]), (2, 1, "10123456.00"), "as a spreadsheet saves it")
        figures = server.ask("GET", "/compilation/budget-figure?filter=dataset%3D%3Dsaved&sort=id", who=BUDGET)[1]["items"]
        self.assertEqual([(one["department"], one["fiscal_year"], one["amount"]) for one in figures], [("教育局", 2026, "123456.00"), ("卫健委", 2026, "10000000.00")])
        read = self.send(path, book(rows), dataset="merged")
        self.assertEqual((read["written"], read["skipped"], read["total"]), (2, 1, "10123456.00"))
        bad = self.send(path, book([*rows[:4], ["", "追加", "卫健委", "1.0000001", "2"]]), 422, dataset="merged")
        self.assertEqual([(error["field"], bool(error["remedy"])) for error in bad["errors"]], [("B5 口径", True), ("D5 金额/本级", True)])
        absent = self.send(path, workbook(rows), 400, dataset="merged")
        self.assertIn("明细", absent["detail"])
        self.assertEqual(self.send(path, book([rows[0], ["年度", "部门"], ["", ""]]), 422)["code"], "compilation.mapping_header")

    def test_a_mapping_without_a_required_field_is_neither_saved_nor_used(self):
        amount = {"field": "amount", "source": "金额", "kind": "amount"}
        refused = {"region": self.region, "code": "lacking", "name": "缺字段"}
        for definition, wanted in (({"columns": [amount]}, ["fiscal_year", "stage"]),
                                   ({"columns": [amount], "constants": {"fiscal_year": "二六", "stage": ""}}, ["stage", "fiscal_year"]),
                                   ({"columns": [amount, {"field": "colour", "source": "色"}], "constants": {"fiscal_year": "2026"}}, ["colour", "stage"])):
            status, code, fields = server.problem("POST", "/compilation/import-mapping", {**refused, "definition": definition}, BUDGET)
            self.assertEqual((status, fields), (422, [f"/definition/columns/{name}" for name in wanted]), code)
        # A column that may be empty is found by the trial, not first by the import.
        made, etag = self.make("/compilation/import-mapping", {**refused, "definition": {
            "columns": [amount, {"field": "fiscal_year", "source": "年度", "kind": "year"}], "constants": {"stage": "adopted"}}}, BUDGET)
        path = f"/compilation/import-mapping/{made['id']}"
        self.move(path, etag, "use", BUDGET)
        tried = self.send(path, "年度,金额\n,12\n2026,1\n".encode(), dataset="lacking", dry_run="true")
        self.assertEqual([(error["cell"], error["code"]) for error in tried["errors"]], [("A2", "compilation.mapping_required")])

    def test_a_csv_as_a_chinese_spreadsheet_saves_it_comes_in_by_a_mapping(self):
        columns = [{"field": "fiscal_year", "source": "年度", "kind": "year", "required": True}, {"field": "department", "source": "部门", "required": True},
                   {"field": "amount", "source": "金额", "kind": "amount", "required": True}]
        made, etag = self.make("/compilation/import-mapping", {"region": self.region, "code": "gbk", "name": "GBK", "definition": {"unit": "万元", "columns": columns, "constants": {"stage": "adopted"}}}, BUDGET)
        path = f"/compilation/import-mapping/{made['id']}"
        self.move(path, etag, "use", BUDGET)
        table = f"年度,部门,金额\r\n{YEAR},教育局,\"1,234.5678\"\r\n{YEAR},朱镕基纪念馆,0.0001\r\n"
        for encoding in ("gbk", "gb18030", "utf-8-sig", "utf-16"):
            with self.subTest(encoding=encoding):
                read = self.send(path, table.encode(encoding), dataset=encoding)
                self.assertEqual((read["written"], read["total"]), (2, "12345679.00"))
                names = server.ask("GET", "/compilation/budget-figure?filter=" + urllib.parse.quote(f"dataset=={encoding}") + "&sort=id", who=BUDGET)[1]["items"]
                self.assertEqual([one["department"] for one in names], ["教育局", "朱镕基纪念馆"])
        bad = self.send(path, table.replace("0.0001", "壹佰").encode("gbk"), 422, dataset="bad")
        self.assertEqual([(error["field"], bool(error["remedy"])) for error in bad["errors"]], [("C3 金额", True)])
        self.assertIn("壹佰", json.dumps(bad, ensure_ascii=False), "the cell comes back as it was written")
        self.send(path, b"\xff\xff,\x80\x81\n\xfe\xff\xff", 400, dataset="bad")

    def test_a_forecast_stands_beside_its_baseline_and_reads_no_later_figure(self):
        columns = [{"field": name, "source": name, "kind": kind, "required": True} for name, kind in
                   (("fiscal_year", "year"), ("stage", "text"), ("department", "text"), ("functional_class", "text"), ("area_code", "text"), ("amount", "amount"))]
        made, etag = self.make("/compilation/import-mapping", {"region": self.region, "code": "history", "name": "历年预决算", "definition": {"columns": columns}}, BUDGET)
        path = f"/compilation/import-mapping/{made['id']}"
        self.move(path, etag, "use", BUDGET)
        rows = [[str(year), stage, department, function, area, f"{(year - 2000) * 100 * part + (7 if stage == 'actual' else 0)}.{part}0"]
                for year in range(2016, 2026) for stage in ("adopted", "actual")
                for part, (department, function, area) in enumerate((("教育局", "205", "320583"), ("卫健委", "210", "320583"), ("教育局", "205", "320500")), 1)]
        rows += [["2026", "adopted", "教育局", "205", "320583", "2600.10"]]
        head = [column["source"] for column in columns]
        first = self.make(path + "/run", {"dataset": "history", "rows": [head, *rows]}, BUDGET, 200)

        def forecast():
            status, told, _ = server.ask("GET", "/compilation/forecast?dataset=history&year=2026", who=BUDGET)
            self.assertEqual(status, 200, told)
            return told
        told = forecast()
        self.assertEqual([one["method"] for one in told["backtest"]["methods"]], ["naive", "budget", "ratio3", "damped"])
        self.assertEqual({one["judged"] for one in told["backtest"]["methods"]}, {15}, "all methods are judged by the same cells and years")
        self.assertEqual(len([one for one in told["backtest"]["methods"] if one["best"]]), 1)
        for way in ("departments", "functions", "regions"):
            self.assertEqual(sum(decimal.Decimal(one["amount"]) for one in told[way]), decimal.Decimal(told["total"]), way)
        later = [["2026", "actual", "教育局", "205", "320583", "999999.00"]]
        self.make(path + "/run", {"dataset": "history", "rows": [head, *later], "first_line": first["next_line"]}, BUDGET, 200)
        self.assertEqual(forecast(), told, "the final of the year that is forecast changes nothing")

    def test_a_tree_that_does_not_roll_up_is_named_cell_by_cell(self):
        cells = [{"code": "205", "parent": "", "column": "2026", "amount": "10.00"}, {"code": "20502", "parent": "205", "column": "2026", "amount": "9.99"}]
        answer = self.make("/compilation/roll-up", {"cells": cells}, BUDGET, 200)
        self.assertEqual((answer["sound"], answer["differences"][0]["code"]), (False, "205"))

    def test_recommendation_and_scenario_stand_beside_the_budget_and_change_nothing(self):
        estimate, etag = self.make("/compilation/revenue-estimate", {"region": self.region, "fiscal_year": YEAR, "source": "tax", "amount": "1000000.00"}, BUDGET)
        self.move(f"/compilation/revenue-estimate/{estimate['id']}", etag, "decide", BUDGET, status=403)
        self.move(f"/compilation/revenue-estimate/{estimate['id']}", etag, "decide", LEADER)
        scenario, _ = self.make("/compilation/scenario", {"region": self.region, "fiscal_year": YEAR, "name": "教育增长一成",
                                                          "changes": [{"kind": "growth", "function": "205", "factor": "1.1"}]}, BUDGET)
        run = f"/compilation/scenario/{scenario['id']}/run"
        first = self.make(run, {}, BUDGET, 200)
        again = self.make(run, {}, BUDGET, 200)
        self.assertEqual((first["digest"], again["reproduced"]), (again["digest"], True))
        advice = server.ask("POST", "/compilation/recommend", {"region": self.region, "fiscal_year": YEAR}, BUDGET)
        self.assertIn(advice[0], (201, 422), advice)
        if advice[0] == 201:
            self.assertTrue(advice[1]["proven"])
            made = server.ask("GET", f"/compilation/recommendation/{advice[1]['id']}", who=BUDGET)
            self.assertEqual(made[1]["status"], "proposed")
            self.move(f"/compilation/recommendation/{advice[1]['id']}", made[2]["ETag"], "accept", BUDGET, status=403)
        gap = server.ask("GET", f"/compilation/fiscal-gap?region={self.region}&year={YEAR}", who=BUDGET)
        self.assertEqual((gap[0], gap[1]["resources"]), (200, "1000000.00"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
