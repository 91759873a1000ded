"""What an approver's code approves: the figures of the page, which the service compares with the filing, the elections, the match or the application
it has locked."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext, gettext_noop

from contributions import labels
from contributions.enums import ElectionAct, VoluntaryKind
from contributions.models import Election, ElectionBatch, Filing, InstalmentPlan, InstalmentTerms, Overpayment, SuspenseMatch
from contributions.selectors import late_dues
from contributions.selectors.late_dues import Due
from contributions.services.instalment_moves import Wanted
from contributions.services.parts import Part
from employers.models import Employer
from kwsp_portal.bank import accounts
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.identity import tac_messages
from members.identity.enums import Purpose

FILE: Final = "FILE"
"""In `elected`: all that wait of one file, and not one person's."""


MONTHLY: Final = "MONTHLY"
"""In `whose`: a person's own account, month by month, and not an employer's."""


def _debited(text: str) -> str:
    """Whose account it is: an employer's, or a person's own, for a kind of contribution on a day of the month, of another member's where one is
    named."""
    of, _, more = text.partition(":")
    if of != MONTHLY:
        return gettext("majikan %(employer)s") % {"employer": more or of}
    kind, day, member = (*more.split(":"), "")[:3]
    figures = {"day": day, "kind": labels.VOLUNTARY_KIND[kind], "member": member}
    if member:
        return gettext("setiap bulan pada hari %(day)s, %(kind)s bagi ahli %(member)s") % figures
    return gettext("setiap bulan pada hari %(day)s, %(kind)s") % figures


def _elected(text: str) -> str:
    """Of which person and month, or of which file, the code approves what was chosen."""
    what, of, figure = text.split(":")
    if what == FILE:
        return gettext("%(count)s pilihan caruman dalam fail %(file)s") % {"count": formats.count(int(figure)), "file": of}
    place = {"member": of, "month": formats.month(date.fromisoformat(f"{figure}-01"))}
    if what == ElectionAct.CANCEL:
        return gettext("notis pembatalan pilihan ahli %(member)s mulai %(month)s") % place
    return gettext("pilihan caruman ahli %(member)s mulai %(month)s") % place


APPROVED: Final = {
    "FILING": gettext_noop("Borang A"),
    "MATCH": gettext_noop("padanan caruman bagi gaji"),
    "OVERPAYMENT": gettext_noop("permohonan KWSP 14 bagi gaji"),
    "PLAN": gettext_noop("pelan ansuran tunggakan mulai upah"),
}
"""What the code of an employer's approval approves, before its month."""
_SHOW: Final = {
    "approved": lambda code: gettext(APPROVED[code]),
    "month": lambda text: formats.month(date.fromisoformat(f"{text}-01")),
    "total": formats.money,
}

KINDS: Final = {
    f"TAC_{Purpose.EMPLOYER_APPROVAL}": tac_messages.kind(
        subject=gettext_noop("TAC kelulusan %(approved)s %(month)s"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk meluluskan %(approved)s %(month)s, %(total)s, majikan %(employer)s."),
        show=_SHOW,
    ),
    f"TAC_{Purpose.EMPLOYER_PAYMENT}": tac_messages.kind(
        subject=gettext_noop("TAC bayaran caruman"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk membayar %(total)s bagi Borang A %(month)s, majikan %(employer)s."),
        show=_SHOW,
    ),
    f"TAC_{Purpose.DIRECT_DEBIT}": tac_messages.kind(
        subject=gettext_noop("TAC debit terus"),
        sentence=gettext_noop(
            "%(tac)s ialah TAC anda untuk membenarkan KWSP mendebit akaun berakhir %(ending)s, sehingga %(ceiling)s setiap kali, %(whose)s."
        ),
        show={"ceiling": formats.money, "whose": _debited},
    ),
    f"TAC_{Purpose.REFUND_ACCOUNT}": tac_messages.kind(
        subject=gettext_noop("TAC akaun bayaran balik"),
        sentence=gettext_noop("%(tac)s ialah TAC anda supaya wang majikan %(employer)s dipulangkan ke akaun %(bank_name)s berakhir %(ending)s."),
        show={},
    ),
    f"TAC_{Purpose.ELECTION_APPROVAL}": tac_messages.kind(
        subject=gettext_noop("TAC kelulusan pilihan caruman"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk meluluskan %(elected)s, majikan %(employer)s."),
        show={"elected": _elected},
    ),
}


def to_approve(filing: Filing) -> dict[str, str]:
    """The employer, the month, the total, how many people, and the very rows: another file of the same total is another act, and so
    is the same file mended once more."""
    return {
        **to_pay(filing),
        "rows": str(filing.rows_total),
        "content": f"{filing.content_digest}/{filing.mended}",
        "suspended": f"{filing.suspended_total:.2f}",
        "approved": "FILING",
    }


def to_match(found: SuspenseMatch) -> dict[str, str]:
    """Whose row it is said to be, of which employer and month, and how much goes from suspense to whom."""
    return {
        "employer": found.employer.number,
        "approved": "MATCH",
        "month": str(WageMonth.of(found.row.filing.wage_month)),
        "total": f"{found.amount:.2f}",
        "match": str(found.pk),
        "member": found.member.number,
    }


def to_apply(found: Overpayment) -> dict[str, str]:
    """Which application about which month is sent to KWSP, how much it asks back, of how many, and how that is to come back. What its rows say was
    written once."""
    return {
        "employer": found.filing.employer.number,
        "approved": "OVERPAYMENT",
        "month": str(WageMonth.of(found.filing.wage_month)),
        "total": f"{found.claimed:.2f}",
        "overpayment": str(found.pk),
        "how": str(found.how),
        "rows": str(found.rows.count()),
    }


def to_ask_for_plan(employer: Employer, *, wanted: Wanted, quoted: Decimal) -> dict[str, str]:
    """Of which months a plan is asked for, how it would be paid and why, and what they come to today."""
    months = sorted(str(month) for month in wanted.months)
    return {
        "employer": employer.number,
        "approved": "PLAN",
        "month": months[0] if months else "",
        "total": f"{quoted:.2f}",
        "months": ",".join(months),
        "count": str(wanted.count),
        "first_on": str(wanted.first_on),
        "reason": wanted.reason.strip(),
    }


def to_accept_plan(found: InstalmentPlan, terms: InstalmentTerms) -> dict[str, str]:
    """Which terms of which plan are accepted, and what they are estimated to come to."""
    first = terms.months.order_by("wage_month").values_list("wage_month", flat=True)[0]
    return {
        "employer": found.employer.number,
        "approved": "PLAN",
        "month": str(WageMonth.of(first)),
        "total": f"{terms.total:.2f}",
        "plan": str(found.pk),
        "terms": str(terms.number),
    }


def to_debit(employer: Employer, *, bank: str, account: str, ceiling: Decimal) -> dict[str, str]:
    """Whose account may be debited up to how much each time."""
    return _to_debit(f"EMPLOYER:{employer.number}", bank, account, ceiling)


def to_debit_monthly(*, whom: str, kind: VoluntaryKind, day: int, bank: str, account: str, amount: Decimal) -> dict[str, str]:
    """Which account of the person's own is debited by how much on which day of each month, as which kind of contribution; and for whom, by their
    number, where that is another member (empty: for the own account)."""
    return _to_debit(f"{MONTHLY}:{kind}:{day}" + (f":{whom}" if whom else ""), bank, account, amount)


def _to_debit(whose: str, bank: str, account: str, ceiling: Decimal) -> dict[str, str]:
    return {"whose": whose, "bank": bank, "account": account, "ending": account[-4:], "ceiling": f"{ceiling:.2f}"}


def to_refund(employer: Employer, *, bank: str, account: str) -> dict[str, str]:
    """Whose money goes to which account from now on."""
    return {"employer": employer.number, "bank": bank, "bank_name": accounts.name(bank), "account": account, "ending": account[-4:]}


def to_pay(
    filing: Filing, part: Part | None = None, *, collect_on: date | None = None, dues: Sequence[Due] = (), from_credit: bool = False
) -> dict[str, str]:
    """Who pays how much for which Borang A, or for which part of it, and for what of its lateness. By which of the payer's own banks does not belong
    to it; that the account is debited on a day, or the employer's money at the fund used at once, without anybody at a bank, does."""
    contribution = part.amount if part is not None else money.ZERO if dues else filing.total
    figures = {
        "employer": filing.employer.number,
        "filing": str(filing.pk),
        "month": str(WageMonth.of(filing.wage_month)),
        "total": f"{contribution + late_dues.total(dues):.2f}",
    }
    if dues:
        figures["late"] = ", ".join(f"{due.kind} {due.filing.pk if due.filing else '-'} {due.amount:.2f}" for due in dues)
    if collect_on is not None:
        figures["collect_on"] = collect_on.isoformat()
    if from_credit:
        figures["from"] = "CREDIT"
    return figures if part is None or part.of == 1 else {**figures, "part": f"{part.number}/{part.of}"}


def to_elect(election: Election) -> dict[str, str]:
    """The employer, whose election from when, and all that was chosen: another rate for the same person is another act."""
    month = str(WageMonth.of(election.from_month))
    return {
        "employer": election.employer.number,
        "elected": f"{election.act}:{election.member.number}:{month}",
        "election": str(election.pk),
        "kind": str(election.kind),
        "points": "" if election.points is None else str(election.points),
    }


def to_elect_all(batch: ElectionBatch, elections: Sequence[int]) -> dict[str, str]:
    """The employer, the file, and by their numbers exactly those of its elections that wait: what an election says is written once."""
    numbers = ",".join(str(number) for number in sorted(elections))
    return {"employer": batch.employer.number, "elected": f"{FILE}:{batch.pk}:{len(elections)}", "elections": numbers}
