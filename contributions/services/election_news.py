"""What members are told when an election of theirs is approved or ended, and employers when one is returned."""

from typing import Final

from django.utils.translation import gettext_noop

from contributions import labels
from contributions.enums import ElectionAct, ElectionKind
from contributions.models import Election, ElectionBatch
from contributions.models.elections import EXCESS, IRREVOCABLE
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations

EXCESS_HOLDS: Final = "ELECTION_EXCESS"
KEEPS: Final = "ELECTION_KEEPS"
CHOSEN: Final = "ELECTION_CHOSEN"
ENDED: Final = "ELECTION_ENDED"
RETURNED: Final = "ELECTION_RETURNED"
FILE_RETURNED: Final = "ELECTION_FILE_RETURNED"

_FROM: Final = gettext_noop("Pilihan caruman mulai gaji %(month)s")
_ASK: Final = gettext_noop("Jika anda tidak bersetuju dengan pilihan ini, tanya majikan anda, atau bawa makluman ini ke mana-mana kaunter KWSP.")
_SEE: Final = gettext_noop("Lihat pilihan caruman anda")
_SHOW: Final = {"month": explanations.month, "kind": lambda code: str(labels.ELECTION_KIND[code])}
KINDS: Final = {
    EXCESS_HOLDS: kinds.Kind(
        subject=_FROM,
        paragraphs=(
            gettext_noop("%(company)s merekod bagi anda: %(kind)s, +%(points)s mata di atas kadar berkanun, mulai gaji %(month)s."),
            gettext_noop("Kadar ini kekal sehingga pilihan lain atau notis pembatalan."),
            _ASK,
        ),
        show=_SHOW,
        action=_SEE,
    ),
    KEEPS: kinds.Kind(
        subject=_FROM,
        paragraphs=(gettext_noop("%(company)s merekod bagi anda: %(kind)s, mulai gaji %(month)s."), _ASK),
        show=_SHOW,
        action=_SEE,
    ),
    CHOSEN: kinds.Kind(
        subject=_FROM,
        paragraphs=(
            gettext_noop("%(company)s merekod bagi anda: %(kind)s, mulai gaji %(month)s."),
            gettext_noop("Anda dan majikan bertanggungan untuk mencarum mulai gaji itu, dan pilihan ini tidak boleh dibatalkan."),
            _ASK,
        ),
        show=_SHOW,
        action=_SEE,
    ),
    ENDED: kinds.Kind(
        subject=gettext_noop("Pilihan caruman dibatalkan mulai gaji %(month)s"),
        paragraphs=(
            gettext_noop("%(company)s merekod notis pembatalan bagi anda: %(kind)s. Jadual Ketiga terpakai semula mulai gaji %(month)s."),
            _ASK,
        ),
        show=_SHOW,
        action=_SEE,
    ),
    RETURNED: kinds.Kind(
        subject=gettext_noop("Pilihan caruman bagi %(name)s dipulangkan"),
        paragraphs=(gettext_noop("Sebab: %(reason)s"),),
        show={},
        action=gettext_noop("Lihat pilihan ini"),
    ),
    FILE_RETURNED: kinds.Kind(
        subject=gettext_noop("Fail pilihan %(file)s dipulangkan"),
        paragraphs=(gettext_noop("%(count)s pilihan dalam fail %(name)s dipulangkan."), gettext_noop("Sebab: %(reason)s")),
        show={"count": lambda text: formats.count(int(text))},
        action=gettext_noop("Lihat fail ini"),
    ),
}


def for_member(*, election_id: int, member_id: int, company: str, kind: str, act: str, points: str, month: WageMonth) -> News:
    """What the member is told of an approved election or notice; `points` empty where there are none."""
    code = ENDED if act == ElectionAct.CANCEL else EXCESS_HOLDS if kind in EXCESS else CHOSEN if kind in IRREVOCABLE else KEEPS
    figures = {"company": company, "kind": ElectionKind(kind).value, "month": str(month)}
    return News(
        to=Inbox(Whose.MEMBER, member_id),
        code=code,
        cause=f"election:{election_id}",
        figures={**figures, "points": points} if code == EXCESS_HOLDS else figures,
        link=("member:elections",),
    )


def of_approved(election: Election) -> News:
    """`for_member` of a row."""
    return for_member(
        election_id=election.pk,
        member_id=election.member_id,
        company=election.employer.name,
        kind=election.kind,
        act=election.act,
        points="" if election.points is None else str(election.points),
        month=WageMonth.of(election.from_month),
    )


def of_returned(election: Election, reason: str, move_id: int) -> News:
    """What those who act for the employer are told; each return of its own."""
    return News(
        to=Inbox(Whose.EMPLOYER, election.employer_id),
        code=RETURNED,
        cause=f"electionlog:{move_id}",
        figures={"name": election.member.name, "reason": reason},
        link=("employer:election", election.pk),
    )


def of_returned_file(batch: ElectionBatch, count: int, reason: str, move_id: int) -> News:
    """What they are told of a file, once for all of its elections."""
    return News(
        to=Inbox(Whose.EMPLOYER, batch.employer_id),
        code=FILE_RETURNED,
        cause=f"electionlog:{move_id}",
        figures={"file": str(batch.pk), "name": batch.file.name, "count": str(count), "reason": reason},
        link=("employer:election_file", batch.pk),
    )
