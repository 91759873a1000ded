"""The Ministry's e-Kasih list: read whole or not at all, every row's fate, two officers, followed by workers, once."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import EKasihFate, EKasihState, IncentiveScheme, Occupation, RegistrationEnd
from contributions.models import EKasihList, EKasihRow, EKasihSpan, IncentiveRegistration
from contributions.selectors import ekasih as selectors
from contributions.services import ekasih as services
from contributions.services import ekasih_following, registering
from contributions.services.ekasih import NotAllowed
from kwsp_portal import ekasih as port
from kwsp_portal import jobs
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs.failpoints import armed
from kwsp_portal.notify.models import Notice
from members.enums import Sex
from members.identity.enums import Role
from members.models import Member
from tests import factories
from tests.contributions.correcting import Officers, officers

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 12, 1)
AS_AT = date(2026, 11, 30)
LATER, LATER_AS_AT = date(2027, 12, 1), date(2027, 11, 30)


@pytest.fixture
def people(db: None) -> Officers:
    return officers()


def woman(**fields: object) -> Member:
    found: Member = factories.MemberFactory(**{"user": factories.UserFactory(), **fields})
    return found


def file(*members: Member, as_at: date = AS_AT, more: tuple[tuple[str, str], ...] = ()) -> bytes:
    return port.write(as_at=as_at, rows=[*((one.identity_number, one.name) for one in members), *more])


def upload(people: Officers, content: bytes, on: date = ON) -> EKasihList:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=KL)
    return services.upload(name="e-kasih.txt", content=content, by=people.supervisor, on=on, at=at)


def follow(people: Officers, content: bytes, on: date = ON) -> EKasihList:
    """Brought by one officer, taken by another, followed by a worker."""
    found = services.take(list_id=upload(people, content, on).pk, by=people.inspector, on=on)
    assert jobs.work_some(programmes=[ekasih_following.PROGRAMME]).failed == 0
    found.refresh_from_db()
    assert found.state == EKasihState.FOLLOWED
    return found


def fates(found: EKasihList) -> list[str]:
    return list(found.rows.order_by("line").values_list("fate", flat=True))


def told(member: Member) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=member.pk).order_by("pk").values_list("code", flat=True))


def held(member: Member) -> list[tuple[str, date, date | None, str]]:
    found = IncentiveRegistration.objects.filter(member=member).order_by("first")
    return list(found.values_list("scheme", "first", "last", "ended_why"))


GOOD = "H|EKASIH|20261130\nD|900101145678|AMINAH BINTI YUSOF\nT|1|900101145678\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "EMPTY"),
        (GOOD.encode("utf-16"), "ENCODING"),
        (GOOD.replace("EKASIH", "KASIH"), "HEADER"),
        (GOOD.replace("20261130", "20261131"), "DAY"),
        (GOOD.replace("T|1|900101145678\n", ""), "TORN"),
        (GOOD[:-8], "TOTAL"),
        (GOOD[:30], "TORN"),
        (GOOD.replace("T|1", "T|2"), "COUNT"),
        (GOOD.replace("T|1|900101145678", "T|1|900101145679"), "TOTAL"),
        (GOOD.replace("D|9", "X|9"), "ROW"),
        (GOOD.replace("|AMINAH", "|AMINAH|"), "ROW"),
        (GOOD.replace("20261130", "20261202"), "LATER"),
    ],
)
def test_a_file_that_is_not_whole_is_kept_with_why_and_nothing_is_done(people: Officers, content: str | bytes, code: str) -> None:
    found = upload(people, content if isinstance(content, bytes) else content.encode())

    assert (found.state, found.fault, found.rows_total) == (EKasihState.UNREADABLE, code, 0)
    assert not EKasihRow.objects.exists()
    with pytest.raises(NotAllowed, match="WRONG_STATE"):
        services.take(list_id=found.pk, by=people.inspector, on=ON)


def test_windows_line_ends_and_a_mark_are_the_same_file() -> None:
    assert port.read(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == port.read(GOOD.encode())


def test_every_row_says_what_it_is_before_anybody_decides(people: Officers) -> None:
    good, man, dead, other = woman(), woman(sex=Sex.MALE), woman(deceased=True), woman()
    more = (
        ("90010114567", "SEBELAS ANGKA"),
        ("A90010114567", "HURUF DI DALAM"),
        ("", "TIADA NOMBOR"),
        ("880101149999", "BUKAN AHLI"),
        (f"{good.identity_number[:6]}-{good.identity_number[6:8]}-{good.identity_number[8:]}", good.name),
        (other.identity_number, "NAMA YANG LAIN"),
    )

    found = upload(people, file(good, man, dead, more=more))

    bad = [EKasihFate.BAD_NUMBER] * 3
    assert fates(found) == [
        *(EKasihFate.LISTED, EKasihFate.NOT_A_WOMAN, EKasihFate.DIED, *bad, EKasihFate.UNKNOWN, EKasihFate.TWICE, EKasihFate.OTHER_NAME),
    ]
    assert sum(count for _fate, count in selectors.fates(found)) == found.rows_total == 9
    assert not EKasihSpan.objects.exists(), "nothing follows from it yet"
    assert not IncentiveRegistration.objects.exists()


def test_the_same_file_twice_is_one(people: Officers) -> None:
    content = file(woman())
    first = upload(people, content)
    assert upload(people, content) == first
    services.withdraw(list_id=first.pk, by=people.supervisor, on=ON)
    assert upload(people, content) != first, "what was taken back may be brought again"


def test_a_list_of_a_day_that_is_known_or_older_is_refused(people: Officers) -> None:
    upload(people, file(woman()))
    assert upload(people, file(woman())).fault == "OLDER"
    assert upload(people, file(woman(), as_at=date(2026, 10, 31))).fault == "OLDER"


class TestTwoOfficers:
    def test_who_brought_it_does_not_take_it(self, people: Officers) -> None:
        found = upload(people, file(woman()))
        with pytest.raises(NotAllowed, match="OWN_WORK"):
            services.take(list_id=found.pk, by=people.supervisor, on=ON)
        with pytest.raises(NotAllowed, match="OWN_WORK"):
            services.withdraw(list_id=found.pk, by=people.inspector, on=ON)

    def test_nobody_else(self, people: Officers) -> None:
        desk = factories.UserFactory(role=Role.COUNTER_OFFICER)
        found = upload(people, file(woman()))
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            services.take(list_id=found.pk, by=desk, on=ON)
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            services.upload(name="x", content=b"x", by=desk, on=ON, at=datetime(2026, 12, 1, tzinfo=KL))

    def test_refused_with_why(self, people: Officers) -> None:
        found = upload(people, file(woman()))
        with pytest.raises(NotAllowed, match="COMMENT_MISSING"):
            services.refuse(list_id=found.pk, comment=" ", by=people.inspector, on=ON)
        assert services.refuse(list_id=found.pk, comment="Bukan senarai penuh", by=people.inspector, on=ON).state == EKasihState.REFUSED
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            services.take(list_id=found.pk, by=people.inspector, on=ON)


class TestFollowing:
    def test_a_listed_woman_is_registered_and_told(self, people: Officers) -> None:
        one, other = woman(), woman()
        found = follow(people, file(one, other))

        assert fates(found) == [EKasihFate.REGISTERED] * 2
        assert held(one) == [(IncentiveScheme.ISURI, ON, None, "")]
        assert told(one) == ["INCENTIVE_LISTED"]
        assert list(EKasihSpan.objects.filter(member=one).values_list("first", "last")) == [(ON, None)]

    def test_who_holds_i_saraan_keeps_it(self, people: Officers) -> None:
        one = woman()
        registering.register(member=one, asked=registering.Asked(occupation=Occupation.HOUSEWIFE, declared=True), by=one.user, on=ON)  # type: ignore[arg-type]
        assert fates(follow(people, file(one))) == [EKasihFate.HOLDS_OTHER]
        assert [scheme for scheme, *_rest in held(one)] == [IncentiveScheme.ISARAAN]

    @pytest.mark.parametrize("changed", [{"permanent_resident": True, "identity_kind": "MYKAD"}, {"birth_date": date(1966, 12, 1)}])
    def test_who_does_not_meet_the_conditions_is_not_registered(self, people: Officers, changed: dict[str, object]) -> None:
        one = woman(**changed)
        assert fates(follow(people, file(one))) == [EKasihFate.NOT_ELIGIBLE]
        assert (held(one), told(one)) == ([], [])

    def test_who_is_dropped_ends_the_day_before_and_is_told(self, people: Officers) -> None:
        stays, goes = woman(), woman()
        follow(people, file(stays, goes))
        found = follow(people, file(stays, as_at=LATER_AS_AT), on=LATER)

        assert (fates(found), found.dropped) == ([EKasihFate.STAYS], 1)
        assert held(goes) == [(IncentiveScheme.ISURI, ON, LATER_AS_AT, RegistrationEnd.LIST)]
        assert told(goes) == ["INCENTIVE_LISTED", "INCENTIVE_DROPPED"]
        assert list(EKasihSpan.objects.filter(member=goes).values_list("first", "last")) == [(ON, LATER_AS_AT)]
        assert told(stays) == ["INCENTIVE_LISTED"]

    def test_who_gave_it_up_is_left_alone_until_she_is_listed_anew(self, people: Officers) -> None:
        one, other = woman(), woman()
        follow(people, file(one, other))
        registering.cancel(member=one, by=one.user, on=ON)  # type: ignore[arg-type]
        assert fates(follow(people, file(one, other, as_at=LATER_AS_AT), on=LATER))[0] == EKasihFate.CANCELLED
        follow(people, file(other, as_at=date(2028, 6, 30)), on=date(2028, 7, 1))
        anew = follow(people, file(one, other, as_at=date(2028, 11, 30)), on=date(2028, 12, 1))
        assert fates(anew) == [EKasihFate.REGISTERED, EKasihFate.STAYS]

    def test_a_year_whose_terms_nobody_confirms_registers_nobody(self, people: Officers) -> None:
        one = woman()
        found = follow(people, file(one, as_at=date(2023, 2, 28)), on=date(2023, 3, 1))
        assert fates(found) == [EKasihFate.NOT_ELIGIBLE]
        assert EKasihSpan.objects.filter(member=one).exists(), "the list has her all the same"

    def test_a_worker_that_dies_has_done_nothing_and_the_next_does_it_once(self, people: Officers) -> None:
        one = woman()
        services.take(list_id=upload(people, file(one)).pk, by=people.inspector, on=ON)
        with armed("ekasih.worked", "raise"):
            jobs.work_some(programmes=[ekasih_following.PROGRAMME])
        assert (held(one), told(one)) == ([], [])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE jobs_chunk SET not_before = now() - interval '1 hour'")
        jobs.work_some(programmes=[ekasih_following.PROGRAMME])
        jobs.work_some(programmes=[ekasih_following.PROGRAMME])
        assert (len(held(one)), told(one)) == (1, ["INCENTIVE_LISTED"])

    def test_one_list_at_a_time(self, people: Officers) -> None:
        services.take(list_id=upload(people, file(woman())).pk, by=people.inspector, on=ON)
        later = upload(people, file(woman(), as_at=ON))
        with pytest.raises(NotAllowed, match="ANOTHER_RUNS"):
            services.take(list_id=later.pk, by=people.inspector, on=ON)


class TestWhatPostgresqlKeeps:
    def test_rows_come_while_it_waits_and_change_while_it_is_followed(self, people: Officers) -> None:
        found = follow(people, file(woman()))
        with pytest.raises(IntegrityError, match="to stay"), transaction.atomic():
            EKasihRow.objects.create(of=found, line=99, identity_number="1", name="x", fate=EKasihFate.BAD_NUMBER)
        with pytest.raises(IntegrityError, match="to stay"), transaction.atomic():
            found.rows.update(fate=EKasihFate.DIED)

    def test_a_list_goes_forwards_only(self, people: Officers) -> None:
        found = follow(people, file(woman()))
        with pytest.raises(IntegrityError, match="a state that comes after it"), transaction.atomic():
            EKasihList.objects.filter(pk=found.pk).update(state=EKasihState.TAKEN, followed_on=None)

    def test_a_span_ends_once(self, people: Officers) -> None:
        follow(people, file(woman()))
        EKasihSpan.objects.update(last=ON)
        with pytest.raises(IntegrityError, match="the first to stay"), transaction.atomic():
            EKasihSpan.objects.update(last=LATER)
