"""The whole record of one employer, in short: who acts for it, its last filings and payments, what it was told, and what was done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contributions import labels as contribution_labels
from contributions.models import Payment
from contributions.selectors import filings
from employers import labels, selectors
from employers.models import Employer
from kwsp_portal.audit import log
from kwsp_portal.frame.permissions import SECTIONS, Section, Who
from kwsp_portal.frame.records import looks
from kwsp_portal.frame.records.member import ACTS, SHOWN, Told
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice


@dataclass(frozen=True, kw_only=True)
class EmployerRecord:
    """A part that the role does not see is None; an empty one is empty."""

    employer: Employer
    people: Sequence[tuple[selectors.Standing, Any, Any]] | None
    filings: Sequence[tuple[Any, Any]] | None
    payments: Sequence[tuple[Payment, Any]] | None
    notices: Sequence[Told] | None
    events: Sequence[Any] | None


def record_of(*, employer: Employer, who: Who, on: date) -> EmployerRecord:
    """At most ten queries."""

    def part(section: Section, found: Callable[[], Any]) -> Any:
        return found() if who in SECTIONS[section] else None

    return EmployerRecord(
        employer=employer,
        people=part(Section.I_AKAUN, lambda: _people(employer, on)),
        filings=part(Section.CONTRIBUTIONS, lambda: _filings(employer)),
        payments=part(Section.CONTRIBUTIONS, lambda: _payments(employer)),
        notices=part(Section.NOTICES, lambda: _notices(employer)),
        events=part(Section.ACTIVITY, lambda: log.page(subjects=looks.subjects_of(employer), wanted=log.Wanted(all_acts=True), size=ACTS).events),
    )


def _people(employer: Employer, on: date) -> list[tuple[selectors.Standing, Any, Any]]:
    return [(one, labels.ROLES[one.person.role], labels.STANDINGS[one.code]) for one in selectors.people_of(employer=employer, on=on)]


def _filings(employer: Employer) -> list[tuple[Any, Any]]:
    return [(one, contribution_labels.FILING[one.state]) for one in filings.filings_of(employer=employer)[:SHOWN]]


def _payments(employer: Employer) -> list[tuple[Payment, Any]]:
    found = Payment.objects.filter(filing__employer=employer).select_related("filing").order_by("-pk")[:SHOWN]
    return [(one, contribution_labels.PAYMENT[one.state]) for one in found]


def _notices(employer: Employer) -> list[Told]:
    found = Notice.objects.filter(whose=Whose.EMPLOYER, whose_id=employer.pk).order_by("-pk")[:SHOWN]
    return [Told(kinds.shown(one.code, one.figures).subject, one.at) for one in found]
