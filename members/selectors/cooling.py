"""Until when money waits: for 24 hours after a changed TAC phone or bank account no money leaves. The one question that every act of money asks.

waits = cooling.of(member, at=now)
if waits: ...  # refuse with waits.words, until waits.until
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from kwsp_portal.templatetags import formats
from members.enums import BankAccountState, Waits
from members.models import Member


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


def marked(members: QuerySet[Member]) -> QuerySet[Member]:
    """The members with what makes their money wait, in their own query."""
    # In words of PostgreSQL: put together by Django, what marks a member took a sixth of the member's home.
    phone = RawSQL(
        """SELECT cooling_until FROM identity_tacphone AS phone
        WHERE phone.user_id = members_member.user_id AND ended_at IS NULL ORDER BY phone.id DESC LIMIT 1""",
        (),
        DateTimeField(null=True),
    )
    account = RawSQL(
        """SELECT cooling_until FROM members_bankaccount AS account
        WHERE account.member_id = members_member.id AND account.state = %s ORDER BY account.id DESC LIMIT 1""",
        (BankAccountState.CURRENT.value,),
        DateTimeField(null=True),
    )
    return members.annotate(phone_cools=phone, account_cools=account)


def of(member: Member, *, at: datetime) -> Cooling | None:
    """What makes the member's money wait now; None where nothing does. Asked anew: acts of money ask it under their lock."""
    return seen(marked(Member.objects.filter(pk=member.pk)).get(), at=at)


def seen(member: Member, *, at: datetime) -> Cooling | None:
    """The same for a page, as the member was fetched (`marked`, by access.member_for)."""
    row: Any = member
    found = ((Waits.PHONE, row.phone_cools), (Waits.BANK_ACCOUNT, row.account_cools))
    causes = tuple((why, until) for why, until in found if until and until > at)
    return Cooling(causes=causes) if causes else None
