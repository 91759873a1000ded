"""A member is told that the register was corrected: whoever had it done in their name is not the only one who knows."""

from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.templatetags import formats
from members.identity import notices
from members.models import CounterProposal, Member

KIND: Final = "REGISTER_CORRECTED"
WHAT: Final[dict[str, str]] = {
    "name": _("nama"),
    "identity_kind": _("jenis dokumen pengenalan"),
    "identity_country": _("negara pengeluar pasport"),
    "identity_number": _("nombor pengenalan"),
    "birth_date": _("tarikh lahir"),
    "citizenships": _("kewarganegaraan"),
}


def register() -> None:
    """Make our kind known (called once, by work.py)."""
    kinds.register(
        KIND,
        kinds.Kind(
            subject=_("Butiran anda dalam daftar KWSP telah dibetulkan"),
            paragraphs=(
                _("Butiran anda dalam daftar KWSP dibetulkan pada %(at)s, dengan dokumen dan kelulusan penyelia: %(what)s."),
                _("Anda tidak meminta pembetulan ini? Hubungi KWSP atau datang ke mana-mana kaunter dengan segera."),
            ),
            show={"what": _named},
        ),
    )


def tell(*, member: Member, proposal: CounterProposal, on: date, at: datetime) -> None:
    """Say which details changed, never what they were or are: by SMS, by e-mail and in the inbox. In the decision's transaction."""
    before: dict[str, Any] = proposal.before
    what = ",".join(name for name in WHAT if before[name] != proposal.after[name])
    figures = {"at": formats.moment(at), "what": what}
    if member.user is not None:
        notices.warn(member.user, KIND, figures=figures, cause=f"counterproposal:{proposal.pk}", at=at)
    else:
        notify.tell([notify.News(Inbox(Whose.MEMBER, member.pk), KIND, f"counterproposal:{proposal.pk}", figures)], on=on)


def _named(codes: str) -> str:
    return ", ".join(gettext(WHAT[code]) for code in codes.split(","))
