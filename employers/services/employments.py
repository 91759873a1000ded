"""Who begins to work for an employer, and who leaves. A period is written once; only its end is added."""

from datetime import date, timedelta

from django.db.models import Q

from employers.enums import EmployerKind, Leaving
from employers.models import Employer, Employment
from kwsp_portal import audit
from members.identity.models import User
from members.models import Member


class NotEmployed(Exception):
    """The member does not work for the employer on that day."""


class AlreadyEmployed(Exception):
    """The member works for the employer on that day or later already."""


def begin(*, employer: Employer, member: Member, from_date: date, by: User) -> Employment:
    """An employment without an end; in a home where the employer is a household. In the caller's transaction. Raises AlreadyEmployed."""
    later = Q(to_date__isnull=True) | Q(to_date__gt=from_date)
    if Employment.objects.select_for_update().filter(later, employer=employer, member=member).exists():
        raise AlreadyEmployed
    made = Employment.objects.create(employer=employer, member=member, from_date=from_date, domestic=employer.kind == EmployerKind.HOUSEHOLD)
    after = {"from_date": str(from_date)}
    audit.record(actor=by, action="employment.begin", target=f"employment:{made.pk}", data={}, subjects=[employer, member], before={}, after=after)
    return made


def end(*, employer: Employer, member: Member, last_day: date, why: Leaving, by: User) -> Employment:
    """Somebody's last day. The same end again changes nothing. In the caller's transaction. Raises NotEmployed."""
    found = working_on(employer=employer, member=member, day=last_day)
    if found is None:
        raise NotEmployed
    after = last_day + timedelta(days=1)
    if found.to_date == after:
        return found
    before = {"last_day": None if found.to_date is None else str(found.to_date - timedelta(days=1))}
    found.to_date = after
    found.save(update_fields=["to_date"])
    audit.record(
        actor=by,
        action="employment.end",
        target=f"employment:{found.pk}",
        data={"why": why.value},
        subjects=[employer, member],
        before=before,
        after={"last_day": str(last_day)},
    )
    return found


def working_on(*, employer: Employer, member: Member, day: date) -> Employment | None:
    """The employment that has this day, kept from other changes until the open transaction ends."""
    has_day = Q(from_date__lte=day) & (Q(to_date__isnull=True) | Q(to_date__gt=day))
    return Employment.objects.select_for_update().filter(has_day, employer=employer, member=member).first()
