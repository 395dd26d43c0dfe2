#!/usr/bin/env python3
"""Indicators from the budget to the last fen: documents, funds check, reservations, periods, replay, and a kill in between.

Usage: ledger_test.py sqlite|postgresql
"""
import concurrent.futures
import datetime
import itertools
import sys
import threading
import time
import unittest

import funds_proof
from support import database_from, start_with_demo

DATABASE = database_from(sys.argv)
COUNTY = "320583000"
BUDGET, LEADER = f"budget-division.{COUNTY}", f"finance-leader.{COUNTY}"
PAYER, CLERK = f"treasury-division.{COUNTY}", f"unit-clerk.{COUNTY}.106001"
YEAR = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).year
CLIENTS = 64
numbers = itertools.count(1)


def setUpModule():
    global server, unit, region
    server = start_with_demo(DATABASE, settings={"plugins.enable": "standards,workflow,compilation,ledger"})
    unit = server.node(f"{COUNTY}-106001", CLERK)["id"]
    region = server.node(COUNTY, BUDGET)["id"]


def tearDownModule():
    server.stop()


def good(answer, *expected):
    status, body, _ = answer
    if status not in (expected or (200, 201)):
        raise AssertionError(f"{status}: {body}")
    return body


def draft(kind, lines, **header):
    """A document of the budget division with its lines, submitted."""
    document = good(server.ask("POST", "/ledger/document", {"number": f"文书{next(numbers)}", "kind": kind, "node": region, "fiscal_year": YEAR,
                                                            "title": kind, **header}, BUDGET))
    for line_no, line in enumerate(lines, 1):
        good(server.ask("POST", "/ledger/document-line", {"document": document["id"], "line_no": line_no, **line}, BUDGET))
    return document["id"]


def move(entity, row, transition, who):
    version = server.ask("GET", f"{entity}/{row}", who=who)[2]["ETag"]
    return server.ask("POST", f"{entity}/{row}/transitions/{transition.replace('_', '-')}", {"comment": "同意"}, who, {"If-Match": version})


def post(document):
    good(move("/ledger/document", document, "submit", BUDGET))
    return move("/ledger/document", document, "post", LEADER)


def issued(amount, project="P", **more):
    """A new executable indicator of the unit."""
    line = {"amount": amount, "unit": unit, "stage": "executable", "fund_kind": "1", "functional_class": "2050203",
            "project_code": f"{project}{next(numbers)}", "source_year": YEAR, **more}
    good(post(draft("add", [line])))
    return server.first("/ledger/indicator", f"project_code=={line['project_code']}", CLERK)["id"]


def row(indicator):
    return good(server.ask("GET", f"/ledger/indicator/{indicator}", who=CLERK))


def yuan(fen):
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def ask(number, indicator, fen, **more):
    return {"document": {"entity": "external.order", "id": str(number)}, "unit": unit, "link": "payment",
            "lines": [{"line": 1, "indicator": indicator, "amount": yuan(fen)}], **more}


def verb(name, request, who=PAYER):
    return server.ask("POST", f"/ledger/external/{name}", request, who)


def of(number, **more):
    return {"document": {"entity": "external.order", "id": str(number)}, "lines": [1], **more}


def paid(number, fen, reference):
    return of(number, reference=reference, lines=[{"line": 1, "amount": yuan(fen)}])


class Money(unittest.TestCase):
    def drift_is_zero(self, year=YEAR):
        found = good(server.ask("POST", "/ledger/drift", {"fiscal_year": year}, BUDGET))
        self.assertEqual(found["differences"], [])
        self.assertGreater(found["entries"], 0)

    def test_1_from_the_budget_to_the_payment(self):
        good(post(draft("appropriation", [{"amount": "1000.00", "fund_kind": "9"}])))
        for project, amount in (("A", "600.00"), ("B", "400.00")):
            good(post(draft("issue", [{"amount": amount, "unit": unit, "fund_kind": "9", "project_code": f"J{project}"}])))
        status, code, fields = server.problem("POST", f"/ledger/document/{self.submitted([{'amount': '0.01', 'unit': unit, 'fund_kind': '9'}])}/transitions/post",
                                              {"comment": "x"}, LEADER, {"If-Match": '"2"'})
        self.assertEqual((status, fields), (422, ["/lines"]), code)
        one, two = (server.first("/ledger/indicator", f"project_code==J{project}", CLERK)["id"] for project in "AB")
        good(post(draft("transfer", [{"source": two, "target": one, "amount": "100.00"}], batch_no="1")))
        self.assertEqual((row(one)["available"], row(two)["available"]), ("700.00", "300.00"))
        self.assertTrue(good(server.ask("POST", "/ledger/check", ask(1, one, 70000), CLERK))["allowed"])
        reserved = good(verb("reserve", ask(1, one, 70000)))
        self.assertTrue(reserved["allowed"])
        self.assertEqual(row(one)["reserved"], "700.00")
        self.assertFalse(good(verb("reserve", ask(2, one, 1)))["allowed"])
        good(verb("confirm", of(1)))
        good(verb("consume", paid(1, 50000, "V1")))
        self.assertEqual(server.problem("POST", "/ledger/external/refund", paid(1, 50001, "R0"), PAYER)[1], "ledger.refund_too_large")
        good(verb("refund", paid(1, 10000, "R1")))
        good(verb("release", of(1, reason="closed")))
        after = row(one)
        self.assertEqual((after["amount"], after["available"], after["paid"]), ("700.00", "300.00", "400.00"))
        self.drift_is_zero()

    def test_1a_every_field_that_is_wrong_is_told_with_its_remedy(self):
        wrong = {"document": {"entity": "treasury.request", "id": "1"}, "unit": unit, "link": "payment", "lines": [{"line": 1, "indicator": "1", "amount": "0.05"}]}
        self.assertEqual(server.problem("POST", "/ledger/external/reserve", wrong, PAYER), (400, "ledger.external", ["/document/entity"]))
        told = verb("reserve", wrong)[1]["errors"]
        self.assertEqual([one["code"] for one in told], ["ledger.external_entity"])
        self.assertNotIn(told[0]["remedy"], told[0]["message"])
        # What does not even have the declared shape is told before the plugin is asked.
        unshaped = {**wrong, "document": {"entity": "external.x", "id": ""}, "lines": [{"line": 1, "indicator": "1", "amount": "0.05"}, {"line": 2, "amount": "0.00"}]}
        status, code, fields = server.problem("POST", "/ledger/external/reserve", unshaped, PAYER)
        self.assertEqual((status, code), (400, "http.body"))
        self.assertEqual(set(fields), {"/document/id", "/lines/1/indicator"})
        one = issued("1.00")
        self.assertTrue(good(verb("reserve", ask(901, one, 100)))["allowed"])
        good(verb("confirm", {**of(901), "lines": [1, 1]}))
        twice = of(901, reference="T", lines=[{"line": 1, "amount": "0.10"}, {"line": 1, "amount": "0.20"}])
        self.assertEqual(server.problem("POST", "/ledger/external/consume", twice, PAYER)[1], "ledger.line_twice")

    def submitted(self, lines):
        document = draft("issue", lines)
        good(move("/ledger/document", document, "submit", BUDGET))
        return document

    def test_2_nobody_posts_alone_and_nobody_changes_what_is_posted(self):
        document = draft("add", [{"amount": "1.00", "unit": unit, "stage": "executable", "fund_kind": "1"}])
        good(move("/ledger/document", document, "submit", BUDGET))
        self.assertEqual(move("/ledger/document", document, "post", BUDGET)[0], 403)
        good(move("/ledger/document", document, "post", LEADER))
        self.assertEqual(server.ask("PATCH", f"/ledger/document/{document}", {"title": "x"}, BUDGET, {"If-Match": '"3"'})[0], 409)
        entry = server.first("/ledger/entry", f"document=={document}", BUDGET)
        self.assertIn(server.ask("DELETE", f"/ledger/entry/{entry['id']}", None, BUDGET, {"If-Match": '"1"'})[0], (403, 409))
        red = good(server.ask("POST", f"/ledger/document/{document}/reverse", {}, BUDGET))
        good(post(red["id"]))
        self.drift_is_zero()

    def test_3_the_last_fen_is_spent_once(self):
        indicator = issued("0.01")
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(lambda n: verb("reserve", ask(f"3{n:03}", indicator, 1)), range(CLIENTS)))
        taken = [body for status, body, _ in answers if status == 200 and body["allowed"]]
        self.assertEqual(len(taken), 1)
        self.assertLessEqual({status for status, _, _ in answers}, {200, 409})
        after = row(indicator)
        self.assertEqual((after["available"], after["reserved"]), ("0.00", "0.01"))
        self.drift_is_zero()

    def test_4_what_is_sent_again_counts_once(self):
        indicator = issued("10.00")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: verb("reserve", ask(4, indicator, 600)), range(16)))
        self.assertTrue(any(status == 200 and body["allowed"] for status, body, _ in answers))
        self.assertLessEqual({status for status, _, _ in answers}, {200, 409})
        self.assertEqual(row(indicator)["reserved"], "6.00")
        good(verb("confirm", of(4)))
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: verb("consume", paid(4, 200, "V4")), range(16)))
        self.assertTrue(good(verb("consume", paid(4, 200, "V4")))["repeated"])
        self.assertEqual(row(indicator)["paid"], "2.00")
        self.drift_is_zero()

    def test_5_amounts_at_the_edge_are_refused(self):
        indicator = issued("1.00")
        for fen in (2**63 - 1, 2**62, 10**16 + 1, 0, -1):
            answer = good(server.ask("POST", "/ledger/check", ask(5, indicator, fen), CLERK))
            self.assertEqual((answer["allowed"], answer["findings"][0]["code"]), (False, "ledger.amount"), fen)
        document = draft("add", [{"amount": "92233720368547758.07", "unit": unit, "stage": "executable", "fund_kind": "1"}])
        status, answer, _ = move("/ledger/document", document, "submit", BUDGET)
        self.assertEqual((status, answer["errors"][0]["field"]), (422, "/lines/1/amount"))
        largest = issued("100000000000000.00")
        self.assertTrue(good(verb("reserve", ask(50, largest, 10**16)))["allowed"])
        self.drift_is_zero()

    def test_5_a_supplement_looks_at_what_is_left_of_its_project(self):
        library = "status=in=(in_library,budgeted,issued,executing,carried_over)"
        project = next(row for row in server.rows("/compilation/project", library, BUDGET) if float(row["total_amount"]) > 1)
        line = {"unit": unit, "stage": "executable", "fund_kind": "1", "functional_class": "2050203", "project_code": project["code"], "source_year": YEAR}
        good(post(draft("add", [{"amount": project["total_amount"], **line}])))
        more = draft("add", [{"amount": "0.01", **line}])
        status, answer, _ = move("/ledger/document", more, "submit", BUDGET)
        self.assertEqual((status, [(one["code"], one["field"]) for one in answer["errors"]]), (422, [("ledger.project_total", "/lines/1/amount")]))
        indicator = server.first("/ledger/indicator", f"project_code=={project['code']};stage==executable", CLERK)
        self.assertEqual(indicator["amount"], project["total_amount"])
        cut = draft("cut", [{"amount": "5.00", "source": indicator["id"]}])
        good(post(cut))
        good(move("/ledger/document", more, "submit", BUDGET))
        good(move("/ledger/document", more, "post", LEADER))
        good(post(draft("add", [{"amount": "5.00", **line, "project_code": "不在库的项目"}])))

    def test_6_a_control_counts_across_units_and_is_changed_by_two(self):
        indicator = issued("1000.00", fund_kind="7")
        control = {"code": "county_seven", "region": region, "fiscal_year": YEAR, "name": "性质七合计", "level": "region", "fund_kind": "7",
                   "warn_percent": 50, "stop_percent": 90, "hold": True, "override_role": "finance_leader", "override_limit": "800.00"}
        number = good(server.ask("POST", "/ledger/control", control, BUDGET))["id"]
        good(move("/ledger/control", number, "submit", BUDGET))
        self.assertEqual(move("/ledger/control", number, "approve", BUDGET)[0], 403)
        good(move("/ledger/control", number, "approve", LEADER))
        records = funds_proof.Records(server, CLERK, BUDGET)
        pool = row(indicator)["pools"][0]
        self.assertIn(server.ask("GET", f"/ledger/pool/{pool}", who=CLERK)[0], (403, 404), "the region's pool is not the unit's to see")
        for fen, level in ((50000, "pass"), (50001, "hold"), (90000, "hold"), (90001, "stop"), (100001, "stop")):
            request = ask(6, indicator, fen)
            answer = good(server.ask("POST", "/ledger/check", request, CLERK))
            self.assertEqual(answer["level"], level, fen)
            self.assertEqual(funds_proof.differences(records, request, answer), [])
        override = {"source_entity": "external.order", "source_id": "6", "unit": unit, "pool": pool, "amount": "600.00", "reason": "应急"}
        wanted = good(server.ask("POST", "/ledger/override", override, CLERK))["id"]
        self.assertEqual(move("/ledger/override", wanted, "grant", CLERK)[0], 403)
        good(move("/ledger/override", wanted, "grant", LEADER))
        request = ask(6, indicator, 60000)
        answer = good(server.ask("POST", "/ledger/check", request, CLERK))
        self.assertEqual(answer["level"], "warn")
        self.assertEqual(funds_proof.differences(records, request, answer), [])
        self.assertTrue(good(verb("reserve", request))["allowed"])
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as many:
            answers = list(many.map(lambda n: verb("reserve", ask(f"6{n:03}", indicator, 30000)), range(CLIENTS)))
        self.assertEqual(sum(status == 200 and body["allowed"] for status, body, _ in answers), 0, "a warning that holds, not let pass")
        newer = good(server.ask("POST", "/ledger/control", {**control, "edition": 2, "hold": False, "stop_percent": 70}, BUDGET))["id"]
        good(move("/ledger/control", newer, "submit", BUDGET))
        good(move("/ledger/control", newer, "approve", LEADER))
        for _ in range(600):
            if good(server.ask("GET", f"/ledger/control/{number}", who=BUDGET))["status"] == "withdrawn":
                break
            time.sleep(0.05)
        else:
            self.fail("the older edition is still in force")
        for fen, level in ((10000, "warn"), (10001, "stop")):
            request = ask(61, indicator, fen)
            answer = good(server.ask("POST", "/ledger/check", request, CLERK))
            self.assertEqual(answer["level"], level, "what is used already counts in the new edition")
            self.assertEqual(funds_proof.differences(records, request, answer), [])
        self.assertEqual(len(row(indicator)["pools"]), 1)
        self.drift_is_zero()

    def test_7_proofs_follow_from_the_records(self):
        records = funds_proof.Records(server, CLERK, BUDGET)
        one, two = issued("100.00"), issued("50.00")
        contract = {**ask(70, one, 8000), "link": "contract"}
        held = good(verb("reserve", contract))["reservations"][0]["id"]
        good(verb("confirm", of(70)))
        lines = [{"line": 1, "indicator": one, "amount": "50.00", "from": held}, {"line": 2, "indicator": two, "amount": "50.00"},
                 {"line": 3, "indicator": one, "amount": "50.00", "from": held}]
        for request in (ask(71, one, 1, lines=lines), ask(72, one, 2000), ask(73, one, 2001), ask(74, two, 1, lines=lines[1:]),
                        ask(75, one, 1, lines=[*lines, {"line": 4, "indicator": two, "amount": "0.01"}])):
            answer = good(server.ask("POST", "/ledger/check", request, CLERK))
            self.assertEqual(funds_proof.differences(records, request, answer), [], request)
        request = ask(71, one, 1, lines=lines)
        answer = good(verb("reserve", request))
        self.assertTrue(answer["allowed"])
        kept = good(server.ask("GET", f"/ledger/decision/{answer['decision']}", who=CLERK))
        self.assertEqual(kept["proof"], answer["proof"])
        self.drift_is_zero()

    def test_8_a_year_replayed_has_one_digest(self):
        year = 2024
        day = {"posted_on": f"{year}-03-31", "fiscal_year": year}

        def whole(project):
            line = {"amount": "123.45", "unit": unit, "stage": "executable", "fund_kind": "1", "project_code": project, "source_year": year}
            good(post(draft("add", [line], **day)))
            indicator = server.first("/ledger/indicator", f"project_code=={project}", CLERK)["id"]
            good(post(draft("freeze", [{"source": indicator, "amount": "23.45"}], **day)))

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(whole, [f"R{n}" for n in range(8)]))
        digests = {good(server.ask("GET", f"/ledger/replay?fiscal_year={year}", who=BUDGET))["digest"] for _ in range(2)}
        # Dates, codes and amounts are given, so the digest is the same on every database and with any number of hands.
        self.assertEqual(digests, {REPLAYED})

    def test_9_a_kill_between_reservation_and_approval_loses_nothing(self):
        indicator, stop = issued("1000.00"), threading.Event()
        told = []

        def reserve(worker):
            for n in itertools.count():
                if stop.is_set():
                    return
                number = f"9{worker}{n:05}"
                try:
                    status, body, _ = verb("reserve", ask(number, indicator, 7))
                except OSError:
                    return
                if status == 200 and body["allowed"]:
                    told.append(number)
                    if len(told) >= 40:
                        stop.set()

        threads = [threading.Thread(target=reserve, args=(worker,)) for worker in range(8)]
        server.token(PAYER)
        for thread in threads:
            thread.start()
        stop.wait(120)
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
        self.drift_is_zero()
        for number in told:
            self.assertEqual(good(verb("confirm", of(number)))["reservations"][0]["confirmed"], "0.07", "an answered reservation is there")
        good(verb("consume", paid(told[0], 7, "V9")))
        self.drift_is_zero()


class Journeys(unittest.TestCase):
    """J6 批复下达 and J7 调剂、追加 from the empty form: sent back, a paper that is missing, somebody who is away."""

    def deputy(self):
        """The leader is away: the security administrator lets another person post for the region until it ends."""
        deputy = f"finance-division.{COUNTY}"
        role = next(one["id"] for one in good(server.ask("GET", "/system/role?limit=200", who="secadmin"))["items"] if one["code"] == "finance_leader")
        good(server.ask("POST", "/system/grant", {"username": deputy, "role": role, "node": region, "reach": "level"}, "secadmin"))
        return deputy

    def test_j6_the_budget_is_issued(self):
        self.assertEqual(server.problem("POST", "/ledger/document", {"node": region}, BUDGET)[0], 422)
        empty = good(server.ask("POST", "/ledger/document", {"number": "J6-空", "kind": "issue", "node": region, "fiscal_year": YEAR, "title": "批复下达"}, BUDGET))["id"]
        self.assertEqual(move("/ledger/document", empty, "submit", BUDGET)[0], 422, "no lines")
        good(post(draft("appropriation", [{"amount": "500.00", "fund_kind": "8"}])))
        document = draft("issue", [{"amount": "300.00", "unit": unit, "fund_kind": "8", "functional_class": "2050203", "project_code": "J6"}])
        good(move("/ledger/document", document, "submit", BUDGET))
        self.assertEqual(server.problem("POST", f"/ledger/document/{document}/transitions/return", {}, LEADER, {"If-Match": '"2"'})[0], 422, "a return says why")
        good(move("/ledger/document", document, "return", LEADER))
        self.assertEqual(good(server.ask("GET", f"/ledger/document/{document}", who=BUDGET))["status"], "draft")
        good(move("/ledger/document", document, "submit", BUDGET))
        self.assertEqual(move("/ledger/document", document, "post", BUDGET)[0], 403, "not by who made it")
        good(move("/ledger/document", document, "post", self.deputy()))
        issued_to = server.first("/ledger/indicator", "project_code==J6", CLERK)
        self.assertEqual((issued_to["available"], issued_to["stage"]), ("300.00", "executable"))

    def test_j7_money_is_moved_and_added(self):
        one, two = issued("100.00", "J7"), issued("50.00", "J7")
        missing = draft("transfer", [{"source": one, "target": two, "amount": "60.00"}])
        status, answer, _ = move("/ledger/document", missing, "submit", BUDGET)
        self.assertEqual((status, [error["field"] for error in answer["errors"]]), (422, ["/batch_no"]), "a transfer names its batch")
        adjust = draft("adjust", [{"target": one, "amount": "10.00"}])
        status, answer, _ = move("/ledger/document", adjust, "submit", BUDGET)
        self.assertIn("/basis", [error["field"] for error in answer["errors"]], "an adjustment needs the standing committee's document")
        moved = draft("transfer", [{"source": one, "target": two, "amount": "60.00"}], batch_no="1")
        good(move("/ledger/document", moved, "submit", BUDGET))
        good(move("/ledger/document", moved, "return", LEADER))
        good(move("/ledger/document", moved, "submit", BUDGET))
        good(move("/ledger/document", moved, "post", LEADER))
        self.assertEqual((row(one)["available"], row(two)["available"]), ("40.00", "110.00"))
        status, answer, _ = post(draft("transfer", [{"source": one, "target": two, "amount": "40.01"}], batch_no="2"))
        self.assertEqual(status, 422, answer)
        self.assertEqual((row(one)["available"], row(two)["available"]), ("40.00", "110.00"), "never more than there is")

    def test_money_from_above_keeps_its_chain(self):
        """上级指标文号 → receiving region → payment, with the mark of direct funds in every link."""
        number = f"苏财预〔{YEAR}〕1号"
        chain = {"upper_document_no": number, "direct_mark": "1", "budget_source": "upper", "receiving_region": COUNTY, "fund_kind": "1"}
        direct = issued("200.00", "ZD", **chain)
        kept = row(direct)
        self.assertEqual({name: kept[name] for name in chain}, chain)
        good(verb("reserve", ask("zd", direct, 1000)))
        good(verb("confirm", of("zd")))
        good(verb("consume", paid("zd", 1000, "ZD-1")))
        entries = good(server.ask("GET", f"/ledger/entry?limit=100&filter=indicator=={direct};event==consume", who=BUDGET))["items"]
        self.assertEqual([entry["indicator"] for entry in entries], [direct], "a payment is one indicator's, and so of its document from above")


class Periods(unittest.TestCase):
    def test_closing_and_reopening_take_two_people_each(self):
        indicator = issued("1.00")
        month = 1
        period = good(server.ask("POST", "/ledger/period", {"region": region, "fiscal_year": YEAR - 1, "month": month}, BUDGET))["id"]
        line = {"amount": "1.00", "unit": unit, "stage": "executable", "fund_kind": "1", "source_year": YEAR - 1}
        late = {"fiscal_year": YEAR - 1, "posted_on": f"{YEAR - 1}-01-31"}
        good(post(draft("add", [line], **late)))
        good(move("/ledger/period", period, "start_close", BUDGET))
        self.assertEqual(move("/ledger/period", period, "close", BUDGET)[0], 403)
        good(move("/ledger/period", period, "close", LEADER))
        status, answer, _ = post(draft("add", [line], **late))
        self.assertEqual((status, answer["code"]), (423, "ledger.period_closed"))
        good(move("/ledger/period", period, "ask_reopen", BUDGET))
        self.assertEqual(post(draft("add", [line], **late))[0], 423)
        self.assertEqual(move("/ledger/period", period, "reopen", BUDGET)[0], 403)
        good(move("/ledger/period", period, "reopen", LEADER))
        good(post(draft("add", [line], **late)))
        self.assertEqual(row(indicator)["available"], "1.00")


REPLAYED = "582bfaa3e36b28c2c3c3fc025d7d3d91877904a5e17cfa420ffa92cdaf2b55b3"

if __name__ == "__main__":
    unittest.main()
