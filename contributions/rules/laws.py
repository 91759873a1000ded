"""Which laws decide a figure: what is kept beside it, and compared when somebody asks why."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from contributions.enums import LawPurpose
from contributions.rules import correcting, regime, value_date
from kwsp_portal.common.rates import Law
from members.rules import age, allocation, replacing

LAWS: Final[Mapping[LawPurpose, Sequence[Law]]] = {
    LawPurpose.SHARES: (regime.LAW, age.LAW),
    LawPurpose.SPLIT: (allocation.LAW, age.LAW, value_date.LAW, replacing.LAW),
}
"""What decides the shares of a row, and what decides the accounts and the value date of its credit."""
_LATER: Final = (replacing.LAW,)
"""Of these, laws that did not always stand beside the others: before their first day they decide nothing."""

CORRECTION: Final[Sequence[Law]] = (*LAWS[LawPurpose.SPLIT], correcting.LAW)
"""What decides how the difference of a corrected row is posted."""


def known(laws: Sequence[Law], on: date) -> Sequence[Law]:
    """Those of them that decide a figure on a day; the others answer, or say themselves that they are not known yet."""
    return [law for law in laws if law not in _LATER or on >= law.known_from]
