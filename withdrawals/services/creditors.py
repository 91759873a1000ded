"""The account of an institution or a lender that is paid straight: given with the application, anew where an officer found it wrong, or after the
bank has sent the money back. An officer compares it with the document before anything is paid to it. Without one it is paid by an Arahan Bayaran in
its name."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from django.db import transaction

from kwsp_portal.documents import pictures
from kwsp_portal.documents import services as documents
from members.identity.models import User
from members.services import own_record
from withdrawals.enums import Action, Payee, State
from withdrawals.models import Application, ApplicationDocument, CreditorAccount
from withdrawals.selectors import creditors as selectors
from withdrawals.selectors import relatives
from withdrawals.services import drafts, judging, moves, paying

CHECKED_IN: Final = (State.IN_PROCESS, State.SECOND, State.APPROVED, State.RETURNED)
GIVEN_AS: Final = {State.DRAFT: Action.SUBMIT, State.DOCUMENTS: Action.ANSWER}
"""As part of which act it is given; after the money came back as part of RENEW."""


class Given(NamedTuple):
    """An account as the document names it; `bank` is a BIC and `number` its digits, as bank.accounts reads them."""

    bank: str
    number: str
    holder: str


def give(*, application_id: int, version: int, given: Given | None, by: User, on: date, paper: documents.Upload | None = None) -> Application:
    """Pay it to this account; None: by Arahan Bayaran in its name. While it is a draft, while an officer asks for another with the documents, or
    after it came back, then with the document that names the account. The same again changes nothing, but where it was found wrong. Raises
    moves.NotAllowed (NO_RIGHT, OWN_CASE, RELATIVE, WRONG_STATE, PAYEE, CHANGED, NOTHING_BACK, PAPERS_MISSING), documents.NotAPaper."""
    plain = pictures.anew(paper) if paper is not None else None
    with transaction.atomic():
        found = moves.locked(application_id)
        _require_open(found, by)
        standing = selectors.current(found)
        if _same(standing, given):
            return found
        if found.version != version:
            raise moves.refused(found, "creditor", by, "CHANGED")
        if given is not None and found.state == State.RETURNED and plain is None:
            raise moves.refused(found, "creditor", by, "PAPERS_MISSING")
        _replace(found, standing, given, by, on)
        if plain is not None and given is not None:
            code = judging.kind_of(found).creditor_paper(found.particulars)
            file = documents.keep(plain, by_id=by.pk)
            ApplicationDocument.objects.create(application=found, code=code, file=file, added_by=by, added_on=on)
        drafts.saved(found)
    return found


def check(*, application_id: int, creditor_id: int, by: User, on: date) -> CreditorAccount:
    """An officer has compared it with the document: bank, number and name. Looking again changes nothing. Raises moves.NotAllowed: NO_RIGHT,
    OWN_CASE, RELATIVE, OWN_WORK, WRONG_STATE, CHANGED where another stands there by now."""
    with transaction.atomic():
        found = moves.locked(application_id)
        standing = selectors.current(found, locked=True)
        code = why_not_check(found, by)
        if code:
            raise moves.refused(found, "creditor_check", by, code)
        if standing is None or standing.pk != creditor_id or standing.refusal_id is not None:
            raise moves.refused(found, "creditor_check", by, "CHANGED")
        if standing.given_by_id == by.pk:
            raise moves.refused(found, "creditor_check", by, "OWN_WORK")
        if standing.checked_by_id is None:
            standing.checked_by, standing.checked_on = by, on
            standing.save(update_fields=["checked_by", "checked_on"])
            moves.record(found, "creditor_check", by, selectors.told(standing), before={"checked": ""}, after={"checked": by.name})
    return standing


def why_not_check(found: Application, by: User) -> str:
    """The code of the refusal of comparing it with the document; the officer who has the case while it is being decided, then any."""
    if found.payee != Payee.INSTITUTION or found.state not in CHECKED_IN:
        return "WRONG_STATE"
    if by.role not in moves.OFFICERS or (found.state == State.IN_PROCESS and found.officer_id != by.pk):
        return "NO_RIGHT"
    if own_record.owns(by, found.member):
        return "OWN_CASE"
    return "RELATIVE" if relatives.is_declared(by, found.member) else ""


def may_give(found: Application) -> bool:
    """Whether another is asked for of what was handed in: by an officer with the documents, or because the money came back."""
    asked = selectors.asked_anew(found) if found.state == State.DOCUMENTS else paying.unasked(found)
    return found.payee == Payee.INSTITUTION and bool(asked)


def _require_open(found: Application, by: User) -> None:
    """Raises moves.NotAllowed."""
    moves.demand(found, GIVEN_AS.get(State(found.state), Action.RENEW), by)
    if found.payee != Payee.INSTITUTION:
        raise moves.refused(found, "creditor", by, "PAYEE")
    if found.state != State.DRAFT and not may_give(found):
        raise moves.refused(found, "creditor", by, "WRONG_STATE" if found.state == State.DOCUMENTS else "NOTHING_BACK")


def _same(standing: CreditorAccount | None, given: Given | None) -> bool:
    if standing is None or given is None:
        return standing is None and given is None
    return standing.refusal_id is None and (standing.bank, str(standing.number), str(standing.holder)) == tuple(given)


def _replace(found: Application, standing: CreditorAccount | None, given: Given | None, by: User, on: date) -> None:
    before: Mapping[str, object] = selectors.told(standing) if standing else {}
    if standing is not None:
        standing.ended_on = on
        standing.save(update_fields=["ended_on"])
    made = None
    if given is not None:
        fields = {"bank": given.bank, "number": given.number, "ending": given.number[-4:], "holder": given.holder}
        made = CreditorAccount.objects.create(application=found, **fields, given_by=by, given_on=on)
    moves.record(found, "creditor", by, before=before, after=selectors.told(made) if made else {})
