#!/usr/bin/env python3
"""People keep lists as they like them, and share them with those who do the same work.

Usage: saved_views_test.py sqlite|postgresql
"""
import sys
import unittest
from urllib.parse import quote

from support import Interface, database_from, start_with_demo

COUNTY, CITY = "320583000", "320500000"
CLERK, HEAD, OTHER = f"unit-clerk.{COUNTY}.106001", f"budget-division.{COUNTY}", f"budget-division.{CITY}"
PROVINCE = "budget-division.320000000"
VIEW, LIST = "/system/view", "/compilation/project"
BODY = {"path": LIST, "title": "百万以上", "query": {"filter": "year_amount=ge=1000000", "columns": [{"name": "code", "width": 160}]}}
DATABASE = database_from(sys.argv)


def setUpModule():
    global server, interface
    server = start_with_demo(DATABASE)
    interface = Interface(server, "sysadmin")


def tearDownModule():
    server.stop()


class SavedViews(unittest.TestCase):
    def setUp(self):
        for who in (CLERK, HEAD, OTHER, PROVINCE, "sysadmin"):
            for view in self.views(who):
                if view["mine"]:
                    self.remove(view, who)

    def ask(self, method, path, body=None, who=CLERK, version=None):
        status, answer, headers = server.ask(method, path, body, who, {"If-Match": f'"{version}"'} if version else None)
        pattern = VIEW + "/{id}" if path.startswith(VIEW + "/") else VIEW
        self.assertEqual(interface.wrong(method, pattern, status, answer or None), [], answer)
        if status in (200, 201) and "version" in answer:
            self.assertEqual(headers["ETag"], f'"{answer["version"]}"')
        return status, answer

    def refused(self, method, path, body=None, who=CLERK, version=None):
        return server.problem(method, path, body, who, {"If-Match": f'"{version}"'} if version else None)

    def views(self, who, path=None):
        return self.ask("GET", VIEW + (f"?path={quote(path)}" if path else ""), who=who)[1]["items"]

    def seen(self, who):
        return [(view["title"], view["mine"]) for view in self.views(who)]

    def make(self, who=CLERK, **members):
        status, view = self.ask("POST", VIEW, {**BODY, **members}, who)
        self.assertEqual(status, 201, view)
        return view

    def remove(self, view, who):
        self.assertEqual(self.ask("DELETE", f"{VIEW}/{view['id']}", who=who, version=view["version"])[0], 204)

    def test_one_s_own_views_are_for_oneself(self):
        view = self.make()
        self.assertEqual((view["query"], view["mine"], view["role"], view["node"]), (BODY["query"], True, None, None))
        self.assertEqual([self.seen(CLERK), self.seen(HEAD), self.views(CLERK, "/elsewhere")], [[("百万以上", True)], [], []])
        path = f"{VIEW}/{view['id']}"
        self.assertEqual(self.ask("GET", path)[1], view)
        for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
            self.assertEqual(self.refused(method, path, body, HEAD, 1)[:2], (404, "http.not_found"))
        status, changed = self.ask("PATCH", path, {"title": "两百万以上"}, version=1)
        self.assertEqual((status, changed["title"], changed["query"], changed["version"]), (200, "两百万以上", BODY["query"], 2))
        self.assertEqual(self.refused("PATCH", path, {"title": "迟到"}, version=1)[:2], (412, "view.version"))
        self.assertEqual(self.refused("DELETE", path, version=1)[:2], (412, "view.version"))
        self.assertEqual(self.refused("DELETE", path)[:2], (428, "http.if_match"))

    def test_a_list_s_settings_are_remembered_once_and_never_shared(self):
        view = self.make(title="")
        self.assertEqual(self.refused("POST", VIEW, {**BODY, "title": ""})[:2], (409, "view.exists"))
        self.assertEqual(self.refused("PATCH", f"{VIEW}/{view['id']}", {"role": "budget_division"}, version=1), (422, "http.body", ["/title"]))
        self.make(title="", path="/compilation/other")

    def test_one_view_opens_with_its_list(self):
        self.make(default=True)
        second = self.make(title="第二个", default=True)
        self.make(title="别处", path="/compilation/other", default=True)
        self.assertEqual({view["title"] for view in self.views(CLERK) if view["default"]}, {"第二个", "别处"})
        self.ask("PATCH", f"{VIEW}/{second['id']}", {"default": False}, version=1)
        self.assertEqual({view["title"] for view in self.views(CLERK) if view["default"]}, {"别处"})

    def test_a_shared_view_is_seen_by_those_who_hold_the_role_at_the_node_or_below(self):
        city, county = (server.node(code, PROVINCE)["id"] for code in (CITY, COUNTY))
        view = self.make(PROVINCE, role="budget_division", node=city)
        self.assertEqual((view["node"], view["can_delete"]), (city, True))
        self.assertEqual([self.seen(who) for who in (OTHER, HEAD, CLERK)], [[("百万以上", False)], [("百万以上", False)], []])
        path = f"{VIEW}/{view['id']}"
        self.assertEqual(self.refused("PATCH", path, {"title": "我的"}, OTHER, 1)[:2], (403, "view.of_another"))
        self.assertEqual(self.refused("DELETE", path, who=HEAD, version=1)[:2], (403, "view.outside"))
        view = self.ask("PATCH", path, {"node": county}, PROVINCE, 1)[1]
        self.assertEqual([len(self.seen(who)) for who in (OTHER, HEAD)], [0, 1])
        view = self.ask("PATCH", path, {"role": None}, PROVINCE, 2)[1]
        self.assertEqual((view["role"], view["node"], self.seen(HEAD)), (None, None, []))
        self.ask("PATCH", path, {"role": "budget_division"}, PROVINCE, 3)
        self.assertEqual(len(self.seen(HEAD)), 1)
        told = server.ask("GET", f"/system/audit?action=view.share&subject_id={view['id']}", who="auditadmin")[1]["items"]
        self.assertEqual(len(told), 3)

    def test_sharing_needs_its_permission_at_the_node(self):
        county, city = (server.node(code, PROVINCE)["id"] for code in (COUNTY, CITY))
        self.assertEqual(self.refused("POST", VIEW, {**BODY, "role": "unit_clerk", "node": county})[:2], (403, "http.forbidden"))
        for node in (city, None):
            self.assertEqual(self.refused("POST", VIEW, {**BODY, "role": "unit_clerk", "node": node}, HEAD)[:2], (403, "view.outside"))
        self.assertEqual(self.views(HEAD), [])
        view = self.make(HEAD, role="unit_clerk", node=county)
        self.assertEqual(self.seen(CLERK), [("百万以上", False)])
        self.assertFalse(self.views(CLERK)[0]["can_delete"])
        root = next(v for v in self.views(HEAD) if v["id"] == view["id"])
        self.assertEqual(self.refused("DELETE", f"{VIEW}/{view['id']}", version=root["version"])[:2], (403, "http.forbidden"))

    def test_what_is_wrong_is_named(self):
        wrong = [({"path": "list"}, "/path"), ({"path": "/" + "a" * 200}, "/path"), ({"title": "长" * 100}, "/title"),
                 ({"query": {"a": "b" * 17000}}, "/query"), ({"role": "nobody"}, "/role"), ({"role": "unit_clerk", "node": "abc"}, "/node"),
                 ({"role": "unit_clerk", "node": "999"}, "/node")]
        for members, field in wrong:
            self.assertEqual(self.refused("POST", VIEW, {**BODY, **members}, PROVINCE), (422, "http.body", [field]), members)
        malformed = [({"path": None}, "/path"), ({"query": "text"}, "/query"), ({"default": 1}, "/default"), ({"owner": "1"}, "/owner")]
        for members, field in malformed:
            self.assertEqual(self.refused("POST", VIEW, {**BODY, **members}, PROVINCE), (400, "http.body", [field]), members)
        self.assertEqual(self.views(PROVINCE), [])

    def test_a_token_is_no_person(self):
        body = {"title": "报表程序", "expires_at": "2027-01-01T00:00:00Z", "grants": []}
        server.tokens["program"] = server.ask("POST", "/system/token", body, CLERK)[1]["token"]
        self.assertEqual(self.refused("GET", VIEW, who="program")[:2], (403, "view.person"))


if __name__ == "__main__":
    unittest.main()
