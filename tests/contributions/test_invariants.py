"""Negative controls: damage planted behind the portal's back, by the owner with the guards off, that each check of contributions must name."""

from collections.abc import Callable
from datetime import date

import pytest

from contributions.models import Filing
from contributions.selectors import invariants as checks
from contributions.services import filing as filings
from members.ledger import invariants
from tests.contributions import (
    correcting,
    test_invariants_assessments,
    test_invariants_counter,
    test_invariants_credit,
    test_invariants_incentives,
    test_invariants_instalments,
    test_invariants_late,
    test_invariants_overpayments,
    test_invariants_payments,
    test_invariants_voluntary,
    test_invariants_wrong_credits,
    test_matching,
)
from tests.contributions.conftest import OCTOBER, Office, work
from tests.contributions.correcting import was_a_citizen, was_never_a_citizen
from tests.contributions.crediting import credit, pay
from tests.contributions.paying import Bank
from tests.factories import borang_a
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 11, 12)
GUARDS = {
    "contributions_filing": ("filing_goes_forward",),
    "contributions_filingrow": ("rows_are_fixed_changed", "rows_are_fixed_gone", "rows_come_once", "row_tops_up_changed"),
}
"""What keeps the rows and figures of a filing that was handed in."""


def unguarded(*statements: str) -> list[str]:
    """The statements with those guards off, and on again after them."""
    switched = [
        [f"ALTER TABLE {table} {how} TRIGGER {guard}" for table, guards in GUARDS.items() for guard in guards] for how in ("DISABLE", "ENABLE ALWAYS")
    ]
    return [*switched[0], *statements, *switched[1]]


@pytest.fixture
def names(office: Office, bank: Bank) -> dict[str, int]:
    """A credited filing of two rows, the second corrected, one that is approved and not paid, one that is only read; their ids by name."""
    members = [office.hire(), office.hire()]
    credited = office.approved(*[borang_a.row(member) for member in members])
    order = pay(credited, office, bank, ON)
    credit()
    was_never_a_citizen(members[1])
    made = correcting.approved(correcting.officers(), credited)
    correcting.post()
    was_a_citizen(members[1])
    owed = office.approved(borang_a.row(members[0]), wage_month=OCTOBER.next())
    ready = work(office.send(borang_a.file(borang_a.row(members[1])), wage_month=OCTOBER.plus(2)))
    first = credited.rows.order_by("pk").first()
    assert first is not None
    line = made.lines.get()
    return {
        **{"credited": credited.pk, "owed": owed.pk, "ready": ready.pk, "row": first.pk, "order": order.pk},
        **{"line": line.pk, "corrected_row": line.row_id, "correction": made.pk, "stranger": members[0].pk},
    }


def entry_of(kind: int, ref: str) -> str:
    return f"(SELECT id FROM ledger_entry WHERE kind = {kind} AND ref = {ref})"


def gone(kind: int, ref: str) -> list[str]:
    entry = entry_of(kind, ref)
    return [f"DELETE FROM ledger_posting WHERE entry_id = {entry}", f"DELETE FROM ledger_entry WHERE id = {entry}"]


def account_of(code: str) -> str:
    return f"(SELECT min(id) FROM ledger_account WHERE code = '{code}')"


def astray(code: str) -> list[str]:
    """A sound entry of a kind that has no business on this clearing account."""
    return [
        "INSERT INTO ledger_posting (entry_id, account_id, amount_sen) VALUES "
        f"(999, {account_of(code)}, 500), (999, {account_of('SEJAHTERA')}, -500)",
        "INSERT INTO ledger_entry (id, kind, ref, part, booked_on, value_date) VALUES (999, 9, 1, 0, '2026-11-12', '2026-11-12')",
    ]


def receipt(state: str, *, payment: str = "NULL") -> list[str]:
    """A file of one receipt of RM1,449 that the ledger knows nothing of."""
    form = "(SELECT file_id FROM contributions_filing WHERE id = {credited})"
    return [
        'INSERT INTO contributions_receiptfile (id, number, "on", digest, receipts_total, amount, file_id, taken_on, taken_at) '
        f"VALUES (77, 7, '2026-11-12', 'x', 1, 144900, {form}, '2026-11-12', '2026-11-12')",
        "INSERT INTO contributions_receipt (id, file_id, line, number, agent, mode, employer_number, employer_id, wage_month, amount, paid_at, "
        "form_id, state, payment_id) VALUES (777, 77, 2, 'R1', 'BSN0601', 'CASH', '20000001', {employer}, '2026-10-01', 144900, '2026-11-12', "
        f"{form}, '{state}', {payment})",
    ]


RECEIPTS = ("receipt_clearing_is_booked_receipts", "receipt clearing")
CLEARING_OWED = ("contribution_clearing_is_owed_to_rows", "contribution clearing")
FINAL_OFF = "ALTER TABLE contributions_payment DISABLE TRIGGER payment_is_final"
FINAL_ON = "ALTER TABLE contributions_payment ENABLE ALWAYS TRIGGER payment_is_final"
FPX = ("fpx_clearing_is_approved_payments", "fpx clearing")
GIVEN = ("correction_gives_the_credit_that_it_posted", "correction {correction} of filing {credited}")
PLANTED: dict[str, tuple[list[str], set[tuple[str, str]]]] = {
    "an approval whose debt was never booked": (
        gone(1, "{owed}"),
        {("approved_filing_is_due_once", "filing {owed} APPROVED"), CLEARING_OWED},
    ),
    "a debt of a filing that nobody approved": (
        ["UPDATE contributions_filing SET state = 'SUBMITTED', approved_by_id = NULL, approved_on = NULL WHERE id = {owed}"],
        {("approved_filing_is_due_once", "filing {owed} SUBMITTED"), CLEARING_OWED},
    ),
    "a debt of no filing at all": (
        ["UPDATE ledger_entry SET ref = 9999 WHERE kind = 1 AND ref = {owed}"],
        {("approved_filing_is_due_once", "filing {owed} APPROVED"), ("approved_filing_is_due_once", "filing 9999 absent")},
    ),
    "an approval without its debt, for a draft": (
        ["UPDATE contributions_filing SET state = 'APPROVED' WHERE id = {ready}"],
        {("approved_filing_is_due_once", "filing {ready} APPROVED"), CLEARING_OWED},
    ),
    "a total changed after approval": (
        ["UPDATE contributions_filing SET employer_total = employer_total + 100 WHERE id = {owed}"],
        {("approved_filing_is_due_once", "filing {owed} APPROVED"), ("filing_total_is_its_rows", "filing {owed}"), CLEARING_OWED},
    ),
    "a share changed after approval": (
        ["UPDATE contributions_filingrow SET employee_share = employee_share + 100 WHERE filing_id = {owed}"],
        {("filing_total_is_its_rows", "filing {owed}")},
    ),
    "a row deleted after approval": (
        ["DELETE FROM contributions_filingrow WHERE filing_id = {owed}"],
        {("filing_total_is_its_rows", "filing {owed}")},
    ),
    "a row that tops up a row of somebody else's": (
        [
            "UPDATE contributions_filingrow SET tops_up_id = {row}, earlier_employer = 0, earlier_employee = 0, "
            "member_id = (SELECT member_id FROM contributions_filingrow WHERE id = {corrected_row}) WHERE filing_id = {owed}"
        ],
        {("row_tops_up_what_was_paid_once", "row {owed_row} of filing {owed}")},
    ),
    "a row without money added after approval": (
        [
            "INSERT INTO contributions_filingrow (filing_id, line, member_number, identity_number, name, employer_share, employee_share, part, "
            "reference, citizenship, status, problems) VALUES ({owed}, 99, '', '', '', 0, 0, '', '', '', 'INVALID', '[]')"
        ],
        {("filing_total_is_its_rows", "filing {owed}")},
    ),
    "a row of a credited filing that was never credited": (
        gone(3, "{row}"),
        {("row_is_credited_once", "row {row} of filing {credited} CREDITED")},
    ),
    "a row credited with a ringgit too much": (
        [
            "UPDATE ledger_posting SET amount_sen = amount_sen - 100 WHERE amount_sen < 0 AND entry_id = " + entry_of(3, "{row}"),
            "UPDATE ledger_posting SET amount_sen = amount_sen + 100 WHERE account_id = (SELECT account_id FROM ledger_posting WHERE amount_sen > 0 "
            "AND entry_id = " + entry_of(3, "{row}") + " ORDER BY id LIMIT 1) AND entry_id = " + entry_of(3, "{row}"),
        ],
        {("row_is_credited_once", "row {row} of filing {credited} CREDITED")},
    ),
    "a credit of a row that there is not": (
        ["UPDATE ledger_entry SET ref = 9999 WHERE kind = 3 AND ref = {row}"],
        {("row_is_credited_once", "row {row} of filing {credited} CREDITED"), ("row_is_credited_once", "row 9999 of filing none")},
    ),
    "a credit of a filing that is not paid": (
        ["UPDATE ledger_entry SET ref = (SELECT id FROM contributions_filingrow WHERE filing_id = {owed}) WHERE kind = 3 AND ref = {row}"],
        {
            ("row_is_credited_once", "row {row} of filing {credited} CREDITED"),
            ("row_is_credited_once", "row {owed_row} of filing {owed} APPROVED"),
        },
    ),
    "another act on the clearing of contributions": (astray("CONTRIBUTION_CLEARING"), {CLEARING_OWED}),
    "another act on the clearing of FPX": (astray("FPX_CLEARING"), {FPX}),
    "another act on the clearing of direct debit": (
        [
            "INSERT INTO ledger_account (holder_kind, holder_id, code, opened_on, dividend_to) VALUES ('FUND', 0, 'DDA_CLEARING', '2026-01-01', '')",
            *astray("DDA_CLEARING"),
        ],
        {("debit_clearing_is_approved_debits", "debit clearing")},
    ),
    "a collection file of debits that there are not": (
        ["INSERT INTO contributions_collection (\"on\", content, rows_total, amount, answer) VALUES ('2026-11-12', 'x', 1, 100, '')"],
        {("collection_is_its_debits", "collection of 2026-11-12")},
    ),
    "a payment of the ledger that the bank refused": (
        [FINAL_OFF, "UPDATE contributions_payment SET state = 'FAILED', counts = false WHERE id = {order}", FINAL_ON],
        {("approved_payment_is_posted_once", "payment {order} FAILED"), FPX},
    ),
    "an approved payment that was never booked": (
        gone(2, "{order}"),
        {
            ("approved_payment_is_posted_once", "payment {order} APPROVED"),
            ("paid_filing_has_its_payment", "filing {credited} CREDITED"),
            FPX,
        },
    ),
    "an approved payment of another amount": (
        [FINAL_OFF, "UPDATE contributions_payment SET amount = amount + 100 WHERE id = {order}", FINAL_ON],
        {("approved_payment_is_posted_once", "payment {order} APPROVED"), FPX},
    ),
    "a filing marked as paid that nobody paid": (
        ["UPDATE contributions_filing SET state = 'PAID', paid_on = '2026-11-12' WHERE id = {owed}"],
        {("paid_filing_has_its_payment", "filing {owed} PAID")},
    ),
    "a payment of a filing that is not marked as paid": (
        [FINAL_OFF, "UPDATE contributions_payment SET filing_id = {owed} WHERE id = {order}", FINAL_ON],
        {
            ("paid_filing_has_its_payment", "filing {owed} APPROVED"),
            ("paid_filing_has_its_payment", "filing {credited} CREDITED"),
            ("part_paid_is_parts_that_wait", "employer {employer}"),
        },
    ),
    "a corrected line whose entry is gone": (
        gone(12, "{line}"),
        {("corrected_line_is_posted_once", "correction line {line} POSTED")},
    ),
    "a correction of a line that there is not": (
        ["UPDATE ledger_entry SET ref = 9999 WHERE kind = 12 AND ref = {line}"],
        {("corrected_line_is_posted_once", "correction line {line} POSTED"), ("corrected_line_is_posted_once", "correction line 9999 absent")},
    ),
    "a correction by another amount": (
        [
            "UPDATE ledger_posting SET amount_sen = amount_sen + 100 WHERE amount_sen > 0 AND entry_id = " + entry_of(12, "{line}"),
            "UPDATE ledger_posting SET amount_sen = amount_sen - 100 WHERE id = (SELECT min(id) FROM ledger_posting WHERE amount_sen < 0 "
            "AND entry_id = " + entry_of(12, "{line}") + ")",
        ],
        {("corrected_line_is_posted_once", "correction line {line} POSTED")},
    ),
    "a line that was refused and posted all the same": (
        ["UPDATE contributions_correctionline SET state = 'REFUSED', refusal = '{{}}' WHERE id = {line}"],
        {("corrected_line_is_posted_once", "correction line {line} REFUSED"), GIVEN},
    ),
    "a correction on another member's account": (
        [
            "UPDATE ledger_posting SET account_id = (SELECT id FROM ledger_account WHERE holder_kind = 'MEMBER' AND holder_id = {stranger} "
            "AND code = 'PERSARAAN'), version = 99 WHERE id = (SELECT min(id) FROM ledger_posting WHERE amount_sen < 0 AND entry_id = "
            + entry_of(12, "{line}")
            + ")"
        ],
        {("correction_moves_its_own_people_s_money", "correction line {line} on MEMBER {stranger} PERSARAAN")},
    ),
    "an over-payment booked as a debt": (
        [
            "UPDATE ledger_posting SET account_id = "
            + account_of("CONTRIBUTION_DUE")
            + ", version = 99 WHERE amount_sen > 0 AND entry_id = "
            + entry_of(12, "{line}")
        ],
        {("correction_moves_its_own_people_s_money", "correction line {line} on EMPLOYER {employer} CONTRIBUTION_DUE")},
    ),
    "a correction from where the row never stood": (
        ["UPDATE contributions_correctionline SET then_employer = then_employer - 100, now_employer = now_employer - 100 WHERE id = {line}"],
        {("correction_starts_where_the_row_stood", "correction line {line}")},
    ),
    "a total that its lines do not make": (
        [
            "ALTER TABLE contributions_correction DISABLE TRIGGER correction_stays",
            "UPDATE contributions_correction SET employer_difference = employer_difference + 100 WHERE id = {correction}",
            "ALTER TABLE contributions_correction ENABLE ALWAYS TRIGGER correction_stays",
        ],
        {("correction_is_whole", "correction {correction} POSTED")},
    ),
    "a posted correction with a line that is open": (
        ["UPDATE contributions_correctionline SET state = 'OPEN' WHERE id = {line}"],
        {("correction_is_whole", "correction {correction} POSTED"), ("corrected_line_is_posted_once", "correction line {line} OPEN"), GIVEN},
    ),
    "a posted line of a correction that nobody approved": (
        ["UPDATE contributions_correction SET state = 'PROPOSED', decided_by_id = NULL, decided_on = NULL WHERE id = {correction}"],
        {("correction_is_whole", "correction {correction} PROPOSED"), GIVEN},
    ),
    "a credited row that nobody matched": (
        ["UPDATE contributions_filingrow SET status = 'UNMATCHED' WHERE id = {row}"],
        {("unmatched_row_lies_in_suspense", "row {row} of filing {credited}"), ("suspended_is_its_unmatched_rows", "filing {credited}")},
    ),
    "a late charge that was never booked": (
        [
            "INSERT INTO contributions_latecharge (id, employer_id, wage_month, amount, paid, reference, reckoned_on) "
            "VALUES (777, {employer}, '2026-10-01', 1000, '[]', 'late', '2026-11-16')"
        ],
        {("late_charge_is_posted_once", "late charge 777")},
    ),
    "a dividend on late contributions that was never booked": (
        [
            "INSERT INTO contributions_latedividend (id, filing_id, amount, paid_on, reference, reckoned_on) "
            "VALUES (777, {credited}, 100, '2026-11-16', 'late', '2026-11-16')"
        ],
        {("late_dividend_is_posted_once", "late dividend 777")},
    ),
    "a file of receipts that are not there": (
        receipt("RETURNED")[:1],
        {("receipt_file_is_its_receipts", "receipt file 7")},
    ),
    "a receipt that waits for nobody": (receipt("OPEN"), {("open_receipt_has_its_matter", "receipt 777")}),
    "a receipt in suspense whose money was never booked": (
        receipt("SUSPENDED"),
        {("receipt_is_posted_once", "receipt 777 SUSPENDED"), RECEIPTS},
    ),
    "a receipt that pays what the bank was paid for": (
        receipt("PAID", payment="{order}"),
        {("receipt_pays_its_amount", "receipt 777 PAID"), RECEIPTS},
    ),
    "an agent's money matched with a receipt of another amount": (
        [
            *receipt("SUSPENDED"),
            'INSERT INTO contributions_settlementfile (id, "on", digest, rows_total, amount, payments_from, fetched_at) '
            "VALUES (70, '2026-11-12', 'x', 1, 500, 1, '2026-11-13')",
            "INSERT INTO contributions_settlementrow (id, file_id, line, order_no, fpx_id, amount, paid_at, receipt_id) "
            "VALUES (7777, 70, 2, 'R1', 'BSN0601', 500, '2026-11-12', 777)",
        ],
        {
            ("settled_row_agrees_with_its_receipt", "settlement row 7777"),
            ("settled_row_is_posted_once", "settlement row 7777"),
            ("receipt_is_posted_once", "receipt 777 SUSPENDED"),
        },
    ),
    "shares with sen": (
        ["UPDATE contributions_filingrow SET employer_share = employer_share + 50, employee_share = employee_share - 50 WHERE id = {row}"],
        {("shares_are_whole_ringgit", "row {row} of filing {credited}")},
    ),
}


def found() -> set[tuple[str, str]]:
    """Name and row of whatever the checks of contributions find; the ledger's own have controls of their own."""
    results = {result.name.removeprefix("contributions."): result for result in invariants.run() if result.name.startswith("contributions.")}
    return {(name, finding.what) for name, result in results.items() for finding in result.findings}


def test_every_check_of_contributions_has_its_damage() -> None:
    elsewhere = (
        *(test_invariants_assessments, test_invariants_credit, test_invariants_late, test_invariants_overpayments),
        *(test_invariants_incentives, test_invariants_instalments, test_invariants_payments, test_invariants_voluntary),
        *(test_invariants_wrong_credits, test_invariants_counter, test_matching),
    )
    planted = [*PLANTED.values(), *(case for tests in elsewhere for case in tests.PLANTED.values())]
    assert {name for _damage, expected in planted for name, _what in expected} == set(checks.CHECKS)


@pytest.mark.parametrize("case", PLANTED)
def test_planted_damage_is_named_with_its_row(names: dict[str, int], case: str) -> None:
    damage, expected = PLANTED[case]
    row = Filing.objects.get(pk=names["owed"]).rows.get()
    known = {**names, "owed_row": row.pk, "employer": row.filing.employer_id}
    assert found() == set()

    plant(*unguarded(*[statement.format(**known) for statement in damage]))

    assert found() == {(name, what.format(**known)) for name, what in expected}


def test_work_on_its_way_is_no_finding(office: Office, bank: Bank, make_office: Callable[[], Office]) -> None:
    """Approved, submitted, and paid with its rows not credited yet: nothing of it is damage."""
    pay(office.approved(*[borang_a.row(office.hire()) for _ in range(2)]), office, bank, ON)
    other = make_office()
    other.approved()
    submitted = work(other.send(borang_a.file(borang_a.row(other.hire())), wage_month=OCTOBER.next()))
    filings.submit(filing_id=submitted.pk, by=other.maker, declaration=True, on=ON)

    assert found() == set()
