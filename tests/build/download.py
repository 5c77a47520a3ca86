"""Downloads for the tests that are real: tried again after a pause, and a test that has to do without says why.

    download.py environment FOLDER REQUIREMENT…    a virtual environment that holds these packages and what they need
    download.py npm FOLDER NAME VERSION INTEGRITY  one npm package's files, unpacked; nothing of it is run
    download.py run WHAT COMMAND…                  any command that downloads

What is in FOLDER already, at the same pins, costs nothing. Exit 77, after a line "skipped: <why>", when it cannot be had.
"""

import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import venv

PAUSES = (5, 20, 60)  # seconds before the second, third and fourth try


def skip(why: str):
    print("skipped:", why, flush=True)
    sys.exit(77)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1][-300:]


def tried(command: list, what: str, **options) -> subprocess.CompletedProcess:
    """Runs a command that downloads, again after pauses; skips the test when it fails to the end."""
    for pause in (*PAUSES, None):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
        if done.returncode == 0:
            return done
        if pause is None:
            skip(f"{what} could not be downloaded: {last_line(done.stderr or done.stdout)}")
        print(f"{what}: {last_line(done.stderr or done.stdout)}: next try in {pause} s", flush=True)
        time.sleep(pause)
    raise AssertionError("the last try has no pause")


def environment(folder: pathlib.Path, requirements: list[str]) -> pathlib.Path:
    """The Python of a virtual environment with these packages."""
    python = folder / "bin" / "python"
    stamp = folder / "ready"
    pins = "\n".join(requirements)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == pins:
        return python
    try:
        venv.create(folder, with_pip=True, clear=True)
    except subprocess.CalledProcessError:
        skip("python3 cannot make virtual environments (package python3-venv)")
    if requirements:
        tried([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements], " ".join(requirements))
    stamp.write_text(pins, encoding="utf-8")
    return python


def npm(folder: pathlib.Path, name: str, version: str, integrity: str) -> pathlib.Path:
    """The folder with the files of one npm package, whose archive has that hash (sha512, in base64)."""
    stamp = folder / "ready"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == integrity:
        return folder
    if shutil.which("npm") is None:
        skip("there is no npm")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        tried(["npm", "pack", "--silent", f"{name}@{version}"], f"{name} {version}", cwd=scratch)
        [archive] = pathlib.Path(scratch).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != integrity:
            print(f"{name} {version} has another hash than the pinned one: {found}")
            sys.exit(1)
        unpacked = pathlib.Path(scratch) / "unpacked"
        with tarfile.open(archive) as content:
            content.extractall(unpacked, members=safe(content))
        shutil.rmtree(folder, ignore_errors=True)
        (unpacked / "package").rename(folder)
    stamp.write_text(integrity, encoding="utf-8")
    return folder


def safe(archive: tarfile.TarFile):
    for member in archive:
        if member.isfile() and ".." not in member.name.split("/") and not os.path.isabs(member.name):
            yield member


if __name__ == "__main__":
    kind, first, *rest = sys.argv[1:]
    if kind == "environment":
        environment(pathlib.Path(first), rest)
    elif kind == "npm":
        npm(pathlib.Path(first), *rest)
    else:
        tried(rest, first)
