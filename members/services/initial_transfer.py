"""The one transfer out of Akaun Sejahtera with which three accounts began (facts 2.2): chosen by the member, under a code, once and for good.

PostgreSQL keeps it once: the ledger's natural key is the member, and no entry of this kind has another part or a day outside of the window
(members/ledger/migrations/0011_initial_transfer.py).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_noop

from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify import kinds
from members import explanations
from members.enums import SubAccount
from members.identity import notices, tac, tac_messages
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.ledger import balances, posting
from members.ledger.balances import EntryView
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.rules import initial_transfer
from members.rules.initial_transfer import Division
from members.services import ages

FROM: Final = SubAccount.SEJAHTERA
KINDS: Final = {
    "TAC_INITIAL_TRANSFER": tac_messages.kind(
        subject=gettext_noop("TAC pindahan amaun permulaan"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk memindahkan %(total)s daripada Akaun Sejahtera. Pindahan ini tidak boleh dibatalkan."),
        show={"total": explanations.amount},
    ),
    "INITIAL_TRANSFER": kinds.Kind(
        subject=gettext_noop("%(total)s dipindahkan daripada Akaun Sejahtera"),
        paragraphs=(
            gettext_noop(
                "KWSP: Atas pilihan anda, %(fleksibel)s dipindahkan ke Akaun Fleksibel dan %(persaraan)s ke Akaun Persaraan. Jumlah simpanan anda "
                "tidak berubah. Bukan anda? Hubungi KWSP dengan segera."
            ),
        ),
        show=dict.fromkeys(("total", "fleksibel", "persaraan"), explanations.amount),
        action=gettext_noop("Lihat pindahan ini"),
    ),
}


class NotAllowed(Exception):
    """Why the transfer is not made. `refusal.code`: TRANSFER_CLOSED, TRANSFER_TOO_OLD, TRANSFER_NOTHING, TRANSFER_DONE."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


class Preview(NamedTuple):
    """What a member may choose now: the accounts before and after, in sen by code, and how it is reckoned. Without a `division` the `refusal` says
    why not; `done` is the transfer that was made."""

    before: Mapping[SubAccount, int]
    after: Mapping[SubAccount, int]
    division: Division | None
    refusal: Refusal | None
    done: EntryView | None

    @property
    def total_sen(self) -> int:
        return sum(self.division.parts.values()) if self.division else 0


def offered(member: Member, *, on: date) -> bool:
    """Whether the member's first page points to it: in its time, below 55, and not made."""
    return (
        initial_transfer.is_open(on)
        and initial_transfer.why_not(birth_date=member.birth_date, on=on, available_sen=1) is None
        and made(member) is None
    )


def last_day(on: date) -> date:
    """Until when it can be chosen, asked while it can."""
    last: date = initial_transfer.LAW.at("last_day", on).value
    return last


def made(member: Member) -> EntryView | None:
    """The member's transfer, in the ledger."""
    return balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.INITIAL_TRANSFER, [member.pk]).get(member.pk)


def preview(member: Member, *, on: date) -> Preview:
    """What the transfer would do now."""
    pots = {pot.code: pot for pot in balances.pots_of(HolderKind.MEMBER, member.pk)}
    available = pots[FROM].available_sen if FROM in pots else 0
    before = {code: pots[code].balance_sen if code in pots else 0 for code in (SubAccount.PERSARAAN, FROM, SubAccount.FLEKSIBEL)}
    done = made(member)
    refusal = _done(done) if done else initial_transfer.why_not(birth_date=member.birth_date, on=on, available_sen=available)
    if refusal is not None:
        return Preview(before, before, None, refusal, done)
    division = initial_transfer.divide(available, on)
    after = {code: sen + division.parts.get(SubAccount(code), 0) for code, sen in before.items()}
    after[FROM] -= sum(division.parts.values())
    return Preview(before, after, division, None, None)


def shown(found: Preview) -> dict[str, str]:
    """What the code approves: just these amounts. When money comes in meanwhile, another code approves the new ones."""
    parts = found.division.parts if found.division else {}
    said = {code.lower(): f"{money.from_sen(parts.get(code, 0)):.2f}" for code in (SubAccount.FLEKSIBEL, SubAccount.PERSARAAN)}
    return {**said, "total": f"{money.from_sen(found.total_sen):.2f}"}


def transfer(*, member: Member, approval: Approval, on: date, at: datetime, ip: str | None = None) -> int:
    """Makes the transfer as the page showed it, and returns its entry. Raises NotAllowed, tac.Refused; then nothing has changed."""
    user = member.user
    assert isinstance(user, User)  # noqa: S101 - chosen on the member's own page
    ages.bring_up(member_ids=[member.pk], on=on, at=at)
    with transaction.atomic():
        Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
        found = preview(member, on=on)
        if found.refusal is not None:
            audit.record_refusal(actor=user, action="member.initial_transfer", target=member.subject, data={"code": found.refusal.code}, ip=ip)
            raise NotAllowed(found.refusal)
        figures = shown(found)
        tac.spend(approval=approval, user=user, purpose=Purpose.INITIAL_TRANSFER, shown=figures, at=at)
        entry_id = posting.post(_act(member, found, on))
        before, after = ({code.value: f"{money.from_sen(sen):.2f}" for code, sen in side.items()} for side in (found.before, found.after))
        audit.record(actor=user, action="member.initial_transfer", target=member.subject, before=before, after=after, ip=ip)
        notices.warn(user, "INITIAL_TRANSFER", figures=figures, cause=f"entry:{entry_id}", at=at)
    return entry_id


def _act(member: Member, found: Preview, on: date) -> posting.Act:
    assert found.division is not None  # noqa: S101 - the caller has checked
    legs = [posting.Leg(posting.member(member.pk, code.value), sen) for code, sen in found.division.parts.items()]
    legs.append(posting.Leg(posting.member(member.pk, FROM.value), -found.total_sen))
    return posting.Act(EntryKind.INITIAL_TRANSFER, member.pk, 0, on, on, legs)


def _done(entry: EntryView) -> Refusal:
    return Refusal("TRANSFER_DONE", initial_transfer.LAW["last_day"].values[-1].citation, {"asked": str(entry.booked_on)})
