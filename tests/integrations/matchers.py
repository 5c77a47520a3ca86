#!/usr/bin/env python3
"""Tries the problem matchers' expressions on what the program prints. usage: matchers.py FORESHOT ROOT

Every finding of the JSON output must be found once by an expression in the full and in the concise text, with its path,
line, column, level, code and message; and nothing else may be found.
"""

import json
import pathlib
import re
import subprocess
import sys


def run(foreshot: str, root: pathlib.Path, form: str) -> str:
    done = subprocess.run([foreshot, "check", "--output-format", form, "fixtures/tour"], cwd=root, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 1, done.stderr
    assert "\x1b" not in done.stdout, "colour in piped output"
    return done.stdout


def main() -> int:
    foreshot, root = sys.argv[1], pathlib.Path(sys.argv[2])
    findings = json.loads(run(foreshot, root, "json"))["findings"]
    wanted = sorted((f["path"], str(f["start"]["line"]), str(f["start"]["column"]), f["level"], f["code"], f["message"]) for f in findings)
    assert wanted, "the tour has findings"
    github = json.loads((root / "integrations/github-matcher.json").read_text(encoding="utf-8"))["problemMatcher"]
    code = json.loads((root / "integrations/vscode-tasks.json").read_text(encoding="utf-8"))["tasks"][0]["problemMatcher"]["pattern"]
    matchers = {"github": [(m["pattern"][0], m.get("severity")) for m in github], "vscode": [(code, None)]}
    for form in ("full", "concise"):
        lines = run(foreshot, root, form).splitlines()
        for name, patterns in matchers.items():
            found = []
            for line in lines:
                for pattern, fixed in patterns:
                    match = re.match(pattern["regexp"], line)
                    if match:
                        level = match[pattern["severity"]] if "severity" in pattern else "info"
                        assert fixed in (None, "notice")
                        found.append((match[pattern["file"]], match[pattern["line"]], match[pattern["column"]], level,
                                      match[pattern["code"]], match[pattern["message"]]))
                        assert (root / match[pattern["file"]]).exists(), line
            if sorted(found) != wanted:
                print(f"{name} on {form}: only in text {sorted(set(found) - set(wanted))[:3]}, only in JSON {sorted(set(wanted) - set(found))[:3]}")
                return 1
    print(f"{len(wanted)} findings, found by both matchers in both texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
