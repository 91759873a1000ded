"""Words for what the rules of members reckoned, in the reader's language; and the names of accounts by date.

`Words` renders any table of sentences; contributions/explanations.py uses it too. A step's figures are plain text, so their names say what they
are: `KINDS` holds how each is shown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kwsp_portal.common import money, rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.templatetags import formats
from members.enums import SubAccount
from members.rules import allocation


def account_name(account: str, on: date) -> str:
    """What an account is called on a day (ruling 3): "Akaun 1" while there were two accounts, then "Akaun Persaraan"."""
    three = SubAccount.FLEKSIBEL.value in allocation.LAW.at("below_55", on).value
    names = {
        SubAccount.PERSARAAN: _("Akaun Persaraan") if three else _("Akaun 1"),
        SubAccount.SEJAHTERA: _("Akaun Sejahtera") if three else _("Akaun 2"),
        SubAccount.FLEKSIBEL: _("Akaun Fleksibel"),
        SubAccount.AKAUN_55: _("Akaun 55"),
        SubAccount.EMAS: _("Akaun Emas"),
        SubAccount.HOUSING_RINGFENCE: _("Simpanan diketepikan untuk perumahan"),
    }
    return names[SubAccount(account)]


def former_name(account: str, on: date) -> str:
    """The old name that stands beside the new one, "Akaun 1" or "Akaun 2"; empty where there is none."""
    if SubAccount.FLEKSIBEL.value not in allocation.LAW.at("below_55", on).value:
        return ""
    names = {SubAccount.PERSARAAN: _("Akaun 1"), SubAccount.SEJAHTERA: _("Akaun 2")}
    return names.get(SubAccount(account), "")


def percent(rate: str) -> str:
    """`11%`, `5.5%` for `0.11`, `0.055`."""
    return f"{(Decimal(rate) * 100).normalize():f}%"


def dividend_percent(rate: str) -> str:
    """`6.30%` for `0.063`: as dividends are announced, with two decimals and no fewer than there are."""
    exact = (Decimal(rate) * 100).normalize()
    return f"{exact:f}%" if exact.as_tuple().exponent < -DECIMALS else f"{exact:.{DECIMALS}f}%"  # type: ignore[operator]


def day(text: str) -> str:
    return formats.day(date.fromisoformat(text))


def month(text: str) -> str:
    return formats.month(WageMonth.parse(text))


def amount(text: str) -> str:
    """`RM 1,234.50`; an exact amount with part of a sen keeps all its digits."""
    value = Decimal(text)
    try:
        money.to_sen(value)
    except money.MoneyError:
        return f"RM{formats.NBSP}{value:,f}"
    return formats.money(value)


Show = Callable[[str], str]
DECIMALS = 2
SPLIT_KINDS: Mapping[str, Show] = {
    "credited_on": day,
    "birthday": day,
    "since": day,
    "percent": percent,
    "amount": amount,
    "part": amount,
    "remainder": amount,
    "exact": amount,
}


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences by code (Malay msgids with named places) and how each figure is shown; a figure of no kind stands as it is."""

    sentences: Mapping[str, str]
    kinds: Mapping[str, Show]

    def say(self, code: str, figures: Mapping[str, str]) -> str:
        """The sentence in the active language. Raises KeyError for a code without a sentence."""
        shown = {name: self.kinds[name](text) if name in self.kinds else text for name, text in figures.items()}
        if "account" in figures and "credited_on" in figures:
            shown["account"] = account_name(figures["account"], date.fromisoformat(figures["credited_on"]))
        return _(self.sentences[code]) % shown


SPLIT = Words(
    sentences={
        "SPLIT_BELOW_55": gettext_noop(
            "Dikreditkan pada %(credited_on)s, sebelum hari jadi ke-%(age)s pada %(birthday)s: dibahagi mengikut kadar yang berkuat kuasa "
            "sejak %(since)s."
        ),
        "SPLIT_FROM_55": gettext_noop(
            "Dikreditkan pada %(credited_on)s, pada atau selepas hari jadi ke-%(age)s pada %(birthday)s: semuanya masuk ke Akaun Emas."
        ),
        "LEAP_BIRTHDAY": gettext_noop("Lahir pada 29 Februari: hari jadi itu jatuh pada %(birthday)s."),
        "SPLIT_PART": gettext_noop("%(account)s: %(percent)s daripada %(amount)s = %(part)s."),
        "SPLIT_TOP_UP": gettext_noop("Penambahan simpanan yang dikreditkan pada %(credited_on)s: %(amount)s semuanya masuk ke %(account)s."),
        "SPLIT_REMAINDER": gettext_noop("Baki %(remainder)s daripada pembundaran ke bawah masuk ke %(account)s."),
        "REPLACEMENT_AMOUNT": gettext_noop("%(percent)s daripada %(amount)s yang dibayar perlu diganti = %(part)s."),
        "REPLACEMENT_ROUNDED": gettext_noop("%(exact)s dibundarkan kepada sen terdekat = %(part)s."),
        "REPLACEMENT_ALL": gettext_noop(
            "Dikreditkan pada %(credited_on)s semasa penggantian semula masih terbuka: %(amount)s semuanya masuk ke %(account)s."
        ),
        "REPLACEMENT_PART": gettext_noop(
            "Dikreditkan pada %(credited_on)s: %(part)s daripada %(amount)s melengkapkan penggantian semula dan masuk ke %(account)s."
        ),
        "REPLACEMENT_REST": gettext_noop("Bakinya %(amount)s, dan setiap caruman selepasnya, dibahagi seperti biasa."),
        "CREDIT_AFTER_LAST_AGE": gettext_noop(
            "Tiada kredit selepas umur %(age)s, yang dicapai pada %(birthday)s; tarikh kredit ialah %(credited_on)s."
        ),
    },
    kinds=SPLIT_KINDS,
)


TRANSFER = Words(
    sentences={
        "TRANSFER_SHARED": gettext_noop(
            "Baki Akaun Sejahtera %(available)s ialah %(shared_from)s atau lebih: daripada setiap %(every)s, %(fleksibel)s ke Akaun Fleksibel dan "
            "%(persaraan)s ke Akaun Persaraan. Selebihnya kekal."
        ),
        "TRANSFER_FIXED": gettext_noop(
            "Baki Akaun Sejahtera %(available)s kurang daripada %(shared_from)s: %(fixed)s ke Akaun Fleksibel. Selebihnya kekal."
        ),
        "TRANSFER_ALL": gettext_noop("Baki Akaun Sejahtera %(available)s tidak melebihi %(fixed)s: semuanya ke Akaun Fleksibel."),
        "TRANSFER_REMAINDER": gettext_noop("Kedua-dua bahagian dibundarkan ke bawah kepada sen; bakinya kekal dalam %(account)s."),
        "TRANSFER_CLOSED": gettext_noop("Pindahan ini boleh dipilih dari %(first)s hingga %(last)s; hari ini %(asked)s."),
        "TRANSFER_TOO_OLD": gettext_noop(
            "Pindahan ini bagi ahli di bawah umur %(age)s. Anda mencapai umur itu pada %(birthday)s, dan akaun anda ialah Akaun 55 dan Akaun Emas."
        ),
        "TRANSFER_NOTHING": gettext_noop("Tiada wang dalam Akaun Sejahtera yang boleh dipindahkan: bakinya sifar, atau ditahan bagi permohonan."),
        "TRANSFER_DONE": gettext_noop("Pindahan ini hanya sekali, dan anda telah membuatnya pada %(asked)s."),
    },
    kinds={
        **dict.fromkeys(("available", "shared_from", "fixed", "every", "fleksibel", "persaraan"), amount),
        **dict.fromkeys(("first", "last", "asked", "birthday"), day),
    },
)


DIVIDEND = Words(
    sentences={
        "DIVIDEND_BALANCE": gettext_noop(
            "Baki setiap hari dalam tahun %(year)s dijumlahkan; puratanya ialah %(average)s sehari selama %(days)s hari."
        ),
        "DIVIDEND_CONVENTIONAL": gettext_noop("Kadar Simpanan Konvensional bagi tahun %(year)s ialah %(rate)s."),
        "DIVIDEND_SHARIAH": gettext_noop("Kadar Simpanan Shariah bagi tahun %(year)s ialah %(rate)s."),
        "DIVIDEND_AMOUNT": gettext_noop(
            "Baki setiap hari × %(rate)s ÷ %(days)s, dijumlahkan bagi setahun dan dibundarkan sekali kepada sen terdekat = %(part)s."
        ),
        "DIVIDEND_COMPOUNDED": gettext_noop("Dividen ini sendiri mendapat dividen mulai %(since)s."),
        "DIVIDEND_PAID_BEFORE": gettext_noop(
            "Ditolak %(paid)s yang dibayar bersama pengeluaran penuh sebelum kadar diisytiharkan; bakinya %(part)s."
        ),
    },
    kinds={"rate": dividend_percent, "average": amount, "part": amount, "paid": amount, "since": day},
)


def dividend_words(step: Step) -> str:
    """A step of a dividend as a sentence."""
    return DIVIDEND.say(step.code, step.figures)


def words(step: Step) -> str:
    """A step of a split as a sentence."""
    return SPLIT.say(step.code, step.figures)


def transfer_words(step: Step) -> str:
    """A step of the initial transfer as a sentence."""
    return TRANSFER.say(step.code, step.figures)


def refusal_words(refusal: Refusal) -> str:
    """A refusal of the split as a sentence."""
    return SPLIT.say(refusal.code, refusal.details)


def transfer_refusal_words(refusal: Refusal) -> str:
    """Why the initial transfer cannot be chosen, as a sentence."""
    return TRANSFER.say(refusal.code, refusal.details)


def not_in_force_words(error: NotInForce) -> str:
    """What the portal cannot answer, from when it can, and the way forward."""
    forward = error.way_forward.in_language(translation.get_language() or "ms")
    if error.earliest is None:
        return forward
    figures = {"asked": formats.day(error.asked), "earliest": formats.day(error.earliest)}
    return _("Tiada kadar dalam portal ini bagi %(asked)s; tarikh terawal ialah %(earliest)s.") % figures + " " + forward


def assumption_words(step: Step) -> str:
    """Why the step rests on an assumption of ours; empty where it rests on none."""
    if not step.assumed:
        return ""
    reason = rates.assumption(step.assumed).reason
    return "" if reason is None else reason.in_language(translation.get_language() or "ms")


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation ready for a page, the API or print: sentences in order, each citation and assumption once, and the steps they say."""

    sentences: tuple[str, ...]
    citations: tuple[str, ...]
    assumptions: tuple[str, ...]
    steps: tuple[Step, ...]


def explained(steps: Iterable[Step], say: Callable[[Step], str] = words) -> Explained:
    """Steps in words of the active language."""
    steps = tuple(steps)
    language = translation.get_language() or "ms"
    citations = (source.in_language(language) for step in steps for source in rates.citations(step.citation))
    assumptions = (text for text in map(assumption_words, steps) if text)
    return Explained(tuple(say(step) for step in steps), tuple(dict.fromkeys(citations)), tuple(dict.fromkeys(assumptions)), steps)
