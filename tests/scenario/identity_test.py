#!/usr/bin/env python3
"""The first start happens once and whole; people change, lose and regain passwords; three administrators watch one another.

Usage: identity_test.py sqlite|postgresql
"""
import datetime
import sys
import unittest
import urllib.error
import urllib.request

from support import WITHOUT_WORKFLOW, OwnDatabase, Server, database_from, project_body, record_papers, start_with_demo

COUNTY = "320583000"
CLERK, HEAD, REVIEWER = f"unit-clerk.{COUNTY}.106001", f"unit-head.{COUNTY}.106001", f"department-reviewer.{COUNTY}.106"
PROJECT = "/compilation/project"
LOCKS_AFTER, LOCKED_MINUTES = 3, 1
SOON = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
DATABASE = database_from(sys.argv)


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings={"identity.lockout_failures": LOCKS_AFTER, "identity.lockout_minutes": LOCKED_MINUTES, **WITHOUT_WORKFLOW})


def tearDownModule():
    server.stop()


def sign_in(username, password, where=None):
    status, answer, headers = (where or server).ask("POST", "/session", {"username": username, "password": password})
    return status, answer, headers


def new_person(username, **more):
    """An account with a one-time password, as the administrator makes it."""
    made = server.ask("POST", "/system/user", {"username": username, "display_name": "新人", **more}, "sysadmin")[1]
    return made["id"], server.ask("POST", f"/system/user/{made['id']}/reset-password", {}, "sysadmin")[1]["password"]


class FirstStart(unittest.TestCase):
    def setUp(self):
        own = OwnDatabase() if DATABASE == "postgresql" else None
        self.fresh = Server(own and own.url)
        self.fresh.database = own
        self.addCleanup(self.fresh.stop)
        self.fresh.start()
        self.secret = (self.fresh.data / "bootstrap.secret").read_text().strip()

    def body(self, **changes):
        people = {part: {"username": f"chief.{part}", "display_name": f"{part} 管理员", "password": f"Erster-Start-{number}x7"}
                  for number, part in enumerate(("system", "security", "audit"))}
        return {"secret": self.secret, "root": {"code": "320000000", "name": "江苏省", "gov_level": "province"}, **people, **changes}

    def needed(self):
        return self.fresh.ask("GET", "/session/bootstrap")[1]["needed"]

    def test_a_mistake_anywhere_leaves_the_first_start_still_to_do(self):
        whole = self.body()
        for change, field in (({"audit": {**whole["audit"], "password": "short"}}, "/audit/password"), ({"security": {**whole["security"], "username": "a b"}}, "/security/username"),
                              ({"security": {**whole["security"], "username": "CHIEF.system"}}, "/security/username"), ({"root": {**whole["root"], "code": "a b"}}, "/root/code"),
                              ({"root": {**whole["root"], "gov_level": "planet"}}, "/root/gov_level"), ({"root": {**whole["root"], "colour": "1"}}, "/root/colour"),
                              ({"audit": {"username": "x"}}, "/audit/display_name")):
            with self.subTest(change=change):
                fields = self.fresh.problem("POST", "/session/bootstrap", {**whole, **change})[2]
                self.assertIn(field, fields)
                self.assertTrue(self.needed())
        self.assertEqual(self.fresh.problem("POST", "/session/bootstrap", self.body(secret="obb_wrong"))[:2], (401, "identity.bootstrap_refused"))
        self.assertTrue((self.fresh.data / "bootstrap.secret").exists())
        status, made, _ = self.fresh.ask("POST", "/session/bootstrap", whole)
        self.assertEqual((status, len(made["accounts"]), self.needed()), (201, 3, False))
        self.assertFalse((self.fresh.data / "bootstrap.secret").exists())
        self.assertEqual(self.fresh.problem("POST", "/session/bootstrap", whole)[:2], (409, "identity.bootstrap_used"))
        for part, permission in (("system", "system.user.manage"), ("security", "system.grant.manage"), ("audit", "system.audit.read")):
            status, answer, _ = sign_in(whole[part]["username"], whole[part]["password"], self.fresh)
            self.assertEqual(status, 201, answer)
            self.assertIn(permission, answer["permissions"])

    def test_a_restart_before_the_first_start_makes_the_old_secret_void(self):
        self.fresh.kill()
        self.fresh.start()
        self.assertEqual(self.fresh.ask("POST", "/session/bootstrap", self.body())[0], 401)
        self.secret = (self.fresh.data / "bootstrap.secret").read_text().strip()
        self.assertEqual(self.fresh.ask("POST", "/session/bootstrap", self.body())[0], 201)


class Passwords(unittest.TestCase):
    def test_a_one_time_password_opens_nothing_but_its_own_change(self):
        _, password = new_person("zhao.yi")
        status, answer, _ = sign_in("zhao.yi", password)
        self.assertEqual((status, answer["user"]["must_change_password"]), (201, True))
        server.tokens["zhao.yi"] = answer["token"]
        for path in (PROJECT, "/system/node", "/system/token"):
            status, problem, _ = server.ask("GET", path, who="zhao.yi")
            self.assertEqual((status, problem["code"]), (403, "http.change_password"), path)
        self.assertEqual(server.ask("GET", "/session", who="zhao.yi")[0], 200)
        change = lambda old, new: server.ask("POST", "/session/password", {"old_password": old, "new_password": new}, "zhao.yi")  # noqa: E731
        for new in ("short", "alllowercaseletters", "zhao.yi-Zhao.yi-1", "Password@2026", password):
            status, problem, _ = change(password, new)
            self.assertEqual(status, 422, (new, problem))
        self.assertNotIn(change("wrong", "Ganz-Neues-Wort-7")[0], (200, 204))
        self.assertEqual(change(password, "Ganz-Neues-Wort-7")[0], 204)
        self.assertEqual(server.ask("GET", "/system/node", who="zhao.yi")[0], 200)
        self.assertEqual(sign_in("zhao.yi", password)[0], 401)
        status, answer, _ = sign_in("zhao.yi", "Ganz-Neues-Wort-7")
        self.assertEqual((status, answer["user"]["must_change_password"]), (201, False))

    def test_too_many_wrong_passwords_lock_and_the_administrator_s_reset_unlocks(self):
        record, password = new_person("qian.er")
        before = sign_in("qian.er", password)[1]["token"]
        for _ in range(LOCKS_AFTER):
            self.assertEqual(sign_in("qian.er", "Falsch-Falsch-1")[0], 401)
        status, problem, headers = sign_in("qian.er", password)
        self.assertEqual((status, problem["code"]), (429, "identity.locked"))
        self.assertTrue(0 < int(headers["Retry-After"]) <= LOCKED_MINUTES * 60)
        self.assertEqual(server.ask("GET", f"/system/user/{record}", who="sysadmin")[1]["state"], "locked")
        for _ in range(LOCKS_AFTER):
            sign_in("no.such.person", "Falsch-Falsch-1")
        self.assertEqual(sign_in("no.such.person", "Falsch-Falsch-1")[0], 429)  # nobody learns who exists
        again = server.ask("POST", f"/system/user/{record}/reset-password", {}, "sysadmin")[1]["password"]
        self.assertNotEqual(again, password)
        self.assertEqual((sign_in("qian.er", password)[0], sign_in("qian.er", again)[0]), (401, 201))
        server.tokens["before"] = before
        self.assertEqual(server.ask("GET", "/session", who="before")[0], 401)
        failed = server.ask("GET", "/system/audit?outcome=failed&limit=50", who="auditadmin")[1]["items"]
        self.assertTrue(failed)
        self.assertNotIn("Falsch-Falsch-1", str(failed) + (server.data / "log").read_text())

    def test_a_disabled_account_loses_its_sessions_and_its_tokens(self):
        record, password = new_person("sun.san")
        server.tokens["sun.san"] = sign_in("sun.san", password)[1]["token"]
        server.ask("POST", "/session/password", {"old_password": password, "new_password": "Ganz-Neues-Wort-7"}, "sun.san")
        server.tokens["sun.token"] = server.ask("POST", "/system/token", {"title": "t", "expires_at": SOON}, "sun.san")[1]["token"]
        version = server.ask("GET", f"/system/user/{record}", who="sysadmin")[2]["ETag"]
        self.assertEqual(server.ask("GET", "/system/node?limit=1", who="sun.token")[0], 200)
        self.assertEqual(server.ask("PATCH", f"/system/user/{record}", {"state": "disabled"}, "sysadmin", {"If-Match": version})[0], 200)
        self.assertEqual([server.ask("GET", "/system/node?limit=1", who=who)[0] for who in ("sun.san", "sun.token")], [401, 401])
        self.assertEqual(sign_in("sun.san", "Ganz-Neues-Wort-7")[0], 401)


class Sessions(unittest.TestCase):
    def test_without_a_session_every_door_says_kindly_to_sign_in(self):
        for token in ("nonsense", "obs_" + "0" * 43):
            server.tokens["nobody"] = token
            status, problem, _ = server.ask("GET", PROJECT, who="nobody")
            self.assertEqual(status, 401)
            self.assertTrue(problem["detail"])
        server.tokens["leaving"] = sign_in(HEAD, server.passwords[HEAD])[1]["token"]
        self.assertEqual(server.ask("DELETE", "/session", who="leaving")[0], 204)
        for language in ("zh", "en"):
            status, problem, _ = server.ask("GET", PROJECT, who="leaving", headers={"Accept-Language": language})
            self.assertEqual((status, problem["code"].split(".")[0]), (401, "identity"), problem)

    def cookie(self, method, path, cookie, csrf=None, body=b"{}"):
        request = urllib.request.Request(server.url + "/api/v1" + path, method=method, data=None if method == "GET" else body,
                                         headers={"Cookie": cookie, "Content-Type": "application/json", **({"X-CSRF-Token": csrf} if csrf else {})})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_a_cookie_alone_reads_but_writes_only_with_its_csrf_token(self):
        _, answer, headers = sign_in(CLERK, server.passwords[CLERK])
        told = headers["Set-Cookie"]
        self.assertTrue("HttpOnly" in told and "SameSite=Strict" in told, told)
        cookie = told.split(";")[0]
        other = sign_in(HEAD, server.passwords[HEAD])[1]["csrf"]
        self.assertEqual(self.cookie("GET", PROJECT + "?limit=1", cookie), 200)
        for csrf in (None, "", "x", other):
            self.assertEqual(self.cookie("POST", PROJECT, cookie, csrf), 403, csrf)
        self.assertEqual(self.cookie("POST", PROJECT, cookie, answer["csrf"]), 422)

    def test_a_token_lives_until_it_is_revoked_or_its_time_is_over(self):
        for expires, good in (("2020-01-01T00:00:00Z", False), ("tomorrow", False), ("", False), (SOON, True)):
            status, made, _ = server.ask("POST", "/system/token", {"title": "报表", "expires_at": expires}, CLERK)
            self.assertEqual(status == 201, good, (expires, made))
        server.tokens["program"] = made["token"]
        self.assertEqual(server.ask("GET", "/system/node?limit=1", who="program")[0], 200)
        self.assertNotIn(made["token"], str(server.ask("GET", "/system/token", who=CLERK)[1]))
        self.assertEqual(server.ask("POST", "/system/token", {"title": "b", "expires_at": SOON}, "program")[0], 403)
        self.assertEqual(server.ask("DELETE", f"/system/token/{made['id']}", who=HEAD)[0], 404)
        self.assertEqual(server.ask("DELETE", f"/system/token/{made['id']}", who=CLERK)[0], 204)
        self.assertEqual(server.ask("GET", "/system/node?limit=1", who="program")[0], 401)


class Duties(unittest.TestCase):
    def test_three_administrators_each_do_their_own_and_nothing_else(self):
        doors = {"sysadmin": ("/system/plugin", "/system/job", "/system/schedule"), "secadmin": ("/system/grant", "/system/permission"),
                 "auditadmin": ("/system/audit",)}
        for who in doors:
            for owner, paths in doors.items():
                for path in paths:
                    if path != "/system/job":  # own jobs are everybody's
                        self.assertEqual(server.ask("GET", path, who=who)[0], 200 if who == owner else 403, (who, path))
            status, answer, _ = server.ask("GET", f"{PROJECT}?limit=1&count=exact", who=who)
            self.assertTrue(status == 403 or answer["count"] == 0, (who, answer))
        for who in (CLERK, f"budget-division.{COUNTY}"):
            for paths in doors.values():
                for path in paths:
                    self.assertEqual(server.ask("GET", path, who=who)[0], 200 if path == "/system/job" else 403, (who, path))

    def test_nobody_grants_to_themself_and_no_administrator_holds_a_business_post(self):
        before = server.ask("GET", "/system/grant?limit=1000", who="secadmin")[1]["items"]
        for username, role in (("secadmin", "unit_clerk"), ("secadmin", "system_administrator"), ("sysadmin", "unit_clerk"), ("auditadmin", "unit_clerk"),
                               ("sysadmin", "audit_administrator"), (CLERK, "system_administrator")):
            status, code, _ = server.problem("POST", "/system/grant", {"username": username, "role_code": role, "node_code": COUNTY, "reach": "self"}, "secadmin")
            self.assertIn(status, (403, 409, 422), (username, role, code))
        for who in ("sysadmin", "auditadmin", CLERK):
            self.assertEqual(server.ask("POST", "/system/grant", {"username": HEAD, "role_code": "unit_clerk", "node_code": COUNTY}, who)[0], 403)
        self.assertEqual(server.ask("GET", "/system/grant?limit=1000", who="secadmin")[1]["items"], before)

    def test_who_made_a_project_does_not_decide_on_it_even_with_the_right(self):
        def grant(role):
            return server.ask("POST", "/system/grant", {"username": CLERK, "role_code": role, "node_code": f"{COUNTY}-106", "reach": "subtree"}, "secadmin")
        status, made, _ = grant("department_reviewer")
        self.assertEqual(status, 201, made)
        self.addCleanup(server.ask, "DELETE", f"/system/grant/{made['id']}", None, "secadmin")
        status, refused, _ = grant("budget_division")
        self.assertEqual((status, refused["code"]), (422, "access.conflict_pair"), refused)
        _, made, headers = server.ask("POST", PROJECT, project_body(server, CLERK, COUNTY, design_basis="条例", performance_goal="目标"), CLERK)
        path = f"{PROJECT}/{made['id']}/transitions"
        record_papers(server, made["id"], CLERK)
        headers = server.ask("POST", f"{path}/submit", {}, CLERK, {"If-Match": headers["ETag"]})[2]
        offered = server.ask("GET", f"{PROJECT}/{made['id']}", who=CLERK)[1]["_can"]["transitions"]
        self.assertNotIn("review", offered)
        status, code, _ = server.problem("POST", f"{path}/review", {}, CLERK, {"If-Match": headers["ETag"]})
        self.assertIn(status, (403, 409, 422), code)
        headers = server.ask("POST", f"{path}/review", {}, REVIEWER, {"If-Match": headers["ETag"]})[2]
        status, code, _ = server.problem("POST", f"{path}/approve", {}, CLERK, {"If-Match": headers["ETag"]})
        self.assertIn(status, (403, 409, 422), code)
        history = server.ask("GET", f"{PROJECT}/{made['id']}/history", who=CLERK)[1]["items"]
        self.assertEqual([entry["version"] for entry in history], [3, 2, 1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
