#!/usr/bin/env python3
"""A year of the demo province with violations of every rule put in, watched while money moves, and killed in the middle. Long: not
run with the tests. Prints recall and precision of each rule, and ends with an error when one is not 1 or a balance drifts.

Usage: watched_year.py sqlite|postgresql [--scale 0.1] [--units 40] [--seed 20250711] [--kills 2]
"""
import argparse
import collections
import itertools
import json
import sys
import threading
import time
import urllib.parse

import injected_year
from support import database_from, start_with_demo, today

DATABASE = database_from(sys.argv)
COUNTY = "320583000"
PLACES = {"320000000", "320500000", COUNTY}
BUDGET, LEADER, PAYER, CLERK = (f"{who}.{COUNTY}" for who in ("budget-division", "finance-leader", "treasury-division", "unit-clerk"))
CLERK += ".106001"
PLUGINS = {"plugins.enable": "standards,workflow,compilation,ledger,treasury,monitoring"}
SOURCE, PAYERS = "watched", 8


def good(answer, *expected):
    if answer[0] not in (expected or (200, 201)):
        raise SystemExit(f"{answer[0]}: {str(answer[1])[:2000]}")
    return answer[1]


def everything(server, path, condition, who, fields=""):
    cursor = None
    while True:
        query = {"limit": 1000, "filter": condition, **({"fields": fields} if fields else {}), **({"cursor": cursor} if cursor else {})}
        answer = good(server.ask("GET", f"{path}?{urllib.parse.urlencode(query)}", who=who))
        yield from answer["items"]
        cursor = answer["next_cursor"]
        if not cursor:
            return


def units_of(server, most):
    """Codes of units with the supervision that may tell facts of them."""
    out, cursor = [], None
    while True:
        query = {"kind": "unit", "limit": 1000, **({"cursor": cursor} if cursor else {})}
        answer = good(server.ask("GET", "/system/node?" + urllib.parse.urlencode(query), who=BUDGET))
        out += [node["code"] for node in answer["items"] if node["code"].split("-")[0] in PLACES]
        cursor = answer.get("next_cursor")
        if not cursor or len(out) >= most * 20:
            break
    step = max(len(out) // most, 1)
    return [(code, f"supervision-division.{code.split('-')[0]}") for code in out[::step][:most]]


def tell(server, code, who, rows):
    """The facts of one unit by the ordinary import; telling them again adds nothing."""
    lines = "".join(json.dumps({"unit": f"code:{code}", "subject": row["subject"], "object": row["object"], "object_title": row["title"], "fiscal_year": 2025,
                                "told_by": SOURCE, "facts": row["facts"]}, ensure_ascii=False) + "\n" for row in rows)
    good(server.ask("POST", "/monitoring/fact/import?format=jsonl", who=who, raw=lines.encode()))


def indicator(server):
    year, unit = today().year, server.node(f"{COUNTY}-106001", CLERK)["id"]
    document = good(server.ask("POST", "/ledger/document", {"number": "watched", "kind": "add", "node": server.node(COUNTY, BUDGET)["id"], "fiscal_year": year,
                                                            "title": "watched"}, BUDGET))["id"]
    good(server.ask("POST", "/ledger/document-line", {"document": document, "line_no": 1, "amount": "1000000.00", "unit": unit, "stage": "executable",
                                                      "fund_kind": "1", "project_code": "WATCHED", "source_year": year}, BUDGET))
    for step, who in (("submit", BUDGET), ("post", LEADER)):
        etag = server.ask("GET", f"/ledger/document/{document}", who=who)[2]["ETag"]
        good(server.ask("POST", f"/ledger/document/{document}/transitions/{step}", {"comment": "x"}, who, {"If-Match": etag}))
    return unit, server.first("/ledger/indicator", "project_code==WATCHED", CLERK)["id"]


class Money:
    """Reserves, confirms and pays as fast as it can until it is stopped; a killed server ends only the call under way."""

    def __init__(self, server):
        self.server, (self.unit, self.indicator) = server, indicator(server)
        self.numbers, self.stopped, self.answered = itertools.count(1), threading.Event(), collections.Counter()
        server.token(PAYER)
        self.threads = [threading.Thread(target=self.run) for _ in range(PAYERS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.stopped.is_set():
            number = str(next(self.numbers))
            document = {"document": {"entity": "external.watched", "id": number}}
            steps = (("reserve", {"unit": self.unit, "link": "payment", "lines": [{"line": 1, "indicator": self.indicator, "amount": "0.07"}]}),
                     ("confirm", {"lines": [1]}), ("consume", {"reference": f"V{number}", "lines": [{"line": 1, "amount": "0.07"}]}))
            for verb, more in steps:
                try:
                    status = self.server.ask("POST", f"/ledger/external/{verb}", {**document, **more}, PAYER)[0]
                except (OSError, RuntimeError, ValueError):
                    status = 0
                if status != 200:
                    time.sleep(0.05)
                    break
                self.answered[verb] += 1

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--seed", type=int, default=20250711)
    parser.add_argument("--kills", type=int, default=2)
    arguments = parser.parse_args()
    begun = time.monotonic()
    server = start_with_demo(DATABASE, arguments.scale, PLUGINS)
    try:
        watch(server, arguments, begun)
    finally:
        server.stop()


def watch(server, arguments, begun):
    units = units_of(server, arguments.units)
    print(f"{DATABASE}: province at scale {arguments.scale} stands after {time.monotonic() - begun:.0f} s; {len(units)} units are watched", flush=True)
    years = {code: injected_year.make(arguments.seed + n) for n, (code, _) in enumerate(units)}
    money = Money(server)
    kill_after = {len(units) * (n + 1) // (arguments.kills + 1) for n in range(arguments.kills)}
    for n, (code, who) in enumerate(units):
        tell(server, code, who, years[code][0])
        if n in kill_after:
            server.kill()
            server.start()
            print(f"killed after {n + 1} units, {sum(money.answered.values())} steps of payments answered", flush=True)
    supervisions = sorted({who for _, who in units})
    while any(waiting(server, who) for who in supervisions):
        time.sleep(0.5)
    money.stop()
    judge(server, units, years, time.monotonic() - begun, money)


def waiting(server, who):
    """Whether facts are still unjudged; a session that ended meanwhile is opened again."""
    status, answer, _ = server.ask("GET", f"/monitoring/fact?limit=1&filter=told_by=={SOURCE};checked==false", who=who)
    if status == 401:
        server.tokens.pop(who, None)
        return True
    return bool(good((status, answer))["items"])


def judge(server, units, years, took, money):
    ids = {server.node(code, who)["id"]: code for code, who in units}
    found = collections.defaultdict(set)
    for who in sorted({who for _, who in units}):
        for alert in everything(server, "/monitoring/alert", f"told_by=={SOURCE}", who, "rule,object,unit"):
            if alert["unit"] in ids:
                found[alert["rule"]].add((ids[alert["unit"]], alert["object"]))
    facts = sum(len(rows) for rows, _ in years.values())
    print(f"{facts} facts, {sum(map(len, found.values()))} alerts, {took:.0f} s; payments: {dict(money.answered)}\nrule  put in  found  recall  precision")
    poor = []
    for number in range(1, 53):
        rule = f"R{number:02}"
        wanted = {(code, name) for code, (_, truth) in years.items() for name, rules in truth.items() if rule in rules}
        right = wanted & found[rule]
        recall, precision = len(right) / len(wanted), len(right) / max(len(found[rule]), 1)
        print(f"{rule}   {len(wanted):5}  {len(found[rule]):5}  {recall:6.3f}  {precision:9.3f}")
        if (recall, precision) != (1, 1):
            poor.append(rule)
    drift = good(server.ask("POST", "/ledger/drift", {"fiscal_year": today().year}, BUDGET))
    print(f"drift: {len(drift['differences'])} differences in {drift['indicators']} indicators, {drift['reservations']} reservations, {drift['entries']} entries")
    if poor or drift["differences"]:
        raise SystemExit(f"not as it should be: {poor} {drift['differences'][:3]}")


if __name__ == "__main__":
    main()
