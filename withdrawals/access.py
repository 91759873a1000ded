"""The one gate to applications: another member's is the same 404 as one that does not exist."""

from typing import Any

from django.http import Http404

from members.identity.models import User
from members.models import PayoutFile
from withdrawals.enums import Channel
from withdrawals.models import Application, ApplicationDocument, Bankruptcy, OfficerRelative, PublicHoliday
from withdrawals.models.applications import ENTERING, WRITTEN


def application_for(user: User, number: str) -> Application:
    """The own application of a number of the member who signs in as `user`. Raises Http404."""
    own = Application.objects.select_related("member__user", "account").exclude(ENTERING)
    found = own.filter(member__user=user, number=number).first()
    if found is None:
        raise Http404
    return found


def at_counter(number: str) -> Application:
    """Anybody's, for officers at a counter: their own drafts, and what was handed in by whatever way. Raises Http404 also for a member's draft."""
    known = Application.objects.select_related("member__user", "account", "entered_by")
    found = known.exclude(state__in=WRITTEN, channel=Channel.ONLINE).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def document_for(found: Application, pk: int) -> ApplicationDocument:
    """A paper of the application, with its file. Raises Http404 for one of another, and for one that was taken away."""
    row = found.documents.select_related("file").filter(pk=pk, removed_on=None).first()
    if row is None:
        raise Http404
    return row


def any_application(pk: int) -> Application:
    """Anybody's, for officers, once it was handed in. Raises Http404."""
    known = ("member__user", "account", "officer", "first_officer", "decided_by")
    found = Application.objects.select_related(*known).exclude(state__in=WRITTEN).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def payout_file_for(pk: int) -> PayoutFile:
    """The payout file of a day, for officers. Raises Http404."""
    found = PayoutFile.objects.defer("content", "answer").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def bankruptcy_for(pk: int) -> Bankruptcy:
    """What was proposed of anybody, for officers at a counter. Raises Http404."""
    known = Bankruptcy.objects.select_related("member__user", "proposed_by", "decided_by", "document")
    found = known.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def holiday_for(pk: int) -> PublicHoliday:
    """A public holiday that was entered. Raises Http404."""
    found = PublicHoliday.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def own_relative(by: Any, pk: int) -> OfficerRelative:
    """A declaration of the officer's own. Raises Http404."""
    found = OfficerRelative.objects.filter(officer=by, pk=pk).first()
    if found is None:
        raise Http404
    return found
