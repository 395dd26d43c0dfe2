#!/usr/bin/env python3
"""Dashboards and alerts of a province where people have acted: sums that agree with their rows, alerts in the same second, without a job.

Usage: execution_test.py sqlite|postgresql
"""
import datetime
import decimal
import itertools
import json
import sys
import time
import unittest

from support import SOURCE, OwnDatabase, Server, database_from

COUNTY, CITY, PROVINCE = "320583000", "320500000", "320000000"
CLERK, REVIEWER, HEAD = (f"{role}.{COUNTY}.106001" for role in ("unit-clerk", "unit-reviewer", "unit-head"))
TREASURY, LEADER, BUDGET, SUPERVISION, DIVISION = (f"{role}.{COUNTY}" for role in ("treasury-division", "finance-leader", "budget-division", "supervision-division", "finance-division"))
TOP = f"supervision-division.{PROVINCE}"
DATABASE = database_from(sys.argv)
PLUGINS = {"plugins.enable": "standards,workflow,compilation,ledger,treasury,monitoring"}
ACTS = SOURCE / "config/demo/jiangsu_execution.json"
PLAN, REQUEST, CERTIFICATE = "/treasury/usage-plan", "/treasury/payment-request", "/treasury/payment-certificate"
YEAR = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).year
LOOKS = 200
numbers = itertools.count(1)


def setUpModule():
    global server, school
    own = OwnDatabase() if DATABASE == "postgresql" else None
    server = Server(own and own.url, PLUGINS)
    server.database = own
    server.start()
    server.load_demo(0.001, acts=[ACTS])
    school = server.node(f"{COUNTY}-106001", CLERK)["id"]


def tearDownModule():
    server.stop()


def yuan(text):
    return decimal.Decimal(text)


class Execution(unittest.TestCase):
    def refused(self, path, name, who):
        """(status, code, fields) of a step that is not taken."""
        return server.problem("POST", f"{path}/transitions/{name}", {"comment": "x"}, who, {"If-Match": server.ask("GET", path, who=who)[2]["ETag"]})

    def eventually(self, look, wanted):
        """What is kept by events is there soon after; how long it took is printed, not judged."""
        begun = time.monotonic()
        for _ in range(LOOKS):
            seen = look()
            if wanted(seen):
                return seen, time.monotonic() - begun
            time.sleep(0.01)
        self.fail(f"not seen: {json.dumps(seen, ensure_ascii=False)[:2000]}")

    def test_execution_agrees_with_the_indicators_it_adds_up(self):
        rows = server.rows("/ledger/indicator", f"stage==executable;fiscal_year=={YEAR}", BUDGET)
        paid = sum(yuan(row["paid"]) for row in rows)
        self.assertGreater(paid, 0)
        whole, _ = self.eventually(lambda: server.get("/ledger/execution", BUDGET, year=YEAR), lambda seen: yuan(seen["total"]["paid"]) == paid)
        for name in ("amount", "available", "frozen", "reserved", "confirmed", "paid"):
            self.assertEqual(yuan(whole["total"][name]), sum(yuan(row[name]) for row in rows), name)
        self.assertTrue(whole["fresh"]["rollup"])
        self.assertEqual(len(whole["items"]), 12)
        self.assertEqual(yuan([item["paid_to_date"] for item in whole["items"] if item["paid_to_date"] is not None][-1]), paid)
        for by, names in (("region", {"昆山市"}), ("department", None), ("function", {"教育支出"}), ("fund", None), ("unit", None)):
            answer = server.get("/ledger/execution", BUDGET, year=YEAR, by=by)
            self.assertEqual(sum(yuan(item["paid"]) for item in answer["items"]), paid, by)
            if names:
                self.assertEqual({item["name"] for item in answer["items"]}, names)
            behind = [item["deviation"] for item in answer["items"]]
            self.assertEqual(behind, sorted(behind))
        self.assertEqual(server.get("/ledger/execution", TOP, year=YEAR, region=CITY)["total"], whole["total"], "a city with its counties")
        self.assertEqual(yuan(server.get("/ledger/execution", TOP, year=YEAR, region="320600000")["total"]["amount"]), 0)
        stranger = next(name for name in sorted(server.passwords) if name.startswith("unit-clerk.") and name != CLERK)
        self.assertEqual(yuan(server.get("/ledger/execution", stranger, year=YEAR, region=COUNTY)["total"]["amount"]), 0, "others' money is not theirs to see")
        for wrong in ("year=26", f"year={YEAR}&by=mood", f"year={YEAR}&region=3205%2A", f"year={YEAR}&function=x", f"year={YEAR}&unit=x"):
            self.assertEqual(server.problem("GET", f"/ledger/execution?{wrong}", who=BUDGET)[:2], (400, "http.parameter"), wrong)

    def test_the_curve_sets_payments_against_plans(self):
        plans = [row for row in server.rows(PLAN, f"fiscal_year=={YEAR}", TREASURY) if row["status"] in ("approved", "closed")]
        vouchers = [row for row in server.rows(CERTIFICATE, f"fiscal_year=={YEAR};kind==payment", TREASURY) if row["status"] in ("paid", "reconciled")]
        paid = sum(yuan(row["paid_amount"]) for row in vouchers)
        curve, _ = self.eventually(lambda: server.get("/treasury/curve", TREASURY, year=YEAR), lambda seen: yuan(seen["total"]["paid"]) == paid)
        self.assertEqual(yuan(curve["total"]["plan"]), sum(yuan(row["approved_amount"]) for row in plans))
        self.assertEqual(yuan(curve["total"]["refunded"]), sum(yuan(row["refunded"]) for row in vouchers))
        now = [item for item in curve["items"] if item["paid_to_date"] is not None][-1]
        self.assertEqual(yuan(now["paid_to_date"]), paid - yuan(curve["total"]["refunded"]))
        self.assertAlmostEqual(now["deviation"], float((yuan(now["paid_to_date"]) - yuan(now["plan_to_date"])) / yuan(now["plan_to_date"])), 5)
        self.assertEqual(server.problem("GET", "/treasury/curve?year=x", who=TREASURY)[:2], (400, "http.parameter"))

    def indicator(self, amount, project, department_class):
        document = server.made("/ledger/document", {"number": f"昆财追〔{YEAR}〕{next(numbers)}号", "kind": "add", "node": server.node(COUNTY, BUDGET)["id"],
                                                  "fiscal_year": YEAR, "title": "追加"}, BUDGET)
        server.made("/ledger/document-line", {"document": document, "line_no": 1, "amount": amount, "unit": school, "stage": "executable", "fund_kind": "1",
                                            "functional_class": "2050203", "department_class": department_class, "project_code": project, "source_year": YEAR}, BUDGET)
        server.move(f"/ledger/document/{document}", "submit", BUDGET)
        server.move(f"/ledger/document/{document}", "post", LEADER)
        return server.first("/ledger/indicator", f"project_code=={project};stage==executable", CLERK)["id"]

    def request(self, indicator, amount, **changes):
        plan = server.made(PLAN, {"unit": school, "fiscal_year": YEAR, "month": 1, "indicator": indicator, "requested_amount": amount, "use": "用款"}, CLERK)
        server.move(f"{PLAN}/{plan}", "submit", CLERK)
        server.approve(plan, REVIEWER, TREASURY)
        return server.made(REQUEST, {"unit": school, "fiscal_year": YEAR, "plan": plan, "payee_kind": "company", "payee_name": "昆山某公司",
                                   "payee_account": f"62220211{next(numbers):08}", "payee_bank": "工商银行昆山支行", "amount": amount, "use": "设备款", **changes}, CLERK)

    def alerts_of(self, request, who=SUPERVISION):
        return [item for item in server.get("/monitoring/stream", who, limit=200)["items"] if item["object"] == f"treasury.payment_request/{request}"]

    def test_a_payment_that_breaks_a_rule_raises_its_alert_in_the_same_second(self):
        newest = server.get("/monitoring/stream", SUPERVISION, limit=1)["newest"]
        jobs = server.ask("GET", "/system/job?limit=200", who="sysadmin")[1].get("items", [])
        request = self.request(self.indicator("900000.00", "同秒一", "31003"), "600000.00")
        server.move(f"{REQUEST}/{request}", "submit", CLERK)
        alerts, took = self.eventually(lambda: self.alerts_of(request), lambda seen: "R32" in {item["rule"] for item in seen})
        print(f"\n{DATABASE}: the alert of a payment was read {took * 1000:.0f} ms after its submission was answered")
        alert = next(item for item in alerts if item["rule"] == "R32")
        self.assertEqual((alert["level"], alert["status"], alert["region_code"], alert["department"]), ("yellow", "open", COUNTY, "106"))
        fresh = server.get("/monitoring/stream", SUPERVISION, after=newest, limit=200)["items"]
        self.assertIn(alert["id"], {item["id"] for item in fresh})
        self.assertEqual(server.get("/monitoring/stream", SUPERVISION, after=alert["id"], rule="R32")["items"], [])
        later = server.ask("GET", "/system/job?limit=200", who="sysadmin")[1].get("items", [])
        ran = {job["id"] for job in later if job.get("name", job.get("kind", "")).startswith("monitoring")} - {job["id"] for job in jobs}
        self.assertEqual(ran, set(), "no scan has run")
        self.assertTrue(self.alerts_of(request, TOP), "the province sees it too")
        counts, _ = self.eventually(lambda: server.get("/monitoring/stream", SUPERVISION, rule="R32")["counts"],
                                    lambda seen: seen["all"] == len(server.rows("/monitoring/alert", "rule==R32", SUPERVISION)))
        self.assertEqual(counts["by_level"], [{"level": "yellow", "count": counts["all"], "open": counts["open"]}])
        self.assertEqual(server.problem("GET", "/monitoring/stream?level=mauve", who=SUPERVISION)[:2], (400, "http.parameter"))
        # What is withdrawn is no payment any more: paying the same again raises no alert of a double payment.
        for record in server.rows("/monitoring/fact", f"object==\"treasury.payment_request/{request}\"", SUPERVISION):
            self.assertTrue(record["checked"])

    def test_the_same_payment_twice_is_told_from_one_that_came_back(self):
        indicator = self.indicator("100000.00", "同秒二", "31003")
        same = {"payee_account": "6222021199999999", "use": "同一用途"}
        first = self.request(indicator, "20000.00", **same)
        server.move(f"{REQUEST}/{first}", "submit", CLERK)
        self.eventually(lambda: server.rows("/monitoring/fact", f"object==\"treasury.payment_request/{first}\"", SUPERVISION), lambda seen: seen and seen[0]["checked"])
        server.decide(first, REVIEWER, "return", "退回")
        self.eventually(lambda: server.rows("/monitoring/fact", f"object==\"treasury.payment_request/{first}\"", SUPERVISION), lambda seen: not seen)
        second = self.request(indicator, "20000.00", **same)
        third = self.request(indicator, "20000.00", **same)
        server.move(f"{REQUEST}/{second}", "submit", CLERK)
        self.eventually(lambda: server.rows("/monitoring/fact", f"object==\"treasury.payment_request/{second}\"", SUPERVISION), lambda seen: seen and seen[0]["checked"])
        self.assertEqual([item["rule"] for item in self.alerts_of(second) if item["rule"] == "R27"], [])
        server.move(f"{REQUEST}/{third}", "submit", CLERK)
        self.eventually(lambda: self.alerts_of(third), lambda seen: "R27" in {item["rule"] for item in seen})

    def test_a_line_that_is_paid_is_known_to_the_monitoring(self):
        rows = server.rows("/ledger/indicator", f"stage==executable;fiscal_year=={YEAR};project_code==32058326T000000900001", BUDGET)
        facts, _ = self.eventually(lambda: server.rows("/monitoring/fact", f"told_by==ledger;object=={rows[0]['code']}", SUPERVISION), bool)
        self.assertEqual((facts[0]["facts"]["paid"], facts[0]["facts"]["first_paid_on"] is not None), (int(yuan(rows[0]["paid"]) * 100), True))

    def test_a_large_payment_feeds_the_rules_that_look_at_hands_and_hours(self):
        indicator = self.indicator("1500000.00", "审批快慢", "31003")
        request = self.request(indicator, "1200000.00")
        server.move(f"{REQUEST}/{request}", "submit", CLERK)
        server.approve(request, REVIEWER, HEAD, TREASURY)
        look = lambda: server.rows("/monitoring/fact", f'object=="treasury.payment_request/{request}"', SUPERVISION)
        facts, _ = self.eventually(look, lambda seen: seen and seen[0]["checked"] and "review_seconds" in seen[0]["facts"])
        told = facts[0]["facts"]
        self.assertTrue(0 <= told["review_seconds"] < 60 and 0 <= told["hour"] < 24, told)
        self.assertEqual((told["plan_balance"], told["available"]), (120000000, 150000000), "the plan's balance, and what the indicator has with what the plan holds")
        alerts, _ = self.eventually(lambda: self.alerts_of(request), lambda seen: "R50" in {item["rule"] for item in seen})
        out_of_hours = told["holiday"] or told["hour"] >= 20 or told["hour"] < 7
        self.assertEqual("R48" in {item["rule"] for item in alerts}, out_of_hours)
        self.assertEqual({item["level"] for item in alerts if item["rule"] in ("R48", "R50")}, {"blue"})
        not_run = {item["rule"] for item in facts[0]["not_run"]}
        self.assertFalse(not_run & {"R01", "R03", "R04", "R27", "R32", "R48", "R49", "R50"}, "fed by the payment itself")
        for item in facts[0]["not_run"]:
            self.assertTrue(item["source"]["zh"] and item["source"]["en"], item)
        alert = server.get(f"/monitoring/alert/{alerts[0]['id']}", SUPERVISION)
        self.assertTrue(alert["rule_title_en"] and all(one.get("name_en") for one in alert["evidence"]), alert)
        page = server.ask("GET", f"/monitoring/alert/{alert['id']}/form", who=SUPERVISION, headers={"Accept-Language": "en"})[1].decode()
        self.assertIn(alert["rule_title_en"], page)
        self.assertFalse(any(one["name"] in page for one in alert["evidence"]), "an English form has English evidence")
        # What holds the money is named by number and payee, for whoever looks at the indicator.
        held = server.rows("/ledger/reservation", f"indicator=={indicator}", BUDGET)
        number = server.get(f"{REQUEST}/{request}", CLERK)["request_no"]
        self.assertIn(f"{number} 昆山某公司", {row["title"] for row in held})
        self.assertTrue(all(row["title"] for row in held), held)

    def test_a_project_that_will_cost_more_than_approved_is_found_from_its_records(self):
        project = server.rows("/compilation/project", f"unit=={school}", CLERK)[0]
        total = yuan(project["total_amount"])
        self.indicator(str(total), project["code"], "31003")
        contract = server.made("/monitoring/contract", {"unit": school, "number": "HT-超支", "title": "设备", "fiscal_year": YEAR, "project_code": project["code"],
                                                      "supplier": "甲公司", "amount": str(total * 12 / 10), "currency": "CNY", "procured": True, "plan_no": "CG",
                                                      "plan_approved_on": f"{YEAR}-01-05", "signed_on": f"{YEAR}-02-01", "category": "A0201", "method": "询价"}, CLERK)
        server.made("/monitoring/contract-line", {"contract": contract, "budget_line": "ZB-超支", "fiscal_year": YEAR, "fund_source": "当年预算",
                                                "line_amount": str(total * 2), "share_amount": str(total * 12 / 10)}, CLERK)
        server.move(f"/monitoring/contract/{contract}", "submit", CLERK)
        server.approve(contract, REVIEWER, *([HEAD] if total * 12 / 10 >= 1000000 else []))
        look = lambda: server.rows("/monitoring/alert", f'rule==R02;object=="{project["code"]}"', SUPERVISION)
        alerts, _ = self.eventually(look, bool)
        self.assertEqual(alerts[0]["level"], "red", "more than a tenth above the approved total")
        books, _ = self.eventually(lambda: server.rows("/monitoring/fact", f"subject==purchase_book;unit=={school};told_by==contract", SUPERVISION), bool)
        self.assertIn("HT-超支", [deal["id"] for deal in books[0]["facts"]["deals"]])
        purchase, _ = self.eventually(lambda: server.rows("/monitoring/fact", 'subject==purchase;object=="HT-超支"', SUPERVISION), bool)
        self.assertIn("budgeted", purchase[0]["facts"], "the procurement budget of the project was looked at")

    def away(self, who, office, role, reach="self"):
        """Somebody is absent; a deputy of another office has the role meanwhile and acts for them."""
        deputy = f"department-clerk.{COUNTY}.106"
        user = next(one for one in server.get("/system/user", "sysadmin", q=deputy)["items"] if one["username"] == deputy)
        roles = server.get("/system/role", "secadmin", limit=200)["items"]
        server.made("/system/grant", {"username": deputy, "role": next(one["id"] for one in roles if one["code"] == role), "node": office, "reach": reach}, "secadmin")
        day = datetime.date.today()
        server.made("/workflow/delegation", {"office": office, "deputy": user["id"], "from_day": str(day - datetime.timedelta(days=1)),
                                           "to_day": str(day + datetime.timedelta(days=30)), "reason": "出差"}, who)
        return deputy

    def test_j10_a_contract_is_returned_and_approved_by_the_deputy_of_who_is_away(self):
        self.assertEqual(server.problem("POST", "/monitoring/contract", {"unit": school}, CLERK)[0], 422)
        body = {"unit": school, "number": "HT-J10", "title": "食堂设备", "fiscal_year": YEAR, "supplier": "乙公司", "supplier_code": "91320583J10", "amount": "300000.00",
                "currency": "CNY", "procured": True, "plan_no": "CG-J10", "plan_approved_on": f"{YEAR}-01-05", "awarded_on": f"{YEAR}-02-01", "signed_on": f"{YEAR}-02-10"}
        self.assertEqual(server.problem("POST", "/monitoring/contract", {**body, "plan_no": ""}, CLERK)[2], ["/plan_no"], "a missing paper")
        contract = server.made("/monitoring/contract", body, CLERK)
        path = f"/monitoring/contract/{contract}"
        self.assertEqual(self.refused(path, "submit", CLERK)[::2], (422, ["/status"]), "no funding yet")
        self.assertEqual(self.refused(path, "approve", REVIEWER)[0], 409, "a draft is not approved")
        line = {"contract": contract, "budget_line": "ZB-J10", "fiscal_year": YEAR, "fund_source": "当年预算", "line_amount": "300000.00", "share_amount": "100000.00"}
        server.made("/monitoring/contract-line", line, CLERK)
        server.move(path, "submit", CLERK)
        self.assertEqual(server.problem("POST", "/monitoring/contract-line", line, CLERK)[0], 409, "what is in approval stays as it is")
        self.assertEqual(self.refused(path, "approve", REVIEWER)[::2], (422, ["/status"]), "only in the inbox")
        server.decide(contract, REVIEWER, "return", "资金来源不全")
        self.assertEqual(server.get(path, CLERK)["status"], "draft")
        server.made("/monitoring/contract-line", {**line, "fiscal_year": YEAR + 1, "fund_source": "下年预算", "share_amount": "200000.00"}, CLERK)
        server.move(path, "submit", CLERK)
        server.approve(contract, self.away(REVIEWER, school, "unit_reviewer"))
        self.assertEqual(server.get(path, CLERK)["status"], "in_force")
        # The register of suppliers comes afterwards, and speaks of the day of the award.
        server.made("/monitoring/supplier-record", {"code": "91320583J10", "name": "乙公司", "set_up_on": f"{YEAR}-01-15", "source": "工商登记", "as_of": f"{YEAR}-02-28"}, TOP)
        alerts, _ = self.eventually(lambda: server.rows("/monitoring/alert", "rule==R24;object==HT-J10", SUPERVISION), bool)
        self.assertEqual([(alert["level"], alert["status"]) for alert in alerts], [("yellow", "open")])

    def test_j11_a_rectification_is_sent_back_and_closed_by_the_deputy_of_who_is_away(self):
        today = str(datetime.date.today())
        server.made("/monitoring/fact", {"unit": school, "subject": "line", "object": "ZB-J11", "fiscal_year": YEAR, "told_by": "journey",
                                       "facts": {"as_of": today, "source_year": YEAR - 2, "balance": "1234567.00"}}, SUPERVISION)
        alerts, _ = self.eventually(lambda: server.rows("/monitoring/alert", "rule==R08;object==ZB-J11", SUPERVISION), bool)
        alert, path = alerts[0]["id"], f"/monitoring/alert/{alerts[0]['id']}"
        self.assertIn("1,234,567.00", [one["value"] for one in alerts[0]["evidence"]])
        server.made("/monitoring/explanation", {"alert": alert, "content": "项目延期"}, CLERK)
        self.assertEqual(self.refused(path, "explain", REVIEWER)[::2], (422, ["/papers"]), "orange asks for a paper")
        server.made("/monitoring/alert-paper", {"alert": alert, "title": "延期批复"}, CLERK)
        server.move(path, "explain", REVIEWER)
        server.made("/monitoring/finding", {"alert": alert, "conclusion": "violation", "violation_type": "idle", "demand": "收回结余", "recover_amount": "5000.00"}, DIVISION)
        server.move(path, "find-violation", SUPERVISION)
        server.made("/monitoring/rectification", {"alert": alert, "number": 1, "measures": "已缴回", "recovered_amount": "4999.99"}, CLERK)
        server.move(path, "rectify", REVIEWER)
        self.assertEqual(self.refused(path, "return-rectification", SUPERVISION)[::2], (422, ["/status"]), "only in the inbox")
        server.decide(alert, SUPERVISION, "return", "差一分")
        self.assertEqual(server.get(path, CLERK)["status"], "violation")
        server.made("/monitoring/rectification", {"alert": alert, "number": 2, "measures": "补缴", "recovered_amount": "0.01"}, CLERK)
        server.move(path, "rectify", REVIEWER)
        server.approve(alert, self.away(SUPERVISION, server.node(COUNTY, SUPERVISION)["id"], "supervision_division", "subtree"))
        self.assertEqual(server.get(path, CLERK)["status"], "closed")
        page = server.ask("GET", f"{path}/form", who=SUPERVISION)[1]
        self.assertIn("5,000.00", page.decode() if isinstance(page, bytes) else page)

    def test_j8_j9_a_plan_and_a_payment_from_the_empty_form_to_the_print(self):
        self.assertEqual(server.problem("POST", PLAN, {"unit": school}, CLERK)[0], 422)
        self.assertEqual(server.problem("POST", REQUEST, {"unit": school}, CLERK)[0], 422)
        indicator = self.indicator("90000.00", "劳务支付", "30226")
        plan = server.made(PLAN, {"unit": school, "fiscal_year": YEAR, "month": 1, "indicator": indicator, "requested_amount": "80000.00", "use": "讲课费"}, CLERK)
        server.move(f"{PLAN}/{plan}", "submit", CLERK)
        server.decide(plan, REVIEWER, "return", "用途不清")
        self.assertEqual(server.get(f"{PLAN}/{plan}", CLERK)["status"], "returned")
        server.move(f"{PLAN}/{plan}", "submit", CLERK)
        server.approve(plan, REVIEWER, TREASURY)
        request = server.made(REQUEST, {"unit": school, "fiscal_year": YEAR, "plan": plan, "payee_kind": "person", "payee_name": "张教授", "payee_account": "62220299000001",
                                      "payee_bank": "工商银行昆山支行", "amount": "5000.00", "use": "讲课费"}, CLERK)
        path = f"{REQUEST}/{request}"
        missing = server.problem("POST", f"{path}/transitions/submit", {"comment": "x"}, CLERK, {"If-Match": server.ask("GET", path, who=CLERK)[2]["ETag"]})
        self.assertEqual((missing[0], missing[2]), (422, ["/rules/R30"]), "orange asks for a paper")
        server.made("/treasury/payment-paper", {"request": request, "kind": "explanation", "title": "讲课邀请函", "answers": "R30"}, CLERK)
        server.move(path, "submit", CLERK)
        server.decide(request, REVIEWER, "return", "补签字")
        self.assertEqual(server.get(f"/ledger/indicator/{indicator}", BUDGET)["reserved"], "0.00", "what came back holds nothing")
        server.move(path, "submit", CLERK)
        server.approve(request, REVIEWER)
        deputy = self.away(HEAD, school, "unit_head")
        server.approve(request, deputy)
        kept = server.get(path, CLERK)
        self.assertEqual((kept["status"], len({kept["maker"], kept["reviewer"], kept["approver"]})), ("approved", 3))
        status, page, _ = server.ask("GET", f"{path}/form", who=REVIEWER, headers={"Accept-Language": "zh"})
        self.assertEqual(status, 200)
        for word in (kept["request_no"], "张教授", "讲课邀请函", "R30", "5,000.00", "复核"):
            self.assertIn(word, page.decode())

    def test_plans_and_payments_are_printed_as_their_forms(self):
        plan = server.rows(PLAN, f"fiscal_year=={YEAR};status==approved", CLERK)[0]
        request = server.rows(REQUEST, f"fiscal_year=={YEAR};payee_kind==person", CLERK)[0]
        for path, words in ((f"{PLAN}/{plan['id']}", (plan["plan_no"], plan["use"], "用款计划申请表", "指标可用余额", f"{decimal.Decimal(plan['approved_amount']):,}")),
                            (f"{REQUEST}/{request['id']}", (request["request_no"], "财政资金支付申请书", request["payee_name"], "R30", f"{decimal.Decimal(request['amount']):,}", "复核"))):
            status, page, headers = server.ask("GET", f"{path}/form", who=REVIEWER, headers={"Accept-Language": "zh"})
            self.assertEqual((status, headers["Content-Type"].split(";")[0]), (200, "text/html"), page)
            text = page.decode()
            for word in words:
                self.assertIn(word, text)
            self.assertNotIn("print.", text, "every field has its title")
            stranger = next(name for name in sorted(server.passwords) if name.startswith("unit-clerk.") and name != CLERK)
            self.assertEqual(server.ask("GET", f"{path}/form", who=stranger)[0], 404)

    def test_the_demo_has_alerts_in_several_states_and_balances_that_hold(self):
        stream = server.get("/monitoring/stream", SUPERVISION, limit=200)
        self.assertGreaterEqual({item["rule"] for item in stream["items"]}, {"R08", "R10", "R17", "R32", "R35"})
        self.assertIn("violation", {item["status"] for item in stream["items"]})
        drift = server.ask("POST", "/ledger/drift", {"fiscal_year": YEAR}, BUDGET)
        self.assertEqual((drift[0], drift[1]["differences"]), (200, []))
        again = server.ask("POST", "/treasury/recount", {"fiscal_year": YEAR}, TREASURY)
        self.assertEqual((again[0], again[1]["drifted"]), (200, []))


if __name__ == "__main__":
    unittest.main(verbosity=2)
