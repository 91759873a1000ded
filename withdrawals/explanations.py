"""Words for what the rules of withdrawals found: refusals with what would change them and when, steps, conditions. Malay msgids.

Figures are plain text; their names say what they are (`_KINDS`). `found` and `expected` are shown by what the refusal speaks of.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kwsp_portal.common import rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.refusal import Refusal
from members import explanations
from members.explanations import Explained as Explained
from withdrawals import questions
from withdrawals.kinds.base import Condition

_REFUSALS: Final[Mapping[str, str]] = {
    # Of every kind
    "NOT_OPEN": gettext_noop("Permohonan jenis ini tidak dibuka pada %(found_day)s."),
    "MEMBER_DIED": gettext_noop("Ahli telah meninggal dunia pada %(found_day)s. Simpanannya dituntut oleh penama atau waris."),
    "AGE_BELOW": gettext_noop("Bagi ahli di bawah umur %(age)s pada hari permohonan. Anda mencapai umur itu pada %(birthday)s."),
    "AGE_FROM": gettext_noop("Bagi ahli mulai umur %(age)s. Anda belum mencapai umur itu pada %(found_day)s."),
    "ONCE": gettext_noop("Sekali sahaja: anda telah memohonnya pada %(found_day)s."),
    "ONCE_A_DAY": gettext_noop("Sekali sehari: anda telah memohonnya pada %(found_day)s."),
    "UNDECIDED": gettext_noop("Permohonan anda pada %(found_day)s belum diputuskan."),
    "NO_ACCOUNT": gettext_noop("Tiada akaun bank atas nama anda yang telah disahkan oleh bank."),
    "CHANNEL": gettext_noop("Permohonan ini tidak boleh dibuat melalui: %(found_channel)s. Ia dibuat melalui: %(expected_channels)s."),
    "TOO_EARLY_TO_DECIDE": gettext_noop("Permohonan yang dibuat awal diputuskan mulai %(until)s."),
    "PARTICULAR_MISSING": gettext_noop("Soalan belum dijawab: %(question)s"),
    "PARTICULAR_WRONG": gettext_noop("Jawapan ini tidak dapat dibaca: %(question)s (didapati: %(found)s)"),
    "AMOUNT_NOT_POSITIVE": gettext_noop("Amaun yang dipohon mesti lebih daripada sifar; didapati %(found_amount)s."),
    "AMOUNT_DECIMALS": gettext_noop("Amaun yang dipohon mesti dalam ringgit dan sen, dua tempat perpuluhan; didapati %(found)s."),
    "AMOUNT_ABOVE": gettext_noop("Amaun yang dipohon, %(found_amount)s, melebihi yang boleh dikeluarkan, %(most)s."),
    "AMOUNT_BELOW": gettext_noop("Amaun yang dipohon, %(found_amount)s, kurang daripada amaun terendah, %(least)s."),
    "NOTHING": gettext_noop("Tiada wang yang boleh dikeluarkan bagi jenis ini: bakinya sifar, atau ditahan bagi permohonan lain."),
    "KHAS_SAVINGS": gettext_noop("Jumlah simpanan anda pada hari permohonan ialah %(found_amount)s, kurang daripada %(least)s."),
    "TOO_LITTLE": gettext_noop("Yang boleh dikeluarkan hanya %(found_amount)s, kurang daripada amaun terendah, %(least)s."),
}

_CHANGES: Final[Mapping[str, str]] = {
    "NOT_OPEN": gettext_noop("Dibuka pada %(until)s."),
    "AGE_FROM": gettext_noop("Pada %(until)s anda genap %(age)s tahun."),
    "ONCE_A_DAY": gettext_noop("Anda boleh memohon lagi pada %(until)s."),
    "UNDECIDED": gettext_noop("Tunggu keputusannya, atau batalkan permohonan itu."),
    "NO_ACCOUNT": gettext_noop("Daftarkan akaun bank anda dan tunggu pengesahan bank."),
    "AMOUNT_ABOVE": gettext_noop("Mohon %(most)s atau kurang."),
    "AMOUNT_BELOW": gettext_noop("Mohon %(least)s atau lebih."),
    "NOTHING": gettext_noop("Caruman baharu menambah simpanan anda, dan wang yang ditahan dilepaskan jika permohonan lain dibatalkan atau ditolak."),
    "KHAS_SAVINGS": gettext_noop("Caruman baharu yang dikreditkan sebelum tarikh tutup menambah simpanan anda."),
    "TOO_LITTLE": gettext_noop("Caruman baharu menambah simpanan anda."),
}
"""What would change a refusal, and when. A code that is not here is changed by nothing that a member could do or wait for."""

_STEPS: Final[Mapping[str, str]] = {
    "WHOLE_ACCOUNT": gettext_noop("Baki yang tidak ditahan bagi permohonan lain ialah %(free)s: semuanya boleh dikeluarkan."),
    "LEAST": gettext_noop("Amaun terendah ialah %(least)s."),
    "STRAIGHT": gettext_noop("Setakat %(straight)s dalam talian, tanpa pegawai. Amaun yang lebih dipohon di pejabat KWSP dengan cap ibu jari."),
    "STRAIGHT_AT_OFFICE": gettext_noop("Bukan warganegara memohon di pejabat KWSP."),
    "KHAS_ACCOUNT_2": gettext_noop("Akaun 2 digunakan dahulu: %(part)s."),
    "KHAS_ACCOUNT_1": gettext_noop("Kemudian Akaun 1: %(part)s, dengan %(kept)s kekal di dalamnya."),
    "KHAS_ACCOUNT_1_LOW": gettext_noop("Akaun 1 kurang daripada %(kept)s: ia tidak digunakan, dan tidak perlu ditambah."),
    "KHAS_BOUNDS": gettext_noop("Amaun terendah ialah %(least)s dan amaun tertinggi %(highest)s."),
}

_CONDITIONS: Final[Mapping[str, str]] = {
    "MEMBER_DIED": gettext_noop("Dipohon oleh ahli sendiri semasa hidup."),
    "AGE_BELOW": gettext_noop("Di bawah umur %(age)s tahun pada hari permohonan."),
    "AGE_FROM": gettext_noop("Berumur %(age)s tahun atau lebih pada hari permohonan."),
    "ONCE": gettext_noop("Sekali sahaja."),
    "ONCE_A_DAY": gettext_noop("Sekali sehari."),
    "UNDECIDED": gettext_noop("Satu permohonan pada satu masa."),
    "KHAS_SAVINGS": gettext_noop("Jumlah simpanan sekurang-kurangnya %(least)s pada hari permohonan."),
    "NO_ACCOUNT": gettext_noop("Akaun bank sendiri yang aktif, bukan akaun bersama atau syarikat."),
}
"""A condition as the public list says it."""

_AMOUNT: Final = re.compile(r"-?[0-9]+\.[0-9]{2}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_AMOUNTS: Final = ("most", "least", "free", "straight", "part", "kept", "highest")
_DAYS: Final = ("until", "birthday")
_KINDS: Final[Mapping[str, explanations.Show]] = {**dict.fromkeys(_AMOUNTS, explanations.amount), **dict.fromkeys(_DAYS, explanations.day)}


class Reason(NamedTuple):
    """A refusal as a member reads it: why, what would change it (empty: nothing that they could do or wait for), the day from which time alone does,
    and where it is written."""

    code: str
    words: str
    change: str
    until: date | None
    citations: tuple[str, ...]


def reason(refusal: Refusal) -> Reason:
    """A refusal in the active language. Raises KeyError for a code without words."""
    figures = _shown(refusal.details)
    until = refusal.details.get("until")
    changed = _CHANGES.get(refusal.code, "")
    if changed and "%(until)s" in changed and until is None:
        changed = ""
    return Reason(
        code=refusal.code,
        words=_(_REFUSALS[refusal.code]) % figures,
        change=_(changed) % figures if changed else "",
        until=date.fromisoformat(until) if until else None,
        citations=_citations(refusal.provision),
    )


def reasons(refusals: Iterable[Refusal]) -> list[Reason]:
    """Every refusal in words, in the order of the kind's conditions."""
    return [reason(one) for one in refusals]


def words(step: Step) -> str:
    """A step of an amount as a sentence. Raises KeyError for a code without one."""
    return _(_STEPS[step.code]) % _shown(step.figures)


def explained(steps: Iterable[Step]) -> Explained:
    """Sentences in order, each citation and assumption once."""
    return explanations.explained(steps, words)


def condition_words(condition: Condition, on: date) -> str:
    """A condition as the law has it on a day."""
    return _(_CONDITIONS[condition.code]) % _shown(condition.figures(on))


def condition_citations(condition: Condition) -> tuple[str, ...]:
    """Where it is written, in the active language."""
    return _citations(condition.source)


def _citations(names: str) -> tuple[str, ...]:
    language = translation.get_language() or "ms"
    return tuple(dict.fromkeys(source.in_language(language) for source in rates.citations(names)))


def _shown(figures: Mapping[str, str]) -> dict[str, str]:
    """Figures as they are read; `found` in each form that a sentence may need."""
    shown = {name: _KINDS[name](text) if name in _KINDS else text for name, text in figures.items()}
    return {**shown, **dict(_found(figures)), **dict(_channels(figures)), **dict(_question(figures))}


def _found(figures: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """`found_amount` and `found_day`, where what was found is one."""
    found = figures.get("found", "")
    if _AMOUNT.fullmatch(found):
        yield "found_amount", explanations.amount(found)
    if _DAY.fullmatch(found):
        yield "found_day", explanations.day(found)


def _channels(figures: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """`found_channel` and `expected_channels`, where a refusal names ways to apply."""
    ways = questions.CHANNEL
    if figures.get("found") in ways:
        yield "found_channel", str(ways[figures["found"]])
        yield "expected_channels", ", ".join(str(ways[code]) for code in figures.get("expected", "").split() if code in ways)


def _question(figures: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """`question`: the one that a refusal names, as the guide asks it."""
    if "name" in figures:
        yield "question", str(questions.PARTICULARS[figures["kind"]][figures["name"]].words)
