"""The charter counts working days: no weekends, none of the public holidays that an administrator has entered; what was promised stays."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client

from kwsp_portal.common import clock
from kwsp_portal.common.periods import working_day_after, working_days_between
from members.identity.enums import Role
from members.identity.models import User
from tests import factories
from tests.identity.conftest import person, sign_in_officer
from tests.withdrawals.people import ON, handed_in, saver
from withdrawals.enums import KindCode
from withdrawals.models import PublicHoliday
from withdrawals.selectors import desk
from withdrawals.services import holidays

__all__ = ["person"]

pytestmark = pytest.mark.django_db
THURSDAY = date(2026, 11, 12)


@pytest.fixture
def _now() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


def test_a_holiday_is_no_working_day() -> None:
    assert working_day_after(ON, 5, {THURSDAY}) == date(2026, 11, 18)
    assert working_days_between(ON, date(2026, 11, 18), {THURSDAY}) == 5
    assert working_day_after(ON, 5) == date(2026, 11, 17)


def test_what_is_handed_in_later_is_promised_by_it_and_what_was_promised_stays() -> None:
    before = handed_in(saver(), "1000.00", kind=KindCode.AGE_50)
    administrator = factories.UserFactory(role=Role.ADMINISTRATOR)
    said = {"day": THURSDAY, "name": "Cuti contoh", "source": "P.U.(B) 1/2026", "by": administrator, "on": ON}

    made = [holidays.enter(**said) for _time in range(2)][0]  # type: ignore[arg-type]
    after = handed_in(saver(), "1000.00", kind=KindCode.AGE_50)

    before.refresh_from_db()
    assert (before.due_on, after.due_on) == (date(2026, 11, 17), date(2026, 11, 18))
    _page, rows = desk.queue(which="waiting", kind="", mine=None, number=None, on=ON)
    assert [row.left for row in rows] == [4, 5]
    for changed, code in (({"day": date(2026, 11, 14)}, "WEEKEND"), ({"name": "Lain"}, "TAKEN"), ({"by": factories.UserFactory()}, "NO_RIGHT")):
        with pytest.raises(holidays.NotAllowed, match=code):
            holidays.enter(**{**said, **changed})  # type: ignore[arg-type]
    holidays.take_back(holiday_id=made.pk, reason="Silap hari", by=administrator, on=ON)
    assert handed_in(saver(), "1000.00", kind=KindCode.AGE_50).due_on == date(2026, 11, 17)


@pytest.mark.usefixtures("_now")
def test_an_administrator_enters_them_and_an_auditor_reads_them(person: Callable[..., User]) -> None:  # noqa: F811
    administrator, auditor = Client(), Client()
    sign_in_officer(administrator, person("pentadbir09", Role.ADMINISTRATOR).user_id)
    sign_in_officer(auditor, person("auditor09", Role.AUDITOR).user_id)
    page, form = "/staff/holidays/", {"day": "2026-11-12", "name": "Cuti contoh", "source": "P.U.(B) 1/2026"}
    assert "Tiada cuti umum dimasukkan" in administrator.get(page).content.decode()
    assert administrator.post(page, {**form, "day": "2026-11-14"}).status_code == 422
    assert auditor.post(page, form).status_code == 403
    assert not PublicHoliday.objects.exists()

    assert administrator.post(page, form).status_code == 302

    found = PublicHoliday.objects.get()
    shown = auditor.get(page).content.decode()
    assert "Cuti contoh" in shown
    assert "Tarik balik cuti ini" not in shown
    assert administrator.post(f"{page}{found.pk}/take-back/", {"reason": ""}).status_code == 422
    assert administrator.post(f"{page}{found.pk}/take-back/", {"reason": "Silap"}).status_code == 302
    assert "ditarik balik pada" in administrator.get(page).content.decode()
