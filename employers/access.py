"""Which employer a person acts for, and with which rights. Absent and foreign are the same 404."""

from django.http import Http404

from employers.enums import RIGHTS, EmployerRole, Right
from employers.models import Employer, Representative
from members.identity.models import User


def employer_for(user: User, number: str | None = None) -> Employer:
    """The employer `user` acts for; with several, the one of that number, else the first appointed. Raises Http404."""
    rows = Representative.objects.filter(user=user, removed_on__isnull=True, user__is_active=True).select_related("employer").order_by("pk")
    if number is not None:
        rows = rows.filter(employer__number=number)
    found = rows.first()
    if found is None:
        raise Http404
    return found.employer


def rights_of(user: User, employer: Employer) -> frozenset[Right]:
    """What `user` may do for `employer` now; nothing for everybody else."""
    role = (
        Representative.objects.filter(user=user, employer=employer, removed_on__isnull=True, user__is_active=True)
        .values_list("role", flat=True)
        .first()
    )
    return RIGHTS[EmployerRole(role)] if role else frozenset()
