"""Recompiling a province, the inbox behind many past steps, and an import, each against its bare counterpart.

Usage: compilation_bench.py BUILD_DIR [--scale 0.01] [--projects 0] [--past 100000] [--rows 15000] [--runs 5]
--projects: recompiled over so many, those of the demo laid down again and again; --only recompile|import|inbox.
Medians with minimum and maximum; ratios are taken of medians. Nothing here passes or fails: figures for people.
"""
import argparse
import contextlib
import os
import pathlib
import sqlite3
import statistics
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(SOURCE / "tests/scenario"), str(SOURCE / "tests/bench")]
from figures import note  # noqa: E402
PROVINCE, COUNTY = "320000000", "320583000"
CLERK, REVIEWER, BUDGET = f"unit-clerk.{COUNTY}.106001", f"department-reviewer.{COUNTY}.106", f"budget-division.{PROVINCE}"
LEADER = f"finance-leader.{PROVINCE}"
CHUNK = 50_000
STEPS_AT_ONCE = 500_000


def timed(runs, once):
    """Seconds of each run, the first (warming up) left out."""
    once()
    out = []
    for _ in range(runs):
        begun = time.perf_counter()
        once()
        out.append(time.perf_counter() - begun)
    return out


def told(name, ours, bare, more="", figure=None):
    middle, base = statistics.median(ours), statistics.median(bare)
    if figure:
        note(figure, [one / base for one in ours])
    print(f"{name}: {middle * 1000:.1f} ms ({min(ours) * 1000:.1f} … {max(ours) * 1000:.1f}), bare {base * 1000:.1f} ms "
          f"({min(bare) * 1000:.1f} … {max(bare) * 1000:.1f}), ratio {middle / base:.1f}{more}", flush=True)


def ask(server, method, path, body, who, status=(200, 201)):
    got, answer, headers = server.ask(method, path, body, who)
    if got not in status:
        raise SystemExit(f"{method} {path}: {got} {answer}")
    return answer, headers


def move(server, path, name, who):
    etag = server.ask("GET", path, who=who)[2]["ETag"]
    got, answer, _ = server.ask("POST", f"{path}/transitions/{name}", {"comment": "同意"}, who, {"If-Match": etag})
    if got != 200:
        raise SystemExit(f"{path} {name}: {answer}")


def peak_mib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


LIBRARY = "fiscal_year = 2026 AND status IN ('in_library', 'budgeted', 'issued', 'executing', 'carried_over')"


def multiply(database, wanted):
    """As many projects of the year in the library as are wanted, those of the demo over and over under codes of their own."""
    table = "p_compilation__project"
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    source = [dict(zip(columns, row)) for row in database.execute(f"SELECT * FROM {table} WHERE {LIBRARY} ORDER BY id")]
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("PRAGMA synchronous = OFF")
    for start in range(len(source), wanted, CHUNK):
        batch = [tuple({**source[number % len(source)], "id": 2 * 10**15 + number, "code": f"B{number:020d}"}.values())
                 for number in range(start, min(wanted, start + CHUNK))]
        with database:
            database.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))})", batch)


def recompile(server, database, wanted, runs):
    from support import wait_for_job
    multiply(database, wanted)
    region = server.node(PROVINCE, BUDGET)["id"]
    estimate, _ = ask(server, "POST", "/compilation/revenue-estimate", {"region": region, "fiscal_year": 2026, "source": "tax", "amount": "900000000.00"}, BUDGET)
    move(server, f"/compilation/revenue-estimate/{estimate['id']}", "decide", LEADER)
    changes = [{"kind": "growth", "function": "205", "factor": "1.1"}, {"kind": "growth", "function": "210", "factor": "0.95"},
               {"kind": "standard", "factor": "1.05"}, {"kind": "ceiling", "region": "3205", "factor": "0.97"}]
    scenario, _ = ask(server, "POST", "/compilation/scenario", {"region": region, "fiscal_year": 2026, "name": "基准变更", "changes": changes}, BUDGET)
    answers, table = [], "p_compilation__project"

    def once():
        answer = ask(server, "POST", f"/compilation/scenario/{scenario['id']}/run", {}, BUDGET, (200, 202))[0]
        answers.append(wait_for_job(server, answer["job"], BUDGET) if "job" in answer else answer)

    ours = timed(runs, once)
    rows = answers[0]["count"]

    def bare():
        with database:
            database.execute("DROP TABLE IF EXISTS bench_copy")
            database.execute(f"CREATE TABLE bench_copy AS SELECT * FROM {table} WHERE 0")
            read = database.execute(f"SELECT * FROM {table} WHERE {LIBRARY}").fetchall()
            database.executemany(f"INSERT INTO bench_copy VALUES ({','.join('?' * len(read[0]))})", read)

    told(f"recompiling {rows} projects", ours, timed(runs, bare), f", peak memory {peak_mib(server)} MiB, digests {len({a['digest'] for a in answers})}", "compilation.recompile")
    note("compilation.memory", [peak_mib(server)])
    with database:
        database.execute("DROP TABLE bench_copy")


def lay_down(database, template, past):
    """Finished steps of many other people, copied by the database itself; one in a thousand is of the template's own."""
    table = "p_workflow__step"
    others = {name: f"CASE WHEN n % 1000 = 0 THEN {name} WHEN {name} IS NULL THEN NULL ELSE 1000000000000 + n % 30000 END"
              for name in ("actor", "holder", "sender", "principal")}
    changed = {"id": "1000000000000000 + n", "number": "1000 + n", **others}
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    values = ",".join(changed.get(name, f'"{name}"') for name in names)
    listed = ",".join(f'"{name}"' for name in names)  # one of them is "case"
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -1000000")
    indexes = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,)).fetchall()
    for name, _ in indexes:
        database.execute(f'DROP INDEX "{name}"')
    for start in range(0, past, STEPS_AT_ONCE):
        last = min(past, start + STEPS_AT_ONCE)
        with database:
            database.execute(f"WITH RECURSIVE c(n) AS (SELECT {start + 1} UNION ALL SELECT n + 1 FROM c WHERE n < {last}) "
                             f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table}, c WHERE {table}.id = {template}")
    for _, made in indexes:
        database.execute(made)


def inbox(server, database, past, runs):
    from support import project_body, record_papers
    body = project_body(server, CLERK, COUNTY, design_basis="条例", performance_goal="100%")
    for number in range(5):
        project, headers = ask(server, "POST", "/compilation/project", {**body, "name": f"收件箱 {number}"}, CLERK)
        record_papers(server, project["id"], CLERK)
        move(server, f"/compilation/project/{project['id']}", "submit", CLERK)
    first = ask(server, "GET", "/workflow/inbox?box=todo&limit=50", None, REVIEWER)[0]["items"][0]
    got, answer, _ = server.ask("POST", f"/workflow/step/{first['id']}/act", {"decision": "approve", "opinion": "同意"}, REVIEWER, {"If-Match": f'"{first["version"]}"'})
    if got != 200:
        raise SystemExit(answer)
    boxes = ("todo", "done", "started")
    people = {"todo": REVIEWER, "done": REVIEWER, "started": CLERK}
    before = {box: timed(runs, lambda box=box: ask(server, "GET", f"/workflow/inbox?box={box}&limit=50", None, people[box])) for box in boxes}
    lay_down(database, int(first["id"]), past)
    # No ANALYZE: the server makes none, and with its averages over the empty queues SQLite would walk the table.
    for box in boxes:
        after = timed(runs, lambda box=box: ask(server, "GET", f"/workflow/inbox?box={box}&limit=50", None, people[box]))
        told(f"inbox {box} behind {past} past steps, against none", after, before[box], figure=f"compilation.inbox.{box}")


def imported(server, database, rows, runs):
    region = server.node(PROVINCE, BUDGET)["id"]
    columns = [{"field": "fiscal_year", "source": "year", "kind": "year", "required": True}, {"field": "stage", "source": "stage"},
               {"field": "department", "source": "department"}, {"field": "functional_class", "source": "function"},
               {"field": "amount", "source": "amount", "kind": "amount", "required": True}]
    mapping, _ = ask(server, "POST", "/compilation/import-mapping", {"region": region, "code": "bench", "name": "bench", "definition": {"columns": columns}}, BUDGET)
    path = f"/compilation/import-mapping/{mapping['id']}"
    move(server, path, "use", BUDGET)
    lines = [(2026, "adopted", f"部门{number % 40}", f"2{number % 30:02d}", f"{number * 37 % 1000000}.{number % 100:02d}") for number in range(rows)]
    data = ("year,stage,department,function,amount\n" + "".join(",".join(map(str, line)) + "\n" for line in lines)).encode()
    turns = iter(range(1000))

    def once():
        got, answer, _ = server.ask("POST", f"{path}/file?dataset=bench{next(turns)}", who=BUDGET, raw=data, headers={"Content-Type": "text/csv"})
        if got != 200 or answer["written"] != rows:
            raise SystemExit(answer)

    def bare():
        with database:
            database.execute("DROP TABLE IF EXISTS bench_lines")
            database.execute("CREATE TABLE bench_lines (id INTEGER PRIMARY KEY, year, stage, department, function, amount)")
            database.executemany("INSERT INTO bench_lines (year, stage, department, function, amount) VALUES (?,?,?,?,?)", lines)

    ours = timed(runs, once)
    told(f"import of {rows} lines ({len(data) // 1024} KiB)", ours, timed(runs, bare), f", {rows / statistics.median(ours):.0f} lines/s", "compilation.import")
    with database:
        database.execute("DROP TABLE bench_lines")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--projects", type=int, default=0)
    parser.add_argument("--only", choices=("recompile", "import", "inbox"))
    parser.add_argument("--past", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ.update(ONEBUDGET_SOURCE=str(SOURCE), ONEBUDGET_BINARIES=str(options.build.resolve()))
    from support import start_with_demo
    server = start_with_demo("sqlite", options.scale)
    try:
        with contextlib.closing(sqlite3.connect(server.data / "onebudget.db", timeout=120)) as database:
            if options.only in (None, "recompile"):
                recompile(server, database, options.projects, options.runs)
            if options.only in (None, "import"):
                imported(server, database, options.rows, options.runs)
            if options.only in (None, "inbox"):
                inbox(server, database, options.past, options.runs)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
