"""What the trail says of the ledger's checks, freezes and years."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from members.ledger import labels

STATE = {"state": Figure(_("Keadaan akaun"), lambda code: str(labels.FREEZE_STATE.get(code, code)))}
register(
    {
        "ledger.check": Act(_("Lejar disemak"), Sort.OPERATION, own=False, data=hidden("broken", "seconds")),
        "ledger.check.start": Act(_("Semakan lejar dimulakan"), Sort.OPERATION, own=False),
        "ledger.freeze": Act(_("Akaun dibekukan"), Sort.SAVINGS, data=hidden("check", "count", "accounts"), fields=STATE),
        "ledger.freeze.lift": Act(_("Pembekuan akaun ditarik balik"), Sort.SAVINGS, data=hidden("check", "reason", "code", "checks"), fields=STATE),
        "ledger.year.closed": Act(_("Tahun ditutup"), Sort.OPERATION, own=False),
    }
)
