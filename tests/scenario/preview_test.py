#!/usr/bin/env python3
"""What would this person see: an administrator looks through somebody's eyes, and sees nothing by it that is not their own to see.

Usage: preview_test.py sqlite|postgresql
"""
import json
import sys
import unittest

from support import Interface, database_from, start_with_demo

COUNTY, CITY = "320583000", "320500000"
CLERK, HEAD, BUDGET = f"unit-clerk.{COUNTY}.106001", f"unit-head.{COUNTY}.106001", f"budget-division.{COUNTY}"
CITY_BUDGET, PROVINCE = f"budget-division.{CITY}", "budget-division.320000000"
PROJECT = "/compilation/project"
PREVIEW = "/system/grant/preview"
DATABASE = database_from(sys.argv)


def setUpModule():
    global server, interface
    server = start_with_demo(DATABASE)
    interface = Interface(server, "secadmin")
    # A leader who may look into grants below: at the county, and reads there without seeing phone numbers.
    role = {"code": "seer", "title": {"zh": "查看", "en": "Seer"}, "permissions": ["system.grant.read", "compilation.project.read"]}
    assert server.ask("POST", "/system/role", role, "secadmin")[0] == 201
    for who in (f"supervision-division.{COUNTY}", f"supervision-division.{CITY}"):
        grant = {"username": who, "role_code": "seer", "node_code": who.split(".")[1], "reach": "subtree"}
        assert server.ask("POST", "/system/grant", grant, "secadmin")[0] == 201


def tearDownModule():
    server.stop()


SEER, CITY_SEER = f"supervision-division.{COUNTY}", f"supervision-division.{CITY}"


class Preview(unittest.TestCase):
    def preview(self, user, who, **more):
        status, answer, _ = server.ask("GET", f"{PREVIEW}?user={user}" + "".join(f"&{k}={v}" for k, v in more.items()), who=who)
        self.assertEqual(interface.wrong("GET", PREVIEW, status, answer), [], str(answer)[:500])
        self.assertEqual(status, 200, answer)
        return answer

    def projects(self, who):
        return {item["id"]: item for item in server.ask("GET", f"{PROJECT}?limit=1000", who=who)[1]["items"]}

    def test_the_security_administrator_sees_grants_and_verbs_but_no_rows(self):
        answer = self.preview(CLERK, "secadmin")
        self.assertEqual(answer["user"]["username"], CLERK)
        self.assertEqual([(g["role_code"], g["reach"], g["in_force"]) for g in answer["grants"]], [("unit_clerk", answer["grants"][0]["reach"], True)])
        told = {one["entity"]: one for one in answer["entities"]}
        can = server.ask("GET", f"{PROJECT}/schema", who=CLERK)[1]["can"]
        self.assertEqual(told["compilation.project"]["can"], can)
        self.assertTrue(all(one["rows"] is None for one in answer["entities"]))
        self.assertTrue(told["standards.region"]["public"])
        self.assertIsNone(self.preview(CLERK, "secadmin", entity="compilation/project")["entities"][0]["rows"])
        public = self.preview(CLERK, "secadmin", entity="standards/fund-kind", limit=3)["entities"]
        self.assertEqual(([one["entity"] for one in public], len(public[0]["rows"]["items"])), (["standards.fund_kind"], 3))

    def test_rows_are_those_that_both_see(self):
        for person, who in ((CLERK, SEER), (BUDGET, SEER), (BUDGET, CITY_SEER), (CITY_BUDGET, CITY_SEER)):
            both = self.projects(person).keys() & self.projects(who).keys()
            rows = self.preview(person, who, entity="compilation/project", limit=50)["entities"][0]["rows"]
            self.assertEqual((rows["count"], len(rows["items"])), (len(both), min(50, len(both))), (person, who))
            self.assertLessEqual({item["id"] for item in rows["items"]}, both)
        self.assertGreater(len(self.projects(CLERK).keys() & self.projects(SEER).keys()), 0)
        self.assertLess(len(self.projects(BUDGET).keys() & self.projects(CITY_SEER).keys()), len(self.projects(BUDGET)))

    def test_what_either_sees_masked_is_masked(self):
        own, seer = self.projects(CLERK), self.projects(SEER)
        shown = self.preview(CLERK, SEER, entity="compilation/project", limit=50)["entities"][0]["rows"]["items"]
        different = [item["id"] for item in shown if own[item["id"]]["contact_phone"] != seer[item["id"]]["contact_phone"]]
        self.assertTrue(different, "the clerk sees phones that the leader does not")
        for item in shown:
            self.assertEqual(item["contact_phone"], seer[item["id"]]["contact_phone"])

    def test_of_one_record_it_is_told_whether_it_shows_and_why(self):
        mine, foreign = next(iter(self.projects(CLERK))), next(iter(self.projects(CITY_BUDGET).keys() - self.projects(CLERK).keys()))
        told = self.preview(CLERK, "secadmin", record=f"compilation/project/{mine}")["record"]
        self.assertEqual((told["sees"], told["value"]), (True, None))
        told = self.preview(CLERK, "secadmin", record=f"compilation/project/{foreign}")["record"]
        self.assertEqual((told["sees"], told["value"]), (False, None))
        self.assertTrue(all(reason["zh"] and reason["en"] for reason in told["reasons"]))
        told = self.preview(CLERK, SEER, record=f"compilation/project/{mine}")["record"]
        self.assertEqual((told["sees"], told["value"]["id"]), (True, mine))
        hidden = next(iter(self.projects(CITY_BUDGET).keys() - self.projects(SEER).keys()))
        self.assertEqual(server.problem("GET", f"{PREVIEW}?user={CLERK}&record=compilation/project/{hidden}", who=SEER)[:2], (404, "http.not_found"))
        public = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
        told = self.preview(CLERK, "secadmin", record=f"standards/fund-kind/{public}")["record"]
        self.assertEqual((told["sees"], told["value"]["id"]), (True, public))
        told = server.ask("GET", f"/system/grant/explain?user={CLERK}&permission=standards.fund_kind.read&record=standards/fund-kind/{public}", who="secadmin")[1]
        self.assertEqual((told["allowed"], told["grants"]), (True, []))

    def test_nobody_looks_at_people_outside_their_reach(self):
        for person in (CITY_BUDGET, PROVINCE, CITY_SEER):
            self.assertEqual(server.problem("GET", f"{PREVIEW}?user={person}", who=SEER)[:2], (403, "access.preview_outside"))
        self.assertEqual(server.problem("GET", f"{PREVIEW}?user={CLERK}", who=BUDGET)[:2], (403, "http.forbidden"))
        self.assertEqual(server.problem("GET", f"{PREVIEW}?user=nobody", who="secadmin")[0], 422)
        for wrong in ("&entity=no/thing", "&record=no/thing/1", "&record=1", "&limit=51", "&other=1"):
            self.assertIn(server.problem("GET", f"{PREVIEW}?user={CLERK}{wrong}", who="secadmin")[0], (400, 404), wrong)

    def test_every_look_is_kept_in_the_audit(self):
        user = self.preview(CLERK, SEER, entity="compilation/project")["user"]["id"]
        entry = server.ask("GET", f"/system/audit?action=access.preview&subject_id={user}&limit=1", who="auditadmin")[1]["items"][0]
        self.assertEqual((entry["actor_name"], json.loads(entry["detail"])), (SEER, {"entity": "compilation/project", "record": ""}))
        server.ask("GET", f"{PREVIEW}?user={PROVINCE}", who=SEER)
        denied = server.ask("GET", "/system/audit?action=http.denied&limit=20", who="auditadmin")[1]["items"]
        self.assertIn("access.preview_outside", [entry["reason"] for entry in denied])


if __name__ == "__main__":
    unittest.main()
