"""The account of an institution or a lender to which an application is paid straight, as it stands, and in words."""

from django.utils.translation import gettext as _

from kwsp_portal.bank import accounts
from withdrawals.enums import Action, KindCode, Payee, State
from withdrawals.kinds import OF
from withdrawals.models import Application, CreditorAccount


def current(found: Application, *, locked: bool = False) -> CreditorAccount | None:
    """What was given and not replaced; None where it is paid to somebody else, or by Arahan Bayaran."""
    if found.payee != Payee.INSTITUTION:
        return None
    standing = found.creditors.filter(ended_on=None).select_related("refusal")
    return (standing.select_for_update(of=("self",), no_key=True) if locked else standing).first()


def asked_anew(found: Application) -> CreditorAccount | None:
    """The account in whose place the officer who waits for documents asks for another; ended as soon as the member has given it, or an order."""
    if found.state != State.DOCUMENTS or found.payee != Payee.INSTITUTION:
        return None
    return found.creditors.filter(refusal=found.log.filter(action=Action.ASK).order_by("-pk")[:1]).first()


def refusal_of(found: Application) -> str:
    """What an officer wrote of the account that stands and is not as the document has it; empty where nobody did."""
    standing = current(found)
    return "" if standing is None or standing.refusal is None else standing.refusal.comment


def told(creditor: CreditorAccount) -> dict[str, str]:
    """What the trail says of it: of the number the last digits."""
    return {"bank": accounts.name(creditor.bank), "ending": creditor.ending, "holder": str(creditor.holder)}


def name(found: Application) -> str:
    """Whom the member owes, as the application says it."""
    return OF[KindCode(found.kind)].creditor(found.particulars) if found.payee == Payee.INSTITUTION else ""


def words(found: Application, creditor: CreditorAccount | None) -> str:
    """To whom and where it is paid; empty where it is not paid straight."""
    if found.payee != Payee.INSTITUTION:
        return ""
    if creditor is None:
        return _("Arahan Bayaran atas nama %(name)s") % {"name": name(found)}
    found_as = (
        _("%(holder)s, %(bank)s •••• %(ending)s") if creditor.refusal_id is None else _("%(holder)s, %(bank)s •••• %(ending)s (perlu dibetulkan)")
    )
    return found_as % {"holder": creditor.holder, "bank": accounts.name(creditor.bank), "ending": creditor.ending}
