"""What the employer's inbox says of those who act for it, and what the person's phone is told."""

from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext_noop

from employers import labels
from employers.models import FlowChoice, Representative
from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from members.identity import phones
from members.identity.models import User

_SHOW: Final = {"role": lambda code: str(labels.ROLES[code])}
_FLOW: Final = {"flow": lambda code: str(labels.FLOWS[code])}
_ASK: Final = gettext_noop("Jika ini tidak sepatutnya berlaku, hubungi pentadbir majikan anda atau KWSP dengan segera.")
KINDS: Final = {
    "PERSON_APPOINTED": kinds.Kind(
        subject=gettext_noop("%(person)s dilantik sebagai wakil"),
        paragraphs=(gettext_noop("%(by)s melantik %(person)s sebagai %(role)s."), _ASK),
        show=_SHOW,
    ),
    "PERSON_REMOVED": kinds.Kind(
        subject=gettext_noop("%(person)s tidak lagi mewakili majikan"),
        paragraphs=(gettext_noop("%(by)s menamatkan %(person)s, yang memegang peranan %(role)s. Haknya tamat serta-merta."), _ASK),
        show=_SHOW,
    ),
    "PERSON_ROLE": kinds.Kind(
        subject=gettext_noop("Peranan %(person)s ditukar"),
        paragraphs=(gettext_noop("%(by)s menukar peranan %(person)s kepada %(role)s."), _ASK),
        show=_SHOW,
    ),
    "PERSON_INVITED": kinds.Kind(
        subject=gettext_noop("Kod pengaktifan baharu bagi %(person)s"),
        paragraphs=(gettext_noop("%(by)s menghantar kod pengaktifan baharu kepada %(person)s. Yang lama tidak lagi sah."), _ASK),
        show={},
    ),
    "PERSON_PHONE": kinds.Kind(
        subject=gettext_noop("Telefon TAC %(person)s didaftarkan"),
        paragraphs=(gettext_noop("%(by)s mendaftarkan telefon TAC %(person)s: %(phone)s."), _ASK),
        show={},
    ),
    "PERSON_PHONE_REMOVED": kinds.Kind(
        subject=gettext_noop("Telefon TAC %(person)s dikeluarkan"),
        paragraphs=(gettext_noop("%(by)s mengeluarkan telefon TAC %(person)s di kaunter: %(phone)s."), _ASK),
        show={},
    ),
    "FLOW_CHOSEN": kinds.Kind(
        subject=gettext_noop("Aliran kelulusan ditukar: %(flow)s"),
        paragraphs=(gettext_noop("%(by)s memilih kelulusan %(flow)s bagi majikan anda. %(under_way)s"), _ASK),
        show={**_FLOW, "under_way": lambda code: str(labels.TOLD_UNDER_WAY[code])},
    ),
    "FLOW_CHOSEN_SMS": kinds.Kind(
        subject=gettext_noop("Aliran kelulusan %(company)s ditukar"),
        paragraphs=(gettext_noop("KWSP: %(by)s memilih kelulusan %(flow)s bagi %(company)s. Tanya pentadbir majikan jika anda tidak menjangkanya."),),
        show=_FLOW,
    ),
    "ACTS_FOR": kinds.Kind(
        subject=gettext_noop("Anda mewakili %(company)s"),
        paragraphs=(gettext_noop("KWSP: Anda kini %(role)s bagi %(company)s. Log masuk dengan ID Pengguna anda yang sedia ada."),),
        show=_SHOW,
    ),
    "PAPERS_RECORDED": kinds.Kind(
        subject=gettext_noop("Dokumen pengenalan direkodkan bagi ID Pengguna anda"),
        paragraphs=(
            gettext_noop("KWSP: Dokumen berakhir %(ending)s direkodkan bagi ID Pengguna anda, untuk %(company)s. Bukan anda? Hubungi KWSP segera."),
        ),
        show={},
    ),
    "ACTS_NO_MORE": kinds.Kind(
        subject=gettext_noop("Anda tidak lagi mewakili %(company)s"),
        paragraphs=(gettext_noop("KWSP: Anda tidak lagi mewakili %(company)s. Tanya pentadbir majikan jika anda tidak menjangkanya."),),
        show={},
    ),
}


def tell_employer(person: Representative, code: str, *, by: User | None, cause: str, on: date, **figures: str) -> None:
    """A notice to everybody who acts for the employer, in the transaction of the act. `by` is one of them; None an officer at a counter."""
    said = {"person": person.user.name, "by": by.name if by else "KWSP", **figures}
    notify.tell([notify.News(Inbox(Whose.EMPLOYER, person.employer_id), code, cause, said)], on=on)


def tell_of_flow(made: FlowChoice, *, cause: str) -> None:
    """A notice to everybody who acts for the employer, in the transaction of the choice."""
    said = {"by": made.chosen_by.name, "flow": made.flow, "under_way": made.under_way}
    notify.tell([notify.News(Inbox(Whose.EMPLOYER, made.employer_id), "FLOW_CHOSEN", cause, said)], on=made.chosen_on)


def tell_person(person: Representative, code: str, *, cause: str, at: datetime, **figures: str) -> None:
    """An SMS to the person's TAC phone, where there is one."""
    phone = phones.current(person.user)
    if phone is not None:
        said = {"company": person.employer.name, **figures}
        notify.send_sms(to=phone.number, kind=code, figures=said, language=person.user.language, inbox=None, cause=cause, at=at)
