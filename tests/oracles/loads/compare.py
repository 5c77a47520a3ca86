"""Runs application code with the real SQLAlchemy, counts its statements, and says where foreshot judges otherwise.

    compare.py FORESHOT FOLDER [CASE…]     further words: only these cases, with all that was seen

The releases are installed into FOLDER (a virtual environment), once. Status 77 when they cannot be had. A case is a function
`name(session, n)` of a module in cases/, or in cases_kept/, whose async sessions keep their values at a commit; each runs twice on
an SQLite database of its own in memory, filled by models.fill() with 3 rows of everything and with 9. Three things can happen, and foreshot has to say the same of the same line:

    grows    a line sends more statements when there are more rows: a finding of a rule in PER_ROW on a line of its call stack
    raises   the case ends with an error of SQLAlchemy: a finding of a rule in RAISES on a line of the call stack
    quiet    neither: no finding of those rules in the function

A comment `# missed: why` in a case says that foreshot is known to be silent there; it fails when it is not any more.

Where foreshot offers a fix, it is applied to a copy of the case's module, which runs again: nothing raises any more, what grew no longer does,
what the fix promises ("2 statements more") is what is sent, what the case returns and prints is the same, and the same objects are loaded.
"""

import ast
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

REQUIREMENTS = ["sqlalchemy==2.0.58", "aiosqlite==0.20.0", "greenlet==3.1.1", "pydantic==2.10.6", "jinja2==3.1.6", "marshmallow==3.26.1", "marshmallow-sqlalchemy==1.4.1"]
AT_LEAST = 400
FIXES_AT_LEAST = 120
FOLDERS = ("cases", "cases_kept")
PER_ROW = {"MAP101", "ORM101", "ORM102", "ORM103", "ORM104", "ORM105", "ORM106", "ORM107", "ORM108", "ORM109", "ORM110", "ORM111", "ORM112", "ORM113", "ORM114", "ORM115", "ORM116"}
RAISES = {"ORM117", "ORM202", "ORM204", "ORM206", "ORM207", "ORM401", "ORM402", "ORM404", "ORM405", "ORM407", "ORM408", "SES108", "SES109", "SES111"}
SHOWS = {"ORM106", "SES108"}  # stands at the cause, and its labels at the line that loads

RUN = r'''
import asyncio, collections, contextlib, importlib, inspect, io, json, pathlib, sys, traceback, warnings
warnings.simplefilter("ignore")
folder, url, wanted = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], set(sys.argv[3:])
sys.path.insert(0, str(folder.parent))
import greenlet, sqlalchemy
from sqlalchemy import event, inspect as inspected
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
models = importlib.import_module(folder.name + ".models")
# A template is called by its path, "templates/loop.html"; its frames carry its own lines.
own = {str(path): path.stem if path.suffix == ".py" else str(path.relative_to(folder)) for path in folder.rglob("*.*")}

def lines(frame):
    """Of the case's own modules, innermost first; under an async session the coroutine waits in another greenlet."""
    found, current = [], greenlet.getcurrent()
    while current is not None:
        while frame is not None:
            name, line = frame.f_code.co_filename, frame.f_lineno
            if template := frame.f_globals.get("__jinja_template__"):
                line = template.get_corresponding_lineno(line)
            if name in own:
                found.append((own[name], line))
            frame = frame.f_back
        current = current.parent
        frame = current.gr_frame if current is not None else None
    return found

def plain(value):
    """What can be compared between two runs: objects by their key, containers by what they hold."""
    state = inspected(value, raiseerr=False)
    if state is not None and hasattr(state, "identity"):
        return [type(value).__name__, str(state.identity)]
    if isinstance(value, dict):
        return [[plain(key), plain(each)] for key, each in value.items()]
    if isinstance(value, (set, frozenset)):
        return sorted(str(plain(each)) for each in value)
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__

class Counted:
    def __init__(self):
        self.places, self.on, self.objects, self.writes = collections.Counter(), False, set(), False
    def loaded(self, target, context):
        if self.on:
            self.objects.add(type(target).__name__ + str(inspected(target).identity))
    def __call__(self, connection, cursor, statement, parameters, context, executemany):
        if self.on:
            self.places[tuple(lines(sys._getframe()))] += 1
            self.writes = self.writes or not statement.lstrip().upper().startswith("SELECT")

def where(error):
    return [(own[each.filename], each.lineno) for each in traceback.extract_tb(error.__traceback__) if each.filename in own]

def run(function, n):
    counted = Counted()
    failed = value = None
    for mapper in models.Base.registry.mappers:
        event.listen(mapper.class_, "load", counted.loaded)
    if inspect.iscoroutinefunction(function):
        async def main():
            nonlocal failed, value
            engine = create_async_engine(url or "sqlite+aiosqlite://", poolclass=sqlalchemy.pool.NullPool if url else sqlalchemy.pool.StaticPool)
            async with engine.begin() as connection:
                await connection.run_sync(models.Base.metadata.drop_all)
                await connection.run_sync(models.Base.metadata.create_all)
            async with AsyncSession(engine) as session:
                await session.run_sync(models.fill, n)
                await session.commit()
            event.listen(engine.sync_engine, "before_cursor_execute", counted)
            async with AsyncSession(engine, expire_on_commit=not folder.name.endswith("kept")) as session:
                counted.on = True
                try:
                    value = plain(await function(session, n))
                except Exception as error:
                    failed = [type(error).__name__, where(error), str(error)[:300]]
                counted.on = False
            await engine.dispose()
        asyncio.run(main())
    else:
        engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
        models.Base.metadata.create_all(engine)
        with Session(engine) as session:
            models.fill(session, n)
            session.commit()
        event.listen(engine, "before_cursor_execute", counted)
        with Session(engine) as session:
            counted.on = True
            try:
                value = plain(function(session, n))
            except Exception as error:
                failed = [type(error).__name__, where(error), str(error)[:300]]
            counted.on = False
        engine.dispose()
    for mapper in models.Base.registry.mappers:
        event.remove(mapper.class_, "load", counted.loaded)
    return counted.places, failed, value, sorted(counted.objects), counted.writes

result, out = {}, sys.stdout
for path in sorted(folder.glob("*.py")):
    if path.stem in ("models", "__init__"):
        continue
    module = importlib.import_module(folder.name + "." + path.stem)
    for name, function in list(vars(module).items()):
        if wanted and path.stem + "." + name not in wanted:
            continue
        if not inspect.isfunction(function) or function.__module__ != module.__name__ or list(inspect.signature(function).parameters) != ["session", "n"]:
            continue
        if url and not inspect.iscoroutinefunction(function):
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            few, failed, value, _, _ = run(function, 3)
            many, failed_many, value, objects, writes = run(function, 9)
        grown = [place for place, count in many.items() if count > few.get(place, 0)]
        result[path.stem + "." + name] = {"grown": grown, "failed": failed_many, "few": sum(few.values()), "many": sum(many.values()),
                                          "value": value, "objects": objects, "writes": writes, "printed": printed.getvalue(),
                                          "places": [[place, few.get(place, 0), count] for place, count in many.items()]}
json.dump(result, out)
'''


def cases_of(folder: pathlib.Path) -> dict:
    """By name: the file, the first and the last line of each function that is a case, and why foreshot is known to be silent."""
    found = {}
    for path in sorted(set(folder.glob("*.py")) - {folder / "models.py"}):
        text = path.read_text()
        lines = text.splitlines()
        for each in ast.parse(text).body:
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and [a.arg for a in each.args.args] == ["session", "n"]:
                missed = [line.split("# missed:")[1].strip() for line in lines[each.lineno - 1:each.end_lineno] if "# missed:" in line]
                found[f"{path.stem}.{each.name}"] = (path.stem, each.lineno, each.end_lineno, missed)
    return found


def findings(foreshot: str, folder: pathlib.Path) -> list:
    codes = [code for code in sorted(PER_ROW | RAISES) if subprocess.run([foreshot, "rule", code], capture_output=True, check=False).returncode == 0]
    done = subprocess.run([foreshot, "check", "--isolated", "--output-format", "json", "--select", ",".join(codes), "."], cwd=folder,
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        print(done.stderr)
        sys.exit(1)

    def name(path: str) -> str:
        return pathlib.Path(path).stem if path.endswith(".py") else path.partition("/")[2]

    return [(each["code"], name(each["path"]), each["start"]["line"], [[name(label["path"]), label["start"]["line"]] for label in each["related"]], each["fix"])
            for each in json.loads(done.stdout)["findings"]]


def fixed(text: str, edits: list) -> str:
    """The text with each edit once; edits at one place in their order."""
    unique = []
    for edit in edits:
        if edit not in unique:
            unique.append(edit)
    raw = text.encode()
    for edit in sorted(unique, key=lambda each: each["start"]["offset"], reverse=True):
        raw = raw[:edit["start"]["offset"]] + edit["text"].encode() + raw[edit["end"]["offset"]:]
    return raw.decode()


def promised(fixes: list) -> int:
    """How many statements the fixes say that the query will take more."""
    total, said = 0, []
    for fix in fixes:
        if fix["edits"] in said:
            continue
        said.append(fix["edits"])
        more = re.search(r"(\d+) statements? more", fix["message"])
        total += int(more.group(1)) if more else 0
    return total


def judge_fixes(case: str, place: tuple, seen: dict, again: dict, mine: list) -> list:
    """What is wrong with the fixes of a case's findings, in sentences."""
    fixes = [each[4] for each in mine if each[4]]
    if again is None:
        return ["does not run with its fixes"]
    if again["failed"]:
        return [f"raises with its fixes: {again['failed'][0]}: {again['failed'][2].splitlines()[0][:120]}"]
    wrong = []
    loads = {"ORM101", "ORM105", "ORM112", "ORM113", "ORM114", "ORM115", "ORM117", "ORM401"}
    # Under a test not every row asks, and what the case writes is no matter of the fix.
    if not seen["failed"] and all(each[4] and each[4]["applicability"] == "safe" for each in mine) and not seen["writes"]:
        grows = (seen["many"] - seen["few"]) // 6
        base = seen["few"] - 3 * grows
        expected = base + promised(fixes)
        # What two relationships need, one statement may fetch; more than promised, or more for more rows, is wrong.
        if again["few"] != again["many"] or again["many"] > expected:
            wrong.append(f"sends {again['few']} and {again['many']} statements with its fixes, {expected} are promised")
    if not seen["failed"]:
        for word in ("value", "printed"):
            if again[word] != seen[word]:
                wrong.append(f"another {word} with its fixes")
        if not any("foreign key" in fix["message"] for fix in fixes) and not set(seen["objects"]) <= set(again["objects"]):
            wrong.append(f"does not load {sorted(set(seen['objects']) - set(again['objects']))[:3]} with its fixes")
    if not all(each[0] in loads for each in mine if each[4]):
        wrong.append("a fix of a rule that is not known to have one")
    return wrong


def with_fixes(python: pathlib.Path, project: pathlib.Path, seen: dict, found: list, cases: dict) -> tuple:
    """Applies the fixes of each module's cases, one case at a time where they would meet, and runs the cases again."""
    wrong = count = 0
    chosen = {}
    for case, place in cases.items():
        mine = of_case(place, found)
        if case in seen and any(each[4] for each in mine):
            chosen[case] = mine
    if not chosen:
        return 0, 0
    # Of the same name: what a case may do depends on its folder.
    folder = project / "fixed" / project.name
    shutil.copytree(project / project.name, folder)
    for module in {cases[case][0] for case in chosen}:
        path = folder / f"{module}.py"
        edits = [edit for case, mine in chosen.items() if cases[case][0] == module for each in mine if each[4] for edit in each[4]["edits"]]
        path.write_text(fixed(path.read_text(), edits))
    again = run(python, folder, "", tuple(chosen))
    for case, mine in chosen.items():
        count += 1
        for sentence in judge_fixes(case, cases[case], seen[case], again.get(case), mine):
            print(f"{case} (line {cases[case][1]}): {sentence}")
            wrong += 1
    return wrong, count


def of_case(place: tuple, found: list, reached: frozenset = frozenset()) -> list:
    """The findings in a case, or on one of the further lines. What is found in a template belongs to the case that renders it."""
    module, first, last, _ = place
    return [each for each in found if (each[1] == module and (first <= each[2] <= last or (module, each[2]) in reached)) or
            (each[1].startswith("templates/") and any(label[0] == module and first <= label[1] <= last for label in each[3]))]


def judge(case: str, place: tuple, seen: dict, found: list) -> list:
    """What is wrong, in sentences; nothing where foreshot and the run agree."""
    missed = place[3]
    mine = of_case(place, found, frozenset(tuple(line) for stack in (*seen["grown"], (seen["failed"] or ["", []])[1]) for line in stack))
    if seen["failed"]:
        name, stack, message = seen["failed"]
        said = [each for each in mine if each[0] in RAISES and
                any(line in stack for line in ([each[1], each[2]], *(each[3] if each[0] in SHOWS else [])))]
        wrong = [f"{each[0]} on line {each[2]}, and that is not what raises" for each in mine if each not in said]
        if not said and not missed:
            wrong.append(f"raises {name} on line {stack[-1][1] if stack else '?'}, and foreshot is silent: {message.splitlines()[0][:120]}")
    else:
        wrong = []
        lines = {tuple(line) for stack in seen["grown"] for line in stack}
        for each in mine:
            if each[0] in RAISES:
                wrong.append(f"{each[0]} on line {each[2]}, and nothing raises")
            elif (each[1], each[2]) not in lines:
                wrong.append(f"{each[0]} on line {each[2]}, whose statements do not grow: {seen['few']} with 3 rows, {seen['many']} with 9")
        for stack in seen["grown"]:
            if not any(line in stack for each in mine for line in ([each[1], each[2]], *(each[3] if each[0] in SHOWS else []))) and not missed:
                wrong.append(f"line {stack[0][1]} sends more statements with more rows, and foreshot is silent")
    if missed and mine:
        wrong.append("is found: take the comment away")
    return wrong


def layout(scratch: pathlib.Path, name: str) -> pathlib.Path:
    """A project of its own with the cases of a folder, and the models, which all folders share."""
    project = scratch / name
    shutil.copytree(HERE / name, project / name)
    if not (project / name / "models.py").exists():
        shutil.copy(HERE / "cases" / "models.py", project / name)
    (project / "foreshot.toml").touch()
    return project


def run(python: pathlib.Path, folder: pathlib.Path, url: str = "", cases: tuple = ()) -> dict:
    """What the cases of a folder do, or only those; on a database of another kind only those that are coroutines."""
    done = subprocess.run([python, "-c", RUN, folder, url, *cases], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stderr[-3000:])
        sys.exit(1)
    return json.loads(done.stdout)


def main() -> int:
    foreshot, folder, *only = sys.argv[1:]
    python = download.environment(pathlib.Path(folder), REQUIREMENTS)
    number = wrong = known = fixes = 0
    happened = {"grows": 0, "raises": 0, "quiet": 0}
    for name in FOLDERS:
        with tempfile.TemporaryDirectory() as scratch:
            project = layout(pathlib.Path(scratch), name)
            seen = run(python, project / name)
            found = findings(str(pathlib.Path(foreshot).resolve()), project)
            cases = cases_of(project / name)
            wrong_fixes, again = with_fixes(python, project, seen, found, cases)
        number += len(cases)
        wrong += wrong_fixes
        fixes += again
        for case, place in cases.items():
            if case not in seen:
                print(case, "did not run")
                wrong += 1
                continue
            happened["raises" if seen[case]["failed"] else "grows" if seen[case]["grown"] else "quiet"] += 1
            known += bool(place[3])
            sentences = judge(case, place, seen[case], found)
            for sentence in sentences:
                print(f"{name}/{case} (line {place[1]}): {sentence}")
            if case in only:
                print(case, json.dumps(seen[case]), [each for each in found if each[1] == place[0] and place[1] <= each[2] <= place[2]])
            wrong += bool(sentences)
    print(f"{number} cases ({', '.join(f'{count} {word}' for word, count in happened.items())}), {wrong} judged otherwise, {known} known to be missed, {fixes} run again with their fixes")
    return 1 if wrong or number < AT_LEAST or fixes < FIXES_AT_LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
