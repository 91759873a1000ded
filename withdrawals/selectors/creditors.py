"""The account of an institution or a lender to which an application is paid straight, as it stands, and in words."""

from django.utils.translation import gettext as _

from kwsp_portal.bank import accounts
from withdrawals.enums import KindCode, Payee
from withdrawals.kinds import OF
from withdrawals.models import Application, CreditorAccount


def current(found: Application, *, locked: bool = False) -> CreditorAccount | None:
    """What was given and not replaced; None where it is paid to somebody else, or by Arahan Bayaran."""
    if found.payee != Payee.INSTITUTION:
        return None
    standing = found.creditors.filter(ended_on=None)
    return (standing.select_for_update(of=("self",), no_key=True) if locked else standing).first()


def name(found: Application) -> str:
    """Whom the member owes, as the application says it."""
    return OF[KindCode(found.kind)].creditor(found.particulars) if found.payee == Payee.INSTITUTION else ""


def words(found: Application, creditor: CreditorAccount | None) -> str:
    """To whom and where it is paid; empty where it is not paid straight."""
    if found.payee != Payee.INSTITUTION:
        return ""
    if creditor is None:
        return _("Arahan Bayaran atas nama %(name)s") % {"name": name(found)}
    return _("%(holder)s, %(bank)s •••• %(ending)s") % {"holder": creditor.holder, "bank": accounts.name(creditor.bank), "ending": creditor.ending}
