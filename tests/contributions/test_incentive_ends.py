"""Who holds an incentive is told once that the age, or the lifetime cap, has been reached."""

from datetime import date

import pytest

from contributions.enums import IncentiveScheme
from contributions.models import EKasihSpan, IncentiveRegistration
from contributions.rules.incentive import HalfYear
from contributions.services import employer_watch
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.models import Member
from tests import factories
from tests.contributions import volunteering
from tests.contributions.incentive_runs import credited, officers, pay, run, saver

pytestmark = pytest.mark.django_db
BIRTHDAY = date(2026, 11, 20)


def watch(on: date) -> None:
    assert employer_watch.by_hand(on=on)["failed"] == 0


def told(member: Member) -> list[str]:
    found = Notice.objects.filter(whose="MEMBER", whose_id=member.pk, code__in=("INCENTIVE_AGE_REACHED", "INCENTIVE_CAP_REACHED")).order_by("pk")
    return [kinds.shown(one.code, one.figures).subject for one in found]


def test_the_60th_birthday_is_told_on_its_day_and_once() -> None:
    member = saver(birth_date=date(1966, 11, 20))
    gone = saver(birth_date=date(1966, 11, 20), died_on=date(2026, 1, 1))
    watch(date(2026, 11, 19))
    assert told(member) == []

    watch(BIRTHDAY)
    watch(date(2026, 11, 21))
    watch(date(2027, 3, 1))

    assert told(member) == ["Umur 60: caruman anda tidak lagi mendapat insentif i-Saraan"]
    words = kinds.shown("INCENTIVE_AGE_REACHED", Notice.objects.get(code="INCENTIVE_AGE_REACHED").figures)
    assert "20\xa0Nov\xa02026" in words.paragraphs[0]
    assert told(gone) == []
    assert IncentiveRegistration.objects.filter(last=None).count() == 2, "a registration stays"


@pytest.mark.parametrize(
    ("scheme", "year", "years_old", "reached"),
    [("ISARAAN", 2021, 55, True), ("ISARAAN", 2022, 55, False), ("ISURI", 2025, 55, True), ("ISURI", 2026, 55, False), ("ISURI", 2026, 60, True)],
)
def test_the_age_is_that_of_the_year_s_law(scheme: str, year: int, years_old: int, reached: bool) -> None:
    member: Member = factories.MemberFactory(birth_date=date(year - years_old, 3, 1))
    volunteering.register(member, IncentiveScheme(scheme), first=date(year - 1, 1, 1))

    watch(date(year, 3, 1))

    assert bool(told(member)) is reached


def test_the_lifetime_cap_is_told_once_it_is_credited_and_once() -> None:
    """i-Suri's RM3,000: RM200 of 2018, RM480 of each year to 2022, RM300 of 2024 and 2025, and RM280 of the RM300 of 2026. Of whom the Government
    refused the first RM200, the cap leaves them."""
    people, over = officers(), date(2027, 1, 1)
    capped, refused = (factories.MemberFactory() for _two in range(2))
    for member in (capped, refused):
        factories.IncentiveRegistrationFactory(member=member, isuri=True, first=date(2018, 8, 15))
        EKasihSpan.objects.create(member=member, first=date(2018, 8, 15))
        for month in range(8, 13):
            pay(member, 5, date(2018, month, 20), kind="ISURI")
        for year, amount in ((2019, 60), (2020, 60), (2021, 60), (2022, 60), (2024, 600), (2025, 600), (2026, 600)):
            pay(member, amount, date(year, 3, 3), kind="ISURI")
    begun = date(2019, 1, 1)
    credited(HalfYear(2018, 2), people, on=begun, received_on=begun, refused={refused.pk: "Tidak sepadan"}, scheme=IncentiveScheme.ISURI)
    run(HalfYear(2026, 2), on=over, scheme=IncentiveScheme.ISURI)
    watch(date(2027, 1, 5))
    assert told(capped) == [], "it is claimed, and not credited yet"
    credited(HalfYear(2026, 2), people, on=over, received_on=over, scheme=IncentiveScheme.ISURI)

    for day in (1, 2, 3):
        watch(date(2027, 2, day))

    assert told(capped) == ["Had seumur hidup insentif i-Suri, RM\xa03,000.00, telah dicapai"]
    assert told(refused) == []
