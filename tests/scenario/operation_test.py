#!/usr/bin/env python3
"""Repeated requests are carried out once; a backup is made while serving and restored elsewhere; the data is looked at offline.

Usage: operation_test.py sqlite|postgresql
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from support import BUILD, SOURCE, OwnDatabase, database_from, start_with_demo

DATABASE = database_from(sys.argv)
CLERK = "unit-clerk.320583000.106001"
PROJECT = "/compilation/project"
JOB_TRIES = 600


def setUpModule():
    global server, project
    server = start_with_demo(DATABASE)
    unit = server.ask("GET", "/system/node?q=320583000-106001", who=CLERK)[1]["items"][0]["id"]
    functional = server.first("/standards/functional-class", "code==2050203;list_year==2026", CLERK)["id"]
    fund = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
    project = {"unit": unit, "category": "specific", "fiscal_year": 2026, "existence": "new", "start_year": 2026, "end_year": 2027,
               "total_amount": "200000.00", "year_amount": "100000.00", "functional_class": functional, "fund_kind": fund,
               "contact_name": "张三", "contact_phone": "0512-57330000"}


def tearDownModule():
    server.stop()


def offline(*arguments, storage=None):
    """onebudgetctl on the data itself: (exit code, standard output, standard error)."""
    command = [BUILD / "bin/onebudgetctl", "--language", "en", "--json", "--set", f"data.dir={server.data}",
               "--set", f"storage.url={storage or server.storage}", *map(str, arguments)]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Repeated(unittest.TestCase):
    def post(self, key, name):
        body = {"name": name, **project}
        return server.ask("POST", PROJECT, body, CLERK, {"Idempotency-Key": key})

    def count(self, name):
        return server.ask("GET", f'{PROJECT}?count=exact&filter=name==' + name, who=CLERK)[1]["count"]

    def test_the_same_key_gets_the_first_answer_also_after_a_crash(self):
        status, made, _ = self.post("once", "onlyonce")
        self.assertEqual(status, 201, made)
        status, again, headers = self.post("once", "onlyonce")
        self.assertEqual((status, again, headers["Idempotency-Replayed"]), (201, made, "true"))
        server.kill()
        server.start()
        status, again, headers = self.post("once", "onlyonce")
        self.assertEqual((status, again, headers["Idempotency-Replayed"]), (201, made, "true"))
        self.assertEqual(self.count("onlyonce"), 1)

    def test_the_same_key_with_another_body_is_refused(self):
        self.assertEqual(self.post("other", "first")[0], 201)
        status, problem, _ = self.post("other", "second")
        self.assertEqual((status, problem["code"]), (422, "http.idempotency"))
        self.assertEqual(self.count("second"), 0)

    def test_duplicates_at_the_same_time_write_once(self):
        server.token(CLERK)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.post("together", "together")[:2])) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({(status, answer.get("id")) for status, answer in answers}, {(201, answers[0][1]["id"])}, answers)
        self.assertEqual(self.count("together"), 1)

    def test_a_refusal_is_repeated_too_and_a_new_key_is_a_new_request(self):
        status, problem, _ = server.ask("POST", PROJECT, {"nonsense": 1}, CLERK, {"Idempotency-Key": "bad"})
        self.assertGreaterEqual(status, 400)
        self.assertEqual(server.ask("POST", PROJECT, {"nonsense": 1}, CLERK, {"Idempotency-Key": "bad"})[0], status)


class Backup(unittest.TestCase):
    def finished(self, job):
        for _ in range(JOB_TRIES):
            told = server.ask("GET", f"/system/job/{job}", who="sysadmin")[1]
            if told["state"] in ("done", "failed"):
                return told
            time.sleep(0.1)
        self.fail("the job did not end")

    def test_a_backup_is_made_while_serving_and_restored_elsewhere(self):
        self.assertEqual(server.ask("POST", "/system/backup", {}, CLERK)[0], 403)
        status, started, _ = server.ask("POST", "/system/backup", {}, "sysadmin")
        self.assertEqual(status, 202, started)
        job = self.finished(started["job"])
        self.assertEqual(job["state"], "done", job)
        made = job["result"]["backup"]
        listed = server.ask("GET", "/system/backup", who="sysadmin")[1]["items"]
        self.assertIn((made, DATABASE), [(item["id"], item["database"]) for item in listed])
        self.assertTrue(server.ask("POST", f"/system/backup/{made}/verify", {}, "sysadmin")[1]["ok"])
        request = urllib.request.Request(f"{server.url}/api/v1/system/backup/{made}/file", headers={"Authorization": "Bearer " + server.token("sysadmin")})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(len(answer.read()), job["result"]["bytes"])
        for wrong in ("../..", "1", "x"):
            self.assertIn(server.ask("GET", f"/system/backup/{wrong}/file", who="sysadmin")[0], (400, 404))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        own = OwnDatabase() if DATABASE == "postgresql" else None
        if own:
            self.addCleanup(own.drop)
        elsewhere = own.url if own else f"sqlite:{folder.name}/restored.db"
        code, out, err = offline("--set", f"data.dir={folder.name}", "backup", "restore", server.data / "backups" / made, storage=elsewhere)
        self.assertEqual(code, 0, err)
        code, out, err = offline("--set", f"data.dir={folder.name}", "--offline", "audit", "verify", storage=elsewhere)
        self.assertEqual((code, json.loads(out)["ok"]), (0, True), err)
        code, out, err = offline("--set", f"data.dir={folder.name}", "db", "check", storage=elsewhere)
        self.assertEqual((code, json.loads(out)["items"]), (0, []), err)
        code, _, err = offline("--set", f"data.dir={folder.name}", "backup", "restore", server.data / "backups" / made, storage=elsewhere)
        self.assertEqual(code, 1, "never over data")


class Offline(unittest.TestCase):
    def test_an_empty_database_is_planned_before_it_is_migrated(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        own = OwnDatabase() if DATABASE == "postgresql" else None
        if own:
            self.addCleanup(own.drop)
        storage, data = own.url if own else f"sqlite:{folder.name}/fresh.db", f"data.dir={folder.name}"
        code, out, _ = offline("--set", data, "db", "check", storage=storage)
        planned = json.loads(out)
        self.assertEqual((code, len(planned["items"]) > 5, planned["error"]["code"]), (1, True, "ctl.migrations_pending"))
        code, out, _ = offline("--set", data, "db", "migrate", storage=storage)
        self.assertEqual((code, len(json.loads(out)["items"]) > 5), (0, True), "the plan alone")
        code, out, err = offline("--set", data, "db", "migrate", "--yes", storage=storage)
        self.assertEqual((code, json.loads(out)["applied"] > 5), (0, True), err)
        self.assertEqual(offline("--set", data, "db", "check", storage=storage)[0], 0)

    def test_migrating_under_a_running_server_is_refused(self):
        code, out, err = offline("db", "migrate", "--yes")
        error = json.loads(out)["error"]
        self.assertEqual((code, error["code"], "stop it first" in error["message"]), (1, "ctl.server_running", True), (out, err))

    def test_settings_are_listed_and_an_unknown_one_is_not_found(self):
        self.assertEqual(server.ask("GET", "/system/setting", who="sysadmin")[0], 200)
        self.assertEqual(server.ask("GET", "/system/setting/compilation.nothing", who="sysadmin")[0], 404)
        self.assertEqual(server.ask("PATCH", "/system/setting/compilation.nothing", {"value": 1}, "sysadmin", {"If-Match": '"1"'})[0], 404)
        self.assertEqual(server.ask("GET", "/system/setting", who=CLERK)[0], 403)

    def test_grants_are_explained_in_words(self):
        told = server.ask("GET", f"/system/grant/explain?user={CLERK}&permission=compilation.project.read", who="secadmin")[1]
        self.assertTrue(told["allowed"])
        text = json.dumps(told["reasons"], ensure_ascii=False)
        self.assertNotIn("reach self", text)
        self.assertNotIn("subtree", text)


if __name__ == "__main__":
    unittest.main()
