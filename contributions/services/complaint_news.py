"""What a member reads of a complaint in the inbox, and what the employer is told of one: never more than the inspector chose.

The words themselves stand on the complaint's page only: a notice may go on by e-mail, and into a shared inbox.
"""

from typing import Final

from django.utils.translation import gettext_noop

from contributions import labels
from contributions.enums import ComplaintAction
from contributions.models import Complaint, ComplaintLog
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from members import explanations

EMPLOYER: Final = "COMPLAINT_EMPLOYER"
EMPLOYER_NAMED: Final = "COMPLAINT_EMPLOYER_NAMED"


def _months(said: str) -> str:
    return ", ".join(explanations.month(month) for month in said.split())


def _ground(code: str) -> str:
    return str(labels.COMPLAINT_GROUND.get(code, code))


_SHOW: Final = {"months": _months, "ground": _ground}
_SEE: Final = gettext_noop("Lihat aduan ini")
_CHECK: Final = gettext_noop(
    "Semak Borang A dan bayaran anda bagi bulan-bulan itu. Jika ada yang tertinggal, hantar dan bayar sekarang: caj lewat bayar bertambah mengikut "
    "hari. Pemeriksa akan menghubungi anda jika perlu."
)
KINDS: Final = {
    "COMPLAINT_SEND": kinds.Kind(
        subject=gettext_noop("Aduan %(number)s diterima"),
        paragraphs=(
            gettext_noop("Kami menerima aduan anda tentang %(company)s bagi gaji %(months)s. Seorang pemeriksa akan mengambilnya."),
            gettext_noop("Majikan tidak diberitahu siapa yang mengadu. Anda boleh menambah maklumat atau menarik balik aduan ini."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    "COMPLAINT_TAKE": kinds.Kind(
        subject=gettext_noop("Aduan %(number)s sedang diperiksa"),
        paragraphs=(gettext_noop("Seorang pemeriksa telah mengambil aduan anda tentang %(company)s bagi gaji %(months)s."),),
        show=_SHOW,
        action=_SEE,
    ),
    "COMPLAINT_ANSWER": kinds.Kind(
        subject=gettext_noop("Aduan %(number)s: pemeriksa menulis kepada anda"),
        paragraphs=(gettext_noop("Baca jawapan pemeriksa, dan tambah maklumat jika diminta."),),
        show=_SHOW,
        action=_SEE,
    ),
    "COMPLAINT_TELL": kinds.Kind(
        subject=gettext_noop("Aduan %(number)s: majikan diminta menyemak"),
        paragraphs=(gettext_noop("Pemeriksa meminta %(company)s menyemak carumannya bagi gaji %(months)s. Nama anda tidak diberikan."),),
        show=_SHOW,
        action=_SEE,
    ),
    "COMPLAINT_NAME": kinds.Kind(
        subject=gettext_noop("Aduan %(number)s: majikan diberitahu nama anda"),
        paragraphs=(
            gettext_noop("Pemeriksa memberitahu %(company)s bahawa anda yang mengadu bagi gaji %(months)s. Sebabnya ada pada aduan anda."),
            gettext_noop("Jika anda dikenakan tindakan kerana aduan ini, beritahu pemeriksa pada aduan itu."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    "COMPLAINT_RESOLVE": kinds.Kind(
        subject=gettext_noop("Aduan %(number)s diselesaikan"),
        paragraphs=(gettext_noop("Baca apa yang ditemui pemeriksa tentang %(company)s bagi gaji %(months)s, dan apa yang dibuat."),),
        show=_SHOW,
        action=_SEE,
    ),
    "COMPLAINT_DECLINE": kinds.Kind(
        subject=gettext_noop("Aduan %(number)s tidak diteruskan"),
        paragraphs=(
            gettext_noop("Baca sebabnya pada aduan itu."),
            gettext_noop("Jika anda tidak bersetuju, hantar aduan baharu dengan dokumen, atau tanya di mana-mana kaunter."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    EMPLOYER: kinds.Kind(
        subject=gettext_noop("KWSP menerima aduan tentang caruman bagi gaji %(months)s"),
        paragraphs=(gettext_noop("Aduan itu berkata: %(ground)s."), _CHECK),
        show=_SHOW,
        action=gettext_noop("Lihat tunggakan"),
    ),
    EMPLOYER_NAMED: kinds.Kind(
        subject=gettext_noop("KWSP menerima aduan %(name)s tentang caruman bagi gaji %(months)s"),
        paragraphs=(
            gettext_noop("Aduan itu berkata: %(ground)s."),
            _CHECK,
            gettext_noop("Pekerja berhak mengadu. Jangan kenakan tindakan ke atasnya kerana aduan ini."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat tunggakan"),
    ),
}


def of_entry(complaint: Complaint, entry: ComplaintLog) -> list[News]:
    """What an act tells: the member of each that is an inspector's and that the complaint has come; the employer of two."""
    months = " ".join(str(WageMonth.of(month.wage_month)) for month in complaint.months.all())
    figures = {"number": str(complaint.pk), "company": complaint.employer.name, "months": months, "ground": complaint.ground}
    cause, told = f"complaintlog:{entry.pk}", []
    code = f"COMPLAINT_{entry.action}"
    if code in KINDS:
        told.append(
            News(to=Inbox(Whose.MEMBER, complaint.member_id), code=code, cause=cause, figures=figures, link=("member:complaint", complaint.pk))
        )
    if entry.action in (ComplaintAction.TELL, ComplaintAction.NAME):
        named = entry.action == ComplaintAction.NAME
        # Neither its number nor its company's name: nothing by which two notices could be compared with what somebody says.
        said = {"months": months, "ground": complaint.ground, **({"name": complaint.member.name} if named else {})}
        to = Inbox(Whose.EMPLOYER, complaint.employer_id)
        told.append(News(to=to, code=EMPLOYER_NAMED if named else EMPLOYER, cause=cause, figures=said, link=("employer:arrears",)))
    return told
