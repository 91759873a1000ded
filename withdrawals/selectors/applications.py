"""A member's applications: the list, and all of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kwsp_portal.common.explain import Step
from members.enums import SubAccount
from members.models import Member
from withdrawals.enums import Payee, PaymentState, State
from withdrawals.kinds.base import Charge
from withdrawals.models import Application, ApplicationDocument, ApplicationLog, WithdrawalPayment


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
        return next((entry.comment for entry in reversed(self.log) if entry.comment and entry.by_id != self.found.member.user_id), "")

    @property
    def next_payment(self) -> WithdrawalPayment | None:
        return next((one for one in self.payments if one.state in (PaymentState.PLANNED, PaymentState.ORDERED)), None)

    @property
    def needs_account(self) -> bool:
        return self.found.state == State.RETURNED and self.found.payee == Payee.ACCOUNT


def of_member(*, member: Member) -> list[Application]:
    """All but what was thrown away, the newest first."""
    return list(Application.objects.filter(member=member).exclude(state=State.DISCARDED))


def draft_of(*, member: Member, kind: str) -> Application | None:
    """The open draft of a kind."""
    return Application.objects.filter(member=member, kind=kind, state=State.DRAFT).first()


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
