"""What a rule of withdrawals may know: frozen, with the day the law is asked of. Filled by `withdrawals.selectors.facts`, stored with each decision
and replayed without a database (house style 12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from members.enums import Citizenship, IdentityKind, Religion, SubAccount
from withdrawals.enums import Channel, KindCode, Payee, State

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """Another application of the member, or of somebody else about the same house, loan or course (`own` False). Amounts in RM; `taken` is what of it
    is approved, on its way or paid, and what was asked of one that is not decided; `paid` what the bank has paid of it; `held` what is
    still held of an own one that is running and that another may take the place of. Of somebody else's only the
    particulars that the kind names as `shared`; those with the same `person` (a number of this list alone) are of one: a running one, and what
    is to take its place."""

    kind: KindCode
    state: State
    applied_on: date
    asked: Decimal
    taken: Decimal
    subject: str = ""
    own: bool = True
    person: int | None = None
    held: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    particulars: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A member on the day `on`, and what they say of the matter.

    `balances` are RM by account as the law has them on that day (at 55 on Akaun 55, whether or not the batch ran), `held` what of each is held for
    other applications. `particulars` is what the kind asks (its `Particulars`, as plain JSON values), `subject` what tells this matter
    from others of the kind, where the register had to be asked for it; `asked` the amount applied for, RM.
    `applied_on` is the day on which it was handed in, None while it is not: who may apply is asked of that day, how much of the day `on` (ruling 1).
    `received_on` is the day on which it came by post, which is that day before an officer has keyed it in; `received_balances` are RM by account as
    they stood then, where that was before the 55th birthday and the money has moved since.
    `account_verified`: the member has an own account whose name the bank confirmed. `payee`: to whom it goes, None while
    nobody has chosen.
    """

    kind: KindCode
    on: date
    applied_on: date | None = None
    received_on: date | None = None
    channel: Channel
    birth_date: date
    citizenship: Citizenship | None
    identity_kind: IdentityKind
    religion: Religion
    member_since: date
    died_on: date | None = None
    bankrupt: bool = False
    account_verified: bool = True
    balances: Mapping[SubAccount, Decimal] = field(default_factory=dict)
    held: Mapping[SubAccount, Decimal] = field(default_factory=dict)
    received_balances: Mapping[SubAccount, Decimal] = field(default_factory=dict)
    earlier: tuple[Earlier, ...] = ()
    asked: Decimal | None = None
    particulars: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    payee: Payee | None = None

    @property
    def asked_on(self) -> date:
        """The day whose law says who may apply."""
        return self.applied_on or self.received_on or self.on

    def free(self, account: SubAccount) -> Decimal:
        """What of an account nobody holds, RM."""
        return self.balances.get(account, _NOTHING) - self.held.get(account, _NOTHING)
