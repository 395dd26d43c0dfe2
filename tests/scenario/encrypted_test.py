#!/usr/bin/env python3
"""Account numbers lie sealed in the database, are shown to whoever may see them and found by their whole value; the keys are rotated,
the work of it is killed and goes on; a lost key, a foreign one and a changed ciphertext are refused with a sentence.

Usage: encrypted_test.py sqlite|postgresql
"""
import json
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

import treasury_test as story
from support import BUILD, READY_TRIES, SOURCE, database_from

DATABASE = database_from(sys.argv)
ACCOUNT, OTHER = "6222021301998877665", "6217001301556677889"


def setUpModule():
    global house
    story.setUpModule()
    story.Treasury.setUpClass()
    house = story.Treasury("made")


def tearDownModule():
    story.tearDownModule()


def at_rest(text):
    """Whether the text lies in any file of SQLite, its log included, or in any row of PostgreSQL."""
    if story.server.storage.startswith("sqlite:"):
        file = pathlib.Path(story.server.storage.removeprefix("sqlite:"))
        return any(text.encode() in path.read_bytes() for path in (file, pathlib.Path(f"{file}-wal")) if path.exists())
    dump = subprocess.run(["pg_dump", "--data-only", "--inserts", story.server.storage], capture_output=True, check=True)
    return text.encode() in dump.stdout


def rotate():
    done = subprocess.run([BUILD / "bin/onebudgetctl", "--config", SOURCE / "config/onebudget.properties", "--json", "--set",
                           f"data.dir={story.server.data}", "--set", f"storage.url={story.server.storage}", "db", "rotate-key"],
                          capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


class Encrypted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        indicator = house.indicator("900000.00")
        cls.plan = house.plan(indicator)
        cls.first = house.made(story.REQUEST, house.form(cls.plan, payee_account=ACCOUNT), story.CLERK)["id"]
        second = house.made(story.REQUEST, house.form(cls.plan, amount="1000.00", payee_account=OTHER), story.CLERK)
        cls.second = second["id"]

    def account(self, record, who):
        return house.get(story.REQUEST, record, who)[0]["payee_account"]

    def test_1_nothing_at_rest_holds_a_number(self):
        self.assertTrue(at_rest("昆山某建筑公司"), "the search of this test finds what is there")
        for number in (ACCOUNT, OTHER):
            self.assertFalse(at_rest(number), number)

    def test_2_it_is_shown_masked_or_clear_and_found_by_whoever_sees_it(self):
        clerk = self.account(self.first, story.CLERK)
        self.assertTrue(clerk == ACCOUNT or clerk.endswith("7665") and "*" in clerk, clerk)
        for who in (story.CLERK, story.TREASURY):
            shown = self.account(self.first, who)
            status, answer, _ = story.server.ask("GET", f"{story.REQUEST}?filter=payee_account=={ACCOUNT}", who=who)
            if "*" in shown:
                self.assertEqual((status, answer["code"]), (403, "records.masked_field"))
            else:
                self.assertEqual((status, [row["id"] for row in answer["items"]]), (200, [self.first]))

    def test_3_other_conditions_are_refused_with_what_to_do(self):
        for query in ("filter=payee_account==622*", "filter=payee_account>6", "sort=payee_account"):
            status, answer, _ = story.server.ask("GET", f"{story.REQUEST}?{query}", who=story.TREASURY)
            self.assertIn(answer["code"], ("records.encrypted_field", "records.masked_field"), answer)
            self.assertIn(status, (400, 403))

    def test_4_an_answer_kept_for_a_repeated_request_is_sealed_too(self):
        number = "6225880199887766"
        key = {"Idempotency-Key": "pay-once"}
        body = house.form(self.plan, amount="10.00", payee_account=number)
        made = [story.server.ask("POST", story.REQUEST, body, story.CLERK, key) for _ in range(2)]
        self.assertEqual([one[0] for one in made], [201, 201], made)
        self.assertEqual(made[0][1], made[1][1])
        self.assertFalse(at_rest(number))

    def test_5_a_new_key_takes_over_though_the_server_is_killed(self):
        before = self.account(self.first, story.TREASURY)
        self.assertNotEqual(rotate()[0], 0, "a server uses the keys")
        story.server.kill()
        code, told, wrong = rotate()
        self.assertEqual(code, 0, (told, wrong))
        story.server.start()
        story.server.kill()  # whatever the job has done by now
        story.server.start()
        self.assertEqual(self.account(self.first, story.TREASURY), before)
        for _ in range(READY_TRIES):
            jobs = [job for job in story.server.ask("GET", "/system/job?limit=50", who="sysadmin")[1]["items"] if job["kind"] == "kernel.seal_fields"]
            if jobs and all(job["state"] == "done" for job in jobs):
                break
            time.sleep(0.1)
        self.assertTrue(jobs and all(job["state"] == "done" for job in jobs), jobs)
        self.assertEqual(self.account(self.first, story.TREASURY), before)
        self.assertFalse(at_rest(ACCOUNT))

    def test_6_a_lost_key_ends_the_start_with_a_sentence(self):
        story.server.kill()
        keys = story.server.data / "field.keys"
        self.assertEqual(keys.stat().st_mode & 0o777, 0o600)
        kept = story.server.data / "kept.keys"
        shutil.move(keys, kept)
        with self.assertRaisesRegex(RuntimeError, "field.keys"):
            story.server.start()
        self.assertFalse(keys.exists(), "no key is made for data that has another")
        keys.write_text("current 00000000 " + "00" * 32 + "\n")
        keys.chmod(0o600)
        with self.assertRaisesRegex(RuntimeError, "key"):
            story.server.start()
        keys.unlink()
        shutil.move(kept, keys)
        keys.chmod(0o644)
        with self.assertRaisesRegex(RuntimeError, "600"):
            story.server.start()
        keys.chmod(0o600)
        story.server.start()
        self.assertIn("7665", self.account(self.first, story.TREASURY))


if __name__ == "__main__":
    unittest.main(verbosity=2)
