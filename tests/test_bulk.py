"""Thousands of values in one: whatever a text holds comes back as it was."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from employers.models import Employer
from kwsp_portal import bulk
from members.models import Member
from tests import factories

TEXTS = ["", "plain", 'say "so"', "back\\slash", '\\"', "comma, {brace}", "NULL", " blanks ", "two\nlines\tand a tab", "Ænd ütf 漢"]


def asked(statement: str, *values: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("texts", [[], [""], TEXTS, TEXTS * 500])
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    assert asked("SELECT unnest(%s::text[])", bulk.texts(texts)) == texts


def test_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        bulk.texts(["one", "t\0o"])


@pytest.mark.django_db
def test_numbers_are_asked_for_in_one_value() -> None:
    employers = [factories.EmployerFactory() for _ in range(3)]

    assert set(Employer.objects.filter(pk__in=bulk.among([employers[0].pk, employers[2].pk]))) == {employers[0], employers[2]}
    assert not Employer.objects.filter(pk__in=bulk.among([])).exists()


@pytest.mark.django_db
def test_ids_are_new_and_rise() -> None:
    with connection.cursor() as cursor:
        first, second = bulk.new_ids(cursor, "employers_employer", 3), bulk.new_ids(cursor, "employers_employer", 1)
        assert bulk.new_ids(cursor, "employers_employer", 0) == []

    assert first == sorted(first)
    assert second[0] > first[-1] > (Employer.objects.order_by("pk").values_list("pk", flat=True).last() or 0)


@pytest.mark.django_db
def test_objects_of_some_fields_are_those_of_only(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first, second = factories.MemberFactory.create_batch(2)
    asked_of = Member.objects.filter(pk__in=[first.pk, second.pk]).order_by("-pk")

    with django_assert_num_queries(1):
        found = bulk.objects(asked_of, "number", "birth_date", "user_id")
        assert [(one.pk, one.number, one.birth_date, one.user_id) for one in found] == [
            (one.pk, one.number, one.birth_date, one.user_id) for one in (second, first)
        ]

    assert found == list(asked_of)
    assert found[0].get_deferred_fields() == asked_of.only("number", "birth_date", "user")[0].get_deferred_fields()
    with django_assert_num_queries(1):
        assert found[0].name == second.name, "another field is fetched when it is asked for"
    found[0].name = "NAMA BAHARU"
    found[0].save(update_fields=["name"])
    assert Member.objects.get(pk=second.pk).name == "NAMA BAHARU"
