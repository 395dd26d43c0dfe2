#!/usr/bin/env python3
"""Administrators change roles while a plugin rests; people make tokens; refusals are kept; a file may leave numbering to the plugin.

Usage: system_test.py sqlite|postgresql
"""
import json
import pathlib
import socket
import sys
import unittest
import urllib.parse

from support import bury, database_from, start_with_demo

CLERK, PROVINCE = "unit-clerk.320583000.106001", "budget-division.320000000"
PROJECT = "/compilation/project"
DATABASE = database_from(sys.argv)
LIMIT = 64  # MiB


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings={"http.upload_limit": f"{LIMIT}MiB"})


def tearDownModule():
    server.stop()


class System(unittest.TestCase):
    def scopes(self, who):
        return server.ask("GET", "/session", who=who)[1]["scopes"]

    def test_a_scope_names_the_level_in_the_words_of_the_tree(self):
        for scope in self.scopes(CLERK) + self.scopes(PROVINCE):
            listed = server.ask("GET", f"/system/node?q={scope['node']['code']}", who=PROVINCE)[1]["items"]
            told = [node["gov_level"] for node in listed if node["id"] == scope["node"]["id"]]
            self.assertEqual(told, [scope["node"]["gov_level"]])

    def test_a_grant_is_listed_with_the_person_s_name(self):
        grants = server.ask("GET", f"/system/grant?username={CLERK}", who="secadmin")[1]["items"]
        name = server.ask("GET", "/session", who=CLERK)[1]["user"]["display_name"]
        self.assertEqual({grant["display_name"] for grant in grants}, {name})

    def test_a_person_makes_a_token_from_what_the_session_shows_and_no_more(self):
        scope = self.scopes(CLERK)[0]
        grant = {"role_code": scope["role"], "node": scope["node"]["id"], "reach": scope["reach"], "departments": scope["departments"]}
        body = {"title": "报表程序", "expires_at": "2027-01-01T00:00:00Z", "grants": [grant]}
        status, made, _ = server.ask("POST", "/system/token", body, CLERK)
        self.assertEqual(status, 201, made)
        own = server.ask("GET", f"{PROJECT}?limit=1&count=exact", who=CLERK)[1]["count"]
        self.assertGreater(own, 0)
        server.tokens["narrow"] = made["token"]
        self.assertEqual(server.ask("GET", f"{PROJECT}?limit=1&count=exact", who="narrow")[1]["count"], own)
        server.tokens["bare"] = server.ask("POST", "/system/token", {**body, "grants": []}, CLERK)[1]["token"]
        status, answer, _ = server.ask("GET", f"{PROJECT}?limit=1&count=exact", who="bare")
        self.assertTrue(status == 403 or answer["count"] == 0, answer)
        root = self.scopes(PROVINCE)[0]["node"]["id"]
        server.tokens["wide"] = server.ask("POST", "/system/token", {**body, "grants": [{**grant, "node": root, "reach": "subtree"}]}, CLERK)[1]["token"]
        self.assertLessEqual(server.ask("GET", f"{PROJECT}?limit=1&count=exact", who="wide")[1]["count"], own)
        for wrong, field in (({"role_code": "nobody"}, "/grants/0/role"), ({"reach": "all"}, "/grants/0/reach")):
            before = server.ask("GET", "/system/token", who=CLERK)[1]["items"]
            status, problem, _ = server.ask("POST", "/system/token", {**body, "grants": [{**grant, **wrong}]}, CLERK)
            self.assertEqual((status, [error["field"] for error in problem["errors"]]), (422, [field]))
            self.assertEqual(server.ask("GET", "/system/token", who=CLERK)[1]["items"], before)

    def test_a_role_keeps_the_codes_of_a_plugin_that_rests(self):
        role = {"code": "reader_of_projects", "title": {"zh": "项目查阅", "en": "Reader"}, "permissions": ["compilation.project.read"]}
        status, made, headers = server.ask("POST", "/system/role", role, "secadmin")
        self.assertEqual(status, 201, made)
        status, told, _ = server.ask("POST", "/system/plugin/compilation/disable", {}, "sysadmin")
        self.assertEqual(status, 200, told)
        try:
            path = f"/system/role/{made['id']}"
            renamed = {"title": {"zh": "项目查询", "en": "Reader"}, "permissions": ["compilation.project.read"]}
            status, changed, headers = server.ask("PATCH", path, renamed, "secadmin", {"If-Match": headers["ETag"]})
            self.assertEqual((status, changed.get("title", {}).get("zh")), (200, "项目查询"), changed)
            more = {"permissions": ["compilation.project.read", "compilation.project.export"]}
            status, problem, _ = server.ask("PATCH", path, more, "secadmin", {"If-Match": headers["ETag"]})
            self.assertEqual((status, problem["errors"][0]["code"]), (422, "role.permission_unknown"))
        finally:
            self.assertEqual(server.ask("POST", "/system/plugin/compilation/enable", {}, "sysadmin")[0], 200)

    def test_what_has_a_version_is_changed_by_it_alone(self):
        document = server.ask("GET", "/openapi.json", who=CLERK)[1]
        versioned = [(method, path) for path, item in document["paths"].items() for method, operation in item.items()
                     if path.startswith("/system/") and {"$ref": "#/components/parameters/IfMatch"} in operation.get("parameters", [])]
        self.assertIn(("delete", "/system/role/{id}"), versioned)
        self.assertIn(("post", "/system/node/{id}/move"), versioned)
        for method, path in versioned:
            who = "secadmin" if "/role/" in path else "sysadmin"
            told = server.problem(method.upper(), path.replace("{id}", "1.a" if "/setting/" in path else "1"), None if method == "delete" else {}, who)
            self.assertEqual(told[:2], (428, "http.if_match"), path)
        role = {"code": "short_lived", "title": {"zh": "临时", "en": "Short"}, "permissions": []}
        made = server.ask("POST", "/system/role", role, "secadmin")[1]
        path = f"/system/role/{made['id']}"
        self.assertEqual(server.problem("DELETE", path, who="secadmin", headers={"If-Match": '"9"'})[:2], (412, "access.role_version"))
        self.assertEqual(server.ask("DELETE", path, who="secadmin", headers={"If-Match": '"1"'})[0], 204)
        self.assertEqual(server.problem("DELETE", path, who="secadmin", headers={"If-Match": '"1"'})[0], 404)

    def test_a_public_record_needs_no_grant_to_be_read_but_one_at_the_root_to_be_written(self):
        record = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
        asked = f"/system/grant/explain?user={CLERK}&record=standards/fund-kind/{record}&permission=standards.fund_kind."
        told = server.ask("GET", asked + "read", who="secadmin")[1]
        self.assertEqual((told["allowed"], told["grants"], len(told["reasons"])), (True, [], 1))
        self.assertFalse(server.ask("GET", asked + "update", who="secadmin")[1]["allowed"])

    def test_the_audit_chain_is_verified_by_get_and_by_post(self):
        for method in ("GET", "POST"):
            status, verdict, _ = server.ask(method, "/system/audit/verify", None if method == "GET" else {}, "auditadmin")
            self.assertEqual((status, verdict["ok"], verdict["first_bad"]), (200, True, None), verdict)
            self.assertEqual(server.ask(method, "/system/audit/verify", None if method == "GET" else {}, "sysadmin")[0], 403)

    def test_a_refusal_at_a_plugin_s_route_is_kept_in_the_audit(self):
        self.assertEqual(server.ask("GET", "/compilation/code-change?year=2026", who=CLERK)[0], 403)
        entries = server.ask("GET", "/system/audit?action=http.denied&limit=50", who="auditadmin")[1]["items"]
        self.assertTrue(any("/compilation/code-change" in json.dumps(entry) for entry in entries), entries[:2])

    def test_a_file_without_the_code_column_leaves_numbering_to_the_plugin(self):
        root = self.scopes(PROVINCE)[0]["node"]["code"]
        grant = {"username": PROVINCE, "role_code": "data_loader", "node_code": root, "reach": "subtree"}
        status, granted, _ = server.ask("POST", "/system/grant", grant, "secadmin")
        self.assertEqual(status, 201, granted)
        names = "name,unit,category,fiscal_year,existence,start_year,end_year,total_amount,year_amount,functional_class,fund_kind,contact_name,contact_phone"
        functional = server.first("/standards/functional-class", "code==2050203;list_year==2026", CLERK)["id"]
        fund = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
        row = f"县级档案整理,320583000-106001,specific,2026,new,2026,2027,200000.00,100000.00,id:{functional},id:{fund},张三,0512-57330000"
        status, report, _ = server.ask("POST", f"{PROJECT}/import?format=csv", who=PROVINCE, raw=f"{names}\n{row}\n".encode())
        self.assertEqual((status, report.get("created")), (200, 1), report)
        made = server.first(PROJECT, 'name=="县级档案整理"', CLERK)
        self.assertRegex(made["code"], "^32058326T[0-9]{12}$")
        self.assertEqual(server.ask("DELETE", f"/system/grant/{granted['id']}", who="secadmin")[0], 204)

    def upload(self, length, blocks):
        """(first line of the answer, blocks of a MiB that were taken) for an import whose body is as long as it says, or chunked."""
        address = urllib.parse.urlsplit(server.url)
        head = (f"POST /api/v1{PROJECT}/import?format=csv HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {server.token(PROVINCE)}\r\n"
                f"Content-Type: text/csv\r\n{length}\r\n\r\n")
        block = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        taken = 0
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(head.encode())
            try:
                for _ in range(blocks):
                    connection.sendall(block)
                    taken += 1
            except OSError:
                pass  # the server has closed; what it said may still be there
            try:
                return connection.recv(4096).split(b"\r\n")[0].decode(), taken
            except ConnectionResetError:
                return "", taken

    def test_an_upload_past_the_limit_is_refused_and_costs_no_memory(self):
        def peak():
            lines = pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        before = peak()
        self.assertIn(" 413 ", self.upload(f"Content-Length: {2 << 30}", 0)[0])
        answer, taken = self.upload("Transfer-Encoding: chunked", 2048)
        self.assertTrue(answer == "" or " 413 " in answer, answer)
        self.assertLess(taken, LIMIT + 32)  # what lies in the buffers between is taken too
        self.assertLess(peak() - before, 32 * 1024)

    def test_an_event_that_could_not_be_delivered_is_seen_and_delivered_again_by_an_administrator(self):
        bury(server, "nobody", "compilation.project.changed", "compilation.project/1")
        status, page, _ = server.ask("GET", "/system/event/dead-letter?limit=10", who="sysadmin")
        self.assertEqual(status, 200, page)
        letter = next(item for item in page["items"] if item["receiver"] == "nobody")
        self.assertEqual((letter["topic"], letter["key"], letter["reason"], letter["attempts"]),
                         ("compilation.project.changed", "compilation.project/1", "cannot digest", 8))
        self.assertNotIn("secret", json.dumps(page))
        path = f"/system/event/dead-letter/{letter['id']}/replay"
        self.assertEqual(server.ask("POST", path, {}, CLERK)[0], 403)
        self.assertEqual(server.ask("GET", "/system/event/dead-letter", who=CLERK)[0], 403)
        status, problem, _ = server.ask("POST", path, {}, "sysadmin")
        self.assertEqual((status, problem["code"]), (404, "events.dead_letter"))
        kept = server.ask("GET", "/system/audit?action=event.replay&limit=5", who="auditadmin")[1]["items"]
        self.assertEqual([(entry["subject_id"], entry["outcome"]) for entry in kept], [(letter["id"], "failed")])
        rest = server.ask("GET", f"/system/event/dead-letter?cursor={letter['id']}", who="sysadmin")[1]["items"]
        self.assertNotIn(letter["id"], [item["id"] for item in rest])


if __name__ == "__main__":
    unittest.main(verbosity=2)
