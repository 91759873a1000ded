"""What an approver's code approves: the figures of the page, which the service compares with the filing it has locked."""

from datetime import date
from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import Filing
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.identity import tac_messages
from members.identity.enums import Purpose

_SHOW: Final = {"month": lambda text: formats.month(date.fromisoformat(f"{text}-01")), "total": formats.money}

KINDS: Final = {
    f"TAC_{Purpose.EMPLOYER_APPROVAL}": tac_messages.kind(
        subject=gettext_noop("TAC kelulusan Borang A"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk meluluskan Borang A %(month)s, %(total)s, majikan %(employer)s."),
        show=_SHOW,
    ),
    f"TAC_{Purpose.EMPLOYER_PAYMENT}": tac_messages.kind(
        subject=gettext_noop("TAC bayaran caruman"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk membayar %(total)s bagi Borang A %(month)s, majikan %(employer)s."),
        show=_SHOW,
    ),
}


def to_approve(filing: Filing) -> dict[str, str]:
    """The employer, the month, the total, how many people, and the very rows: another file of the same total is another act."""
    return {**to_pay(filing), "rows": str(filing.rows_total), "content": filing.content_digest}


def to_pay(filing: Filing) -> dict[str, str]:
    """Who pays how much for which Borang A. By which of the payer's own banks is not part of it."""
    return {
        "employer": filing.employer.number,
        "filing": str(filing.pk),
        "month": str(WageMonth.of(filing.wage_month)),
        "total": f"{filing.total:.2f}",
    }
