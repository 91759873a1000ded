"""How an employer goes about a month: when it files and pays, late, or not at all."""

from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from kwsp_portal.common.periods import WageMonth

LATE_PAYERS_IN_HUNDRED: Final = 6
LATE_IN_HUNDRED: Final = (2, 55)
"""Months that are paid late: of an employer that is otherwise punctual, and of one that is a late payer."""
FORGETS_IN_THOUSAND: Final = (4, 60)
"""Months for which nothing is filed, of the same two."""
NEVER_PAYS_IN_THOUSAND: Final = (2, 40)
"""Months that are filed and approved, and never paid."""
UNPAID_LEAVE_IN_THOUSAND: Final = 4
"""Months that somebody at work has no wages and is left out of the file."""


class Days(NamedTuple):
    """When a month is filed, and when it is paid, if it is."""

    filed_on: date
    paid_on: date | None


class Conduct:
    """An employer's habits, drawn once, and what it does month after month. Call `days` for every month, in their order."""

    def __init__(self, chance: Random, *, model: bool) -> None:
        """`model`: the demo employer, which leaves nothing out and leaves nothing unpaid."""
        self.chance, self._model = chance, model
        self._late = chance.randrange(100) < LATE_PAYERS_IN_HUNDRED

    def days(self, month: WageMonth) -> Days | None:
        """None where nothing is filed for the month."""
        draw = self.chance.randrange
        forgets, never = draw(1_000) < FORGETS_IN_THOUSAND[self._late], draw(1_000) < NEVER_PAYS_IN_THOUSAND[self._late]
        late = draw(100) < LATE_IN_HUNDRED[self._late]
        filed_on = month.contribution_month.first_day + timedelta(days=draw(2, 9))
        paid_on = filed_on + timedelta(days=draw(16, 40) if late else draw(1, 5))
        if forgets and not self._model:
            return None
        return Days(filed_on, None if never and not self._model else paid_on)

    def leaves_out(self) -> bool:
        """Whether somebody had no wages this month."""
        return self.chance.randrange(1_000) < UNPAID_LEAVE_IN_THOUSAND
