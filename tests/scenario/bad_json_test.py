#!/usr/bin/env python3
"""Whatever is wrong with a JSON request, an address or a version is told with a code, the field and a remedy, and nothing is half done.

Usage: bad_json_test.py sqlite|postgresql
"""
import json
import sys
import unittest
from urllib.parse import quote

from support import SOURCE, database_from, project_body, start_with_demo

COUNTY = "320583000"
CLERK, EDITOR, PROVINCE = f"unit-clerk.{COUNTY}.106001", "standards-editor", "budget-division.320000000"
PROJECT, STANDARD = "/compilation/project", "/standards/expenditure-standard"
NAUGHTY = json.loads((SOURCE / "tests/scenario/testdata/naughty/strings.json").read_text(encoding="utf-8"))
DATABASE = database_from(sys.argv)

ALWAYS_WRONG = (True, [], {}, [1], {"a": 1})
WRONG = {  # by the type of a field; nothing of it may be taken for a value
    "text": (1, 1.5, *ALWAYS_WRONG, "a\u0000b", "\u202e反", "x" * 5000),
    "code": (1, *ALWAYS_WRONG, "\u0007", "x" * 5000),
    "longtext": (1, *ALWAYS_WRONG, "a\u0000b", "\u2066"),
    "org": (*ALWAYS_WRONG, {"name": "320583000-106001"}, 1, -1, "abc", "0", "-1", "999999999", "9" * 40, "1.0"),
    "ref": (*ALWAYS_WRONG, {"edition": 1}, {"code": "1", "colour": "1"}, 1, -1, "abc", "0", "-1", "999999999", "9" * 40, "' OR 1=1 --"),
    "enum": (*ALWAYS_WRONG, 1, "nothing", "NEW", "new\u0000"),
    "year": (*ALWAYS_WRONG, 1.5, 0, -2026, 99999, "zwanzig", "２０２６", "2026-01-01"),
    "int": (*ALWAYS_WRONG, 1.5, 1e300, "x", "1e3", "0x10"),
    "money": (*ALWAYS_WRONG, 1.5, 1e300, -1, "abc", "1e5", "1.001", "1,000.00", "NaN", "Infinity", "１２", "-0.01", "92233720368547758.08", "9" * 40),
    "bool": (1, 0, 1.5, [], {}, "yes", "true", "是"),
    "date": (*ALWAYS_WRONG, 20260101, "2026-02-30", "2026-13-01", "01.02.2026", "2026-1-1", "today"),
    "file": (*ALWAYS_WRONG, 1, "abc", "../../etc/passwd", "0" * 32, "G" * 32),
}


def setUpModule():
    global server
    server = start_with_demo(DATABASE)


def tearDownModule():
    server.stop()


class Untouched(unittest.TestCase):
    """Every test of these says in the end that a refused request left rows, history and audit as they were."""

    def setUp(self):
        for who in (CLERK, EDITOR, PROVINCE, "sysadmin", "secadmin", "auditadmin"):
            server.token(who)
        self.before = self.trace()

    def tearDown(self):
        self.assertEqual(self.trace(), self.before)

    def trace(self):
        return server.trace(CLERK, PROJECT, STANDARD, "/standards/region")

    def refused(self, statuses, *request, **more):
        status, code, fields = server.problem(*request, **more)
        self.assertIn(status, statuses, (request, code, fields))
        return code, fields


class ValuesOfRecords(Untouched):
    def wrong_values(self, path, who, body):
        schema = server.ask("GET", f"{path}/schema", who=who)[1]
        for field in schema["fields"]:
            for value in WRONG[field["type"]]:
                with self.subTest(field=field["name"], value=value):
                    code, fields = self.refused((422,), "POST", path, {**body, field["name"]: value}, who)
                    self.assertIn(f"/{field['name']}", fields)
                    self.assertEqual(code, "records.invalid")

    def test_no_field_of_a_project_takes_a_value_of_another_type(self):
        self.wrong_values(PROJECT, CLERK, project_body(server, CLERK, COUNTY))

    def test_no_field_of_a_standard_takes_a_value_of_another_type(self):
        body = {"code": "T-1", "name": "会议费", "category": server.first(STANDARD, "code==*", EDITOR)["category"], "unit_of_measure": "元/人天",
                "edition": 1}
        self.wrong_values(STANDARD, EDITOR, body)

    def test_no_rule_pack_and_no_coding_rule_takes_what_is_no_list_of_rules(self):
        for wrong in ("{", "text", 1, True, [], {}, [1], [{"a": 1}]):
            for path, body, field in (("coding-rule", {"total_length": 3}, "segments"), ("rule-pack", {"target_entity": PROJECT[1:].replace("/", ".")}, "rules")):
                code, fields = self.refused((422,), "POST", f"/standards/{path}", {"code": "trial", "name": "试", "edition": 1, **body, field: wrong}, EDITOR)
                self.assertTrue(any(name.startswith(f"/{field}") for name in fields), (path, wrong, code, fields))

    def test_what_is_missing_is_named_together_with_what_a_rule_finds(self):
        whole = project_body(server, CLERK, COUNTY)
        for field in ("name", "total_amount", "year_amount", "fiscal_year", "fund_kind", "contact_phone"):
            fields = self.refused((422,), "POST", PROJECT, {**whole, field: None}, CLERK)[1]
            self.assertIn(f"/{field}", fields, fields)

    def test_what_the_system_keeps_is_not_taken_from_anybody(self):
        whole = project_body(server, CLERK, COUNTY)
        for field, value in (("id", "1"), ("version", 7), ("created_at", "2020-01-01T00:00:00Z"), ("created_by", "1"), ("status", "in_library"), ("term_years", 9)):
            self.assertEqual(self.refused((422,), "POST", PROJECT, {**whole, field: value}, CLERK)[1], [f"/{field}"])
        self.assertEqual(self.refused((400,), "POST", PROJECT, {**whole, "owner_path": "/"}, CLERK)[0], "records.unknown_field")

    def test_a_code_that_is_taken_is_a_conflict(self):
        taken = server.first(PROJECT, "status==draft", CLERK)
        code, fields = self.refused((409, 422), "POST", PROJECT, project_body(server, CLERK, COUNTY, code=taken["code"]), CLERK)
        self.assertIn("/code", fields, code)


class TextsThatBreakThings(unittest.TestCase):
    def test_a_naughty_text_comes_back_as_it_was_or_is_refused(self):
        whole, kept = project_body(server, CLERK, COUNTY), 0
        for text in NAUGHTY:
            before = server.trace(CLERK, PROJECT)
            status, made, headers = server.ask("POST", PROJECT, {**whole, "name": text, "summary": text}, CLERK)
            if status != 201:
                self.assertEqual((status, before), (422, server.trace(CLERK, PROJECT)), (text, made))
                continue
            kept += 1
            path = f"{PROJECT}/{made['id']}"
            for told in (made, server.ask("GET", path, who=CLERK)[1], server.first(PROJECT, f"id=={made['id']}", CLERK)):
                self.assertEqual((told["name"], told.get("summary") or ""), (text.strip(), text.strip()))
            exported = server.ask("GET", f"{PROJECT}/export?format=jsonl&filter=" + quote(f"id=={made['id']}"), who=CLERK)[1]
            self.assertEqual(json.loads(exported)["name"], text.strip())
            found = server.ask("GET", f"{PROJECT}?q={quote(text.strip())}&limit=1000&fields=name", who=CLERK)
            self.assertIn(found[0], (200, 400), text)
            if found[0] == 200:
                self.assertIn(made["id"], [item["id"] for item in found[1]["items"]], text)
            self.assertEqual(server.ask("DELETE", path, who=CLERK, headers={"If-Match": headers["ETag"]})[0], 204)
        self.assertGreater(kept, len(NAUGHTY) // 2)

    def test_a_naughty_text_in_an_address_finds_nothing_and_breaks_nothing(self):
        for text in NAUGHTY:
            text = text[:200]
            for path in (f"{PROJECT}/{quote(text, safe='')}", f"{PROJECT}?filter={quote(text)}", f"{PROJECT}?sort={quote(text)}", f"{PROJECT}?cursor={quote(text)}",
                         f"/system/node?q={quote(text)}", f"/{quote(text, safe='')}/x", f"/system/file/{quote(text, safe='')}"):
                status, answer, _ = server.ask("GET", path, who=CLERK)
                self.assertIn(status, (200, 400, 404, 414, 431), (path, answer))

    def test_nobody_signs_in_with_a_naughty_name(self):
        for text in NAUGHTY[::4]:
            status, answer, _ = server.ask("POST", "/session", {"username": text, "password": text})
            self.assertIn(status, (400, 401, 429), (text, answer))


class Documents(Untouched):
    def test_what_is_no_json_object_is_refused_before_anything_looks_at_it(self):
        for raw, code in ((b"", "json.syntax"), (b"{", "json.syntax"), (b"null", "http.object"), (b"[]", "http.object"), (b'"x"', "http.object"),
                          (b'{"name":"a"}x', "json.syntax"), (b"{'name':1}", "json.syntax"), (b'{"name":NaN}', "json.syntax"), (b'{"year_amount":1e999}', "json.syntax"),
                          (b'{"year_amount":01}', "json.syntax"), (b'{"name":"\\ud800"}', "json.syntax"), (b'{"name":"a","name":"b"}', "json.duplicate_key"),
                          (b'{"name":"a","\\u006eame":"b"}', "json.duplicate_key"), (b'{"a":' * 70 + b"1" + b"}" * 70, "json.depth"), (b"[" * 100000, "json.depth"),
                          (b'{"name":"\xff"}', "json.utf8"), (b'{"name":"\xed\xa0\x80"}', "json.utf8"), (b'{"name":"\xc0\xaf"}', "json.utf8"),
                          (b'{"year_amount":9223372036854775808}', "json.number")):
            for method, path in (("POST", PROJECT), ("POST", "/system/node"), ("POST", "/system/role"), ("POST", "/session/password")):
                who = {"/system/node": "sysadmin", "/system/role": "secadmin"}.get(path, CLERK)
                if path != PROJECT and len(raw) > 16 * 1024:
                    continue
                self.assertEqual(self.refused((400,), method, path, who=who, raw=raw)[0], code, (path, raw[:30]))

    def test_a_body_too_large_is_not_read(self):
        for path, who, size in ((PROJECT, CLERK, 1 << 20), ("/session", None, 16 * 1024), ("/system/user", "sysadmin", 64 * 1024)):
            status, answer, _ = server.ask("POST", path, who=who, raw=b'{"name":"' + b"x" * size + b'"}')
            self.assertEqual((status, answer["code"]), (413, "http.refused"), path)

    def test_a_member_that_nobody_knows_is_named(self):
        self.assertEqual(self.refused((400,), "POST", PROJECT, project_body(server, CLERK, COUNTY, unti="1"), CLERK)[1], ["/unti"])
        for path, who, body, field in (("/system/user", "sysadmin", {"username": "a", "display_name": "a", "role": "x"}, "/role"),
                                       ("/system/node", "sysadmin", {"code": "1", "name": "a", "kind": "unit", "path": "/"}, "/path"),
                                       ("/system/grant", "secadmin", {"username": CLERK, "role_code": "unit_clerk", "scope": "/"}, "/scope"),
                                       ("/system/role", "secadmin", {"code": "r1", "title": {"zh": "角", "fr": "r"}, "permissions": []}, "/title/fr"),
                                       ("/system/token", CLERK, {"title": "t", "expires_at": "2027-01-01T00:00:00Z", "owner": "1"}, "/owner")):
            self.assertEqual(self.refused((400,), "POST", path, body, who)[1], [field])

    def test_the_system_s_own_forms_take_no_wrong_type_and_no_missing_reference(self):
        node = {"code": f"{COUNTY}-999", "name": "测试", "parent_code": COUNTY, "kind": "department"}
        for change, field in (({"code": 1}, "/code"), ({"code": "a b"}, "/code"), ({"code": "x" * 41}, "/code"), ({"kind": "planet"}, "/kind"), ({"name": "\u202e"}, "/name"),
                              ({"parent_code": "nowhere"}, "/parent_code"), ({"parent_code": node["code"]}, "/parent_code"), ({"valid_from": "2026-02-30"}, "/valid_from")):
            self.assertEqual(self.refused((400, 422), "POST", "/system/node", {**node, **change}, "sysadmin")[1], [field])
        user = {"username": "probe", "display_name": "探"}
        for change, field in (({"username": "a b"}, "/username"), ({"username": "x" * 65}, "/username"), ({"display_name": ""}, "/display_name"), ({"node": "abc"}, "/node"),
                              ({"node": "999999"}, "/node"), ({"node_code": "zz"}, "/node_code"), ({"phone": 1}, "/phone"), ({"must_change_password": "no"}, "/must_change_password"),
                              ({"username": "SYSADMIN"}, "/username")):
            self.assertEqual(self.refused((400, 409, 422), "POST", "/system/user", {**user, **change}, "sysadmin")[1], [field])
        grant = {"username": CLERK, "role_code": "unit_clerk", "node_code": COUNTY, "reach": "self"}
        for change, field in (({"username": "nobody"}, "/username"), ({"role_code": "zz"}, "/role"), ({"node_code": "zz"}, "/node"), ({"reach": "all"}, "/reach"),
                              ({"departments": "106"}, "/departments"), ({"departments": [1]}, "/departments"), ({"valid_to": "soon"}, "/valid_to"), ({"where": "zz=="}, "/where")):
            self.assertEqual(self.refused((400, 422), "POST", "/system/grant", {**grant, **change}, "secadmin")[1], [field])
        role = {"code": "probe", "title": {"zh": "探"}, "permissions": []}
        for change, field in (({"title": {"zh": 1}}, "/title/zh"), ({"title": {"zh": "a", "en": []}}, "/title/en"), ({"title": "a"}, "/title"), ({"title": {}}, "/title/zh"),
                              ({"permissions": "x"}, "/permissions"), ({"permissions": ["*"]}, "/permissions"), ({"category": "zz"}, "/category"), ({"code": "A B"}, "/code")):
            self.assertEqual(self.refused((400, 422), "POST", "/system/role", {**role, **change}, "secadmin")[1], [field])


class Trees(Untouched):
    def lines(self, *nodes):
        raw = "\n".join(json.dumps({"name": "测试", "kind": "unit", **node}) for node in nodes).encode()
        return self.refused((422, 400), "POST", "/system/node/import", who="sysadmin", raw=raw, headers={"Content-Type": "application/x-ndjson"})

    def test_a_tree_that_bites_its_tail_is_not_grown(self):
        self.assertEqual(self.lines({"code": "A", "parent_code": "B"}, {"code": "B", "parent_code": "A"})[1], ["line 1", "line 2"])
        self.assertEqual(self.lines({"code": "A", "parent_code": "A"})[1], ["line 1"])
        self.assertEqual(self.lines({"code": "A", "parent_code": "B"}, {"code": "B", "parent_code": "C"}, {"code": "C", "parent_code": "A"})[1], ["line 1", "line 2", "line 3"])

    def test_one_bad_line_keeps_every_line_out(self):
        self.assertEqual(self.lines({"code": "A", "parent_code": COUNTY, "kind": "department"}, {"code": "B", "parent_code": "zz"})[1], ["line 2"])
        self.assertEqual(self.lines({"code": "A", "parent_code": COUNTY, "kind": "department"}, {"code": "A", "parent_code": COUNTY, "kind": "department"})[1][0], "line 2")
        self.assertEqual(server.ask("GET", "/system/node?q=A", who=CLERK)[1]["items"], [])
        for raw in (b"[1]\n", b"{\n", b'{"code":"A","code":"B"}\n', b"\xff\n"):
            self.refused((400, 422), "POST", "/system/node/import", who="sysadmin", raw=raw, headers={"Content-Type": "application/x-ndjson"})

    def test_a_class_is_not_its_own_parent(self):
        code, fields = self.refused((422,), "POST", "/standards/functional-class", {"list_year": 2026, "code": "299", "name": "自身", "level": 1, "parent_code": "299",
                                                                                   "leaf": True, "edition": 1}, EDITOR)
        self.assertIn("/parent_code", fields, code)

    def test_a_class_does_not_stand_below_its_own_child(self):
        body = {"list_year": 2026, "name": "环", "leaf": False, "edition": 1}
        for code, level, parent in (("299", 1, "29901"), ("29901", 2, "2990101")):
            code, fields = self.refused((422,), "POST", "/standards/functional-class", {**body, "code": code, "level": level, "parent_code": parent}, EDITOR)
            self.assertIn("/parent_code", fields, code)

    def test_no_list_of_the_standards_takes_parents_that_lead_back_to_where_they_began(self):
        lists = {"procurement-category": ("A02990100", "A02990200", {"list_year": 2026, "level": 3, "leaf": True}),
                 "asset-class": ("A02990100", "A02990200", {"list_year": 2026, "level": 2, "leaf": True}),
                 "functional-class": ("29901", "29902", {"list_year": 2026, "level": 2, "leaf": False}),
                 "region": ("329901000", "329902000", {"level": "county"}), "zone": ("329971000", "329972000", {"own_treasury": False}), "fund_kind": ("91", "92", {})}
        for name, (one, other, more) in lists.items():
            path = "/standards/" + name.replace("_", "-")
            rows = [{"code": code, "parent_code": parent, "name": "环", "edition": 1, **more} for code, parent in ((one, other), (other, one))]
            with self.subTest(list=name):
                for body in (*rows, {**rows[0], "parent_code": one}):
                    self.assertEqual(self.refused((422,), "POST", path, body, EDITOR)[1], ["/parent_code"], body)
                raw = "\n".join(json.dumps(row) for row in rows).encode()
                status, report, _ = server.ask("POST", f"{path}/import?format=jsonl", who=EDITOR, raw=raw)
                told = [(error["line"], error["field"], error["code"].partition("_")[0], bool(error["remedy"])) for error in report["errors"]]
                self.assertEqual((status, report["written"], told), (422, False, [(line, "parent_code", "standards.class", True) for line in (1, 2)]), report)


class Codes(Untouched):
    """What a line is booked on: codes of the year, in pairs that the mapping knows."""

    def trace(self):
        return [*super().trace(), server.trace(CLERK, "/compilation/expenditure-line")[1]]

    def line(self, **changes):
        project = server.ask("GET", f"{PROJECT}?limit=1&filter=status==draft", who=CLERK)[1]["items"][0]
        code = lambda entity, number, year: server.first(f"/standards/{entity}", f"code=={number};list_year=={year}", CLERK)["id"]
        self.year = project["fiscal_year"]
        self.code = code
        return {"project": project["id"], "line_no": 900, "year": self.year, "task": "线", "functional_class": project["functional_class"], "fund_kind": project["fund_kind"],
                "quantity": "1", "price": "1.00", "department_economic_class": code("department-economic-class", "30201", self.year),
                "government_economic_class": code("government-economic-class", "50201", self.year), **changes}

    def test_a_pair_that_the_mapping_does_not_know_is_refused(self):
        body = self.line()
        wrong = self.code("government-economic-class", "50101", self.year)
        code, fields = self.refused((422,), "POST", "/compilation/expenditure-line", {**body, "government_economic_class": wrong}, CLERK)
        self.assertIn("/government_economic_class", fields, code)

    def test_no_amount_below_zero_or_with_a_third_decimal_gets_into_a_line(self):
        body = self.line()
        for price in ("-0.01", "1.001", "0.001", "-1", "1e3"):
            code, fields = self.refused((422,), "POST", "/compilation/expenditure-line", {**body, "price": price}, CLERK)
            self.assertEqual((code, fields), ("records.invalid", ["/price"]), price)
        self.assertEqual(self.refused((422,), "POST", "/compilation/expenditure-line", {**body, "quantity": "-1"}, CLERK)[1], ["/quantity"])

    def test_no_formula_divides_by_zero_or_goes_in_a_circle(self):
        body = self.line()
        for formula, names in (("1 / 0", {}), ("甲 + 1", {"甲": "甲 + 1"}), ("甲", {"甲": "乙", "乙": "甲"}), ("(1 + 2", {}), ("丙 * 2", {})):
            code, fields = self.refused((422,), "POST", "/compilation/expenditure-line", {**body, "formula": formula, "names": names}, CLERK)
            self.assertEqual((code, fields), ("records.invalid", ["/formula"]), formula)

    def test_last_year_s_code_is_refused(self):
        body = self.line()
        code, fields = self.refused((422,), "POST", "/compilation/expenditure-line", {**body, "year": self.year + 1}, CLERK)
        self.assertTrue({"/functional_class", "/department_economic_class", "/year"} & set(fields), (code, fields))


class Queries(Untouched):
    def test_a_cursor_serves_the_query_that_gave_it_and_no_other(self):
        cursor = server.ask("GET", f"{PROJECT}?limit=2", who=CLERK)[1]["next_cursor"]
        self.assertEqual(server.ask("GET", f"{PROJECT}?limit=2&cursor={quote(cursor)}", who=CLERK)[0], 200)
        for change in ("sort=-code", "filter=status%3D%3Ddraft", "q=a"):
            self.assertEqual(self.refused((400,), "GET", f"{PROJECT}?limit=2&{change}&cursor={quote(cursor)}", who=CLERK)[0], "cursor.other_query")
        self.assertEqual(self.refused((400,), "GET", f"/standards/region?cursor={quote(cursor)}", who=CLERK)[0], "cursor.other_query")
        for forged in (cursor[:-2], cursor + "A", "abc", "=", "%20", "'", "9" * 500):
            self.assertIn(self.refused((400,), "GET", f"{PROJECT}?cursor={forged}", who=CLERK)[0], ("cursor.malformed", "cursor.other_query", "http.query"))
        for path, who in (("/system/node", CLERK), ("/system/user", "sysadmin"), ("/system/grant", "secadmin"), ("/system/job", "sysadmin"), ("/system/audit", "auditadmin")):
            for forged in ("abc", "-1", "9" * 40, "1.5"):
                self.refused((400,), "GET", f"{path}?cursor={forged}", who=who)

    def test_a_filter_of_ten_thousand_terms_is_refused_by_its_length_or_its_terms(self):
        status, problem, _ = server.ask("GET", f"{PROJECT}?filter=" + quote(";".join(["status==draft"] * 10_000)), who=CLERK)
        self.assertEqual((status, bool(problem["detail"])), (431, True), problem["code"])
        terms = quote(",".join(f"code=={number}" for number in range(300)), safe="=,")
        self.refused((400, 414), "GET", f"{PROJECT}?filter={terms}", who=CLERK)

    def test_a_parameter_that_is_wrong_unknown_or_given_twice_is_told(self):
        for query in ("limit=0", "limit=1001", "limit=-1", "limit=abc", "limit=1&limit=2", "nothing=1", "count=maybe", "fields=nothing", "expand=nothing", "sort=-", "q=%E5",
                      "filter=%00", "filter=" + quote("a" * 3 + "==1"), "filter=" + quote("(" * 40 + "status==draft" + ")" * 40),
                      "filter=" + quote("code=in=(" + ",".join(["1"] * 201) + ")"), "filter=" + quote("total_amount==1e5"), "filter=" + quote("x'; DROP TABLE--==1")):
            self.refused((400,), "GET", f"{PROJECT}?{query}", who=CLERK)
        for query in ("aggregate=sum:name", "aggregate=median:total_amount", "aggregate=", "group=nothing&aggregate=count", "group=design_basis&aggregate=count", "sort=x"):
            self.refused((400,), "GET", f"{PROJECT}/aggregate?{query}", who=CLERK)

    def test_a_version_that_nobody_read_changes_nothing(self):
        record = server.first(PROJECT, "status==draft", CLERK)
        path = f"{PROJECT}/{record['id']}"
        for etag in ("1", "*", '"abc"', 'W/"1"', '"1","2"', '"-1"', '""', '"0"', '"1.0"', '"' + "9" * 30 + '"'):
            for method, target, body in (("PATCH", path, {"plan": "x"}), ("DELETE", path, None), ("POST", f"{path}/transitions/submit", {})):
                self.assertEqual(self.refused((400,), method, target, body, CLERK, {"If-Match": etag})[0], "http.if_match_malformed")
        forged = '"9223372036854775806"'
        self.refused((412,), "PATCH", path, {"plan": "x"}, CLERK, {"If-Match": forged})
        self.refused((412,), "DELETE", path, None, CLERK, {"If-Match": forged})
        self.refused((412,), "POST", f"{path}/transitions/submit", {}, CLERK, {"If-Match": forged})
        for method, target in (("PATCH", path), ("DELETE", path), ("POST", f"{path}/transitions/submit")):
            self.refused((428,), method, target, None if method == "DELETE" else {}, CLERK)
        self.assertEqual(server.ask("GET", path, who=CLERK)[1]["version"], record["version"])

    def test_a_retry_key_serves_one_request_and_fits_in_a_header(self):
        self.refused((400,), "POST", PROJECT, {"nothing": 1}, CLERK, {"Idempotency-Key": "x" * 300})
        first = server.ask("POST", PROJECT, {"nothing": 1}, CLERK, {"Idempotency-Key": "one"})
        self.assertEqual((first[0], server.ask("POST", PROJECT, {"nothing": 1}, CLERK, {"Idempotency-Key": "one"})[1]["code"]), (400, first[1]["code"]))
        self.refused((409, 422), "POST", PROJECT, {"nothing": 2}, CLERK, {"Idempotency-Key": "one"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
