"""What an inbox reads behind many past steps: rows on PostgreSQL, bytes of a cold start on SQLite; both must not grow.

Usage: inbox_rows.py BUILD_DIR sqlite|postgresql [--past 1000000]
Counts, never times: the same requests with no past steps and with `past` of them, one in a thousand of them the reviewer's
own and one in a hundred the clerk's cases. Ends with 1 when a box reads more than twice and 2,000 rows (or 4 MiB) above what
it read before.
"""
import argparse
import contextlib
import os
import pathlib
import sqlite3
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(SOURCE / "tests/scenario")]
COUNTY = "320583000"
CLERK, REVIEWER = f"unit-clerk.{COUNTY}.106001", f"department-reviewer.{COUNTY}.106"
BOXES = {"todo": REVIEWER, "done": REVIEWER, "started": CLERK}
STEP, CASE = "p_workflow__step", "p_workflow__case"
SETTLE_S = 2  # PostgreSQL tells its counters with such a delay
MORE_ROWS, MORE_BYTES = 2_000, 4 << 20


def run(server, statement):
    """Behind the server's back; answers the rows as text."""
    if server.database:
        done = subprocess.run(["psql", "-qtA", "-F", "|", server.database.url, "-c", statement], check=True, capture_output=True, text=True)
        return [line.split("|") for line in done.stdout.splitlines() if line]
    with contextlib.closing(sqlite3.connect(server.data / "onebudget.db", timeout=60)) as database, database:
        return [[str(cell) for cell in row] for row in database.execute(statement)]


def columns(server, table):
    if server.database:
        return [row[0] for row in run(server, f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position")]
    return [row[1] for row in run(server, f"PRAGMA table_info({table})")]


def copied(server, table, template, count, changed):
    """`count` copies of a row; `changed`: column → expression over n."""
    names = [f'"{name}"' for name in columns(server, table)]  # one of them is "case"
    values = ",".join(changed.get(name.strip('"'), name) for name in names)
    run(server, f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) "
                f"INSERT INTO {table} ({','.join(names)}) SELECT {values} FROM {table}, c WHERE id = {template}")


def asked(server, box):
    status, answer, _ = server.ask("GET", f"/workflow/inbox?box={box}&limit=50", who=BOXES[box])
    if status != 200:
        raise SystemExit(answer)
    return answer


def rows_read(server, box):
    def told():
        time.sleep(SETTLE_S)
        found = run(server, f"SELECT coalesce(sum(seq_tup_read), 0), coalesce(sum(idx_tup_fetch), 0) FROM pg_stat_user_tables WHERE relname IN ('{STEP}', '{CASE}')")
        entries = run(server, f"SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes WHERE relname IN ('{STEP}', '{CASE}')")
        return sum(map(int, found[0])) + int(entries[0][0])

    before = told()
    asked(server, box)
    return told() - before


def bytes_read(server, box):
    """Of the first request after a start: nothing is in SQLite's cache yet."""
    server.process.terminate()
    server.process.wait()
    server.tokens = {}
    server.start()
    server.token(BOXES[box])

    def told():
        return int(next(line.split()[1] for line in pathlib.Path(f"/proc/{server.process.pid}/io").read_text().splitlines() if line.startswith("rchar")))

    before = told()
    asked(server, box)
    return told() - before


def prepared(server):
    """Five projects with the reviewer, one of them approved: a past step and its case."""
    from support import project_body, record_papers
    body = project_body(server, CLERK, COUNTY, design_basis="条例", performance_goal="100%")
    for number in range(5):
        project = server.ask("POST", "/compilation/project", {**body, "name": f"收件箱 {number}"}, CLERK)[1]
        record_papers(server, project["id"], CLERK)
        path = f"/compilation/project/{project['id']}"
        server.ask("POST", f"{path}/transitions/submit", {}, CLERK, {"If-Match": server.ask("GET", path, who=CLERK)[2]["ETag"]})
    first = asked(server, "todo")["items"][0]
    status, answer, _ = server.ask("POST", f"/workflow/step/{first['id']}/act", {"decision": "approve", "opinion": "同意"}, REVIEWER, {"If-Match": f'"{first["version"]}"'})
    if status != 200:
        raise SystemExit(answer)
    return first["id"], answer["case"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--past", type=int, default=1_000_000)
    options = parser.parse_args()
    os.environ.update(ONEBUDGET_SOURCE=str(SOURCE), ONEBUDGET_BINARIES=str(options.build.resolve()))
    from support import start_with_demo
    server = start_with_demo(options.database)
    read, more, unit = (rows_read, MORE_ROWS, "rows") if server.database else (bytes_read, MORE_BYTES, "bytes")
    worse = []
    try:
        step, case = prepared(server)
        before = {box: read(server, box) for box in BOXES}
        people = {name: f"CASE WHEN n % 1000 = 0 THEN {name} WHEN {name} IS NULL THEN NULL ELSE 1000000000000 + n % 30000 END" for name in ("actor", "holder", "sender", "principal")}
        copied(server, STEP, step, options.past, {"id": "1000000000000000 + n", "number": "1000 + n", **people})
        copied(server, CASE, case, options.past // 100, {"id": "1000000000000000 + n", "number": "number || '/' || n", "open_subject": "NULL", "state": "'finished'"})
        if server.database:
            run(server, f"ANALYZE {STEP}")
            run(server, f"ANALYZE {CASE}")
        for box in BOXES:
            after = read(server, box)
            print(f"{options.database} inbox {box}: {before[box]} {unit} read with no past steps, {after} behind {options.past}", flush=True)
            if after > 2 * before[box] + more:
                worse.append(box)
    finally:
        server.stop()
    if worse:
        raise SystemExit(f"grows with the past: {', '.join(worse)}")


if __name__ == "__main__":
    main()
