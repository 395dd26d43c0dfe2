#!/usr/bin/env python3
"""A property-based client (schemathesis) explores the interface by its OpenAPI document as people of several roles: no answer of 5xx, none that the document does not describe,
and own routes of plugins refuse what they do not describe with codes that they do.

Usage: explore_test.py sqlite|postgresql [SEED]
Environment: EXPLORE_ALL=1 takes every operation instead of all own routes and the records of one entity of each plugin; EXPLORE_CASES
(default 2) is the number of random cases an operation beside the systematic ones.
"""
import copy
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "scenario"))
from support import BUILD, database_from, start_with_demo  # noqa: E402

SEED = int(sys.argv.pop()) if len(sys.argv) > 2 else 1
DATABASE = database_from(sys.argv)
SCHEMATHESIS = BUILD / "explore/bin/schemathesis"
SKIPPED = 77  # what ctest shows as skipped
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,own_route_refuses"
ADMINISTRATORS = ("sysadmin", "secadmin", "auditadmin")
USERS = {"standards": "standards-editor", "workflow": "department-reviewer.320500000.106", "compilation": "unit-clerk.320500000.106001",
         "ledger": "budget-division.320000000", "treasury": "treasury-division.320500000", "monitoring": "supervision-division.320000000",
         "performance": "performance-division.320500000", "usage": "finance-leader.320000000", "insight": "finance-leader.320500000"}
# Others who have own routes that the first may not use.
OTHERS = {"workflow": "budget-division.320500000", "compilation": "budget-division.320500000", "ledger": "treasury-division.320500000",
          "performance": "unit-clerk.320500000.106001", "insight": "supervision-division.320000000", "treasury": "unit-clerk.320500000.106001"}
# A record's routes below an entity's path: the same code for every entity.
OF_RECORDS = r"(/aggregate|/export|/import|/import/template|/schema|/\{id\}|/\{id\}/history)?"
# Signing out would end the walk; a wrong password slows the next; a backup of every case fills the disk.
LEFT_OUT = re.compile(r"/session(/.*)?|/system/backup.*|/events")


def setUpModule():
    global server
    server = start_with_demo(DATABASE, settings={"plugins.enable": ",".join(USERS)})


def tearDownModule():
    server.stop()


def chosen(document, prefix, who):
    """The document with the operations below `prefix`: own routes all, records' routes of one entity that `who` reads, by the seed."""
    paths = {path: item for path, item in document["paths"].items() if re.match(prefix, path) and not LEFT_OUT.fullmatch(path)}
    entities = sorted(path.removesuffix("/schema") for path in paths if path.endswith("/schema"))
    if entities and not os.environ.get("EXPLORE_ALL"):
        one = random.Random(SEED).choice([entity for entity in entities if server.ask("GET", f"{entity}?limit=1", who=who)[0] == 200])
        rest = "|".join(re.escape(entity) for entity in entities if entity != one)
        paths = {path: item for path, item in paths.items() if not re.fullmatch(f"({rest}){OF_RECORDS}", path)}
    return {**document, "paths": paths}


class Explored(unittest.TestCase):
    def explore(self, document, who, cases=None):
        """Explores `document` as `who`: (what it printed, whether it found nothing, count of answers by method and status)."""
        described, answers = server.data / "openapi.json", server.data / "answers.json"
        described.write_text(json.dumps(document))
        answers.write_text("{}")
        told = {"EXPLORE_URL": server.url + "/api/v1", "EXPLORE_TOKEN": server.token(who), "EXPLORE_SEED": str(SEED),
                "EXPLORE_ANSWERS": str(answers), "EXPLORE_SPARED": ",".join((*ADMINISTRATORS, *USERS.values(), *OTHERS.values())), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
        command = [SCHEMATHESIS, "run", described, "--url", told["EXPLORE_URL"], "--header", "Authorization: Bearer " + told["EXPLORE_TOKEN"],
                   "--header", "Accept-Language: en", "--seed", str(SEED), "--checks", CHECKS, "--phases", "coverage,fuzzing",
                   "--max-examples", str(cases or os.environ.get("EXPLORE_CASES", 2)), "--suppress-health-check", "all", "--continue-on-failure",
                   "--generation-database", "none", "--warnings", "off", "--no-color"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=server.data, env={**os.environ, **told})
        return done.stdout + done.stderr, done.returncode == 0, json.loads(answers.read_text())

    def walk(self, prefix, who, at_least, own=False):
        document = server.ask("GET", "/openapi.json", who=who, headers={"Accept-Language": "en"})[1]
        part = chosen(document, prefix, who)
        if own:
            part["paths"] = {path: item for path, item in part["paths"].items() if any("x-errors" in operation for operation in item.values())}
        operations = sum(method in item for item in part["paths"].values() for method in ("get", "post", "put", "patch", "delete"))
        told, clean, answers = self.explore(part, who)
        print(f"{who} {prefix}: seed {SEED}, {operations} operations, {sum(answers.values())} answers, "
              f"{sum(n for key, n in answers.items() if ' 2' in key)} of them 2xx")
        self.assertTrue(clean, told[-20000:])
        self.assertGreaterEqual(operations, at_least)
        self.assertGreater(answers.get("GET 200", 0), 0, answers)

    def test_the_kernel_s_routes_as_administrators(self):
        for who in ADMINISTRATORS:
            with self.subTest(who):
                self.walk("/(system|health|records|openapi)", who, 40)

    def test_a_plugin_s_routes_as_those_who_use_it(self):
        for plugin, who in USERS.items():
            with self.subTest(plugin):
                self.walk(f"/{plugin}/", who, 5)

    def test_own_routes_as_others(self):
        for plugin, who in OTHERS.items():
            with self.subTest(plugin):
                self.walk(f"/{plugin}/", who, 2, own=True)

    def test_an_answer_that_the_document_leaves_out_is_found(self):
        document = copy.deepcopy(server.ask("GET", "/openapi.json", who="secadmin")[1])
        part = {**document, "paths": {"/system/role": {"get": document["paths"]["/system/role"]["get"]}}}
        told, clean, _ = self.explore(part, "secadmin", cases=10)
        self.assertTrue(clean, told[-5000:])
        del part["paths"]["/system/role"]["get"]["responses"]["200"]
        told, clean, _ = self.explore(part, "secadmin", cases=10)
        self.assertFalse(clean, told[-5000:])
        self.assertIn("Received: 200", told)


if __name__ == "__main__":
    if not SCHEMATHESIS.exists():
        print(f"{SCHEMATHESIS} is missing: tests/run.sh installs it where PyPI is reachable")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
