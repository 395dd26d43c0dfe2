"""obsdk check: what can be known about a package without running it. Every check has a number and a remedy."""
import fnmatch
import hashlib
import json
import pathlib
import re

from kit import schema as schemas
from kit import signing
from kit.elf import Library

PASS, WARNING, FAIL, SKIP = "pass", "warning", "fail", "skip"


class Checker:
    def __init__(self, sdk, package):
        self.sdk, self.package = sdk, pathlib.Path(package)
        self.rules = json.loads((sdk / "spec/library-rules.json").read_text(encoding="utf-8"))
        self.results = []
        self.manifest, self.library = {}, None

    def say(self, number, title, findings, level=FAIL):
        """findings: sentences; none = pass."""
        self.results.append({"check": number, "title": title, "level": level if findings else PASS, "findings": findings})

    def skip(self, number, title, why):
        self.results.append({"check": number, "title": title, "level": SKIP, "findings": [why]})

    def run(self):
        self.run_all()
        return sorted(self.results, key=lambda result: result["check"])

    def run_all(self):
        if not self.check_manifest():
            return
        self.check_version()
        self.check_digests()
        if (self.package / "SIGNATURE").is_file():
            self.say(4, "signature", signing.findings(self.package, None))
        else:
            self.skip(4, "signature", "not signed: a server takes it in developer mode only. obsdk sign signs it")
        path = self.package / f"lib{self.manifest['id']}.so"
        try:
            self.library = Library(path)
        except (OSError, ValueError) as problem:
            self.say(5, "library", [f"{path}: {problem}. Build the plugin again"])
            return
        self.check_note()
        self.check_symbols()
        self.check_loading()
        self.check_hardening()

    def read(self, path):
        try:
            return signing.members_once(path), None
        except (OSError, ValueError) as problem:
            return None, f"{path.name}: {problem}"

    def against(self, value, name, where):
        """(mistakes, members that are not known)"""
        rules = json.loads((self.sdk / "spec" / name).read_text(encoding="utf-8"))
        mistakes, unknown = [], []
        for pointer, sentence, is_unknown in schemas.validate(value, rules):
            (unknown if is_unknown else mistakes).append(f"{where} {pointer or '/'} {sentence}")
        return mistakes, unknown

    def check_manifest(self):
        self.manifest, problem = self.read(self.package / "plugin.json")
        if problem:
            self.say(1, "manifest", [problem])
            return False
        mistakes, unknown = self.against(self.manifest, "plugin.schema.json", "plugin.json")
        entities = sorted((self.package / "entities").glob("*.json"))
        names = {path.stem for path in entities}
        transitions = []
        for path in entities:
            entity, problem = self.read(path)
            if problem:
                mistakes.append(problem)
                continue
            found, strange = self.against(entity, "entity.schema.json", f"entities/{path.name}")
            mistakes += found + strange  # the kernel refuses unknown members of an entity
            states = entity.get("states", {}) if isinstance(entity, dict) else {}
            transitions += [(path.stem, one.get("to")) for one in states.get("transitions", []) if isinstance(one, dict)]
            if isinstance(entity, dict) and entity.get("entity") != path.stem:
                mistakes.append(f"entities/{path.name} calls itself {entity.get('entity')!r}; the names must be equal")
        for path in sorted((self.package / "views").glob("*.json")):
            view, problem = self.read(path)
            if problem:
                mistakes.append(problem)
                continue
            found, strange = self.against(view, "entity.schema.json", f"views/{path.name}")
            mistakes += found + strange
            if not path.with_suffix(".sql").is_file() or path.stem in names:
                mistakes.append(f"views/{path.name} needs a .sql file of its name, and no entity has that name")
        if isinstance(self.manifest, dict):
            mistakes += self.cross_checks(names) + self.topic_checks(transitions)
        self.say(1, "manifest", mistakes)
        if unknown:
            self.say(1, "manifest: unknown members", unknown, WARNING)
        return not mistakes

    def cross_checks(self, entities):
        manifest, out = self.manifest, []
        for name in manifest.get("hooks", {}).get("validate", []):
            if name not in entities:
                out.append(f"plugin.json /hooks/validate names {name}, which has no file in entities/")
        for service in manifest.get("provides", {}).get("services", []):
            if not re.match(rf"{re.escape(manifest.get('id', ''))}[./]", service.get("id", "")):
                out.append(f"plugin.json /provides/services: {service.get('id')} must begin with the plugin's id")
        seen = set()
        for route in manifest.get("routes", []):
            key = (route.get("method", "GET"), route.get("path"))
            if key in seen:
                out.append(f"plugin.json /routes: {' '.join(map(str, key))} is declared twice")
            seen.add(key)
        named = {}
        for path in sorted((self.package / "schemas").glob("*.json")):
            value, problem = self.read(path)
            if problem or not isinstance(value, dict):
                out.append(problem or f"schemas/{path.name} is no object from names to schemas")
            else:
                named.update(value)
        asked = set(re.findall(r'"#/schemas/([^"]+)"', json.dumps([manifest.get("routes", []), named])))
        out += [f"plugin.json /routes names the schema {name}, which is not in schemas/" for name in sorted(asked - set(named))]
        texts = {}
        for language in ("zh", "en"):
            path = self.package / "locales" / f"{language}.json"
            value, problem = self.read(path) if path.is_file() else ({}, None)
            if problem:
                out.append(problem)
            texts[language] = set(value or {})
        for key in sorted(texts["zh"] ^ texts["en"]):
            out.append(f"locales: '{key}' is in one language only")
        return out

    def topic_checks(self, transitions):
        """The kernel tells of a transition as <plugin>.<entity>.<state>: no topic of the plugin's own may be that."""
        told = {f"{self.manifest.get('id')}.{entity}.{state}" for entity, state in transitions}
        own = self.manifest.get("events", {}).get("publishes", [])
        return [f"plugin.json /events/publishes: the kernel tells of a transition under {topic}; choose another topic"
                for topic in own if topic in told]

    def check_version(self):
        known = self.manifest["manifest_version"] == 1
        self.say(2, "manifest version", [] if known else ["a newer kit wrote this manifest; upgrade the kit"])

    def check_digests(self):
        digests = self.manifest.get("digest")
        if not digests:
            self.skip(3, "digests", "the package was not packed yet: obsdk pack writes them")
            return
        findings = []
        for name, digest in digests.items():
            path = self.package / name
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest["sha256"]:
                findings.append(f"{name} is not the file that was packed. Pack again")
        there = {str(path.relative_to(self.package)) for path in self.package.rglob("*") if path.is_file()} - {"plugin.json", "SIGNATURE"}
        findings += [f"{name} was added after packing. Pack again" for name in sorted(there - set(digests))]
        self.say(3, "digests", findings)

    def check_note(self):
        expected = f"{self.manifest['id']} {self.manifest['version']} {self.manifest['abi']['major']}.{self.manifest['abi']['min_minor']}"
        found = [data.decode("utf-8", "replace") for owner, kind, data in self.library.notes if (owner, kind) == ("OneBudget", 1)]
        same = found == [expected]
        self.say(5, "note agrees with the manifest",
                 [] if same else [f"the library says {found or 'nothing'}, plugin.json says '{expected}'. Build the plugin again"])

    def check_symbols(self):
        entry, library = self.rules["entry"], self.library
        others = [name for name in library.exported if name != entry]
        findings = [] if entry in library.exported else [f"{entry} is not exported. Put ONEBUDGET_PLUGIN(Class) into one file"]
        if others:
            findings.append("also exports " + ", ".join(others[:5]) + ". Build with onebudget_add_plugin()")
        self.say(6, "exactly one exported symbol", findings)
        strange, forbidden = [], []
        sanitized = set(library.entries("NEEDED")) & set(self.rules["needed_by_sanitizers"])
        needed = set(library.entries("NEEDED"))
        brought = [word for purpose in ("solving", "tables") if needed & set(self.rules[f"needed_for_{purpose}"])
                   for word in self.rules[f"symbols_for_{purpose}"]]
        for name, version, _ in library.undefined:
            allowed = version.startswith(tuple(self.rules["versions"])) or name in self.rules["unversioned"]
            allowed = allowed or any(word in name for word in brought)
            if not allowed and not (sanitized and name.startswith(("__asan", "__ubsan", "__tsan", "__sanitizer"))):
                strange.append(f"{name} comes from nowhere that is allowed. Link the library that has it into the plugin")
            for group in self.rules["forbidden"]:
                if any(fnmatch.fnmatchcase(name, pattern) for pattern in group["names"]):
                    forbidden.append(f"{name} may not be called: {group['en']}")
        self.say(7, "undefined symbols", strange)
        self.say(8, "forbidden calls", forbidden)
        self.say(11, "no unique symbols", [f"{name} is STB_GNU_UNIQUE. Compile with -fno-gnu-unique" for name in library.unique[:5]])

    def check_loading(self):
        library = self.library
        allowed = {name for group in ("needed", "needed_for_solving", "needed_for_tables", "needed_by_sanitizers") for name in self.rules[group]}
        self.say(9, "needed libraries", [f"{name} is not allowed. Link it into the plugin, or use a service of the kernel"
                                         for name in library.entries("NEEDED") if name not in allowed])
        self.say(10, "no search path", [f"{tag} is set. Remove -rpath" for tag in ("RPATH", "RUNPATH") if library.entries(tag)])
        names = library.entries("SONAME")
        wanted = (self.manifest["id"], f"lib{self.manifest['id']}.so")
        self.say(14, "SONAME", [f"SONAME is {name}; leave it away" for name in names if name not in wanted])

    def check_hardening(self):
        library, flags = self.library, self.library.flags()
        findings = []
        if "STATIC_TLS" in flags:
            findings.append("uses static thread storage. Do not compile with -ftls-model=initial-exec")
        if library.entries("TEXTREL") or "TEXTREL" in flags:
            findings.append("rewrites its own code at load. Compile with -fPIC")
        if library.stack_executable():
            findings.append("asks for an executable stack. Link with -Wl,-z,noexecstack")
        if library.writable_code():
            findings.append("has a segment that is writable and executable")
        if "BIND_NOW" not in flags and "NOW" not in flags:
            findings.append("is not bound at load. Link with -Wl,-z,now")
        if "GNU_RELRO" not in library.segments:
            findings.append("has no read-only relocations. Link with -Wl,-z,relro")
        if not library.build_id:
            findings.append("has no build id. Link with -Wl,--build-id")
        self.say(12, "hardening", findings)
        sizes = [int(re.sub(r"\D.*", "", text) or 0) for text in library.entries("INIT_ARRAYSZ")]
        count, most = sum(sizes) // 8, self.rules["most_init_functions"]
        self.say(13, "constructors", [f"{count} constructors run at load; at most {most}"] if count > most else [])
