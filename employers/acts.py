"""What the trail says of employers and who acts for them."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Sort, hidden, register

register(
    {
        "employer.register": Act(_("Majikan didaftarkan di kaunter"), Sort.PROFILE, data=hidden("number", "none_of")),
        "employer.appoint": Act(_("Wakil majikan dilantik di kaunter"), Sort.PROFILE, data=hidden("appointment", "form", "invitation", "codes")),
    }
)
