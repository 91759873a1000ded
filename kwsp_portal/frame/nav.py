"""The menu by role: what a person can open, and where they are."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contributions.selectors import (
    complaints,
    corrections,
    instalments,
    matches,
    matters,
    overpayments,
    return_payees,
    voluntary_reversals,
    wrong_credits,
)
from contributions.services import correction
from employers.views import acting
from kwsp_portal.common import clock
from kwsp_portal.frame import inbox
from kwsp_portal.templatetags.frame import in_language
from members.identity.enums import ADMIN_READERS, Role
from members.services import queue
from withdrawals.selectors import desk as withdrawals


class Place(NamedTuple):
    """`waiting` is how much waits there, for a mark beside the words; 0 shows none."""

    label: str
    url: str
    current: bool
    waiting: int = 0


QUEUE = (_("Giliran"), "counter:queue")
COUNTER = ((_("Kaunter"), "counter:search"), (_("Majikan"), "counter:employers"), (_("Bayaran kaunter"), "counter:drawers"), QUEUE)
CORRECTIONS = (_("Pembetulan"), "staff:corrections")
MATTERS = (_("Perkara bayaran"), "staff:matters")
COMPLAINTS = (_("Aduan ahli"), "staff:complaints")
WITHDRAWALS = (_("Pengeluaran"), "staff:withdrawals")
ACTIVITY = (_("Log aktiviti"), "staff:activity")
RECORDS = (_("Rekod"), "staff:records")
ACCESS = (_("Akses"), "staff:users")
HOLIDAYS = (_("Cuti umum"), "staff:holidays")
MENUS: dict[Role, tuple[tuple[object, str], ...]] = {
    Role.MEMBER: (
        (_("Utama"), "member:home"),
        (_("Pengeluaran"), "member:withdrawals"),
        (_("Caruman sukarela"), "member:voluntary"),
        (_("Pilihan caruman"), "member:elections"),
        (_("Peti masuk"), "member:inbox"),
    ),
    Role.REPRESENTATIVE: (
        (_("Utama"), "employer:home"),
        (_("Borang A"), "employer:filings"),
        (_("Bayaran"), "employer:payments"),
        (_("Pilihan caruman"), "employer:elections"),
        (_("Peti masuk"), "employer:inbox"),
    ),
    Role.COUNTER_OFFICER: COUNTER,
    Role.SUPERVISOR: (*COUNTER, CORRECTIONS, MATTERS, ACTIVITY, ACCESS),
}
PEOPLE = (_("Para wakil"), "employer:people")
"""For administrators only."""
INBOXES = {"member:inbox", "employer:inbox"}
BELONGS_TO = {
    **dict.fromkeys(("employer:wage_list", "employer:wage_row", "employer:wage_list_add", "employer:wage_list_done"), "employer:filings"),
    "employer:wage_list_discard": "employer:filings",
    "employer:wage_list_foreigner": "employer:filings",
    **dict.fromkeys(("employer:suspense", "employer:suspense_row"), "employer:payments"),
    **dict.fromkeys(("employer:refund_account", "employer:refund_account_new"), "employer:payments"),
    **dict.fromkeys(("employer:direct_debit", "employer:direct_debit_new"), "employer:payments"),
    **dict.fromkeys(("member:monthly_debits", "member:monthly_debit_new"), "member:voluntary"),
    **dict.fromkeys(("staff:suspense_row", "staff:suspense_row_decide"), "staff:matters"),
    **dict.fromkeys(("employer:overpayments", "employer:overpayment"), "employer:payments"),
    **dict.fromkeys(("employer:instalment_plans", "employer:instalment_plan", "employer:instalment_plan_new"), "employer:payments"),
    **dict.fromkeys(("staff:instalment_plans", "staff:instalment_plan", "staff:instalment_plan_decide"), "staff:matters"),
    **dict.fromkeys(("staff:overpayments", "staff:overpayment"), "staff:corrections"),
    **dict.fromkeys(("staff:wrong_credits", "staff:wrong_credit", "staff:wrong_credit_new"), "staff:corrections"),
    **dict.fromkeys(("staff:voluntary_reversals", "staff:voluntary_reversal", "staff:voluntary_reversal_new"), "staff:corrections"),
    **dict.fromkeys(("staff:return_payees", "staff:return_payee", "staff:return_payee_new"), "staff:matters"),
    **dict.fromkeys(("staff:receipt_files", "staff:receipt_upload", "staff:receipt_file", "staff:suspense", "staff:suspense_of"), "staff:matters"),
    **dict.fromkeys(("staff:late_charges", "staff:late_charge", "staff:late_charge_decide"), "staff:matters"),
    **dict.fromkeys(("staff:incentive_runs", "staff:incentive_run", "staff:incentive_summary", "staff:incentive_refused"), "staff:matters"),
    **dict.fromkeys(("staff:incentive_claim", "staff:incentive_decide", "staff:incentive_answer", "staff:incentive_appeal"), "staff:matters"),
    **dict.fromkeys(("employer:assessments", "employer:assessment", "employer:assessment_object"), "employer:payments"),
    **dict.fromkeys(
        tuple(f"staff:assessment{end}" for end in ("s", "", "_new", "_row", "_row_new", "_file", "_decide", "_form")),
        "staff:matters",
    ),
    "employer:template": "employer:filings",
    "employer:template_xlsx": "employer:filings",
    "employer:template_sdba": "employer:filings",
    **dict.fromkeys(("member:complaints", "member:complaint_new", "member:complaint", "member:complaint_withdraw"), "member:home"),
    **dict.fromkeys(("counter:appointment_proposal", "counter:bankruptcy_proposal", "counter:appeal_proposal"), "counter:queue"),
    **dict.fromkeys(("counter:receipt_new", "counter:receipt", "counter:cheques", "counter:cheque_decide"), "counter:drawers"),
    **dict.fromkeys(("member:isaraan", "member:isaraan_cancel"), "member:home"),
    **dict.fromkeys(("staff:ekasih_lists", "staff:ekasih_upload", "staff:ekasih_list", "staff:ekasih_decide"), "staff:matters"),
}
"""Pages whose address does not begin with that of the place they belong to."""
PERSONS = {"member:activity", "employer:activity", "security:activity", "employer:switch"}
"""Pages of the person's own menu: they belong to no place of this one."""
OFFICERS = ((_("Utama"), "staff:home"), RECORDS)
CORRECTORS = ((_("Utama"), "staff:home"), RECORDS, CORRECTIONS, MATTERS)
READERS = (
    (_("Utama"), "staff:home"),
    (_("Daftar"), "admin:index"),
    RECORDS,
    CORRECTIONS,
    MATTERS,
    ACTIVITY,
    (_("Pegawai"), "staff:officers"),
)


COMPLAINT_READERS = {Role.INSPECTOR, Role.AUDITOR}
WITHDRAWAL_READERS = {Role.WITHDRAWAL_OFFICER, Role.AUDITOR}


def items(request: HttpRequest) -> list[Place]:
    """Nothing for strangers. The current place is the one the page belongs to, else that whose address is the longest beginning of its own."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    role = Role(user.role)
    menu = MENUS.get(role, READERS if role in ADMIN_READERS else CORRECTORS if role in correction.OFFICERS else OFFICERS)
    if role in COMPLAINT_READERS:
        menu = (*menu, COMPLAINTS)
    if role in WITHDRAWAL_READERS:
        menu = (*menu, WITHDRAWALS)
    if role is Role.ADMINISTRATOR:
        menu = (*menu, ACCESS, HOLIDAYS)
    if role is Role.REPRESENTATIVE and acting.is_administrators(request):
        menu = (*menu, PEOPLE)
    places = [(label, reverse(name), _waiting(request, name)) for label, name in menu]
    here = in_language(request.path, request.LANGUAGE_CODE)  # type: ignore[attr-defined]  # /ms/x/ is /x/
    current = max((url for _label, url, _waiting in places if here.startswith(url)), key=len, default="")
    page = request.resolver_match.view_name if request.resolver_match else ""
    if page in BELONGS_TO:
        current = reverse(BELONGS_TO[page])
    elif page in PERSONS:
        current = ""
    return [Place(str(label), url, url == current, waiting) for label, url, waiting in places]


def _waiting(request: HttpRequest, name: str) -> int:
    """What the mark beside a place counts: notices not read, corrections that wait for a second officer."""
    if name in INBOXES:
        return inbox.unread(request)
    if name == QUEUE[1]:
        return queue.how_many_wait()
    if name == WITHDRAWALS[1]:
        return withdrawals.how_many_wait(on=clock.business_date())[0]
    if name == COMPLAINTS[1]:
        return complaints.how_many_wait()
    if name == MATTERS[1]:
        return matters.how_many_wait() + matches.how_many_wait() + instalments.how_many_wait() + return_payees.waiting()
    if name != CORRECTIONS[1]:
        return 0
    return corrections.waiting() + wrong_credits.waiting() + overpayments.waiting_first() + voluntary_reversals.waiting()
