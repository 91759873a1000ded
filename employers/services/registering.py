"""An employer that is new becomes one at a counter, with a number of its own (ruling 13)."""

from datetime import date

from django.db import connection, transaction

from employers.enums import EmployerKind
from employers.models import Employer
from kwsp_portal import audit, turns
from members.identity.models import User
from members.services import registering as counter


class Known(Exception):
    """Employers of the same name: an officer looks at them first and says that it is none of them."""

    def __init__(self, employers: list[Employer]) -> None:
        self.employers = employers
        super().__init__(", ".join(employer.number for employer in employers))


class StartRefused(Exception):
    """An employer does not begin after today."""


def register(*, name: str, kind: EmployerKind, from_date: date, none_of: frozenset[str] = frozenset(), by: User, on: date) -> Employer:
    """A new employer. Raises members.services.registering.NoRight, StartRefused, Known."""
    counter.require_counter(by)
    if from_date > on:
        raise StartRefused
    with transaction.atomic():
        # One registration of a name at a time: two officers at once would each find nobody.
        turns.take(errand="employers.register", name=name.lower())
        known = [employer for employer in Employer.objects.filter(name__iexact=name).order_by("number") if employer.number not in none_of]
        if known:
            raise Known(known)
        employer = Employer.objects.create(number=allocate_number(), name=name, kind=kind, from_date=from_date)
        data = {"number": employer.number, "none_of": sorted(none_of)}
        after = {"name": name, "kind": kind.value, "from_date": str(from_date)}
        audit.record(actor=by, action="employer.register", target=employer, data=data, before={}, after=after)
    return employer


def allocate_number() -> str:
    """The next employer number, never the same twice; numbers given before the portal are passed over."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT nextval('employers_number')")
            number = f"{cursor.fetchone()[0]:08d}"
            if not Employer.objects.filter(number=number).exists():
                return number
