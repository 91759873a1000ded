"""What the pages of withdrawals say: refusals of acts, refusals of the rules, questions and answers as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kwsp_portal.templatetags import formats
from members import explanations as members_explanations
from withdrawals import labels
from withdrawals.enums import Action, Payee, State
from withdrawals.facts import Facts
from withdrawals.kinds import asking, common
from withdrawals.kinds.base import Charge, Kind, Particular, Sort
from withdrawals.models import ApplicationLog
from withdrawals.selectors import guides
from withdrawals.services import moves

NOT_ALLOWED: Final[Mapping[str, tuple[int, Any]]] = {
    "NO_RIGHT": (403, gettext_lazy("Permohonan ini bukan untuk anda.")),
    "OWN_CASE": (403, gettext_lazy("Ini rekod anda sendiri. Pegawai lain mesti melayaninya.")),
    "RELATIVE": (403, gettext_lazy("Anda telah mengisytiharkan ahli ini sebagai saudara. Pegawai lain mesti melayaninya.")),
    "RECEIVED_ON": (422, gettext_lazy("Ditemui %(found)s, dijangka hari borang itu diterima, dari %(earliest)s hingga %(latest)s")),
    "NOTICE": (
        409,
        gettext_lazy(
            "Notis itu bukan bagi permohonan ini seperti yang ada sekarang. Tunjukkan notis di bawah kepada ahli, dan minta cap ibu jarinya lagi."
        ),
    ),
    "CHECKLIST": (422, gettext_lazy("Tandakan apa yang anda semak: tiada pengenalan yang disemak bagi permohonan ini.")),
    "WRONG_STATE": (409, gettext_lazy("Keadaan permohonan ini sudah berubah. Keadaan terkini ditunjukkan di bawah.")),
    "CHANGED": (409, gettext_lazy("Permohonan ini sudah diubah di tetingkap lain. Semak semula jawapan di bawah, kemudian simpan sekali lagi.")),
    "INCOMPLETE": (409, gettext_lazy("Ada soalan yang belum dijawab. Jawab dahulu, kemudian hantar.")),
    "NO_ACCOUNT": (409, gettext_lazy("Tiada akaun bank yang disahkan atas nama anda. Daftarkan akaun dahulu, kemudian hantar permohonan ini.")),
    "WAITS": (409, gettext_lazy("Akaun bank atau nombor telefon TAC anda masih baharu. Permohonan ini boleh dihantar selepas %(until)s.")),
    "PAYEE": (409, gettext_lazy("Cara bayaran ini tidak dibenarkan bagi permohonan ini. Pilih cara lain.")),
    "PAPERS_MISSING": (409, gettext_lazy("Ada dokumen yang belum dimuat naik.")),
    "NO_MONEY": (409, gettext_lazy("Wang itu baru sahaja ditahan atau dipindahkan untuk perkara lain. Semak semula jumlah yang boleh dimohon.")),
    "TOO_MANY_PAPERS": (409, gettext_lazy("Paling banyak %(most)s fail bagi setiap dokumen. Gabungkan beberapa halaman dalam satu PDF.")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab rayuan anda: pegawai membacanya")),
    "NOT_CANCELLABLE": (409, gettext_lazy("Jenis pengeluaran ini tidak boleh dibatalkan selepas dihantar.")),
    "PAYMENT_ON_ITS_WAY": (409, gettext_lazy("Satu bayaran sedang diproses oleh bank. Cuba lagi selepas bank menjawab.")),
    "NOTHING_BACK": (409, gettext_lazy("Tiada bayaran yang menunggu permintaan semula. Keadaan terkini ditunjukkan di bawah.")),
    "ACCOUNT_ASKED": (422, gettext_lazy("Beri akaun penerima yang betul dahulu, atau pilih Arahan Bayaran")),
    "NOTHING_ADDED": (422, gettext_lazy("Muat naik dokumen yang diminta dahulu")),
}


DAYS: Final = ("found", "earliest", "latest")
"""Details that are days of the calendar."""
STEPS: Final[Mapping[str, Any]] = {
    guides.AMOUNT: gettext_lazy("Jumlah yang dimohon"),
    guides.PAYMENT: gettext_lazy("Cara bayaran"),
    guides.CREDITOR: gettext_lazy("Akaun penerima"),
    guides.DOCUMENTS: gettext_lazy("Dokumen"),
    guides.CHECK: gettext_lazy("Semak dan hantar"),
}
"""Pages of the guide that every kind has."""


class Answer(NamedTuple):
    """A question with the answer given; `step` is the page where it is changed."""

    question: Any
    answer: str
    step: str


def not_allowed(error: moves.NotAllowed) -> tuple[int, str]:
    """The status and the words of a refused act."""
    status, words = NOT_ALLOWED[error.code]
    figures = dict(error.details)
    if lacking := [code for code in figures.pop("papers", "").split(", ") if code]:
        return status, _("Belum dimuat naik: %(missing)s") % {"missing": ", ".join(str(labels.DOCUMENT[code]) for code in lacking)}
    until = parse_datetime(figures.get("until", ""))
    days = {name: formats.day(day) for name in DAYS if (day := parse_date(figures.get(name, "")))}
    return status, str(words) % (figures | days | ({"until": formats.moment(until)} if until else {}))


def answers(kind: Kind, given: Mapping[str, Any]) -> list[Answer]:
    """What was asked and said, in the order of the pages."""
    asked = sorted(asking.asked_of(kind, given), key=lambda one: one.page)
    return [Answer(labels.PARTICULARS[kind.code][one.name].words, answer(one, given.get(one.name)), f"about-{one.page}") for one in asked]


def answer(one: Particular, value: Any) -> str:
    """One answer as people read it."""
    if value in (None, ""):
        return _("Tidak dinyatakan")
    if one.sort is Sort.MONEY:
        return formats.money(Decimal(value))
    if one.sort is Sort.DAY:
        return formats.day(date.fromisoformat(value))
    if one.sort is Sort.YES:
        return _("Ya") if value else _("Tidak")
    return str(labels.CHOICES[one.name][value]) if one.sort is Sort.CHOICE else str(value)


def charged(charges: Iterable[Charge], on: date) -> list[tuple[str, Decimal]]:
    """From which account how much, by the names of the day."""
    return [(members_explanations.account_name(one.account, on), one.amount) for one in charges]


def pots(facts: Facts, on: date) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """Each account with what stands on it, what of that others hold, and what is free."""
    found = ((account, facts.balances[account], facts.held.get(account, Decimal(0))) for account in facts.balances)
    return [(members_explanations.account_name(account, on), stands, held, stands - held) for account, stands, held in found]


def acted(entry: ApplicationLog) -> str:
    """What somebody did, for what KWSP stopped it, and of which account another was asked for; a case that another officer takes from a colleague was
    taken before."""
    taken_over = entry.action == Action.TAKE and entry.from_state == State.IN_PROCESS
    done = str(labels.TAKEN_OVER if taken_over else labels.ACTION[entry.action])
    if entry.action == Action.ASK_ACCOUNT:
        return f"{done} (•••• {entry.note})"
    if entry.action == Action.GIVE_WAY and entry.note == common.LIVING.code:
        return str(labels.DIED)
    if entry.action == Action.GIVE_WAY and entry.from_state == State.ACTIVE:
        return (
            _("Bayaran berkala tamat: memberi laluan kepada permohonan %(number)s") % {"number": entry.note} if entry.note else str(labels.PLAN_ENDED)
        )
    return f"{done}: {labels.STOPPED[entry.note]}" if entry.action == Action.STOP else done


def payee(code: str) -> str:
    return str(labels.PAYEE[Payee(code)])


def steps(found: Sequence[str]) -> list[str]:
    """The pages of the guide by their names."""
    about = sum(one not in STEPS for one in found)
    return [str(STEPS[one]) if one in STEPS else _("Perkara") + (f" {number}" if about > 1 else "") for number, one in enumerate(found, start=1)]
