"""The API of contributions, under /api/v1/."""

from django.urls import path

from contributions.api import calculators

urlpatterns = [
    path("calculators/contribution/", calculators.Contribution.as_view(), name="calculator-contribution"),
    path("calculators/contribution/list/", calculators.Several.as_view(), name="calculator-contribution-list"),
]
