"""Compares the trees of python_dump with CPython's own, file by file, node by node, positions included.

usage: compare.py PYTHON_DUMP FOLDER... [--limit N] [--every N] [--mutate]

Both sides become the same text: kinds, names, decoded strings, arguments, byte ranges of expressions. --mutate also
damages each file (one line deleted, cut short, or a character lost) and compares only who calls it an error.
"""

import argparse
import ast
import os
import random
import re
import subprocess
import sys
import tempfile
import warnings

from writer import Unsupported, Writer


def normalised(lines):
    """The dump's lines in the form Writer makes: no ranges where CPython has none, f-strings emptied."""
    for line in lines:
        line = re.sub(r"\((arg|star|double_star|for|async_for|if)\[\d+,\d+\)", r"(\1", line) \
            if not re.match(r" *\((for|async_for|if)\[", line) else head_kept(line)
        line = re.sub(r"\(named\[\d+,\d+\) (?!\()", r"(named ", line)
        line = re.sub(r"(\(number\[\d+,\d+\)) [^\s()]+", r"\1", line)
        if re.match(r" *\((function|async_function|generator|class)\[", line) and " @(" in line:
            line = re.sub(r"\[\d+,", "[@,", line, count=1)
        yield emptied(line, "(fstring")


def head_kept(line):
    """A loop or an if keeps the range of its statement; arguments and clauses inside have none."""
    close = line.index(")") + 1
    return line[:close] + re.sub(r"\((arg|star|double_star|for|async_for|if)\[\d+,\d+\)", r"(\1", line[close:])


def emptied(line, kind):
    """Drops what an f-string holds: CPython gives its parts other ranges in every version."""
    out, at = [], 0
    while (found := line.find(kind, at)) >= 0:
        close = line.index(")", line.index(",", found)) + 1
        depth, i, inside = 1, close, False
        while depth:
            c = line[i]
            if inside and c == "\\":
                i += 1
            elif c == '"':
                inside = not inside
            elif not inside and c in "([":
                depth += c == "("
            elif not inside and c == ")":
                # `[1,2)` closes a range, not a node.
                depth -= not re.match(r".*\[\d+,\d+$", line[max(0, i - 24):i])
            i += 1
        out.append(line[at:close] + ")")
        at = i
    return "".join(out) + line[at:]


def dumps(program, paths):
    run = subprocess.run([program, "--positions"], input="\n".join(paths), capture_output=True, text=True,
                         encoding="utf-8", errors="surrogateescape", check=True)
    path = None
    for line in run.stdout.split("\n"):
        if line.startswith("file ") and path is None:
            path, problems, tree, in_tree = line[5:], [], [], False
        elif line == "end" and in_tree:
            yield path, problems, tree
            path = None
        elif line == "tree" and not in_tree:
            in_tree = True
        elif path is not None:
            (tree if in_tree else problems).append(line)


def parsed(source):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def first_difference(source, tree, dump):
    expected = list(Writer(source).statements(tree.body))
    actual = list(normalised(dump))
    for left, right in zip(expected + ["<end>"], actual + ["<end>"]):
        if left != right:
            if re.match(r" *\(case", left) and re.match(r" *\(case", right):
                continue  # patterns are read as far as it goes
            at = next((i for i, (a, b) in enumerate(zip(left, right)) if a != b), min(len(left), len(right)))
            at = max(0, at - 40)
            return f"\n    CPython  {left[at:at + 160]}\n    foreshot {right[at:at + 160]}"
    return None


def damaged(source, random_source):
    lines = source.split(b"\n")
    index = random_source.randrange(len(lines))
    choice = random_source.randrange(3)
    if choice == 0:
        del lines[index]
    elif choice == 1:
        lines[index] = lines[index][:random_source.randrange(len(lines[index]) + 1)]
    else:
        at = random_source.randrange(len(lines[index]) + 1)
        lines[index] = lines[index][:at] + lines[index][at + 1:]
    return b"\n".join(lines)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("folders", nargs="*")
    options.add_argument("--limit", type=int, default=0)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--mutate", action="store_true")
    options = options.parse_args()
    if sys.version_info < (3, 11) or sys.version_info >= (3, 12):
        print("skipped: the comparison knows the trees of Python 3.11 only")
        return 77
    folders = [f for f in options.folders + os.environ.get("FORESHOT_CORPORA", "").split(os.pathsep) if f]
    paths = sorted(os.path.join(root, name) for folder in folders for root, _, names in os.walk(folder)
                   for name in names if name.endswith(".py"))[::options.every]
    if options.limit:
        paths = paths[:options.limit]
    if not paths:
        print("skipped: there is no Python file in", *(folders or ["FORESHOT_CORPORA"]))
        return 77

    sources = {path: open(path, "rb").read() for path in paths}
    wrong = {"tree": 0, "refused": 0, "accepted": 0}
    same = unsupported = 0
    for path, problems, dump in dumps(options.program, paths):
        tree = parsed(sources[path])
        real = [p for p in problems if p.startswith("problem")]
        if tree is None:
            continue  # for another Python
        if real:
            wrong["refused"] += 1
            print(f"{path}: refused: {real[0]}")
            continue
        if b"\r" in sources[path] or b"\\N{" in sources[path] or sources[path].startswith(b"\xef\xbb\xbf"):
            continue  # CPython translates line ends before it counts; we keep no names of characters
        try:
            difference = first_difference(sources[path], tree, dump)
        except (Unsupported, RecursionError):
            unsupported += 1
            continue
        if difference:
            wrong["tree"] += 1
            print(f"{path}: differs:{difference}")
        else:
            same += 1
    print(f"{same} trees equal, {wrong['tree']} differ, {wrong['refused']} valid files refused, "
          f"{unsupported} not compared")

    if options.mutate:
        random_source = random.Random(1)
        with tempfile.TemporaryDirectory() as folder:
            mutants = {}
            for index, path in enumerate(paths):
                mutant = os.path.join(folder, f"{index}.py")
                mutants[mutant] = (path, damaged(sources[path], random_source))
                with open(mutant, "wb") as out:
                    out.write(mutants[mutant][1])
            agreed = 0
            for mutant, problems, _ in dumps(options.program, list(mutants)):
                path, source = mutants[mutant]
                valid = parsed(source) is not None
                real = [p for p in problems if p.startswith("problem")]
                if valid and real:
                    wrong["refused"] += 1
                    print(f"{path}: damaged: refused: {real[0]}")
                elif not valid and not real:
                    wrong["accepted"] += 1
                else:
                    agreed += 1
            print(f"damaged: {agreed} agreed, {wrong['accepted']} accepted that CPython refuses")
    return 1 if wrong["tree"] or wrong["refused"] else 0


sys.exit(main())
