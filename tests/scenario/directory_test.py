#!/usr/bin/env python3
"""People of the county's directory sign in with its passwords, hold what their groups give, and lose it with the group.

Usage: directory_test.py sqlite|postgresql
"""
import json
import pathlib
import sys
import tempfile
import unittest

from support import SOURCE, database_from, start_with_demo

sys.path.insert(0, str(SOURCE / "kernel/identity/directory/testdata"))
from slapd import BASE, PASSWORD, Slapd, group, person  # noqa: E402

UNIT, LOCAL = "320583000-106001", "unit-clerk.320583000.106001"
PROJECT = "/compilation/project"
DATABASE = database_from(sys.argv)


def setUpModule():
    global folder, slapd, server
    folder = tempfile.TemporaryDirectory(prefix="onebudget-slapd-")
    people = person("chen.mei", "Chen Mei", UNIT) + person("no.body", "No Body", UNIT) + person("lost.one", "Lost One", "nowhere")
    slapd = Slapd(pathlib.Path(folder.name), extra=people + group("budget", "Chen Mei", "Lost One")).start()
    server = start_with_demo(DATABASE, settings={**slapd.settings(), "directory.roles": "budget=unit_clerk:self"})


def tearDownModule():
    server.stop()
    slapd.stop()
    folder.cleanup()


def sign_in(username, password=PASSWORD):
    status, answer, _ = server.ask("POST", "/session", {"username": username, "password": password})
    return status, answer


class Directory(unittest.TestCase):
    def test_1_a_person_of_the_directory_holds_what_the_group_gives(self):
        status, answer = sign_in("chen.mei")
        self.assertEqual(status, 201, answer)
        server.tokens["chen.mei"] = answer["token"]
        scopes = server.ask("GET", "/session", who="chen.mei")[1]["scopes"]
        self.assertEqual([(s["role"], s["node"]["code"], s["reach"]) for s in scopes], [("unit_clerk", UNIT, "self")])
        counts = [server.ask("GET", f"{PROJECT}?limit=1&count=exact", who=who)[1]["count"] for who in ("chen.mei", LOCAL)]
        self.assertEqual(counts[0], counts[1])
        self.assertGreater(counts[0], 0)
        account = server.ask("GET", "/system/user?q=chen.mei", who="sysadmin")[1]["items"][0]
        status, refused, _ = server.ask("POST", f"/system/user/{account['id']}/reset-password", {}, "sysadmin")
        self.assertNotEqual(status, 200, refused)

    def test_2_who_is_not_let_in_is_told_why_and_kept_in_the_audit(self):
        for username, password in (("chen.mei", "wrong-Password-1"), ("chen.mei)(uid=*", PASSWORD), ("*", PASSWORD), ("cn=Chen Mei", PASSWORD)):
            self.assertEqual(sign_in(username, password)[0], 401, username)
        for username, password in (("chen.mei", ""), ("", PASSWORD)):
            self.assertIn(sign_in(username, password)[0], (400, 401, 422), (username, password))
        self.assertEqual((sign_in("no.body")[0], sign_in("no.body")[1]["code"]), (403, "identity.directory_no_role"))
        self.assertEqual((sign_in("lost.one")[0], sign_in("lost.one")[1]["code"]), (403, "identity.directory_no_node"))
        failed = server.ask("GET", "/system/audit?outcome=failed&limit=100", who="auditadmin")[1]["items"]
        self.assertTrue(failed)
        self.assertNotIn("wrong-Password-1", str(failed))
        self.assertNotIn(PASSWORD, (server.data / "log").read_text())

    def ctl(self, *arguments, **settings):
        told = {"data.dir": server.data, "storage.url": server.storage, "roles.file": SOURCE / "config/roles.json", **slapd.settings(),
                "directory.roles": "budget=unit_clerk:self", **settings}
        options = [part for key, value in told.items() for part in ("--set", f"{key}={value}")]
        code, out, said = server.ctl("--config", SOURCE / "config/onebudget.properties", *options, *arguments)
        return code, out + said

    def test_2b_the_administrator_tries_the_directory_without_anybody_s_password(self):
        code, told = self.ctl("directory", "test")
        self.assertEqual(code, 0, told)
        self.assertIn("certificate verified", told)
        code, told = self.ctl("--json", "directory", "test", "chen.mei")
        found = json.loads(told)
        self.assertEqual((code, found["ok"], found["groups"], found["node"]["code"]), (0, True, ["budget"], UNIT), told)
        self.assertEqual([(r["role"], r["reach"], r["known"]) for r in found["roles"]], [("unit_clerk", "self", True)])
        for username, reason in (("nobody.at.all", "not exactly one person"), ("no.body", "none of the groups"), ("lost.one", "nowhere")):
            code, told = self.ctl("directory", "test", username)
            self.assertEqual(code, 1, told)
            self.assertIn(reason, told)
        code, told = self.ctl("directory", "test", **{"directory.bind_dn": "cn=wrong," + BASE})
        self.assertEqual(code, 1, told)
        self.assertIn("directory.bind_dn was refused", told)
        code, told = self.ctl("directory", "test", **{"directory.url": ""})
        self.assertIn("No directory is configured", told)
        self.assertNotIn(PASSWORD, told)

    def test_2c_a_role_that_does_not_exist_is_warned_of(self):
        code, told = self.ctl("config", "check")
        self.assertEqual((code, "Warning" in told), (0, False), told)
        for url in (server.storage, f"sqlite:{server.data}/never-made.db"):
            code, told = self.ctl("config", "check", **{"directory.roles": "budget=unit_clrek:self", "storage.url": url})
            self.assertEqual(code, 0, told)
            self.assertIn("directory.roles names unit_clrek", told)
        self.assertFalse((server.data / "never-made.db").exists())
        self.assertNotIn("identity.directory_role_unknown", (server.data / "log").read_text())
        server.settings["directory.roles"] = "budget=unit_clerk:self,others=unit_clrek:self"
        tokens = server.tokens
        server.kill()
        server.start()
        server.tokens = tokens
        self.assertIn("identity.directory_role_unknown", (server.data / "log").read_text())

    def test_3_without_the_directory_local_people_keep_working(self):
        slapd.stop()
        try:
            status, problem = sign_in("chen.mei")
            self.assertEqual(status, 503, problem)
            server.tokens.pop(LOCAL, None)
            self.assertEqual(server.ask("GET", "/session", who=LOCAL)[0], 200)
        finally:
            slapd.start()
        self.assertEqual(sign_in("chen.mei")[0], 201)

    def test_4_with_the_group_goes_the_right(self):
        self.assertEqual(server.ask("GET", "/session", who="chen.mei")[0], 200)
        slapd.modify(f"dn: cn=budget,ou=groups,{BASE}\nchangetype: modify\ndelete: member\nmember: cn=Chen Mei,ou=people,{BASE}\n")
        self.assertEqual((sign_in("chen.mei")[0], sign_in("chen.mei")[1]["code"]), (403, "identity.directory_no_role"))
        self.assertEqual(server.ask("GET", "/session", who="chen.mei")[0], 401)
        held = server.ask("GET", "/system/grant?username=chen.mei", who="secadmin")[1]["items"]
        self.assertEqual([grant["id"] for grant in held if not grant["revoked"]], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
