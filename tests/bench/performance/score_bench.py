"""A province's scoring and a thousand reports in one job, on SQLite with a real server.

Usage: score_bench.py BUILD_DIR [--evaluations 2000] [--clients 4] [--reports 1000] [--runs 3]

One evaluation is made through the interface and copied in the database, so that each scored one has its own lines and
evidence. Scoring is the transition `submit`: it reads lines, evidence, scheme and parameters, checks every rule and
writes total and grade. Beside it, interleaved in the same run: the bare reads and the bare write of the same rows by
the driver, one durable commit each. Nothing here passes or fails: figures for people.
"""
import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import sqlite3
import statistics
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(SOURCE / "tests/bench"))
from figures import note  # noqa: E402
ENTITIES = (("p_performance__evaluation", {"number"}), ("p_performance__score_line", {"evaluation"}),
            ("p_performance__evidence", {"evaluation", "score_line"}))


def copies(path, evaluation, count, first_id):
    """Drafts with lines and evidence of their own; answers their ids."""
    made, at = [], first_id
    with contextlib.closing(sqlite3.connect(path, timeout=120)) as database, database:
        def columns(table):
            return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]

        def rows(table, condition):
            return [dict(zip(columns(table), row)) for row in database.execute(f"SELECT * FROM {table} WHERE {condition}")]

        def write(table, row):
            names = list(row)
            database.execute(f"INSERT INTO {table} ({','.join(names)}) VALUES ({','.join('?' * len(names))})", [row[n] for n in names])

        project = rows("p_compilation__project", f"id = (SELECT project FROM p_performance__evaluation WHERE id = {evaluation})")[0]
        model = rows("p_performance__evaluation", f"id = {evaluation}")[0]
        lines = rows("p_performance__score_line", f"evaluation = {evaluation}")
        papers = rows("p_performance__evidence", f"evaluation = {evaluation}")
        for number in range(count):
            own, at = at, at + 1
            other, at = at, at + 1
            write("p_compilation__project", {**project, "id": other, "code": f"B{own:020}"})
            write("p_performance__evaluation", {**model, "id": own, "project": other, "number": f"B{own}-{number}"})
            for line in lines:
                copied, at = at, at + 1
                write("p_performance__score_line", {**line, "id": copied, "evaluation": own})
                for paper in (one for one in papers if one["score_line"] == line["id"]):
                    write("p_performance__evidence", {**paper, "id": at, "evaluation": own, "score_line": copied})
                    at += 1
            made.append(own)
    return made, at


def scored(server, who, ids, clients):
    """Seconds to submit them all."""
    server.token(who)

    def one(identity):
        path = f"/performance/evaluation/{identity}"
        status, answer, _ = server.ask("POST", f"{path}/transitions/submit", {}, who, {"If-Match": '"1"'})
        if status != 200:
            raise RuntimeError(answer)

    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, ids))
    return time.monotonic() - begun


def bare(path, ids):
    """Seconds for the same reads and one durable write each, by the driver."""
    with contextlib.closing(sqlite3.connect(path, timeout=120)) as database:
        database.execute("PRAGMA synchronous=FULL")
        begun = time.monotonic()
        for identity in ids:
            database.execute("SELECT * FROM p_performance__evaluation WHERE id = ?", (identity,)).fetchall()
            database.execute("SELECT * FROM p_performance__score_line WHERE evaluation = ?", (identity,)).fetchall()
            database.execute("SELECT * FROM p_performance__evidence WHERE evaluation = ?", (identity,)).fetchall()
            database.execute("UPDATE p_performance__evaluation SET total = total WHERE id = ?", (identity,))
            database.commit()
        return time.monotonic() - begun


def reports(server, who, region, year):
    """Seconds of the job, and what it says."""
    begun = time.monotonic()
    job = server.ask("POST", "/performance/report/batch", {"kind": "project", "node": region, "fiscal_year": year}, who)[1]["job"]
    while True:
        told = server.ask("GET", f"/system/job/{job}", who=who)[1]
        if told["state"] in ("done", "failed", "cancelled"):
            return time.monotonic() - begun, told
        time.sleep(0.2)


def bare_reports(path, most):
    """Seconds for the rows that as many reports read and write, by the driver, a durable commit every twenty."""
    with contextlib.closing(sqlite3.connect(path, timeout=120)) as database:
        database.execute("PRAGMA synchronous=FULL")
        tables = ("p_performance__report", "p_performance__report_part")
        for table in tables:
            database.execute(f"CREATE TABLE IF NOT EXISTS bench_{table} AS SELECT * FROM {table} WHERE 0")
        made = database.execute("SELECT id, evaluation FROM p_performance__report ORDER BY id DESC LIMIT ?", (most,)).fetchall()
        database.commit()
        begun = time.monotonic()
        for number, (report, evaluation) in enumerate(made, 1):
            for table, field in (("evaluation", "id"), ("score_line", "evaluation"), ("evidence", "evaluation"), ("score_finding", "evaluation")):
                database.execute(f"SELECT * FROM p_performance__{table} WHERE {field} = ?", (evaluation,)).fetchall()
            database.execute(f"INSERT INTO bench_{tables[0]} SELECT * FROM {tables[0]} WHERE id = ?", (report,))
            database.execute(f"INSERT INTO bench_{tables[1]} SELECT * FROM {tables[1]} WHERE report = ?", (report,))
            if number % 20 == 0:
                database.commit()
        database.commit()
        return time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    for name, value in (("--evaluations", 2000), ("--clients", 4), ("--reports", 1000), ("--runs", 3)):
        parser.add_argument(name, type=int, default=value)
    wanted = parser.parse_args()
    os.environ.update(ONEBUDGET_SOURCE=str(SOURCE), ONEBUDGET_BINARIES=str(pathlib.Path(wanted.build).resolve()))
    sys.path.insert(0, str(SOURCE / "tests/scenario"))
    sys.argv = sys.argv[:1]
    import performance_test as story
    story.setUpModule()
    try:
        case = story.Story()
        story.Story.setUpClass()
        project = case.project("评分基准")
        story.stands(project["id"], "executing")
        case.approved_goal(project)
        model = case.evaluate(project, "finance", "finance_20_20_30_30", story.PERFORMANCE, "50", "50").rsplit("/", 1)[1]
        path, at, each = story.server.data / "onebudget.db", 1 << 50, wanted.evaluations // wanted.runs
        with contextlib.closing(sqlite3.connect(path, timeout=60)) as database, database:
            database.execute(f"UPDATE p_performance__evaluation SET version = 1 WHERE id = {model}")
        ratios, rates = [], []
        for _ in range(wanted.runs):
            ids, at = copies(path, model, each, at)
            ours, theirs = scored(story.server, story.PERFORMANCE, ids, wanted.clients), bare(path, ids)
            ratios.append(ours / theirs)
            rates.append(each / ours)
        note("performance.scoring", ratios)
        print(f"scored: {each * wanted.runs} evaluations, {statistics.median(rates):.0f}/s (min {min(rates):.0f}, max {max(rates):.0f}), "
              f"{statistics.median(ratios):.2f} x the bare reads and write (min {min(ratios):.2f}, max {max(ratios):.2f})")
        with contextlib.closing(sqlite3.connect(path, timeout=60)) as database, database:
            database.execute("UPDATE p_performance__evaluation SET status = 'confirmed' WHERE id IN "
                             f"(SELECT id FROM p_performance__evaluation WHERE status = 'submitted' ORDER BY id LIMIT {wanted.reports})")
        seconds, told = reports(story.server, story.PERFORMANCE, story.Story.region, story.EVALUATED)
        count = told["result"]["made"]
        ratio = seconds / max(bare_reports(path, count), 1e-6)
        note("performance.reports_a_second", [count / seconds])
        note("performance.reports", [ratio])
        print(f"reports: {told['result']} in {seconds:.1f} s, {count / seconds:.0f}/s, {ratio:.1f} x the bare reads and writes")
    finally:
        story.tearDownModule()


if __name__ == "__main__":
    main()
