#!/usr/bin/env python3
"""Draws findings of the corpora for reading by hand, the same ones for the same seed.

usage: draw.py FORESHOT FOLDER [--seed N] [--count N] [--rules PREFIX…] [--lines N]

Every rule that fires is drawn once; what is left of the count is drawn from all other findings alike, so that a rule which
fires often is read more often. Prints for each finding its place, its message and the source around it, to the terminal
only: the source belongs to its package. REVIEW.md holds the verdicts.
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import fetch  # noqa: E402


def findings_of(foreshot: str, folder: pathlib.Path) -> list[dict]:
    done = subprocess.run([foreshot, "check", "--isolated", "--all-revisions", "--output-format", "json", "."], cwd=folder,
                          capture_output=True, timeout=120, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{folder.name}: exit {done.returncode}")
    found = json.loads(done.stdout)["findings"]
    for finding in found:
        finding["package"] = folder.name
    return found


def place(finding: dict) -> tuple:
    start = finding["start"]
    return (finding["package"], finding["path"], start["line"], start["column"], finding["code"], finding["message"])


def drawn(findings: list[dict], seed: int, count: int) -> list[dict]:
    # A finding's lot depends on the seed and its own place only: findings that come and go leave the other lots alone.
    def lot(finding: dict) -> str:
        package, path, line, _, code, _ = place(finding)
        return hashlib.sha256(f"{seed} {package} {path}:{line} {code}".encode()).hexdigest()

    findings = sorted(findings, key=lambda finding: (lot(finding), place(finding)))
    first = {}
    for finding in findings:
        first.setdefault(finding["code"], finding)
    # With fewer places than rules, some rules have to wait for another seed.
    picked = sorted(first.values(), key=lot)[:count]
    taken = {place(finding) for finding in picked}
    picked += [finding for finding in findings if place(finding) not in taken][: count - len(picked)]
    return sorted(picked, key=lambda finding: (finding["code"], place(finding)))


def show(finding: dict, folder: pathlib.Path, lines: int) -> None:
    start, end = finding["start"]["line"], finding["end"]["line"]
    print("=" * 100)
    print(f"{finding['package']}  {finding['path']}:{start}:{finding['start']['column']}  {finding['level']}[{finding['code']}]")
    print(finding["message"])
    for sql in finding["runs"]:
        print("  runs  " + " ".join(sql.split())[:300])
    for note in finding["notes"]:
        print("  " + note[:200])
    for related in finding["related"]:
        print(f"  {related['path']}:{related['start']['line']}  {related['message']}")
    source = (folder / finding["package"] / finding["path"]).read_text(encoding="utf-8", errors="replace").split("\n")
    for number in range(max(1, start - lines), min(len(source), min(end, start + 40) + lines) + 1):
        print(f"{'>' if start <= number <= end else ' '}{number:5} {source[number - 1][:160]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("foreshot")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--rules", nargs="*", default=[])
    parser.add_argument("--lines", type=int, default=12)
    options = parser.parse_args()
    foreshot = str(pathlib.Path(options.foreshot).resolve())
    fetch.fetch(options.folder, set())
    findings = []
    for package in sorted(fetch.pins()):
        findings += findings_of(foreshot, options.folder / package)
    if options.rules:
        findings = [finding for finding in findings if finding["code"].startswith(tuple(options.rules))]
    picked = drawn(findings, options.seed, options.count)
    for finding in picked:
        show(finding, options.folder, options.lines)
    print(f"{len(picked)} of {len(findings)} findings, {len({f['code'] for f in picked})} rules, seed {options.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
