#!/usr/bin/env python3
"""A unit goes to another department of its county, with all its records: at no moment does anybody see too much, and a kill in between costs nothing.

Usage: tree_test.py sqlite|postgresql
"""
import contextlib
import json
import sqlite3
import subprocess
import sys
import time
import unittest

from support import database_from, start_with_demo

COUNTY, CITY, DEPARTMENT = "320583000", "320500000", "106"
UNIT = f"{COUNTY}-106001"
CLERK, FINANCE, PROVINCE = f"unit-clerk.{COUNTY}.106001", f"finance-division.{COUNTY}", "budget-division.320000000"
OLD, NEW = f"department-reviewer.{COUNTY}.{DEPARTMENT}", f"department-reviewer.{CITY}.{DEPARTMENT}"
PROJECT = "/compilation/project"
TRIES = 1200
DATABASE = database_from(sys.argv)


def setUpModule():
    global server
    server = start_with_demo(DATABASE)


def tearDownModule():
    server.stop()


def sql(*statements):
    if server.database:
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", server.database.url, "-c", ";".join(statements)], check=True)
        return
    with contextlib.closing(sqlite3.connect(server.data / "onebudget.db", timeout=60)) as database, database:
        for statement in statements:
            database.execute(statement)


def hold_rows_back():
    """The database lets no project change its place: the move stops in the middle."""
    if server.database:
        sql("CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'held back'; END $$",
            "CREATE TRIGGER hold BEFORE UPDATE OF owner_path ON p_compilation__project FOR EACH ROW EXECUTE FUNCTION hold()")
    else:
        sql("CREATE TRIGGER hold BEFORE UPDATE OF owner_path ON p_compilation__project BEGIN SELECT RAISE(ABORT, 'held back'); END")


def let_rows_go():
    """And the job's lease and pause are over, as they would be some minutes later."""
    sql("DROP TRIGGER hold" + (" ON p_compilation__project" if server.database else ""),
        "UPDATE ob_job SET run_at_ms = 0, held_until_ms = 0 WHERE kind = 'kernel.node_move'")


class Tree(unittest.TestCase):
    def move(self, node, parent, who="sysadmin", **more):
        version = server.ask("GET", f"/system/node/{node['id']}", who=who)[1]["version"]
        return server.ask("POST", f"/system/node/{node['id']}/move", {"parent_code": parent, **more}, who, {"If-Match": f'"{version}"'})

    def until(self, job, *states):
        for _ in range(TRIES):
            found = server.ask("GET", f"/system/job/{job}", who="sysadmin")[1]
            if found["state"] in states:
                return found
            time.sleep(0.05)
        self.fail(f"the job is still {found}")

    def seen(self, who):
        unit = server.node(UNIT, PROVINCE)["id"]
        return server.ask("GET", f"{PROJECT}?limit=1&count=exact&filter=unit=={unit}", who=who)[1]["count"]

    def other(self):
        county = server.node(COUNTY, PROVINCE)
        departments = server.ask("GET", f"/system/node?parent={county['id']}&kind=department&limit=100", who=PROVINCE)[1]["items"]
        return next(d for d in departments if d["department_code"] != DEPARTMENT)

    def test_1_what_cannot_be_is_refused_at_once(self):
        unit, department, county = (server.node(code, "sysadmin") for code in (UNIT, f"{COUNTY}-{DEPARTMENT}", COUNTY))
        self.assertEqual(self.move(unit, department["code"], who="secadmin")[0], 403)
        for node, parent, code in ((county, UNIT, "node.cycle"), (department, UNIT, "node.cycle"), (unit, department["code"], "node.same"),
                                   (unit, COUNTY, "node.kind"), (county, "nowhere", "field.reference")):
            status, problem, _ = self.move(node, parent)
            self.assertEqual((status, problem["errors"][0]["code"]), (422, code), problem)
        self.assertEqual(self.move(unit, CITY, **{"from": "soon"})[1]["errors"][0]["field"], "/from")
        path = f"/system/node/{unit['id']}/move"
        self.assertEqual(server.problem("POST", path, {"parent_code": CITY}, "sysadmin")[0], 428)
        self.assertEqual(server.problem("POST", path, {"parent_code": CITY}, "sysadmin", {"If-Match": '"99"'})[0], 412)

    def test_2_a_move_from_a_day_to_come_waits_and_can_be_called_off(self):
        unit, other = server.node(UNIT, "sysadmin"), self.other()
        status, answer, _ = self.move(unit, other["code"], **{"from": "2099-01-01"})
        self.assertEqual(status, 202, answer)
        self.assertEqual(self.until(answer["job"], "waiting")["kind"], "kernel.node_move")
        self.assertEqual(server.ask("POST", f"/system/job/{answer['job']}/cancel", {}, "sysadmin")[0], 200)
        self.assertEqual(server.node(UNIT, "sysadmin")["path"], unit["path"])

    def test_3_a_move_killed_halfway_goes_on_and_shows_too_much_to_nobody(self):
        other = self.other()
        scope = server.ask("GET", "/session", who=OLD)[1]["scopes"][0]
        grant = {"username": NEW, "role_code": scope["role"], "node": other["id"], "reach": scope["reach"]}
        self.assertEqual(server.ask("POST", "/system/grant", grant, "secadmin")[0], 201)
        before = self.seen(CLERK)
        self.assertGreater(before, 0)
        visible = self.seen(OLD)
        self.assertGreater(visible, 0)
        self.assertEqual(self.seen(NEW), 0)
        province = self.seen(PROVINCE)
        hold_rows_back()
        status, answer, _ = self.move(server.node(UNIT, "sysadmin"), other["code"])
        self.assertEqual(status, 202, answer)
        for _ in range(TRIES):
            if server.node(UNIT, "sysadmin")["path"].startswith(other["path"]):
                break
            time.sleep(0.05)
        for _ in range(2):  # while the job tries, and after a kill
            self.assertEqual([self.seen(who) for who in (OLD, NEW, CLERK)], [0, 0, 0])
            self.assertEqual(self.seen(PROVINCE), province)
            self.assertEqual(self.move(server.node(CITY, "sysadmin"), "320000000")[0], 409)
            server.kill()
            server.start()
        server.kill()
        let_rows_go()
        server.start()
        done = self.until(answer["job"], "done", "failed")
        self.assertEqual((done["state"], done["result"]["rows"] >= before), ("done", True), done)
        self.assertEqual([self.seen(who) for who in (OLD, NEW, CLERK, PROVINCE)], [0, visible, before, province])
        row = server.ask("GET", f"{PROJECT}?limit=1&filter=unit=={server.node(UNIT, PROVINCE)['id']}", who=CLERK)[1]["items"][0]
        self.assertEqual(server.ask("GET", f"{PROJECT}/{row['id']}", who=NEW)[0] in (200, 404), True)
        lines = server.ask("GET", "/system/audit?action=access.node_move&limit=10", who="auditadmin")[1]["items"]
        self.assertEqual([(line["action"], line["actor_name"]) for line in lines], [("access.node_moved", "sysadmin"), ("access.node_move", "sysadmin")])
        self.assertTrue(server.ask("GET", "/system/audit/verify", who="auditadmin")[1]["ok"])

    def test_4_the_command_line_moves_it_back(self):
        code, out, said = server.ctl("--json", "node", "move", UNIT, "--to", f"{COUNTY}-{DEPARTMENT}", who="sysadmin")
        self.assertEqual(code, 0, out + said)
        self.assertEqual(self.until(json.loads(out)["job"], "done", "failed")["state"], "done")
        self.assertGreater(self.seen(OLD), 0)
        self.assertEqual(server.ctl("node", "move", UNIT, "--to", UNIT, who="sysadmin")[0], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
