"""The runner at a tiny scale: every figure that the table of goals has for these suites is there, in the one form. What
they say is not looked at. Usage: smoke_test.py BUILD_DIR"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SUITES = ["write", "list", "growth", "get", "search", "export", "import"]


class Smoke(unittest.TestCase):
    build = None

    def test_every_figure_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            told = pathlib.Path(folder) / "figures.json"
            subprocess.run([HERE / "run.sh", "--no-build", "--build", self.build, "--database", "sqlite", "--scale", "0.002", "--suite", ",".join(SUITES),
                            "--json", told], check=True)
            figures = json.loads(told.read_text())
        self.assertTrue(all(list(one) == ["name", "value", "min", "max", "goal", "met"] for one in figures))
        self.assertTrue(all(one["min"] <= one["value"] <= one["max"] for one in figures))
        goals = json.loads((HERE / "goals.json").read_text(encoding="utf-8"))
        wanted = [one["name"] for one in goals if one["suite"] in SUITES and "postgresql" not in one["name"]]
        self.assertEqual(sorted(wanted), sorted(one["name"] for one in figures))

    def test_a_suite_that_is_none_is_refused(self):
        done = subprocess.run([HERE / "run.sh", "--no-build", "--database", "sqlite", "--suite", "speed"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such suite: speed", done.stderr)


if __name__ == "__main__":
    Smoke.build = sys.argv.pop(1)
    unittest.main()
