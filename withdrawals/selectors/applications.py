"""A member's applications: the list, and all of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from kwsp_portal.common.explain import Step
from members.enums import SubAccount
from members.identity.models import User
from members.models import Member
from withdrawals import kinds
from withdrawals.enums import Action, Channel, KindCode, Payee, PaymentState, State
from withdrawals.kinds.base import Charge
from withdrawals.models import Application, ApplicationDocument, ApplicationLog, WithdrawalPayment
from withdrawals.models.applications import ENTERING, WRITTEN


@dataclass(frozen=True, kw_only=True)
class Page:
    """One application with its history, payments and papers; `charges` and `steps` are of the last time that the rules were asked."""

    found: Application
    log: Sequence[ApplicationLog]
    payments: Sequence[WithdrawalPayment]
    papers: Sequence[ApplicationDocument]
    charges: Sequence[Charge]
    steps: Sequence[Step]

    @property
    def is_refused(self) -> bool:
        return self.found.state == State.REFUSED

    @property
    def reason(self) -> str:
        """What the member was last told as a reason, by an officer."""
        return next((entry.comment for entry in reversed(self.log) if entry.comment and entry.action != Action.APPEAL), "")

    @property
    def stopped_for(self) -> str:
        """For what KWSP ended it; empty where it did not."""
        return next((entry.note for entry in reversed(self.log) if entry.action == Action.STOP), "")

    @property
    def replaced_by(self) -> str:
        """The number of the application to which its payments gave way; empty where they gave way to none."""
        return next((entry.note for entry in reversed(self.log) if entry.action == Action.GIVE_WAY and entry.from_state == State.ACTIVE), "")

    @property
    def next_payment(self) -> WithdrawalPayment | None:
        return next((one for one in self.payments if one.state in (PaymentState.PLANNED, PaymentState.ORDERED)), None)

    @property
    def orders(self) -> list[WithdrawalPayment]:
        """Arahan Bayaran that the member may cash."""
        own = self.found.payee == Payee.PAYMENT_ORDER
        return [one for one in self.payments if own and one.state == PaymentState.ORDERED]

    @property
    def needs_account(self) -> bool:
        return self.found.state == State.RETURNED and self.found.payee == Payee.ACCOUNT


def of_member(*, member: Member) -> list[Application]:
    """All but what was thrown away and what an officer is still entering, the newest first."""
    return list(Application.objects.filter(member=member).exclude(state=State.DISCARDED).exclude(ENTERING))


def own_of_kind(*, user: User, kind: str) -> list[Application]:
    """The applications of a kind, handed in, of the member who signs in as `user`, the newest first."""
    return list(Application.objects.filter(member__user=user, kind=kind).exclude(state__in=WRITTEN))


def status_from(found: Application, *, on: date) -> date | None:
    """The day from which the member is shown where it stands, as long as it is ahead; None where it is shown."""
    first = None if found.applied_on is None else kinds.OF[KindCode(found.kind)].status_from(found.applied_on)
    return first if first is not None and on < first else None


def draft_of(*, member: Member, kind: str) -> Application | None:
    """The open draft of a kind."""
    return Application.objects.filter(member=member, kind=kind, state=State.DRAFT, channel=Channel.ONLINE).first()


def at_counter(*, member: Member) -> list[Application]:
    """What officers see at a counter: all that was handed in, and their own drafts, the newest first; the member's drafts are the member's."""
    own_drafts = Q(state=State.DRAFT, channel=Channel.ONLINE)
    return list(Application.objects.filter(member=member).exclude(state=State.DISCARDED).exclude(own_drafts))


def page_of(found: Application) -> Page:
    """Everything of one."""
    decision = found.decisions.last()
    return Page(
        found=found,
        log=list(found.log.all()),
        payments=list(found.payments.all()),
        papers=list(found.documents.filter(removed_on=None).select_related("file").defer("file__content")),
        charges=[Charge(SubAccount(one["account"]), Decimal(one["amount"])) for one in decision.charges] if decision else [],
        steps=[Step.from_json(one) for one in decision.steps] if decision else [],
    )
