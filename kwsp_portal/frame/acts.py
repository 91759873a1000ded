"""What the trail says of backups and of the demo's population."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Sort, hidden, register
from kwsp_portal.frame.population.plan import Plan

register(
    {
        "backup.restore": Act(_("Dipulihkan daripada sandaran"), Sort.OPERATION, own=False, data=hidden("entries", "last_booked")),
        "demo.population.begin": Act(_("Data demo mula dibina"), Sort.OPERATION, own=False, data=hidden(*Plan._fields)),
    }
)
