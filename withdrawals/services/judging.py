"""The rules asked of an application as it stands on a day: who may have it by the day it was handed in, how much by the money that is there now."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection

from kwsp_portal import bulk
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from members.identity.models import User
from withdrawals import kinds
from withdrawals.enums import DecisionPoint, KindCode
from withdrawals.facts import Facts
from withdrawals.kinds.base import Kind, Result
from withdrawals.models import Application, Decision
from withdrawals.selectors import facts as selectors
from withdrawals.services import applying

_JSON: Final = json.JSONEncoder(ensure_ascii=False).encode
_KEEP_MANY: Final = """
INSERT INTO withdrawals_decision (application_id, point, "on", at, by_id, most, facts, refusals, charges, steps, "references")
SELECT application_id, %s, %s, statement_timestamp(), NULL, most, said -> 0, said -> 1, said -> 2, said -> 3, said -> 4
  FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[]) AS kept (application_id, most, said)
"""


class Judged(NamedTuple):
    """An application, what was known of it, and what the rules said."""

    found: Application
    facts: Facts
    result: Result


def kind_of(found: Application) -> Kind:
    return kinds.OF[KindCode(found.kind)]


def judge(found: Application, *, on: date, asked: Decimal | None = None) -> tuple[Facts, Result]:
    """What the rules say of it on a day, for `asked` RM in place of its own amount."""
    facts = selectors.of_application(found, on=on, asked=asked)
    return facts, kinds.evaluate(facts)


def keep(found: Application, facts: Facts, result: Result, *, point: DecisionPoint, by: User | None, on: date) -> Decision:
    """Keep what was known and what was said, enough to ask again without a database."""
    return applying.keep_decision(found, point, facts, result, by=by, on=on)


def keep_many(judged: Sequence[Judged], *, point: DecisionPoint, on: date) -> None:
    """`keep` for a chunk of thousands that the portal decides, in one statement."""
    said = [_JSON(applying.what_was_said(one.facts, one.result)) for one in judged]
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_MANY,
            [
                point.value,
                on,
                bulk.numbers(one.found.pk for one in judged),
                bulk.numbers(money.to_sen(one.result.most) for one in judged),
                bulk.texts(said),
            ],
        )


def refusals_to_json(refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    return [{"code": one.code, "provision": one.provision, "details": dict(one.details)} for one in refusals]


def refusals_from_json(stored: Sequence[Mapping[str, Any]]) -> list[Refusal]:
    return [Refusal(one["code"], one["provision"], one["details"]) for one in stored]


def charged(result: Result) -> Decimal:
    """RM that the charges of a result come to."""
    return sum((charge.amount for charge in result.charges), money.ZERO)
