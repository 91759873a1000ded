"""The own log: what the trail holds of one person or employer, the newest first, read from the index of subjects.

Only acts that the register shows to those whom they touch; officers may be shown all of them.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from kwsp_portal.audit import acts
from kwsp_portal.audit.acts import ACTS, Act, Sort
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.clock import KL
from kwsp_portal.common.stored_names import thing

PAGE: Final = 30
STEP: Final = 1_000
"""Rows that an export reads at a time."""


class Figure(NamedTuple):
    """One figure of an act in words; `before` is empty where nothing changed."""

    label: str
    value: str
    before: str = ""


class Wanted(NamedTuple):
    """What is looked for: acts of one sort (None: all), on days of Kuala Lumpur, both included."""

    sort: Sort | None = None
    since: date | None = None
    until: date | None = None
    all_acts: bool = False


class Page(NamedTuple):
    """Some events, and the number before which the next ones lie; None at the end."""

    events: Sequence[AuditEvent]
    older: int | None


def page(*, subjects: Collection[str], wanted: Wanted, before: int | None = None, size: int = PAGE) -> Page:
    """The events of these subjects, each once. Two queries, whatever the size of the trail."""
    found = _numbers(sorted(subjects), wanted, before, size + 1)
    by_number = AuditEvent.objects.in_bulk(found[:size])
    events = [by_number[seq] for seq in found[:size]]
    return Page(events, found[size - 1] if len(found) > size else None)


def every(*, subjects: Collection[str], wanted: Wanted) -> Iterator[AuditEvent]:
    """All of them, in bounded memory."""
    before: int | None = None
    while True:
        some = page(subjects=subjects, wanted=wanted, before=before, size=STEP)
        yield from some.events
        if some.older is None:
            return
        before = some.older


def figures_of(event: AuditEvent) -> list[Figure]:
    """What of an event people are told: the figures that have a label, what changed from what to what, and by which token a program came."""
    act = ACTS.get(event.action)
    if act is None:
        return []
    found = [Figure(str(one.label), _shown(one, event.data[key])) for key, one in act.data.items() if one.label and _is_there(event.data.get(key))]
    via = [Figure(_("Melalui"), thing(event.data[acts.VIA]))] if acts.VIA in event.data else []
    return [*found, *_changes(act, event.data), *via]


def words_of(event: AuditEvent) -> str:
    """The act as a sentence; its name where it is in the register no more."""
    act = ACTS.get(event.action)
    return event.action if act is None else str(act.words)


def _changes(act: Act, data: dict[str, Any]) -> Iterator[Figure]:
    before, after, nothing = data.get(acts.BEFORE, {}), data.get(acts.AFTER, {}), _("tiada")
    for key, one in act.fields.items():
        if one.label and before.get(key) != after.get(key):
            yield Figure(str(one.label), _shown(one, after.get(key)) or nothing, _shown(one, before.get(key)) or nothing)


def _is_there(value: Any) -> bool:
    return value is not None and value != ""


def _shown(figure: acts.Figure, value: Any) -> str:
    """A value that its own words cannot show, for it was written otherwise once, is shown as it is."""
    if not _is_there(value):
        return ""
    try:
        return str(figure.show(value))
    except (ValueError, TypeError, AttributeError):
        return str(value)


# Each subject's numbers come in order from the key of the index, and are merged: nothing is sorted, and reading ends with the page.
_ONE: Final = "(SELECT seq FROM audit_subject WHERE subject = %s AND seq < %s ORDER BY seq DESC)"
_ALL: Final = """
SELECT found.seq FROM ({parts}) AS found JOIN audit_auditevent e ON e.seq = found.seq
 WHERE e.action = ANY(%s) AND e.at >= %s AND e.at < %s ORDER BY found.seq DESC LIMIT %s
"""
_END: Final = 2**63 - 1


def _numbers(subjects: Sequence[str], wanted: Wanted, before: int | None, size: int) -> list[int]:
    """A row that several of the subjects share comes as often as that, and is taken once."""
    if not subjects:
        return []
    parts = " UNION ALL ".join([_ONE] * len(subjects))
    values: list[Any] = [value for subject in subjects for value in (subject, _END if before is None else before)]
    shown = [code for code, act in ACTS.items() if (act.own or wanted.all_acts) and wanted.sort in (None, act.sort)]
    since = _midnight(wanted.since) if wanted.since else datetime.min.replace(tzinfo=KL)
    until = _midnight(wanted.until + timedelta(days=1)) if wanted.until else datetime.max.replace(tzinfo=KL)
    with connection.cursor() as cursor:
        cursor.execute(_ALL.format(parts=parts), [*values, shown, since, until, size * len(subjects)])
        return list(dict.fromkeys(seq for (seq,) in cursor.fetchall()))[:size]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=KL)
