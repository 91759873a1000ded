"""The API of withdrawals, under /api/v1/."""

from typing import Any

from django.urls import path

from members.identity import gates
from members.identity.api import MEMBERS
from withdrawals.api import applications, estimate

_mine: Any = gates.mark(applications.MyApplications.as_view(), owner=gates.Owner.OWN_MEMBER, roles=MEMBERS)

urlpatterns = [
    path("me/applications/", _mine, name="my-applications"),
    path("calculators/withdrawal/", estimate.Withdrawal.as_view(), name="calculator-withdrawal"),
]
