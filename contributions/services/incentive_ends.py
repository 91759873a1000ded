"""Who holds an incentive and has reached what ends it (rulings 18 and 19; rates/incentive.yaml): the age from which a contribution earns nothing any
more, or the lifetime cap. Told once, by the daily watch; the registration stays, and what is saved goes on being saved."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from django.db.models import Q, Sum

from contributions.enums import IncentiveClaimState, IncentiveScheme
from contributions.models import IncentiveClaim, IncentiveRegistration
from contributions.rules import incentive
from contributions.services import registering_news as news
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from kwsp_portal.notify.services import News
from members.rules import age

TOLD: Final = (news.AGE_REACHED, news.CAP_REACHED)


def found(standing: Sequence[IncentiveRegistration], *, on: date) -> Sequence[News]:
    """What these registrations' members, who are fetched with them, are to hear on a day and never heard. Two queries, and one more where somebody
    is to hear something."""
    living = [one for one in standing if one.member.died_on is None]
    laws = {scheme.value: law for scheme in IncentiveScheme if (law := _law(scheme, on.year)) is not None}
    due = [*_ages(living, laws, on), *_caps(living, laws, on)]
    said = _said([one.to.whose_id for one in due])
    return [one for one in due if (one.to.whose_id, one.code, one.cause) not in said]


def _ages(living: Iterable[IncentiveRegistration], laws: Mapping[str, incentive.Terms], on: date) -> Iterable[News]:
    for one in living:
        law = laws.get(one.scheme)
        birthday = age.birthday(one.member.birth_date, law.age_below) if law else None
        if law is not None and birthday is not None and birthday <= on:
            yield news.age_reached(one, years_old=law.age_below, birthday=birthday)


def _caps(living: Sequence[IncentiveRegistration], laws: Mapping[str, incentive.Terms], on: date) -> Iterable[News]:
    """Reached by what was credited, less what turned out to be too much and is set off later."""
    for scheme, law in laws.items():
        own = {one.member_id: one for one in living if one.scheme == scheme}
        if law.lifetime_cap is None or not own:
            continue
        credited = IncentiveClaim.objects.filter(member__in=list(own), run__scheme=scheme).order_by().values("member")
        sums = credited.annotate(paid=Sum("amount", filter=Q(state=IncentiveClaimState.CREDITED)), back=Sum("over"))
        for row in sums.filter(paid__gte=law.lifetime_cap):
            if row["paid"] - row["back"] >= law.lifetime_cap:
                yield news.cap_reached(own[row["member"]], cap=law.lifetime_cap)


def _law(scheme: IncentiveScheme, year: int) -> incentive.Terms | None:
    try:
        return incentive.terms(scheme, year)
    except NotInForce:
        return None


def _said(members: Sequence[int]) -> set[tuple[int, str, str]]:
    known = Notice.objects.filter(whose=Whose.MEMBER, whose_id__in=members, code__in=TOLD)
    return set(known.values_list("whose_id", "code", "cause")) if members else set()
