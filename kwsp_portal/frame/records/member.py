"""The whole record of one member, part by part as the officer's role has it. Only the one field that was just revealed comes in full."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from contributions import labels as contribution_labels
from contributions.enums import CorrectionState, LineState
from contributions.models import CorrectionLine
from contributions.selectors import elections, savings
from contributions.selectors.savings import Contribution
from contributions.views.elections import line_of
from kwsp_portal import phones as numbers
from kwsp_portal.audit import log
from kwsp_portal.frame.permissions import FIELDS, SECTIONS, Field, Section, Who
from kwsp_portal.frame.records import looks, messages, words
from kwsp_portal.notify import addresses, kinds
from kwsp_portal.notify.enums import Channel, Whose
from kwsp_portal.notify.models import Notice, masked_address
from kwsp_portal.templatetags import formats
from members import labels
from members.enums import ProposalState
from members.identity import authenticators, emails, invitations, lockout, sessions, tac_limits
from members.identity.models import Authenticator, Invitation, KnownDevice, Standing, TacPhone, User
from members.models import CounterProposal, Member
from members.rules import age
from members.services import correcting

SHOWN: Final = 5
ACTS: Final = 10
MONTHS: Final = 6
MASK: Final = "••••••"
DEAD: Final = (CorrectionState.REFUSED, CorrectionState.WITHDRAWN, CorrectionState.NOTHING)
"""Corrections whose lines will never be posted."""


class Line(NamedTuple):
    """One line about who somebody is. `field` is what would reveal it, empty where nothing is masked; `open`: it was just revealed."""

    label: Any
    value: Any
    field: str = ""
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class IAkaun:
    """How somebody stands with the i-Akaun. `cooling_until`: money waits till then after a change of number."""

    state: words.Label
    user_id: str
    activated_at: datetime | None
    invitation: Invitation | None
    phone: str
    bound_at: datetime | None
    cooling_until: datetime | None
    app: Authenticator | None
    codes_left: int


@dataclass(frozen=True, kw_only=True)
class SignIns:
    """What is refused at the moment and until when, who is signed in where, and the browsers the person is known by."""

    locks: Sequence[lockout.Lock]
    tac: tac_limits.Refused | None
    sessions: Sequence[Any]
    devices: Sequence[KnownDevice]

    @property
    def tac_until(self) -> datetime | None:
        return self.tac.details.get("until") if self.tac else None


class Told(NamedTuple):
    """A notice or a message: its subject, never its secrets."""

    subject: str
    at: datetime
    to: str = ""
    state: labels.Label | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRecord:
    """A part that the role does not see is None; an empty one is empty. `fields` are those that the role may have revealed."""

    member: Member
    state: words.Label
    lines: Sequence[Line]
    fields: Sequence[tuple[Field, Any]]
    i_akaun: IAkaun | None
    sign_ins: SignIns | None
    savings: savings.Home | None
    months: Sequence[tuple[Any, Sequence[Any]]] | None
    rows: Sequence[Contribution] | None
    elections: Sequence[Mapping[str, Any]] | None
    proposals: Sequence[tuple[CounterProposal, Any]] | None
    corrections: Sequence[CorrectionLine] | None
    notices: Sequence[Told] | None
    messages: Sequence[Told] | None
    events: Sequence[Any] | None


class _Known(NamedTuple):
    """What several parts ask of one person, asked once."""

    user: User | None
    phone: TacPhone | None
    invitation: Invitation | None
    email: str


def record_of(*, member: Member, who: Who, on: date, at: datetime, revealed: Field | None = None) -> MemberRecord:
    """At most 30 queries, whatever the member has."""
    sees = {section for section, roles in SECTIONS.items() if who in roles}
    known = _known(member)

    def part(section: Section, found: Callable[[], Any]) -> Any:
        return found() if section in sees else None

    money = savings.home_of(member=member, on=on) if sees & {Section.SAVINGS, Section.CONTRIBUTIONS} else None
    state = _state_of(known, on)
    return MemberRecord(
        member=member,
        state=state,
        lines=_lines(member, known, revealed, on),
        fields=[(field, words.FIELDS[field]) for field, (value, _mask) in _masked(member, known).items() if value and who in FIELDS[field]],
        i_akaun=part(Section.I_AKAUN, lambda: _i_akaun(known, state, at)),
        sign_ins=part(Section.SIGN_INS, lambda: _sign_ins(known.user, at)),
        savings=part(Section.SAVINGS, lambda: money),
        months=part(Section.CONTRIBUTIONS, lambda: _months(money)),
        rows=part(Section.WAGES, lambda: _rows(money)),
        elections=part(Section.ELECTIONS, lambda: _elections(member)),
        proposals=part(Section.PROPOSALS, lambda: _proposals(member)),
        corrections=part(Section.CORRECTIONS, lambda: _corrections(member)),
        notices=part(Section.NOTICES, lambda: _notices(member)),
        messages=part(Section.NOTICES, lambda: _messages(member, known)),
        events=part(Section.ACTIVITY, lambda: _events(member)),
    )


def _known(member: Member) -> _Known:
    user = member.user
    reader = addresses.Reader(member.pk)
    email = addresses.of(Whose.MEMBER, Channel.EMAIL, [reader]).get(reader, "")
    if user is None:
        return _Known(None, None, None, email)
    phone = TacPhone.objects.filter(user=user, ended_at=None).first()
    return _Known(user, phone, Invitation.objects.filter(user=user).select_related("issued_by").first(), email)


def _masked(member: Member, known: _Known) -> dict[Field, tuple[str, str]]:
    """Each field in full and as the page shows it; empty where the register has none."""
    tac = known.phone.number if known.phone else ""
    return {
        Field.IDENTITY_NUMBER: (formats.ic(member.identity_number), formats.masked_ic(member.identity_number)),
        Field.BIRTH_DATE: (formats.day(member.birth_date), MASK),
        Field.PHONE: (member.phone and numbers.written(member.phone), member.phone and numbers.masked(member.phone)),
        Field.TAC_PHONE: (tac and numbers.written(tac), tac and numbers.masked(tac)),
        Field.EMAIL: (known.email, known.email and masked_address(known.email)),
        Field.ADDRESS: (member.address, member.address and MASK),
        Field.HOME_ADDRESS: (member.home_address, member.home_address and MASK),
    }


def _lines(member: Member, known: _Known, revealed: Field | None, on: date) -> list[Line]:
    """Who it is. Neither sex nor religion is here: no act of an officer asks for them."""
    hidden = {
        field: Line(words.FIELDS[field], full if field is revealed else mask, field.value, field is revealed and bool(full))
        for field, (full, mask) in _masked(member, known).items()
    }
    citizenship = labels.CITIZENSHIPS.get(correcting.citizenship_on(correcting.record_of(member), on) or "", "")
    number = hidden.pop(Field.IDENTITY_NUMBER)
    return [
        Line(words.NUMBER, member.number),
        number._replace(label=labels.paper(member.identity_kind, member.identity_country)),
        Line(words.AGE, age.age_on(member.birth_date, on)),
        Line(words.CITIZENSHIP, citizenship),
        Line(words.SINCE, formats.day(member.member_since)),
        *([Line(words.DIED_ON, formats.day(member.died_on))] if member.died_on else []),
        *hidden.values(),
    ]


def _state_of(known: _Known, on: date) -> words.Label:
    user = known.user
    if user is None:
        return words.I_AKAUN["NONE"]
    if not user.is_active:
        return words.I_AKAUN["CLOSED"]
    if user.activated_at is not None:
        return words.I_AKAUN["ACTIVE"]
    ended = known.invitation is None or invitations.why_ended(known.invitation, on=on)
    return words.I_AKAUN["EXPIRED" if ended else "INVITED"]


def _i_akaun(known: _Known, state: words.Label, at: datetime) -> IAkaun:
    user, phone = known.user, known.phone
    app = authenticators.current(user) if user else None
    cooling = phone.cooling_until if phone else None
    return IAkaun(
        state=state,
        user_id=user.user_id if user and user.activated_at else "",
        activated_at=user.activated_at if user else None,
        invitation=known.invitation if user and not user.activated_at else None,
        phone=numbers.masked(phone.number) if phone else "",
        bound_at=phone.bound_at if phone else None,
        cooling_until=cooling if cooling and cooling > at else None,
        app=app,
        codes_left=authenticators.codes_left(app) if app else 0,
    )


def _sign_ins(user: User | None, at: datetime) -> SignIns:
    if user is None:
        return SignIns(locks=(), tac=None, sessions=(), devices=())
    standing = Standing.objects.filter(pk=user.subject).first()
    return SignIns(
        locks=lockout.locks_of(user.user_id, at=at),
        tac=tac_limits.why_no_try(standing, purpose="", origin="", at=at) if standing else None,
        sessions=sessions.open_of(user, at=at),
        devices=list(KnownDevice.objects.filter(user=user, forgotten_at=None).order_by("-last_at")[:SHOWN]),
    )


def _months(money: savings.Home | None) -> list[tuple[Any, Sequence[Any]]]:
    return [(line, contribution_labels.tags_of(line.state, late=line.late)) for line in (money.months[:MONTHS] if money else ())]


def _rows(money: savings.Home | None) -> Sequence[Contribution]:
    return [*([money.latest] if money.latest else []), *money.earlier] if money else []


def _elections(member: Member) -> list[Mapping[str, Any]]:
    return [line_of(one) for one in elections.of_member(member=member)[:SHOWN]]


def _proposals(member: Member) -> list[tuple[CounterProposal, Any]]:
    waiting = CounterProposal.objects.filter(member=member, state=ProposalState.PROPOSED).select_related("proposed_by")
    return [(one, labels.PROPOSAL_KINDS[one.kind]) for one in waiting]


def _corrections(member: Member) -> Sequence[CorrectionLine]:
    found = CorrectionLine.objects.filter(row__member=member, state=LineState.OPEN).exclude(correction__state__in=DEAD)
    return list(found.select_related("correction", "row__filing__employer").order_by("-pk")[:SHOWN])


def _notices(member: Member) -> list[Told]:
    found = Notice.objects.filter(whose=Whose.MEMBER, whose_id=member.pk).order_by("-pk")[:SHOWN]
    return [Told(kinds.shown(one.code, one.figures).subject, one.at) for one in found]


def _messages(member: Member, known: _Known) -> list[Told]:
    """What was sent to the number and address that are the person's now, and how far it came."""
    email = emails.current(known.user) if known.user else None
    found = messages.of_member(member=member, phone=known.phone, email=email, size=SHOWN)
    return [Told(kinds.shown(one.code, one.figures).subject, one.at, one.to_masked, words.MESSAGES[one.channel][one.state]) for one in found]


def _events(member: Member) -> Sequence[Any]:
    return log.page(subjects=looks.subjects_of(member), wanted=log.Wanted(all_acts=True), size=ACTS).events
