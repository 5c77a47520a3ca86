#!/usr/bin/env python3
"""Runs foreshot on every corpus and compares the number of findings of each rule with counts.json.

usage: run.py FORESHOT FOLDER

For each package: exit 0 or 1, a coverage line, the same bytes with one and with eight threads, and the counted findings
of the golden (UPDATE_GOLDENS=1 writes it; refused where CI is set). Over all: at least 99.9 % of op calls with their table
known and 98 % of SQL sites resolved (the aim is 92 %).
"""

import collections
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import fetch  # noqa: E402

SECONDS = 120  # one package; a hang is a failure


def check(foreshot: str, folder: pathlib.Path, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run([foreshot, "check", "--isolated", "--all-revisions", *more, "."], cwd=folder, capture_output=True,
                          timeout=SECONDS, check=False)


def main() -> int:
    foreshot, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    fetch.need(folder, set())
    counts, failures = {}, []
    totals = collections.Counter()
    for name in sorted(fetch.pins()):
        one = check(foreshot, folder / name, "--output-format", "json", "-j", "1")
        eight = check(foreshot, folder / name, "--output-format", "json", "-j", "8")
        if one.returncode not in (0, 1):
            failures.append(f"{name}: exit {one.returncode}: {one.stderr.decode(errors='replace')[-300:]}")
            continue
        if one.stdout != eight.stdout:
            failures.append(f"{name}: one and eight threads print different findings")
        document = json.loads(one.stdout)
        counts[name] = dict(sorted(collections.Counter(f["code"] for f in document["findings"]).items()))
        coverage = document["summary"].get("coverage")
        if coverage is None:
            failures.append(f"{name}: no coverage")
            continue
        totals.update(coverage)
    golden = HERE / "counts.json"
    text = json.dumps(counts, indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDENS") and not os.environ.get("CI"):
        golden.write_text(text, encoding="utf-8")
    elif not golden.exists() or golden.read_text(encoding="utf-8") != text:
        old = json.loads(golden.read_text(encoding="utf-8")) if golden.exists() else {}
        for name in sorted(set(old) | set(counts)):
            before, after = old.get(name, {}), counts.get(name, {})
            changed = {c: (before.get(c, 0), after.get(c, 0)) for c in {*before, *after} if before.get(c) != after.get(c)}
            if changed:
                failures.append(f"{name}: counts differ (golden, now): {changed}; UPDATE_GOLDENS=1 writes them")
    ops, sql = totals["operations"], totals["sql_sites"]
    print(f"{len(counts)} packages; op calls with table known {totals['operations_known']} of {ops}"
          f" ({100 * totals['operations_known'] / max(ops, 1):.2f} %); SQL sites resolved {totals['sql_resolved']} of {sql}"
          f" ({100 * totals['sql_resolved'] / max(sql, 1):.2f} %)")
    if ops and totals["operations_known"] < 0.999 * ops:
        failures.append("fewer than 99.9 % of op calls have a known table")
    if sql and totals["sql_resolved"] < 0.98 * sql:
        failures.append("fewer than 98 % of SQL sites are resolved")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
