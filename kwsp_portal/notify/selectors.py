"""What lies in an inbox, and what of it somebody has not read."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.models import Notice, Reading


def notices_in(inbox: Inbox, *, user_id: int) -> "QuerySet[Notice]":
    """The newest first; each says whether this person has `read` it."""
    return _of(inbox).annotate(read=_read_by(user_id)).order_by("-id")


def unread_in(inbox: Inbox, *, user_id: int) -> "QuerySet[Notice]":
    """What this person has not read."""
    return _of(inbox).filter(~_read_by(user_id))


def unread_of(whose: Whose, holders: "QuerySet[Any, Any]", *, user_id: int) -> int:
    """How much this person has not read of the inboxes whose ids a query gives; asked on every page, so it is one query."""
    return Notice.objects.filter(~_read_by(user_id), whose=whose, whose_id__in=holders).count()


def _of(inbox: Inbox) -> "QuerySet[Notice]":
    return Notice.objects.filter(whose=inbox.whose, whose_id=inbox.whose_id)


def _read_by(user_id: int) -> Exists:
    return Exists(Reading.objects.filter(notice=OuterRef("pk"), user_id=user_id))


def words_of(notice: Notice) -> kinds.Shown:
    """A notice in words of the active language, its secrets hidden."""
    return kinds.shown(notice.code, notice.figures)
