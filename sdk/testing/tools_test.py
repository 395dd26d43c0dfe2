#!/usr/bin/env python3
"""The tools of the kit: the generator's compatibility check, obsdk check, new and pack.

Usage: tools_test.py SDK_DIR HELLO_PACKAGE GUESTBOOK_PACKAGE
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SDK, HELLO, GUESTBOOK = (pathlib.Path(argument) for argument in sys.argv[1:4])


def run(*command, cwd=None):
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=False, cwd=cwd)
    return done.returncode, done.stdout + done.stderr


class Generator(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.lock = (SDK / "spec/layout.lock").read_text(encoding="utf-8")

    def compatible(self, old):
        path = self.folder / "old.lock"
        path.write_text(old, encoding="utf-8")
        return run(SDK / "tools/abi-gen", SDK, "--compatible", path)

    def test_an_older_lock_that_is_a_prefix_is_compatible(self):
        last = [line for line in self.lock.splitlines() if line.startswith("ob_kv_v1")][-1]
        self.assertEqual(self.compatible(self.lock)[0], 0)
        self.assertEqual(self.compatible(self.lock.replace(last + "\n", ""))[0], 0)

    def test_a_changed_signature_an_inserted_and_a_removed_member_are_named(self):
        line = next(line for line in self.lock.splitlines() if line.startswith("ob_kv_v1") and " put " in line)
        for old in (self.lock.replace(line, line.replace("int64_t ttl_ms", "int32_t ttl_ms")), self.lock.replace(line + "\n", ""),
                    self.lock + "ob_kv_v1 99 800+8 shrink i32(ob_call call)\n"):
            code, said = self.compatible(old)
            self.assertEqual(code, 1)
            self.assertIn("ob_kv_v1", said)

    def test_every_released_lock_still_holds(self):
        for lock in sorted((SDK / "spec/released").glob("*.lock")):
            self.assertEqual(run(SDK / "tools/abi-gen", SDK, "--compatible", lock), (0, "compatible\n"))


class Check(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.package = folder / "guestbook"
        shutil.copytree(GUESTBOOK, self.package)

    def change(self, name, **members):
        path = self.package / name
        value = json.loads(path.read_text(encoding="utf-8"))
        value.update(members)
        path.write_text(json.dumps(value), encoding="utf-8")

    def results(self, package=None):
        code, said = run(SDK / "tools/obsdk", "check", "--json", package or self.package)
        return code, {(r["check"], r["level"]): r for r in json.loads(said)["results"]}

    def refuses(self, check, word):
        code, results = self.results()
        self.assertEqual(code, 1)
        self.assertIn((check, "fail"), results)
        self.assertIn(word, " ".join(results[(check, "fail")]["findings"]))

    def test_the_examples_pass_every_check(self):
        for package in (HELLO, GUESTBOOK):
            code, results = self.results(package)
            self.assertEqual(code, 0)
            self.assertEqual({number for number, _ in results}, set(range(1, 15)))

    def test_a_manifest_with_mistakes_is_refused_with_their_places(self):
        self.change("plugin.json", id="Guest Book", order="first")
        self.refuses(1, "plugin.json /order")

    def test_a_member_that_nobody_knows_is_a_warning(self):
        self.change("plugin.json", colour="red")
        code, results = self.results()
        self.assertEqual((code, (1, "warning") in results), (0, True))

    def test_a_hook_for_an_entity_that_is_not_there_is_refused(self):
        self.change("plugin.json", hooks={"validate": ["entry", "visitor"]})
        self.refuses(1, "visitor")

    def test_an_entity_with_an_unknown_type_is_refused(self):
        self.change("entities/entry.json", fields=[{"name": "a", "type": "float", "title": {"zh": "甲", "en": "A"}}])
        self.refuses(1, "entities/entry.json /fields/0/type")

    def test_texts_in_one_language_only_are_refused(self):
        self.change("locales/zh.json", hello="你好")
        self.refuses(1, "'hello' is in one language only")

    def test_a_library_of_another_version_is_refused(self):
        self.change("plugin.json", version="0.2.0")
        self.refuses(5, "guestbook 0.1.0 0.1")

    def test_a_file_that_is_no_library_is_refused(self):
        (self.package / "libguestbook.so").write_bytes(b"#!/bin/sh\n")
        self.refuses(5, "libguestbook.so")

    def test_a_library_built_without_the_kit_is_refused_for_every_reason(self):
        source = self.package.parent / "bad.cpp"
        source.write_text("""#include <cstdlib>
            template <class T> struct Shared { static int& value() { static int kept = std::rand(); return kept; } };
            extern "C" int helper() { return Shared<int>::value() + std::system("true"); }
            extern "C" const void* ob_plugin_entry_v0(const void* offer) { return offer; }""", encoding="utf-8")
        subprocess.run(["g++", "-std=c++20", "-shared", "-fPIC", "-fgnu-unique", "-Wl,-z,lazy", "-Wl,-rpath,/opt", "-Wl,-z,execstack", "-Wl,-soname,libelse.so",
                        "-Wl,--no-as-needed", "-lz", source, "-o", self.package / "libguestbook.so"], check=True)
        code, results = self.results()
        self.assertEqual(code, 1)
        self.assertEqual({number for number, level in results if level == "fail"}, {3, 4, 5, 6, 8, 9, 10, 11, 12, 14})

    def test_a_packed_package_is_checked_against_its_digests(self):
        out = self.package.parent / "a.obp"
        self.assertEqual(run(SDK / "tools/obsdk", "pack", self.package, "--out", out)[0], 0)
        again = self.package.parent / "b.obp"
        self.assertEqual(run(SDK / "tools/obsdk", "pack", self.package, "--out", again)[0], 0)
        self.assertEqual(out.read_bytes(), again.read_bytes(), "packing is reproducible")
        shutil.unpack_archive(out, self.package.parent / "out", "gztar")
        packed = self.package.parent / "out/guestbook/0.1.0"
        self.assertIn((3, "pass"), self.results(packed)[1])
        (packed / "locales/zh.json").write_text('{ }', encoding="utf-8")
        (packed / "extra.txt").write_text("x", encoding="utf-8")
        self.assertEqual(len(self.results(packed)[1][(3, "fail")]["findings"]), 2)


class Signing(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.package = self.folder / "guestbook"
        shutil.copytree(GUESTBOOK, self.package)

    def key(self, name, *options):
        code, said = run(SDK / "tools/obsdk", "keygen", "--id", name, "--out", self.folder / "keys", *options)
        self.assertEqual(code, 0, said)
        return self.folder / "keys" / f"{name}.key"

    def verify(self):
        return run(SDK / "tools/obsdk", "verify", self.package, "--keys", self.folder / "keys")

    def test_both_algorithms_sign_and_verify(self):
        for algorithm in ("ed25519", "sm2-sm3"):
            key = self.key(algorithm, "--algorithm", algorithm)
            self.assertEqual(key.stat().st_mode & 0o777, 0o600)
            self.assertEqual(run(SDK / "tools/obsdk", "sign", self.package, "--key", key)[0], 0)
            self.assertEqual(self.verify(), (0, f"{self.package}: the signature holds\n"))
            text = (self.package / "plugin.json").read_text(encoding="utf-8")
            (self.package / "plugin.json").write_text(text + "\n", encoding="utf-8")
            self.assertIn("does not fit", self.verify()[1])

    def test_a_changed_file_an_unknown_key_and_a_key_that_may_not_are_named(self):
        key = self.key("narrow", "--plugin", "hello", "--capability", "records.read:*")
        run(SDK / "tools/obsdk", "sign", self.package, "--key", key)
        self.assertIn("may not sign the plugin guestbook", self.verify()[1])
        (self.package / "locales/zh.json").write_text("{}", encoding="utf-8")
        self.assertIn("not those that were signed", self.verify()[1])
        (self.folder / "keys/narrow.json").unlink()
        self.assertIn("not in the ring", self.verify()[1])

    def test_a_key_is_never_overwritten_and_a_bad_one_is_refused(self):
        self.key("mine")
        self.assertEqual(run(SDK / "tools/obsdk", "keygen", "--id", "mine", "--out", self.folder / "keys")[0], 2)
        (self.folder / "none.key").write_text("{}", encoding="utf-8")
        self.assertEqual(run(SDK / "tools/obsdk", "sign", self.package, "--key", self.folder / "none.key")[0], 2)

    def test_a_key_that_stands_twice_is_named_and_nothing_is_signed(self):
        manifest = self.package / "plugin.json"
        text = manifest.read_text(encoding="utf-8")
        manifest.write_text(text.replace("{", '{"version": "9.9.9", ', 1), encoding="utf-8")
        (self.package / "SIGNATURE").unlink(missing_ok=True)
        before = manifest.read_bytes()
        for command in (("sign", self.package, "--key", self.key("mine")), ("check", self.package)):
            code, said = run(SDK / "tools/obsdk", *command)
            self.assertNotEqual(code, 0)
            self.assertIn("plugin.json", said)
            self.assertIn("the key \"version\" stands twice", said)
        self.assertEqual(manifest.read_bytes(), before)
        self.assertFalse((self.package / "SIGNATURE").exists())

    def test_a_packed_package_carries_its_signature(self):
        out = self.folder / "a.obp"
        self.assertEqual(run(SDK / "tools/obsdk", "pack", self.package, "--out", out, "--key", self.key("mine"))[0], 0)
        shutil.unpack_archive(out, self.folder / "out", "gztar")
        self.package = self.folder / "out/guestbook/0.1.0"
        self.assertEqual(self.verify()[0], 0)


class New(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_a_new_project_names_itself_everywhere(self):
        code, said = run(SDK / "tools/obsdk", "new", "night_watch", "--title-zh", "守夜", cwd=self.folder)
        self.assertEqual(code, 0, said)
        made = self.folder / "night_watch"
        manifest = json.loads((made / "plugin.json").read_text(encoding="utf-8"))
        self.assertEqual((manifest["id"], manifest["title"]), ("night_watch", {"zh": "守夜", "en": "Night watch"}))
        for path in made.rglob("*"):
            if path.is_file():
                self.assertNotRegex(path.read_text(encoding="utf-8"), "@[A-Z_]+@", path)

    def test_a_bad_id_and_a_folder_in_use_are_refused(self):
        self.assertEqual(run(SDK / "tools/obsdk", "new", "Night-Watch", cwd=self.folder)[0], 2)
        (self.folder / "taken").mkdir()
        (self.folder / "taken/file").write_text("mine", encoding="utf-8")
        code, said = run(SDK / "tools/obsdk", "new", "taken", cwd=self.folder)
        self.assertEqual((code, "--dir" in said), (2, True))
        self.assertEqual((self.folder / "taken/file").read_text(encoding="utf-8"), "mine")


unittest.main(argv=sys.argv[:1], verbosity=2)
