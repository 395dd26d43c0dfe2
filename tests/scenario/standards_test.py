#!/usr/bin/env python3
"""A list changes by a new edition that a second person approves; a rule pack is tried before it rules; codes are counted once, by however many at a time.

Usage: standards_test.py sqlite|postgresql
"""
import sys
import threading
import unittest

from support import database_from, project_body, start_with_demo

COUNTY = "320583000"
CLERK, HEAD, PROVINCE, EDITOR, APPROVER = f"unit-clerk.{COUNTY}.106001", f"unit-head.{COUNTY}.106001", "budget-division.320000000", "standards-editor", "standards-approver"
PROJECT, KINDS = "/compilation/project", "/standards/fund-kind"
CLERKS, EACH = 8, 6
DATABASE = database_from(sys.argv)


def setUpModule():
    global server
    server = start_with_demo(DATABASE)


def tearDownModule():
    server.stop()


class A1Numbering(unittest.TestCase):
    """First of all: the very first codes under a prefix are the ones that are counted together."""

    def test_clerks_who_count_at_once_get_codes_of_their_own_one_after_the_other(self):
        codes, wrong, together = [], [], threading.Barrier(CLERKS)
        body = project_body(server, CLERK, COUNTY)
        server.token(CLERK)

        def declare():
            together.wait()
            for _ in range(EACH):
                status, made, _ = server.ask("POST", PROJECT, body, CLERK)
                (codes if status == 201 else wrong).append(made.get("code"))

        clerks = [threading.Thread(target=declare) for _ in range(CLERKS)]
        for clerk in clerks:
            clerk.start()
        for clerk in clerks:
            clerk.join()
        self.assertEqual(wrong, [])
        self.assertEqual(len(set(codes)), CLERKS * EACH)
        serials = sorted(int(code[9:]) for code in codes)
        self.assertLess(serials[-1] - serials[0], 1000, serials)
        self.assertEqual({len(code) for code in codes}, {21})

    def test_a_code_given_by_hand_is_counted_on_from_and_a_gap_refuses_nobody(self):
        body = project_body(server, CLERK, COUNTY, category="operating")
        first = server.ask("POST", PROJECT, body, CLERK)[1]["code"]
        given = first[:-12] + f"{int(first[-12:]) + 500:012}"
        self.assertEqual(server.ask("POST", PROJECT, {**body, "code": given}, CLERK)[0], 201)
        after = server.ask("POST", PROJECT, body, CLERK)
        self.assertEqual(after[0], 201)
        self.assertGreater(after[1]["code"], given)
        status, problem, _ = server.ask("POST", PROJECT, {**body, "code": given}, CLERK)
        self.assertIn(status, (409, 422), problem)
        record, headers = server.ask("POST", PROJECT, body, CLERK)[1:]
        self.assertEqual(server.ask("DELETE", f"{PROJECT}/{record['id']}", who=CLERK, headers={"If-Match": headers["ETag"]})[0], 204)
        self.assertEqual(server.ask("POST", PROJECT, body, CLERK)[0], 201)


class Editions(unittest.TestCase):
    def move(self, record, etag, name, who, comment="同意"):
        status, answer, headers = server.ask("POST", f"{KINDS}/{record}/transitions/{name}", {"comment": comment}, who, {"If-Match": etag})
        return status, answer, headers["ETag"]

    def test_a_change_is_a_new_edition_and_needs_a_second_person(self):
        old = server.first(KINDS, "code==1;status==in_force", EDITOR)
        status, problem, _ = server.ask("PATCH", f"{KINDS}/{old['id']}", {"name": "改名"}, EDITOR, {"If-Match": f'"{old["version"]}"'})
        self.assertIn(status, (403, 409, 422), problem)
        self.assertNotIn(server.ask("DELETE", f"{KINDS}/{old['id']}", who=EDITOR, headers={"If-Match": f'"{old["version"]}"'})[0], (200, 204))
        self.assertEqual(server.ask("POST", f"/standards/revise/fund-kind/{old['id']}", {}, CLERK)[0], 403)
        status, made, _ = server.ask("POST", f"/standards/revise/fund-kind/{old['id']}", {}, EDITOR)
        self.assertEqual((status, made["edition"]), (201, old["edition"] + 1), made)
        self.assertIn(server.ask("POST", f"/standards/revise/fund-kind/{old['id']}", {}, EDITOR)[0], (409, 422))
        path = f"{KINDS}/{made['id']}"
        etag = server.ask("GET", path, who=EDITOR)[2]["ETag"]
        etag = server.ask("PATCH", path, {"name": "一般公共预算资金（新）"}, EDITOR, {"If-Match": etag})[2]["ETag"]
        status, answer, etag = self.move(made["id"], etag, "submit", EDITOR)
        self.assertEqual(status, 200, answer)
        self.assertEqual(server.first(KINDS, "code==1;status==in_force", CLERK)["id"], old["id"])
        self.assertEqual(server.ask("POST", f"{path}/transitions/approve", {}, EDITOR, {"If-Match": etag})[0], 403)
        grant = server.ask("POST", "/system/grant", {"username": EDITOR, "role_code": "standards_approver", "node_code": "320000000", "reach": "subtree"}, "secadmin")
        if grant[0] == 201:  # with both posts in one hand the maker still may not approve
            status, code, _ = server.problem("POST", f"{path}/transitions/approve", {}, EDITOR, {"If-Match": etag})
            self.assertIn(status, (403, 409, 422), code)
            self.assertEqual(server.ask("DELETE", f"/system/grant/{grant[1]['id']}", who="secadmin")[0], 204)
        status, answer, _ = self.move(made["id"], etag, "approve", APPROVER)
        self.assertEqual((status, answer["status"]), (200, "in_force"), answer)
        self.assertEqual(server.ask("GET", f"{KINDS}/{old['id']}", who=CLERK)[1]["status"], "superseded")
        self.assertEqual(server.ask("GET", f"{KINDS}?count=exact&filter=code%3D%3D1%3Bstatus%3D%3Din_force", who=CLERK)[1]["count"], 1)
        kept = server.first(PROJECT, f"fund_kind=={old['id']}", PROVINCE)
        self.assertEqual(server.ask("GET", f"{PROJECT}/{kept['id']}?expand=labels", who=PROVINCE)[0], 200)
        status, problem, _ = server.ask("POST", PROJECT, project_body(server, CLERK, COUNTY, fund_kind=old["id"]), CLERK)
        self.assertEqual((status, problem["errors"][0]["field"]), (422, "/fund_kind"))
        self.assertEqual(server.ask("POST", PROJECT, project_body(server, CLERK, COUNTY, fund_kind=made["id"]), CLERK)[0], 201)

    def test_what_is_returned_goes_back_with_a_reason_and_rules_nothing(self):
        old = server.first(KINDS, "code==2;status==in_force", EDITOR)
        made = server.ask("POST", f"/standards/revise/fund-kind/{old['id']}", {}, EDITOR)[1]
        etag = server.ask("GET", f"{KINDS}/{made['id']}", who=EDITOR)[2]["ETag"]
        _, _, etag = self.move(made["id"], etag, "submit", EDITOR)
        status, problem, _ = server.ask("POST", f"{KINDS}/{made['id']}/transitions/return", {}, APPROVER, {"If-Match": etag})
        self.assertEqual(status, 422, problem)
        self.assertEqual(self.move(made["id"], etag, "return", APPROVER, "依据不足")[1]["status"], "draft")
        self.assertEqual(server.ask("GET", f"{KINDS}/{old['id']}", who=CLERK)[1]["status"], "in_force")


class RulePacks(unittest.TestCase):
    def test_a_pack_that_contradicts_itself_is_refused_by_rule(self):
        finding = {"zh": "有误", "en": "wrong"}
        before = server.trace(PROVINCE, "/standards/rule-pack")
        for filters, place in ((("total_amount=lt=100.00;total_amount=gt=200.00",), "/rules/0/filter"),
                               (("category==specific", "total_amount=ge=100.00", "total_amount=lt=100.00"), "/rules/2/filter"),
                               (("location=null=true", "location=null=false"), "/rules/1/filter")):
            rules = [{"id": f"r{number}", "filter": one, "finding": finding} for number, one in enumerate(filters)]
            body = {"code": "torn_pack", "name": "自相矛盾", "target_entity": "compilation.project", "rules": rules, "edition": 1}
            told = server.ask("POST", "/standards/rule-pack", body, EDITOR)[1]["errors"]
            self.assertEqual([(error["code"], error["field"]) for error in told], [("standards.rule_pack_conflict", place)])
            self.assertIn(f"r{len(filters) - 1}", told[0]["message"])
            self.assertTrue(told[0]["remedy"])
            server.problem("POST", "/standards/rule-pack", body, EDITOR)
        self.assertEqual(server.trace(PROVINCE, "/standards/rule-pack"), before)

    def test_a_preview_finds_what_the_filter_finds_among_what_the_caller_sees_and_changes_nothing(self):
        rules = [{"id": "big", "filter": "total_amount=ge=1000000.00", "finding": {"zh": "金额较大", "en": "large"}},
                 {"id": "none", "filter": "total_amount=lt=0.00", "finding": {"zh": "负数", "en": "negative"}}]
        status, made, headers = server.ask("POST", "/standards/rule-pack", {"code": "trial_pack", "name": "试行规则", "target_entity": "compilation.project", "rules": rules, "edition": 1}, EDITOR)
        self.assertEqual(status, 201, made)
        before = server.trace(PROVINCE, PROJECT, "/standards/rule-pack")
        status, told, _ = server.ask("POST", f"/standards/rule-pack/{made['id']}/preview", {}, PROVINCE)
        self.assertEqual((status, told["target"]), (200, "compilation.project"), told)
        seen = server.ask("GET", f"{PROJECT}?limit=1&count=exact&filter=total_amount%3Dge%3D1000000.00", who=PROVINCE)[1]["count"]
        self.assertEqual([(rule["state"], rule["found"]) for rule in told["rules"]], [("run", seen), ("run", 0)])
        self.assertEqual(server.trace(PROVINCE, PROJECT, "/standards/rule-pack"), before)
        self.assertEqual(server.ask("POST", f"/standards/rule-pack/{made['id']}/preview", {}, CLERK)[0], 403)
        self.assertEqual(server.ask("POST", "/standards/rule-pack/999999/preview", {}, PROVINCE)[0], 404)
        self.assertTrue(headers["ETag"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
