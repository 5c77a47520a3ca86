"""What SARIF's readers need and the official validator does not notice, one assertion each. Every assertion is shown a
document that breaks it, so that none of them can be asleep."""

import copy
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM, TOUR = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
HASH = re.compile(r"^[0-9a-f]{1,16}:[1-9]\d*$")


def results(run):
    return run["results"]


def places(run):
    for result in results(run):
        yield from result["locations"]
        yield from result.get("relatedLocations", [])


def rules(run):
    return run["tool"]["driver"]["rules"]


def regions(run):
    return [place["physicalLocation"]["region"] for place in places(run)]


def complete(region):
    return all(k in region for k in ("startLine", "startColumn", "endLine", "endColumn", "snippet")) and \
        (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])


def larger(result):
    where = result["locations"][0]["physicalLocation"]
    a, b = where["region"], where.get("contextRegion")
    return b is None or ("snippet" in b and (b["startLine"], b["startColumn"]) <= (a["startLine"], a["startColumn"])
                         and (b["endLine"], b["endColumn"]) >= (a["endLine"], a["endColumn"])
                         and (b["startLine"], b["startColumn"], b["endLine"], b["endColumn"]) != (a["startLine"], a["startColumn"], a["endLine"], a["endColumn"]))


def linked(result):
    ids = [place["id"] for place in result.get("relatedLocations", [])]
    return len(ids) == len(set(ids)) and all(f"]({i})" in result["message"]["text"] for i in ids) and \
        all(place["message"]["text"] for place in result.get("relatedLocations", []))


# A home page, or the text itself: nothing is promised to stand on the web that does not.
ADDRESS = re.compile(r"^(https://[a-z0-9.-]+|data:text/plain,[A-Za-z0-9%]+)")
URI = re.compile(r"^(?!/|\./|\.\./)[A-Za-z0-9\-._~/+@,=%]+$")
# name: (holds for a run, how to break it)
CHECKS = {
    "tool": (lambda r: r["tool"]["driver"]["version"][0].isdigit() and re.match(r"^\d+\.\d+\.\d+$", r["tool"]["driver"]["semanticVersion"])
             and len(r["tool"]["driver"]["name"].split()) <= 3 and r["tool"]["driver"]["fullName"] and ADDRESS.match(r["tool"]["driver"]["informationUri"]),
             lambda r: r["tool"]["driver"].pop("fullName")),
    "columnKind": (lambda r: r["columnKind"] == "utf16CodeUnits", lambda r: r.pop("columnKind")),
    "invocation": (lambda r: r["invocations"][0]["executionSuccessful"] is True and isinstance(r["invocations"][0]["exitCode"], int)
                   and "toolExecutionNotifications" in r["invocations"][0], lambda r: r["invocations"][0].pop("exitCode")),
    "category": (lambda r: r["automationDetails"]["id"].startswith("foreshot/") and r["automationDetails"]["id"].endswith("/"),
                 lambda r: r["automationDetails"].update(id="foreshot")),
    "rule names": (lambda r: all(re.match(r"^([A-Z][a-z0-9]*)+$", x["name"]) and len(x["name"]) <= 255 and x["name"] != x["id"] for x in rules(r)),
                   lambda r: rules(r)[0].update(name="kebab-case")),
    "rule texts": (lambda r: all(0 < len(x[k]["text"]) <= 1024 for x in rules(r) for k in ("shortDescription", "fullDescription")) and
                   all(x["help"]["text"] and x["help"]["markdown"].count("\n") > 2 and ADDRESS.match(x.get("helpUri", "https://a")) for x in rules(r)),
                   lambda r: rules(r)[0]["fullDescription"].update(text="x" * 5000)),
    "rule levels": (lambda r: all(x["defaultConfiguration"]["level"] in ("note", "warning", "error") and isinstance(x["defaultConfiguration"]["enabled"], bool) for x in rules(r)),
                    lambda r: rules(r)[0]["defaultConfiguration"].update(level="info")),
    "rule properties": (lambda r: all(len(x["properties"]["tags"]) <= 10 and x["properties"]["precision"] in ("very-high", "high", "medium", "low")
                                      and x["properties"]["problem.severity"] in ("error", "warning", "recommendation") for x in rules(r)),
                        lambda r: rules(r)[0]["properties"].update({"problem.severity": "note"})),
    "no security severity": (lambda r: not any("security-severity" in x["properties"] for x in rules(r)),
                             lambda r: rules(r)[0]["properties"].update({"security-severity": "5.0"})),
    "rules sorted": (lambda r: [x["id"] for x in rules(r)] == sorted({x["id"] for x in rules(r)}), lambda r: rules(r).reverse()),
    "rule index": (lambda r: all(rules(r)[x["ruleIndex"]]["id"] == x["ruleId"] for x in results(r)), lambda r: results(r)[0].update(ruleIndex=0, ruleId="REV109")),
    "kind and level": (lambda r: all(x["kind"] == "fail" and x["level"] in ("note", "warning", "error") for x in results(r)), lambda r: results(r)[0].update(level="none")),
    "message": (lambda r: all(x["message"]["text"].endswith(".") and "`" not in x["message"]["text"] and "id" not in x["message"] for x in results(r)),
                lambda r: results(r)[0]["message"].update(text="no period")),
    "one location": (lambda r: all(len(x["locations"]) == 1 for x in results(r)), lambda r: results(r)[0]["locations"].append(results(r)[0]["locations"][0])),
    "paths": (lambda r: all(URI.match(p["physicalLocation"]["artifactLocation"]["uri"]) and p["physicalLocation"]["artifactLocation"]["uriBaseId"] == "%SRCROOT%" for p in places(r)),
              lambda r: next(places(r))["physicalLocation"]["artifactLocation"].update(uri="./a.py")),
    "regions": (lambda r: all(complete(x) for x in regions(r)), lambda r: regions(r)[0].pop("endColumn")),
    "context": (lambda r: all(larger(x) for x in results(r)) and any("contextRegion" in x["locations"][0]["physicalLocation"] for x in results(r)),
                lambda r: results(r)[0]["locations"][0]["physicalLocation"].update(contextRegion=results(r)[0]["locations"][0]["physicalLocation"]["region"])),
    "related": (lambda r: all(linked(x) for x in results(r)) and any("relatedLocations" in x for x in results(r)),
                lambda r: next(x for x in results(r) if "relatedLocations" in x)["relatedLocations"][0].update(id=99)),
    "fingerprints": (lambda r: all(HASH.match(x["partialFingerprints"]["primaryLocationLineHash"]) and re.match(r"^[0-9a-f]{16}$", x["partialFingerprints"]["foreshot/v1"]) for x in results(r)),
                     lambda r: results(r)[0]["partialFingerprints"].update(primaryLocationLineHash="x")),
    "unique fingerprints": (lambda r: len({x["partialFingerprints"]["foreshot/v1"] for x in results(r)}) == len(results(r)),
                            lambda r: results(r)[0].update(partialFingerprints=results(r)[1]["partialFingerprints"])),
    "no other identity": (lambda r: not any("fingerprints" in x or "baselineState" in x for x in results(r)), lambda r: results(r)[0].update(baselineState="new")),
    "suppressions on all or none": (lambda r: len({"suppressions" in x for x in results(r)}) == 1, lambda r: results(r)[0].update(suppressions=[])),
    "code flows": (lambda r: all(0 < len(f["threadFlows"][0]["locations"]) <= 100 and "location" in f["threadFlows"][0]["locations"][0] for x in results(r) for f in x.get("codeFlows", [])),
                   lambda r: results(r)[0].update(codeFlows=[{"threadFlows": [{"locations": []}]}])),
    "snippets are the text": (lambda r: all(x["snippet"]["text"] for x in regions(r)), lambda r: regions(r)[0]["snippet"].update(text="")),
}


def true(holds, run):
    try:
        return bool(holds(run))
    except (KeyError, IndexError):
        return False


def sarif(folder, *arguments, cwd=None):
    done = subprocess.run([PROGRAM, "check", *(arguments or (".",)), "--all-revisions", "--output-format", "sarif"], cwd=cwd or folder, capture_output=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


failures = []
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name).resolve() / "shop"
    shutil.copytree(TOUR, folder)
    (folder / ".git").mkdir()
    raw = sarif(folder)
    document = json.loads(raw)
    if raw.startswith(b"\xef\xbb\xbf") or document["version"] != "2.1.0" or len(document["runs"]) != 1 or \
            document["$schema"] != "https://json.schemastore.org/sarif-2.1.0.json" or str(folder).encode() in raw:
        failures.append("the document's head, or a path of this machine in it")
    run = document["runs"][0]
    for what, (holds, break_it) in CHECKS.items():
        if not true(holds, run):
            failures.append(what)
            continue
        broken = copy.deepcopy(run)
        break_it(broken)
        if true(holds, broken):
            failures.append(f"{what}: the assertion does not see a broken document")
    # The same bytes from anywhere.
    for arguments, cwd in ((("..",), folder / "shop"), (("./",), folder), ((str(folder),), "/")):
        if sarif(folder, *arguments, cwd=cwd) != raw:
            failures.append(f"other bytes from {cwd} with {arguments}")
    shown = json.loads(subprocess.run([PROGRAM, "check", ".", "--all-revisions", "--show-suppressed", "--output-format", "sarif"], cwd=folder, capture_output=True).stdout)["runs"][0]
    if not all("suppressions" in x for x in results(shown)) or not any(x["suppressions"] for x in results(shown)):
        failures.append("--show-suppressed: suppressions on every result")
    # Where the files come from, and when they were looked at.
    if "versionControlProvenance" in run or "startTimeUtc" in run["invocations"][0]:
        failures.append("a .git folder that says nothing, a run without --sarif-timestamps")
    git = folder / ".git"
    commit, packed = "0123456789abcdef0123456789abcdef01234567", "f" * 40
    for what, head, config, wanted in (
            ("a branch", "ref: refs/heads/side/x\n", "https://me:secret@example.org:8443/a/b.git?token=1#x", {"repositoryUri": "https://example.org:8443/a/b.git", "revisionId": commit, "branch": "side/x"}),
            ("a packed branch", "ref: refs/heads/packed\n", "ssh://git@example.org:22/a b.git", None),
            ("a packed branch of a short address", "ref: refs/heads/packed\n", "git@example.org:a/b.git", {"repositoryUri": "ssh://example.org/a/b.git", "revisionId": packed, "branch": "packed"}),
            ("a commit", commit, "git://example.org/a", {"repositoryUri": "git://example.org/a", "revisionId": commit}),
            ("a branch before its first commit", "ref: refs/heads/none\n", "https://example.org/a", {"repositoryUri": "https://example.org/a"}),
            ("a head that leads out", "ref: refs/heads/../../config\n", "https://example.org/a", {"repositoryUri": "https://example.org/a"}),
            ("a folder as origin", commit, "/srv/secret/place.git", None),
            ("a file address as origin", commit, "file:///srv/secret/place.git", None)):
        (git / "refs/heads/side").mkdir(parents=True, exist_ok=True)
        (git / "refs/heads/side/x").write_text(commit + "\n")
        (git / "packed-refs").write_text(f"# pack-refs with: peeled\n{commit} refs/heads/other\n{packed} refs/heads/packed\n^{commit}\n")
        (git / "HEAD").write_text(head)
        (git / "config").write_text(f'[core]\n\turl = https://wrong\n[remote "up"]\n\turl = https://wrong\n[Remote "origin"]\n\tfetch = +a:b\n\tURL = "{config}" ; comment\n')
        seen = json.loads(sarif(folder))["runs"][0].get("versionControlProvenance")
        if seen != (wanted and [{**wanted, "mappedTo": {"uriBaseId": "%SRCROOT%"}}]):
            failures.append(f"origin of {what}: {seen}")
    # A linked working tree: .git is a file, refs and configuration are in the main one.
    main = pathlib.Path(name).resolve() / "main.git"
    git.rename(main)
    (main / "worktrees/shop").mkdir(parents=True)
    (main / "config").write_text('[remote "origin"]\nurl=https://example.org/a\n')
    (main / "worktrees/shop/HEAD").write_text("ref: refs/heads/packed\n")
    (main / "worktrees/shop/commondir").write_text("../..\n")
    git.write_text("gitdir: ../main.git/worktrees/shop\n")
    linked_tree = json.loads(sarif(folder))["runs"][0].get("versionControlProvenance")
    if linked_tree != [{"repositoryUri": "https://example.org/a", "revisionId": packed, "branch": "packed", "mappedTo": {"uriBaseId": "%SRCROOT%"}}]:
        failures.append(f"a linked working tree: {linked_tree}")
    before = datetime.datetime.now(datetime.timezone.utc)
    timed = json.loads(sarif(folder, ".", "--sarif-timestamps"))["runs"][0]["invocations"][0]
    times = [datetime.datetime.strptime(timed[key], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc) for key in ("startTimeUtc", "endTimeUtc")]
    slack = datetime.timedelta(seconds=1)
    if not before - slack <= times[0] <= times[1] <= datetime.datetime.now(datetime.timezone.utc) + slack:
        failures.append(f"--sarif-timestamps: {timed}")
    for path in folder.rglob("*.py"):
        path.unlink()
    empty = json.loads(sarif(folder))["runs"][0]
    if empty["results"] != [] or len(rules(empty)) < 10:
        failures.append("without findings: an empty list, and all rules")
    if [x["id"] for x in rules(empty)] != [x["id"] for x in rules(run)]:
        failures.append("which rules are listed depends on what fired")

print("\n".join(f"failed: {f}" for f in failures) or "passed")
sys.exit(1 if failures else 0)
