"""What the API says of filings and their rows (design/contract.md)."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contributions import problems
from contributions.api.calculators import AmountField, WageMonthField
from contributions.api.me import AddressField
from contributions.api.parameters import STATES, STATUSES
from contributions.enums import FilingState
from contributions.models import Filing, FilingRow
from contributions.problems import assumptions
from contributions.selectors import outcomes
from kwsp_portal.common.periods import WageMonth


class WrongField(serializers.Serializer):  # type: ignore[type-arg]
    """What is wrong with one field. `code` is stable, `detail` is for people; `filing` names an earlier one that is meant."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()
    filing = serializers.CharField(required=False)


class FilingProblem(serializers.Serializer):  # type: ignore[type-arg]
    """RFC 9457. `errors` where fields are at fault."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    reference = serializers.CharField(required=False)
    errors = WrongField(many=True, required=False)  # type: ignore[assignment]


class Taken(serializers.Serializer):  # type: ignore[type-arg]
    """A filing that was received; where it stands is asked at its address."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)


class RowCounts(serializers.Serializer):  # type: ignore[type-arg]
    """`unmatched`: people whom the register does not know so. `left_out` are not part of the total. `credited` and `suspense`: where the money of
    paid rows is."""

    total = serializers.IntegerField()
    valid = serializers.IntegerField()
    invalid = serializers.IntegerField()
    unmatched = serializers.IntegerField()
    left_out = serializers.IntegerField()
    credited = serializers.IntegerField()
    suspense = serializers.IntegerField()


class FilingTotals(serializers.Serializer):  # type: ignore[type-arg]
    """Of the rows that are paid: the valid ones, and `suspended`, what of the total is paid into the suspense account for unmatched ones."""

    employer = AmountField()
    employee = AmountField()
    total = AmountField()
    suspended = AmountField()


class Assumption(serializers.Serializer):  # type: ignore[type-arg]
    """What was assumed while the file was read."""

    code = serializers.CharField()
    detail = serializers.CharField()


class SheetOffered(serializers.Serializer):  # type: ignore[type-arg]
    """A sheet of the workbook that may be the Borang A."""

    name = serializers.CharField()
    rows = serializers.IntegerField()
    hidden = serializers.BooleanField()


class FilingBody(serializers.Serializer):  # type: ignore[type-arg]
    """One Borang A. `supplements` is the filing of the month that it supplements, null for that one itself. `late_charge` is null until the charge
    of its month was assessed; `problems` are those of the file as a whole. While it is ASKED, one of `sheets` is to be chosen."""

    id = serializers.IntegerField()
    supplements = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    wage_month = WageMonthField()
    contribution_month = WageMonthField()
    due_date = serializers.DateField()
    received_on = serializers.DateField()
    approved_on = serializers.DateField(allow_null=True)
    paid_on = serializers.DateField(allow_null=True)
    credited_on = serializers.DateField(allow_null=True)
    rows = RowCounts()
    totals = FilingTotals()
    late_charge = AmountField(allow_null=True)
    problems = WrongField(many=True)
    assumptions = Assumption(many=True)
    sheets = SheetOffered(many=True)


class FilingPage(serializers.Serializer):  # type: ignore[type-arg]
    next = AddressField(allow_null=True)
    previous = AddressField(allow_null=True)
    results = FilingBody(many=True)


class RowProblem(serializers.Serializer):  # type: ignore[type-arg]
    """One thing that is wrong with a row: `column` as its title in the file, empty for the row as a whole; `mend` says what to do."""

    column = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    found = serializers.CharField(allow_blank=True)
    expected = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()
    mend = serializers.CharField()


@extend_schema_field({"type": "integer", "minimum": 1})
class RowField(serializers.IntegerField):
    """Where the row stands in the file, its header counted."""


class ToppedUp(serializers.Serializer):  # type: ignore[type-arg]
    """What stood filed for somebody when a row topped it up."""

    employer_share = AmountField()
    employee_share = AmountField()


class RowBody(serializers.Serializer):  # type: ignore[type-arg]
    """One employee. `version` is how often the row was mended. A row that `tops_up` an earlier filing of the month has all wages of the month, and
    the shares that are owed beyond what stood filed."""

    row = RowField()
    member_number = serializers.CharField(allow_blank=True)
    identity_number = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    wages = AmountField(allow_null=True)
    bonus = AmountField(allow_null=True)
    employer_share = AmountField(allow_null=True)
    employee_share = AmountField(allow_null=True)
    tops_up = ToppedUp(allow_null=True)
    status = serializers.ChoiceField(choices=STATUSES)
    version = serializers.IntegerField()
    problems = RowProblem(many=True)


class RowPage(serializers.Serializer):  # type: ignore[type-arg]
    next = AddressField(allow_null=True)
    previous = AddressField(allow_null=True)
    results = RowBody(many=True)


def taken(filing: Filing) -> Mapping[str, Any]:
    return {"id": filing.pk, "state": str(filing.state)}


def filing(found: Filing) -> Mapping[str, Any]:
    """A filing as `FilingBody` has it."""
    month, outcome = WageMonth.of(found.wage_month), outcomes.outcome_of(filing=found)
    return {
        **taken(found),
        "supplements": found.supplements_id,
        "wage_month": month,
        "contribution_month": month.contribution_month,
        "due_date": month.due_date,
        "received_on": found.received_on,
        "approved_on": found.approved_on,
        "paid_on": found.paid_on,
        "credited_on": found.credited_on,
        "rows": {
            "total": found.rows_total,
            "valid": found.rows_valid,
            "invalid": found.rows_invalid,
            "unmatched": found.rows_unmatched,
            "left_out": found.rows_left_out,
            "credited": outcome.credited,
            "suspense": outcome.suspense,
        },
        "totals": {"employer": found.employer_total, "employee": found.employee_total, "total": found.total, "suspended": found.suspended_total},
        "late_charge": None,
        "problems": [file_problem(problem) for problem in found.refusal or ()],
        "sheets": found.sheets if found.state == FilingState.ASKED else [],
        "assumptions": [{"code": one["code"], "detail": assumptions.sentence(one)} for one in found.assumptions],
    }


def row(found: FilingRow) -> Mapping[str, Any]:
    """A row as `RowBody` has it."""
    return {
        "row": found.line,
        "member_number": found.member_number,
        "identity_number": found.identity_number,
        "name": found.name,
        "wages": found.wages,
        "bonus": found.bonus,
        "employer_share": found.employer_share,
        "employee_share": found.employee_share,
        "tops_up": {"employer_share": found.earlier_employer, "employee_share": found.earlier_employee} if found.tops_up_id else None,
        "status": str(found.status).lower(),
        "version": found.mends,
        "problems": [row_problem(problem) for problem in found.problems],
    }


def row_problem(problem: problems.Stored) -> Mapping[str, str]:
    return {
        "column": problem["column"],
        "code": problem["code"],
        "found": problem["found"],
        "expected": problems.expected(problem),
        "detail": problems.sentence(problem),
        "mend": problems.mend(problem),
    }


def file_problem(problem: problems.Stored) -> dict[str, str]:
    """What is wrong with a file or its month, as the `errors` of a problem and of a filing whose file was refused."""
    found = {"field": problems.field_of(problem), "code": problem["code"], "detail": f"{problems.sentence(problem)} {problems.mend(problem)}"}
    return {**found, "filing": problem["detail"]["filing"]} if "filing" in problem["detail"] else found
