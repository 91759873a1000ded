"""What is wrong with the catalogues. Source strings are Malay: `en` translates ours, `ms` translates the libraries' English."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import trans_real

from kwsp_portal.frame.catalogues import extract, libraries, mo, po
from kwsp_portal.frame.catalogues.extract import Message

SOURCES: Final = ("kwsp_portal", "members", "employers", "contributions", "withdrawals", "templates")
NOT_OURS: Final = ("demobank", "demojpn", "demophone", "devstack")
"""Programs of their own: the demo bank and the demo phone keep their words in their texts.py, the stack of `make run` speaks to a terminal."""

_PLACE = re.compile(r"%(?:\((\w+)\))?[-+ 0#]*[0-9.]*([sdrf])|%%|\{(\w*)(?::[^{}]*)?\}")


def folder(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"


def ours() -> dict[Message, str]:
    """Every message of the portal's code and templates, with a file that asks for it."""
    found: dict[Message, str] = {}
    for source in SOURCES:
        for message, path in extract.from_tree(settings.BASE_DIR / source, without=NOT_OURS).items():
            found.setdefault(message, f"{source}/{path}")
    return found


def wanted(language: str) -> dict[Message, str]:
    """What a catalogue must hold: for `en` all that is ours, for `ms` what the libraries' own Malay catalogues lack."""
    if language == "en":
        return ours()
    shipped = _shipped()
    return {message: path for message, path in libraries.messages().items() if _key(message) not in shipped}


def problems() -> list[str]:
    """Each fault as a line: missing, other places, stale .mo, Malay that a library's catalogue would change."""
    found: list[str] = []
    for language in ("en", "ms"):
        catalogue = po.read(folder(language) / "django.po")
        needed = wanted(language)
        found += _missing(language, needed, catalogue)
        found += _misplaced(language, catalogue)
        found += _stale(language, catalogue)
        if language == "en":
            found += _changed(needed)
    return found


def _missing(language: str, needed: Mapping[Message, str], catalogue: po.Catalogue) -> Iterator[str]:
    for message, path in sorted(needed.items()):
        translations = catalogue.get(message, ())
        if not translations or not all(translations):
            yield f"{language}: no translation of {message.msgid!r} ({path})"


def _misplaced(language: str, catalogue: po.Catalogue) -> Iterator[str]:
    """A plural form may leave its number out ("one day"), but may not name what the message does not."""
    for message, translations in catalogue.items():
        expected = places(message.msgid) | places(message.plural)
        for text in filter(None, translations):
            found = places(text)
            if found - expected or (not message.plural and found != expected):
                yield f"{language}: {text!r} has the places {sorted(found)}, expected {sorted(expected)}"


def places(text: str) -> Counter[str]:
    """The named and unnamed places of a format string, each as often as it stands there."""
    return Counter(match.group(0) for match in _PLACE.finditer(text) if match.group(0) != "%%")


def _stale(language: str, catalogue: po.Catalogue) -> Iterator[str]:
    path = folder(language) / "django.mo"
    if not path.exists() or mo.read(path) != mo.wanted(catalogue):
        yield f"{language}: django.mo does not hold what django.po says; run manage.py make_catalogues"


def _changed(needed: Mapping[Message, str]) -> Iterator[str]:
    """A Malay source string that happens to be a library's English one would be shown in that library's words."""
    malay = trans_real.DjangoTranslation("ms")._catalog  # type: ignore[attr-defined]  # the catalogue as it is merged at run time
    for message, path in sorted(needed.items()):
        shown = malay.get(_key(message))
        if shown is not None and shown != message.msgid:
            yield f"ms: {message.msgid!r} ({path}) is shown as {shown!r}, which a library's catalogue says; word it otherwise"


def _key(message: Message) -> str | tuple[str, int]:
    msgid = f"{message.context}{mo.CONTEXT_END}{message.msgid}" if message.context else message.msgid
    return (msgid, 0) if message.plural else msgid


def _shipped() -> set[str | tuple[str, int]]:
    """What the libraries translate into Malay themselves."""
    found: set[str | tuple[str, int]] = set()
    for package in libraries.MET:
        for path in libraries.folder(package).rglob("locale/ms/LC_MESSAGES/django.mo"):
            found |= mo.read(path).keys()
    return found
