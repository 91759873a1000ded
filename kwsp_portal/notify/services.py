"""Telling: a notice is written in the transaction of what it tells of, so that both are there or neither is (reliability.md, outbox)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from django.db import connection

from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox
from kwsp_portal.notify.models import Notice, Reading

# The natural key: whoever tells of the same act again tells nothing. One statement for a chunk of thousands.
_TELL: Final = """
INSERT INTO notify_notice (whose, whose_id, code, cause, figures, link, "on")
SELECT whose, whose_id, code, cause, figures::jsonb, link::jsonb, %s
  FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[]) AS news (whose, whose_id, code, cause, figures, link)
    ON CONFLICT DO NOTHING
"""


class News(NamedTuple):
    """One notice to be. `cause` names the act (`correctionline:17`), `link` a named address and its arguments."""

    to: Inbox
    code: str
    cause: str
    figures: Mapping[str, str]
    link: Sequence[str | int] = ()


def tell(news: Iterable[News], *, on: date) -> None:
    """Put notices into inboxes, in the caller's transaction; what was told already is not told again.

    Raises RuntimeError outside a transaction; KeyError for a code that is not registered or a figure that its sentences lack: words that
    cannot be made are refused when they are told, not when somebody reads them.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("notify.tell() was called outside transaction.atomic(); a notice and what it tells of must commit together")
    told = list(news)
    for one in told:
        kinds.check(one.code, one.figures)
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL,
            [
                on,
                [one.to.whose.value for one in told],
                [one.to.whose_id for one in told],
                [one.code for one in told],
                [one.cause for one in told],
                [json.dumps(dict(one.figures), ensure_ascii=False) for one in told],
                [json.dumps(list(one.link)) for one in told],
            ],
        )


def mark_read(*, notices: Iterable[Notice], user_id: int) -> None:
    """Somebody has read these; reading them again changes nothing."""
    Reading.objects.bulk_create([Reading(notice=notice, user_id=user_id) for notice in notices], ignore_conflicts=True)
