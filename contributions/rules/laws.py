"""Which laws decide a figure: what is kept beside it, and compared when somebody asks why."""

from collections.abc import Mapping, Sequence
from typing import Final

from contributions.enums import LawPurpose
from contributions.rules import correcting, regime, value_date
from kwsp_portal.common.rates import Law
from members.rules import age, allocation

LAWS: Final[Mapping[LawPurpose, Sequence[Law]]] = {
    LawPurpose.SHARES: (regime.LAW, age.LAW),
    LawPurpose.SPLIT: (allocation.LAW, age.LAW, value_date.LAW),
}
"""What decides the shares of a row, and what decides the accounts and the value date of its credit."""

CORRECTION: Final[Sequence[Law]] = (*LAWS[LawPurpose.SPLIT], correcting.LAW)
"""What decides how the difference of a corrected row is posted."""
