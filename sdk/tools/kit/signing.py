"""obsdk keygen, sign and verify. Signatures are made and checked by the openssl program: Ed25519, or SM2 with SM3."""
import base64
import hashlib
import json
import os
import pathlib
import re
import subprocess
import tempfile

ALGORITHMS = {"ed25519": [], "sm2-sm3": ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]}


class SigningFailed(Exception):
    """What openssl said, or what is wrong with a key or a package."""


def openssl(*arguments, data=None):
    try:
        done = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=False)
    except FileNotFoundError as missing:
        raise SigningFailed("openssl is not installed; install it") from missing
    return done


def made(*arguments, data=None):
    done = openssl(*arguments, data=data)
    if done.returncode != 0:
        raise SigningFailed(done.stderr.decode("utf-8", "replace").strip() or "openssl failed")
    return done.stdout


def digest(data):
    return {"sha256": hashlib.sha256(data).hexdigest(), "sm3": hashlib.new("sm3", data).hexdigest()}


def canonical(manifest):
    """The bytes that are signed and shipped: sorted members, no blanks, UTF-8."""
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def members_once(path):
    """Reads a JSON file; ValueError for a key that stands twice in one object, of which a reader would drop one in silence."""
    def members(pairs):
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise ValueError(f"the key \"{twice}\" stands twice in one object; remove one")
        return dict(pairs)

    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=members)


def with_digests(package):
    """The manifest with the digests of every other file of the package."""
    try:
        manifest = members_once(package / "plugin.json")
    except (OSError, ValueError) as problem:
        raise SigningFailed(f"{package / 'plugin.json'}: {problem}") from problem
    files = sorted(path for path in package.rglob("*") if path.is_file() and path not in (package / "plugin.json", package / "SIGNATURE"))
    manifest["digest"] = {str(path.relative_to(package)): digest(path.read_bytes()) for path in files}
    return manifest


def keygen(arguments):
    """<id>.key (private, only for its owner) and <id>.json (a ring with the public key, for plugins.keys)."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", arguments.id):
        raise SigningFailed(f"'{arguments.id}' is no key id: up to 64 letters, digits, dots, hyphens and underscores")
    folder = arguments.out
    private, ring = folder / f"{arguments.id}.key", folder / f"{arguments.id}.json"
    if private.exists() or ring.exists():
        raise SigningFailed(f"{private} or {ring} is there already; keys are never overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    pem = made("genpkey", "-algorithm", "ED25519" if arguments.algorithm == "ed25519" else "SM2")
    with open(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(json.dumps({"key": arguments.id, "algorithm": arguments.algorithm, "private_key": pem.decode()}).encode() + b"\n")
    entry = {"id": arguments.id, "algorithm": arguments.algorithm, "public_key": made("pkey", "-pubout", data=pem).decode(),
             "plugins": arguments.plugin, "capabilities": arguments.capability}
    ring.write_text(json.dumps({"keys": [entry]}, indent=2) + "\n", encoding="utf-8")
    print(f"{private}: keep it secret\n{ring}: for the key ring of a server; its administrator narrows plugins and capabilities")
    return 0


def sign_bytes(key_file, data):
    try:
        key = json.loads(pathlib.Path(key_file).read_text(encoding="utf-8"))
        options = ALGORITHMS[key["algorithm"]]
    except (OSError, ValueError, KeyError) as problem:
        raise SigningFailed(f"{key_file} is no key of obsdk keygen: {problem}") from problem
    with tempfile.TemporaryDirectory(prefix="obsdk-") as folder:
        pem, text = pathlib.Path(folder) / "key", pathlib.Path(folder) / "text"
        pem.touch(0o600)
        pem.write_text(key["private_key"], encoding="utf-8")
        text.write_bytes(data)
        signature = made("pkeyutl", "-sign", "-rawin", *options, "-inkey", pem, "-in", text)
    return {"key": key["key"], "algorithm": key["algorithm"], "signature": base64.urlsafe_b64encode(signature).rstrip(b"=").decode()}


def sign(arguments):
    """Writes digests into plugin.json, and SIGNATURE over its bytes."""
    package = arguments.package.resolve()
    text = canonical(with_digests(package))
    signature = sign_bytes(arguments.key, text)
    (package / "plugin.json").write_bytes(text)
    (package / "SIGNATURE").write_text(json.dumps(signature) + "\n", encoding="utf-8")
    print(f"{package}: signed by {signature['key']}")
    return 0


def ring_of(path):
    path = pathlib.Path(path)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return {key["id"]: key for file in files for key in json.loads(file.read_text(encoding="utf-8"))["keys"]}


def allowed(patterns, text):
    return any(text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern for pattern in patterns)


def findings(package, keys):
    """Sentences on what is wrong with the signature of a package; none when it holds. `keys` is a ring, or None."""
    try:
        signature = json.loads((package / "SIGNATURE").read_text(encoding="utf-8"))
        raw = base64.urlsafe_b64decode(signature["signature"] + "=" * (-len(signature["signature"]) % 4))
        options = ALGORITHMS[signature["algorithm"]]
    except (OSError, ValueError, KeyError) as problem:
        return [f"SIGNATURE is no signature ({problem}). Sign the package with obsdk sign"]
    text = (package / "plugin.json").read_bytes()
    manifest = json.loads(text)
    out = [] if with_digests(package).get("digest") == manifest.get("digest") else ["the files are not those that were signed. Sign again"]
    if keys is None:
        return out
    key = keys.get(signature["key"])
    if key is None or key["algorithm"] != signature["algorithm"]:
        return out + [f"the key {signature['key']} is not in the ring. Add its public key when you trust its owner"]
    with tempfile.TemporaryDirectory(prefix="obsdk-") as folder:
        names = {name: pathlib.Path(folder) / name for name in ("key", "text", "signature")}
        names["key"].write_text(key["public_key"], encoding="utf-8")
        names["text"].write_bytes(text)
        names["signature"].write_bytes(raw)
        done = openssl("pkeyutl", "-verify", "-rawin", *options, "-pubin", "-inkey", names["key"], "-in", names["text"], "-sigfile", names["signature"])
    if done.returncode != 0:
        out.append("the signature does not fit plugin.json. Sign again, or get the package again")
    if not allowed(key["plugins"], manifest["id"]):
        out.append(f"the key {key['id']} may not sign the plugin {manifest['id']}. Allow it in the ring, or sign with another key")
    out += [f"the capability {name} is more than the key {key['id']} may give. Allow it in the ring, or ask for less"
            for name in manifest.get("capabilities", []) if not allowed(key["capabilities"], name)]
    return out


def verify(arguments):
    try:
        keys = ring_of(arguments.keys)
    except (OSError, ValueError, KeyError) as problem:
        raise SigningFailed(f"{arguments.keys} is no key ring: {problem}") from problem
    bad = findings(arguments.package.resolve(), keys)
    for finding in bad:
        print(f"{arguments.package}: {finding}")
    if not bad:
        print(f"{arguments.package}: the signature holds")
    return 1 if bad else 0
