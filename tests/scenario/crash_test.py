#!/usr/bin/env python3
"""Whatever was acknowledged is there after a kill, an import is whole or not there, and a backup brings back the same lists or refuses.

Usage: crash_test.py sqlite|postgresql
"""
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error

from support import BUILD, OwnDatabase, Server, database_from, project_body, record_papers, start_with_demo

COUNTY = "320583000"
CLERK, PROVINCE = f"unit-clerk.{COUNTY}.106001", "budget-division.320000000"
PROJECT = "/compilation/project"
WRITERS, ROUNDS, WRITES_BEFORE_KILL = 4, 5, 40
DATABASE = database_from(sys.argv)


def setUpModule():
    global server
    server = start_with_demo(DATABASE)


def tearDownModule():
    server.stop()


class Writer(threading.Thread):
    """Creates, changes, submits and deletes in a random order until the server is gone; remembers what was acknowledged."""

    def __init__(self, number, body, enough):
        super().__init__()
        self.random, self.body, self.enough = random.Random(number), body, enough
        self.alive, self.deleted = {}, set()

    def run(self):
        try:
            while True:
                self.one()
                self.enough.release()
        except (OSError, urllib.error.URLError, ValueError):
            return  # the server was killed under this request: not acknowledged

    def one(self):
        drafts = [record for record, (_, state) in self.alive.items() if state == "draft"]
        choice = self.random.random()
        if not drafts or choice < 0.5:
            status, made, _ = server.ask("POST", PROJECT, self.body, CLERK)
            self.check(status, 201, made)
            self.alive[made["id"]] = (1, "draft")
            return
        record = self.random.choice(drafts)
        version, etag = self.alive[record][0], {"If-Match": f'"{self.alive[record][0]}"'}
        kept = self.alive.pop(record)  # unknown until the answer is there
        if choice < 0.75:
            status, made, _ = server.ask("PATCH", f"{PROJECT}/{record}", {"plan": f"第 {version} 次"}, CLERK, etag)
            self.check(status, 200, made)
            self.alive[record] = (version + 1, "draft")
        elif choice < 0.9:
            record_papers(server, record, CLERK)
            status, made, _ = server.ask("POST", f"{PROJECT}/{record}/transitions/submit", {}, CLERK, etag)
            self.check(status, 200, made)
            self.alive[record] = (kept[0] + 1, "submitted")
        else:
            self.check(server.ask("DELETE", f"{PROJECT}/{record}", who=CLERK, headers=etag)[0], 204, record)
            self.deleted.add(record)

    @staticmethod
    def check(status, wanted, answer):
        if status != wanted:
            raise AssertionError((status, answer))


def digests(where, who=PROVINCE):
    """A digest of every list as one person sees it."""
    told = {}
    for path in (PROJECT, "/standards/functional-class", "/standards/region", "/system/node"):
        items, cursor = [], ""
        while cursor is not None:
            page = where.ask("GET", f"{path}?limit=500" + (f"&cursor={cursor}" if cursor else ""), who=who)[1]
            items += page["items"]
            cursor = page["next_cursor"]
        told[path] = (len(items), hashlib.sha256(json.dumps(items, sort_keys=True).encode()).hexdigest())
    return told


class Kills(unittest.TestCase):
    def audit_is_whole(self):
        verdict = server.ask("POST", "/system/audit/verify", {}, "auditadmin")[1]
        self.assertTrue(verdict["ok"], verdict)
        code, said, wrong = server.ctl("--json", "audit", "verify", who="auditadmin")
        self.assertEqual((code, json.loads(said)["ok"]), (0, True), wrong)

    def test_kill_during_writes_of_several_threads(self):
        body = project_body(server, CLERK, COUNTY, design_basis="条例", performance_goal="目标")
        for turn in range(ROUNDS):
            server.token(CLERK)
            enough = threading.Semaphore(0)
            writers = [Writer(turn * WRITERS + number, body, enough) for number in range(WRITERS)]
            for writer in writers:
                writer.start()
            for _ in range(WRITES_BEFORE_KILL):
                self.assertTrue(enough.acquire(timeout=60))
            server.kill()
            for writer in writers:
                writer.join()
            server.start()
            for writer in writers:
                for record, (version, state) in writer.alive.items():
                    status, found, _ = server.ask("GET", f"{PROJECT}/{record}", who=CLERK)
                    self.assertEqual((status, found.get("version"), found.get("status")), (200, version, state), record)
                    history = server.ask("GET", f"{PROJECT}/{record}/history", who=CLERK)[1]["items"]
                    self.assertEqual([entry["version"] for entry in history], list(range(version, 0, -1)))
                for record in writer.deleted:
                    self.assertEqual(server.ask("GET", f"{PROJECT}/{record}", who=CLERK)[0], 404)
            self.audit_is_whole()

    def test_kill_during_an_import(self):
        body = project_body(server, CLERK, COUNTY)
        before = server.ask("GET", f"{PROJECT}?limit=1&count=exact", who=CLERK)[1]["count"]
        rows = 4000
        lines = b"\n".join(json.dumps({**body, "unit": f"{COUNTY}-106001", "functional_class": "id:" + body["functional_class"], "fund_kind": "id:" + body["fund_kind"],
                                       "name": f"批量 {number}"}).encode() for number in range(rows))
        answers = []

        def load():
            try:
                answers.append(server.ask("POST", f"{PROJECT}/import?format=jsonl", who=CLERK, raw=lines)[0])
            except (OSError, urllib.error.URLError, ValueError):
                answers.append(None)

        loading = threading.Thread(target=load)
        loading.start()
        for _ in range(3):  # the import is under way while others are still answered
            server.ask("GET", f"{PROJECT}?limit=1", who=PROVINCE)
        server.kill()
        loading.join()
        server.start()
        after = server.ask("GET", f"{PROJECT}?limit=1&count=exact", who=CLERK)[1]["count"]
        self.assertIn(after - before, (0, rows))
        if answers == [200]:
            self.assertEqual(after - before, rows)
        self.audit_is_whole()


class Backups(unittest.TestCase):
    def offline(self, *arguments, storage=None, data=None):
        done = subprocess.run([BUILD / "bin/onebudgetctl", "--json", "--language", "en", "--set", f"data.dir={data or server.data}",
                               "--set", f"storage.url={storage or server.storage}", "backup", *arguments], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout or "{}"), done.stderr

    def test_a_backup_brings_back_the_same_lists_and_a_damaged_one_is_refused(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        wanted = digests(server)
        code, report, wrong = self.offline("create", folder / "copy")
        self.assertEqual(code, 0, (report, wrong))
        code, verified, wrong = self.offline("verify", folder / "copy")
        self.assertEqual((code, verified["sm3"]), (0, report["sm3"]), wrong)
        code, refused, _ = self.offline("restore", folder / "copy")
        self.assertEqual((code, bool(refused["error"]["message"])), (1, True), "a server uses the data")
        own = OwnDatabase() if DATABASE == "postgresql" else None
        other = Server(own and own.url)
        other.database = own
        self.addCleanup(other.stop)
        code, restored, wrong = self.offline("restore", folder / "copy", storage=other.storage, data=other.data)
        self.assertEqual(code, 0, (restored, wrong))
        self.assertTrue(restored["keys_apart"].endswith("field.keys"), restored)
        with self.assertRaisesRegex(RuntimeError, "field.keys"):
            other.start()  # what is sealed cannot be read without its keys, which no backup holds
        shutil.copy(server.data / "field.keys", other.data)
        other.passwords = server.passwords
        other.start()
        self.assertEqual(digests(other), wanted)
        self.assertTrue(other.ask("POST", "/system/audit/verify", {}, "auditadmin")[1]["ok"])
        other.kill()
        code, refused, _ = self.offline("restore", folder / "copy", storage=other.storage, data=other.data)
        self.assertEqual(code, 1, "never over data")

    def test_every_kind_of_damage_is_found(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        code, report, wrong = self.offline("create", folder / "copy")
        self.assertEqual(code, 0, wrong)
        file = folder / "copy" / pathlib.Path(report["file"]).name
        whole = file.read_bytes()
        middle = len(whole) // 2
        for damaged in (whole[:middle], b"", whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:], whole + b"x"):
            file.write_bytes(damaged)
            self.assertEqual(self.offline("verify", folder / "copy")[0], 1)
            with tempfile.TemporaryDirectory() as fresh:
                own = OwnDatabase() if DATABASE == "postgresql" else None
                try:
                    storage = own.url if own else f"sqlite:{fresh}/onebudget.db"
                    code, refused, _ = self.offline("restore", folder / "copy", storage=storage, data=fresh)
                    self.assertEqual((code, bool(refused["error"]["code"])), (1, True))
                    self.assertFalse((pathlib.Path(fresh) / "onebudget.db").exists())
                finally:
                    if own:
                        own.drop()
        file.unlink()
        self.assertEqual(self.offline("verify", folder / "copy")[0], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
