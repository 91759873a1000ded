"""Catalogues as people edit them: .po files with messages, their context and plural, and nothing else (no places, no dates)."""

import ast
import re
from pathlib import Path
from typing import Final

from kwsp_portal.frame.catalogues.extract import Message

Catalogue = dict[Message, tuple[str, ...]]
"""Each message with its translations: one, or as many as the language has plural forms. An empty string is no translation."""

PLURALS: Final = {"ms": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[[0-9]+\])?)\s+(\".*\")")
_FORMAT = re.compile(r"%(?:\([a-z_0-9]+\))?[-+ 0#]*[0-9.]*[sdrf]")


def header(language: str) -> str:
    return (
        "Project-Id-Version: kwsp-portal\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        f"Content-Transfer-Encoding: 8bit\nLanguage: {language}\nPlural-Forms: {PLURALS[language]}\n"
    )


def read(path: Path) -> Catalogue:
    """The messages of a .po file, its header left out. Raises ValueError for a line that is none, or a message that stands twice."""
    catalogue: Catalogue = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        fields = _fields(block, path)
        if not fields.get("msgid"):
            continue
        message = Message(fields["msgid"], fields.get("msgid_plural", ""), fields.get("msgctxt", ""))
        if message in catalogue:
            raise ValueError(f"{path}: {message.msgid!r} stands twice")
        catalogue[message] = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
    return catalogue


def _fields(block: str, path: Path) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if keyword := _KEYWORD.fullmatch(text):
            name, text = keyword.groups()
            fields[name] = ""
        if not name or not text.startswith('"'):
            raise ValueError(f"{path}: found {line!r}, expected msgid, msgstr or a string")
        fields[name] += ast.literal_eval(text)
    return fields


def write(path: Path, language: str, catalogue: Catalogue) -> None:
    """A .po file in the order of its messages, so that two people's additions meet in different lines."""
    blocks = [f'msgid ""\nmsgstr ""\n{_lines(header(language))}']
    blocks += [_block(message, catalogue[message]) for message in sorted(catalogue, key=lambda message: (message.msgid.casefold(), message))]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _block(message: Message, translations: tuple[str, ...]) -> str:
    lines = ["#, python-format"] if _FORMAT.search(message.msgid) else []
    if message.context:
        lines.append(_string("msgctxt", message.context))
    lines.append(_string("msgid", message.msgid))
    if message.plural:
        lines.append(_string("msgid_plural", message.plural))
        lines += [_string(f"msgstr[{number}]", text) for number, text in enumerate(translations)]
    else:
        lines.append(_string("msgstr", translations[0]))
    return "\n".join(lines)


def _string(keyword: str, text: str) -> str:
    return f'{keyword} ""\n{_lines(text)}' if "\n" in text.rstrip("\n") else f"{keyword} {_quoted(text)}"


def _lines(text: str) -> str:
    return "\n".join(_quoted(line) for line in text.splitlines(keepends=True))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return f'"{escaped}"'
