"""What the trail says of messages."""

from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Sort, hidden, register

register({"message.send_again": Act(_("Mesej dihantar semula"), Sort.OPERATION, own=False, data=hidden("channel", "kind"))})
