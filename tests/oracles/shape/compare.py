"""Runs queries with the real SQLAlchemy and says where foreshot judges their shape otherwise.

    compare.py FORESHOT FOLDER [CASE…]     further words: only these cases, with all that was seen

The releases are installed into FOLDER (a virtual environment), once. Status 77 when they cannot be had. cases/orm301.py holds cases for
ORM301: functions `name(session, n)`. Each runs on SQLite files of its own, filled by models.fill() with 3 rows of everything and with 9; what it
sends is recorded, and each SELECT is asked once more to see how many rows it has. What decides is written in JUDGES: a case does what
the rule says, or does not, and foreshot has to report it, or not.

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

REQUIREMENTS = ["sqlalchemy==2.0.58", "aiosqlite==0.20.0", "greenlet==3.1.1"]
AT_LEAST = 90

RUN = r'''
import asyncio, importlib, inspect, json, pathlib, sys, tempfile, warnings
warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(folder.parent))
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
models = importlib.import_module(folder.name + ".models")

@event.listens_for(sqlalchemy.engine.Engine, "connect")
def without_waiting_for_the_disk(connection, record):
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.execute("PRAGMA journal_mode = MEMORY")
    cursor.close()

class Watch:
    """What is sent, and how many rows each statement has."""
    def __init__(self, engine):
        self.sent, self.on, self.after_first = [], False, None
        event.listen(engine, "after_cursor_execute", self.see)
    def see(self, connection, cursor, statement, parameters, context, executemany):
        if not self.on:
            return
        rows = None
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            again = connection.connection.cursor()
            again.execute(statement, parameters)
            rows = len(again.fetchall())
            again.close()
        self.sent.append({"sql": statement, "parameters": len(parameters), "rows": rows, "changed": cursor.rowcount})
        if rows is not None and self.after_first:
            act, self.after_first = self.after_first, None
            act()

def shown(value):
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple, set)):
        return sorted(str(getattr(each, "id", each)) for each in value)
    return str(getattr(value, "id", type(value).__name__))

def run(function, n, raced):
    with tempfile.TemporaryDirectory() as place:
        path = pathlib.Path(place) / "shop.db"
        engine = sqlalchemy.create_engine(f"sqlite:///{path}")
        models.Base.metadata.create_all(engine)
        with Session(engine) as session:
            models.fill(session, n)
            session.commit()
            held = {table.name: session.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(table)) for table in models.Base.metadata.sorted_tables}
        seen = {"failed": None, "result": None, "held": held}
        try:
            if inspect.iscoroutinefunction(function):
                other = create_async_engine(f"sqlite+aiosqlite:///{path}")
                watch = Watch(other.sync_engine)
                async def main():
                    async with AsyncSession(other) as session:
                        watch.on = True
                        seen["result"] = shown(await function(session, n))
                        watch.on = False
                    await other.dispose()
                asyncio.run(main())
            else:
                watch = Watch(engine)
                with Session(engine) as session:
                    watch.on = True
                    if raced:
                        # Another client does the same between the first answer and what is made of it.
                        def meanwhile():
                            watch.on = False
                            with Session(sqlalchemy.create_engine(f"sqlite:///{path}")) as second:
                                function(second, n)
                                second.commit()
                            watch.on = True
                        watch.after_first = meanwhile
                    seen["result"] = shown(function(session, n))
                    if raced:
                        session.commit()
                    watch.on = False
        except Exception as error:
            seen["failed"] = [type(error).__name__, str(error)[:200]]
        seen["sent"] = watch.sent
        watch.on = False
        if raced:
            with Session(engine) as session:
                names = session.scalars(sqlalchemy.select(models.Author.name)).all()
                seen["twice"] = len(names) - len(set(names))
        engine.dispose()
    return seen

result, out, sys.stdout = {}, sys.stdout, sys.stderr
for path in sorted(folder.glob("orm*.py")):
    module = importlib.import_module(folder.name + "." + path.stem)
    for name, function in list(vars(module).items()):
        if not inspect.isfunction(function) or function.__module__ != module.__name__ or list(inspect.signature(function).parameters) != ["session", "n"]:
            continue
        both = [run(function, n, path.stem == "orm315") for n in (3, 9)]
        meant = getattr(module, "MEANT", {}).get(name)
        if meant is not None:
            both[1]["meant"] = run(meant, 9, False)["result"]
        result[path.stem + "." + name] = both
json.dump(result, out)
'''


def grows(few: dict, many: dict, what: str) -> bool:
    return max([each[what] or 0 for each in many["sent"]], default=0) > max([each[what] or 0 for each in few["sent"]], default=0)


def any_sql(seen: dict, *words: str) -> bool:
    return any(all(word in " ".join(each["sql"].split()).upper() for word in words) for each in seen["sent"])


def length(seen: dict) -> int:
    return len(seen["result"]) if isinstance(seen["result"], list) else 1


JUDGES = {
    "orm301": lambda few, many: grows(few, many, "rows") and not isinstance(many["result"], list),
    "orm302": lambda few, many: grows(few, many, "rows") and isinstance(many["result"], int) and not any_sql(many, "COUNT("),
    "orm303": lambda few, many: (grows(few, many, "rows") or any_sql(many, "COUNT(")) and isinstance(many["result"], bool),
    "orm304": lambda few, many: grows(few, many, "rows") and max(each["rows"] or 0 for each in many["sent"]) > length(many),
    "orm306": lambda few, many: many["failed"] is not None or ("meant" in many and many["meant"] != many["result"]),
    "orm308": lambda few, many: any(" OFFSET " in " ".join(each["sql"].split()) and "ORDER BY" not in each["sql"] and (each["rows"] or 0) > 1 for each in many["sent"]),
    "orm310": lambda few, many: any_sql(many, "ORDER BY RANDOM()"),
    "orm311": lambda few, many: grows(few, many, "parameters"),
    "orm312": lambda few, many: max(each["rows"] or 0 for each in many["sent"]) > 3 * max(each["rows"] or 0 for each in few["sent"]),
    "orm313": lambda few, many: any(each["sql"].upper().startswith(("UPDATE", "DELETE")) and each["changed"] == 9 for each in many["sent"]),
    "orm314": lambda few, many: not any_sql(many, "UPDATE"),
    "orm315": lambda few, many: many["failed"] is not None or many["twice"] > 0,
    "orm317": lambda few, many: many["failed"] is not None,
}


def cases_of(folder: pathlib.Path) -> dict:
    """By name: the file, the first and the last line of each function that is a case, and why foreshot is known to be silent."""
    found = {}
    for path in sorted(folder.glob("orm*.py")):
        text = path.read_text()
        lines = text.splitlines()
        for each in ast.parse(text).body:
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and [a.arg for a in each.args.args] == ["session", "n"]:
                missed = [line.split("# missed:")[1].strip() for line in lines[each.lineno - 1:each.end_lineno] if "# missed:" in line]
                found[f"{path.stem}.{each.name}"] = (path.stem, each.lineno, each.end_lineno, missed)
    return found


def findings(foreshot: str, folder: pathlib.Path) -> list:
    done = subprocess.run([foreshot, "check", "--isolated", "--output-format", "json", "--select", ",".join(code.upper() for code in JUDGES), "."],
                          cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        print(done.stderr)
        sys.exit(1)
    return [(each["code"].lower(), pathlib.Path(each["path"]).stem, each["start"]["line"]) for each in json.loads(done.stdout)["findings"]]


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
    wrong = known = true = 0
    for case, (rule, first, last, missed) in cases.items():
        if case not in seen:
            print(case, "did not run")
            wrong += 1
            continue
        does = JUDGES[rule](*seen[case])
        said = any(each[0] == rule and each[1] == rule and first <= each[2] <= last for each in found)
        true += does
        known += bool(missed)
        if case in only:
            print(case, does, said, json.dumps(seen[case], indent=1))
        if bool(missed) and said:
            print(f"{case} (line {first}): is found: take the comment away")
            wrong += 1
        elif does != said and not missed:
            print(f"{case} (line {first}): it {'does' if does else 'does not do'} what {rule.upper()} says, and foreshot {'is silent' if does else 'speaks'}")
            wrong += 1
    print(f"{len(cases)} cases, {true} do what a rule says, {wrong} judged otherwise, {known} known to be missed")
    return 1 if wrong or len(cases) < AT_LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
