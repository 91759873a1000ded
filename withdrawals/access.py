"""The one gate to applications: another member's is the same 404 as one that does not exist."""

from typing import Any

from django.http import Http404

from members.models import Member
from withdrawals.models import Application, ApplicationDocument, OfficerRelative
from withdrawals.models.applications import WRITTEN


def application_for(member: Member, number: str) -> Application:
    """The member's own application of a number. Raises Http404."""
    found = Application.objects.select_related("member__user", "account").filter(member=member, number=number).first()
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


def own_relative(by: Any, pk: int) -> OfficerRelative:
    """A declaration of the officer's own. Raises Http404."""
    found = OfficerRelative.objects.filter(officer=by, pk=pk).first()
    if found is None:
        raise Http404
    return found
