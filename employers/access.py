"""Which employer a person acts for, and with which rights. Absent and foreign are the same 404."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from employers.enums import RIGHTS, EmployerRole, Right
from employers.models import Employer, Representative
from members.identity.models import User


def employer_for(user: User, number: str | None = None, *, on: date) -> Employer:
    """The employer `user` acts for; with several, the one of that number, else the first appointed. Raises Http404."""
    rows = _acting(user, on).select_related("employer").order_by("pk")
    if number is not None:
        rows = rows.filter(employer__number=number)
    found = rows.first()
    if found is None:
        raise Http404
    return found.employer


def rights_of(user: User, employer: Employer, *, on: date) -> frozenset[Right]:
    """What `user` may do for `employer` on that day; nothing for everybody else."""
    role = _acting(user, on).filter(employer=employer).values_list("role", flat=True).first()
    return RIGHTS[EmployerRole(role)] if role else frozenset()


def _acting(user: User, on: date) -> QuerySet[Representative]:
    """Rights begin on the day of appointment, and end at once with the removal, whatever its date."""
    return Representative.objects.filter(user=user, appointed_on__lte=on, removed_on__isnull=True, user__is_active=True)
