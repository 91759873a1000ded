"""`/payment-channels/`: by which ways each kind of payment is made, for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from kwsp_portal.bank import channels, limits
from kwsp_portal.bank.channels import ChannelsNotKnown, Kind, Mode, Way
from kwsp_portal.common import clock
from kwsp_portal.common.data_file import Text
from members.identity import gates

_OF_EMPLOYERS: Final = (Kind.MONTHLY, Kind.LATE_CHARGE)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A way as a row of the page, in the active language. `fpx` is what FPX carries where it is a mode; `in_parts` where more than that is paid in
    parts."""

    way: Way
    name: str
    note: str
    modes: Sequence[str]
    fpx: limits.Limit | None
    in_parts: bool
    places: bool
    documents: Sequence[str]
    citations: Sequence[str]
    reason: str

    @property
    def limited(self) -> bool:
        """Whether there is anything to say of amounts, hours or days."""
        return any((self.way.highest, self.way.closes, self.fpx, self.way.start, self.way.end))


@dataclass(frozen=True, kw_only=True)
class Section:
    """A kind of payment: how it is paid on the day, and how it was paid before."""

    anchor: str
    words: str
    lines: Sequence[Line]
    ended: Sequence[Line]


@gates.public
@require_safe
def payment_channels(request: HttpRequest) -> HttpResponse:
    """As on the business date, with what changed and when."""
    on, known = clock.business_date(), channels.known()
    context: dict[str, Any] = {"on": on, "known_from": known.known_from, "start": _said(known.start)}
    try:
        context["sections"] = [section(kind, on) for kind in Kind]
        context["places"] = [(name, _said(known.names[name]), places) for name, places in known.places.items() if places]
    except ChannelsNotKnown:
        context["before_that"] = _said(known.before_that)
    return render(request, "frame/channels.html", context)


def section(kind: Kind, on: date) -> Section:
    """How a kind of payment is made on a day. Raises ChannelsNotKnown before the first day on record."""
    return Section(
        anchor=kind.lower(),
        words=_said(channels.known().kinds[kind]),
        lines=[_line(way, kind, on) for way in channels.channels_for(kind, on=on)],
        ended=[_line(way, kind, on) for way in channels.ended_for(kind, on=on)],
    )


def _line(way: Way, kind: Kind, on: date) -> Line:
    known = channels.known()
    return Line(
        way=way,
        name=_said(known.names[way.channel]),
        note=_said(known.notes[way.channel]) if way.channel in known.notes else "",
        modes=[_said(known.modes[mode]) for mode in way.modes],
        fpx=_fpx(kind, on) if Mode.FPX in way.modes else None,
        in_parts=kind in _OF_EMPLOYERS,
        places=bool(known.places[way.channel]),
        documents=[_said(document) for document in way.documents],
        citations=[_said(source) for source in way.citations],
        reason=_said(way.reason) if way.reason else "",
    )


def _fpx(kind: Kind, on: date) -> limits.Limit | None:
    """That of who pays this kind: None where the limit of that day is not on record."""
    payer = limits.Payer.COMPANY if kind in _OF_EMPLOYERS else limits.Payer.PERSON
    return limits.limit_at(payer=payer, on=on) if on >= limits.known_from() else None


def _said(words: Text) -> str:
    return words.in_language(translation.get_language())
