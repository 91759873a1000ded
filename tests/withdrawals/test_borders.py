"""Days and persons at the border, by the services: the day before 55 and the day, 29 February, Khas on 31 March and 1 May, who has died."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.identity.enums import Purpose
from members.identity.models import Challenge
from members.models import Member
from members.services import ages
from tests import factories
from tests.factories import leave
from tests.factories import withdrawals as make
from tests.members.conftest import sign_in
from tests.withdrawals.people import ON, drafted, held, saver
from tests.withdrawals.sound import unsound
from withdrawals.enums import KindCode, State
from withdrawals.models import Application
from withdrawals.services import applying, deciding

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def member_born(born: date, *, on: date) -> Member:
    """With savings and an account long before the day."""
    member = make.saver(birth_date=born, on=on - 90 * DAY)
    make.replace_account(member, since=datetime.combine(on - 60 * DAY, time(9), KL))
    return member


def applies(member: Member, kind: KindCode, amount: str, on: date) -> tuple[Application, set[str]]:
    """Hands in a draft on a day; what came of it, and the reasons against it."""
    found, at, reasons = drafted(member, amount, kind=kind, on=on), datetime.combine(on, time(10), KL), set()
    code = leave.as_rows(user=member.user, purpose=Purpose.WITHDRAWAL, shown=applying.shown(found, applying.account_for(found)), at=at)  # type: ignore[arg-type]
    with suppress(applying.NotEligible):
        try:
            found = applying.submit(application_id=found.pk, version=found.version, approval=code, by=member.user, on=on, at=at)  # type: ignore[arg-type]
        except applying.NotEligible as error:
            reasons = {one.code for one in error.refusals}
            raise
    return found, reasons


@pytest.mark.parametrize("batch", [True, False], ids=["after the batch of ages", "before it has run"])
@pytest.mark.parametrize(("born", "birthday"), [(date(1971, 11, 11), date(2026, 11, 11)), (date(1972, 2, 29), date(2027, 3, 1))])
def test_applied_for_at_54_years_and_364_days_it_is_decided_at_55_and_held_where_the_money_went(born: date, birthday: date, *, batch: bool) -> None:
    before = birthday - DAY
    member, late = member_born(born, on=before), member_born(born, on=before)
    found, reasons = applies(member, KindCode.AGE_50, "900.00", before)
    assert (found.state, reasons, held(member)) == (State.SUBMITTED, set(), {"SEJAHTERA": 90_000})

    if batch:
        jobs.open_run(programme=ages.PROGRAMME, period=str(birthday), chunks=ages.plan(str(birthday), birthday), on=birthday)
        jobs.work_some(programmes=[ages.PROGRAMME])
    one = make.officer()
    deciding.take(application_id=found.pk, by=one, on=birthday)
    found.refresh_from_db()
    found = deciding.approve(application_id=found.pk, version=found.version, by=one, on=birthday, at=datetime.combine(birthday, time(10), KL))

    assert (found.state, found.approved, held(member)) == (State.APPROVED, Decimal(900), {"AKAUN_55": 90_000})
    assert applies(late, KindCode.AGE_50, "900.00", birthday)[1] == {"AGE_BELOW"}
    assert unsound() == []


def test_on_the_birthday_itself_the_money_is_applied_for_before_the_batch_of_the_night_has_run() -> None:
    birthday = date(2026, 11, 11)
    member = member_born(date(1971, 11, 11), on=birthday)
    found, reasons = applies(member, KindCode.AGE_50, "900.00", birthday)
    assert reasons == {"AGE_BELOW"}
    drafted(member, "2500.00", kind=KindCode.AGE_55, on=birthday, answers={"mode": "PART"})
    found, reasons = applies(member, KindCode.AGE_55, "2500.00", birthday)

    assert (found.state, reasons, held(member)) == (State.SUBMITTED, set(), {"AKAUN_55": 250_000})
    assert unsound() == []


@pytest.mark.parametrize(
    ("on", "reasons"), [(date(2022, 3, 31), {"NOT_OPEN"}), (date(2022, 4, 1), set()), (date(2022, 4, 30), set()), (date(2022, 5, 1), {"NOT_OPEN"})]
)
def test_khas_is_handed_in_from_1_to_30_april_2022_whenever_its_draft_began(on: date, reasons: set[str]) -> None:
    member = member_born(date(1990, 1, 15), on=on)
    drafted(member, "100.00", kind=KindCode.KHAS_2022, on=min(on, date(2022, 4, 30)))

    found, said = applies(member, KindCode.KHAS_2022, "100.00", on)

    assert said == reasons
    assert found.state == (State.DRAFT if reasons else State.SUBMITTED)


def test_what_is_said_of_money_that_is_not_held_yet_and_of_what_is_not_cancelled() -> None:
    """Khas is held when it is decided and never cancelled; Age 55 before the birthday is held then, and may be cancelled; Age 50 is held at once."""
    said = {}
    for kind, born, on, amount, answers in (
        (KindCode.KHAS_2022, date(1990, 1, 15), date(2022, 4, 1), "100.00", None),
        (KindCode.AGE_55, date(1971, 12, 1), date(2026, 11, 10), "2500.00", {"mode": "PART"}),
        (KindCode.AGE_50, date(1975, 3, 5), date(2026, 11, 10), "900.00", None),
    ):
        member = member_born(born, on=on)
        drafted(member, amount, kind=kind, on=on, answers=answers)
        found, reasons = applies(member, kind, amount, on)
        assert (found.state, reasons, bool(found.holds)) == (State.SUBMITTED, set(), kind is KindCode.AGE_50)
        notice = Notice.objects.filter(whose_id=member.pk, code__startswith="WITHDRAWAL").latest("pk")
        said[kind] = " ".join(kinds.shown(notice.code, notice.figures).paragraphs)

    assert "Wang itu ditahan" in said[KindCode.AGE_50]
    assert "Batalkan permohonan itu" in said[KindCode.AGE_50]
    assert "Wang belum ditahan" in said[KindCode.AGE_55]
    assert "Batalkan permohonan itu" in said[KindCode.AGE_55]
    assert "Wang belum ditahan" in said[KindCode.KHAS_2022]
    assert "tidak boleh dibatalkan atau dipinda" in said[KindCode.KHAS_2022]
    assert "Batalkan" not in said[KindCode.KHAS_2022]


class TestWhoHasDied:
    @pytest.fixture(autouse=True)
    def _now(self) -> Iterator[None]:
        before = clock.use_source(lambda: ON)
        yield
        clock.use_source(before)

    def test_somebody_with_their_sign_in_gets_no_code_and_no_money(self, client: Client) -> None:
        member = saver(user=factories.UserFactory(user_id="ahliarwah"))
        found = drafted(member)
        Member.objects.filter(pk=member.pk).update(died_on=ON)
        sign_in(client, "ahliarwah")
        challenges, here = Challenge.objects.count(), f"/member/withdrawals/{found.number}/apply/"

        estimate = client.get("/member/withdrawals/estimate/").content.decode()
        assert "meninggal dunia" in estimate
        assert "Mulakan permohonan" not in client.get("/member/withdrawals/kinds/age-50/").content.decode()
        sent = client.post(f"{here}check/", {"declared": "on", "tac_send": "1", "version": found.version})

        assert (sent.status_code, sent["Location"]) == (302, f"{here}amount/")
        assert "meninggal dunia" in client.get(f"{here}amount/").content.decode()
        assert Challenge.objects.count() == challenges
        client.post("/member/withdrawals/kinds/age-50/")
        assert {one.state for one in Application.objects.all()} == {State.DRAFT}
        assert held(member) == {}
