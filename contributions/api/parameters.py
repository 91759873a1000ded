"""Parameters of a call: each known, once, and of its form. A misspelt one is refused: its answer would look right and be another's."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from contributions.enums import FilingState, RowStatus
from kwsp_portal.common.periods import PeriodError, WageMonth

CURSOR: Final = "cursor"
_TWICE = _("Ditemui lebih daripada sekali, dijangka sekali")
_UNKNOWN = _("Ditemui parameter yang tidak dikenali, dijangka satu daripada %(known)s")
_NOT_A_MONTH = _("Ditemui %(found)s, dijangka bulan seperti 2026-10")
_NOT_ONE_OF = _("Ditemui %(found)s, dijangka satu daripada %(known)s")
_REQUIRED = _("Ditemui tiada, dijangka satu nilai")

Reader = Callable[[str], Any]


class NotOfItsForm(Exception):
    """What a reader raises; `code` is stable."""

    def __init__(self, code: str, words: str) -> None:
        self.code, self.words = code, words
        super().__init__(code)


def month(text: str) -> WageMonth:
    """`YYYY-MM`, a month that has a next one."""
    try:
        found = WageMonth.parse(text)
        found.next()
    except PeriodError:
        raise NotOfItsForm("NOT_A_MONTH", str(_NOT_A_MONTH) % {"found": text[:40]}) from None
    return found


def one_of(*known: str) -> Reader:
    """One word of a closed list, as it is written."""

    def read(text: str) -> str:
        if text not in known:
            raise NotOfItsForm("NOT_ONE_OF", str(_NOT_ONE_OF) % {"found": text[:40], "known": ", ".join(known)})
        return text

    return read


STATES: Final = tuple(state.value for state in FilingState)
STATUSES: Final = tuple(status.value.lower() for status in RowStatus)


def read(request: Request, readers: Mapping[str, Reader], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values given, by name. Raises ValidationError with everything that is wrong."""
    errors: dict[str, list[exceptions.ErrorDetail]] = {}
    found: dict[str, Any] = {}
    for name, given in request.query_params.lists():
        if name not in readers and name != CURSOR:
            errors[name[:40]] = [exceptions.ErrorDetail(str(_UNKNOWN) % {"known": ", ".join(readers)}, code="UNKNOWN_PARAMETER")]
        elif len(given) > 1:
            errors[name] = [exceptions.ErrorDetail(str(_TWICE), code="GIVEN_TWICE")]
        elif name in readers:
            try:
                found[name] = readers[name](given[0])
            except NotOfItsForm as error:
                errors[name] = [exceptions.ErrorDetail(error.words, code=error.code)]
    for name in required:
        if name not in found and name not in errors:
            errors[name] = [exceptions.ErrorDetail(str(_REQUIRED), code="REQUIRED")]
    if errors:
        raise serializers.ValidationError(errors)
    return found
