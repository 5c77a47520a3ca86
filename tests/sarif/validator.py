"""The official validator has nothing to say about our SARIF, and its line hashes are ours.

Its exit code is 0 whatever it finds: the report is read. Notes outside a short list fail too.

    validator.py PROGRAM PROJECT WORK
"""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "build"))
import download  # noqa: E402

PROGRAM, TOUR, WORK = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve()
PACKAGE = "@microsoft/sarif-multitool-linux"
VERSION = "5.7.0"
INTEGRITY = "NxUbpq6ISCWoTQ/NfOYEwEDKq1Heka/rMoJ5R5LMydcAZQX/X7g5mWHcgxDub+0M07LC96tZ5LZHvF1Qy3gjTA=="
# Not SARIF2003: the project is in version control, and says so.
ALLOWED_NOTES = {"SARIF2002", "SARIF2004", "SARIF2006", "SARIF2012", "SARIF2013"}
OFF_BY_DEFAULT = ("GH1001", "GH1002", "GH1003", "GH1005", "GH1006", "GH1007")


WORK.mkdir(parents=True, exist_ok=True)
tool = download.npm(WORK / "multitool", PACKAGE, VERSION, INTEGRITY) / "Sarif.Multitool"
tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}


def run(*arguments):
    return subprocess.run([str(tool), *map(str, arguments)], cwd=WORK, capture_output=True, text=True, env=environment, timeout=300)


configuration = WORK / "strict.xml"
run("export-validation-config", configuration)
text = configuration.read_text()
for rule in OFF_BY_DEFAULT:
    start = text.find(f'Key="{rule}.')
    if start < 0:
        continue
    end = text.find("</Properties>", start)
    block = text[start:end]
    text = text[:start] + block.replace('Key="RuleEnabled" Value="Note"', 'Key="RuleEnabled" Value="Error"').replace('Value="Default"', 'Value="Error"').replace('Value="Disabled"', 'Value="Error"') + text[end:]
configuration.write_text(text)

project = WORK / "shop"
shutil.rmtree(project, ignore_errors=True)
shutil.copytree(TOUR, project)
(project / ".git").mkdir(exist_ok=True)
(project / ".git/HEAD").write_text("0123456789abcdef0123456789abcdef01234567\n")
(project / ".git/config").write_text('[remote "origin"]\n\turl = https://example.org/shop.git\n')


def validate(sarif, name):
    path, report = WORK / f"{name}.sarif", WORK / f"{name}-report.sarif"
    path.write_text(json.dumps(sarif) if isinstance(sarif, dict) else sarif)
    report.unlink(missing_ok=True)
    done = run("validate", path, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note", "-c", configuration, "-o", report, "--log", "ForceOverwrite")
    if not report.exists():
        sys.exit(f"the validator does not run: {(done.stdout + done.stderr).strip()[-400:]}")
    found = []
    for result in json.loads(report.read_text(encoding="utf-8-sig"))["runs"][0].get("results", []):
        level = result.get("level", "warning")
        if level in ("error", "warning") or result["ruleId"] not in ALLOWED_NOTES:
            found.append(f'{level} {result["ruleId"]}: {json.dumps(result.get("message"))[:300]}')
    return found


failures = []
for name, arguments in (("plain", []), ("suppressed", ["--show-suppressed", "--sarif-timestamps"])):
    done = subprocess.run([PROGRAM, "check", ".", "--all-revisions", "--output-format", "sarif", *arguments], cwd=project, capture_output=True, text=True)
    failures += [f"{name}: {found}" for found in validate(done.stdout, name)]
document = json.loads((WORK / "plain.sarif").read_text())

# A document that is wrong must be found wrong, or the validator was asleep.
broken = json.loads(json.dumps(document))
broken["runs"][0]["results"][0]["ruleIndex"] = 1
del broken["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"]
if len(validate(broken, "broken")) < 1:
    failures.append("the validator does not see a broken document")

# Line hashes: the tool computes its own when it can read the files.
bare = json.loads(json.dumps(document))
bare["runs"][0]["originalUriBaseIds"] = {"%SRCROOT%": {"uri": project.as_uri() + "/"}}
for result in bare["runs"][0]["results"]:
    result.pop("partialFingerprints")
(WORK / "bare.sarif").write_text(json.dumps(bare))
run("rewrite", WORK / "bare.sarif", "--insert", "RollingHashPartialFingerprints", "-o", WORK / "hashed.sarif", "--log", "ForceOverwrite")
hashed = json.loads((WORK / "hashed.sarif").read_text(encoding="utf-8-sig"))
compared = 0
for ours, theirs in zip(document["runs"][0]["results"], hashed["runs"][0]["results"]):
    wanted = theirs.get("partialFingerprints", {}).get("primaryLocationLineHash")
    compared += wanted is not None
    if wanted and wanted != ours["partialFingerprints"]["primaryLocationLineHash"]:
        failures.append(f"line hash: ours {ours['partialFingerprints']['primaryLocationLineHash']}, theirs {wanted}")
if compared < len(document["runs"][0]["results"]):
    failures.append(f"the validator computed only {compared} line hashes")

print("\n".join(f"failed: {f}" for f in failures[:40]) or "passed")
sys.exit(1 if failures else 0)
