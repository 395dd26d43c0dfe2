"""The wire against nginx, and a signed-in single read against its bare parts, in the same run.

Usage: http_bench.py BUILD_DIR [--runs 5] [--seconds 3] [--connections 16,256,1000]

Server and nginx share one core, wrk has the other. Runs are interleaved; every line gives the median with minimum and
maximum, and the ratio is taken pair by pair. Nothing here passes or fails: figures for people.
"""
import argparse
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(SOURCE / "tests/scenario"), str(SOURCE / "tests/bench")]
from figures import note  # noqa: E402
SERVER_CORE, CLIENT_CORE = {0}, {1}
TICKS = os.sysconf("SC_CLK_TCK")

NGINX = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; default_type application/json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_nginx(folder, bytes_served):
    (folder / "www").mkdir()
    (folder / "www/live").write_bytes(bytes_served)
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    process = subprocess.Popen(["nginx", "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/live").read()
            return process, port
        except OSError:
            time.sleep(0.05)
    raise RuntimeError((folder / "error.log").read_text())


def tree(pid):
    """The process and its children; nginx answers from a child."""
    found = [pid]
    for child in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split():
        found += tree(int(child))
    return found


def pin(pid):
    for each in tree(pid):
        for task in os.listdir(f"/proc/{each}/task"):
            os.sched_setaffinity(int(task), SERVER_CORE)


def cpu_seconds(pid):
    total = 0
    for each in tree(pid):
        fields = pathlib.Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def load(url, connections, seconds, pid, headers=()):
    """(requests a second, p99 in ms, CPU microseconds a request)"""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "20s", url]
    for header in headers:
        command += ["-H", header]
    before = cpu_seconds(pid)
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(run.pid, CLIENT_CORE)
    text = run.communicate()[0]
    spent = cpu_seconds(pid) - before
    if "Non-2xx" in text or "Socket errors" in text:
        print("    wrk saw errors:", *re.findall(r".*(?:Non-2xx|Socket errors).*", text))
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit], spent / max(requests, 1) * 1e6)


def spread(values, form="{:.2f}"):
    return f"{form.format(statistics.median(values))} [{form.format(min(values))}, {form.format(max(values))}]"


def compare(title, ours, bare, runs):
    """`ours` and `bare` measure once; called in turns, the first to go alternating."""
    pairs = []
    for run in range(runs):
        if run % 2:
            other = bare()
            pairs.append((ours(), other))
        else:
            pairs.append((ours(), bare()))
    print(title)
    for at, name in enumerate(("requests/s", "p99 ms", "CPU µs/request")):
        print(f"    {name:15} OneBudget {spread([o[at] for o, _ in pairs])}   nginx {spread([b[at] for _, b in pairs])}"
              f"   ratio {spread([o[at] / b[at] for o, b in pairs if b[at]])}")
    return pairs


def raw_reads(build, database, table, runs):
    program = build / "bin/raw_sqlite_read"
    if not program.exists():
        return None
    return [float(subprocess.run([program, database, table], capture_output=True, text=True, check=True).stdout) for _ in range(runs)]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--connections", default="16,256,1000")
    chosen = options.parse_args()
    os.environ["ONEBUDGET_SOURCE"], os.environ["ONEBUDGET_BINARIES"] = str(SOURCE), str(chosen.build)
    from support import start_with_demo  # reads the two variables

    server = start_with_demo("sqlite")
    with tempfile.TemporaryDirectory(prefix="onebudget-bench-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        live = urllib.request.urlopen(server.url + "/health/live").read()
        nginx, port = start_nginx(folder, live)
        try:
            pin(server.process.pid)
            pin(nginx.pid)
            bare_url = f"http://127.0.0.1:{port}/live"
            for connections in map(int, chosen.connections.split(",")):
                pairs = compare(f"/health/live, {len(live)} bytes, {connections} connections",
                                lambda: load(server.url + "/health/live", connections, chosen.seconds, server.process.pid),
                                lambda: load(bare_url, connections, chosen.seconds, nginx.pid), chosen.runs)
                note(f"wire.requests.{connections}", [ours[0] / bare[0] for ours, bare in pairs])
                note(f"wire.p99.{connections}", [ours[1] / bare[1] for ours, bare in pairs])
            clerk = next(user for user in server.passwords if user.startswith("unit-clerk."))
            record = server.first("/compilation/project", "code==32*", clerk)
            url = f"{server.url}/api/v1/compilation/project/{record['id']}"
            pairs = compare("one record by id, signed in and scoped, 16 connections",
                            lambda: load(url, 16, chosen.seconds, server.process.pid, ["Authorization: Bearer " + server.token(clerk)]),
                            lambda: load(bare_url, 16, chosen.seconds, nginx.pid), chosen.runs)
            raw = raw_reads(chosen.build, server.data / "onebudget.db", "p_compilation__project", chosen.runs)
            if raw:
                ratios = [ours[2] / (bare[2] + read) for (ours, bare), read in zip(pairs, raw)]
                note("wire.record", ratios)
                print(f"    raw SQLite read {spread(raw)} CPU µs; CPU over raw read + nginx static: {spread(ratios)} (goal ≤ 2.0)")
        finally:
            nginx.terminate()
            nginx.wait()
            server.stop()


if __name__ == "__main__":
    main()
