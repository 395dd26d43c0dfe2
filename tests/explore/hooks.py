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

URL = os.environ["EXPLORE_URL"]
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


@schemathesis.hook
def before_call(context, case, **_):
    """Random ids find nothing: seven cases of ten name a record that exists, with its version where they change it."""
    head, *rest = case.operation.path.split("/{id}")
    if not rest or chance.random() > 0.7 or not (rows := held(head)):
        return
    one, version = chance.choice(rows)
    case.path_parameters = {**(case.path_parameters or {}), "id": one}
    if case.method.upper() != "GET" and chance.random() < 0.7:
        case.headers = {**(case.headers or {}), "If-Match": f'"{version}"'}


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
