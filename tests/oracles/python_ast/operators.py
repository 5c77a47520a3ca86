"""Every pair of operators, and many longer chains of them, binds as it does for CPython.

usage: operators.py PYTHON_DUMP
"""

import itertools
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

BINARY = ["+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "^", "|", "<", "==", "!=", "in", "not in", "is", "is not", "and", "or"]
UNARY = ["", "-", "~", "not ", "await ", "- -", "-await ", "not not "]
WRAPS = ["{}", "({})", "f({})", "[{}]", "x[{}]", "{} if p else q", "p if {} else q", "p if q else {}", "lambda: {}", "(n := {})", "f(*{})", "f(k={})",
         "[{} for i in j]", "[i for i in j if {}]", "{{ {}: 1 }}", "{{ **{} }}", "x[{}:{}]", "{}, r", "*{}, r", "{}.a", "({}).a", "({})()"]


def valid(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(f"async def g():\n    z = {text}\n", "", "exec")
        return True
    except (SyntaxError, ValueError):
        return False


def expressions():
    # Two operators, with every prefix before each operand.
    for first, second in itertools.product(BINARY, repeat=2):
        yield f"a {first} b {second} c"
        for place, prefix in itertools.product(range(3), UNARY[1:]):
            operands = ["a", "b", "c"]
            operands[place] = prefix + operands[place]
            yield f"{operands[0]} {first} {operands[1]} {second} {operands[2]}"
    yield from (f"{prefix}a.b[c](d) {first} {prefix}e" for first in BINARY for prefix in UNARY)
    draw = random.Random(7)
    for _ in range(6000):
        text = "a"
        for _ in range(draw.randrange(1, 9)):
            name = draw.choice(["b", "c.d", "e[f]", "g(h)", "1", "'s'", "(i | j)", "(k and m)", "(not n)"])
            text += f" {draw.choice(BINARY)} {draw.choice(UNARY) if draw.random() < 0.3 else ''}{name}"
        text = draw.choice(UNARY) + text if draw.random() < 0.3 else text
        wrap = draw.choice(WRAPS)
        # The grammar has no `*-a` and `*await a ** b` outside of brackets, and nobody writes them.
        if wrap.startswith("*") and (text[0] in "-~" or text.startswith("await ")):
            continue
        yield wrap.replace("{}", text).replace("{{", "{").replace("}}", "}")


def main():
    lines = [text for text in expressions() if valid(text)]
    with tempfile.TemporaryDirectory() as folder:
        # One file a hundred lines, so that a difference is told with its neighbours only.
        for at in range(0, len(lines), 100):
            body = "".join(f"    z = {text}\n    print({text.split(',')[0]})\n" if valid(f"f({text.split(',')[0]})") else f"    z = {text}\n" for text in lines[at:at + 100])
            pathlib.Path(folder, f"{at:06}.py").write_text("async def g():\n" + body)
        compare = pathlib.Path(__file__).with_name("compare.py")
        print(f"{len(lines)} expressions", flush=True)
        return subprocess.run([sys.executable, str(compare), sys.argv[1], folder], check=False).returncode


sys.exit(main())
