"""Small wrong changes, made one at a time: to the code of the rules and of rounding, and to every number and date of a rate file.

No library: those that mutate Python do not mutate rate files, and would come with a dozen packages of their own to lock.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

PROJECT: Final = Path(__file__).resolve().parents[2]
ENGINE: Final = "bands category excess excess_steps figures mistakes regime row_steps schedule steps who_steps"
"""The rules that say who owes what and why; tests/statute is about them. Other rules have their tests with the pages that use them."""
CODE: Final = [*(PROJECT / f"contributions/rules/{name}.py" for name in ENGINE.split()), PROJECT / "kwsp_portal/common/money.py"]
RATES: Final = PROJECT / "contributions/rates/third_schedule.yaml"

_BRANCHES: Final = (ast.If, ast.IfExp, ast.While)
_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_RECKONED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
_NAMED: Final = {
    "ROUND_CEILING": "ROUND_FLOOR", "ROUND_FLOOR": "ROUND_CEILING", "ROUND_HALF_UP": "ROUND_HALF_EVEN", "ceil": "floor",
    "up_to_ringgit": "nearest_ringgit", "min": "max", "max": "min", "any": "all", "all": "any",
}  # fmt: skip


class Mutant(NamedTuple):
    """One change: the function it stands in, the line, what it was and became, and the whole text of the file with it."""

    path: Path
    place: str
    line: str
    before: str
    after: str
    text: str

    @property
    def name(self) -> str:
        inside = "" if self.line == self.before else f" in `{self.line}`"
        return f"{self.path.relative_to(PROJECT)}: {self.place}: `{self.before}` -> `{self.after}`{inside}"


Change = Callable[[], str]


class _Place(NamedTuple):
    """A node that can be changed, the function and statement it stands in, and the change, which says what it made of the node."""

    function: str
    statement: ast.AST
    node: ast.AST
    change: Change


def of_code(path: Path) -> Iterator[Mutant]:
    """Every mutant of a module; docstrings, types and texts are left alone."""
    source = path.read_text(encoding="utf-8")
    number = len(list(_places(ast.parse(source))))
    for index in range(number):
        tree = ast.parse(source)
        function, statement, node, change = list(_places(tree))[index]
        line, before = ast.unparse(statement).splitlines()[0], ast.unparse(node.test if isinstance(node, _BRANCHES) else node)
        after = change()
        yield Mutant(path, function, line, before, after, ast.unparse(ast.fix_missing_locations(tree)))


def _places(node: ast.AST, function: str = "module", statement: ast.AST | None = None) -> Iterator[_Place]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            line = child if isinstance(child, ast.stmt) or statement is None else statement
            yield from (_Place(function, line, child, change) for change in _changes(child))
            if isinstance(value, list) and isinstance(child, ast.Expr | ast.AugAssign) and not _is_text(child):
                yield _Place(function, line, child, _removing(value, child))
            inside = f"{function}.{child.name}".removeprefix("module.") if isinstance(child, ast.FunctionDef | ast.ClassDef) else function
            # A default belongs to the definition, not to what it runs.
            yield from _places(child, "module" if isinstance(child, ast.arguments) else inside, line)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _removing(where: list[ast.AST], node: ast.AST) -> Change:
    def change() -> str:
        where[where.index(node)] = ast.Pass()
        return "pass"

    return change


def _changes(node: ast.AST) -> Iterator[Change]:
    def setting(name: str, value: Any) -> Change:
        def change() -> str:
            setattr(node, name, value)
            return ast.unparse(node)

        return change

    match node:
        case ast.Compare(ops=ops):
            for index, operator in enumerate(ops):
                yield setting("ops", [*ops[:index], _COMPARED[type(operator)](), *ops[index + 1 :]])
        case ast.BinOp(op=operator) if type(operator) in _RECKONED:
            yield setting("op", _RECKONED[type(operator)]())
        case ast.BoolOp(op=operator):
            yield setting("op", ast.And() if isinstance(operator, ast.Or) else ast.Or())
        case ast.Constant(value=bool() as value):
            yield setting("value", not value)
        case ast.Constant(value=int() as number):
            yield setting("value", number + 1)
        case ast.Name(id=known) if known in _NAMED:
            yield setting("id", _NAMED[known])
        case ast.Attribute(attr=known) if known in _NAMED:
            yield setting("attr", _NAMED[known])
        case ast.If() | ast.IfExp() | ast.While():
            negated = ast.UnaryOp(ast.Not(), copy.deepcopy(node.test))
            yield lambda: (setting("test", negated)(), ast.unparse(negated))[1]


_VALUE: Final = re.compile(r"^(?P<head>\s+(?:(?P<start>[0-9-]{10}): \{)?value: )(?P<value>[^,}\n]+)", re.MULTILINE)
_START: Final = re.compile(r"^(?P<head>      )(?P<value>[0-9]{4}-[0-9]{2}-01)(?=:)", re.MULTILINE)
_RATE: Final = re.compile(r"^  (?P<name>[a-z_.]+):$", re.MULTILINE)


def of_rates(path: Path) -> Iterator[Mutant]:
    """Every value of a rate file made a little wrong, and every start, of a value or of a repeal, a month late."""
    text = path.read_text(encoding="utf-8")
    for pattern, wrong in ((_VALUE, _wrong), (_START, _late)):
        for found in pattern.finditer(text):
            value, rate = found["value"], [*_RATE.finditer(text, 0, found.start())][-1]["name"]
            changed = text[: found.start("value")] + wrong(value) + text[found.end("value") :]
            start = [*_START.finditer(text, 0, found.end() + 1)][-1]["value"]
            yield Mutant(path, f"{rate}, {start}", value, value, wrong(value), changed)


def _wrong(value: str) -> str:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return str(date.fromisoformat(value).replace(day=2))
    if re.fullmatch(r"[0-9]+\.[0-9]+", value):
        return str(Decimal(value) + Decimal("0.005"))
    if value.isdigit():
        return str(int(value) + 1)
    swapped = {
        "true": "false",
        "TOTAL": "EACH_SHARE",
        "A": "B",
        "B": "A",
        "C": "D",
        "D": "C",
        "E": "C",
        "F": "B",
        "KWSP 16": "KWSP 16B",
        "KWSP 16B": "KWSP 16",
    }
    return swapped[value]


def _late(start: str) -> str:
    day = date.fromisoformat(start)
    return str(day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1))
