#!/usr/bin/env python3
"""Everybody sees exactly what the tree, the grants and the rows say: computed here a second time, and compared with every way out of the server.

Usage: who_sees_what_test.py sqlite|postgresql
"""
import csv
import io
import json
import sqlite3
import subprocess
import sys
import threading
import unittest
import urllib.request
from collections import defaultdict
from urllib.parse import quote

import workbook
from support import SOURCE, WITHOUT_WORKFLOW, database_from, project_body, record_papers, start_with_demo

COUNTY, CITY, TOWN = "320583000", "320500000", "320000000"
CLERK, OTHER, PROVINCE = f"unit-clerk.{COUNTY}.106001", f"unit-clerk.{CITY}.106001", "budget-division.320000000"
PROJECT = "/compilation/project"
VISIBLE_ABOVE = {"submitted", "department_reviewed", "in_library", "terminated"}
LEVELS = {"province": 1, "city": 2, "county": 3, "town": 4}
PEOPLE = [CLERK, OTHER, f"unit-clerk.{TOWN}.106001", f"department-clerk.{COUNTY}.106", f"department-reviewer.{CITY}.106", f"finance-division.{COUNTY}",
          f"finance-division.{COUNTY}.2", f"finance-division.{CITY}.3", f"budget-division.{COUNTY}", f"budget-division.{CITY}", PROVINCE, f"read-only-auditor.{CITY}",
          f"treasury-division.{COUNTY}", "two.posts", "late.comer", "gone.one", "now.only", "big.money", "few.departments", "nobody.yet"]
DATABASE = database_from(sys.argv)


def setUpModule():
    global server, tree, grants, roles
    server = start_with_demo(DATABASE, settings=WITHOUT_WORKFLOW)
    tree = {node["id"]: node for node in pages("/system/node", CLERK)}
    by_code = {node["code"]: node for node in tree.values()}
    assert COUNTY in by_code
    for username, posts in {
            "two.posts": [("read_only_auditor", f"{COUNTY}-106001", "self", {}), ("read_only_auditor", CITY, "level", {})],
            "late.comer": [("read_only_auditor", COUNTY, "subtree", {"valid_from": "2099-01-01T00:00:00Z"})],
            "gone.one": [("read_only_auditor", COUNTY, "subtree", {"valid_to": "2020-01-01T00:00:00Z", "valid_from": "2019-01-01T00:00:00Z"})],
            "now.only": [("read_only_auditor", COUNTY, "level", {"valid_from": "2020-01-01T00:00:00Z", "valid_to": "2099-01-01T00:00:00Z"})],
            "big.money": [("read_only_auditor", TOWN, "subtree", {"where": "total_amount=ge=1000000.00"})],
            "few.departments": [("finance_division", TOWN, "subtree", {"departments": ["106", "110"]})],
            "nobody.yet": []}.items():
        password = "Wang-2026-kan-" + username.replace(".", "")[::-1]
        made = server.ask("POST", "/system/user", {"username": username, "display_name": "查阅人", "password": password, "must_change_password": False}, "sysadmin")
        assert made[0] == 201, made
        server.passwords[username] = password
        for role, node, reach, more in posts:
            granted = server.ask("POST", "/system/grant", {"username": username, "role_code": role, "node_code": node, "reach": reach, **more}, "secadmin")
            assert granted[0] == 201, granted
    grants = {who: pages(f"/system/grant?username={who}", "secadmin") for who in PEOPLE}
    roles = {role["code"]: role["permissions"] for role in server.ask("GET", "/system/role", who="secadmin")[1]["items"]}


def tearDownModule():
    server.stop()


def pages(path, who, limit=200):
    items, cursor = [], ""
    while cursor is not None:
        status, page, _ = server.ask("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}" + (f"&cursor={quote(cursor)}" if cursor else ""), who=who)
        assert status == 200, page
        items += page["items"]
        cursor = page["next_cursor"]
    return items


def stored():
    """Every project as it stands in the database, past the server and all its rules."""
    sql = "SELECT id, code, name, unit, status, total_amount, contact_phone FROM p_compilation__project ORDER BY id"
    if DATABASE == "sqlite":
        with sqlite3.connect(f"file:{server.data}/onebudget.db?mode=ro", uri=True) as database:
            rows = database.execute(sql).fetchall()
    else:
        done = subprocess.run(["psql", "--csv", "-t", server.database.url, "-c", sql], capture_output=True, text=True, check=True)
        rows = list(csv.reader(io.StringIO(done.stdout)))
    return {str(row[0]): {"code": row[1], "name": row[2], "unit": str(row[3]), "status": row[4], "amount": int(row[5]), "phone": row[6]} for row in rows}


def ancestors(node):
    """The node itself and all above it, by parents alone."""
    while node:
        yield node
        node = tree.get(node["parent"])


def region_of(node):
    return next(above for above in ancestors(node) if above["kind"] == "region" or above["kind"] == "zone")


def department_of(node):
    return next((above["department_code"] for above in ancestors(node) if above["kind"] == "department"), "")


def admits(grant, row):
    unit, at = tree[row["unit"]], tree[grant["node"]]
    if grant["revoked"] or (grant["valid_from"] or "") > "2090" or (grant["valid_to"] or "9999") < "2026":
        return False
    within = {"self": unit["id"] == at["id"], "level": region_of(unit)["id"] == region_of(at)["id"] and at in ancestors(unit),
              "subtree": at in ancestors(unit)}[grant["reach"]]
    if not within or (grant["departments"] and department_of(unit) not in grant["departments"]):
        return False
    if grant["where"] and row["amount"] < 100_000_000:
        return False
    below = LEVELS[region_of(unit)["gov_level"]] > LEVELS[region_of(at)["gov_level"]]
    if at["kind"] in ("department", "unit") and unit["id"] != at["id"]:
        below = True
    return not below or row["status"] in VISIBLE_ABOVE


def expected(who, rows, unmasked=False):
    """Ids of what `who` must see; with `unmasked` only those of a grant that shows phone numbers too."""
    wanted = {"compilation.project.read"} | ({"compilation.project.unmask"} if unmasked else set())
    held = [grant for grant in grants[who] if wanted <= set(roles[grant["role_code"]])]
    return {record for record, row in rows.items() if any(admits(grant, row) for grant in held)}


class EveryWayOut(unittest.TestCase):
    maxDiff = 400

    def setUp(self):
        self.rows = stored()

    def each(self):
        for who in PEOPLE:
            with self.subTest(who=who):
                yield who, expected(who, self.rows)

    def ask(self, path, who):
        status, answer, _ = server.ask("GET", path, who=who)
        return status, answer

    def test_the_people_differ_enough_to_tell_something(self):
        seen = {who: frozenset(expected(who, self.rows)) for who in PEOPLE}
        self.assertGreaterEqual(len(set(seen.values())), 10)
        self.assertTrue(any(self.rows[record]["status"] == "draft" for record in seen[CLERK]))
        self.assertEqual([len(seen[who]) for who in ("late.comer", "gone.one", "nobody.yet")], [0, 0, 0])
        self.assertTrue(seen[f"budget-division.{COUNTY}"] < seen[f"budget-division.{CITY}"] | seen[f"budget-division.{COUNTY}"])

    def test_lists_page_by_page_and_counts(self):
        for who, wanted in self.each():
            status, answer = self.ask(f"{PROJECT}?limit=1&count=exact", who)
            if status == 403:
                self.assertEqual(wanted, set())
                continue
            self.assertEqual(answer["count"], len(wanted))
            for sort, limit in (("-total_amount,code", 37), ("name", 1000), ("unit,-id", 100)):
                listed = [item["id"] for item in pages(f"{PROJECT}?sort={sort}&fields=name", who, limit)]
                self.assertEqual((len(listed), set(listed)), (len(wanted), wanted))

    def test_sums_by_state_and_in_all(self):
        for who, wanted in self.each():
            status, answer = self.ask(f"{PROJECT}/aggregate?group=status&aggregate=count,sum:total_amount", who)
            if status == 403:
                self.assertEqual(wanted, set())
                continue
            sums = defaultdict(lambda: [0, 0])
            for record in wanted:
                sums[self.rows[record]["status"]][0] += 1
                sums[self.rows[record]["status"]][1] += self.rows[record]["amount"]
            told = {item["status"]: [item["count"], int(item["sum_total_amount"].replace(".", ""))] for item in answer["items"]}
            self.assertEqual(told, dict(sums))

    def test_exports_in_every_format(self):
        for who, wanted in self.each():
            codes = sorted(self.rows[record]["code"] for record in wanted)
            for form in ("csv", "xlsx", "jsonl"):
                status, data = self.ask(f"{PROJECT}/export?format={form}", who)
                if status == 403:
                    self.assertNotIn("compilation.project.export", [p for grant in grants[who] if admits(grant, next(iter(self.rows.values()))) for p in roles[grant["role_code"]]])
                    continue
                if form == "jsonl":
                    told = [json.loads(line)["code"] for line in data.decode().splitlines()]
                else:
                    table = workbook.read(data)[0] if form == "xlsx" else list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
                    told = [line[0] for line in table[1:]]
                self.assertEqual(sorted(told), codes, form)

    def test_searches_and_filters(self):
        for who, wanted in self.each():
            for text in ("培训", "教育局", "0"):
                status, answer = self.ask(f"{PROJECT}?q={quote(text)}&limit=1000&fields=code", who)
                if status == 200:
                    self.assertEqual({item["id"] for item in answer["items"]}, {r for r in wanted if text in self.rows[r]["name"] or text in self.rows[r]["code"]}, text)
            status, answer = self.ask(f"{PROJECT}?filter={quote('total_amount=ge=1000000.00;status==draft')}&limit=1000", who)
            if status == 200:
                self.assertEqual({item["id"] for item in answer["items"]}, {r for r in wanted if self.rows[r]["amount"] >= 100_000_000 and self.rows[r]["status"] == "draft"})

    def test_one_by_one_what_is_not_seen_does_not_exist(self):
        for who, wanted in self.each():
            unseen = [record for record in self.rows if record not in wanted]
            for record in sorted(wanted)[::max(1, len(wanted) // 6)]:
                self.assertEqual(self.ask(f"{PROJECT}/{record}", who)[0], 200)
                self.assertEqual(self.ask(f"{PROJECT}/{record}/history", who)[0], 200)
            for record in unseen[::max(1, len(unseen) // 12)]:
                etag = {"If-Match": '"1"'}
                for method, path, body in (("GET", "", None), ("GET", "/history", None), ("PATCH", "", {"plan": "x"}), ("DELETE", "", None), ("POST", "/transitions/submit", {}),
                                           ("POST", "/transitions/approve", {})):
                    status, answer, _ = server.ask(method, f"{PROJECT}/{record}{path}", body, who, None if method == "GET" else etag)
                    if server.ask("GET", f"{PROJECT}?limit=1", who=who)[0] == 403:
                        self.assertIn(status, (403, 404), (path, answer))
                    else:
                        self.assertEqual(status, 404, (method, path, answer))

    def test_phone_numbers_are_whole_only_for_whom_a_grant_unmasks_them(self):
        for who, wanted in self.each():
            if not wanted:
                continue
            whole = expected(who, self.rows, unmasked=True)
            for item in pages(f"{PROJECT}?fields=contact_phone", who, 1000):
                self.assertEqual(item["contact_phone"] == self.rows[item["id"]]["phone"], item["id"] in whole, item)

    def test_labels_tell_no_more_than_the_rows_themselves(self):
        for who, wanted in self.each():
            status, answer = self.ask(f"{PROJECT}?expand=labels&limit=1000", who)
            if status == 200:
                self.assertEqual({item["id"] for item in answer["items"]}, wanted)
                names = {node["name"] for node in tree.values()}
                self.assertTrue(all(item.get("unit__label", next(iter(names))) in names for item in answer["items"]))

    def test_the_explanation_agrees_with_the_answer(self):
        sample = list(self.rows)[::max(1, len(self.rows) // 15)]
        for who, wanted in self.each():
            for record in sample:
                told = server.ask("GET", f"/system/grant/explain?user={who}&permission=compilation.project.read&record=compilation/project/{record}", who="secadmin")[1]
                self.assertEqual(told["allowed"], record in wanted, (record, told))

    def test_the_schema_offers_what_the_role_has(self):
        steps = json.loads((SOURCE / "plugins/compilation/entities/project.json").read_text(encoding="utf-8"))["states"]["transitions"]
        for who, _ in self.each():
            can = server.ask("GET", f"{PROJECT}/schema", who=who)[1]["can"]
            live = [grant for grant in grants[who] if not (grant["valid_from"] or "") > "2090" and not (grant["valid_to"] or "9999") < "2026"]
            held = {permission for grant in live for permission in roles[grant["role_code"]]}
            for verb in ("create", "read", "update", "delete", "import", "export"):
                self.assertEqual(can[verb], f"compilation.project.{verb}" in held, verb)
            self.assertEqual(set(can["transitions"]), {step["name"] for step in steps if f"compilation.project.{step['permission']}" in held})


class Listener(threading.Thread):
    """One open event stream; `seen` are the ids of changed records, in order."""

    def __init__(self, who):
        super().__init__(daemon=True)
        self.who, self.seen, self.news = who, [], threading.Condition()
        request = urllib.request.Request(server.url + "/api/v1/events", headers={"Authorization": "Bearer " + server.token(who)})
        self.stream = urllib.request.urlopen(request)
        self.start()

    def run(self):
        try:
            for line in self.stream:
                if line.startswith(b"data:") and b'"id"' in line:
                    with self.news:
                        self.seen.append(json.loads(line[5:])["id"])
                        self.news.notify_all()
        except (OSError, ValueError, AttributeError):
            return

    def until(self, record):
        """Everything told up to the record, which everybody may see."""
        with self.news:
            if not self.news.wait_for(lambda: record in self.seen, timeout=60):
                raise AssertionError(f"{self.who} was never told of {record}: {self.seen}")
            return set(self.seen[:self.seen.index(record)])


class Drafts(unittest.TestCase):
    def sentinel(self):
        """A public row: its change is everybody's to know, and comes after what came before."""
        self.number = getattr(self, "number", 0) + 1
        status, made, _ = server.ask("POST", "/standards/zone", {"code": f"3205839{self.number:02}", "name": "探针", "parent_code": COUNTY, "edition": 1}, "standards-editor")
        if status != 201:
            raise AssertionError(made)
        return made["id"]

    def test_a_draft_is_told_to_nobody_above_and_its_submission_to_all_who_may_see_it(self):
        listeners = [Listener(who) for who in (CLERK, OTHER, PROVINCE, f"budget-division.{CITY}", "nobody.yet", "big.money", "two.posts", "auditadmin")]
        status, made, headers = server.ask("POST", PROJECT, project_body(server, CLERK, COUNTY, design_basis="条例", performance_goal="目标"), CLERK)
        self.assertEqual(status, 201, made)
        marker = self.sentinel()
        for listener in listeners:
            told = listener.until(marker)
            self.assertEqual(made["id"] in told, listener.who in (CLERK, "two.posts"), listener.who)
        record_papers(server, made["id"], CLERK)
        self.assertEqual(server.ask("POST", f"{PROJECT}/{made['id']}/transitions/submit", {}, CLERK, {"If-Match": headers["ETag"]})[0], 200)
        marker = self.sentinel()
        for listener in listeners:
            told = listener.until(marker)
            self.assertEqual(made["id"] in told, listener.who in (CLERK, "two.posts", PROVINCE, f"budget-division.{CITY}"), listener.who)

    def test_a_right_taken_back_is_gone_with_the_next_request(self):
        grant = server.ask("POST", "/system/grant", {"username": "nobody.yet", "role_code": "read_only_auditor", "node_code": COUNTY, "reach": "level"}, "secadmin")[1]
        self.assertGreater(server.ask("GET", f"{PROJECT}?limit=1&count=exact", who="nobody.yet")[1]["count"], 0)
        self.assertEqual(server.ask("DELETE", f"/system/grant/{grant['id']}", who="secadmin")[0], 204)
        status, answer, _ = server.ask("GET", f"{PROJECT}?limit=1&count=exact", who="nobody.yet")
        self.assertTrue(status == 403 or answer["count"] == 0, answer)


if __name__ == "__main__":
    unittest.main(verbosity=2)
