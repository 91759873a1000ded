"""What must be true of instalment plans; part of invariants.py. They move no money: their terms are held to their months."""

from typing import Final

CHECKS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "instalment_terms_are_their_months": (
        """SELECT 'instalment terms ' || t.id, t.total - coalesce(sum(m.contribution + m.charge + m.dividend), 0)
             FROM contributions_instalmentterms t LEFT JOIN contributions_instalmentmonth m ON m.terms_id = t.id
            GROUP BY t.id
           HAVING t.total <> coalesce(sum(m.contribution + m.charge + m.dividend), 0)
               OR t.count <> count(DISTINCT m.instalment) OR t.count <> max(m.instalment) OR t.first_on <> min(m.due_on)""",
        (),
    ),
}
