"""The file that a clerk starts from: the people on record with their last wages, and what the schedule asks for them."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Max, QuerySet
from django.utils.translation import gettext

from contributions.borang_a import template, template_sdba, template_xlsx
from contributions.borang_a.kinds import Kind
from contributions.borang_a.sdba import MeantFor
from contributions.enums import RowStatus
from contributions.facts import NO_ELECTIONS, Elections, EmployeeFacts
from contributions.models import Filing, FilingRow
from contributions.problems import rules_sheet
from contributions.rules import category, regime, schedule
from contributions.selectors import elections
from contributions.workflow import CLOSED
from employers import selectors as employers
from employers.models import Employer
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.documents import downloads
from members.enums import Citizenship
from members.models import Member

ENDINGS: Final = {Kind.XLSX: "xlsx", Kind.CSV: "csv", Kind.SDBA: "txt"}
CONTENT_TYPES: Final = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: downloads.CSV,
    Kind.SDBA: "text/plain; charset=utf-8",
}


def file_for(*, kind: Kind, employer: Employer, wage_month: WageMonth, on: date, filled: bool = True) -> bytes:
    """A template in the form asked for, for everybody on record in the wage month or for nobody. An XLSX has the rules on its second sheet."""
    people = people_for(employer=employer, wage_month=wage_month) if filled else []
    if kind is Kind.XLSX:
        rules = rules_sheet.rules(wage_month)
        return template_xlsx.xlsx_template(people, rules, sheet=gettext(rules_sheet.SHEET), rules_sheet=gettext(rules_sheet.RULES_SHEET))
    if kind is Kind.SDBA:
        return template_sdba.sdba_template(people, MeantFor(employer.number, wage_month), on)
    return template.csv_template(people)


def people_for(*, employer: Employer, wage_month: WageMonth) -> list[template.Person]:
    """Everybody on record in the wage month, with the wages of the last month filed before it and the shares of this month's law and elections.

    Where no wages are known, or nothing is paid until somebody elects to, the figures stay blank. Who is beyond the age of
    contributing is not there: that row could only come back as a wrong one.
    """
    on_record = employers.employees_on_record(employer_id=employer.pk, wage_month=wage_month)
    members = [member for member in on_record if _may_contribute(member, wage_month)]
    citizenships = employers.citizenships_in(members=members, wage_month=wage_month, counted_on=category.standing_day(wage_month))
    wages = last_wages(employer=employer, before=wage_month, members=[member.pk for member in members])
    elected = elections.elected_in(employer_id=employer.pk, wage_month=wage_month)
    at_home = employers.domestic_helpers(employer_id=employer.pk, wage_month=wage_month)
    return [
        _person(
            member,
            _facts(member, wages.get(member.pk), citizenships.get(member.pk), wage_month, domestic=member.pk in at_home),
            elected.get(member.pk, NO_ELECTIONS),
        )
        for member in members
    ]


def _may_contribute(member: Member, wage_month: WageMonth) -> bool:
    """Whether a contribution of the month can be taken by age (ruling 7)."""
    try:
        return member.birth_date >= regime.law_of(wage_month).born_payable
    except NotInForce:
        return True


def last_wages(*, employer: Employer, before: WageMonth, members: Collection[int]) -> dict[int, Decimal]:
    """Wages without bonus of these members, from the latest month before this one that holds the member.

    Nearly all stand in the last month that was filed; only those who do not are looked for in all of them, each by index.
    """
    filed = Filing.objects.filter(employer=employer, wage_month__lt=before.first_day).exclude(state__in=CLOSED)
    last = filed.aggregate(last=Max("wage_month"))["last"]
    found = _wages_in(filed.filter(wage_month=last)) if last else {}
    missing = [pk for pk in members if pk not in found]
    if last and missing:
        found |= _wages_in(filed, missing)
    return found


def _wages_in(filings: QuerySet[Filing], members: Collection[int] | None = None) -> dict[int, Decimal]:
    rows = FilingRow.objects.filter(filing__in=list(filings.values_list("pk", flat=True)), status=RowStatus.VALID)
    if members is not None:
        rows = rows.filter(member_id__in=members)
    # Of wages that were filed too low and topped up, the higher ones are all of them.
    latest = rows.order_by("member_id", "-filing__wage_month", "-wages").distinct("member_id").values_list("member_id", "wages", "bonus")
    return {member_id: wages - (bonus or money.ZERO) for member_id, wages, bonus in latest if member_id is not None and wages is not None}


def _facts(member: Member, wages: Decimal | None, citizenship: str | None, wage_month: WageMonth, *, domestic: bool) -> EmployeeFacts | None:
    if wages is None or citizenship is None:
        return None
    return EmployeeFacts(wage_month, wages, money.ZERO, Citizenship(citizenship), member.member_since, member.birth_date, domestic)


def _person(member: Member, facts: EmployeeFacts | None, elected: Elections) -> template.Person:
    known = member.number, member.identity_number, member.name
    if facts is None:
        return template.Person(*known, None, None, None)
    try:
        shares = schedule.shares(facts, elected)
    except (Refusal, NotInForce):
        return template.Person(*known, facts.wages, None, None)
    return template.Person(*known, facts.wages, shares.employer, shares.employee)
