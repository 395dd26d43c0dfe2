#!/usr/bin/env python3
"""A county clerk declares a project; department and finance decide; the province sees what it may; a crash loses nothing.

Usage: declaration_test.py sqlite|postgresql
"""
import re
import sys
import unittest

from support import WITHOUT_WORKFLOW, Interface, database_from, record_papers, start_with_demo

COUNTY = "320583000"
CLERK, OTHER = f"unit-clerk.{COUNTY}.106001", "unit-clerk.320500000.106001"
REVIEWER, FINANCE, PROVINCE = f"department-reviewer.{COUNTY}.106", f"finance-division.{COUNTY}", "budget-division.320000000"
ASSETS, CENTER, PERFORMANCE = f"asset-division.{COUNTY}", f"review-center.{COUNTY}", f"performance-division.{COUNTY}"
DATABASE = database_from(sys.argv)
PROJECT = "/compilation/project"


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings=WITHOUT_WORKFLOW)


def tearDownModule():
    server.stop()


class Declaration(unittest.TestCase):
    def body(self, **changes):
        unit = server.ask("GET", f"/system/node?q={COUNTY}-106001", who=CLERK)[1]["items"][0]["id"]
        functional = server.first("/standards/functional-class", "code==2050203;list_year==2026", CLERK)["id"]
        fund = server.first("/standards/fund-kind", "code==1", CLERK)["id"]
        return {"name": "校舍安全监测", "unit": unit, "category": "specific", "fiscal_year": 2026, "existence": "new", "start_year": 2026,
                "end_year": 2027, "total_amount": "200000.00", "year_amount": "100000.00", "functional_class": functional, "fund_kind": fund,
                "contact_name": "张三", "contact_phone": "0512-57330000", **changes}

    def declare(self, **changes):
        status, project, headers = server.ask("POST", PROJECT, self.body(**changes), CLERK)
        self.assertEqual(status, 201, project)
        return project, headers["ETag"]

    def papers(self, project):
        record_papers(server, project["id"], CLERK)

    def rank(self, project):
        body = {"project": project["id"], "fiscal_year": 2026, "rank": 1}
        self.assertEqual(server.ask("POST", "/compilation/project-rank", body, REVIEWER)[0], 201)

    def move(self, project, etag, name, who, comment=""):
        return server.ask("POST", f"{PROJECT}/{project['id']}/transitions/{name}", {"comment": comment}, who, {"If-Match": etag})

    def count(self, who):
        return server.ask("GET", f"{PROJECT}?limit=1&count=exact", who=who)[1]["count"]

    def test_a_draft_is_the_county_s_own_business_until_it_is_submitted(self):
        before = {who: self.count(who) for who in (CLERK, OTHER, PROVINCE)}
        project, etag = self.declare(design_basis="校舍安全条例", performance_goal="监测覆盖率 100%")
        self.papers(project)
        self.assertRegex(project["code"], "^32058326T[0-9]{12}$")
        self.assertEqual(self.count(CLERK), before[CLERK] + 1)
        for who in (OTHER, PROVINCE):
            for path in ("", "/history"):
                self.assertEqual(server.ask("GET", f"{PROJECT}/{project['id']}{path}", who=who)[0], 404)
            self.assertEqual(self.count(who), before[who])
        status, moved, etag = self.move(project, etag, "submit", CLERK)
        self.assertEqual((status, moved["status"]), (200, "submitted"))
        self.assertEqual(server.ask("GET", f"{PROJECT}/{project['id']}", who=PROVINCE)[0], 200)
        self.assertEqual(server.ask("GET", f"{PROJECT}/{project['id']}", who=OTHER)[0], 404)
        self.assertEqual(self.count(PROVINCE), before[PROVINCE] + 1)
        status, moved, headers = self.move(project, etag["ETag"], "review", REVIEWER)
        self.assertEqual((status, moved["status"]), (200, "department_reviewed"))
        self.rank(project)
        status, moved, headers = self.move(project, headers["ETag"], "approve", FINANCE)
        self.assertEqual((status, moved["status"]), (200, "in_library"))
        history = server.ask("GET", f"{PROJECT}/{project['id']}/history", who=CLERK)[1]["items"]
        self.assertEqual([entry["version"] for entry in history], [4, 3, 2, 1])

    def test_papers_versions_and_comments_are_asked_for(self):
        project, etag = self.declare()
        status, problem, _ = self.move(project, etag, "submit", CLERK)
        missing = ["/design_basis", "/papers", "/papers", "/papers", "/performance_goal", "/year_amount"]
        self.assertEqual((status, sorted(e["field"] for e in problem["errors"])), (422, missing))
        self.papers(project)
        one = f"{PROJECT}/{project['id']}"
        self.assertEqual(server.ask("PATCH", one, {"plan": "x"}, CLERK)[0], 428)
        status, _, headers = server.ask("PATCH", one, {"design_basis": "条例", "performance_goal": "目标"}, CLERK, {"If-Match": etag})
        self.assertEqual(status, 200)
        self.assertEqual(server.ask("PATCH", one, {"plan": "x"}, CLERK, {"If-Match": etag})[0], 412)
        _, _, headers = self.move(project, headers["ETag"], "submit", CLERK)
        self.assertEqual(self.move(project, headers["ETag"], "return", REVIEWER)[0], 422)
        self.assertEqual(self.move(project, headers["ETag"], "review", CLERK)[0], 403)
        self.assertEqual(self.move(project, headers["ETag"], "return", REVIEWER, "材料不全")[1]["status"], "returned")

    def test_the_asset_office_passes_new_assets_before_they_are_admitted(self):
        project, etag = self.declare(design_basis="条例", performance_goal="目标")
        self.papers(project)
        line = server.rows("/compilation/expenditure-line", f"project=={project['id']}", CLERK)[0]["id"]
        server.made("/compilation/asset-line", {"line": line, "item_no": 1, "name": "台式计算机", "existing": 1, "quantity": "2", "price": "4000.00",
                                                "asset_class": server.first("/standards/asset-class", "status==in_force", CLERK)["id"]}, CLERK)
        _, _, headers = self.move(project, etag, "submit", CLERK)
        _, _, headers = self.move(project, headers["ETag"], "review", REVIEWER)
        self.rank(project)
        refused = self.move(project, headers["ETag"], "approve", FINANCE)
        self.assertEqual([(error["code"], error["field"], "8000.00" in error["message"]) for error in refused[1]["errors"]], [("compilation.admission_gate", "/lines", True)], refused)
        review = {"project": project["id"], "kind": "asset", "document_no": "资审1号", "decided_on": "2025-09-01", "conclusion": "passed"}
        path = f"/compilation/project-review/{server.made('/compilation/project-review', review, ASSETS)}"
        self.assertEqual(self.move(project, headers["ETag"], "approve", FINANCE)[0], 422, "a draft of a review is none")
        server.move(path, "decide", FINANCE)
        self.assertEqual(self.move(project, headers["ETag"], "approve", FINANCE)[1]["status"], "in_library")

    def test_the_performance_office_passes_the_goal_of_a_large_project_that_goes_on(self):
        project, etag = self.declare(existence="continuing", total_amount="6000000.00", design_basis="条例", performance_goal="目标")
        self.papers(project)
        _, _, headers = self.move(project, etag, "submit", CLERK)
        _, _, headers = self.move(project, headers["ETag"], "review", REVIEWER)
        self.rank(project)
        for kind, who, amounts in (("cost", CENTER, {"submitted_amount": "6000000.00", "approved_amount": "6000000.00"}), ("performance", PERFORMANCE, {})):
            refused = self.move(project, headers["ETag"], "approve", FINANCE)[1]["errors"]
            self.assertIn(("compilation.admission_gate", "/performance_goal"), [(error["code"], error["field"]) for error in refused])
            review = {"project": project["id"], "kind": kind, "document_no": f"{kind}1号", "decided_on": "2025-09-01", "conclusion": "passed", **amounts}
            server.move(f"/compilation/project-review/{server.made('/compilation/project-review', review, who)}", "decide", FINANCE)
        self.assertEqual(self.move(project, headers["ETag"], "approve", FINANCE)[1]["status"], "in_library")

    def test_an_extract_by_the_national_element_names_comes_in_with_and_without_what_is_optional(self):
        mapping = server.first("/compilation/import-mapping", "code==national_elements", PROVINCE)["id"]
        head = ["fiscal_year", "pro_code", "mof_div_code", "agency_code", "exp_func_code", "gov_bgt_eco_code", "dep_bgt_eco_code", "fund_type_code", "apply_up",
                "fin_audit_money", "reply_amt", "adj_amt", "dis_amt", "cur_amt"]
        row = ["2025", "32058325T000000000001", COUNTY, "106001", "2050203", "50201", "30201", "1", "120.00", "100.00", "100.00", "10.00", "-5.00", "105.00"]
        run = f"/compilation/import-mapping/{mapping}/run"
        plain = server.well(200, "POST", run, {"dataset": "plain", "rows": [head, row]}, PROVINCE)
        self.assertEqual((plain["records"], plain["errors"]), (6, []))
        more = server.well(200, "POST", run, {"dataset": "more", "rows": [head + ["payout_kind", "hot_std"], row + ["03", "乡村振兴"]]}, PROVINCE)
        self.assertEqual((more["records"], more["errors"]), (6, []))
        figures = {name: server.rows("/compilation/budget-figure", f"dataset=={name};stage==current", PROVINCE)[0] for name in ("plain", "more")}
        self.assertEqual([(one.get("payout_kind"), one.get("hot_std"), one["amount"]) for one in figures.values()], [(None, None, "105.00"), ("03", "乡村振兴", "105.00")])
        without = [name for name in head if name != "agency_code"]
        self.assertEqual(server.ask("POST", run, {"dataset": "x", "rows": [without, [cell for name, cell in zip(head, row) if name != "agency_code"]]}, PROVINCE)[1]["code"], "compilation.mapping_header")

    def test_bad_input_is_named_and_nothing_is_half_done(self):
        before = self.count(CLERK)
        for raw in (b'{"a":1,"a":2}', b"{", b"[" * 2000, b'"\xff"', b"[]"):
            self.assertEqual(server.ask("POST", PROJECT, who=CLERK, raw=raw)[0], 400, raw[:20])
        self.assertEqual(server.ask("POST", PROJECT, self.body(extra=1), CLERK)[1]["code"], "records.unknown_field")
        for language, word in (("zh", "金额"), ("en", "amount")):
            status, problem, _ = server.ask("POST", PROJECT, self.body(name="", total_amount="abc"), CLERK, {"Accept-Language": language})
            self.assertEqual((status, sorted(e["field"] for e in problem["errors"])), (422, ["/name", "/total_amount"]))
            self.assertIn(word, " ".join(e["message"] + e["remedy"] for e in problem["errors"]).lower())
        status, problem, _ = server.ask("POST", PROJECT, {"name": "没有单位"}, CLERK)
        self.assertEqual(status, 422, problem)
        self.assertIn("/unit", [e["field"] for e in problem["errors"]])
        status, problem, _ = server.ask("POST", "/system/role", {"code": "typo", "title": {"zh": "误", "en": "typo"}, "permissions": ["compilation.project.raed"]}, "secadmin")
        self.assertEqual((status, problem["errors"][0]["code"]), (422, "role.permission_unknown"))
        for query in ("cursor=abc", "filter=name%3D~1", "filter=nothing%3D%3D1", "limit=0", "sort=nothing", "unknown=1"):
            self.assertEqual(server.ask("GET", f"{PROJECT}?{query}", who=CLERK)[0], 400, query)
        status, report, _ = server.ask("POST", f"{PROJECT}/import?format=csv", who=CLERK, raw="名称,项目单位\n甲,乙\n".encode("gb18030"))
        self.assertEqual(status, 422, report)
        self.assertEqual(self.count(CLERK), before)

    def test_a_plugin_s_own_routes_are_reached_and_guarded(self):
        self.assertEqual(server.ask("GET", "/compilation/code-change?year=2026", who=PROVINCE)[0], 200)
        self.assertEqual(server.ask("GET", "/compilation/code-change?year=2026", who=CLERK)[0], 403)
        pack = server.first("/standards/rule-pack", "code==project_basics", PROVINCE)["id"]
        self.assertEqual(server.ask("POST", f"/standards/rule-pack/{pack}/preview", {}, PROVINCE)[1]["target"], "compilation.project")
        for missing in ("/nothing/here", "/compilation/nothing", f"{PROJECT}/abc", f"{PROJECT}/999999999"):
            self.assertEqual(server.ask("GET", missing, who=PROVINCE)[0], 404, missing)

    def test_the_interface_describes_itself_as_it_stands(self):
        status, document, _ = server.ask("GET", "/openapi.json", who=CLERK, headers={"Accept-Language": "en"})
        self.assertEqual((status, document["openapi"]), (200, "3.1.0"))
        for path in (PROJECT, PROJECT + "/{id}", PROJECT + "/{id}/transitions/submit", "/standards/region/export", "/compilation/code-change",
                     "/session", "/system/grant/explain"):
            self.assertIn(path, document["paths"])
        create = document["components"]["schemas"]["compilation.project.create"]
        self.assertIn("name", create["required"])
        self.assertNotIn("status", create["properties"])
        names = set()

        def walk(value):
            if isinstance(value, dict):
                names.update([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
                value = list(value.values())
            if isinstance(value, list):
                for child in value:
                    walk(child)

        walk(document)
        for name in names:
            _, _, kind, key = name.split("/")
            self.assertIn(key, document["components"][kind], name)
        operations = [op for path in document["paths"].values() for op in path.values()]
        self.assertTrue(all(isinstance(op["summary"], str) and "400" in op["responses"] for op in operations))
        permissions = {op["x-permission"] for op in operations if "x-permission" in op}
        known = {item["code"] for item in server.ask("GET", "/system/permission", who="secadmin")[1]["items"]}
        self.assertEqual(sorted(p for p in permissions if p.split(".")[0] != "system" and p not in known), [])
        for path, item in document["paths"].items():
            if "get" in item and "{" not in path and path not in ("/events",):
                status, answer, _ = server.ask("GET", path, who=PROVINCE)
                self.assertNotIn(status, (405, 500), path)
                self.assertNotEqual(isinstance(answer, dict) and answer.get("code"), "http.not_found", path)

    def test_real_answers_are_as_the_interface_describes_them(self):
        interface = Interface(server, CLERK)

        def asked(method, path, body=None, who="sysadmin", headers=None, **parts):
            status, answer, got = server.ask(method, path.format(**parts), body, who, headers)
            self.assertEqual(interface.wrong(method, path.split("?")[0], status, answer), [])
            return answer, got

        for path, item in interface.document["paths"].items():
            if "get" not in item or path == "/events" or path.endswith(("/export", "/template", "/file", "/openapi.json")):
                continue
            wanted = item["get"].get("x-permission", "")
            who = next((name for start, name in (("system.audit", "auditadmin"), ("system.role", "secadmin"), ("system.grant", "secadmin"), ("system", "sysadmin"))
                        if wanted.startswith(start)), PROVINCE)
            if "{" not in path:
                page, _ = asked("GET", path, who=who)
                one = interface.document["paths"].get(path + "/{id}", {})
                if isinstance(page, dict) and page.get("items") and "get" in one and not path.endswith("/file"):
                    asked("GET", path + "/{id}", who=who, id=page["items"][0]["id"])
            else:
                asked("GET", path, who=who, **{name: "1" for name in re.findall(r"{(\w+)}", path)})
        root = server.node("320000000", "sysadmin")
        node, got = asked("POST", "/system/node", {"code": "shown", "name": "示例处", "kind": "department", "parent_code": root["code"]})
        asked("PATCH", "/system/node/{id}", {"name": "示例局"}, headers={"If-Match": got["ETag"]}, id=node["id"])
        user, got = asked("POST", "/system/user", {"username": "shown.one", "display_name": "示例", "node": node["id"], "password": "Shown-Passw0rd-1"})
        asked("PATCH", "/system/user/{id}", {"state": "disabled"}, headers={"If-Match": got["ETag"]}, id=user["id"])
        role, got = asked("POST", "/system/role", {"code": "shown", "title": {"zh": "示例"}, "permissions": ["compilation.project.read"]}, "secadmin")
        given, _ = asked("POST", "/system/grant", {"username": CLERK, "role_code": "shown", "node": node["id"], "reach": "self"}, "secadmin")
        asked("DELETE", "/system/grant/{id}", who="secadmin", id=given["id"])
        asked("DELETE", "/system/role/{id}", who="secadmin", headers={"If-Match": got["ETag"]}, id=role["id"])
        asked("POST", "/system/token", {"title": "示例", "expires_at": "2027-01-01T00:00:00Z", "grants": []}, CLERK)
        asked("GET", "/system/audit/verify", who="auditadmin")
        asked("GET", "/system/audit/verify", who=CLERK)

    def test_a_crash_loses_no_acknowledged_write_and_leaves_the_audit_whole(self):
        written = [self.declare(name=f"崩溃前 {number}")[0]["id"] for number in range(10)]
        server.kill()
        server.start()
        for record in written:
            self.assertEqual(server.ask("GET", f"{PROJECT}/{record}", who=CLERK)[0], 200)
        verdict = server.ask("POST", "/system/audit/verify", {}, "auditadmin")[1]
        self.assertTrue(verdict["ok"], verdict)


if __name__ == "__main__":
    unittest.main(verbosity=2)
