"""Which backups are kept: the newest ones, the last of each recent day, the last of each recent month. A pure rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """`newest` backups whatever their age; of the last `days` days and the last `months` months the last one each."""

    newest: int = 3
    days: int = 30
    months: int = 12


def superfluous(made: Sequence[datetime], *, now: datetime, keeping: Keeping) -> list[datetime]:
    """Those to remove, oldest first; never the newest, and never one from after `now` (a clock that was set back)."""
    ordered = sorted(made, reverse=True)
    kept = set(ordered[: max(1, keeping.newest)]) | {moment for moment in ordered if moment > now}
    days, months = set(), set()
    for moment in ordered:
        day, month = moment.date(), (moment.year, moment.month)
        age_in_months = (now.year - moment.year) * 12 + now.month - moment.month
        if day not in days and day > now.date() - timedelta(days=keeping.days):
            kept.add(moment)
        if month not in months and age_in_months < keeping.months:
            kept.add(moment)
        days.add(day)
        months.add(month)
    return [moment for moment in reversed(ordered) if moment not in kept]
