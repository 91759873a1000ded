"""The one place that changes an application's state: look up the table, ask who it is, write the log and the trail."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from kwsp_portal import bulk
from kwsp_portal.audit import acts as audit_acts
from kwsp_portal.audit import services as audit
from kwsp_portal.common.money import to_sen
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from members.services import own_record
from withdrawals import workflow
from withdrawals.enums import Action, State, Who
from withdrawals.models import Application, ApplicationLog
from withdrawals.selectors import relatives

OFFICERS: Final = frozenset({Role.WITHDRAWAL_OFFICER})
AT_COUNTER: Final = frozenset({Role.COUNTER_OFFICER, Role.SUPERVISOR})
NOTHING: Final[Mapping[str, object]] = {}
CHANGING: Final = (
    *("state", "particulars", "subject", "asked", "payee", "account", "channel", "applied_on", "applied_at", "due_on", "waiting_since", "officer"),
    *("first_officer", "decided_by", "decided_on", "approved", "paid", "holds", "appeals", "version"),
)

_MOVE_MANY: Final = """
UPDATE withdrawals_application AS application
   SET state = new.state, approved = new.approved, decided_on = new.decided_on, paid = new.paid, holds = new.holds::bigint[], version = version + 1
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::date[], %s::bigint[], %s::text[])
    AS new (id, state, approved, decided_on, paid, holds)
 WHERE application.id = new.id
"""
_LOG_MANY: Final = """
COPY withdrawals_applicationlog (application_id, action, from_state, to_state, comment, note, "on", at) FROM STDIN
"""


class NotAllowed(Exception):
    """Why an act on an application is refused. `code`: NO_RIGHT, OWN_WORK, OWN_CASE, RELATIVE, WRONG_STATE, CHANGED, TAKEN, REASON_MISSING,
    NOT_CANCELLABLE, and what the services of each act name. `details` say what was found and expected."""

    def __init__(self, code: str, **details: str) -> None:
        self.code, self.details = code, details
        super().__init__(code, details)


def locked(application_id: int) -> Application:
    """The application, its member locked first: applications of one member are handed in, decided and paid one after the other. Raises
    Application.DoesNotExist."""
    Member.objects.select_for_update(of=("self",), no_key=True).get(applications=application_id)
    found = Application.objects.select_for_update(of=("self",), no_key=True).select_related("member", "account", "officer", "first_officer")
    return found.get(pk=application_id)


def why_not(found: Application, action: Action, by: User | None) -> str:
    """The code of the refusal of a move, empty where it may be made; the page asks what the service enforces. None is the system."""
    move = workflow.MOVES.get((State(found.state), action))
    if move is None:
        return "WRONG_STATE"
    if by is None or move.who is Who.SYSTEM:
        return "" if by is None and move.who is Who.SYSTEM else "NO_RIGHT"
    if move.who is Who.MEMBER:
        return "" if found.member.user_id == by.pk else why_not_for(found.member, by)
    return _why_not_officer(found, move.who, by)


def why_not_for(member: Member, by: User) -> str:
    """The code of the refusal of an act in a member's place; empty for who sits at a counter, but not for the own record or a declared relative's."""
    if by.role not in AT_COUNTER:
        return "NO_RIGHT"
    if own_record.owns(by, member):
        return "OWN_CASE"
    return "RELATIVE" if relatives.is_declared(by, member) else ""


def allowed(found: Application, by: User) -> Collection[Action]:
    """What `by` may do with it as it stands."""
    return frozenset(action for action in Action if not why_not(found, action, by))


def demand(found: Application, action: Action, by: User | None) -> None:
    """Raises NotAllowed, which the trail keeps."""
    code = why_not(found, action, by)
    if code:
        raise refused(found, action, by, code)


def move(found: Application, action: Action, by: User | None, *, on: date, comment: str = "", note: str = "") -> ApplicationLog:
    """Move an application that the caller has locked, in the caller's transaction, and write what else was set on it. Raises NotAllowed."""
    demand(found, action, by)
    before = found.state
    found.state = workflow.MOVES[State(before), action].to
    found.version = F("version") + 1
    found.save(update_fields=CHANGING)
    found.refresh_from_db(fields=["version"])
    entry = ApplicationLog.objects.create(
        application=found, action=action, from_state=before, to_state=found.state, by=by, comment=comment, note=note, on=on, at=Now()
    )
    said = {"reason": comment} if comment else {}
    record(found, action.value.lower(), by, said, before={"state": str(before)}, after={"state": str(found.state)})
    return entry


def move_many(found: Sequence[Application], action: Action, *, on: date) -> None:
    """`move` by the portal for a chunk of thousands, in three statements. Written with it is what else a batch decides: `approved`, `decided_on`,
    `paid` and `holds`."""
    # What the portal may do with one depends on its state alone.
    nexts: dict[str, State] = {}
    for one in found:
        if one.state not in nexts:
            nexts[one.state] = _next(one, action)
    moved = [(one, one.state, nexts[one.state]) for one in found]
    for one, _before, after in moved:
        one.state, one.version = after, one.version + 1
    ids, states = bulk.numbers(one.pk for one in found), bulk.texts([after.value for _one, _before, after in moved])
    columns = (
        _numbers(None if one.approved is None else to_sen(one.approved) for one in found),
        _numbers(one.decided_on for one in found),
        bulk.numbers(to_sen(one.paid) for one in found),
        bulk.texts([bulk.numbers(one.holds) for one in found]),
    )
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_MANY, [ids, states, *columns])
        cursor.execute("SELECT statement_timestamp()::text")
        end = f"\t\t\t{on}\t{cursor.fetchone()[0]}\n"
        bulk.copy(cursor, _LOG_MANY, [f"{one.pk}\t{action.value}\t{before}\t{after.value}{end}" for one, before, after in moved])
    acts = [
        (one, told(one, {audit_acts.BEFORE: {"state": str(before)}, audit_acts.AFTER: {"state": str(after)}}), [one.member])
        for one, before, after in moved
    ]
    audit.record_many(actor=None, action=f"withdrawal.{action.value.lower()}", acts=acts)


def _next(found: Application, action: Action) -> State:
    """Raises NotAllowed."""
    demand(found, action, None)
    return workflow.MOVES[State(found.state), action].to


def _numbers(values: Iterable[object]) -> str:
    return "{" + ",".join("NULL" if one is None else str(one) for one in values) + "}"


def told(found: Application, data: Mapping[str, object]) -> dict[str, object]:
    """What the trail always says of an application."""
    return {"number": found.number, "kind": str(found.kind), **data}


def record(
    found: Application,
    act: str,
    by: User | None,
    data: Mapping[str, object] = NOTHING,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write an act into the trail of the member."""
    audit.record(actor=by, action=f"withdrawal.{act}", target=found, data=told(found, data), subjects=[found.member], before=before, after=after)


def refused(found: Application, action: Action | str, by: User | None, code: str, /, **details: str) -> NotAllowed:
    """The refusal of an act, to be raised by the caller; the trail has it."""
    audit.record_refusal(actor=by, action=f"withdrawal.{action.lower()}", target=found, data={"code": code}, subjects=[found.member])
    return NotAllowed(code, **details)


def _why_not_officer(found: Application, who: Who, by: User) -> str:
    if by.role not in OFFICERS:
        return "NO_RIGHT"
    if found.member.user_id == by.pk:
        return "OWN_CASE"
    if who is Who.HOLDER:
        return "" if found.officer_id == by.pk else "NO_RIGHT"
    return "OWN_WORK" if who is Who.OTHER_OFFICER and found.first_officer_id == by.pk else ""
