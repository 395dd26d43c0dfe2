"""Facts of a shared library, read with readelf; nothing of the library is run."""
import re
import subprocess


def readelf(library, *options):
    done = subprocess.run(["readelf", "-W", *options, str(library)], capture_output=True, text=True, check=False, errors="replace")
    if done.returncode != 0 or "Error: Not an ELF file" in done.stderr:
        raise ValueError(done.stderr.strip().splitlines()[0] if done.stderr.strip() else "not an ELF file")
    return done.stdout


class Library:
    """exported: names; undefined: (name, version, weak); plus the dynamic section, segments and notes."""

    def __init__(self, path):
        self.path = path
        self.exported, self.undefined, self.unique = [], [], []
        self.read_symbols()
        self.dynamic = readelf(path, "--dynamic")
        self.segments = readelf(path, "--program-headers")
        self.notes = self.read_notes()

    def read_symbols(self):
        for line in readelf(self.path, "--dyn-syms").splitlines():
            parts = line.split()
            if len(parts) < 8 or not parts[0].rstrip(":").isdigit():
                continue
            bind, visibility, section, name = parts[4], parts[5], parts[6], parts[7]
            bare, _, version = name.partition("@")
            if section == "UND":
                self.undefined.append((bare, version.lstrip("@"), bind == "WEAK"))
            elif bind in ("GLOBAL", "WEAK", "UNIQUE") and visibility in ("DEFAULT", "PROTECTED") and section != "ABS":
                self.exported.append(bare)
            if bind == "UNIQUE":
                self.unique.append(bare)

    def entries(self, tag):
        """Values of a dynamic tag: text in brackets, or the rest of the line."""
        out = []
        for line in self.dynamic.splitlines():
            match = re.search(rf"\({tag}\)\s+(.*)$", line)
            if match:
                bracket = re.search(r"\[(.*)\]", match.group(1))
                out.append(bracket.group(1) if bracket else match.group(1).strip())
        return out

    def flags(self):
        return " ".join(self.entries("FLAGS") + self.entries("FLAGS_1"))

    def stack_executable(self):
        for line in self.segments.splitlines():
            if "GNU_STACK" in line:
                return "E" in line.split()[-2]
        return True

    def writable_code(self):
        return any("LOAD" in line and re.search(r"\bRWE\b", line) for line in self.segments.splitlines())

    def read_notes(self):
        """(owner, type, bytes) of every note."""
        out = []
        for section in ("", ".note.onebudget"):
            options = ["--notes"] if not section else ["--hex-dump", section]
            try:
                text = readelf(self.path, *options)
            except ValueError:
                continue
            if not section:
                self.build_id = "Build ID:" in text
            else:
                out = parse_notes(hex_bytes(text))
        return out


def hex_bytes(text):
    data = b""
    for line in text.splitlines():
        match = re.match(r"\s+0x[0-9a-f]+ ((?:[0-9a-f]{2,8} ){1,4})", line)
        if match:
            data += bytes.fromhex(match.group(1).replace(" ", ""))
    return data


def parse_notes(data):
    out, at = [], 0
    while at + 12 <= len(data):
        name_size, size, kind = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (0, 4, 8))
        name_at = at + 12
        bytes_at = name_at + (name_size + 3) // 4 * 4
        if bytes_at + size > len(data):
            break
        out.append((data[name_at:name_at + name_size].rstrip(b"\0").decode("utf-8", "replace"), kind, data[bytes_at:bytes_at + size]))
        at = bytes_at + (size + 3) // 4 * 4
    return out
