"""Until when money waits: for 24 hours after a changed TAC phone or bank account no money leaves. The one question that every act of money asks.

waits = cooling.of(member, at=now)
if waits: ...  # refuse with waits.words, until waits.until
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from kwsp_portal.templatetags import formats
from members.enums import Waits
from members.identity import phones
from members.models import Member
from members.selectors import bank_accounts


@dataclass(frozen=True, kw_only=True)
class Cooling:
    """Why money waits, and until when: the last of what makes it wait decides."""

    causes: tuple[tuple[Waits, datetime], ...]

    @property
    def until(self) -> datetime:
        return max(until for _why, until in self.causes)

    @property
    def words(self) -> str:
        """For the page that refuses an act, and for the home page."""
        both = len(self.causes) > 1
        why = self.causes[0][0]
        until = {"until": formats.moment(self.until)}
        if both:
            return _("Nombor telefon TAC dan akaun bank anda masih baharu. Untuk melindungi simpanan anda, wang menunggu sehingga %(until)s.") % until
        if why is Waits.PHONE:
            return _("Nombor telefon TAC anda masih baharu. Untuk melindungi simpanan anda, wang menunggu sehingga %(until)s.") % until
        return _("Akaun bank anda masih baharu. Untuk melindungi simpanan anda, wang menunggu sehingga %(until)s.") % until

    def by(self, why: Waits) -> datetime | None:
        """Until when this cause alone makes it wait."""
        return dict(self.causes).get(why)


def of(member: Member, *, at: datetime) -> Cooling | None:
    """What makes the member's money wait now; None where nothing does."""
    causes = []
    phone = phones.cooling_until(member.user, at=at) if member.user else None
    if phone:
        causes.append((Waits.PHONE, phone))
    account = bank_accounts.current(member)
    if account and account.cooling_until and account.cooling_until > at:
        causes.append((Waits.BANK_ACCOUNT, account.cooling_until))
    return Cooling(causes=tuple(causes)) if causes else None
