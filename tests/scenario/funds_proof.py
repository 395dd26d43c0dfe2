"""Derives the proof tree of a funds check again, from records that REST shows and nothing else. Shares no code with the plugin."""
import re
import urllib.parse

BUCKETS = ("available", "frozen", "reserved", "confirmed", "paid")
CHAIN = ("plan", "procurement", "contract", "payment")
SEVERITY = ("pass", "warn", "hold", "stop")


def fen(yuan):
    """Exact: decimal text to an integer."""
    sign, text = (-1, yuan[1:]) if yuan.startswith("-") else (1, yuan)
    whole, _, cents = text.partition(".")
    return sign * (int(whole) * 100 + int((cents + "00")[:2]))


def in_fen(value):
    """A part of a proof with its amounts, decimal text, as integers."""
    if isinstance(value, dict):
        return {name: in_fen(one) for name, one in value.items()}
    if isinstance(value, list):
        return [in_fen(one) for one in value]
    return fen(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]+\.[0-9]{2}", value) else value


class Records:
    def __init__(self, server, who, reader):
        self.server, self.who, self.reader = server, who, reader  # reader: whoever sees pools

    def all(self, path, condition, who=None):
        out, cursor = [], ""
        while True:
            query = f"{path}?limit=1000&filter=" + urllib.parse.quote(condition) + (f"&cursor={cursor}" if cursor else "")
            status, page, _ = self.server.ask("GET", query, who=who or self.who)
            assert status == 200, page
            out += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return out

    def account_buckets(self):
        return {row["code"]: row["bucket"] for row in self.all("/ledger/account", "status==in_force")}


def plain(value):
    """Links come as ids or as {id, …}."""
    return value["id"] if isinstance(value, dict) else value


def balances_from_entries(records, indicator):
    buckets, out = records.account_buckets(), dict.fromkeys(BUCKETS, 0)
    for entry in records.all("/ledger/entry", f"indicator=={indicator}"):
        for leg, sign in (("debit", 1), ("credit", -1)):
            bucket = buckets.get(entry[leg]) if entry[leg] else None
            if bucket in out:
                out[bucket] += sign * fen(entry["amount"])
    return out


def derive(records, request):
    """{allowed, level, indicators: {id: node}, pools: {id: node}} as it has to be."""
    nodes, pools, level = {}, {}, "pass"

    def worse(one):
        nonlocal level
        level = max(level, one, key=SEVERITY.index)

    left_of_links = {}
    for line in in_fen(request["lines"]):
        row = records.all("/ledger/indicator", f"id=={line['indicator']}")
        if not row:
            worse("stop")
            continue
        row = row[0]
        drawn = 0
        if line.get("from"):
            link = records.all("/ledger/reservation", f"id=={line['from']}")
            usable = (link and not int(link[0]["closed"]) and plain(link[0]["indicator"]) == line["indicator"] and link[0]["link"] in CHAIN
                      and request["link"] in CHAIN and CHAIN.index(link[0]["link"]) < CHAIN.index(request["link"]))
            if usable:
                there = left_of_links.setdefault(line["from"], fen(link[0]["confirmed"]))
                drawn = min(line["amount"], there)
                left_of_links[line["from"]] -= drawn
            else:
                worse("stop")
        node = nodes.setdefault(line["indicator"], {"balances": balances_from_entries(records, line["indicator"]), "needed": 0,
                                                    "lines": [], "stage": row["stage"], "pools": row["pools"] or []})
        node["needed"] += line["amount"] - drawn
        node["lines"].append({"line": line["line"], "amount": line["amount"], "drawn": drawn, "needed": line["amount"] - drawn})
    for number, node in nodes.items():
        node["left"] = node["balances"]["available"] - node["needed"]
        node["holds"] = node["left"] >= 0 and node["stage"] == "executable"
        if not node["holds"]:
            worse("stop")
        node["in_flight"] = {}
        for held in records.all("/ledger/reservation", f"indicator=={number}"):
            amount = fen(held["reserved"]) + fen(held["confirmed"])
            if amount:
                node["in_flight"][held["link"]] = node["in_flight"].get(held["link"], 0) + amount
        for pool in node["pools"]:
            if int(records.all("/ledger/pool", f"id=={pool}", records.reader)[0]["waiting"]):
                continue  # counted, but not in effect
            pools.setdefault(pool, 0)
            pools[pool] += node["needed"]
    return {"indicators": nodes, "pools": {pool: derive_pool(records, request, pool, needed, worse) for pool, needed in pools.items()},
            "level": level, "allowed": level in ("pass", "warn")}


def derive_pool(records, request, pool, needed, worse):
    """Budget and use are summed over every indicator that the pool counts, not read from the pool."""
    row = records.all("/ledger/pool", f"id=={pool}", records.reader)[0]
    control = records.all("/ledger/control", f"id=={plain(row['control'])}", records.reader)[0]
    counted = [one for one in records.all("/ledger/indicator", f"fiscal_year=={control['fiscal_year']};stage==executable", records.reader)
               if pool in (one["pools"] or [])]
    budget = sum(fen(one["amount"]) for one in counted)
    used = sum(fen(one[field]) for one in counted for field in ("reserved", "confirmed", "paid"))
    after = used + needed
    warn, stop = int(control["warn_percent"]), int(control["stop_percent"])
    level = "pass"
    if needed and after * 100 > budget * stop:
        level = "stop"
    elif needed and warn and after * 100 > budget * warn:
        level = "hold" if control["hold"] else "warn"
    passed = False
    if level == "hold":
        granted = records.all("/ledger/override", f"source_id=={request['document']['id']};pool=={pool};status==granted")
        amount = fen(granted[0]["amount"]) if granted else 0
        passed = amount >= needed and fen(control["override_limit"]) >= needed and amount > 0
    worse("warn" if passed else level)
    return {"budget": budget, "used": used, "needed": needed, "after": after, "level": level, "edition": int(control["edition"]),
            "warn_percent": warn, "stop_percent": stop, "holds": level in ("pass", "warn") or passed}


def differences(records, request, answer):
    """What the answer says otherwise than the records; empty when it is right."""
    wanted, proof, out = derive(records, request), answer["proof"], []
    for name in ("allowed", "level"):
        if answer[name] != wanted[name] or proof[name] != wanted[name]:
            out.append((name, answer[name], wanted[name]))
    seen = {"indicator": {}, "control": {}}
    for node in in_fen(proof["all_of"]):
        seen[node["kind"]][node["indicator" if node["kind"] == "indicator" else "pool"]] = node
    for kind, nodes, names in (("indicator", wanted["indicators"], ("balances", "needed", "left", "holds", "in_flight", "stage")),
                               ("control", wanted["pools"], ("budget", "used", "needed", "after", "level", "edition", "warn_percent",
                                                            "stop_percent", "holds"))):
        if set(seen[kind]) != set(nodes):
            out.append((kind, sorted(seen[kind]), sorted(nodes)))
            continue
        for number, node in nodes.items():
            out += [(kind, number, name, seen[kind][number][name], node[name]) for name in names if seen[kind][number][name] != node[name]]
    for number, node in wanted["indicators"].items():
        told = [{key: line[key] for key in ("line", "amount", "drawn", "needed")} for line in seen["indicator"].get(number, {}).get("lines", [])]
        if told != node["lines"]:
            out.append(("lines", number, told, node["lines"]))
    return out
