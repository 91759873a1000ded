"""What waits for somebody: counts for the administrator's first page, each a link to the list it counts."""

from typing import NamedTuple

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributions import labels
from contributions.models import Filing
from contributions.workflow import MOVES
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run


class Queue(NamedTuple):
    words: str | Promise
    waiting: int
    url: str


def waiting() -> list[Queue]:
    """Filings in every state that can still move, work that goes on, and parked pieces of work. Three queries."""
    found = dict(Filing.objects.values_list("state").annotate(Count("id")).order_by())
    filings = reverse("admin:contributions_filing_changelist")
    chunks = reverse("admin:jobs_chunk_changelist")
    moving = dict.fromkeys(state for state, _action in MOVES)
    queues = [Queue(labels.FILING[state].words, found.get(state, 0), f"{filings}?state__exact={state}") for state in moving]
    going = Run.objects.filter(state__in=[RunState.OPEN, RunState.PAUSED]).count()
    queues.append(Queue(_("Kerja latar yang berjalan: kemajuan dan kesihatan"), going, reverse("admin:jobs_board")))
    dead = Chunk.objects.filter(state=ChunkState.DEAD).count()
    return [*queues, Queue(_("Bahagian kerja yang diketepikan"), dead, f"{chunks}?state__exact={ChunkState.DEAD}")]
