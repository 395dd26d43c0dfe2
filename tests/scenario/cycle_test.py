#!/usr/bin/env python3
"""A whole cycle of the demo province, from the opening of the first round to the issue after the People's Congress, by people
of every role who sign in and use the REST interface alone; with a return, an absent approver and a missing paper.

Usage: cycle_test.py sqlite|postgresql
ONEBUDGET_CYCLE_SCALE (0.01) is the size of the province, ONEBUDGET_CYCLE_REGIONS (3) how many of its regions go through the
cycle, or "all", ONEBUDGET_CYCLE_TAKEN (4) how many projects of the library each unit takes into its budget at most.
"""
import collections
import datetime
import decimal
import json
import os
import sys
import time
import unittest
import urllib.parse

from support import database_from, demo_year, start_with_demo, today, wait_for_job

DATABASE = database_from(sys.argv)
SCALE = float(os.environ.get("ONEBUDGET_CYCLE_SCALE", "0.01"))
REGIONS = os.environ.get("ONEBUDGET_CYCLE_REGIONS", "3")
TAKEN = int(os.environ.get("ONEBUDGET_CYCLE_TAKEN", "4"))
YEAR = demo_year()
STAFFED = ("320583000", "320500000", "320000000")
EDITOR, APPROVER = "standards-editor", "standards-approver"
# Departments that a finance division looks after; projects of others have no way through the approval.
DIVISIONS = {"106": "", "107": "", "121": "", "127": "", "110": ".2", "113": ".2", "122": ".2", "129": ".2",
             "114": ".3", "118": ".3", "119": ".3", "101": ".4", "102": ".4", "109": ".4", "111": ".4", "136": ".4", "137": ".4"}
AT_REGION = ("finance_division", "budget_division", "treasury_division", "performance_division", "procurement_division", "asset_division",
             "review_center", "supervision_division", "finance_leader", "read_only_auditor")
PASSWORD = "Ob7-cycle-of-a-year"


def setUpModule():
    global server
    server = start_with_demo(DATABASE, SCALE, year=YEAR)


def tearDownModule():
    server.stop()


def lines(path, items, who):
    status, answer, _ = server.ask("POST", path, who=who, headers={"Content-Type": "application/x-ndjson"},
                                   raw="".join(json.dumps(item) + "\n" for item in items).encode())
    if status >= 300:
        raise AssertionError(answer)


def every(path, who, **query):
    """All items of a list, page by page."""
    items, cursor = [], None
    while True:
        more = {**query, "limit": 200, **({"cursor": cursor} if cursor else {})}
        status, answer, _ = server.ask("GET", f"{path}?" + urllib.parse.urlencode(more), who=who)
        if status != 200:
            raise AssertionError(answer)
        items += answer["items"]
        cursor = answer.get("next_cursor")
        if not cursor:
            return items


class Region:
    """One budget level and its people."""

    def __init__(self, test, node, nodes):
        self.test, self.node, self.code = test, node, node["code"]
        self.departments = {n["code"].split("-")[1]: n for n in nodes if n["kind"] == "department" and n["code"].split("-")[1] in DIVISIONS}
        self.units = [n for n in nodes if n["kind"] == "unit" and n["code"].split("-")[1][:3] in self.departments]
        self.staffed = False
        self.opened, self.projects, self.issues, self.done = {}, {}, [], collections.Counter()

    def person(self, role, place="", number=""):
        """The account of that office: the province's own, or the one that `staff` made."""
        name = f"{role}.{self.code}" + (f".{place}" if place else "") + number
        return name if name in server.passwords or not self.staffed else "cycle." + name

    def clerk(self, unit):
        return self.person("unit-clerk", unit["code"].split("-")[1])

    def department_of(self, unit):
        return unit["code"].split("-")[1][:3]

    def staff(self):
        """Accounts and grants for everybody that the demo province leaves without a login."""
        wanted = [(self.clerk(unit), "unit_clerk", unit, "self", []) for unit in self.units]
        for code, department in self.departments.items():
            wanted += [(self.person(role.replace("_", "-"), code), role, department, "subtree", [])
                       for role in ("department_clerk", "department_reviewer", "department_head")]
        if self.code not in STAFFED:
            for role in AT_REGION:
                numbers = sorted(set(DIVISIONS.values())) if role == "finance_division" else [""]
                wanted += [(self.person(role.replace("_", "-"), number=number), role, self.node, "level" if number or role == "finance_division" else "subtree",
                            [code for code, own in DIVISIONS.items() if own == number] if role == "finance_division" else []) for number in numbers]
        fresh = [("cycle." + name, *rest) for name, *rest in wanted if name not in server.passwords]
        lines("/system/user/import", [{"username": name, "display_name": name, "node_code": node["code"], "password": PASSWORD, "must_change_password": False}
                                      for name, _, node, _, _ in fresh], "sysadmin")
        lines("/system/grant/import", [{"username": name, "role_code": role, "node_code": node["code"], "reach": reach, "departments": departments}
                                       for name, role, node, reach, departments in fresh], "secadmin")
        server.passwords.update({one[0]: PASSWORD for one in fresh})
        self.staffed = True


class Cycle(unittest.TestCase):
    def ask(self, method, path, body, who, status, etag=None):
        got, answer, headers = server.ask(method, path, body, who, {"If-Match": etag} if etag else None)
        self.assertEqual(got, status, (who, method, path, answer))
        return answer, headers.get("ETag")

    def make(self, path, body, who, status=201):
        return self.ask("POST", path, body, who, status)

    def move(self, path, name, who, status=200, comment="同意"):
        etag = server.ask("GET", path, who=who)[2].get("ETag")
        return self.ask("POST", f"{path}/transitions/{name}", {"comment": comment}, who, status, etag)[0]

    def code(self, entity, code, who, listed=True):
        key = (entity, code)
        if key not in self.codes:
            self.codes[key] = server.first(f"/standards/{entity}", f"code=={code}" + (f";list_year=={YEAR}" if listed else ""), who)["id"]
        return self.codes[key]

    # The parts of the cycle, in their order.

    def open(self, region, step):
        day, budget = today(), region.person("budget-division")
        dates = {"one_up": (-20, 0), "two_up": (0, 20)}[step]
        if step == "two_up":
            # The first round ended a day early: the calendar is put right before the second one opens.
            first = region.opened["one_up"]
            self.move(first, "close", budget)
            etag = server.ask("GET", first, who=budget)[2]["ETag"]
            self.ask("PATCH", first, {"closes_on": str(day - datetime.timedelta(days=1))}, budget, 200, etag)
        made, _ = self.make("/compilation/budget-round", {"region": region.node["id"], "fiscal_year": YEAR, "step": step,
                                                          "opens_on": str(day + datetime.timedelta(days=dates[0])),
                                                          "closes_on": str(day + datetime.timedelta(days=dates[1]))}, budget)
        region.opened[step] = f"/compilation/budget-round/{made['id']}"
        self.move(region.opened[step], "open", budget)

    def declare(self, region, unit, number):
        """From an empty form: what is missing is named, then a line and the papers are added, and it is sent in."""
        clerk = region.clerk(unit)
        money, year_amount, price = (("400000.00", "100000.00", "5000"), ("1600000.00", "1200000.00", "60000"), ("12000000.00", "10500000.00", "525000"))[number % 3]
        empty = self.ask("POST", "/compilation/project", {}, clerk, 422)[0]
        self.assertIn("/name", {error["field"] for error in empty["errors"]})
        project, _ = self.make("/compilation/project", {
            "name": f"{unit['name']}信息系统安全加固", "unit": unit["id"], "category": "specific", "fiscal_year": YEAR, "existence": "new", "start_year": YEAR,
            "end_year": YEAR + 2, "total_amount": money, "year_amount": year_amount, "functional_class": self.code("functional-class", "2050203", clerk),
            "fund_kind": self.code("fund-kind", "1", clerk, False), "design_basis": "网络安全法", "performance_goal": "整改率 100%",
            "summary": "加固信息系统", "plan": "分三年实施", "contact_name": "张三", "contact_phone": "025-83330000"}, clerk)
        path = f"/compilation/project/{project['id']}"
        missing = self.move(path, "submit", clerk, 422)
        self.assertLessEqual({"compilation.attachments", "compilation.lines_missing"}, {error["code"] for error in missing["errors"]})
        region.done["missing papers"] += 1
        for kind in ("basis", "estimate", "plan", "minutes")[:None if number % 3 == 2 else 3]:
            self.make("/compilation/project-paper", {"project": project["id"], "kind": kind, "title": kind}, clerk)
        body = {"project": project["id"], "line_no": 1, "year": YEAR, "task": "设备和服务", "functional_class": self.code("functional-class", "2050203", clerk),
                "department_economic_class": self.code("department-economic-class", "30201", clerk), "fund_kind": self.code("fund-kind", "1", clerk, False),
                "government_economic_class": self.code("government-economic-class", "50502", clerk), "formula": "台数 * 单价",
                "names": {"台数": "20", "单价": price}}
        status, line, _ = server.ask("POST", "/compilation/expenditure-line", body, clerk)
        if status == 422:
            body["government_economic_class"] = self.code("government-economic-class", "50201", clerk)
            line, _ = self.make("/compilation/expenditure-line", body, clerk)
        self.assertEqual(line["amount"], year_amount)
        self.assertEqual(self.move(path, "submit", clerk)["status"], "submitted")
        region.done["declared"] += 1
        region.projects[project["id"]] = {"unit": unit, "clerk": clerk, "path": path, "total": decimal.Decimal(money), "year": decimal.Decimal(year_amount)}

    def task(self, who, project):
        items = server.ask("GET", "/workflow/inbox?box=todo&limit=200", who=who)[1]["items"]
        found = [item for item in items if item["subject_id"] == project]
        self.assertEqual(len(found), 1, (who, project))
        return found[0]

    def act(self, region, who, project, decision="approve", opinion="同意"):
        task = self.task(who, project)
        answer, _ = self.ask("POST", f"/workflow/step/{task['id']}/act", {"decision": decision, "opinion": opinion}, who, 200, f'"{task["version"]}"')
        region.done["decisions"] += 1
        return answer

    def approve(self, region):
        """Department, division, budget, leader, by the amount; one project comes back first, one reviewer is away."""
        away = None
        for number, (project, known) in enumerate(region.projects.items()):
            department = region.department_of(known["unit"])
            reviewer, head = region.person("department-reviewer", department), region.person("department-head", department)
            if number == 0:
                self.act(region, reviewer, project, "return", "请补充测算依据")
                self.assertEqual(server.ask("GET", known["path"], who=known["clerk"])[1]["status"], "returned")
                self.move(known["path"], "submit", known["clerk"])
                region.done["returned"] += 1
            if number == 1 or (number == 0 and len(region.projects) == 1):
                away = department
                user = next(u for u in server.ask("GET", "/system/user?q=" + head, who="sysadmin")[1]["items"] if u["username"] == head)
                self.make("/workflow/delegation", {"office": region.departments[department]["id"], "deputy": user["id"], "reason": "出差",
                                                   "from_day": str(today() - datetime.timedelta(days=1)), "to_day": str(today() + datetime.timedelta(days=30))}, reviewer)
                region.done["absent approvers"] += 1
            self.act(region, head if department == away else reviewer, project)
            self.make("/compilation/project-rank", {"project": project, "fiscal_year": YEAR, "rank": number + 1}, region.person("department-clerk", department))
            self.review(region, project, known)
            done = self.act(region, region.person("finance-division", number=DIVISIONS[department]), project)
            if known["year"] >= 1_000_000:
                done = self.act(region, region.person("budget-division"), project)
            if known["year"] >= 10_000_000:
                done = self.act(region, region.person("finance-leader"), project)
            self.assertEqual(done["case_state"], "finished", done)
            self.assertEqual(server.ask("GET", known["path"], who=known["clerk"])[1]["status"], "in_library")
            region.done["admitted"] += 1

    def review(self, region, project, known):
        """What finance admits a large project by: the review centre's amount and the ex-ante evaluation."""
        if known["total"] < 3_000_000:
            return
        budget = region.person("budget-division")
        cost, _ = self.make("/compilation/project-review", {
            "project": project, "kind": "cost", "document_no": f"评审{project}", "decided_on": str(today()), "conclusion": "passed",
            "submitted_amount": str(known["total"] + 50000), "approved_amount": str(known["total"])}, region.person("review-center"))
        self.assertEqual(cost["cut_amount"], "50000.00")
        self.move(f"/compilation/project-review/{cost['id']}", "decide", budget)
        scores = {name: 18 for name in ("necessity", "economy", "goal", "feasibility", "funding")}
        sheet, _ = self.make("/compilation/ex-ante-review", {"project": project, "evaluated_on": str(today()), **scores,
                                                             "conclusion": "support", "suggested_amount": str(known["total"]), "opinion": "予以支持"},
                             region.person("performance-division"))
        self.move(f"/compilation/ex-ante-review/{sheet['id']}", "decide", region.person("finance-leader"))
        region.done["reviews"] += 2

    def take(self, region):
        """Each unit takes its library into the budget and freezes 一上."""
        for unit in region.units:
            clerk = region.clerk(unit)
            ready = every("/compilation/project", clerk, filter=f"unit=={unit['id']};fiscal_year=={YEAR};status==in_library;category=in=(personnel,operating)")[:TAKEN]
            own = [project for project, known in region.projects.items() if known["unit"] is unit]
            for project in [one["id"] for one in ready] + own:
                self.move(f"/compilation/project/{project}", "compile", clerk)
                region.done["taken"] += 1
            if not ready and not own:
                continue
            frozen, _ = self.make("/compilation/freeze", {"unit": unit["id"], "fiscal_year": YEAR, "step": "one_up"}, clerk)
            unit["one_up"] = frozen

    def ceilings(self, region):
        """控制数: what each unit declared without its smallest project, where it has several; departments split them."""
        budget, wanted = region.person("budget-division"), collections.defaultdict(lambda: collections.defaultdict(list))
        funds = {item["code"]: item["id"] for item in every("/standards/fund-kind", budget)}
        for unit in region.units:
            for one in every("/compilation/project", region.clerk(unit), filter=f"unit=={unit['id']};fiscal_year=={YEAR};status==budgeted"):
                wanted[region.department_of(unit)][(one["fund_kind"], one["category"])].append((unit["id"], one["id"], decimal.Decimal(one["year_amount"])))
        for department, cells in wanted.items():
            for (fund, category), declared in cells.items():
                by_unit = collections.defaultdict(list)
                for unit, project, amount in declared:
                    by_unit[unit].append(amount)
                parts = {unit: sum(amounts) - (min(amounts) if len(amounts) > 1 else 0) for unit, amounts in by_unit.items()}
                ceiling, _ = self.make("/compilation/ceiling", {"node": region.departments[department]["id"], "fiscal_year": YEAR, "category": category,
                                                                "fund_kind": fund if isinstance(fund, str) else fund["id"], "amount": f"{sum(parts.values()):.2f}"}, budget)
                path = f"/compilation/ceiling/{ceiling['id']}"
                self.move(path, "issue", budget)
                reviewer = region.person("department-reviewer", department)
                too_much = [{"node": unit, "amount": f"{amount + 1:.2f}"} for unit, amount in parts.items()]
                self.make(f"{path}/split", {"parts": too_much}, reviewer, 422)
                split, _ = self.make(f"{path}/split", {"parts": [{"node": unit, "amount": f"{amount:.2f}"} for unit, amount in parts.items()]}, reviewer, 200)
                for part in split["items"]:
                    self.move(f"/compilation/ceiling/{part['id']}", "issue", reviewer)
                    region.done["ceilings"] += 1
        self.assertTrue(funds)
        for unit in region.units:
            if "one_up" in unit:
                unit["one_down"], _ = self.make("/compilation/freeze", {"unit": unit["id"], "fiscal_year": YEAR, "step": "one_down"}, budget)

    def second(self, region):
        """二上: refused cell by cell above the ceilings; the unit puts its smallest projects back and freezes."""
        for unit in region.units:
            if "one_up" not in unit:
                continue
            clerk, freeze = region.clerk(unit), {"unit": unit["id"], "fiscal_year": YEAR, "step": "two_up"}
            status, answer, _ = server.ask("POST", "/compilation/freeze", freeze, clerk)
            if status == 422:
                above = {error["field"] for error in answer["errors"]}
                self.assertTrue(all(field.startswith("/cells/") for field in above), answer)
                region.done["above ceilings"] += len(above)
                budgeted = every("/compilation/project", clerk, filter=f"unit=={unit['id']};fiscal_year=={YEAR};status==budgeted")
                cells = collections.defaultdict(list)
                for one in budgeted:
                    cells[(str(one["fund_kind"]), one["category"])].append(one)
                for members in cells.values():
                    if len(members) > 1:
                        least = min(members, key=lambda one: decimal.Decimal(one["year_amount"]))
                        self.move(f"/compilation/project/{least['id']}", "uncompile", clerk)
                        region.done["put back"] += 1
                answer, _ = self.make("/compilation/freeze", freeze, clerk)
            unit["two_up"] = answer
            compared, _ = self.ask("GET", f"/compilation/compare?left={unit['one_down']['id']}&right={unit['two_up']['id']}&by=fund,category", None,
                                   region.person("budget-division"), 200)
            self.assertTrue(all(not decimal.Decimal(item["difference"]) > 0 for item in compared["items"]), compared)
        self.move(region.opened["two_up"], "close", region.person("budget-division"))
        late = next(unit for unit in region.units if "two_up" in unit)
        refused = server.ask("POST", "/compilation/freeze", {"unit": late["id"], "fiscal_year": YEAR, "step": "two_up"}, region.clerk(late))
        self.assertEqual((refused[0], refused[1]["code"]), (423, "compilation.round_closed"))

    def issue(self, region):
        """批复: nothing before the People's Congress, everything after it, and the sums agree to the fen."""
        budget, leader = region.person("budget-division"), region.person("finance-leader")
        sums = collections.Counter()
        for number, unit in enumerate(unit for unit in region.units if "two_up" in unit):
            made, _ = self.make("/compilation/budget-issue", {"unit": unit["id"], "fiscal_year": YEAR, "document_no": f"{region.code}〔{YEAR}〕{number + 1}号",
                                                              "title": f"{unit['name']}部门预算批复", "ground": "none"}, budget)
            path = f"/compilation/budget-issue/{made['id']}"
            prepared, _ = self.make(f"{path}/prepare", {}, budget, 200)
            self.assertEqual(prepared["total"], unit["two_up"]["total"])
            for line in every("/compilation/issue-line", budget, filter=f"issue=={made['id']}"):
                sums[line["fund"]] += decimal.Decimal(line["amount"])
            region.issues.append((unit, path))
        early = self.move(region.issues[0][1], "issue", leader, 422)
        self.assertEqual([error["field"] for error in early["errors"]], ["/ground"])
        approval, _ = self.make("/compilation/congress-approval", {
            "region": region.node["id"], "fiscal_year": YEAR, "session": "人民代表大会会议", "document_no": f"决议{region.code}", "approved_on": str(today()),
            **{f"fund_{fund}": f"{amount:.2f}" for fund, amount in sums.items()}}, budget)
        self.move(f"/compilation/congress-approval/{approval['id']}", "confirm", budget, 403)
        self.move(f"/compilation/congress-approval/{approval['id']}", "confirm", leader)
        for unit, path in region.issues:
            self.move(path, "issue", leader)
            issued = server.ask("GET", path, who=budget)[1]
            self.assertEqual((issued["status"], issued["total"], issued["late"]), ("issued", unit["two_up"]["total"], False))
            unit["two_down"], _ = self.make("/compilation/freeze", {"unit": unit["id"], "fiscal_year": YEAR, "step": "two_down"}, budget)
            same, _ = self.ask("GET", f"/compilation/compare?left={unit['two_up']['id']}&right={unit['two_down']['id']}", None, budget, 200)
            self.assertEqual(same["items"], [], "what is issued is what was frozen")
            region.done["issued"] += 1
        region.total = sum(sums.values())

    def close(self, region):
        """A reallocation of one batch; the auditor adds up what went out; the supervisor looks for duplicates."""
        budget, leader, auditor = region.person("budget-division"), region.person("finance-leader"), region.person("read-only-auditor")
        unit, path = region.issues[0]
        change, _ = self.make("/compilation/budget-issue", {"unit": unit["id"], "fiscal_year": YEAR, "document_no": f"{region.code}〔{YEAR}〕调1号", "title": "调剂",
                                                            "source": "reallocation", "changes": path.rsplit("/", 1)[1]}, budget)
        changed = f"/compilation/budget-issue/{change['id']}"
        self.make(f"{changed}/prepare", {}, budget, 200)
        moved = every("/compilation/issue-line", budget, filter=f"issue=={change['id']}")
        for line, by in zip(moved[:2], (decimal.Decimal("1.00"), decimal.Decimal("-1.00")) if len(moved) > 1 and moved[0]["fund"] == moved[1]["fund"] else ()):
            one = f"/compilation/issue-line/{line['id']}"
            self.ask("PATCH", one, {"amount": f"{decimal.Decimal(line['amount']) + by:.2f}"}, budget, 200, server.ask("GET", one, who=budget)[2]["ETag"])
        self.move(changed, "issue", leader)
        replaced = {path.rsplit("/", 1)[1]}
        issued = [one for one in every("/compilation/budget-issue", auditor, filter=f"fiscal_year=={YEAR};status==issued")
                  if one["id"] not in replaced and one["document_no"].startswith(region.code)]
        self.assertEqual(sum(decimal.Decimal(one["total"]) for one in issued), region.total)
        self.assertEqual(server.ask("POST", "/compilation/budget-issue", {"unit": unit["id"]}, auditor)[0], 403)
        supervisor, begun = region.person("supervision-division"), time.monotonic()
        job, _ = self.make("/compilation/duplicate-search", {"region": region.node["id"], "fiscal_year": YEAR}, supervisor, 202)
        found = wait_for_job(server, job["job"], supervisor)
        region.done["projects compared"] += found["projects"]
        region.done["duplicate candidates"] += found["written"]
        region.done["seconds of comparing"] += round(time.monotonic() - begun)
        for role in ("treasury-division", "procurement-division", "asset-division"):
            self.ask("GET", "/session", None, region.person(role), 200)

    def policy(self):
        """Numbers that no law fixes are data: drafted by one, approved by another, before the cycle begins."""
        made, _ = self.make("/compilation/policy-value", {"code": "duplicate_years", "value": "3", "valid_from": f"{YEAR - 1}-12-31", "note": "本级内控制度"}, EDITOR)
        path = f"/compilation/policy-value/{made['id']}"
        self.move(path, "approve", EDITOR, 403)
        self.move(path, "approve", APPROVER)

    def test_from_the_opening_to_the_approval(self):
        self.codes, begun = {}, time.monotonic()
        nodes = every("/system/node", "sysadmin")
        regions = [n for n in nodes if n["kind"] in ("region", "zone")]
        regions.sort(key=lambda n: (STAFFED.index(n["code"]) if n["code"] in STAFFED else len(STAFFED), n["code"]))
        below = collections.defaultdict(list)
        for node in nodes:
            if "-" in node["code"]:
                below[node["code"].split("-")[0]].append(node)
        chosen = [Region(self, node, below[node["code"]]) for node in regions]
        chosen = [region for region in chosen if region.units][:None if REGIONS == "all" else int(REGIONS)]
        self.policy()
        for region in chosen:
            region.staff()
            self.open(region, "one_up")
            for number, unit in enumerate(region.units):
                self.declare(region, unit, number)
            self.approve(region)
            self.take(region)
            self.open_second(region)
            self.second(region)
            self.issue(region)
            self.close(region)
            print(f"{region.code}: {len(region.units)} units, {region.total:.2f} yuan, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        done, total = collections.Counter(), sum(region.total for region in chosen)
        for region in chosen:
            done.update(region.done)
            self.assertTrue(region.done["returned"] and region.done["absent approvers"] and region.done["missing papers"])
        self.assertEqual(done["admitted"], done["declared"])
        self.assertEqual(len(server.tokens), len(set(server.tokens)))
        print(f"\ncycle at scale {SCALE}: {len(chosen)} regions, {sum(len(r.units) for r in chosen)} units, {len(server.tokens)} people signed in, "
              f"{total:.2f} yuan issued; " + ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
              + f"; {time.monotonic() - begun:.1f} s")

    def open_second(self, region):
        self.ceilings(region)
        self.open(region, "two_up")


if __name__ == "__main__":
    unittest.main(verbosity=2)
