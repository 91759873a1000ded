"""What must be true between assessments and what employers owe by them; part of contributions/selectors/invariants.py."""

# ruff: noqa: S608 - every text comes from this file and from closed lists

from typing import Final

from contributions import workflow
from contributions.enums import AssessmentState, FilingSource, FilingState

_STANDS: Final = ", ".join(f"'{state}'" for state in sorted(workflow.ASSESSMENT_STANDS))
_OWED: Final = ", ".join(f"'{state}'" for state in sorted(workflow.STANDS))

CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    # Each assessed filing is of one assessment, of its employer and month; it is owed or paid while that stands, and put away with it.
    "assessment_is_its_filing": (
        f"""SELECT 'assessment ' || coalesce(a.id::text, 'none') || ' ' || coalesce(a.state, '') || ' of filing ' || coalesce(f.id::text, 'none'),
                   coalesce(f.employer_total + f.employee_total, 0)
              FROM (SELECT * FROM contributions_filing WHERE source = '{FilingSource.ASSESSMENT}') f
              FULL JOIN (SELECT * FROM contributions_assessment WHERE filing_id IS NOT NULL) a ON a.filing_id = f.id
             WHERE a.id IS NULL OR f.id IS NULL OR (a.employer_id, a.wage_month) <> (f.employer_id, f.wage_month)
                OR (a.state IN ({_STANDS})) <> (f.state IN ({_OWED}))
                OR a.state IN ('{AssessmentState.WITHDRAWN}', '{AssessmentState.REPLACED}') AND f.state <> '{FilingState.DISCARDED}'""",
        (),
    ),
    # Whoever is assessed stands in what is owed, with the same wages, and nobody else does.
    "assessment_rows_are_its_filing_s": (
        """SELECT 'assessment ' || a.id, coalesce(w.wages, 0) - coalesce(r.wages, 0)
             FROM contributions_assessment a
             LEFT JOIN LATERAL (SELECT count(*) AS rows, sum(wages) AS wages FROM contributions_assessmentrow WHERE assessment_id = a.id) w ON true
             LEFT JOIN LATERAL (SELECT count(*) AS rows, sum(wages) AS wages FROM contributions_filingrow WHERE filing_id = a.filing_id) r ON true
            WHERE a.filing_id IS NOT NULL AND (w.rows, w.wages) IS DISTINCT FROM (r.rows, r.wages)""",
        (),
    ),
    "assessment_replaced_by_one_that_was_served": (
        f"""SELECT 'assessment ' || a.id, 0 FROM contributions_assessment a
            WHERE (a.state = '{AssessmentState.REPLACED}') <> EXISTS (SELECT FROM contributions_assessment n
                   WHERE n.replaces_id = a.id AND n.filing_id IS NOT NULL)""",
        (),
    ),
}
