"""Which employer a person acts for, and with which rights. Absent and foreign are the same 404."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from employers.enums import RIGHTS, ApprovalFlow, EmployerRole, Right
from employers.models import Appointment, AppointmentProposal, Employer, FlowChoice, Representative
from members.identity.models import User


def employer_for(user: User, number: str | None = None, *, on: date) -> Employer:
    """The employer `user` acts for; with several, the one of that number, else the first appointed. Raises Http404."""
    return representation_of(user, number, on=on).employer


def representation_of(user: User, number: str | None = None, *, on: date) -> Representative:
    """In which role `user` acts for `employer_for`'s employer. Raises Http404."""
    found = _one(user, number, on).select_related("employer").first()
    if found is None:
        raise Http404
    return found


def representations_of(user: User, *, on: date) -> list[Representative]:
    """Every employer that `user` acts for, with the role, the first appointed first."""
    return list(_acting(user, on).select_related("employer").order_by("pk"))


def employer_id_for(user: User, number: str | None = None, *, on: date) -> "QuerySet[Representative, Any]":
    """The id of `employer_for`'s employer as a part of another query; no row where there is none."""
    return _one(user, number, on).values("employer_id")[:1]


def acting_among(pairs: Collection[tuple[int, int]], *, on: date) -> set[tuple[int, int]]:
    """Of pairs of employer and user those in which the user acts for the employer on that day."""
    rows = Representative.objects.filter(
        employer_id__in={employer for employer, _user in pairs},
        user_id__in={user for _employer, user in pairs},
        appointed_on__lte=on,
        removed_on__isnull=True,
        user__is_active=True,
    )
    return set(rows.values_list("employer_id", "user_id")) & set(pairs)


def rights_of(user: User, employer: Employer, *, on: date) -> frozenset[Right]:
    """What `user` may do for `employer` on that day; nothing for everybody else."""
    role = _acting(user, on).filter(employer=employer).values_list("role", flat=True).first()
    return RIGHTS[EmployerRole(role)] if role else frozenset()


def flow_of(employer_id: int) -> ApprovalFlow:
    """How what the employer hands in from now on is approved: the last choice, with a checker before the first."""
    last = FlowChoice.objects.filter(employer=employer_id).order_by("-pk").values_list("flow", flat=True).first()
    return ApprovalFlow(last) if last else ApprovalFlow.CHECKED


def is_administrator(user: User, employer: Employer, *, on: date) -> bool:
    """Whether `user` appoints and removes those who act for the employer."""
    return _acting(user, on).filter(employer=employer, role=EmployerRole.ADMINISTRATOR).exists()


def administers(user: User, number: str | None = None, *, on: date) -> bool:
    """Whether `user` is the administrator of `employer_for`'s employer; one query, for the menu."""
    return _one(user, number, on).values_list("role", flat=True).first() == EmployerRole.ADMINISTRATOR


def person_for(employer: Employer, pk: int) -> Representative:
    """Somebody who acts or acted for the employer, by the appointment. Raises Http404."""
    found = Representative.objects.select_related("employer", "user", "appointed_by", "removed_by").filter(employer=employer, pk=pk).first()
    if found is None:
        raise Http404
    return found


def acting_person(pk: int) -> Representative:
    """Somebody who acts for an employer now, by the appointment, for officers at a counter. Raises Http404."""
    found = Representative.objects.select_related("employer", "user").filter(pk=pk, removed_on__isnull=True).first()
    if found is None:
        raise Http404
    return found


def _one(user: User, number: str | None, on: date) -> QuerySet[Representative]:
    """The appointments of `user`, the first one first; only for the employer of that number, where one is named."""
    rows = _acting(user, on).order_by("pk")
    return rows if number is None else rows.filter(employer__number=number)


def _acting(user: User, on: date) -> QuerySet[Representative]:
    """Rights begin on the day of appointment, and end at once with the removal, whatever its date."""
    return Representative.objects.filter(user=user, appointed_on__lte=on, removed_on__isnull=True, user__is_active=True)


def employer_numbered(number: str) -> Employer:
    """The employer of a number, for officers at a counter. Raises Http404."""
    found = Employer.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def appointment_proposal_for(pk: int) -> AppointmentProposal:
    """What waits for a supervisor, or was decided. Raises Http404."""
    found = AppointmentProposal.objects.select_related("employer", "document", "chosen", "proposed_by", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def appointment_for(pk: int) -> Appointment:
    """An appointment at a counter. Raises Http404."""
    found = Appointment.objects.select_related("representative__employer", "representative__user", "invitation", "document").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
