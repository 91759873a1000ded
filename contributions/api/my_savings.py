"""`GET me/accounts/` and `me/postings/`: a member's own savings, for a token of the scope `me`."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contributions.api.calculators import AmountField, Problem
from contributions.api.me import ProblemWithoutFields
from contributions.selectors import savings, statement
from kwsp_portal.common import clock, money
from members import access
from members.identity.api import IsMember, PortalSession
from members.identity.token_authentication import PerToken, Token
from members.ledger import balances
from members.ledger.enums import HolderKind

LONGEST = timedelta(days=366)


class Account(serializers.Serializer):  # type: ignore[type-arg]
    """One account as it stands now. `held` is applied for and not yet paid."""

    code = serializers.CharField()
    name = serializers.CharField()
    amount = AmountField()
    held = AmountField()


class Accounts(serializers.Serializer):  # type: ignore[type-arg]
    on = serializers.DateField()
    total = AmountField()
    accounts = Account(many=True)


class Period(serializers.Serializer):  # type: ignore[type-arg]
    """Both days included; at most 366 days, this year if not given."""

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(required=False), "to": serializers.DateField(required=False)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        on: date = clock.business_date()
        until = attrs.get("to", on)
        since = attrs.get("from", date(until.year, 1, 1))
        if since > until:
            raise serializers.ValidationError({"from": _("Ditemui hari selepas `to`, dijangka hari yang sama atau lebih awal")})
        if until - since >= LONGEST:
            raise serializers.ValidationError({"from": _("Ditemui lebih daripada 366 hari, dijangka paling banyak 366")})
        return {"since": since, "until": until}


class Posting(serializers.Serializer):  # type: ignore[type-arg]
    """One row of an account. `balance` is where it stood after it, in the order of booked days."""

    posting_id = serializers.CharField()
    account = serializers.CharField()
    booked_on = serializers.DateField()
    value_date = serializers.DateField()
    kind = serializers.CharField()
    words = serializers.CharField()
    amount = AmountField()
    balance = AmountField()


class Postings(serializers.Serializer):  # type: ignore[type-arg]
    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), "to": serializers.DateField(), "postings": Posting(many=True)}


def answers(good: type[serializers.Serializer[Any]]) -> Any:
    """What the calls of a member answer, in the words of the schema."""
    bad = {(status, "application/problem+json"): ProblemWithoutFields for status in (401, 403, 404, 429)}
    return {200: good, (400, "application/problem+json"): Problem, **bad}


class _Mine(APIView):
    authentication_classes = (PortalSession, Token)
    permission_classes = (IsMember,)
    throttle_classes = (PerToken,)


class MyAccounts(_Mine):
    """What the member has saved, by account."""

    @extend_schema(description=_("Simpanan sendiri mengikut akaun, seperti sekarang."), responses=answers(Accounts), tags=["me"])
    def get(self, request: Request) -> Response:
        member = access.member_for(request.user)  # type: ignore[arg-type]
        home = savings.home_of(member=member, on=clock.business_date())
        cards = [{"code": card.code, "name": str(card.name), "amount": card.amount, "held": card.held} for card in home.cards]
        return Response(Accounts({"on": home.on, "total": home.total, "accounts": cards}).data)


class MyPostings(_Mine):
    """What was booked in a period, the newest first in each account."""

    @extend_schema(
        description=_("Catatan dalam akaun sendiri bagi satu tempoh (paling banyak 366 hari), yang terbaharu dahulu dalam setiap akaun."),
        parameters=[OpenApiParameter("from", date), OpenApiParameter("to", date)],
        responses=answers(Postings),
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        asked = Period(data=request.query_params.dict())  # a form's empty value would be as if it was left out
        asked.is_valid(raise_exception=True)
        since, until = asked.validated_data["since"], asked.validated_data["until"]
        member = access.member_for(request.user)  # type: ignore[arg-type]
        rows = [
            {
                "posting_id": f"{line.entry_id}:{pot.code}",
                "account": pot.code,
                "booked_on": line.booked_on,
                "value_date": line.value_date,
                "kind": line.kind.value,
                "words": str(statement.source_words(line.kind)),
                "amount": money.from_sen(line.amount_sen),
                "balance": money.from_sen(line.balance_after_sen),
            }
            for pot in balances.pots_of(HolderKind.MEMBER, member.pk)
            for line in balances.lines_between(HolderKind.MEMBER, member.pk, pot.code, since=since, until=until)
        ]
        return Response(Postings({"from": since, "to": until, "postings": rows}).data)
