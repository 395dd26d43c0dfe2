"""obsdk new, build, test and pack."""
import gzip
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

from kit import signing
from kit.check import Checker


class Refusal(Exception):
    """What cannot be done, and what to do about it."""


def words(identifier):
    return identifier.replace("_", " ").capitalize()


def new(sdk, arguments):
    """Copies the template; @ID@, @CLASS@, @TITLE_ZH@, @TITLE_EN@ and @VENDOR@ are replaced in names and contents."""
    identifier = arguments.id
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,31}", identifier):
        raise Refusal(f"'{identifier}' is no plugin id: 2 to 32 lower-case letters, digits and underscores, beginning with a letter")
    target = (arguments.dir or pathlib.Path(identifier)).resolve()
    if target.exists() and any(target.iterdir()):
        raise Refusal(f"{target} is not empty; choose another folder with --dir")
    values = {"@ID@": identifier, "@CLASS@": "".join(part.capitalize() for part in identifier.split("_")),
              "@TITLE_ZH@": arguments.title_zh or identifier, "@TITLE_EN@": arguments.title_en or words(identifier), "@VENDOR@": arguments.vendor}
    template = sdk / "templates/plugin"
    for path in sorted(template.rglob("*")):
        if path.is_dir():
            continue
        name = str(path.relative_to(template)).removesuffix(".in")
        text = path.read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(key, value)
            name = name.replace(key, value)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    print(f"{target}\nNext: cd {target.name} && obsdk build && obsdk test")
    return 0


def prefix_of(sdk):
    """The prefix of an installed kit, or nothing inside the source tree."""
    return sdk.parents[2] if (sdk.parents[2] / "lib/cmake/OneBudget").is_dir() else None


def run(*command):
    return subprocess.run([str(part) for part in command], check=False).returncode


def build(sdk, arguments):
    folder = arguments.dir.resolve()
    if not (folder / "plugin.json").is_file():
        raise Refusal(f"{folder} has no plugin.json; go into the plugin's folder or name it")
    prefix = prefix_of(sdk)
    options = [f"-DCMAKE_PREFIX_PATH={prefix}"] if prefix else []
    # CMake's own choice is make, which the kit does not ask for; a folder that is configured keeps what it has.
    if shutil.which("ninja") and "CMAKE_GENERATOR" not in os.environ and not (folder / "build/CMakeCache.txt").is_file():
        options += ["-G", "Ninja"]
    done = run("cmake", "-S", folder, "-B", folder / "build", *options) or run("cmake", "--build", folder / "build", "--parallel", os.cpu_count() or 2)
    if done == 0:
        manifest = json.loads((folder / "plugin.json").read_text(encoding="utf-8"))
        print(f"package: {folder / 'build/plugins' / manifest['id'] / manifest['version']}")
    return 1 if done else 0


def test(_, arguments):
    folder = arguments.dir.resolve() / "build"
    if not folder.is_dir():
        raise Refusal(f"{folder} is not there; run obsdk build first")
    return run("ctest", "--test-dir", folder, "--output-on-failure")


def pack(sdk, arguments):
    """A reproducible archive: sorted names, no owners, no times."""
    package = arguments.package.resolve()
    results = Checker(sdk, package).run()
    failed = [finding for result in results if result["level"] == "fail" and result["check"] != 3 for finding in result["findings"]]
    if failed:
        raise Refusal("the package does not pass its checks:\n  " + "\n  ".join(failed))
    manifest = signing.with_digests(package)
    text = signing.canonical(manifest)
    contents = [("plugin.json", text)]
    if arguments.key:
        contents.append(("SIGNATURE", (json.dumps(signing.sign_bytes(arguments.key, text)) + "\n").encode()))
    contents += [(name, (package / name).read_bytes()) for name in manifest["digest"]]
    out = arguments.out or pathlib.Path(f"{manifest['id']}-{manifest['version']}.obp")
    with open(out, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in contents:
            info = tarfile.TarInfo(f"{manifest['id']}/{manifest['version']}/{name}")
            info.size, info.mode, info.mtime = len(data), 0o755 if name.endswith(".so") else 0o644, 0
            archive.addfile(info, io.BytesIO(data))
    print(f"{out}: {len(contents)} files")
    return 0
