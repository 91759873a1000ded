"""What a page says before a contribution is paid that would earn no incentive (contributions/includes/no_incentive.html)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from contributions.enums import VoluntaryKind
from contributions.explanations_incentive import doubts
from contributions.rules.incentive_steps import NAMES
from contributions.selectors import voluntary
from members.models import Member


class NoIncentive(NamedTuple):
    """Of which scheme, and why in the active language; another member's reasons are not told."""

    scheme: str
    reasons: Sequence[str] = ()


def no_incentive(*, member: Member, kind: VoluntaryKind, on: date, told: bool = True) -> NoIncentive | None:
    """None where it would earn one, or is of a kind that earns none. `told`: whether the reader may know why."""
    found = voluntary.doubt(member=member, kind=kind, on=on)
    return NoIncentive(NAMES[found.scheme], doubts(found.why) if told else ()) if found else None
