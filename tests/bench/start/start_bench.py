"""From the start of the process to ready with every plugin on existing data, and the resident memory then.

Usage: start_bench.py BUILD_DIR [--scale 0.02] [--runs 5]
Indicative: nothing bare to compare with. Seconds in steps of a tenth; MiB after some idle seconds.
"""
import argparse
import os
import pathlib
import statistics
import sys
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(SOURCE / "tests/scenario"), str(SOURCE / "tests/bench")]
from figures import note  # noqa: E402

PLUGINS = "standards,workflow,compilation,ledger,treasury,monitoring,performance,usage,insight"
IDLE_SECONDS = 5


def resident_mib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ.update(ONEBUDGET_SOURCE=str(SOURCE), ONEBUDGET_BINARIES=str(options.build.resolve()))
    from support import start_with_demo
    server = start_with_demo("sqlite", options.scale, {"plugins.enable": PLUGINS})
    try:
        seconds, mib = [], []
        for _ in range(options.runs):
            server.process.terminate()
            server.process.wait(60)
            begun = time.monotonic()
            server.start()
            urllib.request.urlopen(server.url + "/health/ready").read()
            seconds.append(time.monotonic() - begun)
            time.sleep(IDLE_SECONDS)
            mib.append(resident_mib(server))
        note("start.ready", seconds)
        note("start.resident", mib)
        print(f"start to ready: {statistics.median(seconds):.1f} s ({min(seconds):.1f} … {max(seconds):.1f}); "
              f"resident memory idle: {statistics.median(mib):.0f} MiB ({min(mib):.0f} … {max(mib):.0f})")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
