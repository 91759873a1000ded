"""Counts and totals of a filing, counted over its rows: where it is read, where rows leave it, and where unmatched ones come to be paid."""

from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce

from contributions.enums import RowStatus
from contributions.models import Filing
from kwsp_portal.fields import MoneyField


def add_up(filing: Filing, *, suspense: bool = False) -> list[str]:
    """Set counts of rows by class and both shares: of the valid ones, and with `suspense` of the unmatched ones too. The fields that were set,
    for the caller to save."""
    of = {name: Q(status=status) for name, status in (("valid", RowStatus.VALID), ("unmatched", RowStatus.UNMATCHED), ("invalid", RowStatus.INVALID))}
    paid = of["valid"] | of["unmatched"] if suspense else of["valid"]
    sums = filing.rows.aggregate(
        **{f"rows_{name}": Count("pk", filter=which) for name, which in of.items()},
        rows_left_out=Count("pk", filter=Q(status=RowStatus.LEFT_OUT)),
        employer_total=_sum("employer_share", paid),
        employee_total=_sum("employee_share", paid),
        suspended_employer=_sum("employer_share", of["unmatched"]),
        suspended_employee=_sum("employee_share", of["unmatched"]),
    )
    suspended = sums.pop("suspended_employer") + sums.pop("suspended_employee")
    sums["suspended_total"] = suspended if suspense else suspended * 0
    sums["rows_total"] = sums["rows_valid"] + sums["rows_unmatched"] + sums["rows_invalid"]
    for name, value in sums.items():
        setattr(filing, name, value)
    return list(sums)


def _sum(column: str, which: Q) -> Coalesce:
    return Coalesce(Sum(column, filter=which), Value(0), output_field=MoneyField())
