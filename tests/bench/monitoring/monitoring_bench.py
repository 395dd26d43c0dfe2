"""All rules over many facts, and one payment more, against a raw scan and a raw indexed read and write in the same run.

Usage: monitoring_bench.py BUILD_DIR [--postgresql] [--facts 100000] [--payments 200] [--runs 3]

A demo county is told --facts facts of payments, lines, projects, contracts and suppliers that nobody objects to, and a year with
violations of every rule, by the ordinary import. Then, in turn: everything is judged anew against one raw scan of the same tables;
payments are written one by one until each is judged, against as many raw indexed reads and durable writes on a copy. Wall time and
processor time are both given, since others may work on the machine. Nothing here passes or fails.
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests/bench"))
from figures import note  # noqa: E402
COUNTY = "320583000"
SUPERVISION, BUDGET = f"supervision-division.{COUNTY}", f"budget-division.{COUNTY}"
TABLES = ("p_monitoring__fact", "p_monitoring__execution_record", "p_monitoring__contract")
BATCH, UNITS, YEAR = 20_000, 50, 2025
TICKS = os.sysconf("SC_CLK_TCK")
IDLE_LOOKS = 3


def good(answer):
    if answer[0] not in (200, 201, 202):
        raise SystemExit(f"{answer[0]}: {str(answer[1])[:2000]}")
    return answer[1]


def processor(process):
    """Seconds of processor time that a process has used."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def told(unit, row):
    return {"unit": f"code:{unit}", "subject": row["subject"], "object": row["object"], "object_title": row["title"], "fiscal_year": YEAR, "told_by": "bench",
            "facts": row["facts"]}


def sound(injected_year, count):
    """Rows that no rule objects to: mostly payments, as a year has."""
    year = injected_year.Year(1)
    for n in range(count):
        subject = ("payment", "payment", "payment", "payment", "line", "project", "contract", "supplier")[n % 8]
        year.put(subject, getattr(year, subject)())
    for n, row in enumerate(year.rows):
        row["object"] = f"sound-{n}"
        row["facts"].pop("earlier", None)  # it is looked for, as in payments of the treasury
    return year.rows


def load(server, injected_year, count):
    nodes = server.ask("GET", "/system/node?kind=unit&limit=1000", who=BUDGET)[1]["items"]
    units = [node["code"] for node in nodes if node["code"].startswith(COUNTY)][:UNITS]
    rows = [told(units[n % len(units)], row) for n, row in enumerate(sound(injected_year, count))]
    rows += [told(units[0], row) for row in injected_year.make(20250711)[0]]
    for begin in range(0, len(rows), BATCH):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows[begin:begin + BATCH])
        good(server.ask("POST", "/monitoring/fact/import?format=jsonl", who=SUPERVISION, raw=lines.encode()))
    return units, len(rows)


def settled(server):
    """Until nothing is unjudged and the server has gone quiet."""
    quiet = 0
    while quiet < IDLE_LOOKS:
        before = processor(server.process.pid)
        waiting = server.ask("GET", "/monitoring/fact?limit=1&filter=checked==false", who=SUPERVISION)[1]["items"]
        time.sleep(0.5)
        quiet = quiet + 1 if not waiting and processor(server.process.pid) - before < 0.05 else 0


def judged_anew(server, day):
    begun, used = time.monotonic(), processor(server.process.pid)
    scan = good(server.ask("POST", "/monitoring/evaluate", {"full": True, "day": str(day)}, SUPERVISION))["scan"]
    while True:
        state = good(server.ask("GET", f"/monitoring/evaluate/{scan}", who=SUPERVISION))
        if state["state"] == "done":
            return time.monotonic() - begun, processor(server.process.pid) - used, state["result"]["objects"]
        time.sleep(0.1)


class RawSqlite:
    def __init__(self, server):
        self.folder = tempfile.TemporaryDirectory(prefix="onebudget-bench-")
        path = os.path.join(self.folder.name, "raw.db")
        with contextlib.closing(sqlite3.connect(server.data / "onebudget.db")) as there, contextlib.closing(sqlite3.connect(path)) as here:
            there.backup(here)
        self.base = sqlite3.connect(path, isolation_level=None)
        self.base.execute("PRAGMA journal_mode=WAL")
        self.base.execute("PRAGMA synchronous=FULL")

    def scan(self):
        begun, used, rows = time.monotonic(), time.process_time(), 0
        for table in TABLES:
            for _ in self.base.execute(f"SELECT * FROM {table}"):
                rows += 1
        return time.monotonic() - begun, time.process_time() - used, rows

    def payments(self, names):
        begun = time.monotonic()
        for name in names:
            self.base.execute(f"SELECT * FROM {TABLES[0]} WHERE object = ?", [name]).fetchall()
            self.base.execute(f"UPDATE {TABLES[0]} SET checked = 1, version = version + 1 WHERE object = ?", [name])
        return time.monotonic() - begun

    def close(self):
        self.base.close()
        self.folder.cleanup()


class RawPostgresql:
    def __init__(self, server):
        self.url = server.database.url

    def scan(self):
        begun, rows = time.monotonic(), 0
        for table in TABLES:
            with subprocess.Popen(["psql", "-q", self.url, "-c", f"COPY {table} TO STDOUT"], stdout=subprocess.PIPE) as out:
                rows += sum(1 for _ in out.stdout)
        took = time.monotonic() - begun
        return took, took, rows

    def payments(self, names):
        script = "".join(f"SELECT count(*) FROM {TABLES[0]} WHERE object = '{name}';\nUPDATE {TABLES[0]} SET version = version WHERE object = '{name}';\n" for name in names)
        begun = time.monotonic()
        subprocess.run(["psql", "-q", self.url], input=script.encode(), check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - begun

    def close(self):
        pass


def one_by_one(server, injected_year, unit, count, run):
    """Payments written until each is judged: wall, processor, and wall until the answer, a payment."""
    year = injected_year.Year(1000 + run)
    node = server.node(unit, BUDGET)["id"]
    bodies = []
    for n in range(count):
        facts = year.payment()
        facts.pop("earlier")
        bodies.append({"unit": node, "subject": "payment", "object": f"more-{run}-{n}", "object_title": "more", "fiscal_year": YEAR, "told_by": "bench", "facts": facts})
        year.counter += 1
    settled(server)
    begun, used = time.monotonic(), processor(server.process.pid)
    for body in bodies:
        good(server.ask("POST", "/monitoring/fact", body, SUPERVISION))
    written = time.monotonic() - begun
    while server.ask("GET", "/monitoring/fact?limit=1&filter=checked==false", who=SUPERVISION)[1]["items"]:
        time.sleep(0.02)
    return (time.monotonic() - begun) / count, (processor(server.process.pid) - used) / count, written / count


def spread(values):
    return f"{statistics.median(values):.1f} [{min(values):.1f} … {max(values):.1f}]"


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("build", type=pathlib.Path)
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--facts", type=int, default=100_000)
    asked.add_argument("--payments", type=int, default=200)
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    os.environ["ONEBUDGET_SOURCE"], os.environ["ONEBUDGET_BINARIES"] = str(SOURCE), str(given.build.resolve())
    sys.path.insert(0, str(SOURCE / "tests/scenario"))
    import injected_year
    import support
    server = support.start_with_demo("postgresql" if given.postgresql else "sqlite", 0.001,
                                     {"plugins.enable": "standards,compilation,monitoring"})
    try:
        begun = time.monotonic()
        units, count = load(server, injected_year, given.facts)
        settled(server)
        print(f"{'PostgreSQL' if given.postgresql else 'SQLite'}: {count} facts of {len(units)} units told and judged after {time.monotonic() - begun:.0f} s", flush=True)
        raw = (RawPostgresql if given.postgresql else RawSqlite)(server)
        wall, used = [], []
        for run in range(given.runs):
            bare, bare_used, rows = raw.scan()
            took, work, objects = judged_anew(server, support.today() + datetime.timedelta(run + 1))
            wall.append(took / bare)
            used.append(work / bare_used)
            print(f"  all rules over {objects} objects {took:.2f} s ({1e6 * work / objects:.0f} µs of processor an object); raw scan of {rows} rows {bare:.2f} s", flush=True)
        database = "postgresql" if given.postgresql else "sqlite"
        note(f"{database}.monitoring.full", used)
        print(f"re-evaluation against one raw scan: {spread(wall)} wall, {spread(used)} processor", flush=True)
        ratios, judged = [], []
        for run in range(given.runs):
            whole, work, written = one_by_one(server, injected_year, units[run % len(units)], given.payments, run)
            bare = raw.payments([f"sound-{8 * n}" for n in range(given.payments)]) / given.payments
            ratios.append(whole / bare)
            judged.append(work / bare)
            print(f"  a payment written and judged {1000 * whole:.2f} ms ({1000 * written:.2f} ms of it until its answer), {1000 * work:.2f} ms of processor; "
                  f"raw read and write {1000 * bare:.3f} ms", flush=True)
        note(f"{database}.monitoring.payment", judged)
        print(f"one payment against a raw indexed read and durable write: {spread(ratios)} wall with the HTTP write, {spread(judged)} processor")
        raw.close()
    finally:
        server.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
