"""What the property-based client must know of OneBudget: records that exist, their versions, and two media types."""
import collections
import functools
import gzip
import json
import os
import pathlib
import random
import threading

import requests
import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection

URL = os.environ["EXPLORE_URL"]
LISTS = {"region": "/system/node", "unit": "/system/node", "node": "/system/node", "project": "/compilation/project", "left": "/compilation/budget-version",
         "right": "/compilation/budget-version", "ceiling": "/compilation/ceiling", "indicator": "/ledger/indicator", "evaluation": "/performance/evaluation",
         "result": "/performance/result", "evidence": "/performance/evidence", "step": "/workflow/step", "office": "/system/node"}
HEADS = {"/compilation/rolling-plan": "/compilation/project", "/treasury/exchange/message": "/treasury/exchange-message"}
SPARED = os.environ["EXPLORE_SPARED"].split(",")
HEADERS = {"Authorization": "Bearer " + os.environ["EXPLORE_TOKEN"]}
chance = random.Random(int(os.environ["EXPLORE_SEED"]))
answers = collections.Counter()
lock = threading.Lock()


@functools.cache
def held(path):
    """(id, version) of up to twenty things under a list's path, none of them an account that explores; none where it is no list."""
    answer = requests.get(f"{URL}{path}?limit=20", headers=HEADERS, timeout=60)
    if answer.status_code != 200 or "json" not in answer.headers["Content-Type"]:
        return []
    return [(item["id"], item.get("version", 1)) for item in answer.json().get("items", []) if "id" in item and item.get("username") not in SPARED]


def fill(values):
    """Puts ids of things that exist where a query or body asks for such; seven of ten."""
    for name in values if isinstance(values, dict) else ():
        rows = held(LISTS[name]) if name in LISTS and chance.random() < 0.7 else ()
        if rows:
            values[name] = chance.choice(rows)[0]
        for deeper in values[name] if isinstance(values[name], list) else (values[name],):
            fill(deeper)


@schemathesis.hook
def before_call(context, case, **_):
    """Random ids find nothing: seven cases of ten name a record that exists, with its version where they change it."""
    if "x-errors" in case.operation.definition.raw and case.meta and case.meta.generation.mode.is_positive:
        fill(case.query)
        fill(case.body)
    head, *rest = case.operation.path.split("/{id}")
    if not rest or chance.random() > 0.7 or not (rows := held(HEADS.get(head, head))):
        return
    one, version = chance.choice(rows)
    case.path_parameters = {**(case.path_parameters or {}), "id": one}
    if case.method.upper() != "GET" and chance.random() < 0.7:
        case.headers = {**(case.headers or {}), "If-Match": f'"{version}"'}


@schemathesis.check
def own_route_refuses(context, response, case):
    """A plugin's own route refuses what it does not describe, and with codes of the plugin's own that it describes."""
    described = case.operation.definition.raw.get("x-errors")
    if described is None:
        return
    if response.status_code < 400:
        negative_data_rejection(context, response, case)
    if not 400 <= response.status_code < 500 or "json" not in response.headers.get("content-type", [""])[0]:
        return
    code, plugin = response.json().get("code", ""), case.operation.path.split("/")[1]
    known = {(one["status"], one["code"]) for one in described}
    assert not code.startswith(plugin + ".") or (response.status_code, code) in known, f"{response.status_code} {code} is not described"


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        answers[f"{case.method.upper()} {response.status_code}"] += 1
        pathlib.Path(os.environ["EXPLORE_ANSWERS"]).write_text(json.dumps(answers))


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(context, value):
    return "".join(json.dumps(row) + "\n" for row in (value if isinstance(value, list) else [value])).encode()


@schemathesis.serializer("application/gzip")
def compressed(context, value):
    return gzip.compress(json.dumps(value, default=str).encode())
