#!/usr/bin/env python3
"""A fiscal year played by calendar on a server whose clock is moved, after a play that was killed half-way; then the figures
of the platform's own assessment are opened down to the events they were computed from.

Usage: year_test.py sqlite|postgresql
ONEBUDGET_YEAR_SCALE (0.001), ONEBUDGET_YEAR_REGIONS (1 of each regime), ONEBUDGET_YEAR_UNITS (1), ONEBUDGET_YEAR_PROJECTS (2); the long run (ctest -C long -L long) sets scale 0.1
"""
import json
import os
import subprocess
import sys
import time
import unittest
import urllib.parse

from support import BUILD, SOURCE, database_from, start_with_clock

DATABASE = database_from(sys.argv)
ALL = "standards,workflow,compilation,ledger,treasury,monitoring,performance,usage"
SETTINGS = {"plugins.enable": ALL, "identity.session_idle_minutes": 1440, "identity.session_absolute_hours": 168}
SIZE = {name: os.environ.get(f"ONEBUDGET_YEAR_{name.upper()}", value)
        for name, value in (("scale", "0.001"), ("regions", "1"), ("units", "1"), ("projects", "2"))}
BUDGET, CLERK = "budget-division.320000000", "unit-clerk.320583000.106001"
YEAR = 2026
TRIES = 36_000  # a larger province takes minutes to load


def setUpModule():
    global server
    server = start_with_clock(DATABASE, SETTINGS)


def tearDownModule():
    server.stop()


def play():
    command = [BUILD / "bin/onebudgetctl", "--url", server.url, "--language", "en", "demo", "year", "--json",
               "--bootstrap-file", server.data / "bootstrap.secret", "--data", SOURCE / "plugins/standards/data",
               "--vocabulary", SOURCE / "config/demo/jiangsu.json", "--accounts", server.data / "accounts.json",
               "--clock", server.data / "clock"]
    for name, value in SIZE.items():
        command += [f"--{name}", value]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def know_accounts():
    server.passwords = {a["username"]: a["password"] for a in json.loads((server.data / "accounts.json").read_text())}


class Year(unittest.TestCase):
    def events(self, condition):
        items, cursor = [], None
        while True:
            query = {"limit": 1000, "filter": condition, **({"cursor": cursor} if cursor else {})}
            status, answer, _ = server.ask("GET", "/usage/event?" + urllib.parse.urlencode(query), who=BUDGET)
            if status == 401:  # the clock moved on between the sign-in and the question
                server.tokens = {}
                continue
            self.assertEqual(status, 200, answer)
            items += answer["items"]
            cursor = answer["next_cursor"]
            if not cursor:
                return items

    def test_1_a_play_that_is_killed_leaves_sound_books(self):
        killed = play()
        for _ in range(TRIES):
            if (server.data / "accounts.json").exists():
                know_accounts()
                if self.declared() > 0:
                    break
            self.assertIsNone(killed.poll(), "it ended before it was killed")
            time.sleep(0.05)
        killed.kill()
        killed.communicate()
        self.assertGreater(self.declared(), 0)
        status, answer, _ = server.ask("POST", "/ledger/drift", {"fiscal_year": YEAR}, BUDGET)
        self.assertEqual((status, answer.get("differences")), (200, []), answer)

    def declared(self):
        return len(self.events("kind==step_acted"))

    def test_2_the_year_is_played_and_compared(self):
        played = play()
        output, errors = played.communicate()
        self.assertEqual(played.returncode, 0, output + errors)
        self.assertEqual(len(output.splitlines()), 1, "one line of JSON")
        told = json.loads(output)
        print("\n" + output)
        know_accounts()
        server.tokens = {}
        self.assertEqual((told["overspend"], told["ledger_drift"], told["replay_digest_equal"], told["label"]), (0, 0, True, "推演"))
        self.assertEqual(sorted(told["regimes"]), ["onebudget", "paper"])
        for regime in told["regimes"].values():
            self.assertEqual((regime["label"], regime["evaluation_coverage"]), ("played", "100.0"))
        for name in ("declaration_cycle_days", "next_declaration_cycle_days", "approval_days"):
            paper, ours = (told["regimes"][regime][name] for regime in ("paper", "onebudget"))
            for unit in ("calendar", "working"):
                self.assertGreater(float(paper[unit]), float(ours[unit]), name)
        for judged in [*told["alerts_judged"].values(), told["inflated_scores_judged"]]:
            self.assertEqual((judged["found"], judged["right"]), (judged["put_in"], judged["put_in"]))
        self.assertGreater(told["counted"]["onebudget"]["overspend_refused"], 0)

    def test_3_every_number_opens_the_events_behind_it(self):
        status, answer, _ = server.ask("GET", f"/usage/figures?year={YEAR}&by=region", who=BUDGET)
        self.assertEqual(status, 200, answer)
        played = [item for item in answer["items"] if item["played"] and item["figures"]["declaration"]["count"]]
        self.assertEqual({item["regime"] for item in played}, {"paper", "onebudget"})
        for item in played:
            figures = item["figures"]
            approvals = [one for one in self.events(figures["project_approval"]["behind"]) if one["kind"] == "case_finished"]
            self.assertEqual(len(approvals), figures["project_approval"]["count"])
            average = sum(one["calendar_days"] for one in approvals) / len(approvals)
            self.assertAlmostEqual(average, float(figures["project_approval"]["calendar_days"]), 2)
            self.assertEqual(len(self.events(figures["payments"]["behind"])), figures["payments"]["count"])
            one = approvals[0]
            self.assertEqual(server.ask("GET", f"/compilation/project/{one['subject_id']}", who=BUDGET)[0], 200)
        for by in ("month", "unit", "regime"):
            self.assertEqual(server.ask("GET", f"/usage/figures?year={YEAR}&by={by}", who=BUDGET)[0], 200)

    def test_4_figures_leave_as_a_table_and_bad_questions_are_refused(self):
        status, table, headers = server.ask("GET", f"/usage/figure/export?format=csv&filter=year=={YEAR}", who=BUDGET)
        self.assertEqual(status, 200, table)
        self.assertIn("case_finished", table.decode("utf-8-sig"))
        for query, field in (("", "/year"), ("year=26", "/year"), (f"year={YEAR}&by=person", "/by")):
            self.assertEqual(server.problem("GET", "/usage/figures?" + query, who=BUDGET), (400, "http.parameter", [field]))
        self.assertEqual(server.ask("GET", f"/usage/figures?year={YEAR}", who=CLERK)[0], 403)
        self.assertIn(server.ask("POST", "/usage/event", {"source": "x", "kind": "paid"}, BUDGET)[0], (403, 422), "nobody types a figure in")


if __name__ == "__main__":
    unittest.main(verbosity=2)
