"""Does the index of subjects find what the rows say? An act that is missing there is missing in the log of whom it touches."""

from collections.abc import Iterator
from typing import Final

from django.db import connection

NAMED: Final = 1_000
"""At most so many are named each way; whether there is any is always told."""

_SUMS: Final = (
    "SELECT count(*), sum(hashtextextended(subject, seq)) FROM audit_auditevent e, unnest(e.subjects) AS subject WHERE seq <= %s",
    "SELECT count(*), sum(hashtextextended(subject, seq)) FROM audit_subject WHERE seq <= %s",
)
_ROWS: Final = "SELECT subject, seq FROM audit_auditevent e, unnest(e.subjects) AS subject WHERE seq <= %(until)s"
_INDEX: Final = "SELECT subject, seq FROM audit_subject WHERE seq <= %(until)s"


def differences(*, until: int) -> Iterator[tuple[str, str]]:
    """HIDDEN: a row that one of its subjects does not find. LISTED: one that somebody finds whom it does not name. Cheap if all is well."""
    with connection.cursor() as cursor:
        sums = []
        for statement in _SUMS:
            cursor.execute(statement, [until])
            sums.append(cursor.fetchone())
        if sums[0] == sums[1]:
            return
        for code, words, there, here in (
            ("HIDDEN", "row {} is missing in the log of {}", _ROWS, _INDEX),
            ("LISTED", "row {} stands in the log of {}, whom it does not name", _INDEX, _ROWS),
        ):
            cursor.execute(f"({there}) EXCEPT ({here}) ORDER BY 2 LIMIT {NAMED}", {"until": until})
            for subject, seq in cursor.fetchall():
                yield code, words.format(seq, subject)
