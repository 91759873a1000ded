"""The trail in words, as its reader may know it: what was done, to whom, by whom, and from where somebody signed in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kwsp_portal.audit import log
from kwsp_portal.audit.acts import ACTS, Sort
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.stored_names import thing
from members.identity.admin import ROLES
from members.identity.enums import STAFF, Role
from members.identity.models import User

PARTS: Final = {"portal", "jobs", "ledger", "backup", "kiosk", "dividends"}
"""Actors that are parts of the portal."""
People = Mapping[int, User]


class Line(NamedTuple):
    """An event as its page shows it."""

    event: AuditEvent
    words: str
    by: str
    about: str
    figures: Sequence[log.Figure]


def lines_of(request: HttpRequest, events: Sequence[AuditEvent], *, names: bool) -> list[Line]:
    """Events as their reader may know them; `names`: the reader knows who acts for the employer. One query."""
    people = User.objects.in_bulk({key for event in events for key in (event.actor_id, *_users(event)) if key})
    return [
        Line(event, log.words_of(event), _by(request, event, people, names=names), _about(event, people, names=names), _figures(event, people))
        for event in events
    ]


def _users(event: AuditEvent) -> list[int]:
    """Whom it touches besides whoever did it."""
    found = (subject.partition(":")[2] for subject in event.subjects if subject.startswith("user:"))
    return [int(key) for key in found if key.isdigit() and int(key) != event.actor_id]


def _by(request: HttpRequest, event: AuditEvent, people: People, *, names: bool) -> str:
    """Who it was, as the reader may know it."""
    found = people.get(event.actor_id or 0)
    if found is None:
        return _("Portal") if event.actor in PARTS else _("Tidak dikenali (belum log masuk)")
    if found.pk == request.user.pk:
        return _("Anda sendiri")
    if found.role in STAFF:
        office = str(ROLES[Role(found.role)])
        return _("Pegawai KWSP: %(office)s") % {"office": office} if not _is_officer(request) else f"{found.name} ({office})"
    return found.name if names else str(ROLES[Role(found.role)])


def _is_officer(request: HttpRequest) -> bool:
    reader: Any = request.user
    return bool(reader.is_officer)


def _about(event: AuditEvent, people: People, *, names: bool) -> str:
    """What it was done to, and to which of those who act for the employer; not said where that is the person themselves."""
    if event.target.startswith(("user:", "member:", "employer:")):
        whom = [people[key] for key in _users(event) if key in people] if names and _touches_employer(event) else []
        return ", ".join(found.name for found in whom if found.role == Role.REPRESENTATIVE)
    return thing(event.target)


def _touches_employer(event: AuditEvent) -> bool:
    return any(subject.startswith("employer:") for subject in event.subjects)


def _figures(event: AuditEvent, people: People) -> list[log.Figure]:
    """Those of the register, and the address that somebody signed in from, or tried to; never an officer's."""
    found, act = log.figures_of(event), ACTS.get(event.action)
    actor = people.get(event.actor_id or 0)
    if event.ip and act is not None and act.sort is Sort.SIGN_IN and (actor is None or actor.role not in STAFF):
        found.append(log.Figure(_("Alamat rangkaian"), event.ip))
    return found
