"""Rows of a filing that change together, in one statement of any size: the rows, what they were, and by how much the totals differ.

What is wanted comes as SQL that gives `(row_id, after)`, `after` the columns that change as JSON, named and counted as the database has them (sen).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from contributions.enums import MendKind, RowStatus
from contributions.models import Filing
from kwsp_portal.common import money
from members.identity.models import User

COLUMNS: Final = (
    "member_id",
    "member_number",
    "identity_number",
    "name",
    "wages",
    "bonus",
    "employer_share",
    "employee_share",
    "part",
    "reference",
    "citizenship",
    "birth_date",
    "member_since",
    "elections",
    "tops_up_id",
    "earlier_employer",
    "earlier_employee",
    "status",
    "problems",
)
"""Of a row, all that a mend may change."""

_CHANGED: Final = """WITH wanted(row_id, after) AS MATERIALIZED ({wanted}),
changed AS MATERIALIZED (
    SELECT was, becomes, wanted.after
      FROM wanted JOIN contributions_filingrow was ON was.id = wanted.row_id AND was.filing_id = %(filing)s
     CROSS JOIN LATERAL jsonb_populate_record(was, wanted.after) AS becomes)"""
_SUMS: Final = """SELECT count(*),
    {counts},
    coalesce(sum({becomes_employer} - {was_employer}), 0), coalesce(sum({becomes_employee} - {was_employee}), 0) FROM changed"""
_WRITE: Final = """,
mending AS (
    INSERT INTO contributions_mending (filing_id, kind, cause, undoes_id, rows_total, by_id, "on", at)
    SELECT %(filing)s, %(kind)s, %(cause)s, %(undoes)s, count(*), %(by)s, %(on)s, now() FROM changed HAVING count(*) > 0 RETURNING id),
kept AS (
    INSERT INTO contributions_rowmend (mending_id, row_id, number, before, after)
    SELECT mending.id, (was).id, (was).mends + 1,
           (SELECT jsonb_object_agg(key, to_jsonb(was) -> key) FROM jsonb_object_keys(changed.after) AS key), changed.after
      FROM changed CROSS JOIN mending),
written AS (
    UPDATE contributions_filingrow SET mends = mends + 1, {columns} FROM changed WHERE contributions_filingrow.id = (was).id)
"""
_CLASSES: Final = (RowStatus.VALID, RowStatus.UNMATCHED, RowStatus.INVALID, RowStatus.LEFT_OUT)


def _share(side: str, column: str) -> str:
    return f"CASE WHEN ({side}).status = '{RowStatus.VALID}' THEN ({side}).{column} ELSE 0 END"


def _sums() -> str:
    counts = [f"coalesce(sum((({{0}}).status = '{status}')::int), 0)" for status in _CLASSES]
    return _SUMS.format(
        counts=", ".join(f"{count.format('becomes')} - {count.format('was')}" for count in counts),
        **{f"{side}_{share}": _share(side, f"{share}_share") for side in ("was", "becomes") for share in ("employer", "employee")},
    )


_HOW_MANY: Final = _sums()
_SET: Final = ", ".join(f"{column} = (becomes).{column}" for column in COLUMNS)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """By how much a change moves the counts of a filing, and its shares in RM."""

    rows: int
    valid: int
    unmatched: int
    invalid: int
    left_out: int
    employer: Decimal
    employee: Decimal

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee

    @property
    def bad(self) -> int:
        return self.unmatched + self.invalid


def effect_of(*, filing: Filing, wanted: str, asked: Mapping[str, Any]) -> Effect:
    """What `write` would do, without doing it."""
    return _run(_CHANGED.replace("{wanted}", wanted) + _HOW_MANY, {**asked, "filing": filing.pk})


def write(
    *, filing: Filing, wanted: str, asked: Mapping[str, Any], kind: MendKind, by: User, on: date, cause: str = "", undoes: int | None = None
) -> Effect:
    """Change the rows of a filing that the caller has locked, keep what they were, and give the filing its new counts and totals. Its state is
    the caller's to move."""
    told = {**asked, "filing": filing.pk, "kind": kind.value, "cause": cause, "undoes": undoes, "by": by.pk, "on": on}
    effect = _run(_CHANGED.replace("{wanted}", wanted) + _WRITE.replace("{columns}", _SET) + _HOW_MANY, told)
    if effect.rows:
        filing.mended += 1
        filing.rows_total += effect.valid + effect.bad
        filing.rows_valid += effect.valid
        filing.rows_unmatched += effect.unmatched
        filing.rows_invalid += effect.invalid
        filing.rows_left_out += effect.left_out
        filing.employer_total += effect.employer
        filing.employee_total += effect.employee
    return effect


FIGURES: Final = ("mended", "rows_total", "rows_valid", "rows_unmatched", "rows_invalid", "rows_left_out", "employer_total", "employee_total")
"""Fields of the filing that `write` sets."""


def these(rows: Sequence[tuple[int, Mapping[str, Any]]]) -> tuple[str, dict[str, Any]]:
    """`wanted` and `asked` for rows that were worked out one by one."""
    from_lists = "SELECT * FROM unnest(%(ids)s::bigint[], %(afters)s::jsonb[])"
    return from_lists, {"ids": [pk for pk, _ in rows], "afters": [_json(after) for _, after in rows]}


def _json(after: Mapping[str, Any]) -> str:
    return json.dumps(after, ensure_ascii=False)


def _run(sql: str, asked: Mapping[str, Any]) -> Effect:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(asked))
        rows, valid, unmatched, invalid, left_out, employer, employee = cursor.fetchone()
    return Effect(
        rows=rows,
        valid=valid,
        unmatched=unmatched,
        invalid=invalid,
        left_out=left_out,
        employer=money.from_sen(int(employer)),
        employee=money.from_sen(int(employee)),
    )
