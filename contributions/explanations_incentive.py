"""Words for the steps of `contributions.rules.incentive_steps` and the conditions of `incentive_who`, in the reader's language (Malay msgids)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, gettext_noop

from contributions.enums import IncentiveScheme, Occupation
from contributions.rules import incentive
from kwsp_portal.common import rates
from kwsp_portal.common.explain import Step
from members import explanations
from members.explanations import Explained as Explained

_SENTENCES: Final[Mapping[str, str]] = {
    "INCENTIVE_COUNTS": gettext_noop("Caruman %(scheme)s tahun %(year)s yang dikira: %(contributed)s."),
    "INCENTIVE_ONE_AT_A_TIME": gettext_noop("Seorang ahli boleh memegang satu insentif sahaja pada satu masa."),
    "INCENTIVE_RATE": gettext_noop("Kadar %(scheme)s bagi tahun %(year)s ialah %(rate)s daripada caruman tahun itu."),
    "INCENTIVE_SHARE": gettext_noop("%(contributed)s x %(rate)s = %(exact)s, kepada sen terdekat."),
    "INCENTIVE_BY_MONTH": gettext_noop("Bagi tahun %(year)s %(scheme)s memberi %(month)s bagi setiap bulan."),
    "INCENTIVE_MONTHS": gettext_noop("Bulan dengan caruman sekurang-kurangnya %(month_minimum)s: %(months)s. %(months)s x %(month)s = %(exact)s."),
    "INCENTIVE_EVERY_MONTH": gettext_noop(
        "Caruman tahun itu mencapai %(year_minimum)s, maka setiap bulan yang layak dikira: %(months)s x %(month)s = %(exact)s."
    ),
    "INCENTIVE_AT_CAP": gettext_noop("Had insentif %(scheme)s bagi tahun %(year)s ialah %(cap)s: had itu dicapai."),
    "INCENTIVE_UNDER_CAP": gettext_noop("Had insentif %(scheme)s bagi tahun %(year)s ialah %(cap)s. Insentif tahun itu ialah %(whole)s."),
    "INCENTIVE_NO_LIFETIME": gettext_noop("Bagi tahun %(year)s tiada had seumur hidup."),
    "INCENTIVE_LIFETIME": gettext_noop(
        "Had seumur hidup ialah %(cap)s. Insentif tahun-tahun sebelum ini %(earlier)s, maka tinggal %(left)s bagi tahun ini."
    ),
    "INCENTIVE_LIFETIME_COUNTS": gettext_noop("Insentif semua tahun dikira dalam had seumur hidup itu."),
    "INCENTIVE_LESS_PAID": gettext_noop(
        "Ditolak %(paid)s yang telah dibayar bagi tahun ini dan %(carried)s yang dibayar lebih dahulu: tinggal %(amount)s."
    ),
    "INCENTIVE_OVER_PAID": gettext_noop(
        "Bagi tahun ini %(paid)s telah dibayar, dan %(carried)s dibayar lebih dahulu: %(over)s lebih daripada insentif itu, dan ditolak daripada "
        "insentif seterusnya."
    ),
    "INCENTIVE_MORE": gettext_noop("Caruman %(more)s lagi dalam tahun itu mendapat baki insentif, %(rest)s."),
    "INCENTIVE_AGE_BELOW": gettext_noop("Caruman sebelum umur %(age)s dikira. Umur itu dicapai pada %(birthday)s, selepas tahun %(year)s."),
    "INCENTIVE_AGE_WITHIN": gettext_noop(
        "Caruman sebelum umur %(age)s dikira. Umur itu dicapai pada %(birthday)s: kiraan ini menganggap semuanya dibayar sebelum hari itu."
    ),
    "INCENTIVE_AGE_PASSED": gettext_noop(
        "Caruman sebelum umur %(age)s dikira. Umur itu dicapai pada %(birthday)s: tiada insentif %(scheme)s bagi caruman tahun %(year)s."
    ),
    "INCENTIVE_BELOW_CEILING": gettext_noop("Had semua caruman sukarela tahun %(year)s ialah %(ceiling)s."),
    "INCENTIVE_RETURNED": gettext_noop(
        "Had semua caruman sukarela tahun %(year)s ialah %(ceiling)s: %(credited)s dikreditkan dan %(returned)s dipulangkan kepada pembayar."
    ),
    "INCENTIVE_FIRST_HALF": gettext_noop(
        "Insentif bagi Januari hingga Jun %(year)s dikreditkan selepas diterima daripada Kerajaan, tidak lebih awal daripada %(credited_from)s."
    ),
    "INCENTIVE_SECOND_HALF": gettext_noop(
        "Insentif bagi Julai hingga Disember %(year)s dikreditkan selepas diterima daripada Kerajaan, tidak lebih awal daripada %(credited_from)s."
    ),
    "INCENTIVE_ACCOUNT": gettext_noop("Jika dikreditkan pada %(credited_on)s, insentif itu masuk ke %(account)s."),
}

INCENTIVE: Final = explanations.Words(
    sentences=_SENTENCES,
    kinds={
        **dict.fromkeys(("amount", "cap", "carried", "ceiling", "contributed", "credited", "earlier", "exact", "left"), explanations.amount),
        **dict.fromkeys(("month", "month_minimum", "more", "over", "paid", "rest", "returned", "whole", "year_minimum"), explanations.amount),
        **dict.fromkeys(("birthday", "credited_from", "credited_on"), explanations.day),
        "rate": explanations.percent,
    },
)

CONDITIONS: Final = {
    "CITIZEN": gettext_lazy("Warganegara Malaysia"),
    "MEMBER": gettext_lazy("Ahli KWSP"),
    "AGE": gettext_lazy("Di bawah had umur pada hari caruman"),
    "OCCUPATION": gettext_lazy("Bekerja sendiri, tanpa pendapatan tetap, suri rumah atau pekerja berpencen"),
    "ON_LIST": gettext_lazy("Dalam senarai e-Kasih Kementerian"),
    "NO_EMPLOYER": gettext_lazy("Tiada caruman majikan"),
    "OPTED_IN": gettext_lazy("Telah mendaftar bagi insentif ini"),
    "ONE_SCHEME": gettext_lazy("Tiada insentif lain pada masa yang sama"),
}
"""Every condition of `incentive_who`, as it stands where it is met or not."""

_FULL: Final = {
    "YEAR_FULL": gettext_lazy("Insentif tahun ini sudah penuh: hadnya dicapai"),
    "LIFETIME_FULL": gettext_lazy("Had insentif seumur hidup sudah dicapai"),
    "NOT_IN_FORCE": gettext_lazy("Tiada terma yang disahkan bagi tahun ini"),
}

_TERMS: Final = {
    **dict.fromkeys(("form", "rate", "month"), gettext_lazy("Kadar")),
    **dict.fromkeys(("month_minimum", "year_minimum"), gettext_lazy("Caruman untuk insentif penuh")),
    "year_cap": gettext_lazy("Had setahun"),
    **dict.fromkeys(("lifetime", "lifetime_cap"), gettext_lazy("Had seumur hidup")),
    "age_below": gettext_lazy("Umur di bawah"),
}
"""What the parts of a year's terms are called where they stand in a table."""

OCCUPATIONS: Final = {
    Occupation.FARMER: gettext_lazy("Petani, nelayan, pemandu teksi"),
    Occupation.TRADER: gettext_lazy("Peniaga kecil, penjaja, peniaga pasar malam dan uptown"),
    Occupation.CHILDMINDER: gettext_lazy("Pengasuh bayi"),
    Occupation.AGENT: gettext_lazy("Ejen yang menerima komisen, seperti ejen insurans atau hartanah"),
    Occupation.FREELANCER: gettext_lazy("Pekerja bebas, seperti deejay, penyanyi, pelakon, jurulatih kesihatan atau perunding"),
    Occupation.BUSINESS: gettext_lazy("Pemilik perniagaan, tunggal atau rakan kongsi"),
    Occupation.ONLINE_BUSINESS: gettext_lazy("Pemilik perniagaan dalam talian"),
    Occupation.PRACTICE: gettext_lazy("Pemilik praktis sendiri, seperti akauntan, doktor atau peguam"),
    Occupation.HOUSEWIFE: gettext_lazy("Suri rumah"),
    Occupation.PENSIONABLE: gettext_lazy("Pekerja berpencen"),
}
"""The ten groups of seed 002, in its order."""


def doubts(codes: Iterable[str]) -> list[str]:
    """Why a contribution earns no incentive (`selectors.voluntary.Doubt`). Raises KeyError for a code without words."""
    lacking = translation.gettext("Syarat yang tidak dipenuhi: %(condition)s")
    return [str(_FULL[code]) if code in _FULL else lacking % {"condition": CONDITIONS[code]} for code in codes]


def words(step: Step) -> str:
    """A step as a sentence. Raises KeyError for a code without one."""
    return INCENTIVE.say(step.code, step.figures)


def explained(steps: Iterable[Step]) -> Explained:
    """Sentences in order, each citation and assumption once."""
    return explanations.explained(steps, words)


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What of a year's figures no source confirms: what it is called, each once, and why it is taken, each once. Empty where all is confirmed."""

    what: tuple[str | Promise, ...] = ()
    why: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.why)


def assumed(scheme: IncentiveScheme, year: int) -> Assumed:
    """Of a scheme's terms in a year, in the active language."""
    found = incentive.assumed(scheme, year)
    return Assumed(what=tuple(dict.fromkeys(_TERMS[part] for part in found)), why=_reasons(found.values()))


def assumed_ceiling(year: int) -> Assumed:
    """Of the ceiling of all voluntary contributions in a year, in the active language."""
    found = incentive.ceiling_law(year)
    return Assumed(why=_reasons([found] if found and found.assumed else []))


def _reasons(found: Iterable[rates.Value]) -> tuple[str, ...]:
    language = translation.get_language() or "ms"
    return tuple(dict.fromkeys(value.reason.in_language(language) for value in found if value.reason))
