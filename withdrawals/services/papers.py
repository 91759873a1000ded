"""Papers of an application: added and taken away while it is a draft or more are asked for. Pictures are drawn anew before they are kept."""

import hashlib
from datetime import date
from typing import Final

from django.db import transaction

from kwsp_portal.documents import pictures
from kwsp_portal.documents import services as documents
from kwsp_portal.documents.models import StoredFile
from members.identity.models import User
from withdrawals.enums import Action, DocumentCode, State
from withdrawals.models import Application, ApplicationDocument
from withdrawals.services import drafts, moves

MOST: Final = 5
"""Files for one paper: a paper of several pages may come as several pictures."""
MOST_OF_ALL: Final = 30
OPEN_FOR: Final = {State.DRAFT: Action.SUBMIT, State.DOCUMENTS: Action.ANSWER}


def add(*, application_id: int, code: DocumentCode, upload: documents.Upload, by: User, on: date) -> ApplicationDocument:
    """Keep a file as one of the papers; the same file for the same paper is a second click and finds the first. Raises moves.NotAllowed (NO_RIGHT,
    WRONG_STATE, TOO_MANY_PAPERS), documents.NotAPaper."""
    documents.check(upload)
    plain = pictures.anew(upload)
    with transaction.atomic():
        found = _open(application_id, by)
        there = found.documents.filter(removed_on=None).select_related("file").defer("file__content")
        digest = hashlib.sha256(plain.content).hexdigest()
        same = next((one for one in there if one.code == code and one.file.sha256 == digest), None)
        if same is not None:
            return same
        if len(there) >= MOST_OF_ALL or sum(one.code == code for one in there) >= MOST:
            raise moves.refused(found, "document_add", by, "TOO_MANY_PAPERS", most=str(MOST))
        row = ApplicationDocument.objects.create(application=found, code=code, file=documents.keep(plain, by_id=by.pk), added_by=by, added_on=on)
        _newer(found)
        moves.record(found, "document_add", by, {"document": code.value, "name": row.file.name[:100]}, before={}, after={"state": str(found.state)})
    return row


def remove(*, application_id: int, document_id: int, by: User, on: date) -> None:
    """Take a file away that was added by mistake; an officer still sees it where the application was handed in. Raises moves.NotAllowed,
    ApplicationDocument.DoesNotExist for one of another application."""
    with transaction.atomic():
        found = _open(application_id, by)
        row = found.documents.select_related("file").defer("file__content").get(pk=document_id)
        if row.removed_on is not None:
            return
        row.removed_on = on
        row.save(update_fields=["removed_on"])
        _newer(found)
        moves.record(found, "document_remove", by, {"document": row.code, "name": row.file.name[:100]})


def missing(found: Application, needed: frozenset[DocumentCode]) -> list[DocumentCode]:
    """What is needed and not there."""
    there = set(found.documents.filter(removed_on=None).values_list("code", flat=True))
    return sorted(code for code in needed if code not in there)


def thumbnail(file: StoredFile) -> bytes | None:
    """A small picture of a picture; None for a PDF."""
    return pictures.thumbnail(bytes(file.content))


def _open(application_id: int, by: User) -> Application:
    found = moves.locked(application_id)
    action = OPEN_FOR.get(State(found.state))
    if action is None:
        raise moves.refused(found, "document_add", by, "WRONG_STATE")
    moves.demand(found, action, by)
    return found


def _newer(found: Application) -> None:
    if found.state == State.DRAFT:
        drafts.saved(found)
