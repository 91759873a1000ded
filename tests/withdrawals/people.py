"""Members who can apply: with savings, an account that the bank has confirmed, a phone for codes; and what they do on the pages of the guide."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from members.enums import SubAccount
from members.identity.enums import Purpose
from members.identity.models import Approval
from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind
from members.models import BankAccount, Member
from tests import factories
from tests.factories import leave
from withdrawals.enums import Channel, KindCode
from withdrawals.models import Application, ApplicationDocument
from withdrawals.selectors import guides
from withdrawals.services import applying, drafts
from withdrawals.services.drafts import Said

ON = date(2026, 11, 10)
"""A Tuesday."""
AT = datetime(2026, 11, 10, 9, 30, tzinfo=KL)
AGED_51 = date(1975, 3, 5)
_NUMBERS = count(1)


def saver(*, fleksibel: str = "2000.00", sejahtera: str = "10000.00", phone_cools: timedelta = timedelta(days=-29), **fields: Any) -> Member:
    """A citizen of 51 who can sign in, with savings on all three accounts and an account that has cooled off."""
    user = fields.pop("user", None) or factories.UserFactory()
    factories.TacPhoneFactory(user=user, cooling_until=AT + phone_cools)
    member: Member = factories.MemberFactory(**{"birth_date": AGED_51, "user": user, **fields})
    save(member, {SubAccount.PERSARAAN: "70000.00", SubAccount.SEJAHTERA: sejahtera, SubAccount.FLEKSIBEL: fleksibel})
    bank_account(member)
    return member


def save(member: Member, amounts: dict[SubAccount, str]) -> None:
    """Money on these accounts, as a contribution brings it."""
    day = date(2025, 1, 1)
    legs = [posting.Leg(posting.member(member.pk, code.value), to_sen(Decimal(amount))) for code, amount in amounts.items() if Decimal(amount)]
    legs.append(posting.Leg(posting.fund("RECEIPT_CLEARING"), -sum(leg.amount_sen for leg in legs)))
    posting.post(posting.Act(EntryKind.CONTRIBUTION, 800_000 + next(_NUMBERS), 0, day, day, legs))


def bank_account(member: Member, *, ending: str = "6789", cools: timedelta = timedelta(days=-29)) -> BankAccount:
    """The account to which money may go, in place of the one before."""
    BankAccount.objects.filter(member=member, state="CURRENT").update(state="REPLACED", ended_at=AT)
    since = AT - timedelta(days=30)
    number = f"1141{next(_NUMBERS):04d}{ending}"
    good = {"state": "CURRENT", "match": "FULL", "holder": member.name, "since": since, "cooling_until": AT + cools}
    return BankAccount.objects.create(member=member, bank="MBBEMYKL", number=number, ending=ending, asked_at=since, due_at=since, **good)


def drafted(
    member: Member, amount: str = "200.00", *, kind: KindCode = KindCode.FLEKSIBEL, on: date = ON, answers: dict[str, Any] | None = None
) -> Application:
    """A draft with an amount, and what the kind asks."""
    found = drafts.begin(member=member, kind=kind, by=member.user, on=on)  # type: ignore[arg-type]
    said = Said(asked=Decimal(amount), answers=answers)
    return drafts.say(application_id=found.pk, version=found.version, said=said, by=member.user)  # type: ignore[arg-type]


def with_papers(found: Application, *, on: date = ON) -> Application:
    """With every paper that it needs."""
    result = guides.of_draft(found, on=on).result
    for code in guides.needed(result, Channel(found.channel)) if result else ():
        ApplicationDocument.objects.create(
            application=found, code=code, file=factories.StoredFileFactory(uploaded_by=found.member.user), added_by=found.member.user, added_on=on
        )
    return found


def code_for(found: Application, **other: str) -> Approval:
    """The leave that the phone's code gives for exactly this; `other` for something else."""
    member = found.member
    shown = applying.shown(found, applying.account_for(found)) | other
    return leave.as_rows(user=member.user, purpose=Purpose.WITHDRAWAL, shown=shown, at=AT)  # type: ignore[arg-type]


def submit(found: Application, approval: Approval | None = None, **more: Any) -> Application:
    asked = {"approval": approval or code_for(found), "version": found.version, "by": found.member.user, "on": ON, "at": AT, **more}
    return applying.submit(application_id=found.pk, **asked)


def handed_in(member: Member, amount: str = "200.00", *, kind: KindCode = KindCode.FLEKSIBEL) -> Application:
    return submit(drafted(member, amount, kind=kind))


def held(member: Member) -> dict[str, int]:
    """Sen that are held, by account."""
    return {pot.code: pot.held_sen for pot in balances.pots_of(HolderKind.MEMBER, member.pk) if pot.held_sen}
