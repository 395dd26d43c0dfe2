#!/usr/bin/env python3
"""What holds a project after finance admitted it: the zero-base review's amount and its end, goal and money that change together,
years that add up to the total, numbers that a place sets otherwise, and what kind of unit it is with how many people.

Usage: adjustment_test.py sqlite|postgresql
"""
import sys
import unittest

from support import WITHOUT_WORKFLOW, database_from, demo_year, record_papers, start_with_demo, today

COUNTY = "320583000"
CLERK, DEPARTMENT = f"unit-clerk.{COUNTY}.106001", f"department-reviewer.{COUNTY}.106"
FINANCE, BUDGET, PERFORMANCE = f"finance-division.{COUNTY}", f"budget-division.{COUNTY}", f"performance-division.{COUNTY}"
EDITOR, APPROVER = "standards-editor", "standards-approver"
DATABASE = database_from(sys.argv)
YEAR = demo_year()
PROJECT, LINE, REVIEW = "/compilation/project", "/compilation/expenditure-line", "/compilation/zero-base-review"


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings=WITHOUT_WORKFLOW, year=YEAR)
    made = server.made("/compilation/budget-round", {"region": server.node(COUNTY, BUDGET)["id"], "fiscal_year": YEAR, "step": "one_up",
                                                     "opens_on": today().isoformat(), "closes_on": today().isoformat()}, BUDGET)
    server.move(f"/compilation/budget-round/{made}", "open", BUDGET)


def tearDownModule():
    server.stop()


class Adjustment(unittest.TestCase):
    def declared(self, name, **changes):
        school = server.first("/standards/functional-class", f"code==2050203;list_year=={YEAR}", CLERK)["id"]
        body = {"name": name, "unit": server.node(f"{COUNTY}-106001", CLERK)["id"], "category": "specific", "existence": "new", "functional_class": school,
                "fund_kind": server.first("/standards/fund-kind", "code==1", CLERK)["id"], "contact_name": "张三", "contact_phone": "0512-57330000",
                "fiscal_year": YEAR, "start_year": YEAR, "end_year": YEAR + 2, "total_amount": "300000.00", "year_amount": "100000.00", "design_basis": "条例",
                "performance_goal": "覆盖率 100%", **changes}
        project = server.made(PROJECT, body, CLERK)
        record_papers(server, project, CLERK)
        return project

    def admitted(self, name):
        project = self.declared(name)
        server.move(f"{PROJECT}/{project}", "submit", CLERK)
        self.approved(project)
        return project

    def approved(self, project, ranked=False):
        server.move(f"{PROJECT}/{project}", "review", DEPARTMENT)
        if not ranked:
            server.made("/compilation/project-rank", {"project": project, "fiscal_year": YEAR, "rank": 1}, DEPARTMENT)
        server.move(f"{PROJECT}/{project}", "approve", FINANCE)

    def refused(self, project, transition, who=CLERK):
        """(code, field) of everything that a transition is refused for; nothing moved."""
        path = f"{PROJECT}/{project}"
        before = server.ask("GET", path, who=who)
        status, answer, _ = server.ask("POST", f"{path}/transitions/{transition}", {"comment": "调整"}, who, {"If-Match": before[2]["ETag"]})
        self.assertEqual(status, 422, answer)
        self.assertTrue(all(error["message"] and error["remedy"] for error in answer["errors"]), answer)
        self.assertEqual(server.ask("GET", path, who=who)[2]["ETag"], before[2]["ETag"])
        return [(error["code"], error["field"]) for error in answer["errors"]]

    def change(self, path, who, **changes):
        etag = server.ask("GET", path, who=who)[2]["ETag"]
        return server.well(200, "PATCH", path, changes, who, {"If-Match": etag})

    def reviewed(self, project, year=YEAR, **changes):
        sheet = {"project": project, "fiscal_year": year, "policy_basis": 18, "necessity": 13, "duty_match": 9, "estimate_basis": 13, "feasibility": 9, "performance": 13,
                 "execution": 8, "funding": 4, "measured_amount": "100000.00", "approved_amount": "100000.00", "disposition": "keep", "sunset_year": year + 2, **changes}
        server.move(f"{REVIEW}/{server.made(REVIEW, sheet, FINANCE)}", "decide", BUDGET)

    def test_what_the_review_cut_is_adjusted_with_its_goal_before_it_is_budgeted(self):
        project = self.admitted("图书馆消防改造")
        path = f"{PROJECT}/{project}"
        row = server.get(path, CLERK)
        self.assertEqual((row["admitted_year"], row["admitted_total"], row["admitted_year_amount"], row["admitted_goal"]), (YEAR, "300000.00", "100000.00", "覆盖率 100%"))
        self.reviewed(project, disposition="cut", approved_amount="90000.00", cut_reason="单价高于询价")
        self.assertEqual(self.refused(project, "compile"), [("compilation.compile_gate", "/year_amount")])
        etag = server.ask("GET", path, who=CLERK)[2]["ETag"]
        self.assertEqual(server.ask("PATCH", path, {"year_amount": "90000.00"}, CLERK, {"If-Match": etag})[0], 409, "an admitted project is not edited")
        self.assertEqual(server.ask("POST", f"{path}/transitions/adjust", {"comment": ""}, CLERK, {"If-Match": etag})[0], 422, "an adjustment has its reason")
        self.assertEqual(server.ask("POST", f"{path}/transitions/adjust", {"comment": "按核定"}, DEPARTMENT, {"If-Match": etag})[0], 403)
        server.move(path, "adjust", CLERK)
        line = server.rows(LINE, f"project=={project}", CLERK)[0]
        self.change(f"{LINE}/{line['id']}", CLERK, price="90000.00")
        self.change(path, CLERK, year_amount="90000.00")
        self.assertEqual(self.refused(project, "submit"), [("compilation.goal_with_money", "/performance_goal")])
        self.change(path, CLERK, performance_goal="覆盖率 90%")
        server.move(path, "submit", CLERK)
        self.approved(project, ranked=True)
        self.assertEqual(server.get(path, CLERK)["admitted_year_amount"], "90000.00")
        server.move(path, "compile", CLERK)
        self.assertEqual(server.get(path, CLERK)["status"], "budgeted")

    def test_what_was_merged_or_whose_review_ended_gets_no_budget(self):
        target, merged, ended = self.admitted("并入的项目"), self.admitted("被合并的项目"), self.admitted("评审到期的项目")
        self.reviewed(merged, disposition="merge", merge_into=target, approved_amount="0.00", cut_reason="内容重复")
        self.assertEqual(self.refused(merged, "compile"), [("compilation.compile_gate", "/year_amount")])
        self.reviewed(ended, YEAR - 1, sunset_year=YEAR - 1)
        self.assertEqual(self.refused(ended, "compile"), [("compilation.compile_gate", "/fiscal_year")])
        self.reviewed(ended)
        for project in (target, ended):
            server.move(f"{PROJECT}/{project}", "compile", CLERK)

    def test_the_years_add_up_to_the_total_when_the_plan_covers_the_term(self):
        project = self.declared("三年规划")
        for year, amount in ((YEAR, "100000.00"), (YEAR + 1, "100000.00"), (YEAR + 2, "99999.99")):
            last = server.made("/compilation/year-amount", {"project": project, "base_year": YEAR, "version_no": 1, "year": year, "amount": amount}, CLERK)
        self.assertEqual(self.refused(project, "submit"), [("compilation.year_amounts", "/total_amount")])
        self.change(f"/compilation/year-amount/{last}", CLERK, amount="100000.00", reason="补足")
        server.move(f"{PROJECT}/{project}", "submit", CLERK)

    def test_a_place_raises_the_points_from_which_an_evaluation_supports(self):
        project = self.declared("评估线", end_year=YEAR, total_amount="100000.00")
        sheet = {"project": project, "evaluated_on": today().isoformat(), "conclusion": "support", "suggested_amount": "100000.00", "opinion": "予以支持",
                 "necessity": 17, "economy": 17, "goal": 17, "feasibility": 17, "funding": 17}
        self.assertEqual(server.well(201, "POST", "/compilation/ex-ante-review", sheet, PERFORMANCE)["total"], 85)
        value = {"code": "ex_ante_support", "value": "101", "valid_from": f"{YEAR}-01-01", "note": "本级另定"}
        refused = f"/compilation/policy-value/{server.made('/compilation/policy-value', value, EDITOR)}"
        etag = server.ask("GET", refused, who=APPROVER)[2]["ETag"]
        told = server.well(422, "POST", f"{refused}/transitions/approve", {}, APPROVER, {"If-Match": etag})
        self.assertEqual([(error["code"], error["field"]) for error in told["errors"]], [("compilation.policy_contradiction", "/value")])
        self.change(refused, EDITOR, value="90")
        server.move(refused, "approve", APPROVER)
        again = {**sheet, "evaluated_on": today().replace(day=1).isoformat() if today().day > 1 else f"{YEAR}-01-01", "opinion": "再评"}
        self.assertEqual(server.problem("POST", "/compilation/ex-ante-review", again, PERFORMANCE), (422, "records.invalid", ["/conclusion"]))

    def test_a_confirmed_profile_says_which_classes_correspond_and_how_many_people_are_paid(self):
        project, unit = self.declared("按人数测算"), server.node(f"{COUNTY}-106001", CLERK)["id"]
        code = {number: server.first(f"/standards/{kind}-economic-class", f"code=={number};list_year=={YEAR}", CLERK)["id"]
                for kind, number in (("department", "30201"), ("government", "50201"), ("government", "50502"))}
        whole = server.get(f"{LINE}/{server.rows(LINE, f'project=={project}', CLERK)[0]['id']}", CLERK)
        body = {"project": project, "year": YEAR, "task": "办公用品", "functional_class": whole["functional_class"], "fund_kind": whole["fund_kind"],
                "department_economic_class": code["30201"], "formula": "在职人数 * 标准价", "names": {"在职人数": "1", "标准价": "35.50"}}
        for number, government in ((11, "50201"), (12, "50502")):
            line = server.well(201, "POST", LINE, {**body, "line_no": number, "government_economic_class": code[government]}, CLERK)
            self.assertEqual(line["amount"], "35.50", "as typed, while nobody confirmed anything")
        people = {"unit": unit, "fiscal_year": YEAR, "unit_type": "institution", "posts": 130, "staff": 120, "retirees": 8}
        self.assertEqual(server.problem("POST", "/compilation/unit-profile", {**people, "staff": -1}, CLERK), (422, "records.invalid", ["/staff"]))
        profile = f"/compilation/unit-profile/{server.made('/compilation/unit-profile', people, CLERK)}"
        self.assertEqual(server.ask("GET", profile, who=DEPARTMENT)[0], 404, "a draft is the unit's own business")
        server.move(profile, "submit", CLERK)
        self.assertEqual(server.ask("POST", f"{profile}/transitions/confirm", {}, CLERK, {"If-Match": server.ask("GET", profile, who=CLERK)[2]["ETag"]})[0], 403)
        server.move(profile, "confirm", DEPARTMENT)
        self.assertEqual(server.ask("PATCH", profile, {"staff": 900}, CLERK, {"If-Match": server.ask("GET", profile, who=CLERK)[2]["ETag"]})[0], 409)
        before = server.trace(CLERK, LINE)
        self.assertEqual(server.problem("POST", LINE, {**body, "line_no": 13, "government_economic_class": code["50201"]}, CLERK),
                         (422, "records.invalid", ["/government_economic_class"]))
        told = server.ask("POST", LINE, {**body, "line_no": 13, "government_economic_class": code["50201"]}, CLERK)[1]["errors"][0]
        self.assertEqual((told["code"], "事业单位" in told["message"], "50502" in told["remedy"]), ("standards.economic_pair", True, True), told)
        self.assertEqual(server.trace(CLERK, LINE), before)
        self.assertEqual(server.well(201, "POST", LINE, {**body, "line_no": 13, "government_economic_class": code["50502"]}, CLERK)["amount"], "4260.00")
        whole = {field: server.get(f"{PROJECT}/{project}", CLERK)[field] for field in ("name", "unit", "category", "existence", "functional_class", "fund_kind", "contact_name", "contact_phone",
                                                                                   "fiscal_year", "start_year", "end_year", "total_amount", "year_amount", "spending_order")}
        wrong = {**whole, "department_economic_class": code["30201"], "government_economic_class": code["50201"]}
        self.assertEqual(server.problem("POST", PROJECT, wrong, CLERK), (422, "records.invalid", ["/government_economic_class"]))
        server.well(201, "POST", PROJECT, {**wrong, "government_economic_class": code["50502"]}, CLERK)
        self.paid_by_the_head(body, code)
        server.move(profile, "return", FINANCE)

    def paid_by_the_head(self, body, code):
        """定员定额: as many heads as the unit has posts, and no more money than the quota times them, whatever the formula says."""
        quota = {"code": "GY-SCHOOL", "name": "学校公用经费定额", "category": "quota", "unit_of_measure": "元/人·年", "ceiling": "800.00", "edition": 1}
        standard = f"/standards/expenditure-standard/{server.made('/standards/expenditure-standard', quota, EDITOR)}"
        server.move(standard, "submit", EDITOR)
        server.move(standard, "approve", APPROVER)
        project = self.declared("公用经费按定额", category="operating", total_amount="104000.00", year_amount="104000.00", end_year=YEAR)
        of_all = server.rows(LINE, f"project=={project}", CLERK)[0]
        self.remove(f"{LINE}/{of_all['id']}", CLERK)
        line = {**body, "project": project, "line_no": 1, "government_economic_class": code["50502"], "standard": standard.rsplit("/", 1)[1], "formula": "", "names": {}, "price": "800.00"}
        for changes, field in (({"quantity": "131"}, "/quantity"), ({"formula": "131 * 标准"}, "/amount")):
            status, told, _ = server.ask("POST", LINE, {**line, **changes}, CLERK)
            self.assertEqual((status, told["errors"][0]["code"], "130" in told["errors"][0]["message"]), (422, "compilation.headcount", True), told)
            self.assertIn(field, [error["field"] for error in told["errors"]])
        self.assertEqual(server.well(201, "POST", LINE, {**line, "quantity": "130"}, CLERK)["amount"], "104000.00")
        server.move(f"{PROJECT}/{project}", "submit", CLERK)

    def remove(self, path, who):
        server.well(204, "DELETE", path, None, who, {"If-Match": server.ask("GET", path, who=who)[2]["ETag"]})


if __name__ == "__main__":
    unittest.main(verbosity=2)
