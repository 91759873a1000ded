"""What the trail says of files that leave the portal."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, register

register({"file.download": Act(_("Fail dimuat turun"), Sort.DOWNLOADS, data={"name": Figure(_("Nama fail"))})})
