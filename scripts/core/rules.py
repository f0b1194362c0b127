"""The rule of a check as a tree that a page can evaluate again, with other numbers.

A rule is a Python expression (see `notebooks/checks.py`). Here it becomes nested lists, the JSON
that `_static/rules.js` reads: a page needs no parser and no ``eval``. A list begins with the name
of what it is; all else is a constant. ``["?", n]`` is the n-th threshold: the numbers of a rule but
for places in a list and digits to round to.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from scripts.core.record import STATISTICS, Check
from scripts.core.verdicts import TESTED

NAMES = ("measured", "reported", "spread")
FUNCTIONS = ("abs", "all", "any", "len", "max", "min", "round", "sorted", "sum", "zip")
EXACT = 2**53  # a browser's numbers hold whole ones up to here
OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in", ast.USub: "negative", ast.UAdd: "positive",
    ast.Not: "not", ast.And: "and", ast.Or: "or",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """A rule as a tree, its ``thresholds`` in the order of the text, and its ``text`` in pieces:
    what stands before, between and behind them."""

    tree: Any
    thresholds: list[int | float]
    text: list[str]


class Unknown(ValueError):
    """A rule holds what a page can't evaluate."""


@lru_cache(4096)
def rule_of(text: str) -> Rule | None:
    """The rule as a tree; None if it is none, or holds what pages can't evaluate."""
    try:
        line = text.replace("\n", " ")  # places are counted from a line's beginning
        reader = _Reader()
        tree = reader.read(ast.parse(line, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError):
        return None
    said, pieces, end = line.encode(), [], 0
    for start, stop in reader.places:
        pieces.append(said[end:start].decode())
        end = stop
    return Rule(tree, reader.thresholds, [*pieces, said[end:].decode()])


def fault_of(text: str) -> str:
    """What is wrong with a rule as Python: "" if it names nothing but `NAMES`, `FUNCTIONS` and its
    own loop variables, and no attribute."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return "is no expression"
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    strange = {node.id for node in names} - bound - {*NAMES, *FUNCTIONS}
    if strange or any(isinstance(node, ast.Attribute) for node in ast.walk(tree)):
        return f"may only use {', '.join((*NAMES, *FUNCTIONS))}"
    return ""


def judged(check: Check) -> dict[str, Any] | None:
    """What a page needs to judge a check again, as JSON; None where there is nothing to judge."""
    rule = rule_of(check.expected) if check.verdict in TESTED else None
    if rule is None:
        return None
    found: dict[str, Any] = {
        "tree": rule.tree,
        "text": rule.text,
        "thresholds": rule.thresholds,
        "names": {name: getattr(check, name) for name in NAMES},
        "unit": check.unit,
        "verdict": check.verdict,
    }
    if check.statistic in STATISTICS and len(check.values or ()) > 1:
        found |= {"values": check.values, "statistic": check.statistic}
    return found


@dataclass
class _Reader:
    thresholds: list[int | float] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)  # in bytes of the text

    def read(self, node: ast.expr, fixed: bool = False) -> Any:
        """The tree of an expression; in a ``fixed`` one no number is a threshold."""
        match node:
            case ast.Constant(value=bool() | str() | None as value):
                return value
            case ast.Constant() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                return self.number(node, fixed)
            case ast.Name(id=name):
                return ["name", name]
            case ast.UnaryOp(op, operand) if type(op) in OPERATORS:
                return [OPERATORS[type(op)], self.read(operand, fixed)]
            case ast.BinOp(left, op, right) if type(op) in OPERATORS:
                return [OPERATORS[type(op)], self.read(left, fixed), self.read(right, fixed)]
            case ast.BoolOp(op, values):
                return [OPERATORS[type(op)], *(self.read(value, fixed) for value in values)]
            case ast.IfExp(test, body, other):
                kept = self.read(body, fixed)  # first, as in the text
                return ["if", self.read(test, fixed), kept, self.read(other, fixed)]
            case ast.Compare(left, ops, comparators):
                tree = ["compare", self.read(left, fixed)]
                for comparison, value in zip(ops, comparators, strict=True):
                    tree += [self.operator(comparison), self.read(value, fixed)]
                return tree
            case ast.List(elts) | ast.Tuple(elts):
                kind = "list" if isinstance(node, ast.List) else "tuple"
                return [kind, *(self.read(value, fixed) for value in elts)]
            case ast.Subscript(value, ast.Slice(lower, upper, step)):
                ends = (
                    None if end is None else self.read(end, True) for end in (lower, upper, step)
                )
                return ["slice", self.read(value, fixed), *ends]
            case ast.Subscript(value, index):
                return ["item", self.read(value, fixed), self.read(index, True)]
            case ast.Call(ast.Name(id=name), args, []) if name in FUNCTIONS:
                return ["call", name, *(
                    self.read(value, fixed or (name == "round" and place > 0))
                    for place, value in enumerate(args)
                )]  # fmt: skip
            case ast.Starred(value):
                return ["star", self.read(value, fixed)]
            case ast.GeneratorExp(element, generators) | ast.ListComp(element, generators):
                return self.comprehension(node, element, generators, fixed)
        raise Unknown(ast.dump(node))

    def number(self, node: ast.expr, fixed: bool) -> Any:
        value = ast.literal_eval(node)
        if type(value) not in (int, float) or not abs(value) <= (
            EXACT if isinstance(value, int) else 1.7976931348623157e308
        ):
            raise Unknown(repr(value))
        if fixed:
            return value
        assert node.end_col_offset is not None
        self.thresholds.append(value)
        self.places.append((node.col_offset, node.end_col_offset))
        return ["?", len(self.thresholds) - 1]

    def operator(self, op: ast.cmpop) -> str:
        if type(op) not in OPERATORS:
            raise Unknown(ast.dump(op))
        return OPERATORS[type(op)]

    def comprehension(
        self, node: ast.expr, element: ast.expr, generators: list[ast.comprehension], fixed: bool
    ) -> Any:
        """``["each", kind, element, [target, values, condition ...] ...]``."""
        kind = "list" if isinstance(node, ast.ListComp) else "generator"
        # The element stands first in the text, so its thresholds are the first.
        tree = ["each", kind, self.read(element, fixed)]
        for part in generators:
            if part.is_async:
                raise Unknown("async")
            target = self.target(part.target)
            values = [self.read(value, fixed) for value in (part.iter, *part.ifs)]
            tree.append([target, *values])
        return tree

    def target(self, node: ast.expr) -> Any:
        """A loop variable's name, or a list of them."""
        match node:
            case ast.Name(id=name) if name not in FUNCTIONS:
                return name
            case ast.Tuple(elts) | ast.List(elts):
                return [self.target(part) for part in elts]
        raise Unknown(ast.dump(node))
