"""Writes CPython's tree of a file as the text that python_dump prints."""

import ast
import re

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.FloorDiv: "//",
    ast.UAdd: "+", ast.USub: "-", ast.Invert: "~", ast.Not: "not",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}


class Unsupported(Exception):
    """A construct whose text this script does not make."""


def quoted(data):
    text = bytearray(b'"')
    for byte in data:
        if byte in b'"\\':
            text += b"\\" + bytes([byte])
        elif byte < 0x20 or byte == 0x7F:
            text += b"\\x%02x" % byte
        else:
            text.append(byte)
    return bytes(text + b'"').decode("utf-8", "surrogateescape")


class Writer:
    """CPython's tree as the text of analyzer/python/dump.h, without strings' inner positions."""

    def __init__(self, source):
        self.starts = [0]
        for index, byte in enumerate(source):
            if byte == 10:
                self.starts.append(index + 1)
        self.source = source

    def range(self, node):
        begin = self.starts[node.lineno - 1] + node.col_offset
        end = self.starts[node.end_lineno - 1] + node.end_col_offset
        while hasattr(node, "body") and isinstance(node, ast.stmt) and self.source[end - 1:end] in (b";", b" "):
            end -= 1  # CPython counts a last semicolon to the compound statement only
        return f"[{begin},{end})"

    def encoded(self, text):
        # Halves of surrogate pairs become replacement characters.
        return re.sub("[\ud800-\udfff]", "\ufffd", text).encode()

    def node(self, kind, node, *parts):
        return "(" + " ".join([kind + self.range(node), *parts]) + ")"

    def optional(self, node):
        return "-" if node is None else self.expression(node)

    def expression(self, node):
        e = self.expression
        match node:
            case ast.Name():
                return self.node("name", node, node.id)
            case ast.Constant(value=None):
                return self.node("none", node)
            case ast.Constant(value=True):
                return self.node("true", node)
            case ast.Constant(value=False):
                return self.node("false", node)
            case ast.Constant(value=v) if v is Ellipsis:
                return self.node("ellipsis", node)
            case ast.Constant(value=str() as v):
                return self.node("string", node, *([quoted(self.encoded(v))] if v else []))
            case ast.Constant(value=bytes() as v):
                return self.node("bytes", node, *([quoted(v)] if v else []))
            case ast.Constant():
                return self.node("number", node)
            case ast.JoinedStr():
                return self.node("fstring", node)
            case ast.Attribute():
                return self.node("attribute", node, e(node.value), node.attr)
            case ast.Subscript(slice=ast.Tuple() as index) if self.bare(index):
                return self.node("subscript", node, e(node.value), *map(e, index.elts))
            case ast.Subscript():
                return self.node("subscript", node, e(node.value), e(node.slice))
            case ast.Slice():
                return self.node("slice", node, *map(self.optional, (node.lower, node.upper, node.step)))
            case ast.Call():
                return self.node("call", node, e(node.func), *self.arguments(node.args, node.keywords))
            case ast.UnaryOp():
                return self.node("unary", node, OPERATORS[type(node.op)], e(node.operand))
            case ast.BinOp():
                return self.node("binary", node, OPERATORS[type(node.op)], e(node.left), e(node.right))
            case ast.BoolOp():
                return self.node("and" if isinstance(node.op, ast.And) else "or", node, *map(e, node.values))
            case ast.Compare():
                parts = [e(node.left)]
                for op, right in zip(node.ops, node.comparators):
                    parts += [OPERATORS[type(op)], e(right)]
                return self.node("compare", node, *parts)
            case ast.IfExp():
                return self.node("conditional", node, e(node.body), e(node.test), e(node.orelse))
            case ast.Lambda():
                return self.node("lambda", node, self.parameters(node.args), e(node.body))
            case ast.List():
                return self.node("list", node, *map(e, node.elts))
            case ast.Tuple():
                return self.node("tuple", node, *map(e, node.elts))
            case ast.Set():
                return self.node("set", node, *map(e, node.elts))
            case ast.Dict():
                pairs = [part for k, v in zip(node.keys, node.values) for part in (self.optional(k), e(v))]
                return self.node("dictionary", node, *pairs)
            case ast.ListComp():
                return self.node("list_of", node, e(node.elt), *self.clauses(node))
            case ast.SetComp():
                return self.node("set_of", node, e(node.elt), *self.clauses(node))
            case ast.GeneratorExp():
                return self.node("generator_of", node, e(node.elt), *self.clauses(node))
            case ast.DictComp():
                return self.node("dictionary_of", node, e(node.key), e(node.value), *self.clauses(node))
            case ast.Starred():
                return self.node("starred", node, e(node.value))
            case ast.Await():
                return self.node("await", node, e(node.value))
            case ast.Yield():
                return self.node("yield", node, self.optional(node.value))
            case ast.YieldFrom():
                return self.node("yield_from", node, e(node.value))
            case ast.NamedExpr():
                return self.node("named", node, e(node.target), e(node.value))
        raise Unsupported(type(node).__name__)

    def bare(self, index):
        begin = self.starts[index.lineno - 1] + index.col_offset
        first = index.elts[0] if index.elts else None
        if first is None:
            return False
        return begin == self.starts[first.lineno - 1] + first.col_offset and not (
            self.source[begin:begin + 1] == b"(" and self.source[begin:begin + 2] != b"()"
            and not self.starts_with_own_parenthesis(first))

    def starts_with_own_parenthesis(self, node):
        return True

    def arguments(self, args, keywords):
        made = []
        for argument in args:
            star = isinstance(argument, ast.Starred)
            value = argument.value if star else argument
            made.append((value.lineno, value.col_offset, f"({'star' if star else 'arg'} {self.expression(value)})"))
        for keyword in keywords:
            name = f"arg {keyword.arg}" if keyword.arg else "double_star"
            value = keyword.value
            made.append((value.lineno, value.col_offset, f"({name} {self.expression(value)})"))
        return [text for _, _, text in sorted(made)]

    def clauses(self, node):
        made = []
        for clause in node.generators:
            kind = "async_for" if clause.is_async else "for"
            made.append(f"({kind} {self.expression(clause.target)} {self.expression(clause.iter)})")
            made += [f"(if {self.expression(test)})" for test in clause.ifs]
        return made

    def parameters(self, args):
        made = []

        def add(kind, arg, default):
            made.append(f"({kind} {arg.arg} {self.optional(arg.annotation)} {self.optional(default)})")

        plain = args.posonlyargs + args.args
        defaults = [None] * (len(plain) - len(args.defaults)) + args.defaults
        for index, (arg, default) in enumerate(zip(plain, defaults)):
            add("positional_only" if index < len(args.posonlyargs) else "any", arg, default)
        if args.vararg:
            add("star", args.vararg, None)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults):
            add("keyword_only", arg, default)
        if args.kwarg:
            add("double_star", args.kwarg, None)
        return "(" + " ".join(["parameters", *made]) + ")"

    def statements(self, body, depth=0):
        for node in body:
            yield from self.statement(node, "  " * depth, depth)

    def imported(self, names):
        return [f"(named {n.name}{' ' + n.asname if n.asname else ''})" for n in names]

    def statement(self, node, pad, depth):
        e = self.expression

        def line(kind, *parts, at=node):
            # Decorators belong to the statement in the dump, and to nothing in CPython's tree.
            place = self.range(at) if at else ""
            if getattr(node, "decorator_list", None):
                place = re.sub(r"\d+,", "@,", place)
            return pad + "(" + " ".join([kind + place, *parts]) + ")"

        def otherwise(label, body):
            if body:
                yield pad + label
                yield from self.statements(body, depth + 1)

        match node:
            case ast.Expr():
                yield line("expression", e(node.value))
            case ast.Assign():
                yield line("assign", *map(e, node.targets), e(node.value))
            case ast.AugAssign():
                yield line("augmented", OPERATORS[type(node.op)], e(node.target), e(node.value))
            case ast.AnnAssign():
                yield line("annotated", e(node.target), e(node.annotation), self.optional(node.value))
            case ast.Return():
                yield line("return", *([e(node.value)] if node.value else []))
            case ast.Pass():
                yield line("pass")
            case ast.Break():
                yield line("break")
            case ast.Continue():
                yield line("continue")
            case ast.Raise():
                yield line("raise", *[e(x) for x in (node.exc, node.cause) if x])
            case ast.Delete():
                yield line("delete", *map(e, node.targets))
            case ast.Global():
                yield line("global", *node.names)
            case ast.Nonlocal():
                yield line("nonlocal", *node.names)
            case ast.Assert():
                yield line("assert", *[e(x) for x in (node.test, node.msg) if x])
            case ast.Import():
                yield line("import", *self.imported(node.names))
            case ast.ImportFrom():
                names = ["*"] if node.names[0].name == "*" else self.imported(node.names)
                yield line("import_from", "." * node.level + (node.module or ""), *names)
            case ast.If():
                yield line("if", e(node.test))
                yield from self.statements(node.body, depth + 1)
                yield from otherwise("else", node.orelse)
            case ast.For() | ast.AsyncFor():
                yield line("for" if isinstance(node, ast.For) else "async_for", e(node.target), e(node.iter))
                yield from self.statements(node.body, depth + 1)
                yield from otherwise("else", node.orelse)
            case ast.While():
                yield line("while", e(node.test))
                yield from self.statements(node.body, depth + 1)
                yield from otherwise("else", node.orelse)
            case ast.With() | ast.AsyncWith():
                items = [t for i in node.items for t in (e(i.context_expr), self.optional(i.optional_vars))]
                yield line("with" if isinstance(node, ast.With) else "async_with", *items)
                yield from self.statements(node.body, depth + 1)
            case ast.Try() | ast.TryStar():
                yield line("try")
                yield from self.statements(node.body, depth + 1)
                for handler in node.handlers:
                    yield line("except", *([e(handler.type)] if handler.type else []),
                               *([handler.name] if handler.name else []), at=None)
                    yield from self.statements(handler.body, depth + 1)
                yield from otherwise("else", node.orelse)
                yield from otherwise("finally", node.finalbody)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                kind = ("async_function" if isinstance(node, ast.AsyncFunctionDef)
                        else "generator" if self.yields(node.body) else "function")
                yield line(kind, node.name, self.parameters(node.args), *([e(node.returns)] if node.returns else []),
                           *["@" + e(d) for d in node.decorator_list])
                yield from self.statements(node.body, depth + 1)
            case ast.ClassDef():
                yield line("class", node.name, *self.arguments(node.bases, node.keywords),
                           *["@" + e(d) for d in node.decorator_list])
                yield from self.statements(node.body, depth + 1)
            case ast.Match():
                yield line("match", e(node.subject))
                for case in node.cases:
                    yield line("case", at=None)
                    yield from self.statements(case.body, depth + 1)
            case _:
                raise Unsupported(type(node).__name__)

    def yields(self, body):
        todo = list(body)
        while todo:
            node = todo.pop()
            if isinstance(node, (ast.Yield, ast.YieldFrom)):
                return True
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                todo += node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]
                todo += [node.returns] if node.returns else []
                continue
            if not isinstance(node, ast.Lambda):
                todo += ast.iter_child_nodes(node)
        return False
