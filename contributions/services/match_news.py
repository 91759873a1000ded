"""What the member and the employer are told when a row in suspense has been matched."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import SuspenseMatch
from contributions.services import crediting
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from members import explanations

MEMBER: Final = "SUSPENSE_MATCHED_MEMBER"
EMPLOYER: Final = "SUSPENSE_MATCHED_EMPLOYER"

_SHOW: Final = {"month": explanations.month, "value_date": explanations.day, "amount": explanations.amount}
KINDS: Final = {
    MEMBER: kinds.Kind(
        subject=gettext_noop("Caruman anda bagi gaji %(month)s ditemui: %(amount)s dikreditkan"),
        paragraphs=(
            gettext_noop(
                "%(company)s membayar %(amount)s bagi gaji %(month)s anda, tetapi nombor atau nama dalam Borang A tidak sepadan dengan daftar, lalu "
                "wang itu disimpan dalam akaun tergantung majikan. Kini ia dipadankan dan dikreditkan kepada anda."
            ),
            gettext_noop("Dividen atasnya dikira mulai %(value_date)s, seperti jika ia betul dari mula."),
            gettext_noop("Jika anda rasa ini tidak betul, bawa makluman ini ke mana-mana kaunter KWSP."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    EMPLOYER: kinds.Kind(
        subject=gettext_noop("Akaun tergantung: %(amount)s bagi gaji %(month)s telah dipadankan"),
        paragraphs=(
            gettext_noop("Baris %(row)s Borang A itu dipadankan dengan %(name)s dan dikreditkan kepadanya, dengan tarikh nilai %(value_date)s."),
            gettext_noop("Betulkan nombor dan nama pekerja itu dalam rekod gaji anda sebelum Borang A seterusnya."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat akaun tergantung"),
    ),
}


def of_posted(found: SuspenseMatch) -> Iterator[News]:
    """One notice to the member and one to the employer."""
    filing = found.row.filing
    figures = {
        "month": str(WageMonth.of(filing.wage_month)),
        "company": filing.employer.name,
        "amount": str(found.amount),
        "value_date": str(crediting.value_date(filing)),
        "row": str(found.row.line),
        "name": found.member.name,
    }
    cause = f"suspensematch:{found.pk}"
    yield News(to=Inbox(Whose.MEMBER, found.member_id), code=MEMBER, cause=cause, figures=figures, link=("member:contribution", found.row_id))
    yield News(to=Inbox(Whose.EMPLOYER, found.employer_id), code=EMPLOYER, cause=cause, figures=figures, link=("employer:suspense",))
