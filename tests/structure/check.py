#!/usr/bin/env python3
"""Holds the structure that analyzer/README.md describes. usage: check.py ROOT

  - who includes whom: the table below; tree-sitter only in python/, libpg_query only in sql/
  - a rule file includes analyzer/check/rule.h, for its fix analyzer/fix/migration.h, and nothing else of ours
  - a file of ours has at most 400 lines
  - no locks
  - a rule's name is the stem of its file and of its fixture folder, its family the letters of its code
"""

import pathlib
import re
import sys

LAYERS = {
    "base": set(),
    "facts": {"base"},
    "python": {"base", "facts"},
    "jinja": {"base", "facts"},
    "sql": {"base", "facts"},
    "interpret": {"base", "facts", "python"},
    "sqlalchemy": {"base", "facts", "python", "interpret", "sql"},
    "alembic": {"base", "facts", "python", "interpret", "sql", "sqlalchemy"},
    "loads": {"base", "facts", "python", "jinja", "interpret", "sql", "sqlalchemy"},
    "schema": {"base", "facts"},
    "check": {"base", "facts", "schema"},
    "report": {"base", "facts", "schema", "check"},
    "fix": {"base", "facts", "schema", "check"},
}
LAYERS["driver"] = set(LAYERS)
MOST_LINES = 400
RULES_INCLUDE = ["analyzer/check/rule.h", "analyzer/fix/migration.h"]
OWN_RULES = {"CFG101"}  # has no project to show it in: the configuration itself is what is wrong

INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.M)
PARSERS = {"python": re.compile(r"^tree_sitter/"), "sql": re.compile(r"^(pg_query|postgres\.h|nodes/|parser/|utils/|catalog/)")}


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    problems = []
    sources = [p for folder in ("analyzer", "rules", "tests") for p in sorted((root / folder).rglob("*")) if p.suffix in {".h", ".cpp", ".py"}]
    for path in sources:
        name = path.relative_to(root)
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MOST_LINES:
            problems.append(f"{name}: {lines} lines, {MOST_LINES} at most")
        if name.parts[0] != "tests" and (locked := re.search(r"std::\w*mutex|lock_guard|condition_variable|unique_lock", text)):
            problems.append(f"{name}: {locked[0]}: results by index, no locks")
        if path.suffix == ".py" or name.parts[0] == "tests":
            continue
        layer = name.parts[1] if name.parts[0] == "analyzer" and len(name.parts) > 2 else None
        for included in INCLUDE.findall(text):
            for owner, parser in PARSERS.items():
                if parser.match(included) and layer != owner:
                    problems.append(f"{name}: only {owner}/ may include {included}")
            if not included.startswith("analyzer/"):
                continue
            to = included.split("/")[1]
            if name.parts[0] == "rules":
                if included not in RULES_INCLUDE:
                    problems.append(f"{name}: a rule includes {' and '.join(RULES_INCLUDE)} only, not {included}")
            elif layer is not None and to != layer and to not in LAYERS.get(layer, set()):
                problems.append(f"{name}: {layer}/ may not include {to}/")
    codes = {}
    for path in sorted((root / "rules").glob("*/*.cpp")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        code, rule = re.search(r'\.code = "([A-Z]{3}\d{3})"', text), re.search(r'\.name = "([a-z0-9-]+)"', text)
        if not code or not rule:
            problems.append(f"{name}: no code or name")
            continue
        if rule[1] != path.stem:
            problems.append(f"{name}: the rule is called {rule[1]}")
        if code[1][:3].lower() != path.parent.name:
            problems.append(f"{name}: {code[1]} belongs into another family")
        if code[1] in codes:
            problems.append(f"{name}: {code[1]} is {codes[code[1]]} already")
        codes[code[1]] = name
        if code[1] not in OWN_RULES and not any((root / "fixtures" / path.parent.name / path.stem).glob("*/foreshot.toml")):
            problems.append(f"{name}: no fixture under fixtures/{path.parent.name}/{path.stem}/")
    for folder in sorted((root / "fixtures").glob("*/*")):
        if folder.is_dir() and folder.parent.name != "tour" and not (root / "rules" / folder.parent.name / f"{folder.name}.cpp").exists():
            problems.append(f"{folder.relative_to(root)}: a fixture without a rule")
    print("\n".join(problems) or f"{len(sources)} files, {len(codes)} rules")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
