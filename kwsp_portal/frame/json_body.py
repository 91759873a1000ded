"""The JSON that the API reads: each name once, nested no deeper than anything it asks for, and text that is Unicode.

Two parsers may differ on which of two equal names counts (RFC 8259, section 4), so neither does here.
"""

import json
from collections.abc import Mapping
from typing import IO, Any, Final, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST: Final = 20
"""Levels of lists and objects; the API asks for three."""


class StrictJSON(JSONParser):
    """DRF's parser, without its silence. Raises ParseError."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            found = json.loads(stream.read().decode(encoding), parse_constant=_no_number, object_pairs_hook=_once)
            _check(found)
        except RecursionError as error:
            raise _too_deep() from error
        except UnicodeError as error:
            raise ParseError(_("Ditemui aksara yang bukan Unicode, dijangka JSON dalam UTF-8")) from error
        except (ValueError, LookupError) as error:
            raise ParseError(_("Kandungan itu tidak dapat dibaca sebagai JSON: %(error)s") % {"error": str(error)[:100]}) from error
        return found


def _no_number(found: str) -> NoReturn:
    raise ValueError(found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        doubled = next(name for name in found if names.count(name) > 1)
        shown = doubled[:40].encode(errors="replace").decode()
        raise ParseError(_("Ditemui nama %(name)s lebih daripada sekali dalam satu objek, dijangka sekali") % {"name": shown})
    return found


def _check(found: Any) -> None:
    """Without recursion, whatever comes."""
    waiting = [(found, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep()
        match one:
            case str():
                one.encode()
            case dict():
                waiting += [(inside, depth + 1) for pair in one.items() for inside in pair]
            case list():
                waiting += [(inside, depth + 1) for inside in one]


def _too_deep() -> ParseError:
    return ParseError(_("Ditemui senarai atau objek yang terlalu dalam, dijangka paling banyak %(most)s aras") % {"most": DEEPEST})
