#!/usr/bin/env python3
"""A unit plans, asks for a payment, three people handle it, the treasury sends the voucher, the bank answers, money comes back;
what is sent twice, too large, changed, backdated or without a rate is refused; a kill between reservation and approval loses nothing.

Usage: treasury_test.py sqlite|postgresql
"""
import datetime
import itertools
import sys
import threading
import unittest

from support import database_from, start_with_demo

COUNTY = "320583000"
CLERK, REVIEWER, HEAD = (f"{role}.{COUNTY}.106001" for role in ("unit-clerk", "unit-reviewer", "unit-head"))
TREASURY, LEADER, BUDGET = (f"{role}.{COUNTY}" for role in ("treasury-division", "finance-leader", "budget-division"))
EDITOR, APPROVER = "standards-editor", "standards-approver"
PROVINCE = "treasury-division.320000000"
DATABASE = database_from(sys.argv)
PLUGINS = {"plugins.enable": "standards,workflow,compilation,ledger,treasury"}
PLAN, REQUEST, CERTIFICATE = "/treasury/usage-plan", "/treasury/payment-request", "/treasury/payment-certificate"
REFUND = "/treasury/refund"
TODAY = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
YEAR = TODAY.year
numbers = itertools.count(1)


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings=PLUGINS)


def tearDownModule():
    server.stop()


class Treasury(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.school = server.node(f"{COUNTY}-106001", CLERK)["id"]

    def made(self, path, body, who):
        status, answer, _ = server.ask("POST", path, body, who)
        self.assertEqual(status, 201, answer)
        return answer

    def get(self, path, record, who=TREASURY):
        status, answer, headers = server.ask("GET", f"{path}/{record}", who=who)
        self.assertEqual(status, 200, answer)
        return answer, headers["ETag"]

    def try_move(self, path, record, name, who, comment="依据充分"):
        _, tag = self.get(path, record, who)
        return server.ask("POST", f"{path}/{record}/transitions/{name}", {"comment": comment}, who, {"If-Match": tag})

    def move(self, path, record, name, who):
        status, answer, _ = self.try_move(path, record, name, who)
        self.assertEqual(status, 200, answer)
        return answer

    def stopped(self, answer, *codes):
        """A refused write with exactly these codes of findings."""
        self.assertEqual(answer[0], 422, answer[1])
        self.assertEqual(sorted(error["code"] for error in answer[1]["errors"]), sorted(codes), answer[1])

    def act(self, record, who, decision="approve"):
        """The one open task of the record in somebody's inbox."""
        items = server.ask("GET", "/workflow/inbox?box=todo&limit=200", who=who)[1]["items"]
        tasks = [item for item in items if item["subject_id"] == record]
        self.assertEqual(len(tasks), 1, (who, items))
        return server.ask("POST", f"/workflow/step/{tasks[0]['id']}/act", {"decision": decision, "opinion": "同意"}, who,
                          {"If-Match": f'"{tasks[0]["version"]}"'})

    def approve(self, record, *people):
        for who in people:
            status, answer, _ = self.act(record, who)
            self.assertEqual(status, 200, answer)

    def document(self, kind, **line):
        """A document of the ledger with one line, posted by a second person."""
        document = self.made("/ledger/document", {"number": f"昆财预〔{YEAR}〕{next(numbers)}号", "kind": kind, "node": server.node(COUNTY, BUDGET)["id"],
                                                  "fiscal_year": YEAR, "title": "校舍维修"}, BUDGET)["id"]
        self.made("/ledger/document-line", {"document": document, "line_no": 1, **line}, BUDGET)
        self.move("/ledger/document", document, "submit", BUDGET)
        self.move("/ledger/document", document, "post", LEADER)

    def indicator(self, amount):
        """An executable indicator of the school: the budget, then its issue."""
        project = f"P{next(numbers)}"
        self.document("appropriation", amount=amount, fund_kind="1")
        self.document("issue", amount=amount, unit=self.school, fund_kind="1", functional_class="2050203", project_code=project)
        return server.first("/ledger/indicator", f"project_code=={project};stage==executable", CLERK)["id"]

    def balance(self, indicator):
        row = self.get("/ledger/indicator", indicator)[0]
        return {name: row[name] for name in ("available", "reserved", "confirmed", "paid")}

    def plan(self, indicator, amount="500000.00"):
        plan = self.made(PLAN, {"unit": self.school, "fiscal_year": YEAR, "month": TODAY.month, "indicator": indicator,
                                "requested_amount": amount, "use": "校舍维修"}, CLERK)["id"]
        self.move(PLAN, plan, "submit", CLERK)
        self.approve(plan, REVIEWER, TREASURY)
        self.assertEqual(self.get(PLAN, plan)[0]["status"], "approved")
        return plan

    def form(self, plan, **changes):
        return {"unit": self.school, "fiscal_year": YEAR, "plan": plan, "payee_kind": "company", "payee_name": "昆山某建筑公司",
                "payee_account": "6222020000000001", "payee_bank": "工商银行昆山支行", "amount": "100000.00", "use": "维修款", **changes}

    def request(self, plan, **changes):
        return self.made(REQUEST, self.form(plan, **changes), CLERK)["id"]

    def approved(self, plan, **changes):
        request = self.request(plan, **changes)
        self.move(REQUEST, request, "submit", CLERK)
        self.approve(request, REVIEWER, HEAD)
        self.assertEqual(self.get(REQUEST, request)[0]["status"], "approved")
        return request

    def seal_and_send(self, voucher):
        self.move(CERTIFICATE, voucher, "seal", LEADER)
        self.move(CERTIFICATE, voucher, "send", TREASURY)
        return voucher

    def voucher(self, request):
        self.move(REQUEST, request, "certify", TREASURY)
        return self.seal_and_send(server.first(CERTIFICATE, f"request=={request};kind==payment;status==made", TREASURY)["id"])

    def receipt(self, voucher, serial, amount="100000.00", day=TODAY):
        return server.ask("POST", f"{CERTIFICATE}/{voucher}/receipt", {"bank_serial": serial, "paid_on": str(day), "amount": amount}, TREASURY)

    def paid(self, plan, serial):
        voucher = self.voucher(self.approved(plan))
        status, answer, _ = self.receipt(voucher, serial)
        self.assertEqual((status, answer.get("status")), (200, "paid"), answer)
        return voucher

    def tearDown(self):
        """After every story all balances equal their documents, here and in the ledger."""
        status, answer, _ = server.ask("POST", "/treasury/recount", {"fiscal_year": YEAR}, TREASURY)
        self.assertEqual((status, answer["drifted"]), (200, []), answer)
        status, answer, _ = server.ask("POST", "/ledger/drift", {"fiscal_year": YEAR}, BUDGET)
        self.assertEqual((status, answer["differences"]), (200, []), answer)

    def test_from_the_plan_to_the_refund(self):
        indicator = self.indicator("800000.00")
        plan = self.plan(indicator)
        self.assertEqual(self.balance(indicator), {"available": "300000.00", "reserved": "0.00", "confirmed": "500000.00", "paid": "0.00"})
        request = self.request(plan)
        self.assertTrue(self.get(REQUEST, request, CLERK)[0]["funds_check"]["allowed"])
        self.move(REQUEST, request, "submit", CLERK)
        self.assertEqual(self.balance(indicator), {"available": "300000.00", "reserved": "100000.00", "confirmed": "400000.00", "paid": "0.00"})
        self.assertEqual(self.get(REQUEST, request)[0]["rules_run"]["monitoring"], "not_run")
        # Nobody goes around the approval, and nobody approves their own.
        self.stopped(self.try_move(REQUEST, request, "review", REVIEWER), "treasury.in_approval")
        status, answer, _ = self.act(request, REVIEWER, "return")
        self.assertEqual((status, self.get(REQUEST, request)[0]["status"]), (200, "returned"), answer)
        self.assertEqual(self.balance(indicator)["confirmed"], "500000.00")
        self.move(REQUEST, request, "submit", CLERK)
        self.approve(request, REVIEWER, HEAD)
        voucher = self.voucher(request)
        status, answer, _ = server.ask("POST", "/treasury/exchange/take", {"limit": 200}, TREASURY)
        self.assertEqual(status, 200, answer)
        message = next(item for item in answer["messages"] if item["certificate"] == voucher)
        self.assertEqual((message["body"]["payee_account"], message["body"]["PayAmt"]), ("6222020000000001", "100000.00"))
        status, answer, _ = server.ask("POST", f"/treasury/exchange/message/{message['id']}/report", {"step": "acknowledge"}, TREASURY)
        self.assertEqual((status, answer["state"]), (200, "acknowledged"))
        number = self.get(CERTIFICATE, voucher)[0]["cert_no"]
        body = {"bank_serial": "B-1", "paid_on": str(TODAY), "amount": "100000.00"}
        incoming = {"number": "IN-1", "type": "receipt", "cert_no": number, "body": body}
        self.assertEqual([server.ask("POST", "/treasury/exchange/receive", incoming, TREASURY)[1].get("repeated") for _ in range(2)], [False, True])
        self.assertEqual(self.balance(indicator), {"available": "300000.00", "reserved": "0.00", "confirmed": "400000.00", "paid": "100000.00"})
        paid = self.get(REQUEST, request)[0]
        self.assertEqual((paid["status"], len({paid["maker"], paid["reviewer"], paid["approver"]})), ("paid", 3))
        refund = self.made(REFUND, {"unit": self.school, "fiscal_year": YEAR, "certificate": voucher, "kind": "payee", "amount": "40000.00",
                                    "bank_serial": "R-1", "reason": "结算核减"}, TREASURY)["id"]
        self.move(REFUND, refund, "submit", TREASURY)
        self.stopped(self.try_move(REFUND, refund, "confirm", LEADER), "treasury.in_approval")
        self.approve(refund, LEADER)
        self.assertEqual(self.balance(indicator), {"available": "340000.00", "reserved": "0.00", "confirmed": "400000.00", "paid": "60000.00"})
        self.assertEqual(self.get(PLAN, plan)[0]["used"], "60000.00")

    def test_a_payment_sent_twice_goes_out_once(self):
        plan = self.plan(self.indicator("500000.00"))
        request = self.approved(plan)
        voucher = self.voucher(request)
        status, answer, _ = self.try_move(REQUEST, request, "certify", TREASURY)
        self.assertEqual((status, answer["code"]), (409, "records.wrong_state"))
        status, answer, _ = self.try_move(CERTIFICATE, voucher, "send", TREASURY)
        self.assertEqual((status, answer["code"]), (409, "records.wrong_state"))
        # Eight receipts of the same payment at once: one counts, the others say that it is known or lost the race.
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.receipt(voucher, "B-2"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sum(status == 200 and not answer["repeated"] for status, answer, _ in answers), 1, answers)
        self.assertEqual(self.receipt(voucher, "B-2")[1]["repeated"], True)
        self.stopped(self.receipt(voucher, "B-3"), "treasury.paid_twice")
        self.assertEqual(self.get(CERTIFICATE, voucher)[0]["paid_amount"], "100000.00")

    def test_a_sent_voucher_is_cancelled_only_by_another(self):
        indicator = self.indicator("500000.00")
        plan = self.plan(indicator)
        request = self.approved(plan)
        voucher = self.voucher(request)
        for step in ("void", "cancel"):
            self.stopped(self.try_move(CERTIFICATE, voucher, step, TREASURY), "treasury.sent_voucher")
        _, tag = self.get(CERTIFICATE, voucher)
        self.assertEqual(server.ask("PATCH", f"{CERTIFICATE}/{voucher}", {"amount": "1.00"}, TREASURY, {"If-Match": tag})[0], 422)
        status, made, _ = server.ask("POST", f"{CERTIFICATE}/{voucher}/cancellation", {"reason": "收款人有误"}, TREASURY)
        self.assertEqual(status, 201, made)
        self.assertEqual(server.ask("POST", f"{CERTIFICATE}/{voucher}/cancellation", {"reason": "再来"}, TREASURY)[0], 409)
        self.seal_and_send(made["id"])
        self.assertEqual(self.receipt(made["id"], "C-1")[0], 200)
        self.assertEqual(self.get(CERTIFICATE, voucher)[0]["status"], "cancelled")
        self.assertEqual(self.get(REQUEST, request)[0]["status"], "returned")
        self.assertEqual(self.balance(indicator)["confirmed"], "500000.00")
        self.stopped(self.receipt(voucher, "B-4"), "treasury.receipt")
        # The request is put right and goes the whole way again.
        self.move(REQUEST, request, "submit", CLERK)
        self.approve(request, REVIEWER, HEAD)
        self.assertEqual(self.receipt(self.voucher(request), "B-5")[0], 200)

    def test_refunds_are_never_larger_than_the_payment(self):
        indicator = self.indicator("500000.00")
        voucher = self.paid(self.plan(indicator), "B-6")
        body = {"unit": self.school, "fiscal_year": YEAR, "certificate": voucher, "kind": "payee", "amount": "100000.01", "bank_serial": "R-2",
                "reason": "多付"}
        self.stopped(server.ask("POST", REFUND, body, TREASURY), "treasury.refund")
        first = self.made(REFUND, {**body, "amount": "60000.00"}, TREASURY)["id"]
        self.assertEqual(server.ask("POST", REFUND, {**body, "amount": "1.00"}, TREASURY)[0], 409, "the bank's serial is used")
        second = self.made(REFUND, {**body, "amount": "40000.01", "bank_serial": "R-3"}, TREASURY)["id"]
        for refund in (first, second):
            self.move(REFUND, refund, "submit", TREASURY)
        self.approve(first, LEADER)
        self.stopped(self.act(second, LEADER), "treasury.refund")
        self.assertEqual(self.get(CERTIFICATE, voucher)[0]["refunded"], "60000.00")
        self.assertEqual(self.balance(indicator)["paid"], "40000.00")

    def test_what_was_reviewed_does_not_change(self):
        plan = self.plan(self.indicator("500000.00"))
        request = self.request(plan)
        self.move(REQUEST, request, "submit", CLERK)
        self.approve(request, REVIEWER)
        for who in (CLERK, REVIEWER):
            _, tag = self.get(REQUEST, request, who)
            status, answer, _ = server.ask("PATCH", f"{REQUEST}/{request}", {"payee_account": "6222029999999999"}, who, {"If-Match": tag})
            self.assertIn(status, (403, 409), answer)
        self.approve(request, HEAD)

    def test_an_invoice_pays_once(self):
        plan = self.plan(self.indicator("500000.00"))
        first, second = self.request(plan), self.request(plan)
        for request, number in ((first, "2532 2000 0001"), (second, "25-322-000-0001")):
            self.made("/treasury/payment-invoice", {"request": request, "number": number, "amount": "100000.00"}, CLERK)
        self.move(REQUEST, first, "submit", CLERK)
        self.stopped(self.try_move(REQUEST, second, "submit", CLERK), "treasury.invoice_used")
        self.assertEqual(self.get(PLAN, plan)[0]["used"], "100000.00")
        self.move(REQUEST, first, "withdraw", CLERK)
        self.move(REQUEST, second, "submit", CLERK)

    def test_bad_forms_are_refused_with_what_to_do(self):
        plan = self.plan(self.indicator("500000.00"))
        far = str(TODAY - datetime.timedelta(days=40))
        for changes, code in (({"request_date": far}, "treasury.backdated"), ({"request_date": str(TODAY + datetime.timedelta(days=1))}, "treasury.backdated"),
                              ({"currency": "USD", "foreign_amount": "10.00"}, "treasury.currency_rate"), ({"is_procurement": True}, "treasury.contract"),
                              ({"payee_account": ""}, "treasury.payee")):
            self.stopped(server.ask("POST", REQUEST, self.form(plan, **changes), CLERK), code)
            server.problem("POST", REQUEST, self.form(plan, **changes), CLERK)
        for amount in ("92233720368547758.08", "-1.00", "0.00", "1e5", "0.001"):
            self.assertEqual(server.ask("POST", REQUEST, self.form(plan, amount=amount), CLERK)[0], 422, amount)
        edge = self.request(plan, amount="92233720368547758.07")
        self.stopped(self.try_move(REQUEST, edge, "submit", CLERK), "treasury.stopped")
        self.stopped(self.try_move(REQUEST, self.request(plan, amount="500000.01"), "submit", CLERK), "treasury.stopped")
        self.assertEqual(self.get(PLAN, plan)[0]["used"], "0.00")

    def test_foreign_money_needs_an_approved_rate(self):
        plan = self.plan(self.indicator("500000.00"))
        rate = self.made("/treasury/exchange-rate", {"currency": "EUR", "valid_from": str(TODAY), "rate": "7.812345"}, PROVINCE)["id"]
        form = {"currency": "EUR", "foreign_amount": "1000.00", "amount": "7812.35"}
        self.stopped(server.ask("POST", REQUEST, self.form(plan, **form), CLERK), "treasury.currency_rate")
        self.assertEqual(self.try_move("/treasury/exchange-rate", rate, "approve", PROVINCE)[0], 403, "a second person approves")
        self.move("/treasury/exchange-rate", rate, "approve", "finance-leader.320000000")
        self.stopped(server.ask("POST", REQUEST, self.form(plan, **{**form, "amount": "7812.34"}), CLERK), "treasury.currency_rate")
        self.assertEqual(self.get(REQUEST, self.request(plan, **form))[0]["rate"], "7.812345")

    def test_a_batch_is_paid_with_its_details(self):
        plan = self.plan(self.indicator("500000.00"))
        payee = {"payee_kind": "batch", "payee_name": None, "payee_account": None, "payee_bank": None, "business": "subsidy", "amount": "300.00"}
        request = self.request(plan, **payee)
        for line in range(1, 4):
            self.made("/treasury/payment-detail", {"request": request, "line": line, "payee_name": f"学生{line}", "account": f"622202000000{line:04}",
                                                   "amount": "100.00" if line < 3 else "99.99"}, CLERK)
        self.stopped(self.try_move(REQUEST, request, "submit", CLERK), "treasury.details")
        last = server.first("/treasury/payment-detail", f"request=={request};line==3", CLERK)
        _, tag = self.get("/treasury/payment-detail", last["id"], CLERK)
        self.assertEqual(server.ask("PATCH", f"/treasury/payment-detail/{last['id']}", {"amount": "100.00"}, CLERK, {"If-Match": tag})[0], 200)
        self.move(REQUEST, request, "submit", CLERK)
        self.approve(request, REVIEWER, HEAD)
        voucher = self.voucher(request)
        self.assertEqual(self.receipt(voucher, "B-7", "300.00")[0], 200)
        body = {"unit": self.school, "fiscal_year": YEAR, "certificate": voucher, "detail": last["id"], "kind": "bank", "amount": "100.01",
                "bank_serial": "R-4", "reason": "账号注销"}
        refund = self.made(REFUND, body, TREASURY)["id"]
        self.move(REFUND, refund, "submit", TREASURY)
        self.stopped(self.act(refund, LEADER), "treasury.refund")
        refund = self.made(REFUND, {**body, "amount": "100.00", "bank_serial": "R-5"}, TREASURY)["id"]
        self.move(REFUND, refund, "submit", TREASURY)
        self.approve(refund, LEADER)
        self.assertEqual(self.get("/treasury/payment-detail", last["id"])[0]["returned_amount"], "100.00")

    def test_a_kill_between_reservation_and_approval_loses_nothing(self):
        indicator = self.indicator("500000.00")
        plan = self.plan(indicator)
        request = self.request(plan)
        self.move(REQUEST, request, "submit", CLERK)
        before = self.balance(indicator)
        server.kill()
        server.start()
        self.assertEqual(self.balance(indicator), before)
        self.assertEqual((before["reserved"], before["confirmed"]), ("100000.00", "400000.00"))
        self.assertEqual(self.get(PLAN, plan)[0]["used"], "100000.00")
        self.approve(request, REVIEWER, HEAD)
        self.assertEqual(self.receipt(self.voucher(request), "B-8")[0], 200)
        self.assertEqual(self.balance(indicator)["paid"], "100000.00")

    def test_many_at_once_do_not_exceed_the_plan(self):
        plan = self.plan(self.indicator("900.00"), "100.00")
        requests = [self.request(plan, amount="100.00", use=f"同时 {number}") for number in range(8)]
        tags = {request: self.get(REQUEST, request, CLERK)[1] for request in requests}
        answers = []
        threads = [threading.Thread(target=lambda one=request: answers.append(server.ask(
            "POST", f"{REQUEST}/{one}/transitions/submit", {}, CLERK, {"If-Match": tags[one]}))) for request in requests]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(status for status, _, _ in answers)[0], 200, answers)
        self.assertEqual(sum(status == 200 for status, _, _ in answers), 1, answers)
        self.assertTrue(all(status in (200, 409, 422) for status, _, _ in answers), answers)
        self.assertEqual(self.get(PLAN, plan)[0]["used"], "100.00")

    def test_a_correction_moves_money_by_its_own_voucher(self):
        wrong, right = self.indicator("500000.00"), self.indicator("200000.00")
        voucher = self.paid(self.plan(wrong), "B-10")
        body = {"unit": self.school, "fiscal_year": YEAR, "certificate": voucher, "to_indicator": right, "amount": "30000.00", "reason": "科目有误"}
        self.stopped(server.ask("POST", "/treasury/payment-correction", {**body, "to_indicator": wrong}, TREASURY), "treasury.correction")
        correction = self.made("/treasury/payment-correction", body, TREASURY)["id"]
        self.move("/treasury/payment-correction", correction, "submit", TREASURY)
        self.assertEqual(self.balance(right)["reserved"], "30000.00")
        self.approve(correction, LEADER)
        moving = server.first(CERTIFICATE, f"correction=={correction}", TREASURY)["id"]
        self.move(CERTIFICATE, moving, "seal", TREASURY)
        self.move(CERTIFICATE, moving, "send", TREASURY)
        self.assertEqual(self.receipt(moving, "G-1", "30000.00")[0], 200)
        self.assertEqual((self.balance(wrong)["paid"], self.balance(right)["paid"]), ("70000.00", "30000.00"))
        self.assertEqual(self.get("/treasury/payment-correction", correction)[0]["status"], "done")

    def test_an_official_card_is_paid_back_once(self):
        plan = self.plan(self.indicator("500000.00"))
        card = self.made("/treasury/official-card", {"card_no": "6283880000000001", "unit": self.school, "holder": "张三", "bank": "工商银行",
                                                     "limit": "50000.00"}, CLERK)["id"]
        swipe = {"serial": "S-1", "unit": self.school, "card": card, "swiped_on": str(TODAY), "merchant": "酒店", "amount": "3000.00", "use": "差旅"}
        self.stopped(server.ask("POST", "/treasury/card-expense", {**swipe, "amount": "50000.01"}, CLERK), "treasury.card")
        expense = self.made("/treasury/card-expense", swipe, CLERK)["id"]
        requests = [self.request(plan, payee_kind="card", settlement="card", amount="3000.00") for _ in range(2)]
        for request in requests:
            self.made("/treasury/card-claim", {"request": request, "expense": expense}, CLERK)
        self.move(REQUEST, requests[0], "submit", CLERK)
        self.stopped(self.try_move(REQUEST, requests[1], "submit", CLERK), "treasury.card_claim")
        self.approve(requests[0], REVIEWER, HEAD)
        self.assertEqual(self.receipt(self.voucher(requests[0]), "B-11", "3000.00")[0], 200)
        self.assertEqual(self.get("/treasury/card-expense", expense)[0]["state"], "repaid")

    def test_in_the_side_system_no_voucher_leaves(self):
        request = self.approved(self.plan(self.indicator("500000.00")))
        self.move(REQUEST, request, "certify", TREASURY)
        voucher = server.first(CERTIFICATE, f"request=={request};status==made", TREASURY)["id"]
        self.move(CERTIFICATE, voucher, "seal", LEADER)
        authority = self.made("/treasury/exchange-authority", {"region": server.node(COUNTY, TREASURY)["id"], "object": "payment", "mode": "side",
                                                               "valid_from": str(TODAY), "basis": "省级一体化系统上线"}, TREASURY)["id"]
        self.assertEqual(self.try_move("/treasury/exchange-authority", authority, "approve", TREASURY)[0], 403)
        self.move("/treasury/exchange-authority", authority, "approve", LEADER)
        self.stopped(self.try_move(CERTIFICATE, voucher, "send", TREASURY), "treasury.side_system")
        self.move("/treasury/exchange-authority", authority, "withdraw", TREASURY)
        self.move(CERTIFICATE, voucher, "send", TREASURY)

    def test_a_missed_deadline_gives_the_money_back(self):
        steps = [{"id": "review", "roles": ["unit_reviewer"], "at": "unit", "by": "2020-01-01", "overdue": "return", "transition": "review"}]
        body = {"categories": ["transfer"], "on_finish": "approve", "on_return": "return", "on_withdraw": "withdraw", "steps": steps}
        definition = self.made("/workflow/definition", {"code": "late_payment", "edition": 1, "name": "逾期退回", "subject": "treasury.payment_request",
                                                        "body": body, "region": server.node(COUNTY, BUDGET)["id"]}, EDITOR)["id"]
        self.move("/workflow/definition", definition, "submit", EDITOR)
        self.move("/workflow/definition", definition, "publish", APPROVER)
        indicator = self.indicator("500000.00")
        request = self.request(self.plan(indicator), business="transfer")
        self.move(REQUEST, request, "submit", CLERK)
        self.assertEqual(self.balance(indicator)["reserved"], "100000.00")
        status, answer, _ = server.ask("POST", "/workflow/deadlines", {}, BUDGET)
        self.assertEqual((status, answer.get("returned")), (200, 1), answer)
        for _ in range(600):
            if self.get(REQUEST, request)[0]["status"] == "returned":
                break
        self.assertEqual(self.get(REQUEST, request)[0]["status"], "returned")
        self.assertEqual(self.balance(indicator)["reserved"], "0.00")

    def test_a_statement_is_reconciled(self):
        voucher = self.paid(self.plan(self.indicator("500000.00")), "B-9")
        number = self.get(CERTIFICATE, voucher)[0]["cert_no"]
        # Months ago nothing of ours was paid, so the days of this sheet hold what the whole test paid today.
        sheet = self.made("/treasury/reconciliation", {"region": server.node(COUNTY, TREASURY)["id"], "counterpart": "agent_bank", "from_day": str(TODAY),
                                                       "to_day": str(TODAY), "their_count": 1, "their_sum": "100000.00"}, TREASURY)["id"]
        self.made("/treasury/reconciliation-line", {"reconciliation": sheet, "line": 1, "voucher_no": number, "amount": "100000.00"}, TREASURY)
        status, answer, _ = server.ask("POST", f"/treasury/reconciliation/{sheet}/match", {}, TREASURY)
        self.assertEqual((status, answer.get("differences")), (200, answer.get("our_count", 0) - 1), answer)
        lines = server.ask("GET", f"/treasury/reconciliation-line?limit=200&filter=reconciliation=={sheet};result==missing_there", who=TREASURY)[1]["items"]
        if lines:
            self.stopped(self.try_move("/treasury/reconciliation", sheet, "confirm", LEADER), "treasury.reconciled")
        for line in lines:
            _, tag = self.get("/treasury/reconciliation-line", line["id"])
            done = server.ask("PATCH", f"/treasury/reconciliation-line/{line['id']}", {"explanation": "对方次日入账"}, TREASURY, {"If-Match": tag})
            self.assertEqual(done[0], 200, done[1])
        self.move("/treasury/reconciliation", sheet, "confirm", LEADER)
        self.assertEqual(self.get(CERTIFICATE, voucher)[0]["status"], "reconciled")


if __name__ == "__main__":
    unittest.main(verbosity=2)
