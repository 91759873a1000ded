"""What a person's phone would show: for tests that need the digits of a code, as the person would read them."""

import re

from kwsp_portal.notify import wording
from kwsp_portal.notify.enums import Channel, State
from kwsp_portal.notify.models import Message


def texts(to: str) -> list[str]:
    """The SMS that wait for this number, the newest first, in the words that would be sent. A delivered one has no secrets any more."""
    waiting = Message.objects.filter(to=to, channel=Channel.SMS, state=State.QUEUED).order_by("-id")
    return [wording.of(message).body for message in waiting]


def code(to: str) -> str:
    """The one-time code in the newest SMS to this number."""
    found = re.search(r"^@\S+ #(\w+)$", texts(to)[0], re.MULTILINE)
    assert found, texts(to)[0]
    return found[1]
