"""Files that mean harm, or come from where nobody meant them to: each ends in a sentence or in the right rows, never in an error."""

import tracemalloc

import pytest

from contributions.borang_a import checks, csv_file, layout, reader
from contributions.borang_a.problem import Code, FileProblem
from contributions.enums import RowStatus
from tests import factories
from tests.contributions.conftest import Office

MEBIBYTE = 1 << 20


def codes(filing, line):
    return [problem["code"] for problem in filing.rows.get(line=line).problems]


def test_a_file_of_blank_lines_and_one_long_line_costs_no_more_than_itself():
    content = layout.HEADER.encode() + b"\n" * (layout.MAX_LINES - 1) + b"x" * (2 * layout.MAX_LINE)

    tracemalloc.start()
    try:
        with pytest.raises(FileProblem) as refused:
            reader.check(content, max_bytes=20 * MEBIBYTE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (refused.value.problem.code, refused.value.problem.detail["line"]) == (Code.LINE_TOO_LONG, str(layout.MAX_LINES))
    assert peak < 4 * MEBIBYTE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_long_line_is_named_by_its_number_whatever_ends_the_lines(end):
    content = end.join([layout.HEADER, "a" * 3000, "b" * 3000, "c" * 5000]).encode()

    with pytest.raises(FileProblem) as refused:
        list(csv_file.records(content, "utf-8"))

    assert refused.value.problem.detail["line"] == "4"


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_more_lines_than_a_spreadsheet_has_are_refused_before_they_are_read(end):
    content = layout.HEADER.encode() + end * (layout.MAX_LINES + 1)

    with pytest.raises(FileProblem) as refused:
        reader.check(content, max_bytes=20 * MEBIBYTE)

    assert refused.value.problem.code == Code.TOO_MANY_ROWS


def test_a_name_too_long_to_be_one_is_not_compared(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    member = office.hire()
    compared = []
    monkeypatch.setattr(checks, "name_key", lambda name: compared.append(name) or "")

    filing = office.read(f"{member.number},{member.identity_number},{'﷽' * 1300},6250.00,756,693")

    assert (codes(filing, 2), compared) == (["NAME_TOO_LONG"], [])


def test_of_somebody_elses_people_a_file_learns_nothing(office: Office) -> None:
    """Whether a number is registered, whose it is, and whether a name fits: all strangers get one answer (a file is no directory)."""
    stranger = factories.MemberFactory(name="ZAINAB BINTI RAHSIA", identity_number="850505105555")
    factories.EmploymentFactory(member=stranger)
    left = factories.EmploymentFactory(employer=office.employer, member__identity_number="860606106666", left=True).member
    asked = [
        (stranger.number, stranger.identity_number, stranger.name),
        (stranger.number, stranger.identity_number, "SIAPA PUN"),
        (stranger.number, "700101149999", stranger.name),
        (stranger.number, left.identity_number, stranger.name),
        ("99999999", stranger.identity_number, stranger.name),
        ("99999999", "700101149999", "SIAPA PUN"),
    ]

    filing = office.read(*[",".join([*person, "6250.00", "750", "688"]) for person in asked])

    answers = {str(row.problems).replace(row.member_number, "NO").replace(row.identity_number, "IC") for row in filing.rows.all()}
    assert len(answers) == 1
    assert {row.status for row in filing.rows.all()} == {RowStatus.UNMATCHED}
    assert filing.rows.filter(member__isnull=True, birth_date__isnull=True, part="", citizenship="").count() == len(asked)


def test_without_a_member_number_a_stranger_is_as_unknown_as_nobody(office: Office) -> None:
    stranger = factories.MemberFactory(identity_number="850505105555")

    filing = office.read(f",{stranger.identity_number},{stranger.name},6250.00,756,693", ",700101149999,SIAPA PUN,6250.00,756,693")

    assert [codes(filing, line) for line in (2, 3)] == [["IDENTITY_UNKNOWN"]] * 2
