"""The API of contributions, under /api/v1/."""

from django.urls import path

from contributions.api import calculators, me, my_savings
from members.identity import gates
from members.identity.api import MEMBERS

urlpatterns = [
    path("me/accounts/", gates.mark(my_savings.MyAccounts.as_view(), owner=gates.Owner.OWN_MEMBER, roles=MEMBERS), name="my-accounts"),
    path("me/postings/", gates.mark(my_savings.MyPostings.as_view(), owner=gates.Owner.OWN_MEMBER, roles=MEMBERS), name="my-postings"),
    path("calculators/contribution/", calculators.Contribution.as_view(), name="calculator-contribution"),
    path("calculators/contribution/list/", calculators.Several.as_view(), name="calculator-contribution-list"),
    path("me/contributions/", gates.mark(me.Contributions.as_view(), owner=gates.Owner.OWN_MEMBER, roles=MEMBERS), name="me-contributions"),
]
