#!/usr/bin/env python3
"""Every C header alone, in C99, C11 and C++20, with all warnings as errors.

Usage: headers_test.py SDK_DIR CC CXX
"""
import pathlib
import subprocess
import sys

sdk, cc, cxx = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
LANGUAGES = [(cc, "c", "c99"), (cc, "c", "c11"), (cxx, "c++", "c++20")]
failures = runs = 0
for header in sorted((sdk / "include/onebudget").glob("*.h")):
    for compiler, language, standard in LANGUAGES:
        # Twice: the guard must hold.
        source = f'#include "onebudget/{header.name}"\n#include "onebudget/{header.name}"\n'
        command = [compiler, "-x", language, f"-std={standard}", *WARNINGS, f"-I{sdk / 'include'}", "-"]
        done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
        runs += 1
        if done.returncode != 0:
            failures += 1
            print(f"{header.name} as {standard}:\n{done.stderr}")
print(f"{runs} compilations, {failures} failed")
sys.exit(1 if failures or not runs else 0)
