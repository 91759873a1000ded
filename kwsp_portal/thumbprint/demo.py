"""The demo's readers: `put` is the page on which somebody puts a thumb, `read` what the counter or kiosk asks."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kwsp_portal.thumbprint import Outcome, Reading
from kwsp_portal.thumbprint.models import DemoTouch

LIES: Final = timedelta(minutes=2)
"""After that the thumb is off the reader again."""


def put(*, reader: str, card: str, own: bool, at: datetime) -> None:
    """A card and a thumb on a reader; what lay there before is gone."""
    with transaction.atomic():
        DemoTouch.objects.filter(reader=reader, read_at__isnull=True).update(read_at=at)
        DemoTouch.objects.create(reader=reader, card=card, own=own, put_at=at)


def read(reader: str, *, at: datetime) -> Reading:
    """What lies on the reader, once; silence where nothing does."""
    with transaction.atomic():
        lying = DemoTouch.objects.select_for_update().filter(reader=reader, read_at__isnull=True, put_at__gt=at - LIES).order_by("-pk").first()
        if lying is None:
            return Reading(Outcome.SILENT)
        lying.read_at = at
        lying.save(update_fields=["read_at"])
    return Reading(Outcome.MATCHED if lying.own else Outcome.REFUSED, lying.card)
