#!/usr/bin/env python3
"""Every command of onebudgetctl: what it prints for people and for programs, in both languages, and 0, 1 or 2 when it ends.

Usage: ctl_test.py sqlite|postgresql
"""
import json
import pathlib
import sys
import tempfile
import unittest

from support import SOURCE, database_from, project_body, start_with_demo

COUNTY = "320583000"
CLERK, REVIEWER = f"unit-clerk.{COUNTY}.106001", f"unit-reviewer.{COUNTY}.106001"
PROJECT = "/compilation/project"
DATABASE = database_from(sys.argv)


def setUpModule():
    global server
    server = start_with_demo(DATABASE)


def tearDownModule():
    server.stop()


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def told(self, *arguments, who=None):
        """The one JSON document of a command that went well; for people it prints something too, in both languages."""
        code, out, wrong = server.ctl("--json", *arguments, who=who)
        self.assertEqual((code, wrong), (0, ""), (arguments, out))
        return json.loads(out)

    def shown(self, *arguments, who=None):
        for language in ("zh", "en"):
            code, out, wrong = server.ctl(*arguments, who=who, language=language)
            self.assertEqual((code, wrong), (0, ""), (arguments, out))
            self.assertTrue(out.strip())
        return out

    def failed(self, *arguments, who=None):
        """The code of a command that could not be done: a sentence in the language asked for, or a document."""
        sentences = set()
        for language in ("zh", "en"):
            code, out, wrong = server.ctl(*arguments, who=who, language=language)
            self.assertEqual((code, out), (1, ""), (arguments, wrong))
            sentences.add(wrong)
        self.assertEqual(len(sentences), 2, sentences)
        code, out, _ = server.ctl("--json", *arguments, who=who)
        error = json.loads(out)["error"]
        self.assertEqual((code, bool(error["message"])), (1, True))
        return error["code"]

    def wrong_use(self, *arguments):
        code, out, wrong = server.ctl(*arguments)
        self.assertEqual(code, 2, (arguments, out, wrong))
        self.assertTrue(wrong + out)


class Looking(Command):
    def test_status_and_plugins(self):
        status = self.told("status", who="sysadmin")
        self.assertTrue(status["ready"])
        self.assertEqual({p["id"]: p["state"] for p in status["plugins"]}["standards"], "enabled")
        self.assertIn("standards", self.shown("status", who="sysadmin"))
        self.assertIn("compilation", self.shown("plugin", "list", who="sysadmin"))
        self.assertTrue({"standards", "compilation"} <= {plugin["id"] for plugin in self.told("plugin", "list", who="sysadmin")["items"]})
        self.assertEqual(self.told("plugin", "plan", "compilation", who="sysadmin")["refusals"], [])
        self.shown("plugin", "plan", "compilation", who="sysadmin")
        self.assertEqual(self.failed("plugin", "enable", "nothing", who="sysadmin"), "host.unknown")
        self.failed("plugin", "list", who=CLERK)

    def test_a_plugin_is_switched_off_and_on(self):
        self.failed("plugin", "disable", "standards", who="sysadmin")
        self.assertEqual(self.told("plugin", "disable", "compilation", who="sysadmin")["state"], "disabled")
        self.assertEqual(server.ask("GET", PROJECT, who=CLERK)[0], 404)
        self.assertEqual(self.told("plugin", "enable", "compilation", who="sysadmin")["state"], "enabled")
        self.assertEqual(server.ask("GET", PROJECT, who=CLERK)[0], 200)

    def test_people_roles_and_grants(self):
        self.assertIn(CLERK, [user["username"] for user in self.told("user", "list", who="sysadmin")["items"]])
        self.assertIn(CLERK, self.shown("user", "list", "--text", CLERK, who="sysadmin"))
        made = self.told("user", "create", "li.si", "--name", "李四", who="sysadmin")
        self.assertEqual(server.ask("POST", "/session", {"username": "li.si", "password": made["password"]})[0], 201)
        again = self.told("user", "reset-password", "li.si", who="sysadmin")["password"]
        self.assertNotEqual(again, made["password"])
        self.assertEqual(self.told("user", "disable", "li.si", who="sysadmin")["state"], "disabled")
        self.assertEqual(server.ask("POST", "/session", {"username": "li.si", "password": again})[0], 401)
        self.assertEqual(self.told("user", "enable", "li.si", who="sysadmin")["state"], "active")
        self.assertEqual(self.failed("user", "create", "li.si", "--name", "李四", who="sysadmin"), "identity.username_taken")
        self.assertEqual(self.failed("user", "reset-password", "nobody", who="sysadmin"), "ctl.not_found")
        self.assertIn("unit_clerk", self.shown("role", "list", who="secadmin"))
        self.assertIn("compilation.project.read", self.told("role", "show", "unit_clerk", who="secadmin")["permissions"])
        self.failed("role", "show", "nothing", who="secadmin")
        self.told("grant", "add", "li.si", "read_only_auditor", COUNTY, "--reach", "level", who="secadmin")
        grants = self.told("grant", "list", "--user", "li.si", who="secadmin")["items"]
        self.assertEqual([(g["role_code"], g["reach"]) for g in grants], [("read_only_auditor", "level")])
        self.assertTrue(self.told("grant", "explain", "li.si", "compilation.project.read", who="secadmin")["allowed"])
        self.assertFalse(self.told("grant", "explain", "li.si", "compilation.project.approve", who="secadmin")["allowed"])
        record = server.first(PROJECT, "status==draft", CLERK)["id"]
        self.assertIn("allowed", self.shown("grant", "explain", CLERK, "compilation.project.read", f"compilation/project/{record}", who="secadmin"))
        self.told("grant", "revoke", grants[0]["id"], who="secadmin")
        self.assertFalse(self.told("grant", "explain", "li.si", "compilation.project.read", who="secadmin")["allowed"])
        self.failed("grant", "revoke", "999999", who="secadmin")
        self.failed("grant", "add", "li.si", "nothing", COUNTY, who="secadmin")
        self.failed("grant", "explain", "nobody", "compilation.project.read", who="secadmin")

    def test_jobs_and_audit(self):
        self.assertIn("items", self.told("job", "list", who="sysadmin"))
        self.shown("job", "list", who="sysadmin")
        for verb in ("show", "cancel", "retry"):
            self.failed("job", verb, "999999", who="sysadmin")
        self.assertTrue(self.told("audit", "verify", who="auditadmin")["ok"])
        self.assertTrue(all(line["action"].startswith("identity.") for line in self.told("audit", "list", "--action", "identity.", who="auditadmin")["items"]))
        self.shown("audit", "list", who="auditadmin")
        self.failed("audit", "verify", who="sysadmin")

    def test_configuration(self):
        self.assertEqual(self.told("config", "check"), {"ok": True, "unknown_roles": []})
        self.assertIn("http.port", [item["key"] for item in self.told("config", "explain")["items"]])
        self.assertEqual(self.told("--set", "http.port=81", "config", "explain", "http.port")["items"][0]["value"], "81")
        self.failed("config", "explain", "nothing")
        wrong = self.folder / "a.properties"
        wrong.write_text("\nhttp.prot = 1\n")
        self.failed("--config", str(wrong), "config", "check")
        self.assertIn(f"{wrong}:2", server.ctl("--config", str(wrong), "config", "check")[2])


class Refusing(Command):
    def test_wrong_use_is_told_from_failure(self):
        for arguments in ((), ("nothing",), ("plugin",), ("plugin", "nothing"), ("plugin", "enable"), ("user", "create", "a"), ("grant", "explain", "a"), ("role", "show"),
                          ("job", "show"), ("import", "standards.region"), ("export",), ("backup", "create"), ("demo", "load"), ("status", "--nothing"),
                          ("--language", "fr", "status"), ("grant", "add", "a", "b", "c", "--reach", "all"), ("demo", "load", "--scale", "7"),
                          ("export", "standards.region", "a.csv", "--format", "pdf")):
            self.wrong_use(*arguments)
        for arguments in (("--help",), ("plugin", "--help"), ("import", "--help")):
            code, out, _ = server.ctl(*arguments)
            self.assertEqual((code, bool(out)), (0, True))

    def test_without_a_name_a_password_or_a_server_it_says_what_is_missing(self):
        self.assertEqual(self.failed("status"), "ctl.no_identity")
        self.assertEqual(self.failed("--username", CLERK, "status"), "ctl.no_password")
        self.assertEqual(self.failed("--token-file", "/nonexistent", "status"), "ctl.file")
        wrong = self.folder / "password"
        wrong.write_text("Falsch-Falsch-1")
        self.assertEqual(self.failed("--username", REVIEWER, "--password-file", str(wrong), "status"), "identity.refused")
        self.assertEqual(self.failed("--url", "http://127.0.0.1:1", "--username", REVIEWER, "--password-file", str(wrong), "status"), "ctl.unreachable")
        code, out, _ = server.ctl("--json", "plugin", "list", environment={"ONEBUDGET_TOKEN": server.token("sysadmin")})
        self.assertEqual((code, bool(json.loads(out)["items"])), (0, True))

    def test_a_second_demo_goes_over_nothing(self):
        accounts = self.folder / "accounts.json"
        self.assertEqual(self.failed("demo", "load", "--bootstrap-file", "/dev/null", "--data", str(SOURCE / "plugins/standards/data"),
                                     "--vocabulary", str(SOURCE / "config/demo/jiangsu.json"), "--accounts", str(accounts)), "ctl.demo_not_empty")
        self.assertFalse(accounts.exists())


class RoundTrips(Command):
    def test_an_export_imported_again_changes_nothing(self):
        for name in ("=1+1", "+86 512", "'=1", "@a", "-1"):
            self.assertEqual(server.ask("POST", PROJECT, project_body(server, CLERK, COUNTY, name=name), CLERK)[0], 201)
        drafts = server.ask("GET", f"{PROJECT}?limit=1&count=exact&filter=status%3D%3Ddraft", who=CLERK)[1]["count"]
        before = server.ask("GET", f"{PROJECT}?limit=1000&filter=status%3D%3Ddraft", who=CLERK)[1]["items"]
        for form in ("csv", "xlsx", "jsonl"):
            file = str(self.folder / f"projects.{form}")
            code, _, wrong = server.ctl("export", "compilation.project", file, "--filter", "status==draft", who=CLERK)
            self.assertEqual((code, wrong), (0, ""))
            report = self.told("import", "compilation.project", file, who=CLERK)
            self.assertEqual((report["rows"], report["unchanged"], report["updated"], report["created"], report["invalid"]), (drafts, drafts, 0, 0, 0), (form, report["errors"][:2]))
        self.assertEqual(server.ask("GET", f"{PROJECT}?limit=1000&filter=status%3D%3Ddraft", who=CLERK)[1]["items"], before)

    def test_standard_output_a_missing_file_and_a_refused_row(self):
        code, out, _ = server.ctl("export", "standards.region", "-", "--format", "jsonl", who=CLERK)
        self.assertEqual((code in (0, 1), code == 1 or bool(json.loads(out.splitlines()[0]))), (True, True))
        self.assertEqual(self.failed("import", "compilation.project", "/nonexistent.csv", who=CLERK), "ctl.file")
        self.failed("export", "compilation.project", "/nonexistent/a.csv", who=CLERK)
        self.failed("export", "compilation.nothing", str(self.folder / "a.csv"), who=CLERK)
        bad = self.folder / "bad.csv"
        bad.write_text("name,unit\n甲,nowhere\n", encoding="utf-8")
        before = server.trace(CLERK, PROJECT)
        code, out, _ = server.ctl("--json", "import", "compilation.project", str(bad), who=CLERK)
        self.assertEqual((code, json.loads(out)["error"]["code"]), (1, "records.import_refused"))
        self.assertTrue(json.loads(out)["error"]["errors"][0]["remedy"])
        self.assertEqual(server.trace(CLERK, PROJECT)[1], before[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
