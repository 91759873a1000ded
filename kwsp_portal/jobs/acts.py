"""What the trail says of the work in the background and of the business clock."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Sort, hidden, register

register(
    {
        "jobs.run.pause": Act(_("Kerja dijeda"), Sort.OPERATION, own=False),
        "jobs.run.resume": Act(_("Kerja disambung"), Sort.OPERATION, own=False),
        "jobs.chunk.retry": Act(_("Bahagian kerja dicuba semula"), Sort.OPERATION, own=False, data=hidden("chunks")),
        "jobs.due.retry": Act(_("Kerja yang perlu dibuat dicuba semula"), Sort.OPERATION, own=False),
        "clock.advance": Act(_("Tarikh perniagaan digerakkan"), Sort.OPERATION, own=False, data=hidden("from", "to")),
    }
)
