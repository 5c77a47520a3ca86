"""Compares what the walk leaves out with `git check-ignore` on trees of odd names and patterns."""

import itertools
import random
import shutil
import subprocess

from project import Project, check, equal, finish

if shutil.which("git") is None:
    print("skipped: there is no git")
    raise SystemExit(77)

PARTS = ["a", "b", "ab", "a b", "#c", "!d", "x.py", "build2", "é"]
PATTERNS = ["a", "/a", "a/", "/a/", "*.py", "!x.py", "a/*", "a/**", "**/b", "a/**/b", "!a/b/", "\\#c*", "\\!d*", "[ab]", "[!a]b*", "a\\ b/", "?",
            "# comment", "", "b/x.py", "/b/**", "**/a/b/", "*", "!*/", "ab/  ", "é", "*b", "a*/x*", "**", "!**/x.py", "[a-c]/"]


def paths(generator):
    found = set()
    for depth in (1, 2, 3):
        for _ in range(12):
            folder = "/".join(generator.choice(PARTS) for _ in range(depth))
            found.add(f"{folder}/{generator.choice(['m.py', 'x.py', 'b.py', 'é.py'])}")
    return sorted(found)


for seed in range(40):
    generator = random.Random(seed)
    p = Project(plain=False)
    files = []
    for path in paths(generator):
        try:
            p.write(path, "pass\n")
            files.append(path)
        except (NotADirectoryError, IsADirectoryError, FileExistsError):
            pass
    ends = "\n" if seed % 3 else "\r\n"
    p.write(".gitignore", ends.join(generator.sample(PATTERNS, 4)) + ends)
    nested = generator.choice(files).split("/")[0]
    p.write(f"{nested}/.gitignore", "\n".join(generator.sample(PATTERNS, 3)))
    subprocess.run(["git", "init", "-q", "."], cwd=p.root, check=True)
    kept = subprocess.run(["git", "-c", "core.excludesFile=/dev/null", "ls-files", "-z", "--others", "--exclude-standard", "*.py"], cwd=p.root, capture_output=True, check=True)
    wanted = sorted(x for x in kept.stdout.decode().split("\0") if x)
    done = p.run("check", ".", "--show-files", "--config", "exclude = ['.git']")
    equal(f"seed {seed}: {(p.root / '.gitignore').read_text()!r}, in {nested}: {(p.root / nested / '.gitignore').read_text()!r}", sorted(done.out.splitlines()), wanted)
finish()
