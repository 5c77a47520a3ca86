"""Configures mappers with the real SQLAlchemy and says where foreshot reads a relationship differently.

    compare.py FORESHOT FOLDER PROJECT…     further PROJECTs: folders with models that need nothing but SQLAlchemy

The releases are installed into FOLDER (a virtual environment), once. Status 77 when they cannot be. Compared for each
relationship of each mapped class: its target, direction, lazy strategy, cascade, passive_deletes, and the pairs of local and
remote columns (for many-to-many: that there is a table in between). What foreshot says less of is listed in UNKNOWN with the
reason. Relationships that SQLAlchemy warns of, because they write the same columns, are compared with the findings of
MAP105 and MAP106: every finding is of two of them, and every group of them has one. What SQLAlchemy refuses must be what
MAP207 says it refuses.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "build"))
import download  # noqa: E402

REQUIREMENTS = ["sqlalchemy==2.0.58", "flask-sqlalchemy==3.1.1", "sqlmodel==0.0.50"]
AT_LEAST = 150

# file, class, relationship: why foreshot says less. What it says otherwise is never excused here.
UNKNOWN = {
    ("hybrid_table", "Depot", "line"): "the metadata of a dataclass field",
    ("harbour_joins", "Call", "ship"): "a join made of a column of the class body's, with foreign()",
    ("harbour_joins", "Port", "fleet"): "a join made of a column of the class body's",
}

DUMP = r'''
import importlib, json, pathlib, re, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
import sqlalchemy
from sqlalchemy import orm
for name in sys.argv[2:]:
    importlib.import_module(name)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    orm.configure_mappers()
overlapping = [re.findall(r"'(\w+\.\w+)'", str(each.message).split("If this is not")[0]) for each in caught if "will copy column" in str(each.message)]
LAZY = {True: "select", False: "joined", None: "noload"}
found = []
for mapper in {m for r in orm.mapperlib._all_registries() for m in r.mappers}:
    for rel in mapper.relationships:
        direction = {"ONETOMANY": "one to many", "MANYTOONE": "many to one", "MANYTOMANY": "many to many"}[rel.direction.name]
        if direction == "one to many" and not rel.uselist:
            direction = "one to one"
        pairs = sorted([a.name, b.name] for a, b in rel.local_remote_pairs) if rel.secondary is None else []
        found.append({
            "class": mapper.class_.__name__, "name": rel.key, "target": rel.mapper.class_.__name__, "direction": direction,
            "lazy": LAZY.get(rel.lazy, rel.lazy), "cascade": sorted(rel.cascade),
            "passive_deletes": {False: "no", True: "yes", "all": "all"}[rel.passive_deletes], "pairs": pairs,
            "viewonly": rel.viewonly})
json.dump([found, overlapping], sys.stdout)
'''

LAZIES = ["select", "joined", "selectin", "subquery", "immediate", "raise", "raise_on_sql", "noload", "dynamic", "write_only", True, False, None]
CASCADES = [None, "all", "all, delete-orphan", "save-update, merge", "all,delete", "delete, delete-orphan", "", "none", "save-update, merge, expunge"]


def generated(style: str) -> str:
    """A parent with one child for each strategy, each cascade and each passive_deletes, in one spelling."""
    lines = ["from sqlalchemy import Column, ForeignKey, Integer",
             "from sqlalchemy.orm import DeclarativeBase, Mapped, backref, declarative_base, mapped_column, relationship"]
    lines += ["class Base(DeclarativeBase):", "    pass"] if style == "mapped" else ["Base = declarative_base()"]
    options = [{"lazy": lazy} for lazy in LAZIES] + [{"cascade": cascade} for cascade in CASCADES if cascade is not None]
    options += [{"passive_deletes": value} for value in (True, False, "all")]
    options += [{"cascade": "all, delete", "passive_deletes": True, "lazy": "raise"}, {"viewonly": True}]
    parent = ["class Parent(Base):", '    __tablename__ = "parents"']
    parent += ["    id: Mapped[int] = mapped_column(primary_key=True)" if style == "mapped" else "    id = Column(Integer, primary_key=True)"]
    children = []
    for number, given in enumerate(options):
        words = ", ".join(f"{name}={value!r}" for name, value in given.items())
        child = [f"class Child{number}(Base):", f'    __tablename__ = "children_{number}"']
        if style == "mapped":
            parent.append(f'    children_{number}: Mapped[list["Child{number}"]] = relationship({words})')
            child += ["    id: Mapped[int] = mapped_column(primary_key=True)",
                      '    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))']
        elif style == "column":
            parent.append(f'    children_{number} = relationship("Child{number}", {words})')
            child += ["    id = Column(Integer, primary_key=True)", '    parent_id = Column(Integer, ForeignKey("parents.id"))']
        else:
            child += ["    id = Column(Integer, primary_key=True)", '    parent_id = Column(Integer, ForeignKey("parents.id"))']
            child.append(f'    parent = relationship("Parent", backref=backref("children_{number}", {words}))')
        children += child
    return "\n".join(lines + parent + children) + "\n"


def overlaps(foreshot: str, folder: pathlib.Path, groups: list) -> list:
    """What is wrong with the findings of relationships that write the same columns, in sentences."""
    done = subprocess.run([foreshot, "check", "--isolated", "--exit-zero", "--output-format", "json", "--select", "MAP105,MAP106", str(folder)],
                          capture_output=True, text=True, check=True)
    pairs = [re.findall(r'"(\w+\.\w+)"', each["message"])[:2] for each in json.loads(done.stdout)["findings"]]
    wrong = [f"{pair} are no pair that SQLAlchemy warns of" for pair in pairs if not any(set(pair) <= set(group) for group in groups)]
    # Of relationships that hang together one pair is told.
    joined = []
    for group in map(set, groups):
        for other in [each for each in joined if each & group]:
            group |= other
            joined.remove(other)
        joined.append(group)
    return wrong + [f"{sorted(group)} overlap, and foreshot is silent" for group in joined if not any(set(pair) <= group for pair in pairs)]


def refusals(foreshot: str, folder: pathlib.Path) -> set:
    """The relationships ("Class.name") of which foreshot says that SQLAlchemy refuses them."""
    done = subprocess.run([foreshot, "check", "--isolated", "--exit-zero", "--output-format", "json", "--select", "MAP207", str(folder)],
                          capture_output=True, text=True, check=True)
    return {re.search(r'on "(\w+\.\w+)"', each["message"]).group(1) for each in json.loads(done.stdout)["findings"]
            if each["message"].startswith("SQLAlchemy refuses")}


def real(python: pathlib.Path, folder: pathlib.Path, modules: list) -> list | str:
    """What SQLAlchemy makes of the modules, or the last line of what it raises."""
    done = subprocess.run([python, "-c", DUMP, folder, *modules], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip().rsplit("\n", 1)[-1]


RELATIONSHIP = re.compile(r"  relationship (\S+) to (\S+) (.+?) lazy (\S+)(.*)")
DIRECTIONS = ("one to many", "many to one", "one to one", "many to many")


def ours(foreshot: str, folder: pathlib.Path) -> dict:
    text = subprocess.run([foreshot, "facts", str(folder)], capture_output=True, text=True, check=True).stdout
    found, model = {}, None
    for line in text.splitlines():
        if line.startswith("model "):
            model = line.split()[1]
        elif line.startswith("  relationship "):
            name, target, direction, lazy, rest = RELATIONSHIP.match(line).groups()
            cascade = re.search(r" cascade ((?:[a-z-]+(?:, )?)+)", rest)
            words = rest.replace(cascade.group(0), " ", 1) if cascade else rest
            known = [] if cascade is None else cascade.group(1)
            while isinstance(known, str) and not set(known.split(", ")) <= ALL:
                known = known.rsplit(" ", 1)[0]
            pairs = re.search(r" on (.+) = (.+?)(?: not understood)?$", rest)
            found[model, name] = {
                "target": target.rsplit(".", 1)[-1], "direction": direction, "lazy": lazy,
                "cascade": sorted(known.split(", ")) if known else [],
                "passive_deletes": "all" if " passive_deletes all" in words else "yes" if " passive_deletes" in words else "no",
                "viewonly": " viewonly" in words,
                "pairs": sorted(map(list, zip(pairs.group(1).split(", "), pairs.group(2).split(", ")))) if pairs else [],
                "not understood": "not understood" in rest}
    return found


ALL = {"save-update", "merge", "expunge", "delete", "delete-orphan", "refresh-expire"}


def main() -> int:
    foreshot, folder, *projects = sys.argv[1:]
    python = download.environment(pathlib.Path(folder), REQUIREMENTS)
    compared = differences = unknown = 0
    sources = {path.stem: path.read_text() for path in sorted((HERE / "models").glob("*.py"))}
    sources |= {"every_option_" + style: generated(style) for style in ("mapped", "column", "backref")}
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in sources.items():
            project = pathlib.Path(scratch) / name
            project.mkdir()
            (project / "foreshot.toml").touch()
            (project / (name + ".py")).write_text(text)
        for package in sorted(path for path in (HERE / "models").iterdir() if (path / "__init__.py").exists()):
            (pathlib.Path(scratch) / ("project-" + package.name)).mkdir()
            (pathlib.Path(scratch) / ("project-" + package.name) / "foreshot.toml").touch()
            shutil.copytree(package, pathlib.Path(scratch) / ("project-" + package.name) / package.name)
        for each in projects:
            each = pathlib.Path(each)
            project = pathlib.Path(scratch) / ("project-" + "-".join(each.parts[-3:]))
            shutil.copytree(each, project)
        for project in sorted(pathlib.Path(scratch).iterdir()):
            if project.name.startswith("project-"):
                modules = [".".join(path.relative_to(project).with_suffix("").parts) for path in sorted(project.rglob("*.py"))
                           if re.search(r"__tablename__|\brelationship\(", path.read_text(), re.IGNORECASE)]
            else:
                modules = [project.name]
            read = ours(foreshot, project)
            made, told = real(python, project, modules), refusals(foreshot, project)
            if isinstance(made, str):
                # It stops at the first relationship that it refuses.
                refused = re.search(r"\b(\w+\.\w+)\b", made.split(":", 1)[-1])
                if refused is None or refused.group(1) not in told:
                    print(f"{project.name}: SQLAlchemy refuses it, and foreshot is silent: {made}")
                    differences += 1
                continue
            for each in sorted(told):
                print(f"{project.name}: {each} is not refused by SQLAlchemy")
                differences += 1
            expected, groups = made
            for sentence in overlaps(foreshot, project, groups):
                print(f"{project.name}: {sentence}")
                differences += 1
            for relationship in sorted(expected, key=lambda each: (each["class"], each["name"])):
                compared += 1
                key = relationship["class"], relationship["name"]
                mine = read.get(key)
                where = f"{project.name}: {key[0]}.{key[1]}"
                if (project.name, *key) in UNKNOWN:
                    unknown += 1
                    if mine is not None and mine["direction"] in DIRECTIONS and not mine["not understood"]:
                        print(where, "is read: take it out of UNKNOWN")
                        differences += 1
                    continue
                if mine is None:
                    print(where, "is not read")
                    differences += 1
                    continue
                for field in ("target", "direction", "lazy", "cascade", "passive_deletes", "pairs", "viewonly"):
                    if field == "pairs" and relationship["direction"] == "many to many":
                        continue
                    if mine[field] != relationship[field]:
                        print(f"{where}: {field} is {mine[field]!r}, SQLAlchemy says {relationship[field]!r}")
                        differences += 1
            known = {(each["class"], each["name"]) for each in expected}
            for key in sorted(set(read) - known):
                print(f"{project.name}: {key[0]}.{key[1]} does not exist")
                differences += 1
    print(f"{compared} relationships, {differences} differences, {unknown} known to be unknown")
    return 1 if differences or compared < AT_LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
