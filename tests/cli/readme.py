"""What the README shows is what the program prints: its demonstration, its configuration, its suppressions, its options.

    readme.py PROGRAM ROOT
"""

import pathlib
import re
import shutil
import sys

from project import DROP_INDEX, INDEX, Project, check, equal, finish, revision

ROOT = pathlib.Path(sys.argv[2])
README = (ROOT / "README.md").read_text()
blocks = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)

# The demonstration: one finding of the tour, whole. The tour's own notes about what is expected are not part of it.
demonstration = next(text for language, text in blocks if text.startswith("$ foreshot check\n"))
p = Project(plain=False)
shutil.copytree(ROOT / "fixtures/tour", p.root, dirs_exist_ok=True)
for path in p.root.rglob("*.py"):
    path.write_text(re.sub(r"  # expect: .*$", "", path.read_text(), flags=re.M))
shown = p.run("check")
equal("the tour fails", shown.returncode, 1)
check("the demonstration is what is printed", demonstration.removeprefix("$ foreshot check\n").strip("\n") in [part.strip("\n") for part in shown.out.split("\n\n")],
      shown.out[:1500])

# The configuration is one, and every option that is named is there.
configuration = next(text for language, text in blocks if language == "toml")
p = Project({"pyproject.toml": configuration.replace("3f2b1c9d8e7a", "0001"), "table-sizes.json": '{"version": 1, "taken": "2999-01-01", "tables": []}'})
done = p.run("check", ".")
check("the configuration is understood", done.returncode in (0, 1) and done.err == "", done.err)
known = p.run("check", "--help").out + p.run("--help").out
for option in sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - {"--all", "--long"}):
    check(f"{option} is an option", option in known)
for command in sorted(set(re.findall(r"`foreshot ([a-z]+)[ `]", README))):
    check(f"{command} is a command", p.run(command, "--help").returncode == 0)

# Each form of suppression hides a finding.
suppressions = next(text for language, text in blocks if language == "python")
trailing, own_line = suppressions.split("\n")[:2]
p = Project()
for what, text in (("trailing", INDEX + "  #" + trailing.split("  #", 1)[1].replace("column-dropped", "index-without-concurrently")),
                   ("own line", re.sub(r"  +\(.*", "", own_line) + "\n" + INDEX)):
    p.write("migrations/versions/0002_index.py", revision("0002", "0001", text, DROP_INDEX))
    equal(f"the README's suppression, {what}", p.codes("."), [])

# Every link leads somewhere.
for folder, text in ((ROOT, README), (ROOT / "analyzer", (ROOT / "analyzer/README.md").read_text()), (ROOT / "fixtures", (ROOT / "fixtures/README.md").read_text())):
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        check(f"{folder.name}/README.md: {target}", (folder / target).exists())
finish()
