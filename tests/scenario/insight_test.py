#!/usr/bin/env python3
"""The one table: a project is declared, contracted, paid attention to, and its row says so; each sees their own; a rebuild finds no drift.

Usage: insight_test.py sqlite|postgresql
"""
import contextlib
import decimal
import sqlite3
import subprocess
import sys
import time
import unittest
import urllib.parse

from support import WITHOUT_WORKFLOW, database_from, project_body, record_papers, start_with_demo

COUNTY, PROVINCE = "320583000", "320000000"
CLERK, OTHER, REVIEWER = f"unit-clerk.{COUNTY}.106001", "unit-clerk.320500000.106001", f"unit-reviewer.{COUNTY}.106001"
BUDGET, SUPERVISION, LEADER, TOP = f"budget-division.{COUNTY}", f"supervision-division.{COUNTY}", f"finance-leader.{COUNTY}", f"finance-leader.{PROVINCE}"
DATABASE = database_from(sys.argv)
LINE = "/insight/project-line"
TRIES = 6000
ENABLED = WITHOUT_WORKFLOW["plugins.enable"] + ",ledger,treasury,monitoring,performance"


def setUpModule():
    global server
    server = start_with_demo(DATABASE, 0.002, {**WITHOUT_WORKFLOW, "plugins.enable": ENABLED + ",insight"})


def tearDownModule():
    server.stop()


def behind_the_server(statement):
    if server.database:
        subprocess.run(["psql", "-q", server.database.url, "-c", statement], check=True)
        return
    with contextlib.closing(sqlite3.connect(server.data / "onebudget.db", timeout=60)) as database, database:
        database.execute(statement)


class OneTable(unittest.TestCase):
    def ask(self, path, who, status=200, **query):
        got, answer, _ = server.ask("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""), who=who)
        self.assertEqual(got, status, answer)
        return answer

    def make(self, path, body, who, status=201):
        got, answer, headers = server.ask("POST", path, body, who)
        self.assertEqual(got, status, answer)
        return answer, headers.get("ETag")

    def move(self, path, name, who):
        etag = server.ask("GET", path, who=who)[2]["ETag"]
        got, answer, _ = server.ask("POST", f"{path}/transitions/{name}", {"comment": "同意"}, who, {"If-Match": etag})
        self.assertEqual(got, 200, answer)

    def until(self, look, what):
        """What `look` answers as soon as it is something; how long that took is printed, never judged."""
        begun = time.monotonic()
        for _ in range(TRIES):
            found = look()
            if found:
                print(f"\n{DATABASE}: {what} after {1000 * (time.monotonic() - begun):.0f} ms", end="")
                return found
            time.sleep(0.01)
        raise AssertionError(what + " never came:\n" + (server.data / "log").read_text()[-2000:])

    def line(self, code, who, condition=""):
        items = self.ask(LINE, who, filter=f"project_code=={code}" + condition)["items"]
        return items[0] if items else None

    def declare(self, **changes):
        project, _ = self.make("/compilation/project", project_body(server, CLERK, COUNTY, category="operating_other", design_basis="校舍安全条例", **changes), CLERK)
        record_papers(server, project["id"], CLERK)
        return project

    def rebuild(self):
        before = self.ask("/insight/rebuild", BUDGET).get("ended_at_ms")
        self.make("/insight/rebuild", {}, BUDGET, 202)

        def ended():
            told = self.ask("/insight/rebuild", BUDGET)
            return told if told["state"] == "done" and told["ended_at_ms"] != before else None
        return self.until(ended, "the rebuild ended")

    def test_1_every_project_of_the_library_has_its_row_and_a_rebuild_agrees(self):
        shown = "status=out=(draft,returned)"
        wanted = self.ask("/compilation/project", TOP, filter=shown, limit=1, count="exact")["count"]
        self.assertGreater(wanted, 50)
        self.until(lambda: self.ask(LINE, TOP, limit=1, count="exact")["count"] >= wanted, f"{wanted} rows")
        first = self.rebuild()
        again = self.rebuild()
        self.assertEqual(again["differing"], 0, again)
        print(f"\n{DATABASE}: rebuild compared {again['projects']} projects and {again['rows']} rows, drift {again['differing']}; first {first['differing']}", end="")

    def test_2_a_row_follows_its_project_from_submission_to_contract_and_alert(self):
        project = self.declare()
        code = project["code"]
        self.assertIsNone(self.line(code, CLERK), "a draft is the unit's own business")
        self.move(f"/compilation/project/{project['id']}", "submit", CLERK)
        row = self.until(lambda: self.line(code, TOP), "the submitted project is in the table")
        self.assertEqual((row["stage"], row["declared_amount"], row["region_code"], row["department"], row["function_group"]),
                         ("submitted", "100000.00", COUNTY, "106", "205"))
        contract, _ = self.make("/monitoring/contract", {"unit": project["unit"], "number": "HT-1", "title": "监测", "fiscal_year": 2026, "project_code": code,
                                                         "supplier": "苏州某公司", "amount": "88000.00", "signed_on": "2026-03-01"}, CLERK)
        self.make("/monitoring/contract-line", {"contract": contract["id"], "budget_line": code, "fiscal_year": 2026, "fund_source": "一般公共预算",
                                                "line_amount": "100000.00", "share_amount": "88000.00"}, CLERK)
        self.move(f"/monitoring/contract/{contract['id']}", "submit", CLERK)
        self.move(f"/monitoring/contract/{contract['id']}", "approve", REVIEWER)
        self.until(lambda: self.line(code, LEADER, ";contract_amount==88000"), "the contract is in the row")
        self.make("/monitoring/fact", {"unit": project["unit"], "subject": "line", "object": code, "object_title": "监测", "fiscal_year": 2026, "told_by": "test",
                                       "facts": {"issued_on": "2026-01-05", "budget": "100.00", "paid": "0.00", "scheduled": True}}, SUPERVISION)
        self.make("/monitoring/evaluate", {"day": "2026-11-30"}, SUPERVISION, 202)
        row = self.until(lambda: self.line(code, LEADER, ";alert_level!=none"), "the alert is in the row")
        self.assertEqual(sum(row[f"open_{level}"] for level in ("grey", "red", "orange", "yellow", "blue")),
                         self.ask("/insight/alert-place", LEADER, filter=f"project_code=={code};open==true", limit=1, count="exact")["count"])
        self.assertEqual(self.rebuild()["differing"], 0)

    def test_3_each_sees_and_exports_their_own_and_sums_come_from_rollups(self):
        here = self.ask(LINE, CLERK, limit=1000)["items"]
        self.assertEqual({row["unit"] for row in here}, {server.node(f"{COUNTY}-106001", CLERK)["id"]})
        self.assertEqual(self.ask(LINE, OTHER, filter=f"region_code=={COUNTY}")["items"], [])
        self.assertEqual(self.ask(f"{LINE}/{here[0]['id']}", OTHER, 404)["code"], "records.not_found")
        everywhere, below = (self.ask(LINE, TOP, filter=f"department==106{more}", limit=1, count="exact")["count"] for more in ("", f";region_code=={COUNTY}"))
        self.assertGreater(everywhere, below, "a department's code reaches its offices at every level")
        county = self.ask(LINE, BUDGET, filter="department==106", limit=1000, fields="unit")["items"]
        nodes = self.ask("/system/node", BUDGET, q=f"{COUNTY}-106", limit=1000)["items"]
        units = {node["id"] for node in nodes if node["code"].startswith(f"{COUNTY}-106")}
        wanted = [row for row in self.ask(LINE, BUDGET, limit=1000, fields="unit")["items"] if row["unit"] in units]
        self.assertEqual(len(county), len(wanted), "and within a region all units below it")
        self.assertEqual(len(self.ask(f"{LINE}/export", BUDGET, format="csv", filter="department==106").decode("utf-8-sig").splitlines()), len(county) + 1)
        table = self.ask(f"{LINE}/export", CLERK, format="csv").decode("utf-8-sig").splitlines()
        self.assertEqual(len(table), len(here) + 1)

        def summed():
            totals = self.ask(f"{LINE}/aggregate", TOP, group="region_code", aggregate="count,sum:declared_amount", filter="fiscal_year==2026")
            counted = self.ask(LINE, TOP, filter="fiscal_year==2026", limit=1, count="exact")["count"]
            return totals if sum(item["count"] for item in totals["items"]) == counted else None
        totals = self.until(summed, "the rollup is there")
        self.assertEqual(totals["rollup"]["name"], "insight.project_line.by_region")
        rows, cursor = [], None
        while True:
            page = self.ask(LINE, TOP, filter="fiscal_year==2026", fields="region_code,declared_amount", limit=1000, **({"cursor": cursor} if cursor else {}))
            rows += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                break
        by_region = {}
        for row in rows:
            by_region[row["region_code"]] = by_region.get(row["region_code"], 0) + decimal.Decimal(row["declared_amount"])
        self.assertEqual({item["region_code"]: decimal.Decimal(item["sum_declared_amount"]) for item in totals["items"]}, by_region)
        for group, name in (("function_group", "by_function"), ("three_guarantees", "by_kind"), ("stage", "by_stage"), ("grade", "by_grade"), ("department", "by_department")):
            self.assertEqual(self.ask(f"{LINE}/aggregate", TOP, group=group, aggregate="count", filter="fiscal_year==2026")["rollup"]["name"], "insight.project_line." + name)
        months = self.ask("/insight/month-line/aggregate", TOP, group="month", aggregate="sum:paid_amount", filter="fiscal_year==2026")
        self.assertEqual(months["rollup"]["name"], "insight.month_line.by_month")

    def test_4_nobody_writes_into_it_and_a_changed_row_is_found_and_mended(self):
        row = self.ask(LINE, CLERK, limit=1)["items"][0]
        status, answer, _ = server.ask("PATCH", f"{LINE}/{row['id']}", {"paid_amount": "1.00"}, BUDGET, {"If-Match": f'"{row["version"]}"'})
        self.assertIn(status, (403, 422), answer)
        self.assertEqual(server.problem("POST", LINE, {"project_code": "x", "fiscal_year": 2026}, BUDGET)[0], 403)
        self.assertEqual(server.problem("POST", "/insight/rebuild", {}, CLERK)[0], 403)
        self.assertEqual(server.problem("GET", f"{LINE}/aggregate?group=nothing&aggregate=count", who=TOP)[0], 400)
        behind_the_server(f"UPDATE p_insight__project_line SET paid_amount = 123 WHERE id = {int(row['id'])}")
        told = self.rebuild()
        self.assertEqual((told["differing"], told["samples"]), (1, [row["project_code"]]))
        self.assertEqual(self.ask(f"{LINE}/{row['id']}", CLERK)["paid_amount"], "0.00")
        self.assertEqual(self.rebuild()["differing"], 0)

    def test_5_without_the_plugins_of_execution_the_table_stands(self):
        with_all = self.ask(LINE, TOP, limit=1, count="exact")["count"]
        for plugin in ("treasury", "ledger", "monitoring", "performance"):
            self.assertEqual(server.ask("POST", f"/system/plugin/{plugin}/disable", {}, "sysadmin")[0], 200)
        self.assertEqual(self.ask(LINE, TOP, limit=1, count="exact")["count"], with_all)
        project = self.declare(name="又一个项目")
        self.move(f"/compilation/project/{project['id']}", "submit", CLERK)
        self.until(lambda: self.line(project["code"], TOP), "the submitted project is in the table, without ledger and monitoring")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
