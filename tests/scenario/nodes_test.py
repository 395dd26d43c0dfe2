#!/usr/bin/env python3
"""Two nodes on one PostgreSQL behind nginx: each job runs once, rights and sessions are the same on both at once, one may die.

Usage: nodes_test.py postgresql
"""
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

from support import OwnDatabase, Server, database_from

CLERK, PROVINCE = "unit-clerk.320583000.106001", "budget-division.320000000"
PROJECT = "/compilation/project"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
TRIES = 100_000
JOBS = 40
database_from(sys.argv)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    """nginx with a configuration of its own on a free port of this machine."""

    def __init__(self, nodes):
        self.folder = tempfile.TemporaryDirectory(prefix="onebudget-nginx-")
        folder = pathlib.Path(self.folder.name)
        self.port = free_port()
        servers = " ".join(f"server {node.url.removeprefix('http://')} max_fails=1;" for node in nodes)
        places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error;\n"
            f"events {{}}\nhttp {{ access_log off; {places} upstream nodes {{ {servers} }}\n"
            f"server {{ listen 127.0.0.1:{self.port}; location / {{ proxy_pass http://nodes; proxy_set_header Host $http_host; }} }} }}\n")
        self.process = subprocess.Popen([NGINX, "-p", str(folder), "-e", str(folder / "error"), "-c", str(folder / "nginx.conf")],
                                        stdin=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"
        for _ in range(TRIES):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError((folder / "error").read_text()[-1000:]) from None
        raise RuntimeError("nginx does not listen")

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.folder.cleanup()


def sql(text):
    done = subprocess.run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", own.url, "-c", text], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def setUpModule():
    global own, one, two, proxy
    own = OwnDatabase()
    one = Server(own.url, {"node.name": "one"}).start()
    one.load_demo(0.001)
    two = Server(own.url, {"node.name": "two", "storage.key_file": one.data / "field.keys"}).start()
    two.passwords = one.passwords
    proxy = Proxy([one, two])


def tearDownModule():
    proxy.stop()
    one.stop()
    two.stop()
    own.drop()


class Nodes(unittest.TestCase):
    def through(self, method, path, who):
        """Status of a request that nginx hands to either node."""
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port)
        connection.request(method, "/api/v1" + path, headers={"Authorization": "Bearer " + one.token(who)})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text[:1] == b"{" else text

    def test_a_session_made_on_one_node_is_valid_on_the_other_until_it_ends(self):
        two.tokens["guest"] = one.token(CLERK)
        self.assertEqual(two.ask("GET", "/session", who="guest")[0], 200)
        status, answer, _ = one.ask("POST", "/session", {"username": PROVINCE, "password": one.passwords[PROVINCE]})
        self.assertEqual(status, 201, answer)
        one.tokens["short"] = two.tokens["short"] = answer["token"]
        self.assertEqual(two.ask("GET", "/session", who="short")[0], 200)
        self.assertEqual(one.ask("DELETE", "/session", who="short")[0], 204)
        self.assertEqual(two.ask("GET", "/session", who="short")[0], 401)

    def test_a_change_of_rights_on_one_node_holds_on_the_other_before_the_call_returns(self):
        root = one.ask("GET", "/session", who=PROVINCE)[1]["scopes"][0]["node"]["code"]
        two.tokens["clerk"] = one.token(CLERK)
        few = two.ask("GET", f"{PROJECT}?limit=1&count=exact", who="clerk")[1]["count"]
        for _ in range(25):
            grant = {"username": CLERK, "role_code": "read_only_auditor", "node_code": root, "reach": "subtree"}
            status, made, _ = one.ask("POST", "/system/grant", grant, "secadmin")
            self.assertEqual(status, 201, made)
            many = two.ask("GET", f"{PROJECT}?limit=1&count=exact", who="clerk")[1]["count"]
            self.assertGreater(many, few)
            self.assertEqual(one.ask("DELETE", f"/system/grant/{made['id']}", who="secadmin")[0], 204)
            self.assertEqual(two.ask("GET", f"{PROJECT}?limit=1&count=exact", who="clerk")[1]["count"], few)

    def test_each_job_runs_once_on_either_node(self):
        last = int(sql("SELECT max(free_from) + 1000000 FROM ob_id"))
        sql("INSERT INTO ob_job (id, kind, title_zh, title_en, state, payload, caller, owner, owner_name, created_ms, run_at_ms)"
            f" SELECT {last} + n, 'kernel.sweep', '', '', 'waiting', '{{}}', '{{}}', 0, '', 1, 1 FROM generate_series(1, {JOBS}) n")
        sql("UPDATE ob_schedule SET next_ms = 1 WHERE id = 'kernel.sweep'")
        waiting = "SELECT count(*) FROM ob_job WHERE state IN ('waiting', 'running') OR (SELECT next_ms = 1 FROM ob_schedule WHERE id = 'kernel.sweep')"
        for _ in range(TRIES):
            if sql(waiting) == "0":
                break
        self.assertEqual(sql(f"SELECT count(*), count(*) FILTER (WHERE state = 'done' AND attempt = 1) FROM ob_job WHERE id > {last}"), f"{JOBS}|{JOBS}")
        self.assertEqual(sql("SELECT count(*), max(attempt) FROM ob_job WHERE schedule = 'kernel.sweep'"), "1|1")

    def test_z_one_node_dies_and_the_other_serves(self):
        for _ in range(6):
            self.assertEqual(self.through("GET", "/session", CLERK)[0], 200)
        one.process.kill()
        one.process.wait()
        for _ in range(20):
            status, answer = self.through("GET", f"{PROJECT}?limit=5", CLERK)
            self.assertEqual(status, 200, answer)


if __name__ == "__main__":
    unittest.main(verbosity=2)
