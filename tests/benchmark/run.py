#!/usr/bin/env python3
"""Runs foreshot on a folder of migrations with measured truth and prints found and false per form.

usage: run.py FOLDER [--foreshot BIN] [--form op|sql|x] [--misses] [--family]

FOLDER holds cases/index.json and truth.tsv as described in its own README. A hazard of the op and sql forms is found
when a finding on the upgrade side of the target file claims a lock, a scan, a rewrite or a failure; a safe case is a
false alarm when one does. Findings about drops, renames, timeouts, downgrades and style are not counted. In the x form
any finding counts that names the case's cause.
"""

import argparse
import collections
import csv
import json
import pathlib
import subprocess
import sys

# Rules that claim a lock held for work, a rewrite, or a failure of the upgrade.
COUNTED_PREFIXES = ("MIG1", "MIG2")
NOT_COUNTED = {"MIG102", "MIG123", "MIG125", "MIG127", "MIG128"}
COUNTED = {"MIG301", "MIG313", "MIG401", "MIG408", "MIG505", "MIG601", "MIG602", "MIG603", "MIG610", "MIG704", "MIG705", "MIG706",
           "MIG710", "MIG711", "MIG712", "MIG713", "MIG714", "MIG716", "MIG717", "MIG719", "MIG720"}

# What the cause of an x case is called: a handle at the start of its note -> rules that name it.
CAUSES = {
    "K1": {"REV101"}, "K2": {"REV102", "REV103", "REV104"}, "K4": {"MIG501"}, "K7": {"REV108"}, "K8": {"REV109"},
    "D2": {"MIG401"}, "I10": {"MIG402"}, "D4": {"MIG413"}, "G6": {"MIG504", "MIG503"}, "A14": {"MIG704"}, "A13": {"MIG703"},
    "J1/J3": {"MIG601", "MIG602"}, "J": {"MIG604", "ORM102"}, "J6": {"MIG606"},
}


def counted(code: str) -> bool:
    return code in COUNTED or (code.startswith(COUNTED_PREFIXES) and code not in NOT_COUNTED)


def run(foreshot: str, folder: pathlib.Path) -> list[dict]:
    done = subprocess.run(
        [foreshot, "check", "--isolated", "--all-revisions", "--config", "server-version=18", "--output-format", "json", str(folder)],
        capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        print(f"{folder}: exit {done.returncode}: {done.stderr.strip()}", file=sys.stderr)
        return []
    return json.loads(done.stdout)["findings"]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--foreshot", default=str(pathlib.Path(__file__).resolve().parents[2] / "foreshot"))
    parser.add_argument("--form")
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was false")
    options = parser.parse_args()

    cases = options.folder / "cases"
    truth = {}
    with open(options.folder / "truth.tsv", encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row and not row[0].startswith("#"):
                truth[row[0], row[1]] = (row[2], row[-1])
    table = collections.defaultdict(collections.Counter)
    wrong = []
    for case in json.loads((cases / "index.json").read_text(encoding="utf-8")):
        form = case["form"]
        if options.form and form != options.form:
            continue
        kind, note = truth[case["id"], form]
        if kind not in ("hazard", "safe"):
            continue
        folder = cases / case["id"] / form
        findings = run(options.foreshot, folder)
        if form == "x":
            wanted = CAUSES.get(note.split()[0], set())
            said = [f["code"] for f in findings if f["code"] != "MIG127" and (kind == "safe" or f["code"] in wanted)]
            if kind == "safe":
                targets = {pathlib.Path(t).name for t in case["targets"]}
                said = [f["code"] for f in findings if f["code"] != "MIG127" and pathlib.Path(f["path"]).name in targets]
        else:
            targets = {pathlib.Path(t).name for t in case["targets"]}
            said = [f["code"] for f in findings if counted(f["code"]) and pathlib.Path(f["path"]).name in targets]
        table[form][kind] += 1
        if said:
            table[form]["found" if kind == "hazard" else "false"] += 1
        if bool(said) != (kind == "hazard"):
            wrong.append(f"  {form:4} {'missed' if kind == 'hazard' else 'false '} {case['id']}: {note}  {' '.join(said)}")
    print("form  hazards  found   safe  false alarms")
    for form in ("op", "sql", "x"):
        row = table[form]
        if row:
            print(f"{form:4}  {row['hazard']:7}  {row['found']:5}  {row['safe']:5}  {row['false']:12}")
    if options.misses:
        print("\n".join(wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
