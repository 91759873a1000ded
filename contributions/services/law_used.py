"""Keeping the law by which a filing was reckoned: in the transaction that reckons, once for all rows or for each chunk that is credited."""

from datetime import date

from contributions.enums import LawPurpose
from contributions.models import Correction, CorrectionLaw, Filing, LawUsed
from contributions.models.law_used import EVERY_ROW
from contributions.rules.laws import CORRECTION, LAWS, known
from kwsp_portal.editions import services as editions


def edition_id(purpose: LawPurpose, on: date) -> int:
    """The edition of these laws on a day, kept now or before. Asked for outside the transaction that reckons, it makes nobody wait."""
    return editions.keep(known(LAWS[purpose], on), on=on).pk


def edition_of_corrections(on: date) -> int:
    """The edition of the laws by which a difference is posted on a day; the same."""
    return editions.keep(known(CORRECTION, on), on=on).pk


def keep_all(*, since: date, until: date) -> None:
    """Every edition that was in force on any of these days: kept ahead, so that those who write side by side never wait for one another."""
    for purpose, laws in LAWS.items():
        starts = {value.start for law in laws for rate in law.rates.values() for value in rate.values}
        for on in sorted({since, *(start for start in starts if since < start <= until)}):
            edition_id(purpose, on)


def keep_for_shares(*, filing: Filing, edition: int) -> None:
    """The shares of all rows of a filing were reckoned by the law of its wage month."""
    _keep(filing, LawPurpose.SHARES, 0, EVERY_ROW, filing.wage_month, edition)


def keep_for_split(*, filing: Filing, from_id: int, to_id: int, on: date, edition: int) -> None:
    """The rows with these ids, the last not included, are credited by the law of a day."""
    _keep(filing, LawPurpose.SPLIT, from_id, to_id, on, edition)


def keep_for_correction(*, correction: Correction, from_id: int, to_id: int, on: date, edition: int) -> None:
    """The lines of a correction with these ids, the last not included, are posted by the law of a day."""
    CorrectionLaw.objects.create(correction=correction, from_id=from_id, to_id=to_id, on=on, edition_id=edition)


def _keep(filing: Filing, purpose: LawPurpose, from_id: int, to_id: int, on: date, edition: int) -> None:
    LawUsed.objects.create(filing=filing, purpose=purpose, from_id=from_id, to_id=to_id, on=on, edition_id=edition)
