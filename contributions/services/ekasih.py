"""The Ministry's e-Kasih list (facts, section 3.2): one officer brings a file, another takes it, workers follow it (`ekasih_following`).

A file is believed whole or not at all; one of which nothing was read stays in the list of files with the reason. Of one that was read each row says
what it is before anybody decides.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import connection, transaction

from contributions.enums import EKasihFate, EKasihState
from contributions.models import EKasihList, EKasihRow
from contributions.services import correction, ekasih_following
from kwsp_portal import audit, ekasih
from kwsp_portal.common.names import name_key
from kwsp_portal.documents.models import StoredFile
from kwsp_portal.ekasih import FileRefused, Listed
from kwsp_portal.templatetags import formats
from members.enums import IdentityKind, Sex
from members.identity.models import User
from members.models import Member
from members.rules import identity

OFFICERS: Final = correction.OFFICERS
_AT_ONCE: Final = 5_000
STANDING: Final = (EKasihState.WAITS, EKasihState.TAKEN, EKasihState.FOLLOWED)


class NotAllowed(Exception):
    """Why an act on a list is refused. `code`: NO_RIGHT, OWN_WORK, WRONG_STATE, COMMENT_MISSING, ANOTHER_RUNS, OLDER."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class _Known(NamedTuple):
    pk: int
    name_key: str
    sex: str
    died: bool


def upload(*, name: str, content: bytes, by: User, on: date, at: datetime) -> EKasihList:
    """The file, read or with why it was not. The same file again finds what it became. Raises NotAllowed (NO_RIGHT)."""
    if by.role not in OFFICERS:
        raise _refused("upload", by, "NO_RIGHT")
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # One file at a time: two of one day, or the same twice at once, are told apart by which came first.
        connection.cursor().execute("SELECT pg_advisory_xact_lock(hashtext('contributions.ekasih'))")
        earlier = EKasihList.objects.filter(digest=digest).exclude(state__in=(EKasihState.REFUSED, EKasihState.WITHDRAWN)).first()
        if earlier is not None:
            return earlier
        try:
            found = ekasih.read(content)
            _check_day(found.as_at, on)
        except FileRefused as fault:
            made = _keep(name, content, digest, by, on, at, state=EKasihState.UNREADABLE, fault=fault.code, detail=fault.detail[:200])
        else:
            made = _keep(name, content, digest, by, on, at, state=EKasihState.WAITS, as_at=found.as_at, rows_total=len(found.rows))
            EKasihRow.objects.bulk_create(_rows(made, found.rows), batch_size=_AT_ONCE)
        audit.record(actor=by, action="ekasih.upload", target=made, data={"rows": made.rows_total, "fault": made.fault, "on": str(on)})
    return made


def take(*, list_id: int, by: User, on: date) -> EKasihList:
    """Another officer takes it: from then on workers follow it. Raises NotAllowed."""
    with transaction.atomic():
        found = _demand(list_id, "take", by)
        if EKasihList.objects.filter(state=EKasihState.TAKEN).exists():
            raise _refused("take", by, "ANOTHER_RUNS", found)
        if EKasihList.objects.filter(state=EKasihState.FOLLOWED, as_at__gte=found.as_at).exists():
            raise _refused("take", by, "OLDER", found)
        found.state, found.decided_by, found.decided_on = EKasihState.TAKEN, by, on
        found.save(update_fields=["state", "decided_by", "decided_on"])
        ekasih_following.open_run(found, on=on)
        _record(found, "take", by, on)
    return found


def refuse(*, list_id: int, comment: str, by: User, on: date) -> EKasihList:
    """Another officer says no, with why: the file may be brought again. Raises NotAllowed."""
    if not comment.strip():
        raise _refused("refuse", by, "COMMENT_MISSING")
    with transaction.atomic():
        found = _demand(list_id, "refuse", by)
        found.state, found.decided_by, found.decided_on, found.comment = EKasihState.REFUSED, by, on, comment.strip()
        found.save(update_fields=["state", "decided_by", "decided_on", "comment"])
        _record(found, "refuse", by, on)
    return found


def withdraw(*, list_id: int, by: User, on: date) -> EKasihList:
    """Who brought it takes it back. Raises NotAllowed."""
    with transaction.atomic():
        found = _demand(list_id, "withdraw", by)
        found.state = EKasihState.WITHDRAWN
        found.save(update_fields=["state"])
        _record(found, "withdraw", by, on)
    return found


def allowed(*, found: EKasihList, by: User) -> frozenset[str]:
    """What `by` may do with it now; the page asks what the service enforces."""
    return frozenset(act for act in ("take", "refuse", "withdraw") if not _why_not(found, act, by))


def _demand(list_id: int, act: str, by: User) -> EKasihList:
    found = EKasihList.objects.select_for_update(of=("self",), no_key=True).get(pk=list_id)
    code = _why_not(found, act, by)
    if code:
        raise _refused(act, by, code, found)
    return found


def _why_not(found: EKasihList, act: str, by: User) -> str:
    if by.role not in OFFICERS:
        return "NO_RIGHT"
    if found.state != EKasihState.WAITS:
        return "WRONG_STATE"
    own = found.uploaded_by_id == by.pk
    return "OWN_WORK" if own is not (act == "withdraw") else ""


def _check_day(as_at: date, on: date) -> None:
    """Raises FileRefused: LATER than today, or of a day that another list has or came after."""
    if as_at > on:
        raise FileRefused("LATER", f"{formats.day(as_at)}, {formats.day(on)}")
    newest = EKasihList.objects.filter(state__in=STANDING, as_at__gte=as_at).order_by("-as_at").first()
    if newest is not None:
        raise FileRefused("OLDER", f"{formats.day(as_at)}, {formats.day(newest.as_at)}")


def _keep(name: str, content: bytes, digest: str, by: User, on: date, at: datetime, **fields: object) -> EKasihList:
    kept = StoredFile.objects.create(
        name=name[-255:] or "e-kasih.txt", size=len(content), sha256=digest, content=content, uploaded_by=by, uploaded_at=at
    )
    return EKasihList.objects.create(digest=digest, file=kept, uploaded_by=by, uploaded_on=on, **fields)


def _rows(made: EKasihList, rows: Sequence[Listed]) -> list[EKasihRow]:
    """Of rows with one identity number the first counts."""
    known: dict[str, _Known] = {}
    numbers = sorted({row.number for row in rows})
    for start in range(0, len(numbers), _AT_ONCE):
        known |= _known(numbers[start : start + _AT_ONCE])
    found, seen = [], set[str]()
    for row in rows:
        who = known.get(row.number)
        fate = _fate(row, who, twice=row.number in seen)
        seen.add(row.number)
        found.append(EKasihRow(of=made, line=row.line, identity_number=row.number, name=row.name, member_id=who.pk if who else None, fate=fate))
    return found


def _fate(row: Listed, who: _Known | None, *, twice: bool) -> EKasihFate:
    if identity.number_form(IdentityKind.MYKAD, row.number):
        return EKasihFate.BAD_NUMBER
    if twice:
        return EKasihFate.TWICE
    if who is None:
        return EKasihFate.UNKNOWN
    if name_key(row.name) != who.name_key:
        return EKasihFate.OTHER_NAME
    if who.sex != Sex.FEMALE:
        return EKasihFate.NOT_A_WOMAN
    return EKasihFate.DIED if who.died else EKasihFate.LISTED


def _known(numbers: Sequence[str]) -> Mapping[str, _Known]:
    """Members by MyKad number. One query."""
    found = Member.objects.filter(identity_kind=IdentityKind.MYKAD, identity_number__in=numbers)
    return {number: _Known(pk, key, sex, died is not None) for number, pk, key, sex, died in found.values_list(*_OF_MEMBER)}


_OF_MEMBER: Final = ("identity_number", "pk", "name_key", "sex", "died_on")


def _record(found: EKasihList, act: str, by: User, on: date) -> None:
    before, after = {"state": EKasihState.WAITS.value}, {"state": str(found.state)}
    audit.record(actor=by, action=f"ekasih.{act}", target=found, data={"on": str(on)}, before=before, after=after)


def _refused(act: str, by: User, code: str, found: EKasihList | None = None) -> NotAllowed:
    audit.record_refusal(actor=by, action=f"ekasih.{act}", target=found, data={"code": code})
    return NotAllowed(code)
