#!/usr/bin/env python3
"""The days that the law gives a budget: the notice, the draft, publications and transfers are recorded with day and document, held against
dated policy values, and judged by today while nobody recorded them.

Usage: statutory_test.py sqlite|postgresql
"""
import datetime
import sys
import unittest

from support import WITHOUT_WORKFLOW, database_from, demo_year, start_with_demo, today

COUNTY = "320583000"
CLERK, BUDGET, LEADER = f"unit-clerk.{COUNTY}.106001", f"budget-division.{COUNTY}", f"finance-leader.{COUNTY}"
AUDITOR, PROVINCE, EDITOR, APPROVER = f"read-only-auditor.{COUNTY}", "budget-division.320000000", "standards-editor", "standards-approver"
DATABASE = database_from(sys.argv)
YEAR = demo_year()
ACT, CALENDAR = "/compilation/statutory-act", "/compilation/statutory-calendar"


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings=WITHOUT_WORKFLOW, year=YEAR)


def tearDownModule():
    server.stop()


def ago(days):
    return str(today() - datetime.timedelta(days=days))


class Statutory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.region = server.node(COUNTY, BUDGET)["id"]

    def calendar(self, who=BUDGET, region=None, year=YEAR):
        told = server.well(200, "GET", f"{CALENDAR}?region={region or self.region}&year={year}", None, who)
        return {(item["kind"], item["subject"]): item for item in told["items"]}

    def stands(self, kind, subject="", **more):
        item = self.calendar(**more)[(kind, subject)]
        return item["state"], item["due_on"], item["late_days"]

    def body(self, kind, **more):
        return {"region": self.region, "fiscal_year": YEAR, "kind": kind, **more}

    def recorded(self, path, status=200):
        etag = server.ask("GET", path, who=BUDGET)[2]["ETag"]
        told = server.well(status, "POST", f"{path}/transitions/record", {}, BUDGET, {"If-Match": etag})
        return [(error["code"], error["field"]) for error in told["errors"]] if status == 422 else told

    def change(self, path, **changes):
        server.well(200, "PATCH", path, changes, BUDGET, {"If-Match": server.ask("GET", path, who=BUDGET)[2]["ETag"]})

    def test_1_the_notice_is_overdue_until_it_is_on_record_and_late_ever_after(self):
        last = datetime.date(YEAR - 1, 6, 30)
        self.assertEqual(self.stands("notice"), ("overdue", str(last), (today() - last).days))
        self.assertEqual(server.problem("POST", ACT, self.body("notice", done_on=ago(-1)), BUDGET), (422, "records.invalid", ["/done_on"]))
        act = f"{ACT}/{server.made(ACT, self.body('notice', done_on=f'{YEAR - 1}-07-02'), BUDGET)}"
        self.assertEqual(self.stands("notice")[0], "overdue", "a draft says nothing yet")
        self.assertEqual(self.recorded(act, 422), [("compilation.statutory_act", "/document_no"), ("compilation.statutory_act", "/late_reason")])
        self.change(act, document_no=f"昆财预〔{YEAR - 1}〕18号", late_reason="等待上级通知")
        self.recorded(act)
        row = server.get(act, BUDGET)
        self.assertEqual((row["status"], row["due_on"], row["late_days"]), ("recorded", str(last), 2))
        self.assertEqual(self.stands("notice"), ("late", str(last), 2))
        self.assertEqual(server.ask("POST", ACT, self.body("notice"), BUDGET)[0], 409, "one record of a matter")
        etag = server.ask("GET", act, who=BUDGET)[2]["ETag"]
        self.assertEqual(server.ask("PATCH", act, {"late_reason": "x"}, BUDGET, {"If-Match": etag})[0], 409, "what is on record is corrected, with a reason")
        self.assertEqual(server.ask("POST", f"{act}/transitions/correct", {"comment": ""}, BUDGET, {"If-Match": etag})[0], 422)

    def test_2_the_draft_is_due_before_the_session_and_publication_behind_the_approval(self):
        self.assertEqual((self.stands("session")[0], self.stands("draft"), self.stands("publish_government")[0]), ("waiting", ("due", None, 0), "waiting"))
        session = f"{ACT}/{server.made(ACT, self.body('session', done_on=ago(-40), document_no='会议通知'), BUDGET)}"
        self.recorded(session)
        self.assertEqual(self.stands("draft"), ("due", ago(-10), 0))
        approval = server.made("/compilation/congress-approval", {"region": self.region, "fiscal_year": YEAR, "session": "第五次会议", "document_no": "决议1号",
                                                                  "approved_on": ago(25), "draft_sent_on": ago(56), "fund_1": "100000.00"}, BUDGET)
        self.assertEqual(self.stands("publish_government")[0], "waiting", "nobody confirmed the approval")
        server.move(f"/compilation/congress-approval/{approval}", "confirm", LEADER)
        self.assertEqual(self.stands("draft"), ("done", ago(55), 0))
        self.assertEqual(self.stands("reserve"), ("due", None, 0), "the reserve is a part of the approval, and not recorded")
        self.assertEqual(self.stands("publish_government"), ("overdue", ago(5), 5))
        self.assertEqual((self.stands("general_transfer"), self.stands("special_transfer")), (("due", ago(-5), 0), ("due", ago(-35), 0)))
        self.assertEqual(self.stands("publish_government", who=AUDITOR), ("overdue", ago(5), 5), "the auditor sees what is missing")
        value = server.made("/compilation/policy-value", {"code": "publish_days", "value": "40", "valid_from": f"{YEAR}-01-01", "note": "试验"}, EDITOR)
        server.move(f"/compilation/policy-value/{value}", "approve", APPROVER)
        self.assertEqual(self.stands("publish_government"), ("due", ago(-15), 0), "the days are dated data")
        act = f"{ACT}/{server.made(ACT, self.body('publish_government', done_on=ago(0), document_no='https://www.ks.gov.cn/ys'), BUDGET)}"
        self.recorded(act)
        self.assertEqual(self.stands("publish_government"), ("done", ago(-15), 0))
        self.recorded(f"{ACT}/{server.made(ACT, self.body('special_transfer', not_applicable=True), BUDGET)}")
        self.assertEqual(self.stands("special_transfer")[0], "exempt")

    def test_3_each_department_publishes_behind_its_own_batch(self):
        self.assertNotIn("publish_department", {kind for kind, _ in self.calendar()})
        unit = server.node(f"{COUNTY}-106001", BUDGET)["id"]
        issue = server.made("/compilation/budget-issue", {"unit": unit, "fiscal_year": YEAR, "document_no": "1号", "title": "批复", "ground": "none",
                                                          "late_reason": "人大批准后补报"}, BUDGET)
        server.made("/compilation/issue-line", {"issue": issue, "cell": "1", "fund": "1", "amount": "1000.00"}, BUDGET)
        server.move(f"/compilation/budget-issue/{issue}", "issue", LEADER)
        item = self.calendar()[("publish_department", "106")]
        self.assertEqual((item["state"], item["due_on"]), ("due", ago(-40)))
        self.assertEqual(server.problem("POST", ACT, self.body("publish_department"), BUDGET), (422, "records.invalid", ["/node"]))
        wrong = self.body("publish_department", node=server.node(f"{COUNTY}-106", BUDGET)["id"], document_no="公开", done_on=ago(1))
        self.assertEqual(server.problem("POST", ACT, wrong, BUDGET), (422, "records.invalid", ["/done_on"]))
        self.recorded(f"{ACT}/{server.made(ACT, {**wrong, 'done_on': ago(0)}, BUDGET)}")
        self.assertEqual(self.stands("publish_department", "106"), ("done", ago(-40), 0))

    def test_4_money_of_the_upper_level_is_passed_on_in_time(self):
        transfer = self.body("central_transfer", upper_document_no="苏财预〔2026〕7号")
        self.assertEqual(server.problem("POST", ACT, transfer, BUDGET), (422, "records.invalid", ["/received_on"]))
        act = f"{ACT}/{server.made(ACT, {**transfer, 'received_on': ago(31)}, BUDGET)}"
        self.assertEqual(self.stands("central_transfer", "苏财预〔2026〕7号"), ("overdue", ago(1), 1))
        self.change(act, done_on=ago(0), document_no="昆财预〔2026〕9号")
        self.assertEqual(self.recorded(act, 422), [("compilation.statutory_act", "/late_reason")])
        self.change(act, late_reason="指标拆分")
        self.recorded(act)
        self.assertEqual(self.stands("central_transfer", "苏财预〔2026〕7号"), ("late", ago(1), 1))
        server.made(ACT, {**transfer, "upper_document_no": "苏财预〔2026〕8号", "received_on": ago(3)}, BUDGET)
        self.assertEqual(self.stands("central_transfer", "苏财预〔2026〕8号"), ("due", ago(-27), 0))

    def test_5_who_keeps_them_and_who_looks(self):
        self.assertEqual(server.ask("GET", f"{CALENDAR}?region={self.region}&year={YEAR}", who=CLERK)[0], 403)
        self.assertEqual(server.ask("POST", ACT, self.body("general_transfer"), LEADER)[0], 403)
        self.assertEqual(server.ask("GET", f"{CALENDAR}?region=x&year={YEAR}", who=BUDGET)[0], 400)
        mine = server.ask("GET", f"{CALENDAR}?region={self.region}&year={YEAR}", who=PROVINCE)
        self.assertEqual(mine[0], 200)
        self.assertEqual(self.calendar(year=YEAR + 1)[("notice", "")]["due_on"], f"{YEAR}-06-30")


if __name__ == "__main__":
    unittest.main(verbosity=2)
