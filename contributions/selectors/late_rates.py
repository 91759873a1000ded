"""The dividends that price lateness, as they are known on a day: those of the rate file, and what was declared in the portal since."""

from collections.abc import Mapping
from datetime import date

from contributions.rules import late
from kwsp_portal.common import rates
from members.selectors import dividend_rates


def declared(*, on: date) -> Mapping[int, late.Declared]:
    """By year, for `declared=` of the rules. One query: a batch asks once for all that it prices."""
    found = dict(late.ON_FILE)
    for one in dividend_rates.declared(on=on):
        found[one.year] = late.Declared(one.conventional, one.shariah, one.since, rates.said(one.source), "")
    return found
