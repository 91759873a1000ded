"""From how many percent on a change of wages is named before a Borang A goes on. Who approves chooses it: it is their look at what was prepared."""

from datetime import date

from django.db import transaction

from contributions.models import ComparedBy
from contributions.selectors import against
from contributions.services import moves
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal import audit
from members.identity.models import User

ACTION = "employer.compare"


def may_choose(*, employer: Employer, by: User, on: date) -> bool:
    """Whether `by` chooses for the employer; the pages ask the same."""
    return Right.APPROVE in employers_access.rights_of(by, employer, on=on)


def choose(*, employer: Employer, percent: int, by: User, on: date) -> None:
    """Name changes of more than `percent` from now on. The same once more is no act. Raises moves.NotAllowed NO_RIGHT, which the trail keeps."""
    if not may_choose(employer=employer, by=by, on=on):
        audit.record_refusal(actor=by, action=ACTION, target=employer, data={"code": "NO_RIGHT"})
        raise moves.NotAllowed("NO_RIGHT")
    with transaction.atomic():
        Employer.objects.select_for_update(of=("self",), no_key=True).get(pk=employer.pk)
        before = against.percent_of(employer.pk)
        if before == percent:
            return
        ComparedBy.objects.update_or_create(employer=employer, defaults={"percent": percent, "chosen_by": by, "chosen_on": on})
        audit.record(actor=by, action=ACTION, target=employer, before={"percent": before}, after={"percent": percent})
