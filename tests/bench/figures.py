"""Figures of a bench for run.py: each program prints them for people, and notes them here."""
import json
import os
import statistics


def note(name, values):
    """Adds a figure to the file that ONEBUDGET_FIGURES names, if it does: median, smallest and largest of `values`."""
    path = os.environ.get("ONEBUDGET_FIGURES")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "value": statistics.median(values), "min": min(values), "max": max(values)}) + "\n")
