"""Every figure with a goal, in one run. Called by run.sh, which brings PostgreSQL; see README.md for options.

goals.json is the table of goals: name, suite, goal, which way is better, unit, and where the goal comes from (`spine` and
`loop` are marks of the project's goals, `own` is a bound that only this folder keeps). Figures without a goal are shown
for comparison and count as neither met nor missed.
"""
import argparse
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
ROWS = 1_000_000


class Run:
    def __init__(self, options, folder):
        self.build, self.scale, self.folder = options.build, options.scale, folder
        self.databases = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
        self.figures = []

    def rows(self, of=ROWS, least=1):
        return max(least, round(of * self.scale))

    def program(self, *command, prefix="", **environment):
        """Runs one and takes the list of figures that it prints."""
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}, check=True)
        self.take(json.loads(done.stdout[done.stdout.index("["):]), prefix)

    def script(self, name, *arguments):
        """Runs a script of this folder and takes what it notes."""
        notes = self.folder / "notes"
        notes.unlink(missing_ok=True)
        subprocess.run([sys.executable, HERE / name, self.build, *map(str, arguments)], check=True, env={**os.environ, "ONEBUDGET_FIGURES": str(notes)})
        self.take([json.loads(line) for line in notes.read_text().splitlines()], "")

    def take(self, figures, prefix):
        self.figures += [{**figure, "name": prefix + figure["name"]} for figure in figures]

    # Suites: one method each, in the order in which they are run.
    def call(self):
        self.program(self.build / "tests/bench/call/bench_call")

    def write(self):
        environment = {} if "postgresql" in self.databases else {"OB_TEST_PG": ""}
        self.program(self.build / "tests/bench/storage/bench_storage", self.rows(100, 2), **environment)

    def sse(self):
        self.program(self.build / "tests/bench/sse/bench_sse", self.rows(10_000, 20))

    def wire(self):
        self.script("http/http_bench.py", "--seconds", 3 if self.scale >= 0.1 else 1, "--runs", 5 if self.scale >= 0.1 else 1)

    def start(self):
        self.script("start/start_bench.py", "--scale", self.part(0.02), "--runs", 5 if self.scale >= 0.1 else 1)

    def records(self, suites):
        for database in self.databases:
            notes = self.folder / "records.json"
            subprocess.run([self.build / "tests/bench/records/records_bench", "--database", database, "--rows", str(self.rows(least=2000)), "--small",
                            str(self.rows(ROWS // 100, 100)), "--suite", ",".join(suites), "--json", notes], check=True)
            self.take(json.loads(notes.read_text()), database + ".")

    def compilation(self):
        self.script("compilation/compilation_bench.py", "--scale", self.part(0.1), "--past", self.rows(), "--rows", self.rows(15_000, 100))

    def insight(self):
        for database in self.databases[:1]:
            self.script("insight/dashboard_bench.py", "--database", database, "--projects", self.rows(least=5000))

    def ledger(self):
        for database in self.databases[-1:]:
            self.script("ledger/ledger_bench.py", *(["--postgresql"] if database == "postgresql" else []), "--lines", self.rows(1000, 10), "--seconds",
                        5 if self.scale >= 0.1 else 1)

    def monitoring(self):
        for database in self.databases:
            self.script("monitoring/monitoring_bench.py", *(["--postgresql"] if database == "postgresql" else []), "--facts", self.rows(100_000, 2000))

    def performance(self):
        self.script("performance/score_bench.py", "--evaluations", self.rows(2000, 30), "--reports", self.rows(1000, 5))

    def part(self, most):
        """A share of the demo province."""
        return max(0.001, most * min(1.0, self.scale))


RECORDS = ["list", "growth", "get", "search", "export", "import"]
SUITES = ["call", "write", "sse", "wire", "start", *RECORDS, "compilation", "insight", "ledger", "monitoring", "performance"]
TARGETS = {"call": "bench_call", "write": "bench_storage", "sse": "bench_sse", **{name: "records_bench" for name in RECORDS}}


def build(folder, suites):
    targets = {TARGETS.get(name, "onebudget") for name in suites} | ({"raw_sqlite_read"} if "wire" in suites else set())
    subprocess.run(["cmake", "-S", SOURCE, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DONEBUDGET_TESTS=ON"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, *sorted(targets)], check=True)


def judged(figure, goals):
    """The figure as it is written: {name, value, min, max, goal, met}; goal and met are null without a goal."""
    known = goals.get(figure["name"], {})
    goal = known.get("goal")
    met = None if goal is None else figure["value"] >= goal if known["better"] == "higher" else figure["value"] <= goal
    return {"name": figure["name"], **{part: round(figure[part], 3) for part in ("value", "min", "max")}, "goal": goal, "met": met}


def table(figures, goals):
    for one in figures:
        known = goals.get(one["name"], {"unit": "", "source": "", "better": "lower"})
        goal = "" if one["goal"] is None else f"{'≥' if known['better'] == 'higher' else '≤'} {one['goal']:g} {'met' if one['met'] else 'NOT MET'}"
        yield f"{one['name']:58} {one['value']:10.2f} [{one['min']:.2f} … {one['max']:.2f}] {known['unit']:8} {goal:18} {known['source']}"


def machine():
    """What the figures were taken on, and how busy it was."""
    processor = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    memory = int(next(line.split()[1] for line in pathlib.Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))) / 1048576
    system = next(line.split("=", 1)[1].strip('"') for line in pathlib.Path("/etc/os-release").read_text().splitlines() if line.startswith("PRETTY_NAME"))
    return f"{os.cpu_count()} cores of {processor}, {memory:.0f} GiB, {system}; SQLite {sqlite3.sqlite_version}"


def page(figures, goals, options, loads):
    """The figures as a page of Markdown."""
    yield "# Results\n"
    yield f"`tests/bench/run.sh --scale {options.scale:g}` on {machine()}."
    yield f"Load of the machine before {loads[0]:.1f} and after {loads[1]:.1f} ({os.cpu_count()} would be fully busy).\n"
    yield "| figure | what | value | min … max | goal | met | of |\n|---|---|---|---|---|---|---|"
    for one in figures:
        known = goals.get(one["name"], {"unit": "", "source": "", "what": "", "better": "lower"})
        goal = "" if one["goal"] is None else f"{'≥' if known['better'] == 'higher' else '≤'} {one['goal']:g}"
        met = {True: "yes", False: "**no**", None: ""}[one["met"]]
        yield f"| `{one['name']}` | {known['what']} | {one['value']:.2f} {known['unit']} | {one['min']:.2f} … {one['max']:.2f} | {goal} | {met} | {known['source']} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", action="append", help=f"one or several with commas, of {', '.join(SUITES)}; all without it")
    parser.add_argument("--scale", type=float, default=1.0, help="1 = 1,000,000 rows")
    parser.add_argument("--json", type=pathlib.Path, help="file for the list of {name, value, min, max, goal, met}")
    parser.add_argument("--page", type=pathlib.Path, help="file for the figures as Markdown")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both" if os.environ.get("OB_TEST_PG") else "sqlite")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(os.environ.get("ONEBUDGET_BUILD", SOURCE / "build")))
    parser.add_argument("--no-build", action="store_true", help="take what is built")
    options = parser.parse_args()
    options.build = options.build.resolve()
    wanted = [name for given in options.suite or [",".join(SUITES)] for name in given.split(",")]
    if unknown := set(wanted) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    if not options.no_build:
        build(options.build, wanted)
    goals = {one["name"]: one for one in json.loads((HERE / "goals.json").read_text(encoding="utf-8"))}
    failed, before = [], os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="onebudget-bench-") as folder:
        run = Run(options, pathlib.Path(folder))
        steps = [(name, getattr(run, name)) for name in SUITES if name in wanted and name not in RECORDS]
        if records := [name for name in RECORDS if name in wanted]:
            steps.append(("records", lambda: run.records(records)))
        for name, step in steps:
            print(f"== {name}", flush=True)
            try:
                step()
            except (subprocess.CalledProcessError, OSError, ValueError) as error:  # the others are still worth having
                failed.append(name)
                print(f"{name}: {error}", file=sys.stderr)
    figures = [judged(figure, goals) for figure in run.figures]
    print("\n".join(table(figures, goals)))
    missing = [name for name, one in goals.items() if one["suite"] in wanted and one["source"] != "own" and name.split(".")[0] in (*run.databases, one["suite"], "wire", "start")
               and name not in {figure["name"] for figure in figures}]
    if missing:
        print("without a figure in this run: " + ", ".join(missing))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.page:
        options.page.write_text("\n".join(page(figures, goals, options, (before, os.getloadavg()[0]))) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
