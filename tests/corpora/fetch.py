#!/usr/bin/env python3
"""Downloads the corpora named in pins.tsv and unpacks their source text, once.

usage: fetch.py FOLDER [PACKAGE…]

Each package becomes FOLDER/PACKAGE/…; nothing of it is installed, imported or run. A package that is there at the pinned
hash is left alone. Exit 0: all there; 77: they cannot be downloaded from here; 1: anything else.
"""

import hashlib
import pathlib
import shutil
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "build"))
import download  # noqa: E402

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


def missing(target: pathlib.Path, named: set[str]) -> dict[str, tuple[str, str]]:
    wanted = {}
    for name, (version, digest, _) in pins().items():
        stamp = target / name / ".stamp"
        if named and name not in named:
            continue
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
            wanted[name] = (version, digest)
    return wanted


def need(target: pathlib.Path, named: set[str]) -> None:
    """For the tests, which share one download: skips where it did not come."""
    if absent := missing(target, named):
        download.skip(f"{len(absent)} corpora are not in {target}: tests/corpora/fetch.py {target}")


def fetch(target: pathlib.Path, named: set[str]) -> None:
    download_missing(target, named)
    # Makes each package a project of its own, wherever the folder lies: the project of a path goes up to a repository.
    for name in pins():
        if (target / name).is_dir():
            (target / name / ".git").mkdir(exist_ok=True)


def download_missing(target: pathlib.Path, named: set[str]) -> None:
    wanted = missing(target, named)
    if not wanted:
        return
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        lines = pathlib.Path(scratch) / "lines"
        lines.write_text("".join(f"{n}=={v} --hash=sha256:{d}\n" for n, (v, d) in wanted.items()), encoding="utf-8")
        wheels = pathlib.Path(scratch) / "wheels"
        download.tried(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps", "--require-hashes",
             "--only-binary=:all:", "--ignore-requires-python", "-r", lines, "-d", wheels], "the corpora")
        by_digest = {hashlib.sha256(w.read_bytes()).hexdigest(): w for w in wheels.iterdir()}
        for name, (_, digest) in wanted.items():
            unpack(by_digest[digest], target / name, digest)


if __name__ == "__main__":
    fetch(pathlib.Path(sys.argv[1]), set(sys.argv[2:]))
