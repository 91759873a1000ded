"""The chart of accounts: the closed list of what an account can be.

Sign everywhere: positive is what the fund owes the holder, so a member's savings are positive, an employer's CONTRIBUTION_DUE is
negative while it owes, and money of the fund's at a bank (FPX_CLEARING) is negative.
"""

from typing import NamedTuple

from members.enums import SubAccount
from members.ledger.enums import HolderKind, Side

FUND = 0
"""The holder id of the fund's own accounts."""


class AccountKind(NamedTuple):
    """`floored`: may not go below what is held on it, hence never below zero. `dividend_to`: the code of the same holder's account
    that receives its dividend; empty where it earns none."""

    code: str
    holder_kind: HolderKind
    side: Side
    floored: bool
    dividend_to: str = ""


def _member(code: SubAccount, dividend_to: SubAccount) -> AccountKind:
    return AccountKind(code.value, HolderKind.MEMBER, Side.CREDIT, floored=True, dividend_to=dividend_to.value)


def _employer(code: str, side: Side, *, floored: bool) -> AccountKind:
    return AccountKind(code, HolderKind.EMPLOYER, side, floored=floored)


def _fund(code: str, side: Side) -> AccountKind:
    return AccountKind(code, HolderKind.FUND, side, floored=False)


KINDS: tuple[AccountKind, ...] = (
    _member(SubAccount.PERSARAAN, SubAccount.PERSARAAN),
    _member(SubAccount.SEJAHTERA, SubAccount.SEJAHTERA),
    _member(SubAccount.FLEKSIBEL, SubAccount.FLEKSIBEL),
    _member(SubAccount.AKAUN_55, SubAccount.AKAUN_55),
    _member(SubAccount.EMAS, SubAccount.EMAS),
    _member(SubAccount.HOUSING_RINGFENCE, SubAccount.SEJAHTERA),
    _employer("CONTRIBUTION_DUE", Side.DEBIT, floored=False),
    _employer("LATE_CHARGE", Side.DEBIT, floored=False),
    _employer("DIVIDEND_DUE", Side.DEBIT, floored=False),
    _employer("SUSPENSE", Side.CREDIT, floored=True),
    _employer("CREDIT", Side.CREDIT, floored=True),
    _employer("PART_PAID", Side.CREDIT, floored=True),
    AccountKind("RETURN", HolderKind.PAYER, Side.CREDIT, floored=True),
    _fund("BANK", Side.DEBIT),
    _fund("FPX_CLEARING", Side.DEBIT),
    _fund("DDA_CLEARING", Side.DEBIT),
    _fund("RECEIPT_CLEARING", Side.DEBIT),
    _fund("COUNTER_CLEARING", Side.DEBIT),
    _fund("GOVERNMENT_CLEARING", Side.DEBIT),
    _fund("CONTRIBUTION_CLEARING", Side.CREDIT),
    _fund("VOLUNTARY_CLEARING", Side.CREDIT),
    _fund("PAYOUT_CLEARING", Side.CREDIT),
    _fund("DIVIDEND_EXPENSE", Side.DEBIT),
    _fund("LATE_CHARGE_INCOME", Side.CREDIT),
)

CHART: dict[tuple[HolderKind, str], AccountKind] = {(kind.holder_kind, kind.code): kind for kind in KINDS}
CLEARING = tuple(kind.code for kind in KINDS if kind.code.endswith("_CLEARING"))


def codes(holder_kind: HolderKind) -> list[str]:
    """The codes of a holder's accounts, in the order of the chart."""
    return [kind.code for kind in KINDS if kind.holder_kind == holder_kind]
