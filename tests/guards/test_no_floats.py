"""No binary floating point near money, and every rounding in one place (house style 18 and 19).

Read from the syntax tree, so that words in comments and texts do not count.
"""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
NEAR_MONEY = ("kwsp_portal/common", "members/rules", "members/ledger", "employers/rules", "contributions/rules", "withdrawals/rules")
EVERYWHERE = ("kwsp_portal", "members", "employers", "contributions", "withdrawals")
HOME_OF_ROUNDING = "kwsp_portal/common/money.py"
ROUNDINGS = {"quantize", "to_integral_value", "to_integral", "to_integral_exact"}


def _sources(folders: tuple[str, ...]) -> list[str]:
    return sorted(str(path.relative_to(PROJECT)) for folder in folders for path in (PROJECT / folder).rglob("*.py") if "migrations" not in path.parts)


def _floats(tree: ast.AST) -> list[str]:
    """Float literals and the name `float`, with their lines. A constant named `..._SECONDS` measures time, not money."""
    of_time = {
        value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _measures_time(node)
        for value in ast.walk(node.value)
    }
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if node not in of_time
        and ((isinstance(node, ast.Constant) and isinstance(node.value, float)) or (isinstance(node, ast.Name) and node.id == "float"))
    ]


def _measures_time(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return all(isinstance(target, ast.Name) and target.id.endswith("_SECONDS") for target in targets)


def _roundings(tree: ast.AST) -> list[str]:
    """Calls of the decimal module's roundings and of `round`."""
    return [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ((isinstance(node.func, ast.Attribute) and node.func.attr in ROUNDINGS) or (isinstance(node.func, ast.Name) and node.func.id == "round"))
    ]


@pytest.mark.parametrize("source", _sources(NEAR_MONEY))
def test_no_float_where_money_is_reckoned(source: str) -> None:
    assert _floats(ast.parse((PROJECT / source).read_text(encoding="utf-8"))) == []


def test_money_is_rounded_in_one_place() -> None:
    found = {
        source: _roundings(ast.parse((PROJECT / source).read_text(encoding="utf-8"))) for source in _sources(EVERYWHERE) if source != HOME_OF_ROUNDING
    }

    assert {source: calls for source, calls in found.items() if calls} == {}


def test_the_guard_sees_what_it_should() -> None:
    tree = ast.parse("x = 0.5\ny = float('1')\nz = amount.quantize(SEN)\nw = round(x)\nPAUSE_SECONDS = 0.5")

    assert [line.split(":")[0] for line in _floats(tree)] == ["line 1", "line 2"]
    assert [line.split(":")[0] for line in _roundings(tree)] == ["line 3", "line 4"]
