"""Whether closed days are still as they were sealed, from the pass over all entries (members.ledger.invariants_entries)."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Max
from django.db.models.functions import Now

from members.ledger.models import Closing, DaySeal, FundDay

CHECKS: Final = ("seal_of_closed_days_matches", "fund_balances_of_closed_days_match")
SEALED_WITHIN: Final = datetime.timedelta(hours=1)
"""A day is sealed a moment after it is closed; one that is not for so long has lost its seal."""

_SEAL, _FUND = CHECKS
_KEYS: Final = ("entries", "entries_digest", "postings", "postings_digest", "turnover_sen")


class Days:
    """The days as the pass found them. `suspects`: entries that may be broken; `total_sen`: the sum of all postings."""

    def __init__(self, fund: Mapping[str, int], rows: Sequence[Any]) -> None:
        self.fund = fund
        self.suspects: list[int] = []
        self.total_sen = 0
        self.days: dict[datetime.date, list[int]] = defaultdict(lambda: [0] * len(_KEYS))
        self.moved: dict[datetime.date | None, list[int]] = defaultdict(lambda: [0] * len(fund))
        for day, suspect, *figures, total in (row[:8] for row in rows):
            self.total_sen += int(total or 0)
            if suspect is not None:
                self.suspects.append(suspect)
            if day is not None:
                self.days[day] = [have + int(figure or 0) for have, figure in zip(self.days[day], figures, strict=True)]
        for row in rows:
            self.moved[row[0]] = [have + int(sen or 0) for have, sen in zip(self.moved[row[0]], row[8:], strict=True)]

    def stands(self, code: str) -> int:
        """Where an account of the fund stands now."""
        place = list(self.fund).index(code) if code in self.fund else None
        return 0 if place is None else sum(moved[place] for moved in self.moved.values())

    def findings(self) -> Iterator[tuple[str, str, int]]:
        """(check, what, sen) for each closed day that is not as it was sealed."""
        seals = {seal["day"]: seal for seal in DaySeal.objects.values("day", *_KEYS)}
        overdue = Closing.objects.filter(at__lt=Now() - SEALED_WITHIN).aggregate(last=Max("through"))["last"]
        through = max([*seals, *([overdue] if overdue else [])], default=None)
        if through is None:
            return
        for day in sorted({*seals, *(day for day in self.days if day <= through)}):
            yield from self._of_day(day, seals.get(day))
        yield from self._of_fund(seals)

    def _of_day(self, day: datetime.date, seal: Mapping[str, Any] | None) -> Iterator[tuple[str, str, int]]:
        found = dict(zip(_KEYS, self.days[day] if day in self.days else [0] * len(_KEYS), strict=True))
        if seal is None:
            yield _SEAL, f"day {day}: found no seal for {found['entries']} entries", found["turnover_sen"]
            return
        differing = [key for key in _KEYS if found[key] != seal[key]]
        if differing:
            what = f"day {day}: found {found['entries']} entries with {found['postings']} legs, sealed {seal['entries']} with {seal['postings']}"
            yield _SEAL, f"{what}; differing: {', '.join(differing)}", found["turnover_sen"] - int(seal["turnover_sen"])

    def _of_fund(self, seals: Mapping[datetime.date, Any]) -> Iterator[tuple[str, str, int]]:
        """Where each account of the fund stood at the end of each sealed day. An account opened later has no row, and stood at 0."""
        stored: dict[datetime.date, dict[int, int]] = defaultdict(dict)
        for day, account_id, sen in FundDay.objects.values_list("seal_id", "account_id", "balance_sen"):
            stored[day][account_id] = sen
        stood = [0] * len(self.fund)
        for day in sorted({*seals, *(day for day in self.moved if day is not None)}):
            stood = [have + sen for have, sen in zip(stood, self.moved.get(day, [0] * len(self.fund)), strict=True)]
            for (code, account_id), sen in zip(self.fund.items(), stood, strict=True):
                found = stored.get(day, {}).get(account_id, 0)
                if day in seals and found != sen:
                    yield _FUND, f"{code} at the end of {day}: found {found}, its postings make {sen}", found - sen
