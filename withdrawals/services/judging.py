"""The rules asked of an application as it stands on a day: who may have it by the day it was handed in, how much by the money that is there now."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection

from kwsp_portal import bulk
from kwsp_portal.common import json_text, money
from kwsp_portal.common.refusal import Refusal
from members.identity.models import User
from withdrawals import kinds
from withdrawals.enums import DecisionPoint, KindCode
from withdrawals.facts import Facts
from withdrawals.kinds.base import Kind, Result
from withdrawals.models import Application, Decision
from withdrawals.selectors import facts as selectors
from withdrawals.services import applying

_JSON: Final = json_text.encode
_KEEP_MANY: Final = """
COPY withdrawals_decision (application_id, point, "on", at, most, facts, refusals, charges, steps, "references") FROM STDIN
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
    """`keep` for a chunk of thousands that the portal decides, in one COPY."""
    # Of thousands that one rule is asked of on one day nearly all have the same steps and editions of the law.
    known: dict[Any, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()::text")
        head = f"{point.value}\t{on}\t{cursor.fetchone()[0]}"
        lines = [f"{one.found.pk}\t{head}\t{money.to_sen(one.result.most)}\t{_said(one.facts, one.result, known)}\n" for one in judged]
        bulk.copy(cursor, _KEEP_MANY, lines)


def _said(facts: Facts, result: Result, known: dict[Any, str]) -> str:
    """applying.SAID as fields of COPY."""
    refusals, charges, steps, references = applying.what_was_found(result)
    field = bulk.field
    alike = [_known(known, one) for one in (refusals, references)]
    return f"{field(selectors.to_text(facts))}\t{alike[0]}\t{field(_JSON(charges))}\t{field(_JSON(steps))}\t{alike[1]}"


def _known(known: dict[Any, str], said: list[Any]) -> str:
    key = repr(said)
    if key not in known:
        known[key] = bulk.field(_JSON(said))
    return known[key]


def refusals_to_json(refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    return [{"code": one.code, "provision": one.provision, "details": dict(one.details)} for one in refusals]


def refusals_from_json(stored: Sequence[Mapping[str, Any]]) -> list[Refusal]:
    return [Refusal(one["code"], one["provision"], one["details"]) for one in stored]


def charged(result: Result) -> Decimal:
    """RM that the charges of a result come to."""
    return sum((charge.amount for charge in result.charges), money.ZERO)
