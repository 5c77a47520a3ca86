"""Runs application code with the real SQLAlchemy, counts its statements, and says where foreshot judges otherwise.

    compare.py FORESHOT FOLDER [CASE…]     further words: only these cases, with all that was seen

The releases are installed into FOLDER (a virtual environment), once. Status 77 when they cannot be had. A case is a function
`name(session, n)` of a module in cases/; each runs twice on an SQLite database of its own in memory, filled by models.fill()
with 3 rows of everything and with 9. Three things can happen, and foreshot has to say the same of the same line:

    grows    a line sends more statements when there are more rows: a finding of a rule in PER_ROW on a line of its call stack
    raises   the case ends with an error of SQLAlchemy: a finding of a rule in RAISES on a line of the call stack
    quiet    neither: no finding of those rules in the function

A comment `# missed: why` in a case says that foreshot is known to be silent there; it fails when it is not any more.
"""

import ast
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "build"))
import download  # noqa: E402

REQUIREMENTS = ["sqlalchemy==2.0.58", "aiosqlite==0.20.0", "greenlet==3.1.1", "pydantic==2.10.6"]
AT_LEAST = 120
PER_ROW = {"MAP101", "ORM101", "ORM102", "ORM103", "ORM104", "ORM105", "ORM106", "ORM107", "ORM108", "ORM109", "ORM110", "ORM111", "ORM112", "ORM113", "ORM115", "ORM116"}
RAISES = {"ORM117", "ORM202", "ORM204", "ORM206", "ORM207", "ORM401", "ORM407", "SES108", "SES109"}
SHOWS = {"ORM106", "SES108"}  # stands at the cause, and its labels at the line that loads

RUN = r'''
import asyncio, collections, importlib, inspect, json, pathlib, sys, traceback, warnings
warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(folder.parent))
import greenlet, sqlalchemy
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
models = importlib.import_module(folder.name + ".models")
own = {str(path): path.stem for path in folder.glob("*.py")}

def lines(frame):
    """Of the case's own modules, innermost first; under an async session the coroutine waits in another greenlet."""
    found, current = [], greenlet.getcurrent()
    while current is not None:
        while frame is not None:
            name = frame.f_code.co_filename
            if name in own:
                found.append((own[name], frame.f_lineno))
            frame = frame.f_back
        current = current.parent
        frame = current.gr_frame if current is not None else None
    return found

class Counted:
    def __init__(self):
        self.places, self.on = collections.Counter(), False
    def __call__(self, connection, cursor, statement, parameters, context, executemany):
        if self.on:
            self.places[tuple(lines(sys._getframe()))] += 1

def where(error):
    return [(own[each.filename], each.lineno) for each in traceback.extract_tb(error.__traceback__) if each.filename in own]

def run(function, n):
    counted = Counted()
    failed = None
    if inspect.iscoroutinefunction(function):
        async def main():
            nonlocal failed
            engine = create_async_engine("sqlite+aiosqlite://", poolclass=sqlalchemy.pool.StaticPool)
            async with engine.begin() as connection:
                await connection.run_sync(models.Base.metadata.create_all)
            async with AsyncSession(engine) as session:
                await session.run_sync(models.fill, n)
                await session.commit()
            event.listen(engine.sync_engine, "before_cursor_execute", counted)
            async with AsyncSession(engine) as session:
                counted.on = True
                try:
                    await function(session, n)
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
                function(session, n)
            except Exception as error:
                failed = [type(error).__name__, where(error), str(error)[:300]]
            counted.on = False
        engine.dispose()
    return counted.places, failed

result, out, sys.stdout = {}, sys.stdout, sys.stderr  # a case may print
for path in sorted(folder.glob("*.py")):
    if path.stem in ("models", "__init__"):
        continue
    module = importlib.import_module(folder.name + "." + path.stem)
    for name, function in list(vars(module).items()):
        if not inspect.isfunction(function) or function.__module__ != module.__name__ or list(inspect.signature(function).parameters) != ["session", "n"]:
            continue
        few, failed = run(function, 3)
        many, failed_many = run(function, 9)
        grown = [place for place, count in many.items() if count > few.get(place, 0)]
        result[path.stem + "." + name] = {"grown": grown, "failed": failed_many, "few": sum(few.values()), "many": sum(many.values()),
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
    return [(each["code"], pathlib.Path(each["path"]).stem, each["start"]["line"],
             [[pathlib.Path(label["path"]).stem, label["start"]["line"]] for label in each["related"]]) for each in json.loads(done.stdout)["findings"]]


def judge(case: str, place: tuple, seen: dict, found: list) -> list:
    """What is wrong, in sentences; nothing where foreshot and the run agree."""
    module, first, last, missed = place
    reached = {tuple(line) for stack in (*seen["grown"], (seen["failed"] or ["", []])[1]) for line in stack}
    mine = [each for each in found if each[1] == module and (first <= each[2] <= last or (module, each[2]) in reached)]
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


def main() -> int:
    foreshot, folder, *only = sys.argv[1:]
    python = download.environment(pathlib.Path(folder), REQUIREMENTS)
    with tempfile.TemporaryDirectory() as scratch:
        project = pathlib.Path(scratch) / "project"
        shutil.copytree(HERE / "cases", project / "shop")
        (project / "foreshot.toml").touch()
        done = subprocess.run([python, "-c", RUN, project / "shop"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr[-3000:])
            return 1
        seen = json.loads(done.stdout)
        found = findings(str(pathlib.Path(foreshot).resolve()), project)
        cases = cases_of(project / "shop")
    wrong = known = 0
    happened = {"grows": 0, "raises": 0, "quiet": 0}
    for case, place in cases.items():
        if case not in seen:
            print(case, "did not run")
            wrong += 1
            continue
        happened["raises" if seen[case]["failed"] else "grows" if seen[case]["grown"] else "quiet"] += 1
        known += bool(place[3])
        sentences = judge(case, place, seen[case], found)
        for sentence in sentences:
            print(f"{case} (line {place[1]}): {sentence}")
        if case in only:
            print(case, json.dumps(seen[case]), [each for each in found if each[1] == place[0] and place[1] <= each[2] <= place[2]])
        wrong += bool(sentences)
    print(f"{len(cases)} cases ({', '.join(f'{count} {word}' for word, count in happened.items())}), {wrong} judged otherwise, {known} known to be missed")
    return 1 if wrong or len(cases) < AT_LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
