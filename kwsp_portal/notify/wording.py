"""The words of a message that leaves the house: made from its kind and figures in the person's language, at the moment of sending."""

import json
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from django.conf import settings
from django.utils import translation

from kwsp_portal.notify import gsm, kinds
from kwsp_portal.notify.enums import Channel
from kwsp_portal.notify.models import Message

LONGEST_FIGURE: Final = 60
# A phone makes a link of whatever looks like an address: a name must not become one in a text of ours.
_LINK: Final = re.compile(r"(?<=[^\s.])\.(?=[^\W\d_]{2,})|(?<=:)/(?=/)")


class Words(NamedTuple):
    """`subject` is for an e-mail; an SMS has the body only."""

    subject: str
    body: str


def of(message: Message) -> Words:
    """What goes to the provider. Raises KeyError for a kind that this process does not know, or for wiped secrets."""
    secrets: Mapping[str, str] = json.loads(message.secrets or "{}")
    kinds.check_secrets(message.code, secrets)
    return said(channel=message.channel, code=message.code, figures=message.figures, secrets=secrets, language=message.language)


def said(*, channel: str, code: str, figures: Mapping[str, str], secrets: Mapping[str, str], language: str) -> Words:
    """The same, of what a message is made of."""
    with translation.override(language):
        shown = kinds.shown(code, {name: figure(text) for name, text in figures.items()}, secrets)
    if channel == Channel.EMAIL:
        return Words(gsm.one_line(shown.subject), "\n\n".join(shown.paragraphs) + "\n")
    body = gsm.plain(" ".join(shown.paragraphs))
    bound = kinds.KINDS[code].one_time_code
    return Words("", f"{body}\n@{settings.SITE_HOST} #{secrets[bound]}" if bound else body)


def figure(text: str) -> str:
    """One figure, harmless in a line of ours and no longer than LONGEST_FIGURE."""
    text = _LINK.sub(lambda found: f"{found[0]} ", gsm.one_line(text))
    return text if len(text) <= LONGEST_FIGURE else text[: LONGEST_FIGURE - 3].rstrip() + "..."
