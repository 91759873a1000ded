"""What the trail says of messages."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register

CHANNELS = Figure(_("Saluran makluman"), lambda channels: ", ".join(channels) or "–")

register(
    {
        "message.send_again": Act(_("Mesej dihantar semula"), Sort.OPERATION, own=False, data=hidden("channel", "kind")),
        "notify.copies": Act(_("Saluran makluman diubah"), Sort.PROFILE, fields={"channels": CHANNELS}),
    }
)
