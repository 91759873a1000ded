"""Who wants to be told outside of the portal that a notice came: "a new notice: … Sign in to read it", by SMS or e-mail, in their language.

What protects somebody (codes, a changed telephone) is sent as a message of its own in any case and cannot be switched off here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop as _

from kwsp_portal import audit
from kwsp_portal.notify import addresses, kinds, wording
from kwsp_portal.notify.enums import Channel, Inbox, Whose
from kwsp_portal.notify.models import Copy, Message, Notice

KIND: Final = "NOTICE_COPY"


def _subject(notice_id: str) -> str:
    """What the notice is about, in the active language, as one harmless line."""
    notice = Notice.objects.get(pk=int(notice_id))
    return wording.figure(kinds.shown(notice.code, notice.figures).subject)


def register() -> None:
    """The one kind of these messages (called once, by work.py)."""
    sentence = _("KWSP: makluman baharu dalam peti masuk anda, %(notice)s. Log masuk ke portal untuk membacanya.")
    kinds.register(KIND, kinds.Kind(subject=_("Makluman baharu dalam peti masuk anda"), paragraphs=(sentence,), show={"notice": _subject}))


def channels_of(inbox: Inbox, *, reader: int = 0) -> set[Channel]:
    """By which channels the inbox's notices are announced to this reader: of an employer's, each who acts for it chooses."""
    own = Copy.objects.filter(whose=inbox.whose, whose_id=inbox.whose_id, reader=reader)
    return {Channel(one) for one in own.values_list("channel", flat=True)}


def choose(*, inbox: Inbox, channels: Collection[Channel], language: str, by: audit.Actor, at: datetime, reader: int = 0) -> None:
    """From now on by these channels and no other. Choosing the same again changes at most the language, and is no act."""
    own = {"whose": inbox.whose, "whose_id": inbox.whose_id, "reader": reader}
    with transaction.atomic():
        before = {Channel(one) for one in Copy.objects.filter(**own).select_for_update(no_key=True).values_list("channel", flat=True)}
        Copy.objects.filter(**own).exclude(channel__in=channels).delete()
        Copy.objects.filter(**own).exclude(language=language).update(language=language)
        new = [Copy(**own, channel=channel, language=language, since=at) for channel in set(channels) - before]
        Copy.objects.bulk_create(new, ignore_conflicts=True)
        if before != set(channels):
            target = f"{inbox.whose.value.lower()}:{inbox.whose_id}"
            then, now = {"channels": sorted(before)}, {"channels": sorted(channels)}
            audit.record(actor=by, action="notify.copies", target=target, before=then, after=now)


def announce(told: Iterable[tuple[int, str, int, int, str, str]]) -> int:
    """Messages about notices that were just told (id, whose, whose_id, reader, channel, language), to the addresses of now; who has none gets
    none."""
    wanted: defaultdict[tuple[Whose, Channel], list[tuple[int, addresses.Reader, str]]] = defaultdict(list)
    for notice_id, whose, whose_id, user_id, channel, language in told:
        wanted[Whose(whose), Channel(channel)].append((notice_id, addresses.Reader(whose_id, user_id), language))
    messages = []
    for (who, channel), rows in wanted.items():
        found = addresses.of(who, channel, {reader for _notice, reader, _language in rows})
        messages += [_message(notice_id, channel, found[reader], language) for notice_id, reader, language in rows if reader in found]
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=1000)
    return len(messages)


def _message(notice_id: int, channel: Channel, to: str, language: str) -> Message:
    return Message(channel=channel, to=to, code=KIND, cause=f"notice:{notice_id}", language=language, figures={"notice": str(notice_id)}, at=Now())
