#!/usr/bin/env python3
"""A year is watched: contracts, payments and projects come in, rules find what is wrong, people explain, find, recover, close.

Usage: monitoring_test.py sqlite|postgresql
"""
import collections
import csv
import decimal
import io
import json
import sys
import time
import unittest
import urllib.parse

import injected_year
from support import SOURCE, WITHOUT_WORKFLOW, database_from, start_with_demo

COUNTY, PROVINCE = "320583000", "320000000"
CLERK, REVIEWER = f"unit-clerk.{COUNTY}.106001", f"unit-reviewer.{COUNTY}.106001"
DIVISION, SUPERVISION, LEADER = f"finance-division.{COUNTY}", f"supervision-division.{COUNTY}", f"finance-leader.{COUNTY}"
TOP_SUPERVISION, TOP_LEADER = f"supervision-division.{PROVINCE}", f"finance-leader.{PROVINCE}"
DATABASE = database_from(sys.argv)
FACT, ALERT, CONTRACT = "/monitoring/fact", "/monitoring/alert", "/monitoring/contract"
HISTORY = SOURCE / "plugins/monitoring/tests/data/philadelphia_execution.csv"
SEED = 20250711
SCAN_TRIES = 1200


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings={**WITHOUT_WORKFLOW, "plugins.enable": WITHOUT_WORKFLOW["plugins.enable"] + ",monitoring"})


def tearDownModule():
    server.stop()


class Watch(unittest.TestCase):
    def make(self, path, body, who, status=201):
        got, answer, headers = server.ask("POST", path, body, who)
        self.assertEqual(got, status, answer)
        return (answer, headers["ETag"]) if status == 201 else answer

    def move(self, path, name, who, comment="同意", status=200):
        etag = server.ask("GET", path, who=who)[2]["ETag"]
        got, answer, _ = server.ask("POST", f"{path}/transitions/{name.replace('_', '-')}", {"comment": comment}, who, {"If-Match": etag})
        self.assertEqual(got, status, answer)
        return answer

    def refused(self, path, name, who, comment="同意"):
        """Fields of the findings that a step is refused with."""
        return [error["field"] for error in self.move(path, name, who, comment, 422)["errors"]]

    def all(self, path, condition, who):
        items, cursor = [], None
        while True:
            query = {"limit": 1000, "filter": condition, **({"cursor": cursor} if cursor else {})}
            status, answer, _ = server.ask("GET", f"{path}?{urllib.parse.urlencode(query)}", who=who)
            self.assertEqual(status, 200, answer)
            items += answer["items"]
            cursor = answer["next_cursor"]
            if not cursor:
                return items

    def load(self, path, rows, who):
        """Rows through the ordinary import of CSV."""
        table = io.StringIO()
        writer = csv.DictWriter(table, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        status, answer, _ = server.ask("POST", f"{path}/import?format=csv", who=who, raw=table.getvalue().encode())
        self.assertEqual(status, 200, str(answer)[:2000])
        return answer

    def scan(self, **asked):
        scan = self.make("/monitoring/evaluate", asked, SUPERVISION, 202)["scan"]
        for _ in range(SCAN_TRIES):
            told = server.ask("GET", f"/monitoring/evaluate/{scan}", who=SUPERVISION)[1]
            if told["state"] == "done":
                return told["result"]
            time.sleep(0.1)
        raise AssertionError("the scan did not end:\n" + (server.data / "log").read_text()[-3000:])

    def unit(self, code=f"{COUNTY}-106001", who=CLERK):
        return server.node(code, who)["id"]

    def test_every_rule_finds_what_was_put_in_and_nothing_else(self):
        rows, truth = injected_year.make(SEED)
        self.load(FACT, [{"unit": f"{COUNTY}-106001", "subject": row["subject"], "object": row["object"], "object_title": row["title"], "fiscal_year": 2025,
                          "told_by": "injected", "facts": json.dumps(row["facts"], ensure_ascii=False)} for row in rows], SUPERVISION)
        self.scan(full=True, day="2025-12-31")
        alerts = self.all(ALERT, "told_by==injected", SUPERVISION)
        found = collections.defaultdict(set)
        for alert in alerts:
            found[alert["rule"]].add(alert["object"])
        print(f"\nseed {SEED}: {len(rows)} objects on {DATABASE}\nrule  put in  found  right  recall  precision")
        poor = []
        for number in range(1, 53):
            rule = f"R{number:02}"
            wanted = {name for name, rules in truth.items() if rule in rules}
            right = wanted & found[rule]
            recall, precision = len(right) / len(wanted), len(right) / max(len(found[rule]), 1)
            print(f"{rule}   {len(wanted):5}  {len(found[rule]):5}  {len(right):5}  {recall:6.3f}  {precision:9.3f}")
            if (recall, precision) != (1, 1):
                poor.append((rule, sorted(wanted - found[rule]), sorted(found[rule] - wanted)))
        self.assertEqual(poor, [])
        letters = self.all("/monitoring/inquiry", "status==issued", SUPERVISION)
        self.assertGreaterEqual({letter["alert"] for letter in letters}, {alert["id"] for alert in alerts}, "each hit of a scan opens a letter")
        self.assertEqual({alert["effect"] for alert in alerts}, {"inquire"}, "a scan never blocks")
        for alert in alerts[:50]:
            self.assertTrue(alert["evidence"] and alert["behind"] and alert["message_zh"] and alert["message_en"], alert)
        self.scan(full=True, day="2026-01-01")
        again = self.all(ALERT, "told_by==injected", SUPERVISION)
        self.assertEqual({alert["id"] for alert in again}, {alert["id"] for alert in alerts}, "running again adds nothing")
        unmatched = self.all("/monitoring/unmatched-actual", "told_by==injected", SUPERVISION)
        self.assertEqual(len(unmatched), sum("R03" in rules for rules in truth.values()))

    def test_the_history_of_a_real_city_gives_its_alerts_and_no_more_when_run_again(self):
        with HISTORY.open(encoding="utf-8") as file:
            history = list(csv.DictReader(file))
        rows = [{"unit": COUNTY, "dataset": "philadelphia", "object": row["department"], "object_title": row["department"], "fiscal_year": row["fiscal_year"],
                 "period": row["quarter"], "as_of": row["as_of"], "year_target": row["target_full_year"], "plan_to_date": row["target_to_date"],
                 "paid_to_date": row["actual_to_date"], "year_projection": row["projection_full_year"]} for row in history]
        self.load("/monitoring/execution-record", rows, SUPERVISION)
        self.scan()
        expected = collections.defaultdict(set)
        for row in history:
            name = (int(row["fiscal_year"]), f"philadelphia/{row['department']}/{row['quarter']}")
            amounts = {key: decimal.Decimal(row[key]) if row[key] else None for key in row if key.startswith(("target", "actual", "projection"))}
            target, actual = amounts["target_to_date"], amounts["actual_to_date"]
            if target is not None and actual is not None and actual > target:
                expected["R04"].add(name)
            if target is not None and actual is not None and target > 0 and actual < target * decimal.Decimal("0.8"):
                expected["R05"].add(name)
            whole, projection = amounts["target_full_year"], amounts["projection_full_year"]
            if whole is not None and projection is not None and projection > whole:
                expected["R02"].add(name)
        alerts = self.all(ALERT, "told_by==execution_record", SUPERVISION)
        found = collections.defaultdict(set)
        for alert in alerts:
            found[alert["rule"]].add((alert["fiscal_year"], alert["object"]))
        print("\nhistory:", len(history), "quarters of departments;", {rule: len(found[rule]) for rule in sorted(found)})
        for rule in ("R02", "R04", "R05"):
            self.assertEqual((found[rule] - expected[rule], expected[rule] - found[rule]), (set(), set()), rule)
        even = sum(1 for row in history if row["target_to_date"] and row["target_to_date"] == row["actual_to_date"])
        self.assertGreater(even, 1000, "exactly 100 % is common, and is not over")
        self.load("/monitoring/execution-record", rows, SUPERVISION)
        self.scan(full=True)
        self.assertEqual(len(self.all(ALERT, "told_by==execution_record", SUPERVISION)), len(alerts), "running again adds nothing")

    def contract(self, number, **changes):
        body = {"unit": self.unit(), "number": number, "title": "食堂设备", "fiscal_year": 2026, "supplier": "甲公司", "amount": "100000.00", "procured": True,
                "plan_no": "CG-1", "plan_approved_on": "2026-03-01", "awarded_on": "2026-04-01", "signed_on": "2026-04-20", "currency": "CNY", **changes}
        return server.ask("POST", CONTRACT, body, CLERK)

    def test_j10_a_contract_from_the_empty_form_to_its_acceptance(self):
        blank = server.problem("POST", CONTRACT, {"unit": self.unit()}, CLERK)
        self.assertEqual(blank[0], 422)
        status, answer, _ = self.contract("HT-1", plan_no="")
        self.assertEqual((status, [error["code"] for error in answer["errors"]]), (422, ["monitoring.r41"]), "without a plan")
        status, answer, _ = self.contract("HT-1", currency="USD")
        self.assertEqual((status, [error["code"] for error in answer["errors"]]), (422, ["monitoring.no_rate"]))
        status, made, _ = self.contract("HT-1")
        self.assertEqual(status, 201, made)
        path = f"{CONTRACT}/{made['id']}"
        self.assertEqual(self.refused(path, "submit", CLERK), ["/status"], "no funding yet")
        line = {"contract": made["id"], "budget_line": "ZB-7", "fiscal_year": 2026, "fund_source": "当年预算", "line_amount": "80000.00", "share_amount": "60000.00"}
        self.make("/monitoring/contract-line", line, CLERK)
        self.make("/monitoring/contract-line", {**line, "fiscal_year": 2027, "fund_source": "下年预算", "share_amount": "40000.00"}, CLERK)
        status, other, _ = self.contract("HT-2")
        got = server.ask("POST", "/monitoring/contract-line", {**line, "contract": other["id"], "share_amount": "20000.01"}, CLERK)
        self.assertEqual([error["code"] for error in got[1]["errors"]], ["monitoring.line_exceeded"], "two contracts share one line")
        self.move(path, "submit", CLERK)
        self.move(path, "return", REVIEWER, "请核对条款")
        self.move(path, "submit", CLERK)
        self.move(path, "approve", CLERK, status=403)
        self.move(path, "approve", REVIEWER)
        etag = server.ask("GET", path, who=CLERK)[2]["ETag"]
        status, answer, _ = server.ask("PATCH", path, {"amount": "120000.00"}, CLERK, {"If-Match": etag})
        self.assertEqual((status, answer["errors"][0]["code"]), (422, "monitoring.contract_fixed"))
        self.make("/monitoring/payment-term", {"contract": made["id"], "number": 1, "node": "验收后", "share": 0.9}, CLERK)
        status, answer, _ = server.ask("POST", "/monitoring/payment-term", {"contract": made["id"], "number": 2, "node": "质保", "share": 0.2}, CLERK)
        self.assertEqual(answer["errors"][0]["code"], "monitoring.terms_exceeded")
        pay = {"unit": self.unit(), "day": "2026-05-01", "subject": "payment", "object": "ZF-1",
               "facts": {"amount": "96000.00", "day": "2026-05-01", "contract": "HT-1", "account": "62001"}}
        told = self.make("/monitoring/examine", pay, CLERK, 200)
        self.assertEqual([(hit["rule"], hit["effect"]) for hit in told["hits"]], [("R19", "ask_papers")])
        self.assertIn("R01", {item["rule"] for item in told["not_run"]}, "no ledger told a balance, and that is said")
        change = {"contract": made["id"], "number": 1, "change_amount": "10000.01", "changed_on": "2026-06-01", "document_no": "批1号"}
        self.make("/monitoring/contract-change", change, CLERK)
        self.make("/monitoring/acceptance", {"contract": made["id"], "number": 1, "accepted_on": "2026-04-19", "acceptor": "李四"}, CLERK)
        self.assertEqual(self.make("/monitoring/examine", pay, CLERK, 200)["hits"], [])
        self.scan(day="2026-06-02")
        rules = sorted(alert["rule"] for alert in self.all(ALERT, "subject==contract;object==HT-1", CLERK))
        self.assertEqual(rules, ["R14", "R17"], "signed a day after delivery, changed by more than a tenth")

    def alert_of(self, name, facts, subject="line"):
        self.make(FACT, {"unit": self.unit(), "subject": subject, "object": name, "fiscal_year": 2026, "told_by": "journey", "facts": facts}, SUPERVISION)
        self.scan(day="2026-07-01")
        alert = self.all(ALERT, f"object=={name}", CLERK)[0]
        return alert, f"{ALERT}/{alert['id']}"

    def letter(self, alert):
        return self.all("/monitoring/inquiry", f"alert=={alert['id']}", CLERK)[0]["status"]

    def test_j11_an_alert_is_explained_found_rectified_and_closed_by_different_people(self):
        alert, path = self.alert_of("ZB-11", {"as_of": "2026-07-01", "source_year": 2024, "balance": "5000.00"})
        self.assertEqual((alert["rule"], alert["level"], self.letter(alert)), ("R08", "orange", "issued"))
        self.assertEqual(sorted(self.refused(path, "explain", REVIEWER)), ["/explanation", "/papers"])
        self.make("/monitoring/explanation", {"alert": alert["id"], "content": "项目延期"}, CLERK)
        self.assertEqual(self.refused(path, "explain", REVIEWER), ["/papers"], "orange asks for papers")
        self.make("/monitoring/alert-paper", {"alert": alert["id"], "title": "延期批复"}, CLERK)
        self.move(path, "explain", CLERK, status=403)
        self.move(path, "explain", REVIEWER)
        self.assertEqual(self.letter(alert), "answered")
        self.move(path, "return_explanation", SUPERVISION, "请补充计划")
        self.assertEqual(self.letter(alert), "issued")
        self.move(path, "explain", REVIEWER)
        finding = {"alert": alert["id"], "conclusion": "violation", "violation_type": "idle", "demand": "收回结余", "recover_amount": "5000.00"}
        self.assertEqual(server.ask("POST", "/monitoring/finding", finding, CLERK)[0], 403)
        self.make("/monitoring/finding", finding, DIVISION)
        self.assertEqual(self.refused(path, "find_violation", DIVISION), ["/status"], "nobody approves their own finding")
        self.assertEqual(self.refused(path, "find_normal", SUPERVISION), ["/finding"])
        self.move(path, "find_violation", SUPERVISION)
        self.make("/monitoring/rectification", {"alert": alert["id"], "number": 1, "measures": "已缴回", "recovered_amount": "4999.99"}, CLERK)
        self.move(path, "rectify", REVIEWER)
        self.assertEqual(self.refused(path, "close", SUPERVISION), ["/rectification"], "a fen is missing")
        self.move(path, "return_rectification", SUPERVISION, "差一分")
        self.make("/monitoring/rectification", {"alert": alert["id"], "number": 2, "measures": "补缴", "recovered_amount": "0.01"}, CLERK)
        self.move(path, "rectify", REVIEWER)
        self.move(path, "close", SUPERVISION)
        self.assertEqual(self.letter(alert), "closed")
        status, page, headers = server.ask("GET", f"{path}/form", who=SUPERVISION)
        self.assertEqual((status, headers["Content-Type"].split(";")[0]), (200, "text/html"))
        for word in ("R08", "项目延期", "滞留闲置", "收回结余", "5,000.00", "补缴", "已办结"):
            self.assertIn(word, page.decode() if isinstance(page, bytes) else page)
        self.assertEqual([item["rule"] for item in self.all(ALERT, "object==ZB-11", CLERK)], ["R08"])

    def test_an_alert_belongs_to_the_plugin_and_its_cause_to_one_unit(self):
        alert, path = self.alert_of("ZB-12", {"as_of": "2026-07-01", "source_year": 2024, "balance": "1.00"})
        etag = server.ask("GET", path, who=SUPERVISION)[2]["ETag"]
        self.assertIn(server.ask("PATCH", path, {"level": "blue"}, SUPERVISION, {"If-Match": etag})[0], (403, 422))
        self.assertIn(server.ask("POST", ALERT, {"unit": self.unit(), "rule": "R01"}, SUPERVISION)[0], (403, 422))
        self.assertEqual(server.ask("POST", f"{path}/transitions/lapse", {}, SUPERVISION, {"If-Match": etag})[0], 403)
        stranger = next(name for name in sorted(server.passwords) if name.startswith("unit-clerk.") and name != CLERK)
        self.assertEqual(server.ask("GET", path, who=stranger)[0], 404, "another unit does not see it")

    def test_a_threshold_is_tried_on_last_year_and_set_by_two_people(self):
        for days in (95, 130):
            self.make(FACT, {"unit": self.unit(), "subject": "line", "object": f"TH-{days}", "fiscal_year": 2030, "told_by": "trial",
                             "facts": {"as_of": "2030-12-31", "issued_on": "2030-09-27" if days == 95 else "2030-08-23", "scheduled": True}}, SUPERVISION)
        draft = {"rule": "R07", "code": "days", "region_code": COUNTY, "fiscal_year": 2031, "edition": 1, "value": "120"}
        self.assertEqual(server.ask("POST", "/monitoring/threshold", draft, SUPERVISION)[0], 403, "public rows are written from the province")
        made, _ = self.make("/monitoring/threshold", draft, TOP_SUPERVISION)
        path = f"/monitoring/threshold/{made['id']}"
        self.assertEqual(self.refused(path, "approve", TOP_LEADER), ["/preview"])
        effect = self.make(f"{path}/preview", {}, TOP_SUPERVISION, 200)
        self.assertEqual((effect["year"], effect["hits_before"], effect["hits_after"], effect["gone"]), (2030, 2, 1, 1))
        self.move(path, "approve", TOP_SUPERVISION, status=403)
        self.move(path, "approve", TOP_LEADER)
        bad = server.problem("POST", "/monitoring/threshold", {**draft, "edition": 2, "value": "-3"}, TOP_SUPERVISION)
        self.assertEqual(bad, (422, bad[1], ["/value"]))
        eased = server.problem("POST", "/monitoring/alert-rule", {"code": "R01", "level": "yellow", "live": True, "enabled": False, "valid_from": "2031-01-01"}, TOP_SUPERVISION)
        self.assertEqual((eased[0], sorted(eased[2])), (422, ["/enabled", "/level"]))

    def test_the_shipped_rules_and_thresholds_come_in_as_data_and_change_nothing(self):
        roles = server.ask("GET", "/system/role?limit=1000", who="secadmin")[1]["items"]
        grant = {"username": TOP_SUPERVISION, "role": next(role["id"] for role in roles if role["code"] == "data_loader"),
                 "node": server.node(PROVINCE, TOP_SUPERVISION)["id"], "reach": "subtree"}
        self.make("/system/grant", grant, "secadmin")
        for name, rows in (("alert-rule", 52), ("threshold", 54)):
            table = (SOURCE / f"plugins/monitoring/data/{name.replace('-', '_')}.csv").read_bytes()
            status, answer, _ = server.ask("POST", f"/monitoring/{name}/import?format=csv&import_state=true", who=TOP_SUPERVISION, raw=table)
            self.assertEqual(status, 200, str(answer)[:2000])
            held = server.ask("GET", f"/monitoring/{name}?limit=1&count=exact&filter=status==in_force;source_kind==memory", who=CLERK)[1]
            self.assertEqual(held["count"], rows)
        facts = {"amount": "500000.00", "maker": "甲", "reviewer": "甲"}
        told = self.make("/monitoring/examine", {"unit": self.unit(), "subject": "payment", "object": "P", "facts": facts}, CLERK, 200)
        self.assertEqual([(hit["rule"], hit["level"]) for hit in told["hits"]], [("R32", "yellow"), ("R49", "grey")])

    def test_rules_without_their_register_say_so(self):
        self.scan(full=True, day="2032-01-01")
        status, run, _ = server.ask("GET", "/monitoring/rule-run", who=SUPERVISION)
        self.assertEqual((status, len(run["items"])), (200, 52))
        for item in run["items"]:
            if item["state"] == "not_run":
                self.assertTrue(item["source"]["zh"] and item["source"]["en"], item)

    def test_money_and_goals_have_their_lights(self):
        body = {"unit": self.unit(), "project_code": "32058326T000000000001", "project_name": "安防", "fiscal_year": 2026, "as_of": "2026-06-30",
                "planned_spending": 0.5, "actual_spending": 0.4, "planned_output": 0.5, "actual_output": 0.15}
        self.assertEqual(server.problem("POST", "/monitoring/progress", body, CLERK)[2], ["/deviation"], "red goals need a reason")
        made, _ = self.make("/monitoring/progress", {**body, "deviation": "供货延迟"}, CLERK)
        self.assertEqual([made[f"{part}_light"] for part in ("money", "goal", "both")], ["yellow", "red", "red"])
        status, lights, _ = server.ask("GET", f"/monitoring/dual-monitoring?unit={self.unit()}&year=2026", who=CLERK)
        self.assertEqual((status, [(item["money"], item["goals"]) for item in lights["items"]]), (200, [("yellow", "red")]))

    def test_bad_facts_are_refused_with_place_and_remedy(self):
        base = {"unit": self.unit(), "subject": "payment", "object": "bad", "fiscal_year": 2026, "told_by": "journey"}
        for facts, field in (({"amount": "92233720368547758.08"}, "/facts/amount"), ({"amount": "1.001"}, "/facts/amount"), ({"sum": "1.00"}, "/facts/sum"),
                             ({"day": "2026-02-30"}, "/facts/day"), ({"invoices": [{"number": 5, "colour": "red"}]}, "/facts/invoices/0/colour")):
            status, _, fields = server.problem("POST", FACT, {**base, "facts": facts}, SUPERVISION)
            self.assertEqual((status, fields), (422, [field]))
        edge = {"unit": self.unit(), "subject": "payment", "object": "edge", "day": "2026-05-01",
                "facts": {"amount": "92233720368547758.07", "indicator": True, "available": "1.00", "contract": "X", "contract_amount": "92233720368547758.07",
                          "contract_paid": "92233720368547758.07", "signed_on": "2026-01-01", "accepted": True}}
        told = self.make("/monitoring/examine", edge, CLERK, 200)
        self.assertIn("R01", [hit["rule"] for hit in told["hits"]])
        self.assertFalse(told["allowed"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
