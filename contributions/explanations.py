"""Words for the steps and refusals of contributions/rules, in the reader's language (Malay msgids).

`words` says one step, `explained` makes sentences, citations and assumptions of a whole explanation, steps of a split included.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from contributions.rules import liable, regime
from kwsp_portal.common import rates
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from members import explanations
from members.explanations import Explained as Explained
from members.explanations import assumption_words as assumption_words
from members.explanations import not_in_force_words as not_in_force_words

_WHO: Mapping[str, str] = {
    "CITIZEN": gettext_noop("Warganegara Malaysia."),
    "PERMANENT_RESIDENT": gettext_noop("Penduduk tetap."),
    "STANDING_CHANGES": gettext_noop(
        "Taraf berubah pada %(changed_on)s: perubahan itu dikira mulai bulan upah %(from_month)s, dan bulan upah ini masih mengikut taraf sebelumnya."
    ),
    "STANDING_CHANGED": gettext_noop("Taraf itu bermula pada %(changed_on)s dan dikira mulai bulan upah %(from_month)s."),
    "EARLY_NON_CITIZEN": gettext_noop("Bukan warganegara yang menjadi ahli pada %(member_since)s, iaitu sebelum %(border)s."),
    "LATER_NON_CITIZEN": gettext_noop("Bukan warganegara yang menjadi ahli pada %(member_since)s, iaitu pada atau selepas %(border)s."),
    "NOT_YET_MEMBER": gettext_noop("Bukan warganegara yang belum menjadi ahli sebelum %(border)s."),
    "DOMESTIC_CHOSE": gettext_noop(
        "Pembantu domestik mencarum hanya jika memilih, dengan Borang %(form)s. Kiraan ini bagi yang telah memilih; pilihan itu tidak boleh "
        "dibatalkan."
    ),
    "NON_CITIZEN_CHOSE": gettext_noop(
        "Bukan warganegara ini mencarum hanya jika memilih, dengan Borang %(form)s. Kiraan ini bagi yang telah memilih; pilihan itu tidak boleh "
        "dibatalkan."
    ),
    "AGE_BELOW": gettext_noop(
        "Lahir pada %(birth_date)s, mencapai umur %(age)s pada %(birthday)s: peringkat kedua bermula dengan bulan upah %(from_month)s, "
        "selepas bulan upah ini."
    ),
    "AGE_REACHED": gettext_noop(
        "Lahir pada %(birth_date)s, mencapai umur %(age)s pada %(birthday)s: peringkat kedua bermula dengan bulan upah %(from_month)s dan terpakai."
    ),
    "AGE_BELOW_THIS_MONTH": gettext_noop(
        "Lahir pada %(birth_date)s, mencapai umur %(age)s pada %(birthday)s: mengikut umur yang berkuat kuasa bagi bulan upah ini, peringkat kedua "
        "tidak terpakai bagi bulan ini."
    ),
    "AGE_REACHED_BEFORE": gettext_noop("Lahir pada %(birth_date)s, telah mencapai umur %(age)s pada %(birthday)s: peringkat kedua terpakai."),
    "AGE_SAVED": gettext_noop(
        "Lahir pada %(birth_date)s, mencapai umur %(age)s pada %(birthday)s, sebelum %(before)s: kekal pada peringkat pertama."
    ),
    "LAST_MONTH": gettext_noop("%(wage_month)s ialah bulan upah terakhir: umur %(age)s dicapai pada %(birthday)s."),
    "PART_TABLE": gettext_noop(
        "Bagi bulan upah %(wage_month)s terpakai Bahagian %(part)s Jadual Ketiga, edisi yang berkuat kuasa mulai %(edition_month)s."
    ),
    "PART_EXACT": gettext_noop(
        "Bagi bulan upah %(wage_month)s terpakai Bahagian %(part)s Jadual Ketiga, edisi yang berkuat kuasa mulai %(edition_month)s: "
        "peratusan tepat atas upah sebenar, tanpa baris jadual, bagi pemegang pasport dan pas yang sah; pekerja domestik dikecualikan."
    ),
}

_SHARES: Mapping[str, str] = {
    "NIL": gettext_noop("Upah %(wages)s tidak melebihi %(limit)s: tiada caruman."),
    "BAND": gettext_noop("Upah %(wages)s jatuh dalam baris %(band_from)s hingga %(band_to)s (lebar baris %(width)s)."),
    "EMPLOYER_FIXED": gettext_noop("Syer majikan: %(share)s tetap sebulan, sejak bulan upah %(since_month)s."),
    "EMPLOYER_RATE": gettext_noop("Kadar majikan: %(rate)s, sejak bulan upah %(since_month)s."),
    "EMPLOYER_RATE_TO_LIMIT": gettext_noop("Kadar majikan: %(rate)s bagi upah %(limit)s dan ke bawah, sejak bulan upah %(since_month)s."),
    "EMPLOYER_RATE_OVER_LIMIT": gettext_noop("Kadar majikan: %(rate)s bagi upah melebihi %(limit)s, sejak bulan upah %(since_month)s."),
    "EMPLOYER_BAND": gettext_noop(
        "Syer majikan: %(rate)s daripada hujung atas baris %(band_to)s = %(exact)s, digenapkan kepada ringgit berikutnya: %(share)s."
    ),
    "EMPLOYEE_RATE": gettext_noop("Kadar pekerja: %(rate)s, sejak bulan upah %(since_month)s."),
    "EMPLOYEE_KEPT": gettext_noop(
        "Kadar pekerja: %(rate)s, dikekalkan atas pilihan pekerja; kadar edisi ini, sejak bulan upah %(since_month)s, ialah %(lowered)s."
    ),
    "EMPLOYEE_NONE": gettext_noop("Syer pekerja: tiada dalam Bahagian %(part)s, sejak bulan upah %(since_month)s."),
    "EMPLOYEE_BAND": gettext_noop(
        "Syer pekerja: %(rate)s daripada hujung atas baris %(band_to)s = %(exact)s, digenapkan kepada ringgit berikutnya: %(share)s."
    ),
    "EXACT_ABOVE_TABLE": gettext_noop("Upah %(wages)s melebihi %(limit)s: peratusan tepat atas upah sebenar."),
    "EMPLOYER_EXACT": gettext_noop("Majikan: %(rate)s daripada %(wages)s = %(exact)s."),
    "EMPLOYEE_EXACT": gettext_noop("Pekerja: %(rate)s daripada %(wages)s = %(exact)s."),
    "BONUS_RULE": gettext_noop(
        "Upah tanpa bonus, %(without)s, tidak melebihi %(limit)s; bonus %(bonus)s menjadikannya %(wages)s. Majikan mencarum %(rate)s daripada "
        "upah sebenar."
    ),
    "ROUND_TOTAL": gettext_noop(
        "Jumlah %(exact)s digenapkan kepada ringgit berikutnya: %(total)s. Syer pekerja %(employee_exact)s menjadi %(employee)s; syer majikan "
        "ialah bakinya, %(employer)s."
    ),
    "ROUND_TOTAL_EMPLOYEE_WHOLE": gettext_noop(
        "Jumlah %(exact)s digenapkan kepada ringgit berikutnya: %(total)s. Syer pekerja %(employee)s; syer majikan ialah bakinya, %(employer)s."
    ),
    "ROUND_NOTHING": gettext_noop("Jumlah %(exact)s sudah dalam ringgit penuh."),
    "ROUND_SHARES_ONLY": gettext_noop(
        "Jumlah %(exact)s sudah dalam ringgit penuh. Syer pekerja %(employee_exact)s digenapkan menjadi %(employee)s; syer majikan ialah bakinya, "
        "%(employer)s."
    ),
    "ROUND_EACH_SHARE": gettext_noop(
        "Setiap syer digenapkan kepada ringgit berikutnya: majikan %(employer)s, pekerja %(employee)s, jumlah %(total)s daripada %(exact)s."
    ),
    "TOTAL": gettext_noop("Jumlah caruman: %(employer)s + %(employee)s = %(total)s."),
    "TOPS_UP": gettext_noop(
        "Borang A bulan ini telah difailkan dahulu dengan upah %(earlier_wages)s: majikan %(earlier_employer)s, pekerja %(earlier_employee)s. "
        "Hanya bezanya difailkan di sini: majikan %(more_employer)s, pekerja %(more_employee)s, jumlah %(more_total)s."
    ),
}

_EXCESS: Mapping[str, str] = {
    "EMPLOYER_ELECTED": gettext_noop(
        "Majikan memilih mencarum %(excess)s melebihi kadar berkanun: syer majikan dikira atas upah sebenar, tanpa baris jadual. Tiada borang "
        "diperlukan."
    ),
    "EMPLOYEE_ELECTED": gettext_noop(
        "Pekerja memilih mencarum %(excess)s melebihi kadar berkanun, dengan Borang KWSP 17A(AHL)/18A(AHL) kepada majikan: syer pekerja dikira atas "
        "upah sebenar, tanpa baris jadual."
    ),
    "NOTHING_TO_EXCEED": gettext_noop("Tiada kadar berkanun bagi upah ini, jadi tiada yang boleh dilebihi."),
    "EMPLOYER_EXCESS": gettext_noop("Majikan: %(rate)s + %(excess)s = %(together)s daripada %(wages)s = %(exact)s."),
    "EMPLOYER_FIXED_EXCESS": gettext_noop("Majikan: %(share)s + %(excess)s daripada %(wages)s = %(exact)s."),
    "EMPLOYEE_EXCESS": gettext_noop("Pekerja: %(rate)s + %(excess)s = %(together)s daripada %(wages)s = %(exact)s."),
    "OTHER_BY_ROW": gettext_noop(
        "Mengapa bukan %(employer_exact)s bagi majikan? Hanya syer yang dipilih melebihi kadar berkanun dikira atas upah sebenar; syer majikan kekal "
        "mengikut baris jadual, %(employer)s."
    ),
}

_SURPRISES: Mapping[str, str] = {
    "NOT_EXACT": gettext_noop(
        "Mengapa bukan %(employer_exact)s dan %(employee_exact)s? Itu peratusan tepat atas upah. Setakat upah %(limit)s undang-undang tidak "
        "membenarkannya: kadar dikira atas hujung atas baris, %(band_to)s, jadi %(employer)s dan %(employee)s."
    ),
    "NOT_EXACT_EMPLOYER": gettext_noop(
        "Mengapa bukan %(employer_exact)s bagi majikan? Itu peratusan tepat atas upah. Setakat upah %(limit)s undang-undang tidak membenarkannya: "
        "kadar dikira atas hujung atas baris, %(band_to)s, jadi %(employer)s."
    ),
    "NOT_EXACT_EMPLOYEE": gettext_noop(
        "Mengapa bukan %(employee_exact)s bagi pekerja? Itu peratusan tepat atas upah. Setakat upah %(limit)s undang-undang tidak membenarkannya: "
        "kadar dikira atas hujung atas baris, %(band_to)s, jadi %(employee)s."
    ),
    "BONUS_CHANGES_NOTHING": gettext_noop(
        "Bonus %(bonus)s tidak mengubah syer: peraturan bonus terpakai hanya jika upah tanpa bonus tidak melebihi %(limit)s dan dengan bonus "
        "melebihinya; di sini %(without)s dan %(wages)s."
    ),
    "NO_BONUS_RULE": gettext_noop("Bonus %(bonus)s tidak mengubah syer: Bahagian %(part)s tiada peraturan bonus bagi bulan upah %(wage_month)s."),
    "KEEPS_NOTHING": gettext_noop(
        "Pilihan mengekalkan kadar pekerja tidak mengubah syer: bagi bulan upah %(wage_month)s Bahagian %(part)s tiada kadar lebih tinggi untuk "
        "dikekalkan."
    ),
    "EMPLOYER_FALLS": gettext_noop(
        "Mengapa syer majikan lebih rendah daripada %(at_limit)s bagi upah %(limit)s? Melebihi had itu kadar majikan turun daripada "
        "%(lower_rate)s kepada %(rate)s, jadi syernya %(employer)s."
    ),
    "FAQ_ROUNDS_EACH": gettext_noop(
        "Soalan lazim KWSP menggenapkan setiap syer, yang memberi %(each)s. Portal mengikut teks Jadual, yang menggenapkan jumlah: %(total)s."
    ),
}

_VALUE_DATE: Mapping[str, str] = {
    "EARNS_FROM_MONTH_END": gettext_noop(
        "Dibayar pada %(paid_on)s, dalam atau sebelum bulan caruman %(contribution_month)s: dividen dikira mulai hari terakhir bulan itu, "
        "%(value_date)s."
    ),
    "EARNS_FROM_PAID_DAY": gettext_noop("Dividen dikira mulai hari ia dibayar, %(value_date)s."),
    "EARNS_FROM_PAYMENT": gettext_noop(
        "Dibayar pada %(paid_on)s, selepas %(last_day)s, hari terakhir bulan caruman %(contribution_month)s: dividen dikira mulai tarikh bayaran."
    ),
}

_CORRECTED: Mapping[str, str] = {
    "CORRECTED_MORE": gettext_noop(
        "Tambahan %(difference)s dikreditkan serta-merta pada %(booked_on)s, tanpa menunggu bayaran majikan; majikan terhutang jumlah itu."
    ),
    "CORRECTED_LESS": gettext_noop(
        "%(difference)s diambil balik pada %(booked_on)s daripada akaun yang menerima caruman ini, mengikut kadar yang masuk ke setiap satu, dan "
        "menjadi kredit majikan."
    ),
    "CORRECTED_COUNTS_FROM": gettext_noop("Dividen atas pembetulan ini dikira mulai %(value_date)s, tarikh nilai caruman yang dibetulkan."),
}

_REFUSALS: Mapping[str, str] = {
    "ABOVE_CONTRIBUTION_AGE": gettext_noop(
        "Tiada caruman bagi bulan upah %(wage_month)s: umur %(age)s dicapai pada %(birthday)s, dan bulan upah terakhir ialah %(last_month)s."
    ),
    "BORN_AFTER_WAGE_MONTH": gettext_noop("Tarikh lahir %(birth_date)s ialah selepas bulan upah %(wage_month)s. Semak tarikh lahir."),
    "MAY_CHOOSE": gettext_noop(
        "Tiada caruman bagi bulan upah %(wage_month)s: pekerja ini dikecualikan dan belum memilih untuk mencarum. Untuk mencarum, serahkan Borang "
        "%(form)s kepada KWSP dan satu salinan kepada majikan; pilihan itu tidak boleh dibatalkan."
    ),
    "DOMESTIC_EXCLUDED": gettext_noop(
        "Tiada caruman bagi bulan upah %(wage_month)s: Bahagian %(excluding)s mengecualikan pekerja domestik. Semak status pekerja itu, atau tanya "
        "di mana-mana kaunter KWSP."
    ),
    "NEGATIVE_WAGES": gettext_noop("Upah %(wages)s adalah negatif. Upah ialah RM 0.00 atau lebih."),
    "EXCESS_NEGATIVE": gettext_noop("Ditemui %(points)s, dijangka 0 atau lebih: lebihan ditambah kepada kadar berkanun."),
    "EXCESS_TOO_HIGH": gettext_noop(
        "Ditemui %(excess)s, dijangka paling tinggi %(highest)s: kadar berkanun ialah %(rate)s dan kedua-duanya bersama-sama tidak melebihi %(most)s "
        "daripada upah."
    ),
    "BONUS_OUT_OF_RANGE": gettext_noop("Bonus %(bonus)s bukan antara RM 0.00 dan upah %(wages)s. Upah termasuk bonus."),
}

_MONEY = [
    "at_limit",
    "band_from",
    "band_to",
    "bonus",
    "difference",
    "each",
    "earlier_employee",
    "earlier_employer",
    "earlier_wages",
    "employee",
    "employee_exact",
    "employer",
    "employer_exact",
    "exact",
    "limit",
    "more_employee",
    "more_employer",
    "more_total",
    "share",
    "total",
    "wages",
    "width",
    "without",
]
_MONTHS = ["contribution_month", "edition_month", "from_month", "last_month", "wage_month"]


def _since(text: str) -> str:
    """The month from which a value holds. What holds since the first month of the register may be older than it."""
    said = explanations.month(text)
    return _("%(month)s atau lebih awal") % {"month": said} if WageMonth.parse(text).first_day <= regime.LAW.known_from else said


CONTRIBUTION = explanations.Words(
    sentences={**_WHO, **_SHARES, **_EXCESS, **_SURPRISES, **_VALUE_DATE, **_CORRECTED, **_REFUSALS},
    kinds={
        **dict.fromkeys(_MONEY, explanations.amount),
        **dict.fromkeys(_MONTHS, explanations.month),
        "since_month": _since,
        **dict.fromkeys(
            ("before", "birth_date", "birthday", "booked_on", "border", "changed_on", "last_day", "member_since", "paid_on", "value_date"),
            explanations.day,
        ),
        **dict.fromkeys(("rate", "lower_rate", "lowered", "excess", "together", "most", "highest"), explanations.percent),
    },
)


def words(step: Step) -> str:
    """A step as a sentence; also one of a split of the credit. Raises KeyError for a code without a sentence."""
    if step.code in CONTRIBUTION.sentences:
        return CONTRIBUTION.say(step.code, step.figures)
    return explanations.words(step)


def refusal_words(refusal: Refusal) -> str:
    """A refusal by the rules of contributions, or of the split, as a sentence."""
    if refusal.code in CONTRIBUTION.sentences:
        return CONTRIBUTION.say(refusal.code, refusal.details)
    return explanations.refusal_words(refusal)


def explained(steps: Iterable[Step]) -> Explained:
    """Sentences in order, and each citation and assumption once."""
    return explanations.explained(steps, words)


@dataclass(frozen=True, slots=True)
class LiableWages:
    """What counts as wages and what does not, in the reader's language, with the sources and what is assumed about the dates."""

    liable: tuple[str, ...]
    not_liable: tuple[str, ...]
    citations: tuple[str, ...]
    assumptions: tuple[str, ...]


def liable_wages(month: WageMonth) -> LiableWages | None:
    """For a wage month; None for one before the list is known."""
    try:
        found = liable.payments(month)
    except rates.NotInForce:
        return None
    language = translation.get_language() or "ms"
    reasons = (rate.at(month.first_day).reason for rate in (*found.liable, *found.not_liable))
    return LiableWages(
        liable=tuple(rate.description.in_language(language) for rate in found.liable),
        not_liable=tuple(rate.description.in_language(language) for rate in found.not_liable),
        citations=tuple(source.in_language(language) for source in rates.citations(found.citation)),
        assumptions=tuple(dict.fromkeys(reason.in_language(language) for reason in reasons if reason)),
    )
