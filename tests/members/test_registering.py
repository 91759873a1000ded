"""A person without a number becomes a member at the counter (ruling 13), each once, with papers that agree (ruling 8)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.documents import services as documents
from members.enums import Citizenship, IdentityKind, Seen
from members.identity.models import User
from members.models import CitizenshipPeriod, IdentityCheck, Member
from members.selectors import counter
from members.services import checking, registering
from members.services.registering import NotRegistrable, PerhapsKnown
from tests.factories import MemberFactory, UserFactory
from tests.ledger.acts import together
from tests.members.counter import AT, ON, PDF, checklist, person, without_thumb


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(counter_officer=True)


def register(by: User, **changed: Any) -> Member:
    asked = {"person": person(), "checklist": checklist(), "papers": [PDF], "on": ON, "at": AT, **changed}
    return registering.register(by=by, **asked)


AT_SIGHT = checklist(paper=IdentityKind.PASSPORT, thumb="NOT_ASKED")


def foreigner(**changed: Any) -> registering.Person:
    paper = {"identity_kind": IdentityKind.PASSPORT, "identity_country": "IDN", "identity_number": "C1234567", "citizenship": Citizenship.NON_CITIZEN}
    return person(**{**paper, **changed})


def vars_of(one: registering.Person) -> dict[str, Any]:
    return {"identity_kind": one.identity_kind, "identity_number": one.identity_number, "citizenship": one.citizenship}


def refused(by: User, **changed: Any) -> list[str]:
    with pytest.raises(NotRegistrable) as error:
        register(by, person=person(**changed))
    return [refusal.code for refusal in error.value.refusals]


@pytest.mark.django_db
def test_a_person_gets_a_number_a_citizenship_and_a_row_in_the_trail(officer: User) -> None:
    member = register(officer)

    assert member.number == f"{int(member.number):08d}"
    assert (member.name_key, member.member_since) == ("ZALEHAMAT", ON)
    assert CitizenshipPeriod.objects.get(member=member).from_date == date(1985, 2, 14)
    check = IdentityCheck.objects.get(member=member)
    assert (check.checked_by, check.thumb, check.door) == (officer, "MATCHED", "COUNTER")
    [event] = AuditEvent.objects.filter(action="member.register")
    assert event.actor == officer.user_id
    assert "850214025678" not in str(event.data)


@pytest.mark.django_db
def test_numbers_given_before_the_portal_are_passed_over(officer: User) -> None:
    first = int(register(officer).number)
    MemberFactory(number=f"{first + 1:08d}")

    second = register(officer, person=person(identity_number="850214025680", name="Lim Wei Ming"))

    assert int(second.number) == first + 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"identity_number": "850215025678"}, ["IDENTITY_BIRTH_DATE"]),
        ({"identity_number": "8502140256"}, ["IDENTITY_FORM"]),
        ({"citizenship": Citizenship.NON_CITIZEN}, ["IDENTITY_CITIZENSHIP"]),
        ({"birth_date": date(2030, 2, 14)}, ["BIRTH_DATE_RANGE", "IDENTITY_BIRTH_DATE"]),
        ({"name": "--"}, ["NAME_EMPTY"]),
    ],
)
def test_papers_that_do_not_agree_keep_a_person_out(officer: User, changed: dict[str, Any], codes: list[str]) -> None:
    assert refused(officer, **changed) == codes
    assert not Member.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "standing"), [("MYKAD", "CITIZEN"), ("MYPR", "PERMANENT_RESIDENT")])
def test_an_identity_is_one_persons_whatever_the_card_was_called(officer: User, kind: str, standing: str) -> None:
    known = MemberFactory(identity_kind=kind, identity_number="850214025678", birth_date=date(1985, 2, 14), status=Citizenship(standing))

    with pytest.raises(NotRegistrable) as error:
        register(officer)

    assert [refusal.code for refusal in error.value.refusals] == ["IDENTITY_TAKEN"]
    assert error.value.holder == known.number


@pytest.mark.django_db
def test_somebody_alike_is_looked_at_first(officer: User) -> None:
    known = MemberFactory(name="ZALEHA BT. MAT", birth_date=date(1985, 2, 14))
    MemberFactory(name="TAN MEI LING", birth_date=date(1985, 2, 14))

    with pytest.raises(PerhapsKnown) as alike:
        register(officer)

    assert alike.value.members == [known]
    assert register(officer, none_of=frozenset({known.number})).pk
    with pytest.raises(NotRegistrable):
        register(officer, none_of=frozenset({known.number}))


@pytest.mark.django_db
@pytest.mark.parametrize("missing", [Seen.ORIGINAL, Seen.LIKENESS])
def test_nobody_is_registered_without_the_checklist(officer: User, missing: Seen) -> None:
    with pytest.raises(checking.Incomplete, match=missing.value):
        register(officer, checklist=checklist(seen=checklist().seen - {missing}))


@pytest.mark.django_db
def test_without_a_print_a_second_paper_and_the_reason_are_asked_for(officer: User) -> None:
    silent = without_thumb()

    for lacking in (replace(silent, seen=checklist().seen), replace(silent, without_thumb=" ")):
        with pytest.raises(checking.Incomplete):
            register(officer, checklist=lacking)
    assert register(officer, checklist=silent).pk


@pytest.mark.django_db
def test_a_foreign_passport_holds_no_print(officer: User) -> None:
    assert register(officer, person=foreigner(), checklist=AT_SIGHT).pk


@pytest.mark.django_db
def test_two_countries_give_one_number_to_two_people_and_one_country_to_one(officer: User) -> None:
    first = register(officer, person=foreigner(), checklist=AT_SIGHT)
    second = register(officer, person=foreigner(identity_country="NPL", name="Prem Gurung"), checklist=AT_SIGHT)

    assert counter.search("C1234567").members == [first, second]
    with pytest.raises(NotRegistrable) as taken:
        register(officer, person=foreigner(name="Bishnu Thapa"), checklist=AT_SIGHT)
    assert taken.value.holder == first.number


@pytest.mark.django_db
def test_a_passport_from_before_countries_were_kept_may_be_of_any(officer: User) -> None:
    before = MemberFactory(non_citizen=True, identity_country="XXX", identity_number="C1234567")

    with pytest.raises(NotRegistrable) as taken:
        register(officer, person=foreigner(), checklist=AT_SIGHT)
    assert taken.value.holder == before.number


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "codes"), [({"identity_country": ""}, ["PASSPORT_COUNTRY"]), ({"identity_country": "MYS"}, ["PASSPORT_COUNTRY"])]
)
def test_a_passport_is_of_a_country_and_not_of_malaysia(officer: User, changed: dict[str, Any], codes: list[str]) -> None:
    assert refused(officer, **{**vars_of(foreigner()), **changed}) == codes
    assert refused(officer, identity_country="IDN") == ["PASSPORT_COUNTRY"], "a MyKad has no country"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code"), [(b"", "EMPTY"), (b"MZ\x90\x00", "TYPE"), (b"<script>", "TYPE"), (b"%PDF-" + b"x" * 5 * 1024 * 1024, "TOO_BIG")]
)
def test_only_papers_are_kept(officer: User, content: bytes, code: str) -> None:
    with pytest.raises(documents.NotAPaper, match=code):
        register(officer, papers=[documents.Upload("kad.pdf", content)])
    assert not Member.objects.exists()


@pytest.mark.django_db
def test_only_a_counter_registers() -> None:
    with pytest.raises(registering.NoRight):
        register(UserFactory(administrator=True))
    assert AuditEvent.objects.filter(refused=True, action="counter.act").count() == 1


@pytest.mark.django_db
def test_who_is_registered_meanwhile_is_taken_and_no_namesake(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another counter is done while this one looks for others of that name: otherwise the officer might say that it is none of them."""
    real = registering.namesakes

    def meanwhile(**asked: Any) -> list[Member]:
        monkeypatch.setattr(registering, "namesakes", real)
        register(UserFactory(counter_officer=True))
        return real(**asked)

    monkeypatch.setattr(registering, "namesakes", meanwhile)

    assert refused(officer) == ["IDENTITY_TAKEN"]


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_counters_that_register_one_person_one_does() -> None:
    officers = [UserFactory(counter_officer=True) for _ in range(16)]

    found = together(16, lambda place: register(officers[place]))

    done = [one for one in found if isinstance(one, Member)]
    assert len(done) == Member.objects.count() == 1
    assert {one.refusals[0].code for one in found if isinstance(one, NotRegistrable)} == {"IDENTITY_TAKEN"}
    assert len([one for one in found if isinstance(one, NotRegistrable)]) == 15


@pytest.mark.django_db(transaction=True)
def test_no_number_is_given_twice() -> None:
    officers = [UserFactory(counter_officer=True) for _ in range(16)]
    people = [person(identity_number=f"8502140256{place:02d}", name=f"{chr(65 + place) * 9} orang") for place in range(16)]

    found = together(16, lambda place: register(officers[place], person=people[place]).number)

    assert len({str(number) for number in found}) == 16
    assert Member.objects.count() == 16
