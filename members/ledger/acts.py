"""What the trail says of the ledger's checks, freezes and years."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Sort, hidden, register

register(
    {
        "ledger.check": Act(_("Lejar disemak"), Sort.OPERATION, own=False, data=hidden("broken", "seconds")),
        "ledger.check.start": Act(_("Semakan lejar dimulakan"), Sort.OPERATION, own=False),
        "ledger.freeze": Act(_("Akaun dibekukan"), Sort.SAVINGS, data=hidden("check", "count", "accounts")),
        "ledger.freeze.lift": Act(_("Pembekuan akaun ditarik balik"), Sort.SAVINGS, data=hidden("check", "reason", "code", "checks")),
        "ledger.year.closed": Act(_("Tahun ditutup"), Sort.OPERATION, own=False),
    }
)
