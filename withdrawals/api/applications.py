"""`GET me/applications/`: a member's own applications, for a token of the scope `me`."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kwsp_portal.common import clock
from members import access
from members.identity.api import IsMember, PortalSession
from members.identity.token_authentication import PerToken, Token
from withdrawals import labels
from withdrawals.api.estimate import AmountField, WithdrawalProblem
from withdrawals.models import Application
from withdrawals.selectors import applications


class WithdrawalApplication(serializers.Serializer):  # type: ignore[type-arg]
    """One application. `state` is stable, `state_words` are for people; amounts are null while nothing was asked for or approved."""

    number = serializers.CharField()
    kind = serializers.CharField()
    kind_words = serializers.CharField()
    state = serializers.CharField()
    state_words = serializers.CharField()
    asked = AmountField(allow_null=True)
    approved = AmountField(allow_null=True)
    paid = AmountField()
    applied_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    decided_on = serializers.DateField(allow_null=True)


class WithdrawalApplications(serializers.Serializer):  # type: ignore[type-arg]
    applications = WithdrawalApplication(many=True)


class MyApplications(APIView):
    """The own applications, the newest first."""

    authentication_classes = (PortalSession, Token)
    permission_classes = (IsMember,)
    throttle_classes = (PerToken,)

    @extend_schema(
        description=_("Permohonan pengeluaran sendiri, yang terbaharu dahulu, termasuk draf."),
        responses={
            200: WithdrawalApplications,
            **{(status, "application/problem+json"): WithdrawalProblem for status in (400, 401, 403, 404, 429)},
        },
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        member = access.member_for(request.user)  # type: ignore[arg-type]
        on = clock.business_date()
        found = [_shown(one, on) for one in applications.of_member(member=member)]
        return Response(WithdrawalApplications({"applications": found}).data)


def _shown(one: Application, on: date) -> dict[str, object]:
    return {
        "number": one.number,
        "kind": str(one.kind),
        "kind_words": str(labels.KINDS[one.kind]),
        "state": str(one.state),
        "state_words": str(labels.standing(one.state, told=applications.status_from(one, on=on) is None).words),
        "asked": None if one.asked is None else f"{one.asked:.2f}",
        "approved": None if one.approved is None else f"{one.approved:.2f}",
        "paid": f"{one.paid:.2f}",
        "applied_on": one.applied_on,
        "due_on": one.due_on,
        "decided_on": one.decided_on,
    }
