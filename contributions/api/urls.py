"""The API of contributions, under /api/v1/."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework.views import APIView

from contributions.api import calculators, filing_acts, filings, incentive, late_charge, me, my_savings, row_mending
from employers.api import REPRESENTATIVES
from members.identity import gates
from members.identity.api import MEMBERS


def _mine(view: type[APIView]) -> Any:
    return gates.mark(view.as_view(), owner=gates.Owner.OWN_MEMBER, roles=MEMBERS)


def _employer(address: str, view: type[APIView], name: str) -> URLPattern:
    """A call about the employer whose number the address names."""
    marked: Any = gates.mark(view.as_view(), owner=gates.Owner.OWN_EMPLOYER, roles=REPRESENTATIVES)
    return path(f"employers/<str:number>/{address}", marked, name=name)


urlpatterns = [
    path("me/accounts/", _mine(my_savings.MyAccounts), name="my-accounts"),
    path("me/postings/", _mine(my_savings.MyPostings), name="my-postings"),
    path("me/contributions/", _mine(me.Contributions), name="me-contributions"),
    path("calculators/contribution/", calculators.Contribution.as_view(), name="calculator-contribution"),
    path("calculators/contribution/list/", calculators.Several.as_view(), name="calculator-contribution-list"),
    path("calculators/late-charge/", late_charge.LateCharge.as_view(), name="calculator-late-charge"),
    path("calculators/incentive/", incentive.Incentive.as_view(), name="calculator-incentive"),
    _employer("template/", filings.Template, "employer-template"),
    _employer("filings/", filings.Filings, "employer-filings"),
    _employer("filings/<int:pk>/", filings.OneFiling, "employer-filing"),
    _employer("filings/<int:pk>/rows/", filings.Rows, "employer-filing-rows"),
    _employer("filings/<int:pk>/rows/<int:line>/", row_mending.Row, "employer-filing-row"),
    _employer("filings/<int:pk>/sheet/", filing_acts.ChooseSheet, "employer-filing-sheet"),
    _employer("filings/<int:pk>/submit/", filing_acts.Submit, "employer-filing-submit"),
    _employer("filings/<int:pk>/approve/", filing_acts.Approve, "employer-filing-approve"),
    _employer("filings/<int:pk>/return/", filing_acts.Return, "employer-filing-return"),
    _employer("filings/<int:pk>/discard/", filing_acts.Discard, "employer-filing-discard"),
    _employer("filings/<int:pk>/payments/", filing_acts.Payments, "employer-filing-payments"),
    _employer("members/", filing_acts.Employees, "employer-members"),
]
