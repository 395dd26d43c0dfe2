"""What a dashboard asks, from rollups over REST, against the bare group-by over the same rows, in the same run.

Usage: dashboard_bench.py BUILD_DIR [--database sqlite|postgresql] [--projects 1000000] [--months 3] [--runs 5]

A demo province is loaded and its rows of the one table are multiplied behind the server, which fills its rollups when it starts
again. Each question is then asked --runs times in turn with its counterpart: as a signed-in person over HTTP, JSON and all,
against one hand-written statement on an open connection. Medians with minimum and maximum; nothing here passes or fails.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests/bench"))
from figures import note  # noqa: E402
LEADER = "finance-leader.320000000"
COUNTY = "320583000"
BUDGET, POSTER = f"budget-division.{COUNTY}", f"finance-leader.{COUNTY}"
LINE, MONTH = "p_insight__project_line", "p_insight__month_line"
SUMS = ["declared_amount", "approved_amount", "indicator_amount", "paid_amount", "balance_amount", "open_grey", "open_red", "open_orange", "open_yellow", "open_blue"]


class Raw:
    """The database without the server."""

    def __init__(self, server):
        self.server = server
        self.sqlite = None if server.database else sqlite3.connect(server.data / "onebudget.db")

    def run(self, *statements):
        if self.sqlite:
            with self.sqlite:
                for statement in statements:
                    self.sqlite.execute(statement)
            return
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.server.database.url, *[part for one in statements for part in ("-c", one)]], check=True)

    def columns(self, table):
        if self.sqlite:
            return [row[1] for row in self.sqlite.execute(f"PRAGMA table_info({table})")]
        return self.rows(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")

    def rows(self, statement):
        if self.sqlite:
            return [row[0] for row in self.sqlite.execute(statement)]
        return subprocess.run(["psql", "-Atq", self.server.database.url, "-c", statement], check=True, capture_output=True, text=True).stdout.split("\n")[:-1]

    def milliseconds(self, statement):
        if self.sqlite:
            begun = time.monotonic()
            self.sqlite.execute(statement).fetchall()
            return 1000 * (time.monotonic() - begun)
        told = subprocess.run(["psql", "-Atq", self.server.database.url, "-c", r"\timing on", "-c", statement], check=True, capture_output=True, text=True).stdout
        return float(told.rsplit("Time: ", 1)[1].split()[0])


def multiply(raw, table, times, made):
    """The rows again, `times` - 1 more times, as other projects; `made` replaces columns."""
    copied = [name for name in raw.columns(table) if name not in ("id", "project_code", *made)]
    last = int(raw.rows(f"SELECT coalesce(max(id), 0) FROM {table}")[0])
    count = int(raw.rows(f"SELECT count(*) FROM {table}")[0])
    numbers = f"WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {times - 1})"
    names = ", ".join(f'"{name}"' for name in ["id", "project_code", *copied, *made])
    raw.run(f"""INSERT INTO {table} ({names}) {numbers} SELECT {last} + (k.n - 1) * {count} + row_number() OVER (PARTITION BY k.n ORDER BY t.id),
      t.project_code || '-' || k.n, {', '.join(f't."{name}"' for name in copied)}{''.join(', ' + value for value in made.values())} FROM {table} t, k""")


def fill(raw, projects, months):
    here = int(raw.rows(f"SELECT count(*) FROM {LINE} WHERE fiscal_year = 2026")[0])
    raw.run(f"UPDATE {LINE} SET indicator_amount = declared_amount, approved_amount = declared_amount, paid_amount = declared_amount / 3 WHERE fiscal_year = 2026")
    multiply(raw, LINE, max(2, projects // here), {})
    same = [name for name in raw.columns(MONTH) if name in raw.columns(LINE) and name not in ("id", "paid_amount", "planned_amount")]
    raw.run(*[f"""INSERT INTO {MONTH} (id, month, planned_amount, paid_amount, {', '.join(f'"{name}"' for name in same)})
      SELECT id * 16 + {month}, {month}, declared_amount / 12, paid_amount / 12, {', '.join(f'"{name}"' for name in same)} FROM {LINE}""" for month in range(1, months + 1)])
    raw.run("DELETE FROM records_rollups WHERE rollup LIKE 'insight.%'", "ANALYZE")


def questions():
    """Name, address, bare statement."""
    year = "fiscal_year = 2026"
    what = ",".join(["count", *(f"sum:{name}" for name in SUMS)])
    bare = ", ".join(["count(*)", *(f"sum({name})" for name in SUMS)])
    line = "/insight/project-line/aggregate"
    return [
        ("province by region", line, {"group": "region_code", "aggregate": what, "filter": "fiscal_year==2026"}, f"SELECT region_code, {bare} FROM {LINE} WHERE {year} GROUP BY region_code"),
        ("region by function", line, {"group": "region_code,function_group", "aggregate": what, "filter": "fiscal_year==2026"},
         f"SELECT region_code, function_group, {bare} FROM {LINE} WHERE {year} GROUP BY region_code, function_group"),
        ("one city by region", line, {"group": "region_code", "aggregate": what, "filter": "fiscal_year==2026;region_code==3205*"},
         f"SELECT region_code, {bare} FROM {LINE} WHERE {year} AND region_code >= '3205' AND region_code < '3206' GROUP BY region_code"),
        ("grades", line, {"group": "grade", "aggregate": "count", "filter": "fiscal_year==2026"}, f"SELECT grade, count(*) FROM {LINE} WHERE {year} GROUP BY grade"),
        ("curve by month", "/insight/month-line/aggregate", {"group": "month", "aggregate": "sum:planned_amount,sum:paid_amount", "filter": "fiscal_year==2026"},
         f"SELECT month, sum(planned_amount), sum(paid_amount) FROM {MONTH} WHERE {year} GROUP BY month"),
    ]


def measure(server, raw, runs):
    line = http.client.HTTPConnection(server.url.removeprefix("http://"))
    headers = {"Authorization": "Bearer " + server.token(LEADER)}
    for name, path, query, statement in questions():
        address = f"{path}?{urllib.parse.urlencode(query)}"
        ours, bare = [], []
        for _ in range(runs):
            begun = time.monotonic()
            line.request("GET", "/api/v1" + address, headers=headers)
            answer = json.loads(line.getresponse().read())
            ours.append(1000 * (time.monotonic() - begun))
            assert "rollup" in answer, answer
            bare.append(raw.milliseconds(statement))
        ratios = sorted(theirs / own for own, theirs in zip(ours, bare))
        note("insight." + name.replace(" ", "_"), ratios)
        cells = raw.rows(f"SELECT count(*) FROM ({statement}) x")[0]
        print(f"{name:20} {statistics.median(ratios):8.1f} times faster [{ratios[0]:.1f} … {ratios[-1]:.1f}]   ({statistics.median(ours):.2f} ms over HTTP from "
              f"{answer['rollup']['name']}, {len(answer['items'])} rows, against {statistics.median(bare):.1f} ms; {cells} groups)", flush=True)


def freshness(server, year, runs):
    """Seconds from the answer of a posting until the rollup that dashboards read has its amount."""
    node, unit = server.node(COUNTY, BUDGET)["id"], server.node(f"{COUNTY}-106001", BUDGET)["id"]

    def total():
        answer = server.get("/ledger/indicator/aggregate", BUDGET, aggregate="sum:amount", filter=f"fiscal_year=={year};stage==executable")
        assert "rollup" in answer, answer
        return sum(float(item["sum_amount"] or 0) for item in answer["items"])

    took = []
    for run in range(runs):
        before = total()
        document = server.made("/ledger/document", {"number": f"fresh-{run}", "kind": "add", "node": node, "fiscal_year": year, "title": "fresh"}, BUDGET)
        server.made("/ledger/document-line", {"document": document, "line_no": 1, "amount": "1000.00", "unit": unit, "stage": "executable", "fund_kind": "1",
                                              "functional_class": "2050203", "project_code": f"FRESH{run}", "source_year": year}, BUDGET)
        server.move(f"/ledger/document/{document}", "submit", BUDGET)
        server.move(f"/ledger/document/{document}", "post", POSTER)
        begun = time.monotonic()
        while total() < before + 999:
            time.sleep(0.01)
        took.append(time.monotonic() - begun)
    note("insight.freshness", took)
    print(f"freshness after commit {statistics.median(took):.2f} s [{min(took):.2f} … {max(took):.2f}]", flush=True)


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("build", type=pathlib.Path)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked.add_argument("--projects", type=int, default=1_000_000)
    asked.add_argument("--months", type=int, default=3)
    asked.add_argument("--runs", type=int, default=5)
    given = asked.parse_args()
    os.environ["ONEBUDGET_SOURCE"], os.environ["ONEBUDGET_BINARIES"] = str(SOURCE), str(given.build.resolve())
    sys.path.insert(0, str(SOURCE / "tests/scenario"))
    import support
    from support import start_with_demo
    support.READY_TRIES = 18_000  # it fills the rollups first
    server = start_with_demo(given.database, 0.02, {"plugins.enable": "standards,workflow,compilation,ledger,treasury,monitoring,performance,insight"})
    try:
        time.sleep(5)  # the events of the load have come; what is missing is not counted on either side
        server.process.terminate()
        server.process.wait(60)
        raw = Raw(server)
        fill(raw, given.projects, given.months)
        begun = time.monotonic()
        server.tokens = {}
        server.start()
        units = raw.rows(f"SELECT count(DISTINCT unit) FROM {LINE}")[0]
        print(f"{given.database}: {raw.rows(f'SELECT count(*) FROM {LINE}')[0]} rows of the table, {raw.rows(f'SELECT count(*) FROM {MONTH}')[0]} months, {units} units; "
              f"started and filled in {time.monotonic() - begun:.1f} s", flush=True)
        measure(server, raw, given.runs)
        freshness(server, support.today().year, given.runs)
        if raw.sqlite:
            raw.sqlite.close()
    finally:
        server.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
