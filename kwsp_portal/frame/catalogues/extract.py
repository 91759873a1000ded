"""Which messages a source file asks gettext for. Templates through Django's own `templatize`, Python through its syntax tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.utils.translation import template

TRANSLATION: Final = "django.utils.translation"
_PLAIN = ("gettext", "gettext_lazy", "gettext_noop")
# What each function's leading arguments are.
FUNCTIONS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(_PLAIN, ("msgid",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("msgid", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "msgid")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "msgid", "plural")),
}

_LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TEMPLATE_CALL = re.compile(rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*{_LITERAL}(?:\s*,\s*{_LITERAL})?(?:\s*,\s*{_LITERAL})?", re.DOTALL)


class Message(NamedTuple):
    """What gettext is asked for; `plural` and `context` are empty where there is none."""

    msgid: str
    plural: str = ""
    context: str = ""


def from_template(text: str) -> set[Message]:
    """The messages of a Django template, as the template asks for them at run time."""
    found = set()
    for call in _TEMPLATE_CALL.finditer(template.templatize(text)):
        name, *literals = call.groups()
        parts = [ast.literal_eval(literal) for literal in literals if literal]
        if name == "_":
            # A constant `_("...")`: django.template.base.Variable doubles its percent signs before it asks.
            parts, name = [parts[0].replace("%", "%%")], "gettext"
        found.add(_message(name, parts))
    return found


def from_python(text: str) -> set[Message]:
    """The messages of a Python module: calls, with literal arguments, of what it imports from django.utils.translation or defines in its stead."""
    tree = ast.parse(text)
    functions, modules = dict(_functions(tree)), set(_modules(tree))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _called(node.func, functions, modules)):
            wanted = FUNCTIONS[name]
            parts = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
            if len(parts) >= len(wanted):
                found.add(_message(name, parts[: len(wanted)]))
    return found


def from_tree(root: Path, *, without: tuple[str, ...] = ()) -> dict[Message, str]:
    """The messages of every .py, .html and .txt file below `root`, each with one file that asks for it; `without`: names of folders."""
    found: dict[Message, str] = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix not in (".py", ".html", ".txt") or set(inside.parts) & {*without, "locale", "migrations", "tests"}:
            continue
        text = path.read_text(encoding="utf-8")
        for message in from_python(text) if path.suffix == ".py" else from_template(text):
            found.setdefault(message, str(inside))
    return found


def _message(name: str, parts: list[str]) -> Message:
    return Message(**dict(zip(FUNCTIONS[name], parts, strict=False)))


def _functions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What the module calls gettext's functions; its own, of their name, where it has to do without Django (kwsp_portal.bank.fpx.codes)."""
    yield from ((node.name, node.name) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in _PLAIN)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION:
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names if alias.name in FUNCTIONS)


def _modules(tree: ast.Module) -> Iterator[str]:
    """What the module calls django.utils.translation itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils":
            yield from (alias.asname or alias.name for alias in node.names if alias.name == "translation")


def _called(function: ast.expr, functions: dict[str, str], modules: set[str]) -> str:
    if isinstance(function, ast.Name):
        return functions.get(function.id, "")
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in modules:
        return function.attr if function.attr in FUNCTIONS else ""
    return ""
