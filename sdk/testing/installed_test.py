#!/usr/bin/env python3
"""What docs/first-plugin.md tells an author to do, done against an installed kit, outside the tree.

Usage: installed_test.py BUILD_DIR DOCUMENT
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BUILD, DOCUMENT = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])


def run(*command, cwd, prefix=None):
    environment = dict(os.environ)
    if prefix:
        environment["PATH"] = f"{prefix / 'bin'}:{environment['PATH']}"
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, cwd=cwd, env=environment)
    return done.returncode, done.stdout + done.stderr


class FirstPlugin(unittest.TestCase):
    """An author follows the page, step by step."""

    def step(self, *command):
        code, said = run(*command, cwd=self.project, prefix=self.prefix)
        self.assertEqual(code, 0, said)
        return said

    def snippet(self, begins):
        """An indented block of the page by its first line."""
        text = DOCUMENT.read_text(encoding="utf-8")
        block = re.search(rf"^    {re.escape(begins)}.*\n(?:    .*\n)*", text, re.MULTILINE)
        self.assertIsNotNone(block, begins)
        return re.sub(r"^    ", "", block.group(0), flags=re.MULTILINE)

    def test_from_nothing_to_a_checked_package(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.prefix, self.project = folder / "prefix", folder
        self.step("cmake", "--install", BUILD, "--component", "sdk", "--prefix", self.prefix)
        self.step("obsdk", "new", "night_watch", "--title-zh", "守夜", "--title-en", "Night watch")
        self.project = folder / "night_watch"
        self.assertIn("build/plugins/night_watch/0.1.0", self.step("obsdk", "build"))
        self.assertTrue((self.project / "build/build.ninja").is_file(), "make is not among what the page asks for")
        self.step("obsdk", "test")

        cases = self.project / "tests/cases/note_rule.case"
        cases.write_text(cases.read_text(encoding="utf-8") + "\n" + self.snippet("case 名称过短"), encoding="utf-8")
        code, said = run("obsdk", "test", cwd=self.project, prefix=self.prefix)
        self.assertNotEqual(code, 0)
        self.assertIn("名称过短: expected night_watch.short_name /name, got nothing", said)

        rule = self.project / "domain/note_rule.cpp"
        text = rule.read_text(encoding="utf-8")
        rule.write_text(text.replace("  return findings;", self.snippet("if (facts.name.size() < 3)") + "  return findings;"), encoding="utf-8")
        self.step("obsdk", "build")
        self.step("obsdk", "test")
        self.assertIn("12 pass, 2 skip", self.step("obsdk", "check", "build/plugins/night_watch/0.1.0"))
        self.step("obsdk", "pack", "build/plugins/night_watch/0.1.0")
        self.assertTrue((self.project / "night_watch-0.1.0.obp").is_file())


unittest.main(argv=sys.argv[:1], verbosity=2)
