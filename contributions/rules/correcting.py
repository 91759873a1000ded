"""What a correction of a credited contribution does to money and dates, all of it assumed: more is credited at once, less is taken back from where
it went, and both count from the day on which the contribution did.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from contributions.enums import CorrectionEffect
from kwsp_portal.common import rates
from kwsp_portal.common.explain import Step

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "correction.yaml")
CODES: Final[Mapping[str, tuple[StrEnum, ...]]] = {
    "more": (CorrectionEffect.AT_ONCE,),
    "less": (CorrectionEffect.IN_PROPORTION,),
    "value_date": (CorrectionEffect.OF_THE_CONTRIBUTION,),
}
"""The codes that each entry may hold: what posting a correction does, and nothing else."""


def explain(*, difference: Decimal, value_date: date, booked_on: date) -> Iterator[Step]:
    """Why a difference, RM, is credited or taken back as it is, and from when it counts; nothing for one of nothing."""
    if not difference:
        return
    law = LAW.at("more" if difference > 0 else "less", booked_on)
    figures = {"difference": str(abs(difference)), "booked_on": str(booked_on)}
    yield Step("CORRECTED_MORE" if difference > 0 else "CORRECTED_LESS", figures, law.citation, law.assumption)
    law = LAW.at("value_date", booked_on)
    yield Step("CORRECTED_COUNTS_FROM", {"value_date": str(value_date)}, law.citation, law.assumption)
