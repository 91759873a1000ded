"""What officers' pages show of matters about payments."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count

from contributions.enums import MatterAction
from contributions.models import PaymentMatter
from members.identity.models import User

MATTERS_A_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Open matters: how many, of how many nobody is the owner, and the age of the oldest in days."""

    count: int
    unowned: int
    oldest_days: int


def matters_page(*, closed: bool, kind: str = "", number: str | None = None) -> "Page[PaymentMatter]":
    """The open ones, the oldest first; or those that are closed, the last first."""
    found = PaymentMatter.objects.select_related("payment", "employer", "owner").filter(closed_on__isnull=not closed)
    found = found.order_by("-closed_on", "-pk") if closed else found.order_by("opened_on", "pk")
    return Paginator(found.filter(kind=kind) if kind else found, MATTERS_A_PAGE).get_page(number)


def kinds(*, closed: bool) -> dict[str, int]:
    """How many there are of each kind."""
    return dict(PaymentMatter.objects.filter(closed_on__isnull=not closed).order_by().values_list("kind").annotate(Count("pk")))


def waiting(*, on: date) -> Waiting:
    """What waits for officers."""
    opened = list(PaymentMatter.objects.filter(closed_on=None).order_by("opened_on").values_list("opened_on", "owner_id"))
    oldest = max(0, (on - opened[0][0]).days) if opened else 0
    return Waiting(count=len(opened), unowned=sum(owner is None for _, owner in opened), oldest_days=oldest)


def how_many_wait() -> int:
    return PaymentMatter.objects.filter(closed_on=None).count()


def did_last(*, matter: PaymentMatter, action: MatterAction, by: User) -> bool:
    """Whether the matter stands where it does because `by` did this: the same act again is a second click."""
    last = matter.log.filter(by__isnull=False).order_by("-id").first()
    return last is not None and last.action == action and last.by_id == by.pk
