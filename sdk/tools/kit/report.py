"""How results are shown: for people, or as JSON for machines."""
import json


def print_text(package, results):
    width = max(len(result["title"]) for result in results)
    print(package)
    for result in results:
        print(f"  {result['check']:>2} {result['title']:<{width}}  {result['level']}")
        for finding in result["findings"]:
            print(f"       {finding}")
    counts = {}
    for result in results:
        counts[result["level"]] = counts.get(result["level"], 0) + 1
    print("  " + ", ".join(f"{count} {level}" for level, count in sorted(counts.items())))


def print_json(package, results):
    print(json.dumps({"package": str(package), "results": results}, ensure_ascii=False, indent=2))
