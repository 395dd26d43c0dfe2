"""Starts the real server with temporary data on a free port, and speaks its REST interface. Standard library only."""
import contextlib
import csv
import datetime
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid

SOURCE = pathlib.Path(os.environ["ONEBUDGET_SOURCE"])
sys.path.insert(0, str(SOURCE / "sdk/tools"))
from kit.schema import validate  # noqa: E402
BUILD = pathlib.Path(os.environ["ONEBUDGET_BINARIES"])
READY_TRIES = 600
JOB_TRIES = 30_000


def by_odbc(storage):
    """The same PostgreSQL database by ODBC where OB_TEST_ODBC holds the driver's part of a connection string."""
    driver = os.environ.get("OB_TEST_ODBC")
    if not driver:
        return storage
    place = urllib.parse.urlsplit(storage)
    return f"odbc:{driver};Username={place.username};Server={place.hostname};Port={place.port};Database={place.path[1:]}"


class Server:
    """One running onebudgetd; `storage` is a storage URL, or None for SQLite in the temporary folder."""

    def __init__(self, storage=None, settings=None):
        self.folder = tempfile.TemporaryDirectory(prefix="onebudget-scenario-")
        self.data = pathlib.Path(self.folder.name)
        self.storage = by_odbc(storage) if storage else f"sqlite:{self.data}/onebudget.db"
        self.settings = settings or {}
        self.process = None
        self.database = None
        self.tokens = {}

    def start(self, environment=None):
        settings = {"data.dir": self.data, "storage.url": self.storage, "http.port": 0, "http.port_file": self.data / "port",
                    "plugins.dir": BUILD / "plugins", "plugins.enable": "standards,workflow,compilation,monitoring", "http.ui_dir": self.data,
                    "plugins.keys": BUILD / "plugin-keys", "roles.file": SOURCE / "config/roles.json", **self.settings}
        (self.data / "port").unlink(missing_ok=True)
        command = [BUILD / "bin/onebudgetd", "--config", SOURCE / "config/onebudget.properties"]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        with open(self.data / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
        for _ in range(READY_TRIES):
            if self.process.poll() is not None:
                raise RuntimeError("the server ended at start:\n" + (self.data / "log").read_text()[-2000:])
            if (self.data / "port").exists():
                self.url = "http://127.0.0.1:" + (self.data / "port").read_text().strip()
                return self
            time.sleep(0.1)
        raise RuntimeError("the server did not become ready")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.tokens = {}

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.folder.cleanup()
        if self.database:
            self.database.drop()

    def load_demo(self, scale, year=2026, acts=()):
        data, vocabulary = demo_data_of(year, self.data)
        command = [BUILD / "bin/onebudgetctl", "--url", self.url, "--language", "en", "demo", "load", "--scale", str(scale),
                   "--bootstrap-file", self.data / "bootstrap.secret", "--data", data, "--vocabulary", vocabulary, "--accounts", self.data / "accounts.json", *(part for one in acts for part in ("--acts", one))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        self.passwords = {a["username"]: a["password"] for a in json.loads((self.data / "accounts.json").read_text())}

    def ask(self, method, path, body=None, who=None, headers=None, raw=None):
        """(status, parsed body, headers); a JSON `body`, or `raw` bytes."""
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        sent = {"Content-Type": "application/json", **(headers or {})}
        if who:
            sent["Authorization"] = "Bearer " + self.token(who)
        request = urllib.request.Request(self.url + "/api/v1" + path, method=method, data=data, headers=sent)
        try:
            with urllib.request.urlopen(request) as answer:
                status, text, got = answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            status, text, got = error.code, error.read(), error.headers
        return status, json.loads(text) if text and "json" in got.get("Content-Type", "") and "ndjson" not in got["Content-Type"] else text, got

    def problem(self, method, path, body=None, who=None, headers=None, raw=None):
        """A refusal as (status, code, fields); the sentence and, for every field, message and remedy must be there in both languages."""
        told = {}
        for language in ("zh", "en"):
            status, answer, got = self.ask(method, path, body, who, {**(headers or {}), "Accept-Language": language}, raw)
            wanted = [answer["detail"], *(error[part] for error in answer.get("errors", []) for part in ("message", "remedy"))] if status >= 400 else []
            if status < 400 or status >= 500 or not all(wanted) or got["Content-Type"] != "application/problem+json":
                raise AssertionError(f"{method} {path}: {status} {str(answer)[:500]}")
            told[language] = wanted
        if told["zh"] == told["en"]:
            raise AssertionError(f"{method} {path}: one language only: {told}")
        return status, answer["code"], [error["field"] for error in answer.get("errors", [])]

    def well(self, status, *request, **more):
        """The answer of a request that must be answered so."""
        got, answer, _ = self.ask(*request, **more)
        if got != status:
            raise AssertionError(f"{got} {request} {more}: {answer}")
        return answer

    def get(self, path, who, **query):
        return self.well(200, "GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path, who=who)

    def rows(self, path, condition, who):
        return self.get(path, who, limit=1000, filter=condition)["items"]

    def made(self, path, body, who):
        """The id of a record that was made."""
        return self.well(201, "POST", path, body, who)["id"]

    def move(self, path, name, who):
        etag = self.ask("GET", path, who=who)[2]["ETag"]
        self.well(200, "POST", f"{path}/transitions/{name}", {"comment": "同意"}, who, {"If-Match": etag})

    def decide(self, record, who, decision, opinion):
        """The person's open task about a record."""
        task = next(item for item in self.get("/workflow/inbox", who, box="todo", limit=200)["items"] if item["subject_id"] == record)
        self.well(200, "POST", f"/workflow/step/{task['id']}/act", {"decision": decision, "opinion": opinion}, who, {"If-Match": f'"{task["version"]}"'})

    def approve(self, record, *people):
        for who in people:
            self.decide(record, who, "approve", "同意")

    def trace(self, who, *paths):
        """What a refused request must leave as it was: the newest successful line of the audit, and how many rows each list has."""
        newest = self.ask("GET", "/system/audit?outcome=ok&limit=1", who="auditadmin")[1]["items"][0]["id"]
        return newest, [self.ask("GET", f"{path}?limit=1&count=exact", who=who)[1]["count"] for path in paths]

    def node(self, code, who):
        return next(n for n in self.ask("GET", f"/system/node?q={code}", who=who)[1]["items"] if n["code"] == code)

    def ctl(self, *arguments, who=None, language="en", environment=None):
        """onebudgetctl as `who`: (exit code, standard output, standard error)."""
        command = [BUILD / "bin/onebudgetctl", *([] if "--url" in arguments else ["--url", self.url]), "--language", language]
        if who:
            secret = self.data / f"password-{who}"
            secret.write_text(self.passwords[who])
            command += ["--username", who, "--password-file", secret]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                              env={**os.environ, **(environment or {})})
        return done.returncode, done.stdout, done.stderr

    def token(self, username):
        if username not in self.tokens:
            status, answer, headers = self.ask("POST", "/session", {"username": username, "password": self.passwords[username]})
            while status == 429:  # a province of people signs in from one address
                time.sleep(int(headers["Retry-After"]))
                status, answer, headers = self.ask("POST", "/session", {"username": username, "password": self.passwords[username]})
            if status != 201:
                raise RuntimeError(f"{username}: {answer}")
            self.tokens[username] = answer["token"]
        return self.tokens[username]

    def first(self, path, condition, who):
        items = self.ask("GET", f"{path}?limit=1&filter=" + urllib.parse.quote(condition), who=who)[1]["items"]
        return items[0]


class Interface:
    """What the server's own OpenAPI document says; members that it does not name count as wrong."""

    def __init__(self, server, who):
        self.document = server.ask("GET", "/openapi.json", who=who, headers={"Accept-Language": "en"})[1]
        self.close(self.document["components"]["schemas"])

    def close(self, value):
        if isinstance(value, dict):
            if "properties" in value and "additionalProperties" not in value:
                value["additionalProperties"] = False
            value = list(value.values())
        for child in value if isinstance(value, list) else []:
            self.close(child)

    def wrong(self, method, path, status, answer):
        """What of an answer to an operation (with its path as the document writes it) is not as described."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        response = responses.get(str(status))
        if response is None:
            return [f"{status} is not described"]
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        media = response.get("content", {})
        if not media:
            return [] if answer in (None, b"") else ["there is a body"]
        described = media.get("application/json" if status < 400 else "application/problem+json", {}).get("schema", {})
        return [f"{method} {path} {where}: {said}" for where, said, _ in validate(answer, described, self.document)]


def bury(server, receiver, topic, key):
    """Puts an event among those that could not be delivered, as if `receiver` had refused it too often."""
    statement = ("INSERT INTO ob_outbox_dead (sink, event_id, delivery, at_ms, topic, key, payload, reason, attempts, dead_ms)"
                 f" VALUES ('{receiver}', 1, 1, 1, '{topic}', '{key}', '{{\"secret\":1}}', 'cannot digest', 8, 1)")
    if server.database:
        subprocess.run(["psql", "-q", server.database.url, "-c", statement], check=True)
        return
    with contextlib.closing(sqlite3.connect(server.data / "onebudget.db", timeout=60)) as database, database:
        database.execute(statement)


def database_from(arguments):
    """The database named on the command line, taken off so that unittest does not see it; SQLite without one."""
    return arguments.pop(1) if len(arguments) > 1 and arguments[1] in ("sqlite", "postgresql") else "sqlite"


class OwnDatabase:
    """A PostgreSQL database for one run, dropped at its end."""

    def __init__(self):
        self.admin = os.environ.get("OB_TEST_PG")
        if not self.admin:
            raise unittest.SkipTest("OB_TEST_PG is not set")
        self.name = "scenario_" + uuid.uuid4().hex[:12]
        subprocess.run(["psql", "-q", self.admin, "-c", f"CREATE DATABASE {self.name}"], check=True)
        self.url = self.admin.rsplit("/", 1)[0] + "/" + self.name

    def drop(self):
        subprocess.run(["psql", "-q", self.admin, "-c", f"DROP DATABASE {self.name} WITH (FORCE)"], check=True)


# Approvals by the permissions alone, as where no workflow is installed.
WITHOUT_WORKFLOW = {"plugins.enable": "standards,compilation"}


def record_line(server, project, who):
    """The expenditure line behind the year's amount of a project, as its unit writes it."""
    row = server.ask("GET", f"/compilation/project/{project}", who=who)[1]
    year = row["fiscal_year"]

    def code(entity, number):
        return server.first(f"/standards/{entity}", f"code=={number};list_year=={year}", who)["id"]

    body = {"project": project, "line_no": 1, "year": year, "task": row["name"], "functional_class": row["functional_class"], "fund_kind": row["fund_kind"],
            "department_economic_class": code("department-economic-class", "30201"), "quantity": "1", "price": row["year_amount"]}
    for government in ("50201", "50502"):  # by the kind of the unit
        status, answer, _ = server.ask("POST", "/compilation/expenditure-line", {**body, "government_economic_class": code("government-economic-class", government)}, who)
        if status == 201:
            return
    raise AssertionError(answer)


def record_papers(server, project, who, line=True):
    """What a specific-goal project is submitted with: its papers, and a line."""
    if line:
        record_line(server, project, who)
    for kind in ("basis", "estimate", "plan"):
        status, answer, _ = server.ask("POST", "/compilation/project-paper", {"project": project, "kind": kind, "title": kind}, who)
        if status != 201:
            raise AssertionError(answer)


def today():
    """The day in China, where budget years and deadlines are counted."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


def demo_year():
    """The budget year of tests that open rounds: those are of the year before a budget or of its own, so of this one."""
    return today().year


def demo_data_of(year, folder):
    """The code lists and the vocabulary of the demo province, which are of 2026, moved to another year."""
    if year == 2026:
        return SOURCE / "plugins/standards/data", SOURCE / "config/demo/jiangsu.json"
    by = year - 2026
    data = folder / "moved/standards/data"
    for lists in SOURCE.glob("plugins/*/data"):
        if lists.parent.name != "standards":
            shutil.copytree(lists, folder / f"moved/{lists.parent.name}/data")
    data.mkdir(parents=True)
    for table in (SOURCE / "plugins/standards/data").iterdir():
        with table.open(encoding="utf-8", newline="") as rows, (data / table.name).open("w", encoding="utf-8", newline="") as moved:
            reader = csv.DictReader(rows)
            writer = csv.DictWriter(moved, reader.fieldnames)
            writer.writeheader()
            for row in reader:
                for name in ("list_year", "valid_from"):
                    if row.get(name):
                        row[name] = f"{int(row[name][:4]) + by}{row[name][4:]}"
                writer.writerow(row)
    words = (SOURCE / "config/demo/jiangsu.json").read_text(encoding="utf-8")
    vocabulary = folder / "moved/vocabulary.json"
    vocabulary.write_text(re.sub(r"\b20(2[5-9]|3[0-9])\b", lambda found: str(int(found.group()) + by), words), encoding="utf-8")
    return data, vocabulary


def start_with_demo(database, scale=0.001, settings=None, year=2026):
    """A running server with the demo province on the database asked for; `settings` are added to its configuration, the
    code lists and projects are of `year`."""
    own = OwnDatabase() if database == "postgresql" else None
    server = Server(own and own.url, settings)
    server.database = own
    server.start()
    server.load_demo(scale, year)
    return server


def start_with_clock(database, settings):
    """A running server without data whose clock runs ahead by what stands in the file "clock" of its data folder."""
    own = OwnDatabase() if database == "postgresql" else None
    server = Server(own and own.url, settings)
    server.database = own
    (server.data / "clock").write_bytes(bytes(8))
    return server.start({"LD_PRELOAD": str(BUILD / "bin/libonebudget-demo-clock.so"), "ONEBUDGET_DEMO_CLOCK": str(server.data / "clock")})


def wait_for_job(server, job, who):
    """The result of a job that was begun, once it has ended well."""
    for _ in range(JOB_TRIES):
        answer = server.ask("GET", f"/system/job/{job}", who=who)[1]
        if answer["state"] not in ("waiting", "running"):
            break
        time.sleep(0.2)
    if answer["state"] != "done":
        raise AssertionError(answer)
    return answer["result"]


def project_body(server, who, county, **changes):
    """A whole project of the county's education bureau, as its clerk would fill it in."""
    return {"name": "校舍安全监测", "unit": server.node(f"{county}-106001", who)["id"], "category": "specific", "fiscal_year": 2026,
            "existence": "new", "start_year": 2026, "end_year": 2027, "total_amount": "200000.00", "year_amount": "100000.00",
            "functional_class": server.first("/standards/functional-class", "code==2050203;list_year==2026", who)["id"],
            "fund_kind": server.first("/standards/fund-kind", "code==1", who)["id"],
            "contact_name": "张三", "contact_phone": "0512-57330000", **changes}
