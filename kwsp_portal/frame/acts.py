"""What the trail says of backups and of the demo's population."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from kwsp_portal.common.stored_names import named
from kwsp_portal.frame.population.plan import Plan
from kwsp_portal.frame.records import words

register(
    {
        "backup.restore": Act(_("Dipulihkan daripada sandaran"), Sort.OPERATION, own=False, data=hidden("entries", "last_booked")),
        "audit.verify": Act(_("Jejak audit disahkan"), Sort.OPERATION, own=False, data=hidden("rows", "found", "seconds")),
        "audit.restored": Act(_("Jejak audit bermula semula daripada sandaran"), Sort.OPERATION, own=False),
        "activity.export": Act(_("Log aktiviti dimuat turun"), Sort.DOWNLOADS),
        "activity.view": Act(_("Pegawai melihat log aktiviti"), Sort.VIEWS, data={"reason": Figure(_("Sebab")), **hidden("code")}),
        "record.look": Act(_("Rekod penuh dilihat oleh pegawai"), Sort.VIEWS, data={"reason": Figure(_("Sebab")), **hidden("code")}),
        "record.reveal": Act(
            _("Butiran yang disembunyikan didedahkan kepada pegawai"),
            Sort.VIEWS,
            data={"field": Figure(_("Butiran"), lambda code: str(words.FIELDS.get(code, code))), "reason": Figure(_("Sebab")), **hidden("code")},
        ),
        "register.view": Act(_("Daftar dibaca oleh pegawai"), Sort.VIEWS, data={"register": Figure(_("Daftar"), lambda name: str(named(name)))}),
        "demo.population.begin": Act(_("Data demo mula dibina"), Sort.OPERATION, own=False, data=hidden(*Plan._fields)),
    }
)
