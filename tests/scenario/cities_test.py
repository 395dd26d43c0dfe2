#!/usr/bin/env python3
"""Budgets of two real cities come in through mappings as a user would write them, version by version, and roll up: every total
and every department, added up apart from the platform, is the sum of the figures that it wrote.

Usage: cities_test.py sqlite|postgresql
ONEBUDGET_CITIES names a folder with the whole budgets (oakland/_src/data/flow/*.csv, philadelphia/spending/*.csv); without it
the extracts of plugins/compilation/tests/data are taken. Prints what came in.
"""
import collections
import csv
import decimal
import io
import json
import os
import pathlib
import sys
import unittest
import urllib.parse

from support import SOURCE, WITHOUT_WORKFLOW, database_from, start_with_demo

COUNTY = "320583000"
BUDGET = f"budget-division.{COUNTY}"
DATABASE = database_from(sys.argv)
DATA = SOURCE / "plugins/compilation/tests/data"
WHOLE = os.environ.get("ONEBUDGET_CITIES")
AT_ONCE = 12_000  # rows of a file, below the limits of one import and of a request
NONE = "(none)"


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings=WITHOUT_WORKFLOW)


def tearDownModule():
    server.stop()


def files(city):
    """(file, stage) of every version."""
    if not WHOLE:
        return [(DATA / {"oakland": "oakland_2016_adopted.csv", "philadelphia": "philadelphia_proposed.csv"}[city],
                 {"oakland": "adopted", "philadelphia": "proposed"}[city])]
    found = sorted(pathlib.Path(WHOLE).glob({"oakland": "oakland/_src/data/flow/*.csv", "philadelphia": "philadelphia/spending/*.csv"}[city]))
    return [(file, next(stage for stage in ("adopted", "proposed", "adjusted", "actual") if stage in file.name)) for file in found]


class Cities(unittest.TestCase):
    def mapping(self, city, stage):
        definition = json.loads((DATA / f"{city}.json").read_text())
        definition["constants"]["stage"] = stage
        body = {"region": server.node(COUNTY, BUDGET)["id"], "code": f"{city}_{stage}", "name": f"{city} {stage}", "definition": definition}
        path = f"/compilation/import-mapping/{server.made('/compilation/import-mapping', body, BUDGET)}"
        server.move(path, "use", BUDGET)
        return path, definition

    def brought_in(self, path, head, rows, dataset):
        """The rows in as many files as one import allows; (records, lines skipped)."""
        told, line = collections.Counter(), 1
        for begin in range(0, len(rows), AT_ONCE):
            table = io.StringIO()
            csv.writer(table).writerows([head, *rows[begin:begin + AT_ONCE]])
            query = {"dataset": dataset, "first_line": line}
            got, answer, _ = server.ask("POST", f"{path}/file?" + urllib.parse.urlencode(query), who=BUDGET, raw=table.getvalue().encode(),
                                        headers={"Content-Type": "application/octet-stream"})
            self.assertEqual((got, answer.get("errors")), (200, []), str(answer)[:2000])
            line = answer["next_line"]
            told.update({"records": answer["written"], "skipped": answer["skipped"]})
        return told

    def sums(self, dataset, group):
        told = server.get("/compilation/budget-figure/aggregate", BUDGET, filter=f"dataset=={dataset}", group=group, aggregate="sum:amount")
        self.assertFalse(told.get("truncated"), "every group is told")
        return told["items"]

    def rolled_up(self, dataset, wanted):
        """The tree total → department → economic class: the parents as added up here, the leaves as the platform holds them."""
        cells = [{"code": "total", "parent": "", "column": "amount", "amount": f"{sum(wanted.values()):.2f}"}]
        cells += [{"code": name, "parent": "total", "column": "amount", "amount": f"{amount:.2f}"} for name, amount in wanted.items()]
        cells += [{"code": f"{row['department'] or NONE}/{row['economic_class'] or NONE}", "parent": row["department"] or NONE, "column": "amount", "amount": row["sum_amount"]}
                  for row in self.sums(dataset, "department,economic_class")]
        told = server.well(200, "POST", "/compilation/roll-up", {"cells": cells}, BUDGET)
        self.assertEqual((told["sound"], told["differences"]), (True, []))
        cells[1]["amount"] = f"{decimal.Decimal(cells[1]['amount']) + decimal.Decimal('0.01'):.2f}"
        wrong = server.well(200, "POST", "/compilation/roll-up", {"cells": cells}, BUDGET)
        self.assertEqual({one["code"] for one in wrong["differences"]}, {"total", cells[1]["code"]}, "one fen is found and named")
        return len(cells)

    def city(self, city):
        total = collections.Counter()
        mappings = {}
        for number, (file, stage) in enumerate(files(city), 1):
            if stage not in mappings:
                mappings[stage] = self.mapping(city, stage)
            path, definition = mappings[stage]
            head, *rows = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig")))
            place = {name: head.index(name) for name in head}
            columns = [wide["source"] for wide in definition.get("wide", [])] or ["amount"]
            department = next(column["source"] for column in definition["columns"] if column["field"] == "department")
            wanted = collections.defaultdict(decimal.Decimal)
            for row in rows:
                wanted[row[place[department]] or NONE] += sum(decimal.Decimal(row[place[column]] or "0") for column in columns)
            dataset = f"{city}{number}"
            with self.subTest(file=file.name):
                told = self.brought_in(path, head, rows, dataset)
                total.update({"files": 1, "lines": len(rows), "cells rolled up": self.rolled_up(dataset, wanted), **told})
        print(f"\n{city}: {dict(total)}", flush=True)
        self.assertGreater(total["records"], 0)

    def test_oakland(self):
        self.city("oakland")

    def test_philadelphia(self):
        self.city("philadelphia")


if __name__ == "__main__":
    unittest.main(verbosity=2)
