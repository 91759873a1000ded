"""Who may do what: one row for every address of the portal, in one place to be read by people. `docs/roles.md` is made from it.

The gates on the views and the questions in `access.py` are what holds; this table says what they are meant to hold, and
tests/guards/test_roles.py asks
every address for every role with an own, another's and an absent object whether they do. An address without a row fails there.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.translation import gettext_noop as _

from employers.enums import Right


class Who(StrEnum):
    """Somebody by role; representatives by what they are for the employer."""

    STRANGER = "STRANGER"
    MEMBER = "MEMBER"
    MAKER = "MAKER"
    CHECKER = "CHECKER"
    EMPLOYER_ADMINISTRATOR = "EMPLOYER_ADMINISTRATOR"
    COUNTER_OFFICER = "COUNTER_OFFICER"
    SUPERVISOR = "SUPERVISOR"
    WITHDRAWAL_OFFICER = "WITHDRAWAL_OFFICER"
    INSPECTOR = "INSPECTOR"
    AUDITOR = "AUDITOR"
    ADMINISTRATOR = "ADMINISTRATOR"


NAMES: Final = {
    Who.STRANGER: _("Orang awam"),
    Who.MEMBER: _("Ahli"),
    Who.MAKER: _("Penyedia"),
    Who.CHECKER: _("Pelulus"),
    Who.EMPLOYER_ADMINISTRATOR: _("Pentadbir majikan"),
    Who.COUNTER_OFFICER: _("Pegawai kaunter"),
    Who.SUPERVISOR: _("Penyelia kaunter"),
    Who.WITHDRAWAL_OFFICER: _("Pegawai pengeluaran"),
    Who.INSPECTOR: _("Pemeriksa"),
    Who.AUDITOR: _("Juruaudit"),
    Who.ADMINISTRATOR: _("Pentadbir sistem"),
}


class Whose(StrEnum):
    """Whose things an address shows. OWN: another's is the same 404 as an absent one. ANY: of everybody, for officers. NONE: it names no object.
    SIGNED: what a program brings counts by its signature, whoever carries it."""

    OWN = "own"
    ANY = "any"
    NONE = "none"
    SIGNED = "signed"


EVERYBODY: Final = frozenset(Who)
MEMBERS: Final = frozenset({Who.MEMBER})
REPRESENTATIVES: Final = frozenset({Who.MAKER, Who.CHECKER, Who.EMPLOYER_ADMINISTRATOR})
OFFICERS: Final = EVERYBODY - {Who.STRANGER} - MEMBERS - REPRESENTATIVES
SIGNED_IN: Final = EVERYBODY - {Who.STRANGER}
COUNTER: Final = frozenset({Who.COUNTER_OFFICER, Who.SUPERVISOR})
EMPLOYERS_ADMINISTRATORS: Final = frozenset({Who.EMPLOYER_ADMINISTRATOR})
READERS: Final = frozenset({Who.AUDITOR, Who.ADMINISTRATOR})
BLOCKERS: Final = frozenset({Who.SUPERVISOR, Who.ADMINISTRATOR})
CORRECTORS: Final = frozenset({Who.SUPERVISOR, Who.INSPECTOR})
WITHDRAWERS: Final = frozenset({Who.WITHDRAWAL_OFFICER})


class Row(NamedTuple):
    """Addresses by name, who may open them, whose things they show, and the right without which they change nothing for an employer."""

    names: str
    who: frozenset[Who]
    whose: Whose = Whose.NONE
    needs: Right | None = None


TABLE: Final = (
    # What everybody may read and use
    Row("front home healthz readyz", EVERYBODY),
    Row("identity:sign_in identity:password identity:device identity:sign_out admin:login admin:logout", EVERYBODY),
    Row("calculator:contribution calculator:several calculator:several_csv calculator:late_charge calculator:incentive", EVERYBODY),
    Row("help:contributions help:dividends help:duties help:isaraan khas", EVERYBODY),
    Row("calculator:withdrawal help:withdrawals api:calculator-withdrawal", EVERYBODY),
    Row("law:index law:law law:assumptions payment_channels api_docs api:schema", EVERYBODY),
    Row("api:auth-tac api:auth-token", EVERYBODY),
    Row("api:calculator-contribution api:calculator-contribution-list api:calculator-late-charge api:calculator-incentive", EVERYBODY),
    Row("identity:activate identity:activate_step identity:recover identity:recover_code identity:recover_password identity:recovered", EVERYBODY),
    Row("isaraan:start isaraan:code isaraan:register isaraan:done", EVERYBODY),
    # The kiosk serves who stands before it: the thumb opens a visit, which ends by itself
    Row("kiosk:start kiosk:menu kiosk:savings kiosk:i_akaun kiosk:end kiosk:done", EVERYBODY),
    # There for machines that are set up as kiosks; where none can be, the address is not there
    Row("kiosk:device", EVERYBODY, Whose.ANY),
    # Programs of other houses: a signature is their proof, whoever's browser carries it
    Row("fpx:direct fpx:indirect maybank2u:direct maybank2u:indirect sms_reports", EVERYBODY, Whose.SIGNED),
    # The demo only
    Row("demo:index demo:design demo:clock demo:ekasih demo:incentive_answer demo:bank demo:phone demo:jpn demo:thumb", EVERYBODY),
    # Programs of a person, by a token of the own scope or the portal's own session
    Row("api:my-accounts api:my-postings api:me-contributions api:my-applications", MEMBERS),
    Row("api:employer-template api:employer-filing api:employer-filing-rows", REPRESENTATIVES, Whose.OWN),
    Row("api:employer-members", REPRESENTATIVES, Whose.OWN),
    Row(
        "api:employer-filings api:employer-filing-sheet api:employer-filing-submit api:employer-filing-discard api:employer-filing-row",
        REPRESENTATIVES,
        Whose.OWN,
        Right.PREPARE,
    ),
    # Approving and paying by a program need a token with a monthly limit; a session is told so
    Row("api:employer-filing-approve api:employer-filing-return api:employer-filing-payments", REPRESENTATIVES, Whose.OWN, Right.APPROVE),
    # Everybody who is signed in
    Row("identity:sessions identity:sessions_end_others", SIGNED_IN),
    Row("identity:session_end identity:token_revoke", SIGNED_IN, Whose.OWN),
    Row("identity:session_idle identity:session_stay identity:session_draft identity:session_draft_discard", SIGNED_IN),
    Row("identity:activated", SIGNED_IN),
    Row("identity:security identity:phone_cancel identity:authenticator", MEMBERS | REPRESENTATIVES),
    Row("identity:password_change identity:recognition_change", MEMBERS | REPRESENTATIVES),
    Row("identity:email identity:email_code identity:email_remove", MEMBERS | REPRESENTATIVES),
    Row("security:activity security:activity_export", MEMBERS | REPRESENTATIVES),
    # Members
    Row("member:activity member:activity_export", MEMBERS),
    Row("member:home member:account member:elections member:inbox member:inbox_read member:inbox_channels", MEMBERS),
    Row("member:bank_account member:bank_account_change member:bank_account_cancel member:initial_transfer", MEMBERS),
    Row("member:dividends member:shariah", MEMBERS),
    Row("member:contribution member:notice member:dividend", MEMBERS, Whose.OWN),
    Row("member:voluntary member:voluntary_pay member:voluntary_tax member:monthly_debits member:monthly_debit_new", MEMBERS),
    Row("member:voluntary_payment member:voluntary_go member:voluntary_ask member:voluntary_cancel", MEMBERS, Whose.OWN),
    Row("member:monthly_debit_stop", MEMBERS, Whose.OWN),
    Row("member:isaraan member:isaraan_cancel", MEMBERS),
    Row("member:withdrawals member:withdrawal_estimate member:withdrawal_kind", MEMBERS),
    Row("member:withdrawal member:withdrawal_guide member:withdrawal_step member:withdrawal_discard member:withdrawal_done", MEMBERS, Whose.OWN),
    Row(
        "member:withdrawal_cancel member:withdrawal_appeal member:withdrawal_renew member:withdrawal_creditor member:withdrawal_answer",
        MEMBERS,
        Whose.OWN,
    ),
    Row("member:withdrawal_document member:withdrawal_document_small member:withdrawal_document_remove", MEMBERS, Whose.OWN),
    Row("member:complaints member:complaint_new", MEMBERS),
    Row("member:complaint member:complaint_withdraw member:complaint_paper", MEMBERS, Whose.OWN),
    # Employers: every representative reads; who lacks the right is told so and changes nothing
    Row("employer:switch employer:activity employer:activity_export", REPRESENTATIVES),
    Row("employer:home employer:inbox employer:inbox_read employer:inbox_channels employer:filings", REPRESENTATIVES),
    Row("employer:template employer:template_xlsx employer:template_sdba", REPRESENTATIVES),
    Row("employer:elections employer:election_template", REPRESENTATIVES),
    Row("employer:people employer:person_new employer:approval_flow employer:direct_debit_new employer:refund_account_new", EMPLOYERS_ADMINISTRATORS),
    Row("employer:direct_debit_end", EMPLOYERS_ADMINISTRATORS, Whose.OWN),
    Row(
        "employer:person employer:person_invite employer:person_role employer:person_phone employer:person_remove",
        EMPLOYERS_ADMINISTRATORS,
        Whose.OWN,
    ),
    Row("employer:notice employer:filing employer:filing_row employer:payment employer:payment_go", REPRESENTATIVES, Whose.OWN),
    Row("employer:payment_ask employer:payment_receipt", REPRESENTATIVES, Whose.OWN),
    Row("employer:payments employer:payments_csv employer:arrears employer:direct_debit employer:suspense employer:refund_account", REPRESENTATIVES),
    # Who prepares says whose a row in suspense is, who approves agrees: the page tells the others so
    Row("employer:suspense_row", REPRESENTATIVES, Whose.OWN),
    Row("employer:assessments", REPRESENTATIVES),
    Row("employer:assessment employer:assessment_paper", REPRESENTATIVES, Whose.OWN),
    Row("employer:assessment_object", REPRESENTATIVES, Whose.OWN, Right.APPROVE),
    Row("employer:payment_cancel employer:payment_refund", REPRESENTATIVES, Whose.OWN, Right.APPROVE),
    Row("employer:election employer:election_copy employer:election_document employer:election_file", REPRESENTATIVES, Whose.OWN),
    Row("employer:compare", REPRESENTATIVES, Whose.NONE, Right.APPROVE),
    Row("employer:filing_new employer:election_new employer:election_file_new", REPRESENTATIVES, Whose.NONE, Right.PREPARE),
    Row("employer:filing_cause employer:filing_mends employer:bad_rows_csv employer:bad_rows_xlsx", REPRESENTATIVES, Whose.OWN),
    Row(
        "employer:row_mend employer:row_leave_out employer:mending_undo employer:filing_take_back employer:bad_rows_file",
        REPRESENTATIVES,
        Whose.OWN,
        Right.PREPARE,
    ),
    Row("employer:filing_submit employer:filing_discard employer:filing_reread employer:filing_sheet", REPRESENTATIVES, Whose.OWN, Right.PREPARE),
    Row(
        "employer:wage_list employer:wage_row employer:wage_list_add employer:wage_list_foreigner employer:wage_list_done",
        REPRESENTATIVES,
        Whose.OWN,
        Right.PREPARE,
    ),
    Row("employer:wage_list_discard employer:wage_list_reopen", REPRESENTATIVES, Whose.OWN, Right.PREPARE),
    Row("employer:wage_list_new", REPRESENTATIVES, Whose.NONE, Right.PREPARE),
    Row("employer:wage_list_nil", REPRESENTATIVES, Whose.OWN, Right.APPROVE),
    Row("employer:election_cancel", REPRESENTATIVES, Whose.OWN, Right.PREPARE),
    # Arrears in instalments: every representative reads, who approves asks and accepts
    Row("employer:instalment_plans", REPRESENTATIVES),
    Row("employer:instalment_plan", REPRESENTATIVES, Whose.OWN),
    Row("employer:instalment_plan_new", REPRESENTATIVES, Whose.NONE, Right.APPROVE),
    # What was paid too much (KWSP 14)
    Row("employer:overpayments", REPRESENTATIVES),
    Row("employer:overpayment employer:overpayment_document", REPRESENTATIVES, Whose.OWN),
    Row("employer:overpayment_new", REPRESENTATIVES, Whose.OWN, Right.PREPARE),
    Row("employer:filing_cancel", REPRESENTATIVES, Whose.OWN, Right.APPROVE),
    Row("employer:filing_decide employer:filing_pay", REPRESENTATIVES, Whose.OWN, Right.APPROVE),
    # Officers
    Row("staff:home", OFFICERS),
    Row("staff:corrections", CORRECTORS | READERS),
    Row("staff:correction", CORRECTORS | READERS, Whose.ANY),
    # A row shows wages
    Row("staff:row", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:correction_new", CORRECTORS),
    # Whose a credit is: rows with wages behind them, and the papers that show it
    Row("staff:wrong_credits", CORRECTORS | {Who.AUDITOR}),
    Row("staff:wrong_credit staff:wrong_credit_document", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:wrong_credit_new staff:wrong_credit_decide", CORRECTORS, Whose.ANY),
    Row("staff:voluntary_reversals", CORRECTORS | {Who.AUDITOR}),
    Row("staff:voluntary_reversal staff:voluntary_reversal_document", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:voluntary_reversal_new staff:voluntary_reversal_decide", CORRECTORS, Whose.ANY),
    Row("staff:return_payees", CORRECTORS | {Who.AUDITOR}),
    Row("staff:return_payee staff:return_payee_document staff:return_payee_death", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:return_payee_new staff:return_payee_decide", CORRECTORS, Whose.ANY),
    Row("staff:overpayments", CORRECTORS | {Who.AUDITOR}),
    Row("staff:overpayment staff:overpayment_document", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:overpayment_decide", CORRECTORS, Whose.ANY),
    Row("staff:records", OFFICERS),
    Row("staff:member_record staff:member_reveal staff:employer_record", OFFICERS, Whose.ANY),
    Row("staff:officers", READERS),
    Row("staff:users", BLOCKERS),
    Row("staff:user", BLOCKERS, Whose.ANY),
    Row("staff:officer", frozenset({Who.ADMINISTRATOR}), Whose.ANY),
    Row("staff:activity", READERS | {Who.SUPERVISOR}),
    Row("staff:activity_of", READERS | {Who.SUPERVISOR}, Whose.ANY),
    Row("staff:correction_decide", CORRECTORS, Whose.ANY),
    Row("staff:matters", CORRECTORS | READERS),
    Row("staff:matter", CORRECTORS | READERS, Whose.ANY),
    Row("staff:matter_decide", CORRECTORS, Whose.ANY),
    # Bank agents' files of receipts, and money that nobody is credited for
    Row("staff:receipt_files staff:suspense", CORRECTORS | READERS),
    Row("staff:receipt_upload", CORRECTORS),
    Row("staff:receipt_file staff:receipt_file_copy staff:suspense_of", CORRECTORS | READERS, Whose.ANY),
    # The Ministry's e-Kasih list, which names people
    Row("staff:ekasih_lists", CORRECTORS | {Who.AUDITOR}),
    Row("staff:ekasih_list staff:ekasih_copy", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:ekasih_upload", CORRECTORS),
    Row("staff:ekasih_decide", CORRECTORS, Whose.ANY),
    # Whose a row in suspense is: it shows wages, and the papers that show it
    Row("staff:suspense_row staff:suspense_document", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:suspense_row_decide", CORRECTORS, Whose.ANY),
    # Late payment charges, and what is remitted of them
    Row("staff:late_charges", CORRECTORS | READERS),
    Row("staff:late_charge", CORRECTORS | READERS, Whose.ANY),
    Row("staff:late_charge_decide", CORRECTORS, Whose.ANY),
    # Arrears in instalments: one officer writes the terms, another approves
    Row("staff:instalment_plans", CORRECTORS | READERS),
    Row("staff:instalment_plan", CORRECTORS | READERS, Whose.ANY),
    Row("staff:instalment_plan_decide", CORRECTORS, Whose.ANY),
    # The Government's incentives, half-year by half-year; who is claimed for is named to those who work on it, and who audits them
    Row("staff:incentive_runs", CORRECTORS | READERS),
    Row("staff:incentive_run staff:incentive_summary", CORRECTORS | READERS, Whose.ANY),
    Row("staff:incentive_decide staff:incentive_answer staff:incentive_appeal", CORRECTORS, Whose.ANY),
    Row("staff:incentive_refused staff:incentive_claim staff:incentive_file staff:incentive_answer_file", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    # What members say of their employers: inspectors work on it, and nobody reads it but who audits them
    Row("staff:complaints", frozenset({Who.INSPECTOR, Who.AUDITOR})),
    Row("staff:complaint staff:complaint_paper", frozenset({Who.INSPECTOR, Who.AUDITOR}), Whose.ANY),
    Row("staff:complaint_decide", frozenset({Who.INSPECTOR}), Whose.ANY),
    # Withdrawals: who decides about them, and who audits it; relatives are an officer's own
    Row("staff:withdrawals staff:withdrawal_payout_files staff:withdrawal_payouts_waiting", WITHDRAWERS | {Who.AUDITOR}),
    Row("staff:withdrawal staff:withdrawal_document staff:withdrawal_document_small", WITHDRAWERS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:withdrawal_payout_file", WITHDRAWERS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:withdrawal_decide staff:withdrawal_document_check staff:withdrawal_creditor_check", WITHDRAWERS, Whose.ANY),
    # The charter's working days: an administrator enters public holidays, and who reads registers reads them
    Row("staff:holidays", READERS),
    Row("staff:holiday_take_back", frozenset({Who.ADMINISTRATOR}), Whose.ANY),
    Row("staff:withdrawal_relatives", WITHDRAWERS | COUNTER),
    Row("staff:withdrawal_relative_end", WITHDRAWERS | COUNTER, Whose.OWN),
    # Assessments (KWSP 7) show wages; what an employer says against one, with its papers
    Row("staff:assessments", CORRECTORS | {Who.AUDITOR}),
    Row("staff:assessment staff:assessment_form staff:assessment_paper", CORRECTORS | {Who.AUDITOR}, Whose.ANY),
    Row("staff:assessment_new", CORRECTORS),
    Row("staff:assessment_row staff:assessment_row_new staff:assessment_file staff:assessment_decide", CORRECTORS, Whose.ANY),
    # The counter
    Row("counter:search counter:register counter:queue counter:employers counter:employer_new counter:bank_accounts", COUNTER),
    Row("counter:bank_account counter:member_bank_account", COUNTER, Whose.ANY),
    Row("counter:employer counter:person_phone_remove counter:appointment counter:appointment_document", COUNTER, Whose.ANY),
    Row("counter:appointment_proposal counter:appointment_proposal_document", COUNTER, Whose.ANY),
    Row("counter:member counter:correct counter:phone_remove counter:proposal counter:document counter:slip", COUNTER, Whose.ANY),
    Row("counter:isaraan counter:isaraan_form", COUNTER, Whose.ANY),
    Row("counter:withdrawals counter:withdrawal counter:withdrawal_step counter:withdrawal_discard counter:withdrawal_answer", COUNTER, Whose.ANY),
    Row("counter:withdrawal_answer_notice", COUNTER, Whose.ANY),
    Row("counter:withdrawal_cancel counter:withdrawal_appeal counter:withdrawal_renew counter:withdrawal_creditor", COUNTER, Whose.ANY),
    Row("counter:withdrawal_document counter:withdrawal_document_small counter:withdrawal_document_remove", COUNTER, Whose.ANY),
    Row("counter:bankruptcy counter:bankruptcy_proposal counter:bankruptcy_document", COUNTER, Whose.ANY),
    # Where it takes money: a drawer is counted by who has it, and a supervisor who has not looks at it and at cheques
    Row("counter:drawers counter:receipt_new counter:cheques", COUNTER),
    Row("counter:isaraan_appeal counter:appeal_proposal counter:appeal_document", COUNTER, Whose.ANY),
    Row("counter:drawer counter:receipt", COUNTER, Whose.ANY),
    Row("counter:drawer_see counter:cheque_decide", frozenset({Who.SUPERVISOR}), Whose.ANY),
    # Registers to read (Django admin); what may be done there, the administrator does
    Row("admin:*", READERS, Whose.ANY),
)
"""A name that ends in `*` stands for all that begin so and have no row of their own."""


class Section(StrEnum):
    """A part of the whole record of a member (/staff/records/members/...)."""

    IDENTITY = "IDENTITY"
    I_AKAUN = "I_AKAUN"
    SIGN_INS = "SIGN_INS"
    SAVINGS = "SAVINGS"
    CONTRIBUTIONS = "CONTRIBUTIONS"
    WAGES = "WAGES"
    ELECTIONS = "ELECTIONS"
    PROPOSALS = "PROPOSALS"
    CORRECTIONS = "CORRECTIONS"
    NOTICES = "NOTICES"
    ACTIVITY = "ACTIVITY"


class Field(StrEnum):
    """What a record shows masked, and one act with a reason reveals."""

    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    BIRTH_DATE = "BIRTH_DATE"
    PHONE = "PHONE"
    TAC_PHONE = "TAC_PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    HOME_ADDRESS = "HOME_ADDRESS"


INSPECTORS: Final = frozenset({Who.INSPECTOR})
AUDITORS: Final = frozenset({Who.AUDITOR})
SECTIONS: Final = {
    Section.IDENTITY: OFFICERS,
    # A withdrawal waits while a changed number cools off
    Section.I_AKAUN: COUNTER | WITHDRAWERS | READERS,
    Section.SIGN_INS: COUNTER | READERS,
    # What a kiosk prints for whom it knows by the thumb, a counter tells (seed 000)
    Section.SAVINGS: COUNTER | WITHDRAWERS | AUDITORS,
    Section.CONTRIBUTIONS: COUNTER | WITHDRAWERS | INSPECTORS | AUDITORS,
    # No act at a counter or of a withdrawal needs wages: who corrects rows reads them, and who audits it
    Section.WAGES: CORRECTORS | AUDITORS,
    Section.ELECTIONS: COUNTER | INSPECTORS | AUDITORS,
    Section.PROPOSALS: COUNTER | AUDITORS,
    Section.CORRECTIONS: CORRECTORS | AUDITORS,
    Section.NOTICES: COUNTER | READERS,
    Section.ACTIVITY: READERS | {Who.SUPERVISOR},
}
"""What of a member's whole record officers see, by role; the page asks here."""
FIELDS: Final = {
    Field.IDENTITY_NUMBER: OFFICERS - {Who.ADMINISTRATOR},
    Field.BIRTH_DATE: OFFICERS - {Who.ADMINISTRATOR},
    Field.PHONE: COUNTER | WITHDRAWERS | AUDITORS,
    # Where codes go is what a thief would want of an officer: the counter types it from the phone in the person's hand
    Field.TAC_PHONE: AUDITORS | {Who.SUPERVISOR},
    Field.EMAIL: COUNTER | WITHDRAWERS | AUDITORS,
    Field.ADDRESS: OFFICERS - {Who.ADMINISTRATOR},
    Field.HOME_ADDRESS: OFFICERS - {Who.ADMINISTRATOR},
}
"""Who may have a masked field revealed. The administrator runs the portal and needs nobody's data for it."""


def rows() -> Iterator[tuple[str, Row]]:
    """Each name with its row."""
    for row in TABLE:
        for name in row.names.split():
            yield name, row


def row_of(name: str) -> Row | None:
    """The row of an address, None where there is none."""
    known = dict(rows())
    if name in known:
        return known[name]
    return next((row for pattern, row in known.items() if pattern.endswith("*") and name.startswith(pattern[:-1])), None)
