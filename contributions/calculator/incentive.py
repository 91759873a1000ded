"""A question about i-Saraan or i-Suri, read from texts, and its answer: what the Government adds to a year's contributions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from contributions import explanations_incentive as explanations
from contributions.calculator import values
from contributions.calculator.reckoning import MISSING, Fault, Refused
from contributions.enums import IncentiveScheme
from contributions.rules import incentive, incentive_steps
from contributions.rules.incentive import Earned, HalfYear, Taken
from kwsp_portal.common import money
from kwsp_portal.common.rates import NotInForce
from members.explanations import not_in_force_words, percent
from members.rules import age

FIELDS: Final = {"scheme": values.scheme, "year": values.year, "contributed": values.amount, "birth_date": values.day}
"""Every text of a question, by the names of the contract."""
_TOO_LATE: Final = _("Ditemui %(found)s, dijangka paling lewat %(latest)s: terma tahun selepasnya belum diumumkan")
_UNCONFIRMED: Final = _("Kadar dan had tahun ini belum disahkan oleh mana-mana sumber, jadi insentifnya tidak dikira di sini.")
_BEFORE_BIRTH: Final = _("Ditemui %(found)s, dijangka tarikh sebelum akhir tahun %(year)s")


class Question(NamedTuple):
    """What somebody contributes to a scheme in a year."""

    scheme: IncentiveScheme
    year: int
    contributed: Decimal
    birth_date: date


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The year's incentive, RM, with the reasons in the active language. `rate` is None where RM40 a month is paid."""

    question: Question
    incentive: Decimal
    rate: Decimal | None
    earned: Earned
    taken: Taken
    halves: tuple[HalfYear, HalfYear]
    too_old: bool
    why: explanations.Explained

    @property
    def name(self) -> str:
        return incentive_steps.NAMES[self.question.scheme]

    @property
    def rate_shown(self) -> str:
        return percent(str(self.rate))

    @property
    def more(self) -> Decimal | None:
        """The further contribution that earns the rest of the year's incentive; nothing for who is too old, or where the ceiling forbids it."""
        found = self.earned.more
        if self.too_old or found is None or found > incentive.room(credited=self.taken.credited, on=self.halves[1].last_day):
            return None
        return found

    @property
    def assumed(self) -> explanations.Assumed:
        """What of the year's terms no source confirms, in the active language."""
        return explanations.assumed(self.question.scheme, self.question.year)

    @property
    def cap(self) -> Decimal:
        return self.earned.terms.year_cap


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
    if "year" in found and found["year"] > on.year:
        faults.append(Fault("year", "OUT_OF_RANGE", str(_TOO_LATE) % {"found": found["year"], "latest": on.year}))
    if "year" in found and "birth_date" in found and found["birth_date"].year > found["year"]:
        figures = {"found": found["birth_date"], "year": found["year"]}
        faults.append(Fault("birth_date", "OUT_OF_RANGE", str(_BEFORE_BIRTH) % figures))
    if faults:
        raise Refused(faults)
    return Question(**found)


def answer(question: Question) -> Answer:
    """What the year's contributions earn, nothing having been paid in earlier years. Raises Refused for a year that has no terms."""
    try:
        law = incentive.terms(question.scheme, question.year)
        halves = (incentive.HalfYear(question.year, 1), incentive.HalfYear(question.year, 2))
        taken = incentive.take(question.contributed, credited=money.ZERO, on=halves[1].last_day)
        too_old = age.birthday(question.birth_date, law.age_below) <= law.first_day
        counting = money.ZERO if too_old else taken.credited
        earned = _reckon(law, counting)
        steps = [incentive_steps.of_age(law, question.birth_date), incentive_steps.of_ceiling(question.year, taken)]
        if not too_old:
            steps += incentive_steps.of_earned(earned)
            steps += [step for half in halves for step in incentive_steps.of_crediting(half, question.birth_date)]
    except NotInForce as error:
        raise Refused([Fault("year", "NOT_IN_FORCE", _why_not(question, error))]) from error
    return Answer(
        question=question,
        incentive=earned.amount,
        rate=law.rate or None,
        earned=earned,
        taken=taken,
        halves=halves,
        too_old=too_old,
        why=explanations.explained(steps),
    )


def _why_not(question: Question, error: NotInForce) -> str:
    """Of a year between others that no source confirms, why; else from when there are terms. The way forward is the same."""
    unconfirmed = explanations.assumed(question.scheme, question.year).why
    if not unconfirmed:
        return not_in_force_words(error)
    forward = error.way_forward.in_language(translation.get_language() or "ms")
    return " ".join((str(_UNCONFIRMED), *unconfirmed, forward))


def _reckon(law: incentive.Terms, counting: Decimal) -> incentive.Earned:
    """RM40 a month: with the year's least in every month of it, else in as many as the sum gives the month's least."""
    whole_year = law.year_minimum is not None and counting >= law.year_minimum
    return incentive.reckon(law=law, contributed=counting, months=law.months if whole_year else incentive.months_for(law, counting))
