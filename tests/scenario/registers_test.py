#!/usr/bin/env python3
"""Rules that look into registers and lists, fed by the records people keep and nothing else: bidders, staff, persons of suppliers,
accounts, meetings, asset cards, persons, the treasury's cover, what a special fund is for. Each violation stands beside what is sound;
what was found of what was put in, and whether anything else was, is printed.

Usage: registers_test.py sqlite|postgresql
"""
import datetime
import itertools
import sys
import time
import unittest

from support import database_from, project_body, start_with_demo

COUNTY = "320583000"
CLERK, REVIEWER, HEAD = (f"{role}.{COUNTY}.106001" for role in ("unit-clerk", "unit-reviewer", "unit-head"))
TREASURY, LEADER, BUDGET, SUPERVISION = (f"{role}.{COUNTY}" for role in ("treasury-division", "finance-leader", "budget-division", "supervision-division"))
KEEPER = "treasury-division.320000000"  # of the register of accounts, which everybody's payments are held against
TOP, EDITOR, APPROVER = "supervision-division.320000000", "standards-editor", "standards-approver"
DATABASE = database_from(sys.argv)
PLUGINS = {"plugins.enable": "standards,workflow,compilation,ledger,treasury,monitoring"}
PLAN, REQUEST, CERTIFICATE = "/treasury/usage-plan", "/treasury/payment-request", "/treasury/payment-certificate"
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
YEAR = TODAY.year
LOOKS = 600
RULES = ("R21", "R22", "R35", "R37", "R39", "R40", "R43", "R51")
numbers = itertools.count(1)


def setUpModule():
    global server, school
    server = start_with_demo(DATABASE, settings=PLUGINS)
    school = server.node(f"{COUNTY}-106001", CLERK)["id"]


def tearDownModule():
    server.stop()


def day(back):
    return str(TODAY - datetime.timedelta(back))


class Registers(unittest.TestCase):
    def eventually(self, look, wanted):
        for _ in range(LOOKS):
            seen = look()
            if wanted(seen):
                return seen
            time.sleep(0.05)
        self.fail(f"not seen: {str(seen)[:2000]}")

    def indicator(self, amount, department_class, project=None):
        project = project or f"REG{next(numbers)}"
        document = server.made("/ledger/document", {"number": f"昆财追〔{YEAR}〕R{next(numbers)}号", "kind": "add", "node": server.node(COUNTY, BUDGET)["id"],
                                                  "fiscal_year": YEAR, "title": "追加"}, BUDGET)
        server.made("/ledger/document-line", {"document": document, "line_no": 1, "amount": amount, "unit": school, "stage": "executable", "fund_kind": "1",
                                            "functional_class": "2050203", "department_class": department_class, "project_code": project, "source_year": YEAR}, BUDGET)
        server.move(f"/ledger/document/{document}", "submit", BUDGET)
        server.move(f"/ledger/document/{document}", "post", LEADER)
        return server.first("/ledger/indicator", f"project_code=={project};department_class=={department_class};stage==executable", CLERK)["id"]

    def request(self, amount, department_class, project=None, **changes):
        plan = server.made(PLAN, {"unit": school, "fiscal_year": YEAR, "month": 1, "indicator": self.indicator(amount, department_class, project),
                                "requested_amount": amount, "use": "用款"}, CLERK)
        server.move(f"{PLAN}/{plan}", "submit", CLERK)
        server.approve(plan, REVIEWER, TREASURY)
        payee = {"payee_kind": "company", "payee_name": "昆山某公司", "payee_account": f"62220311{next(numbers):08}", "payee_bank": "工商银行昆山支行"}
        form = {"unit": school, "fiscal_year": YEAR, "plan": plan, "amount": amount, "use": "款项", **payee, **changes}
        return server.made(REQUEST, {name: value for name, value in form.items() if value is not None}, CLERK)

    def batch(self, amount, department_class, people, **changes):
        request = self.request(amount, department_class, payee_kind="batch", payee_name=None, payee_account=None, payee_bank=None, **changes)
        for line, (name, identity, part, benefit) in enumerate(people, 1):
            server.made("/treasury/payment-detail", {"request": request, "line": line, "payee_name": name, "identity_no": identity, "amount": part,
                                                   "account": f"6217{next(numbers):010}", **({"benefit_code": benefit} if benefit else {})}, CLERK)
        server.move(f"{REQUEST}/{request}", "submit", CLERK)
        return request

    def hits(self, request):
        status, answer, _ = server.ask("POST", f"{REQUEST}/{request}/check", {}, CLERK)
        self.assertEqual(status, 200, answer)
        return {hit["rule"] for hit in answer["hits"]}, {one["rule"] for one in answer["rules_run"]["not_run"]}

    def found(self):
        """{rule: {(object, title)}} of the rules above."""
        out = {rule: set() for rule in RULES}
        for row in server.rows("/monitoring/alert", f"rule=in=({','.join(RULES)});unit=in=({school},{server.node(COUNTY, SUPERVISION)['id']})", SUPERVISION):
            if row["told_by"] != "demo":
                out[row["rule"]].add(row["object_title"] if row["rule"] in ("R39", "R43") else row["object"])
        return out

    def test_money_into_a_sister_units_account_is_stopped_at_the_form(self):
        to = lambda account, **more: self.hits(self.request("3000.00", "30226", payee_account=account, **more))
        self.assertIn("R29", to("8110001")[1], "an empty register has not answered")
        other = server.node(f"{COUNTY}-106", BUDGET)
        far = next(node for node in server.get("/system/node", TOP, kind="unit", limit=1000)["items"] if not node["code"].startswith(COUNTY))
        for account, unit, kind in (("8110001", school, "own_funds"), ("8110002", other["id"], "own_funds"), ("8110003", school, "zero_balance"),
                                    ("8110004", far["id"], "own_funds")):
            server.made("/monitoring/unit-account", {"account": account, "unit": unit, "name": "户名", "bank": "工商银行", "kind": kind}, KEEPER)
        self.assertEqual(server.problem("POST", "/monitoring/unit-account", {"account": "9", "unit": school, "name": "x", "bank": "x", "kind": "own_funds"}, CLERK)[0], 403)
        for account in ("8110001", "8110002"):
            self.assertIn("R29", to(account)[0], account)
            self.assertNotIn("R29", to(account, approval_no="昆财批1号")[0], account)
        for account in ("8110003", "8110004", "6222099900001"):
            hit, not_run = to(account)
            self.assertNotIn("R29", hit | not_run, account)
        request = self.request("3000.00", "30226", payee_account="8110002")
        refused = server.problem("POST", f"{REQUEST}/{request}/transitions/submit", {"comment": "x"}, CLERK, {"If-Match": server.ask("GET", f"{REQUEST}/{request}", who=CLERK)[2]["ETag"]})
        self.assertEqual((refused[0], refused[2]), (422, ["/rules/R29"]), "red stops")

    def test_a_special_fund_pays_only_what_it_is_for(self):
        fund = server.made("/standards/special-fund", {"list_year": YEAR, "code": "ZX-REG", "name": "义务教育专项", "level": "county", "edition": 1, "allowed_classes": "310,30213"}, EDITOR)
        self.assertEqual(server.problem("POST", "/standards/special-fund", {"list_year": YEAR, "code": "ZX-BAD", "name": "x", "level": "county", "edition": 1,
                                                                            "allowed_classes": "教育"}, EDITOR)[2], ["/allowed_classes"])
        server.move(f"/standards/special-fund/{fund}", "submit", EDITOR)
        server.move(f"/standards/special-fund/{fund}", "approve", APPROVER)
        project = server.made("/compilation/project", project_body(server, CLERK, COUNTY, special_fund=fund), CLERK)
        code = server.get(f"/compilation/project/{project}", CLERK)["code"]
        self.assertIn("R42", self.hits(self.request("3000.00", "30226", code))[0])
        hit, not_run = self.hits(self.request("3000.01", "31003", code))
        self.assertNotIn("R42", hit | not_run)

    def put_in(self):
        """What is wrong, by rule; everything else that is written here is sound."""
        for tender, bidder, phone in (("ZB-1", "甲公司", "139"), ("ZB-1", "乙公司", "138"), ("ZB-2", "丙公司", "137"), ("ZB-2", "丁公司", "137")):
            server.made("/monitoring/bid", {"unit": school, "tender_no": tender, "title": "设备采购", "fiscal_year": YEAR, "bidder": bidder, "phone": phone, "legal_person": bidder}, CLERK)
        for code, identity, declared in (("91320583REG1", "S0001", None), ("91320583REG2", "S0001", day(300)), ("91320583REG3", "S0009", None)):
            server.made("/monitoring/supplier-person", {"supplier_code": code, "name": "王某", "identity_no": identity, "role": "shareholder", "source": "工商登记", "as_of": day(1),
                                                      **({"declared_on": declared} if declared else {})}, TOP)
            server.made("/monitoring/contract", {"unit": school, "number": f"HT-{code}", "title": "服务", "fiscal_year": YEAR, "supplier": "某公司", "supplier_code": code,
                                               "amount": "20000.00", "currency": "CNY", "awarded_on": day(20), "signed_on": day(15)}, CLERK)
        staff = {"unit": school, "staff_no": "RY-1", "name": "王某", "identity_no": "S0001", "monthly_standard": "5000.00"}
        server.made("/monitoring/staff-record", staff, CLERK)
        self.assertEqual(server.problem("POST", "/monitoring/staff-record", staff, CLERK)[0], 409, "twice on the roster")
        for number, amount, more in (("HY-1", "9000.00", {}), ("HY-2", "9000.01", {}), ("HY-3", "90000.00", {"approval_no": "昆府办1号"})):
            server.made("/monitoring/meeting", {"unit": school, "number": number, "title": "业务培训", "kind": "training", "fiscal_year": YEAR, "held_on": day(10), "people": 10,
                                              "days": 2, "amount": amount, "daily_standard": "450.00", **more}, CLERK)
        card = {"unit": school, "name": "台式机", "quantity": 1, "value": "5000.00", "booked_on": "2021-01-05", "life_years": 6}
        for code, acquired, more in (("ZC-OLD", "2018-01-05", {}), ("ZC-EARLY", "2021-06-05", {}), ("ZC-BROKEN", "2021-06-05", {"report_no": "鉴定1号"})):
            server.made("/monitoring/asset-card", {**card, "code": code, "acquired_on": acquired, "replaced_on": day(5), **more}, CLERK)
        self.batch("5000.00", "30102", [("王某", "S0001", "5000.00", None)], business="wages")
        wrong = self.batch("6010.01", "30102", [("王某", "S0001", "5000.01", None), ("影子", "S0404", "1010.00", None)], business="wages")
        for identity, more in (("P1", {"died_on": day(1)}), ("P2", {"died_on": str(TODAY)}), ("P3", {"company": "某公司"}), ("P4", {"vehicle": "苏E12345", "verified_on": day(30)})):
            server.made("/monitoring/person-record", {"code": identity, "identity_no": identity, "name": identity, "source": "民政名录", "as_of": day(1), **more}, TOP)
        people = [(f"补贴{n}", f"P{n}", "100.00", "HM01") for n in range(1, 7)]
        self.batch("600.00", "30305", people, business="subsidy")
        self.batch("200.00", "30305", [("补贴6", "P6", "100.00", "HM01"), ("补贴7", "P7", "100.00", "HM01")], business="subsidy")
        server.made("/monitoring/treasury-cover", {"region": server.node(COUNTY, TREASURY)["id"], "as_of": day(40), "cover": 0.3, "source": "国库月报"}, TREASURY)
        server.made("/monitoring/treasury-cover", {"region": server.node(COUNTY, TREASURY)["id"], "as_of": day(10), "cover": 0.29, "source": "国库月报"}, TREASURY)
        bought, booked = (self.bought(n) for n in ("1", "2"))
        server.made("/monitoring/asset-card", {**card, "code": "ZC-NEW", "acquired_on": str(TODAY), "booked_on": str(TODAY), "voucher_no": booked}, CLERK)
        return {"R21": {"ZB-2"}, "R22": {"HT-91320583REG1"}, "R35": {"HY-2"}, "R37": {f"treasury.payment_request/{wrong}/list-1"}, "R39": {bought}, "R40": {"card/ZC-EARLY"},
                "R43": {"补贴1", "补贴3", "补贴6"}, "R51": {f"cover/{COUNTY}"}}

    def bought(self, serial):
        """A machine that is paid for today; the number of its voucher."""
        request = self.request("4000.00", "31002")
        server.move(f"{REQUEST}/{request}", "submit", CLERK)
        server.approve(request, REVIEWER, HEAD)
        server.move(f"{REQUEST}/{request}", "certify", TREASURY)
        voucher = server.first(CERTIFICATE, f"request=={request};kind==payment;status==made", TREASURY)
        server.move(f"{CERTIFICATE}/{voucher['id']}", "seal", LEADER)
        server.move(f"{CERTIFICATE}/{voucher['id']}", "send", TREASURY)
        status, answer, _ = server.ask("POST", f"{CERTIFICATE}/{voucher['id']}/receipt", {"bank_serial": f"REG-{serial}", "paid_on": str(TODAY), "amount": "4000.00"}, TREASURY)
        self.assertEqual(status, 200, answer)
        return voucher["cert_no"]

    def test_what_is_put_in_is_found_and_nothing_else(self):
        truth = self.put_in()
        # Facts follow the records in the same second; the scan of a later day is for what waits sixty days.
        self.eventually(self.found, lambda seen: all(seen[rule] >= truth[rule] for rule in RULES if rule != "R39"))
        scan = server.ask("POST", "/monitoring/evaluate", {"full": True, "day": str(TODAY + datetime.timedelta(61))}, SUPERVISION)
        self.assertEqual(scan[0], 202, scan[1])
        self.eventually(lambda: server.get(f"/monitoring/evaluate/{scan[1]['scan']}", SUPERVISION), lambda seen: seen["state"] == "done")
        found = self.eventually(self.found, lambda seen: seen["R39"])
        print(f"\n{DATABASE}: rule  put in  found  recall  precision")
        for rule in RULES:
            right = truth[rule] & found[rule]
            print(f"{rule}  {len(truth[rule])}  {len(found[rule])}  {len(right) / len(truth[rule]):.3f}  {len(right) / max(1, len(found[rule])):.3f}")
        self.assertEqual(found, truth)


if __name__ == "__main__":
    unittest.main(verbosity=2)
