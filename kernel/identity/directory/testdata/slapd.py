#!/usr/bin/env python3
"""A real slapd on loopback with a temporary tree and certificates of its own. Standard library only.

As a program: slapd.py FOLDER [good|name|expired] writes FOLDER/port, FOLDER/tls_port, FOLDER/pid and FOLDER/ready, and
ends slapd when its standard input closes.
"""
import pathlib
import socket
import subprocess
import sys
import time

BASE, ADMIN, ADMIN_PASSWORD = "dc=example,dc=net", "cn=reader,dc=example,dc=net", "reader-Secret-1"
PASSWORD = "Directory-9-key"
TREE = """
dn: dc=example,dc=net
objectClass: dcObject
objectClass: organization
o: example

dn: ou=people,dc=example,dc=net
objectClass: organizationalUnit

dn: ou=groups,dc=example,dc=net
objectClass: organizationalUnit
"""


def person(uid, name, unit, more="", where="ou=people"):
    return f"""
dn: cn={name},{where},{BASE}
objectClass: inetOrgPerson
uid: {uid}
sn: {name}
departmentNumber: {unit}
telephoneNumber: 0512-5733
userPassword: {PASSWORD}
{more}"""


def group(name, *members):
    return f"\ndn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\n" + "".join(
        f"member: cn={member},ou=people,{BASE}\n" for member in members)


PEOPLE = (person("zhang.san", "Zhang San (1)", "U1") + person("li.si", "Li Si", "U1", "employeeType: left\n") +
          person("wang.wu", "Wang Wu", "U9") + person("twin", "Twin A", "U1") + person("twin", "Twin B", "U1"))
GROUPS = group("clerks", "Zhang San (1)", "Li Si", "Wang Wu")
REFERRAL = f"\ndn: ou=elsewhere,{BASE}\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: ldap://127.0.0.1:9/ou=elsewhere,{BASE}\n"


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr}")
    return done.stdout


def certificates(folder):
    """ca.pem vouches for good, name (for another host) and expired; other.pem for none of them."""
    for name in ("ca", "other"):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
            f"/CN=test {name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem")
    for name, host, days in (("good", "IP:127.0.0.1", "30"), ("name", "DNS:elsewhere.example.net", "30"), ("expired", "IP:127.0.0.1", "-1")):
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout",
            f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
        (folder / "extensions").write_text(f"subjectAltName={host}\n")
        run("openssl", "x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key",
            "-CAcreateserial", "-days", days, "-extfile", f"{folder}/extensions", "-out", f"{folder}/{name}.pem")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slapd:
    def __init__(self, folder, certificate="good", extra=""):
        self.folder, self.process = pathlib.Path(folder), None
        certificates(self.folder)
        (self.folder / "db").mkdir()
        (self.folder / "reader.password").write_text(ADMIN_PASSWORD + "\n")
        (self.folder / "slapd.conf").write_text(f"""
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_anon_dn bind_anon_cred
TLSCACertificateFile {self.folder}/ca.pem
TLSCertificateFile {self.folder}/{certificate}.pem
TLSCertificateKeyFile {self.folder}/{certificate}.key
database mdb
suffix "{BASE}"
rootdn "{ADMIN}"
rootpw {ADMIN_PASSWORD}
directory {self.folder}/db
maxsize 16777216
""")
        (self.folder / "tree.ldif").write_text(TREE + PEOPLE + GROUPS + extra)
        run("/usr/sbin/slapadd", "-f", f"{self.folder}/slapd.conf", "-l", f"{self.folder}/tree.ldif")
        self.port = self.tls_port = 0

    def start(self):
        """Ports stay the same over a restart; at first, another pair is tried when somebody was faster."""
        for _ in range(5):
            ports = (self.port, self.tls_port) if self.port else (free_port(), free_port())
            self.process = subprocess.Popen(
                ["/usr/sbin/slapd", "-d", "0", "-f", self.folder / "slapd.conf", "-h",
                 f"ldap://127.0.0.1:{ports[0]} ldaps://127.0.0.1:{ports[1]}"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(300):
                if self.process.poll() is not None:
                    break
                try:
                    socket.create_connection(("127.0.0.1", ports[1]), 1).close()
                    self.port, self.tls_port = ports
                    return self
                except OSError:
                    time.sleep(0.1)
        raise RuntimeError("slapd did not start")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def modify(self, ldif):
        run("ldapmodify", "-x", "-H", f"ldap://127.0.0.1:{self.port}", "-D", ADMIN, "-w", ADMIN_PASSWORD, text=ldif)

    def settings(self):
        """The keys of the configuration that use this directory."""
        return {"directory.url": f"ldap://127.0.0.1:{self.port}", "directory.ca_file": self.folder / "ca.pem", "directory.bind_dn": ADMIN,
                "directory.bind_password_file": self.folder / "reader.password", "directory.user_base": f"ou=people,{BASE}",
                "directory.group_base": f"ou=groups,{BASE}", "directory.disabled_filter": "(employeeType=left)"}


def main():
    folder = pathlib.Path(sys.argv[1])
    served = Slapd(folder, sys.argv[2] if len(sys.argv) > 2 else "good", REFERRAL).start()
    for name, value in (("port", served.port), ("tls_port", served.tls_port), ("pid", served.process.pid), ("ready", 1)):
        (folder / name).write_text(str(value))
    print("ready", flush=True)
    sys.stdin.read()
    served.stop()


if __name__ == "__main__":
    main()
