"""Funds check and reservations of the ledger against raw SQL on the same balances, in the same run.

Usage: ledger_bench.py BUILD_DIR [--postgresql] [--runs 5] [--lines 1000] [--clients 64] [--seconds 5]

Runs are interleaved; every line gives the median with minimum and maximum, and the ratio is taken pair by pair. Nothing here
passes or fails, except that balances which do not equal their documents end the program.
"""
import argparse
import contextlib
import http.client
import itertools
import json
import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests/bench"))
from figures import note  # noqa: E402
COUNTY = "320583000"
BUDGET, LEADER, PAYER, CLERK = (f"{who}.{COUNTY}" for who in ("budget-division", "finance-leader", "treasury-division", "unit-clerk"))
CLERK += ".106001"
TABLE = "p_ledger__indicator"


def good(answer):
    if answer[0] not in (200, 201):
        raise RuntimeError(f"{answer[0]}: {str(answer[1])[:2000]}")
    return answer[1]


class House:
    """A server with one unit that has as many executable indicators as a document has lines."""

    def __init__(self, arguments, support):
        self.server = support.start_with_demo("postgresql" if arguments.postgresql else "sqlite",
                                              settings={"plugins.enable": "standards,workflow,compilation,ledger"})
        self.year, self.numbers = support.today().year, itertools.count(1)
        self.unit = self.server.node(f"{COUNTY}-106001", CLERK)["id"]
        self.region = self.server.node(COUNTY, BUDGET)["id"]
        document = good(self.server.ask("POST", "/ledger/document", {"number": "bench", "kind": "add", "node": self.region, "fiscal_year": self.year,
                                                                     "title": "bench"}, BUDGET))["id"]
        rows = "".join(json.dumps({"document": "code:bench", "line_no": n, "amount": "100000000.00", "unit": f"code:{COUNTY}-106001", "stage": "executable",
                                   "fund_kind": "1", "functional_class": "2050203", "project_code": f"B{n}", "source_year": self.year}) + "\n"
                       for n in range(1, arguments.lines + 1))
        status, answer, _ = self.server.ask("POST", "/ledger/document-line/import?format=jsonl", who=BUDGET, raw=rows.encode())
        if status != 200:
            self.lines_one_by_one(document, arguments.lines)
        for step, who in (("submit", BUDGET), ("post", LEADER)):
            etag = self.server.ask("GET", f"/ledger/document/{document}", who=who)[2]["ETag"]
            good(self.server.ask("POST", f"/ledger/document/{document}/transitions/{step}", {"comment": "x"}, who, {"If-Match": etag}))
        self.indicators, cursor = [], None
        while len(self.indicators) < arguments.lines:
            query = {"limit": 1000, "filter": "stage==executable", **({"cursor": cursor} if cursor else {})}
            page = good(self.server.ask("GET", "/ledger/indicator?" + urllib.parse.urlencode(query), who=CLERK))
            self.indicators += [int(row["id"]) for row in page["items"]]
            cursor = page["next_cursor"]

    def lines_one_by_one(self, document, count):
        for n in range(1, count + 1):
            good(self.server.ask("POST", "/ledger/document-line", {"document": document, "line_no": n, "amount": "100000000.00", "unit": self.unit,
                                                                   "stage": "executable", "fund_kind": "1", "functional_class": "2050203",
                                                                   "project_code": f"B{n}", "source_year": self.year}, BUDGET))

    def document(self):
        return {"document": {"entity": "external.bench", "id": str(next(self.numbers))}, "unit": self.unit, "link": "payment",
                "lines": [{"line": n, "indicator": str(one), "amount": "1.00"} for n, one in enumerate(self.indicators, 1)]}

    def whole(self):
        found = good(self.server.ask("POST", "/ledger/drift", {"fiscal_year": self.year}, BUDGET))
        if found["differences"]:
            raise SystemExit(f"balances do not equal their documents: {found['differences'][:3]}")
        return found


class RawSqlite:
    """A backup of the server's file, with the server's own durability."""

    def __init__(self, house):
        self.folder = tempfile.TemporaryDirectory(prefix="onebudget-bench-")
        path = os.path.join(self.folder.name, "raw.db")
        with contextlib.closing(sqlite3.connect(house.server.data / "onebudget.db")) as there, contextlib.closing(sqlite3.connect(path)) as here:
            there.backup(here)
        self.base = sqlite3.connect(path, isolation_level=None)
        self.base.execute("PRAGMA journal_mode=WAL")
        self.base.execute("PRAGMA synchronous=FULL")
        self.base.execute("CREATE TABLE raw_reservation (id INTEGER PRIMARY KEY, indicator INTEGER, amount INTEGER)")

    def statement(self, indicators):
        begun = time.perf_counter()
        rows = self.base.execute(f'UPDATE {TABLE} SET available = available - 100, reserved = reserved + 100 WHERE id IN (SELECT value FROM json_each(?))'
                                 " AND available >= 100 RETURNING id, available", [json.dumps(indicators)]).fetchall()
        assert len(rows) == len(indicators)
        return time.perf_counter() - begun

    def rate(self, indicators, clients, seconds):
        del clients
        until, count = time.perf_counter() + seconds, 0
        ids = itertools.cycle(indicators)
        while time.perf_counter() < until:
            one = next(ids)
            self.base.execute("BEGIN IMMEDIATE")
            self.base.execute(f'UPDATE {TABLE} SET available = available - 1, reserved = reserved + 1 WHERE id = ? AND available >= 1', [one])
            self.base.execute("INSERT INTO raw_reservation (indicator, amount) VALUES (?, 1)", [one])
            self.base.execute("COMMIT")
            count += 1
        return count / seconds

    def close(self):
        self.base.close()
        self.folder.cleanup()


class RawPostgresql:
    """A copy of the table beside the server's own, in its database."""

    def __init__(self, house):
        self.url = house.server.database.url
        self.psql(f"CREATE TABLE raw_indicator (LIKE {TABLE} INCLUDING ALL); INSERT INTO raw_indicator SELECT * FROM {TABLE};"
                  "CREATE TABLE raw_reservation (id bigserial PRIMARY KEY, indicator bigint, amount bigint)")

    def psql(self, text):
        return subprocess.run(["psql", "-qAt", self.url, "-v", "ON_ERROR_STOP=1"], input=text, capture_output=True, text=True, check=True).stdout

    def statement(self, indicators):
        ids = ",".join(map(str, indicators))
        told = self.psql("\\timing on\n\\o /dev/null\nUPDATE raw_indicator SET available = available - 100, reserved = reserved + 100 "
                         f"WHERE id IN ({ids}) AND available >= 100 RETURNING id, available;\n")
        return float(re.search(r"([0-9.]+) ms", told).group(1)) / 1000

    def same_rows(self, indicators, clients, seconds):
        """The rate of transactions that leave as many rows in as many indexes as a reservation, audit and outbox with it, and nothing else."""
        kept = {"p_ledger__reservation": (1, ["source_id"]), "p_ledger__entry": (1, ["number"]), "p_ledger__decision": (1, ["number"]), "ob_audit": (4, []),
                "ob_outbox": (4, []), "records_deltas": (2, [])}
        fresh = "nextval('raw_ids')"
        script = (f"\\set n random(0, {len(indicators) - 1})\nBEGIN;\nUPDATE raw_indicator SET available = available - 1, reserved = reserved + 1, "
                  f"version = version + 1 WHERE id = {min(indicators)} + :n AND available >= 1;\n")
        self.psql("CREATE SEQUENCE IF NOT EXISTS raw_ids START 1000000000")
        for table, (count, unique) in kept.items():
            self.psql(f"CREATE TABLE IF NOT EXISTS raw_{table} (LIKE {table} INCLUDING ALL)")
            row = json.loads(self.psql(f"SELECT row_to_json(t) FROM {table} t ORDER BY id DESC LIMIT 1") or "null")
            if row is None:  # deltas may all be folded
                continue
            given = set() if table.startswith("p_") else {"id"}
            names = [name for name, value in row.items() if value is not None and name not in {"tx", "seq", "hash", "delivery"} | given]
            cells = ", ".join(fresh if name == "id" else f"'b/' || {fresh}" if name in unique else self.literal(row[name]) for name in names)
            script += f"INSERT INTO raw_{table} ({', '.join(names)}) VALUES {', '.join([f'({cells})'] * count)};\n"
        return self.pgbench(script + "COMMIT;\n", clients, seconds)

    @staticmethod
    def literal(value):
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
        return "'" + text.replace("'", "''").replace(":", "' || chr(58) || '") + "'" if isinstance(value, (dict, list, str)) else text

    def pgbench(self, text, clients, seconds):
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(text)
            script.flush()
            told = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", script.name, self.url],
                                  capture_output=True, text=True, check=True).stdout
        return float(re.search(r"tps = ([0-9.]+)", told).group(1))

    def rate(self, indicators, clients, seconds):
        assert max(indicators) - min(indicators) + 1 == len(indicators), "the script picks ids from a row of them"
        return self.pgbench(f"\\set n random(0, {len(indicators) - 1})\nBEGIN;\n"
                            f"UPDATE raw_indicator SET available = available - 1, reserved = reserved + 1 WHERE id = {min(indicators)} + :n AND available >= 1;\n"
                            f"INSERT INTO raw_reservation (indicator, amount) VALUES ({min(indicators)} + :n, 1);\nCOMMIT;\n", clients, seconds)

    def close(self):
        pass


def rate(house, indicators, clients, seconds, run):
    """wrk asks, so that the clients take little of the processors that the server and the database need."""
    address = urllib.parse.urlsplit(house.server.url)._replace(path="/api/v1/ledger/external/reserve").geturl()
    told = subprocess.run(["wrk", "-t2", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "-s", str(pathlib.Path(__file__).with_name("reserve.lua")),
                           address, "--", house.server.token(PAYER), house.unit, str(run), *map(str, indicators)],
                          capture_output=True, text=True, check=True).stdout
    allowed, lost = map(int, re.search(r"reserved (\d+) lost (\d+)", told).groups())
    return allowed / seconds, lost


def spread(values, form):
    return f"{form(statistics.median(values))} ({form(min(values))} … {form(max(values))})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=5)
    arguments = parser.parse_args()
    os.environ.update(ONEBUDGET_SOURCE=str(SOURCE), ONEBUDGET_BINARIES=str(arguments.build.resolve()))
    sys.path.insert(0, str(SOURCE / "tests/scenario"))
    import support
    house = House(arguments, support)
    raw = (RawPostgresql if arguments.postgresql else RawSqlite)(house)
    try:
        measure(house, raw, arguments)
    finally:
        raw.close()
        house.server.stop()


def measure(house, raw, arguments):
    line = http.client.HTTPConnection(house.server.url.removeprefix("http://"))

    def timed(path, who):
        """Until the last byte of the answer; what Python makes of it is not the server's."""
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + house.server.token(who)}
        request = json.dumps(house.document()).encode()
        begun = time.perf_counter()
        line.request("POST", "/api/v1" + path, request, headers)
        response = line.getresponse()
        told = response.read()
        took = time.perf_counter() - begun
        answer = good((response.status, json.loads(told)))
        if not answer["allowed"]:
            raise SystemExit(f"not allowed: {answer['findings'][:2]}")
        return took

    bare, check, reserve = [], [], []
    for _ in range(arguments.runs):
        bare.append(raw.statement(house.indicators))
        check.append(timed("/ledger/check", CLERK))
        reserve.append(timed("/ledger/external/reserve", PAYER))
    ms = lambda seconds: f"{seconds * 1000:.1f} ms"
    times = lambda ratio: f"{ratio:.2f}"
    print(f"document of {arguments.lines} lines on {'PostgreSQL' if arguments.postgresql else 'SQLite'}: raw statement {spread(bare, ms)}")
    for name, values in (("check", check), ("reserve", reserve)):
        note(f"ledger.{name}", [value / one for value, one in zip(values, bare)])
        print(f"  {name}: {spread(values, ms)}, ratio {spread([value / one for value, one in zip(values, bare)], times)}")
    per_second = lambda value: f"{value:.0f}/s"
    for name, indicators in (("many lines", house.indicators), ("one hot line", house.indicators[:1])):
        bare, ours, lost = [], [], 0
        for run in range(arguments.runs):
            bare.append(raw.rate(indicators, arguments.clients, arguments.seconds))
            got, refused = rate(house, indicators, arguments.clients, arguments.seconds, f"{len(indicators)}{run}")
            ours.append(got)
            lost += refused
        note(f"ledger.{name.replace(' ', '_')}", [value / one for value, one in zip(ours, bare)])
        print(f"{arguments.clients} clients, {name}: raw {spread(bare, per_second)}, reservations {spread(ours, per_second)}, "
              f"ratio {spread([value / one for value, one in zip(ours, bare)], times)}; not allowed or lost {lost}")
    if arguments.postgresql:
        bare = raw.same_rows(house.indicators, arguments.clients, arguments.seconds)
        print(f"raw transactions that write the same rows as a reservation: {bare:.0f}/s")
    whole = house.whole()
    print(f"drift: 0 of {whole['indicators']} indicators, {whole['entries']} entries")


if __name__ == "__main__":
    main()
