"""Holds the list of places that really run one query per row, n_plus_one.md, against what foreshot finds there.

    n_plus_one.py FORESHOT FOLDER

What the list calls found is found, with that rule on that line; what it does not is not found yet, else the list is to be
changed. At least 60 places in at least 15 packages, four fifths of them found.
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import fetch  # noqa: E402

PLACES, PACKAGES, FOUND = 60, 15, 0.8
ROW = re.compile(r"\| (?P<package>[\w-]+) \| `(?P<path>[^`:]+):(?P<line>\d+)` \| (?P<what>[^|]+) \| (?P<rule>[A-Z]+\d+) \| (?P<found>yes|no: [^|]+) \|$")


def places() -> list[dict]:
    lines = (HERE / "n_plus_one.md").read_text(encoding="utf-8").splitlines()
    rows = [ROW.match(line) for line in lines if line.startswith("| ") and not line.startswith("| package ")]
    if not all(rows):
        raise SystemExit("n_plus_one.md: a row that is not understood")
    return [row.groupdict() for row in rows]


def findings(foreshot: str, folder: pathlib.Path, rules: set[str]) -> set[tuple]:
    done = subprocess.run([foreshot, "check", "--isolated", "--all-revisions", "--select", ",".join(sorted(rules)), "--output-format", "json", "."],
                          cwd=folder, capture_output=True, timeout=120, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{folder.name}: exit {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    found = set()
    for each in json.loads(done.stdout)["findings"]:
        found.add((each["path"], each["start"]["line"], each["code"]))
        # A finding speaks for all places that read the same of rows of one query.
        found |= {(label["path"], label["start"]["line"], each["code"]) for label in each["related"] if label["message"] == "read here too"}
    return found


def main() -> int:
    foreshot, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    rows = places()
    packages = sorted({row["package"] for row in rows})
    fetch.need(folder, set(packages))
    rules = {row["rule"] for row in rows}
    seen = {package: findings(foreshot, folder / package, rules) for package in packages}
    failures = []
    found = 0
    for row in rows:
        is_found = (row["path"], int(row["line"]), row["rule"]) in seen[row["package"]]
        found += is_found
        if is_found != (row["found"] == "yes"):
            failures.append(f"{row['package']}/{row['path']}:{row['line']}: {row['rule']} is {'said, and the list says no' if is_found else 'not said'}")
    if len(rows) < PLACES or len(packages) < PACKAGES:
        failures.append(f"{len(rows)} places in {len(packages)} packages, at least {PLACES} in {PACKAGES} are asked for")
    if found < FOUND * len(rows):
        failures.append(f"{found} of {len(rows)} places are found, at least {FOUND:.0%} are asked for")
    print(f"{found} of {len(rows)} places in {len(packages)} packages are found")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
