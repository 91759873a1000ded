"""A question about lateness, read from texts, and its answer: what a late payment costs, and the dividend that the members lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from contributions import explanations_late as explanations
from contributions.calculator import values
from contributions.calculator.reckoning import MISSING, Fault, Refused
from contributions.rules import late, late_steps
from kwsp_portal.common.periods import PeriodError, WageMonth
from kwsp_portal.common.rates import NotInForce
from members.explanations import not_in_force_words

FIELDS: Final = {"contribution_month": values.month, "arrears": values.amount, "paid_on": values.day}
"""Every text of a question, by the names of the contract."""
DAYS_AHEAD: Final = 366
"""Further ahead nobody can pay by this portal, and nobody knows a rate."""
_TOO_LATE: Final = _("Ditemui %(found)s, dijangka paling lewat %(latest)s")


class Question(NamedTuple):
    """Arrears of a contribution month, and the day on which they were or would be paid."""

    contribution_month: WageMonth
    arrears: Decimal
    paid_on: date


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Charge and dividend, RM, by their days, with the reasons in the active language."""

    question: Question
    charge: Decimal
    dividend: Decimal
    days: Sequence[late.Part]
    dividend_days: Sequence[late.Part]
    why: explanations.Explained

    @property
    def total(self) -> Decimal:
        """Arrears, charge and dividend together."""
        return self.question.arrears + self.charge + self.dividend

    @property
    def late_days(self) -> int:
        return sum(part.days for part in self.days)


def read(texts: Mapping[str, str], *, on: date) -> Question:
    """The question that the texts ask. Raises Refused with every fault of the texts."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, reader in FIELDS.items():
        text = texts.get(name, "")
        try:
            if not text:
                faults.append(Fault(name, "REQUIRED", str(MISSING)))
            else:
                found[name] = reader(text)
        except values.Unreadable as error:
            faults.append(Fault(name, error.code, error.words))
    latest = date.fromordinal(on.toordinal() + DAYS_AHEAD)
    if "paid_on" in found and found["paid_on"] > latest:
        faults.append(Fault("paid_on", "OUT_OF_RANGE", str(_TOO_LATE) % {"found": found["paid_on"], "latest": latest}))
    if faults:
        raise Refused(faults)
    return Question(**found)


def answer(question: Question, *, on: date, declared: Mapping[int, late.Declared] = late.ON_FILE) -> Answer:
    """What lateness costs, with the dividends that are `declared` on a day. Raises Refused for months whose law the portal does not know."""
    month, paid = question.contribution_month, late.Paid(question.arrears, question.paid_on)
    try:
        charge = late.charge(contribution_month=month, paid=[paid], on=on, declared=declared)
        dividend = late.late_dividend(contribution_month=month, paid=paid, on=on, declared=declared)
        steps = (*late_steps.of_charge(month, charge), *late_steps.of_dividend(month, paid, dividend))
    except NotInForce as error:
        raise Refused([Fault("contribution_month", "NOT_IN_FORCE", not_in_force_words(error))]) from error
    except PeriodError as error:
        raise Refused([Fault("contribution_month", error.code, str(values.MONTH_WORDS) % {"found": month})]) from error
    return Answer(
        question=question,
        charge=charge.amount,
        dividend=dividend.amount,
        days=[part for _paid, parts in charge.parts for part in parts],
        dividend_days=dividend.parts,
        why=explanations.explained(steps),
    )
