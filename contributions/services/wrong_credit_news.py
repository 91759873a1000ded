"""What both members and the employer are told when a credit to the wrong member has been put right; neither member reads who the other is."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import WrongCredit
from contributions.services import crediting
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from members import explanations

TAKEN: Final = "WRONG_CREDIT_TAKEN"
GIVEN: Final = "WRONG_CREDIT_GIVEN"
GIVEN_HELD: Final = "WRONG_CREDIT_GIVEN_HELD"
EMPLOYER: Final = "WRONG_CREDIT_EMPLOYER"

_WHY: Final = gettext_noop("Sebab: %(reason)s")
_ASK: Final = gettext_noop("Jika anda rasa ini tidak betul, bawa makluman ini ke mana-mana kaunter KWSP.")
_SHOW: Final = {"month": explanations.month, "value_date": explanations.day, "amount": explanations.amount}
KINDS: Final = {
    TAKEN: kinds.Kind(
        subject=gettext_noop("Caruman gaji %(month)s bukan milik anda: %(amount)s diambil balik"),
        paragraphs=(
            gettext_noop(
                "Caruman daripada %(company)s bagi gaji %(month)s, %(amount)s, telah dikreditkan kepada anda kerana kesilapan: ia milik ahli lain. "
                "Jumlah itu telah diambil balik daripada akaun yang menerimanya."
            ),
            gettext_noop(
                "Dividen atas jumlah ini tidak lagi dikira mulai %(value_date)s. Jika dividen sudah dikreditkan atasnya, ia diambil balik kemudian "
                "dan anda akan melihatnya dalam penyata."
            ),
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    GIVEN: kinds.Kind(
        subject=gettext_noop("Caruman anda bagi gaji %(month)s ditemui: %(amount)s dikreditkan"),
        paragraphs=(
            gettext_noop(
                "Caruman anda daripada %(company)s bagi gaji %(month)s, %(amount)s, pernah dikreditkan kepada ahli lain kerana kesilapan. Jumlah itu "
                "kini dikreditkan kepada anda."
            ),
            gettext_noop(
                "Dividen atasnya dikira mulai %(value_date)s, seperti jika ia betul dari mula. Dividen bagi tahun yang sudah ditutup dikreditkan "
                "kemudian."
            ),
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    GIVEN_HELD: kinds.Kind(
        subject=gettext_noop("Caruman anda bagi gaji %(month)s ditemui: %(amount)s dalam akaun tergantung majikan"),
        paragraphs=(
            gettext_noop(
                "Caruman anda daripada %(company)s bagi gaji %(month)s, %(amount)s, pernah dikreditkan kepada ahli lain kerana kesilapan. Ia tidak "
                "boleh lagi dikreditkan kepada anda kerana umur anda, lalu disimpan dalam akaun tergantung majikan."
            ),
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    EMPLOYER: kinds.Kind(
        subject=gettext_noop("Borang A bagi gaji %(month)s: satu caruman dikreditkan semula kepada ahli yang betul"),
        paragraphs=(
            gettext_noop(
                "Baris %(row)s Borang A ini, %(amount)s, telah dikreditkan kepada ahli yang salah. KWSP telah mengkreditkannya kepada ahli yang "
                "betul. Anda tidak perlu membayar apa-apa."
            ),
            gettext_noop("Semak nombor ahli pekerja itu dalam rekod anda sebelum Borang A seterusnya."),
            _WHY,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat Borang A ini"),
    ),
}


def of_posted(found: WrongCredit, *, held: bool) -> Iterator[News]:
    """One notice to each member and one to the employer. `held`: it lies in the employer's suspense account."""
    filing = found.row.filing
    figures = {
        "month": str(WageMonth.of(filing.wage_month)),
        "company": filing.employer.name,
        "amount": str(found.total),
        "value_date": str(crediting.value_date(filing)),
        "row": str(found.row.line),
        "reason": found.reason,
    }
    cause, link = f"wrongcredit:{found.pk}", ("member:contribution", found.row_id)
    yield News(to=Inbox(Whose.MEMBER, found.from_member_id), code=TAKEN, cause=cause, figures=figures, link=link)
    yield News(to=Inbox(Whose.MEMBER, found.to_member_id), code=GIVEN_HELD if held else GIVEN, cause=cause, figures=figures, link=link)
    yield News(to=Inbox(Whose.EMPLOYER, filing.employer_id), code=EMPLOYER, cause=cause, figures=figures, link=("employer:filing", filing.pk))
