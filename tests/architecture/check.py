#!/usr/bin/env python3
"""Checks the shape of the source tree: who includes whom, sizes, names, manifests, texts. One finding per line.

Usage: check.py SOURCE_DIR [CHECK…]; exit code 1 when there is a finding. The rules are data in rules.yaml.
"""
import json
import pathlib
import re
import subprocess
import sys

import yaml

HERE = pathlib.Path(__file__).parent
ROOT = pathlib.Path(sys.argv[1]).resolve()
RULES = yaml.safe_load((HERE / "rules.yaml").read_text(encoding="utf-8"))
CODE = {".c", ".h", ".cpp", ".hpp", ".ts", ".vue", ".py", ".mjs"}
CPP = {".c", ".h", ".cpp", ".hpp"}
findings = []


def tracked():
    """Files of the tree as git sees them, new ones included; without git, all but build folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return sorted(pathlib.Path(name) for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file())
    skip = {"node_modules", "dist", ".git", "build"}
    return sorted(path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file() and not skip & set(path.parts))


FILES = tracked()


def say(path, line, text):
    findings.append(f"{path}:{line}: {text}")


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def generated(path):
    return "include/onebudget" in str(path) or "generated" in str(path) or path.name in ("package-lock.json", "layout_check.c")


def includes(path):
    for number, line in enumerate(read(path).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def room_of(path):
    return path.parts[1] if path.parts[0] == "kernel" and len(path.parts) > 2 else None


def tests(path):
    """True for what only tests are built from."""
    return path.stem.endswith("_test") or "tests" in path.parts or "testdata" in path.parts


def check_kernel_include(path, number, own, name):
    rooms, room = RULES["rooms"], room_of(path)
    if room not in rooms:
        return say(path, number, f"room '{room}' has no row in rules.yaml")
    for guard in RULES["guarded"]:
        if re.match(guard["pattern"], name) and room not in guard["rooms"] and not path.stem.endswith("_test"):
            say(path, number, f"<{name}> belongs to {', '.join(guard['rooms'])} only")
    if not own:
        return None
    top = name.split("/")[0]
    if top == "kernel":
        other = name.split("/")[1]
        if other not in rooms or rooms.index(other) > rooms.index(room):
            say(path, number, f"room {room} may not use {name}: only rooms above it")
    elif top == "plugins":
        say(path, number, "the kernel may not use a plugin")
    elif top == "sdk" and not name.startswith(tuple(s + "/" for s in RULES["kernel_sees"])) and not tests(path):
        say(path, number, f"the kernel sees {', '.join(RULES['kernel_sees'])} only, not {name}")
    return None


def check_plugin_include(path, number, own, name):
    plugin, inside = path.parts[1], path.parts[2] if len(path.parts) > 3 else ""
    test = path.stem.endswith("_test")
    if inside == "domain" and not test:
        if not own and any(name.startswith(word) or name == word for word in RULES["impure"]):
            say(path, number, f"domain code is pure: not <{name}>")
        if own and not name.startswith(("sdk/values/", f"plugins/{plugin}/domain/")):
            say(path, number, f"domain code may use sdk/values and its own folder, not {name}")
    if not own:
        return
    if name.startswith("kernel/"):
        say(path, number, "a plugin may not use the kernel")
    if name.startswith("plugins/") and not name.startswith(f"plugins/{plugin}/"):
        say(path, number, f"a plugin may not use another plugin: {name}")


def check_folder_include(path, number, own, name):
    key = next((k for k in sorted(RULES["folders"], key=len, reverse=True) if str(path).startswith(k + "/")), None)
    if key is None:
        return say(path, number, "this folder has no row in rules.yaml")
    row = RULES["folders"][key]
    if own and "/" in name and not name.startswith("onebudget/") and not any(name.startswith(s + "/") for s in row["sees"]):
        say(path, number, f"{key} may not use {name}")
    if row.get("std_only") and not own and any(name.startswith(word) for word in RULES["impure"] if word != "chrono"):
        if not path.stem.endswith("_test"):
            say(path, number, f"{key} is pure: not <{name}>")
    if row.get("plain_c") and not own and name not in ("stdint.h", "stddef.h"):
        say(path, number, f"{key} is plain C without dependencies: not <{name}>")
    return None


def check_includes():
    for path in FILES:
        if path.suffix not in CPP or path.parts[0] in ("ui", "config"):
            continue
        for number, own, name in includes(path):
            if path.parts[0] == "kernel":
                check_kernel_include(path, number, own, name)
            elif path.parts[0] == "plugins":
                check_plugin_include(path, number, own, name)
            else:
                check_folder_include(path, number, own, name)


def check_sizes():
    limits, folders = RULES["limits"], {}
    for path in FILES:
        if path.suffix not in CODE or generated(path):
            continue
        lines = read(path).splitlines()
        if len(lines) > limits["file_lines"]:
            say(path, len(lines), f"{len(lines)} lines; at most {limits['file_lines']}: split it where it falls apart by meaning")
        folders.setdefault(path.parent, []).append(path)
        if path.suffix in CPP:
            check_functions(path, lines)
    for folder, inside in folders.items():
        sources = [p for p in inside if not p.stem.endswith(("_test", ".test"))]
        if len(sources) > limits["folder_sources"] and "testdata" not in folder.parts:
            say(folder, 1, f"{len(sources)} source files; at most {limits['folder_sources']}")


def signature_indent(lines, number):
    """The indentation of the first line of a signature that ends on line `number`; it may go over several lines."""
    while number > 0:
        before = lines[number - 1].strip()
        if not before or before.endswith((";", "}", "{", ":")) or before.startswith(("//", "#", "}", "template")):
            break
        number -= 1
    return re.match(r"\s*", lines[number]).group(0)


def check_functions(path, lines):
    """A function body is a block that opens at the end of a line and closes at the same indentation."""
    opener = re.compile(r"^(\s*)(?!namespace|class|struct|enum|union|extern|switch|if|for|while|else|do|try|return|=)[\w:<>~*&\[\]].*\)\s*(const)?\s*(noexcept)?\s*(override|final)?\s*(->\s*[\w:<>]+\s*)?\{$")
    for number, line in enumerate(lines):
        match = opener.match(line)
        if not match or "](" in line or line.lstrip().startswith(("TEST", "INSTANTIATE", "BENCHMARK")):
            continue
        close = signature_indent(lines, number) + "}"
        for end in range(number + 1, len(lines)):
            if lines[end].startswith(close) and lines[end][len(close):].strip() in ("", ";", ",", ");"):
                if end - number - 1 > RULES["limits"]["function_lines"]:
                    say(path, number + 1, f"a function of {end - number - 1} lines; at most {RULES['limits']['function_lines']}")
                break


def check_tree():
    for top in sorted({path.parts[0] for path in FILES}):
        if top not in RULES["top_level"] and not top.startswith("."):
            say(top, 1, "not in the fixed list of top-level names")
    for folder in ("kernel", "plugins", "sdk", "config", "ui", "tests", "packaging"):
        if (ROOT / folder).is_dir() and not (ROOT / folder / "README.md").is_file():
            say(folder, 1, "has no README.md")
    for room in RULES["rooms"]:
        if (ROOT / "kernel" / room).is_dir() and not (ROOT / "kernel" / room / "README.md").is_file():
            say(f"kernel/{room}", 1, "has no README.md")
    kernel = [p for p in FILES if p.parts[0] == "kernel" and p.suffix in CPP]
    own = [p for p in kernel if not p.stem.endswith("_test") and not {"testdata", "tests"} & set(p.parts) and p.stem not in ("testing", "test_support")]
    total = sum(code_lines(path) for path in own)
    limit = RULES["kernel_lines"]
    print(f"kernel without tests: {total} lines of code in {len(own)} files; the goal is {limit['goal']}")
    if total > limit["now"]:
        say("kernel", 1, f"{total} lines; it may not grow beyond {limit['now']} on its way down to {limit['goal']}")


def code_lines(path):
    """Lines that hold code: neither blank nor comment, so that a contract written above a function costs nothing."""
    text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("//"))


def check_format():
    """clang-format agrees with every file that people write."""
    files = [str(ROOT / p) for p in FILES if p.suffix in CPP and not generated(p)]
    told = subprocess.run(["clang-format", "--dry-run", *files], capture_output=True, text=True, check=False).stderr
    for path, line in sorted(set(re.findall(r"^(.+?):(\d+):\d+: warning:", told, flags=re.M))):
        say(pathlib.Path(path).relative_to(ROOT), line, "clang-format would write this otherwise")


def check_words():
    banned = [(re.compile(row["pattern"]), row["why"]) for row in RULES["banned"]]
    for path in FILES:
        if path.parts[:2] == ("tests", "architecture") or path.suffix in (".png", ".xlsx", ".so"):
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            for pattern, why in banned:
                if pattern.search(line):
                    say(path, number, f"'{pattern.search(line).group(0)}': {why}")
    for path in FILES:
        if path.parts[0] == "kernel" and path.suffix in CPP:
            for number, line in enumerate(read(path).splitlines(), 1):
                code = re.sub(r'"[^"]*"|//.*', "", line)
                if re.search(r"(?<!one)(?<!ONE)(?<!One)[Bb]udget", code.replace("call_budget", "").replace("time_budget", "")):
                    say(path, number, "the kernel knows no budgets")


def check_plugins():
    for manifest in (p for p in FILES if p.name == "plugin.json" and p.parts[0] == "plugins"):
        folder = manifest.parent
        data = json.loads(read(manifest))
        for name in ("README.md", "CMakeLists.txt", "plugin.cpp", "locales/zh.json", "locales/en.json"):
            if not (ROOT / folder / name).is_file():
                say(manifest, 1, f"{name} is missing")
        if data.get("id") != folder.name:
            say(manifest, 1, "id differs from the folder's name")
        check_locales(folder)
        check_rule_index(folder)
        check_kinds_of_cases(folder)
        check_entities(folder)
        check_routes(manifest, folder, data.get("routes", []))


def check_routes(manifest, folder, routes):
    """Every own route is described whole, its schemas are all there and all used, and the README lists it."""
    schemas = {}
    for path in FILES:
        if path.parent == folder / "schemas":
            schemas.update(json.loads(read(path)))
    named = set(re.findall(r'"#/schemas/(\w+)"', json.dumps([routes, schemas])))
    for name in sorted(named ^ set(schemas)):
        say(manifest, 1, f"the schema {name} is " + ("not there" if name in named else "used nowhere"))
    for route in routes:
        for member in ("description", "request", "reply", "errors"):
            if member not in route:
                say(manifest, 1, f"{route['method']} {route['path']} says nothing of its {member}")
    listed = re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)` \|", read(folder / "README.md"), re.MULTILINE)
    for route in sorted(set(listed) ^ {f"{route['method']} {route['path']}" for route in routes}):
        say(folder / "README.md", 1, f"{route} stands in one of the manifest and the table of routes only")


def check_locales(folder):
    texts = {}
    for language in ("zh", "en"):
        path = ROOT / folder / "locales" / f"{language}.json"
        texts[language] = set(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else set()
    for key in texts["zh"] ^ texts["en"]:
        say(folder / "locales", 1, f"'{key}' is in one language only")


def check_rule_index(folder):
    readme = read(folder / "README.md") if (ROOT / folder / "README.md").is_file() else ""
    named = {name for name in re.findall(r"domain/[\w/]+\.cpp", readme) if not name.endswith("_test.cpp")}
    there = {str(p.relative_to(folder)) for p in FILES if folder / "domain" in p.parents and p.suffix == ".cpp" and not p.stem.endswith("_test")}
    for missing in sorted(there - named):
        say(folder / "README.md", 1, f"the rule index does not name {missing}")
    for gone in sorted(named - there):
        say(folder / "README.md", 1, f"the rule index names {gone}, which is not there")


def check_kinds_of_cases(folder):
    """Of the plugins that rules.yaml names: every rule of the index has text cases, each file of all three kinds."""
    if folder.name not in RULES["cases_of_three_kinds"]:
        return
    rows = re.findall(r"^\| (.+?) \| .+ \| domain/[^|]+ \| ([^|]+) \|$", read(folder / "README.md"), re.MULTILINE)
    indexed = {f"{name}.case" for _, cases in rows for name in re.findall(r"(\w+)\.case", cases)}
    for rule, cases in rows:
        if f"`{folder.name}." in rule and ".case" not in cases:
            say(folder / "README.md", 1, f"{rule} has no text cases")
    there = {path.name: path for path in FILES if path.parent == folder / "tests/cases" and path.suffix == ".case"}
    for name in sorted(indexed ^ set(there)):
        say(folder / "README.md", 1, f"{name} is " + ("not there" if name in indexed else "not named by the rule index"))
    for path in there.values():
        kinds_of_cases(path)


def kinds_of_cases(path):
    """A case is a normal one unless its name begins with [边界] (boundary) or [豁免] (exempt); a rule that has none of a
    kind by its nature says why: `# 无豁免：…`."""
    text = read(path)
    names = re.findall(r"^(?:case|案例) +(.+)$", text, re.MULTILINE)
    if not any(not name.startswith("[") for name in names):
        say(path, 1, "has no normal case")
    for name in names:
        if name.startswith("[") and not re.match(r"\[(边界|豁免)\] \S", name):
            say(path, 1, f"{name} is of no known kind")
    for kind in ("边界", "豁免"):
        reasons = re.findall(rf"^# 无{kind}：(.*)$", text, re.MULTILINE)
        shown = any(name.startswith(f"[{kind}]") for name in names)
        if shown == bool(reasons):
            say(path, 1, f"has cases of the kind {kind} and says that there are none" if shown else f"has no case of the kind {kind} and does not say why")
        if any(len(reason) < RULES["shortest_reason"] for reason in reasons):
            say(path, 1, f"does not say why it has no case of the kind {kind}")


def check_entities(folder):
    def walk(path, node, trail):
        if isinstance(node, dict):
            if "zh" in node or "en" in node:
                if not node.get("zh") or not node.get("en"):
                    say(path, 1, f"{trail}: a text needs both languages")
            for key, value in node.items():
                walk(path, value, f"{trail}/{key}")
        elif isinstance(node, list):
            for index, value in enumerate(node):
                walk(path, value, f"{trail}/{index}")
    for path in FILES:
        if path.parent == folder / "entities" or path == folder / "plugin.json":
            walk(path, json.loads(read(path)), "")


CHECKS = {"includes": check_includes, "sizes": check_sizes, "tree": check_tree, "words": check_words, "plugins": check_plugins,
          "format": check_format}
for chosen in sys.argv[2:] or CHECKS:
    CHECKS[chosen]()
print("\n".join(findings) if findings else "nothing to say")
sys.exit(1 if findings else 0)
