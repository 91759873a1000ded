"""Catalogues as Django reads them: GNU .mo files, written and read without GNU gettext."""

import gettext
import struct
from pathlib import Path
from typing import Final

from kwsp_portal.frame.catalogues import po
from kwsp_portal.frame.catalogues.extract import Message

MAGIC: Final = 0x950412DE
HEADER: Final = struct.Struct("<7I")
CONTEXT_END, PLURAL_END = "\x04", "\x00"


def write(path: Path, language: str, catalogue: po.Catalogue) -> None:
    """The translated messages of a catalogue. The same catalogue gives the same bytes."""
    pairs = {"": po.header(language)} | {
        _key(message): PLURAL_END.join(translations) for message, translations in catalogue.items() if all(translations) and translations
    }
    texts = [(key.encode(), pairs[key].encode()) for key in sorted(pairs, key=str.encode)]
    offset = HEADER.size + 16 * len(texts)
    tables: list[tuple[list[int], bytes]] = []
    for column in (0, 1):
        table, data = [], b""
        for pair in texts:
            table += [len(pair[column]), offset + len(data)]
            data += pair[column] + b"\0"
        offset += len(data)
        tables.append((table, data))
    numbers = tables[0][0] + tables[1][0]
    head = HEADER.pack(MAGIC, 0, len(texts), HEADER.size, HEADER.size + 8 * len(texts), 0, HEADER.size + 16 * len(texts))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + struct.pack(f"<{len(numbers)}I", *numbers) + tables[0][1] + tables[1][1])


def read(path: Path) -> dict[str | tuple[str, int], str]:
    """What gettext finds in a .mo file: by msgid, or by (msgid, number of the plural form); a context stands before \\x04."""
    with path.open("rb") as file:
        catalogue: dict[str | tuple[str, int], str] = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]  # it has no other door
    catalogue.pop("", None)
    return catalogue


def wanted(catalogue: po.Catalogue) -> dict[str | tuple[str, int], str]:
    """What `read` should find for a catalogue."""
    found: dict[str | tuple[str, int], str] = {}
    for message, translations in catalogue.items():
        if not translations or not all(translations):
            continue
        key = _key(Message(message.msgid, "", message.context))
        if message.plural:
            found |= {(key, number): text for number, text in enumerate(translations)}
        else:
            found[key] = translations[0]
    return found


def _key(message: Message) -> str:
    context = f"{message.context}{CONTEXT_END}" if message.context else ""
    return context + message.msgid + (f"{PLURAL_END}{message.plural}" if message.plural else "")
