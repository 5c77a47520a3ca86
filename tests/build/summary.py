"""Prints what the runs of ./test came to: what was skipped and why, what failed, and one line to end with.

    summary.py --seconds N [--part=NAME=N…] [--not-asked OPTIONS] TREE=JUNIT-FILE…

The files are those of ctest --output-junit. What sanitizers say lies beside them in reports/, a file for each process.
Exits with 1 when a test failed, a run left no file, or a sanitizer said something.
"""

import argparse
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

# How a skipped test says why: foreshot's own tests, then GoogleTest (whose reason follows the place).
REASON = re.compile(r"^skipped: (.+)$|^\S+:\d+: Skipped\n(.+)$", re.MULTILINE)


def reason(case):
    match = REASON.search(case.findtext("system-out") or "")
    return (match.group(1) or match.group(2)).strip() if match else "no reason given"


def said(path):
    """What a sanitizer's report comes to: its summary, else its first line that says something."""
    lines = [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip(" =")]
    return next((line for line in lines if line.startswith("SUMMARY: ") or ": runtime error: " in line), (lines or ["nothing"])[0])


def duration(seconds):
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min {seconds % 60} s"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, required=True)
    options.add_argument("--part", action="append", default=[])
    options.add_argument("--not-asked")
    options.add_argument("reports", nargs="+")
    arguments = options.parse_args()

    passed, failed, skipped, broken, reported = 0, [], [], [], []
    for report in arguments.reports:
        tree, path = report.split("=", 1)
        reported += [(tree, file) for file in sorted((pathlib.Path(path).parent / "reports").glob("*")) if file.stat().st_size]
        try:
            cases = ElementTree.parse(path).getroot().findall("testcase")
        except (OSError, ElementTree.ParseError):
            broken.append(tree)
            continue
        for case in cases:
            name = case.get("name") if tree == "build" else f"{case.get('name')} ({tree})"
            status = case.get("status")
            if status == "run":
                passed += 1
            elif case.find("skipped") is not None and "SKIP" in (case.find("skipped").get("message") or ""):
                skipped.append((name, reason(case)))
            elif status != "disabled":
                failed.append(name)

    print()
    for name, why in skipped:
        print(f"skipped: {name}: {why}")
    for name in failed:
        print(f"failed: {name}")
    for tree in broken:
        print(f"failed: ctest left no report for {tree}")
    for tree, file in reported[:20]:
        print(f"failed: {tree}: {said(file)}: {file}")
    if len(reported) > 20:
        print(f"failed: {len(reported) - 20} more reports of sanitizers")
    parts = [(name, int(seconds)) for name, seconds in (part.rsplit("=", 1) for part in arguments.part)]
    if sum(seconds for _, seconds in parts) >= 60:
        print("time: " + ", ".join(f"{name} {duration(seconds)}" for name, seconds in parts if seconds))
    line = f"./test: {passed} passed, {len(failed) + len(reported)} failed, {len(skipped)} skipped in {duration(arguments.seconds)}"
    if arguments.not_asked:
        line += f" (more with {arguments.not_asked})"
    print(line)
    return 1 if failed or broken or reported else 0


if __name__ == "__main__":
    sys.exit(main())
