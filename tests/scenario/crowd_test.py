#!/usr/bin/env python3
"""Many people edit and submit at once, over HTTP: no edit is lost or half done, nothing is made twice, every refusal is one.

Usage: crowd_test.py sqlite|postgresql
ONEBUDGET_CROWD (600) is how many edits and submissions are made, by ONEBUDGET_CROWD_PEOPLE (16) requests at a time.
"""
import collections
import concurrent.futures
import decimal
import os
import random
import sys
import time
import unittest
import urllib.parse

from support import database_from, project_body, record_papers, start_with_demo

COUNTY = "320583000"
CLERK, REVIEWER, BUDGET = f"unit-clerk.{COUNTY}.106001", f"department-reviewer.{COUNTY}.106", f"budget-division.{COUNTY}"
DATABASE = database_from(sys.argv)
COUNT = int(os.environ.get("ONEBUDGET_CROWD", "600"))
PEOPLE = int(os.environ.get("ONEBUDGET_CROWD_PEOPLE", "16"))
PROJECTS = max(12, min(150, COUNT // 25))
LIMIT = decimal.Decimal("1000000.00")
# Codes of refusals that two people at once may meet; anything else is a defect.
EXPECTED = {"records.version", "records.key_taken", "records.not_editable", "records.state", "records.transition", "records.invalid", "records.guard", "workflow.version", "workflow.running"}


def setUpModule():
    global server
    server = start_with_demo(DATABASE)


def tearDownModule():
    server.stop()


class Crowd(unittest.TestCase):
    def make(self, path, body, who, status=201):
        got, answer, _ = server.ask("POST", path, body, who)
        self.assertEqual(got, status, answer)
        return answer

    def setUp(self):
        body = project_body(server, CLERK, COUNTY, design_basis="条例", performance_goal="覆盖率 100%", summary="并发")
        self.projects = []
        for number in range(PROJECTS):
            project = self.make("/compilation/project", {**body, "name": f"并发编辑 {number}"}, CLERK)
            record_papers(server, project["id"], CLERK)
            self.projects.append(project["id"])
        department = server.node(f"{COUNTY}-106", REVIEWER)["id"]
        ceiling = self.make("/compilation/ceiling", {"node": department, "fiscal_year": 2026, "fund_kind": body["fund_kind"], "category": "specific",
                                                     "amount": str(LIMIT)}, BUDGET)
        self.ceiling, self.unit = ceiling["id"], body["unit"]
        self.codes, self.edits = collections.Counter(), collections.Counter()

    def told(self, what, answer):
        """Counts an answer; a refusal says why in a code that two people at once may meet."""
        status, body, _ = answer
        self.codes[(what, status if status < 400 else body.get("code"))] += 1
        self.assertLess(status, 500, body)
        if status >= 400:
            self.assertIn(body["code"], EXPECTED, body)
        return status < 300

    def edit(self, project, number):
        path = f"/compilation/project/{project}"
        status, row, headers = server.ask("GET", path, who=CLERK)
        self.assertEqual(status, 200, row)
        amount = f"{random.Random(number).randrange(100000, 300000)}.{number % 100:02d}"
        if self.told("edit", server.ask("PATCH", path, {"total_amount": amount, "plan": amount}, CLERK, {"If-Match": headers["ETag"]})):
            self.edits[project] += 1

    def submit(self, project, number):
        path = f"/compilation/project/{project}"
        status, row, headers = server.ask("GET", path, who=CLERK)
        name = "withdraw" if row["status"] == "submitted" else "submit"
        self.assertEqual(status, 200, row)
        if self.told(name, server.ask("POST", f"{path}/transitions/{name}", {}, CLERK, {"If-Match": headers["ETag"]})):
            self.edits[project] += 1

    def line(self, project, number):
        rank = {"project": project, "kind": "minutes", "title": f"纪要 {number % 7}"}
        self.told("paper", server.ask("POST", "/compilation/project-paper", rank, CLERK))

    def split(self, project, number):
        amount = f"{600000 + number % 500000}.00"
        self.told("split", server.ask("POST", f"/compilation/ceiling/{self.ceiling}/split", {"parts": [{"node": self.unit, "amount": amount}]}, REVIEWER))

    def test_thousands_at_once_keep_what_must_hold(self):
        begun = time.monotonic()
        chance, verbs = random.Random(5), [self.edit] * 5 + [self.submit] * 3 + [self.line, self.split]
        with concurrent.futures.ThreadPoolExecutor(PEOPLE) as crowd:
            for done in [crowd.submit(chance.choice(verbs), chance.choice(self.projects), number) for number in range(COUNT)]:
                done.result()
        spent = time.monotonic() - begun
        tasks = collections.Counter(item["subject_id"] for item in server.ask("GET", "/workflow/inbox?box=todo&limit=200", who=REVIEWER)[1]["items"])
        for project in self.projects:
            row = server.ask("GET", f"/compilation/project/{project}", who=CLERK)[1]
            submitted = row["status"] == "submitted"
            self.assertIn(row["status"], ("draft", "submitted"))
            # One approval runs for what is submitted, none for a draft: its task lies with the reviewer once.
            self.assertEqual(tasks[project], int(submitted), row)
            # Both fields of an edit came in together, and every accepted change is one version.
            if row.get("plan"):
                self.assertEqual(decimal.Decimal(row["plan"]), decimal.Decimal(row["total_amount"]))
            self.assertEqual(row["version"], 1 + self.edits[project], row)
        parts = server.ask("GET", "/compilation/ceiling?" + urllib.parse.urlencode({"filter": f"parent_ceiling=={self.ceiling}"}), who=BUDGET)[1]["items"]
        self.assertLessEqual(len(parts), 1, parts)
        self.assertLessEqual(sum(decimal.Decimal(part["amount"]) for part in parts), LIMIT)
        made = sum(count for (what, answer), count in self.codes.items() if isinstance(answer, int))
        self.assertEqual(sum(self.codes.values()), COUNT)
        print(f"\n{COUNT} edits and submissions by {PEOPLE} at a time on {PROJECTS} projects: {made} made, {COUNT - made} refused, {spent:.1f} s; "
              + ", ".join(f"{what} {answer}: {count}" for (what, answer), count in sorted(self.codes.items(), key=str)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
