"""A question about one employee and wage month, read from texts, and its answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from contributions import explanations
from contributions.calculator import values
from contributions.facts import Elections, EmployeeFacts
from contributions.rules import regime, schedule
from kwsp_portal.common import money
from kwsp_portal.common.periods import PeriodError, WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal

MISSING: Final = _("Ditemui kosong, dijangka nilai")
TOO_FAR_AHEAD: Final = _("Bulan upah terlalu jauh di hadapan untuk dikira")
_OVER_WAGES: Final = _("Bonus ialah sebahagian daripada upah dan tidak boleh melebihinya")
_BEFORE_BIRTH: Final = _("Tarikh menjadi ahli lebih awal daripada tarikh lahir")
_NOT_YET: Final = _("Ditemui %(found)s, dijangka selewat-lewatnya hari terakhir bulan upah itu, %(latest)s")
_BEYOND: Final = _("Ditemui %(found)s, dijangka paling lewat %(latest)s, %(months)s bulan di hadapan")
MONTHS_AHEAD: Final = 12
"""As for Form A (ruling 12): of months beyond, nobody knows the law."""
_REQUIRED: Final = object()


class Field(NamedTuple):
    """How one text is read, and what stands for it if it is left out."""

    read: Callable[[str], Any]
    default: Any = _REQUIRED


FIELDS: Final[Mapping[str, Field]] = {
    "wage_month": Field(values.month),
    "wages": Field(values.amount),
    "bonus": Field(values.amount, money.ZERO),
    "citizenship": Field(values.citizenship),
    "birth_date": Field(values.day),
    "member_since": Field(values.day, None),
    "employer_excess": Field(values.points, Decimal(0)),
    "employee_excess": Field(values.points, Decimal(0)),
    "keeps": Field(values.yes_no, False),
    "domestic": Field(values.yes_no, False),
}
"""Every text of a question, by the names of the contract."""


_MENDS: Final[Mapping[str, Any]] = {
    "REQUIRED": _("Isi sel ini."),
    "EMPTY": _("Isi sel ini."),
    "NEGATIVE": _("Buang tanda tolak. Potongan tidak dicampurkan dalam upah."),
    "TOO_MANY_DECIMALS": _("Tulis amaun hingga sen sahaja."),
    "TOO_LARGE": _("Semak titik perpuluhan."),
    "GROUPED": _("Semak tanda koma: ribuan dipisahkan dengan koma, sen dengan titik."),
    "NOT_PLAIN": _("Tulis angka sahaja, dengan titik sebelum sen."),
    "FORMULA": _("Tampal nilai, bukan formula."),
    "NOT_A_DATE": _("Tulis hari, bulan dan tahun empat angka, hari dahulu."),
    "OUT_OF_RANGE": _("Semak tahun."),
    "INVALID_CHOICE": _("Pilih satu daripada tiga itu."),
    "OVER_WAGES": _("Tambahkan bonus ke dalam upah, atau betulkan bonus."),
    "BEFORE_BIRTH": _("Semak kedua-dua tarikh; mungkin ia tertukar."),
    "AFTER_WAGE_MONTH": _("Semak kedua-dua tarikh; kosongkan jika belum menjadi ahli."),
    "ABOVE_CONTRIBUTION_AGE": _("Keluarkan pekerja ini daripada senarai, atau semak tarikh lahir."),
    "DOMESTIC_EXCLUDED": _("Keluarkan pekerja ini daripada senarai, atau semak statusnya."),
}
"""How to mend what was found, by code; refusals of the rules say it themselves."""


class Fault(NamedTuple):
    """What is wrong with one text. `code` is stable, `words` are for people, in the active language."""

    field: str
    code: str
    words: str


def mend(fault: Fault) -> str:
    """How to mend it, in the active language; empty where its words say so already."""
    return str(_MENDS.get(fault.code, ""))


class Refused(Exception):
    """A question that cannot be answered, with everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(self.faults)


class Question(NamedTuple):
    """One employee in one month, and what was elected."""

    facts: EmployeeFacts
    elections: Elections


def read(texts: Mapping[str, str]) -> Question:
    """The question that the texts ask; an empty text counts as left out. Raises Refused with every fault of the texts."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, field in FIELDS.items():
        text = texts.get(name, "")
        try:
            found[name] = field.read(text) if text else field.default
        except values.Unreadable as error:
            faults.append(Fault(name, error.code, error.words))
        else:
            if found[name] is _REQUIRED:
                faults.append(Fault(name, "REQUIRED", str(MISSING)))
    faults += [] if faults else _contradictions(found)
    if faults:
        raise Refused(faults)
    return _question(found)


def _contradictions(found: Mapping[str, Any]) -> list[Fault]:
    """Dates and amounts that cannot hold together."""
    faults = []
    if found["bonus"] > found["wages"]:
        faults.append(Fault("bonus", "OVER_WAGES", str(_OVER_WAGES)))
    if found["member_since"] is not None and found["member_since"] < found["birth_date"]:
        faults.append(Fault("member_since", "BEFORE_BIRTH", str(_BEFORE_BIRTH)))
    latest = found["wage_month"].last_day
    if found["member_since"] is not None and found["member_since"] > latest:
        faults.append(Fault("member_since", "AFTER_WAGE_MONTH", str(_NOT_YET) % {"found": found["member_since"], "latest": latest}))
    return faults


def _question(found: Mapping[str, Any]) -> Question:
    facts = EmployeeFacts(**{name: found[name] for name in EmployeeFacts._fields})
    # Whoever asks wants the figures: somebody who may choose is taken to have chosen, and the explanation says so.
    return Question(facts, Elections(found["employer_excess"], found["employee_excess"], keeps=found["keeps"], chosen=True))


def check_month(wage_month: WageMonth) -> None:
    """Raises Refused for a month whose law the portal does not know."""
    _asked(lambda: regime.law_of(wage_month))


def check_reach(wage_month: WageMonth, on: date) -> None:
    """Raises Refused for a month too far ahead of the business date."""
    latest = WageMonth.of(on).plus(MONTHS_AHEAD)
    if wage_month > latest:
        words = str(_BEYOND) % {"found": wage_month, "latest": latest, "months": MONTHS_AHEAD}
        raise Refused([Fault("wage_month", "OUT_OF_RANGE", words)])


def shares(question: Question) -> schedule.Shares:
    """What is owed. Raises Refused."""
    found: schedule.Shares = _asked(lambda: schedule.shares(*question))
    return found


def why(question: Question) -> explanations.Explained:
    """Why, in the active language. Raises Refused."""
    return explanations.explained(_asked(lambda: schedule.explain(*question)))


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except NotInForce as error:
        raise Refused([Fault("wage_month", "NOT_IN_FORCE", explanations.not_in_force_words(error))]) from error
    except PeriodError as error:
        raise Refused([Fault("wage_month", error.code, str(TOO_FAR_AHEAD))]) from error
    except Refusal as refusal:
        raise Refused([Fault(_field(refusal), refusal.code, explanations.refusal_words(refusal))]) from refusal


def _field(refusal: Refusal) -> str:
    """The text that a refusal of the rules is about."""
    if refusal.code == "EXCESS_TOO_HIGH":
        return f"{refusal.details['whose']}_excess"
    if refusal.code == "DOMESTIC_EXCLUDED":
        return "domestic"
    return "birth_date" if refusal.code in ("ABOVE_CONTRIBUTION_AGE", "BORN_AFTER_WAGE_MONTH") else "wages"
