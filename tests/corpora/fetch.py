#!/usr/bin/env python3
"""Downloads the corpora named in pins.tsv and unpacks their source text, once.

usage: fetch.py FOLDER [PACKAGE…]

Each package becomes FOLDER/PACKAGE/…; nothing of it is installed, imported or run. A package that is there at the pinned
hash is left alone. Exit 0: all there; 77: nothing can be downloaded from here; 1: anything else.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
KEPT = (".py", ".pyi", ".sql", ".ini", ".toml", ".cfg", ".mako", ".html", ".jinja", ".jinja2", ".j2")


def pins() -> dict[str, tuple[str, str, int]]:
    rows = {}
    for line in (HERE / "pins.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version, digest, migrations = line.split("\t")
            rows[name] = (version, digest, int(migrations))
    return rows


def unpack(wheel: pathlib.Path, folder: pathlib.Path, digest: str) -> None:
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    part.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = entry.filename
            if path.endswith(KEPT) and not path.startswith("/") and ".." not in path.split("/"):
                archive.extract(entry, part)
    (part / ".stamp").write_text(digest, encoding="utf-8")
    part.rename(folder)


def fetch(target: pathlib.Path, named: set[str]) -> int:
    wanted = {}
    for name, (version, digest, _) in pins().items():
        stamp = target / name / ".stamp"
        if named and name not in named:
            continue
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
            wanted[name] = (version, digest)
    if not wanted:
        return 0
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        lines = pathlib.Path(scratch) / "lines"
        lines.write_text("".join(f"{n}=={v} --hash=sha256:{d}\n" for n, (v, d) in wanted.items()), encoding="utf-8")
        wheels = pathlib.Path(scratch) / "wheels"
        done = subprocess.run(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps", "--require-hashes",
             "--only-binary=:all:", "--ignore-requires-python", "-r", str(lines), "-d", str(wheels)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print("skipped: the corpora cannot be downloaded: " + (done.stderr.strip().splitlines() or ["?"])[-1])
            return 77
        by_digest = {hashlib.sha256(w.read_bytes()).hexdigest(): w for w in wheels.iterdir()}
        for name, (_, digest) in wanted.items():
            unpack(by_digest[digest], target / name, digest)
    return 0


if __name__ == "__main__":
    sys.exit(fetch(pathlib.Path(sys.argv[1]), set(sys.argv[2:])))
