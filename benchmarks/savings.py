"""A member among the million with seven years of monthly contributions, who can sign in: for the benchmark of pages."""

import importlib
from datetime import date
from decimal import Decimal
from typing import Any

from kwsp_portal.common.periods import WageMonth

MONTHS = 84
LAST = WageMonth(2026, 9)
EMPLOYER = "19999998"
USER = "penyimpan1"


def saver() -> Any:
    """The user of that member, on the register that benchmarks.database laid."""
    identity = importlib.import_module("members.identity.models")
    members = importlib.import_module("members.models")
    user = identity.User.objects.create(user_id=USER, role="MEMBER", name="Penyimpan Penanda Aras", activated_at=f"{LAST}-01T00:00:00Z")
    member = members.Member.objects.get(pk=500_001)
    member.user = user
    member.save(update_fields=["user"])
    _history(member)
    return user


def _history(member: Any) -> None:
    """Filings of one row each, credited, with their entries in the ledger."""
    employers = importlib.import_module("employers.models")
    contributions = importlib.import_module("contributions.models")
    documents = importlib.import_module("kwsp_portal.documents.models")
    posting = importlib.import_module("members.ledger.posting")
    kinds = importlib.import_module("members.ledger.enums").EntryKind
    schedule = importlib.import_module("contributions.rules.schedule")
    allocation = importlib.import_module("members.rules.allocation")
    employer = employers.Employer.objects.create(number=EMPLOYER, name="PENYIMPAN SDN BHD", kind="PRIVATE", from_date=date(2015, 1, 1))
    employers.Employment.objects.create(employer=employer, member=member, from_date=date(2016, 1, 1))
    file = documents.StoredFile.objects.create(
        name="x.csv", size=0, sha256="", content=b"", uploaded_by=member.user, uploaded_at=f"{LAST}-01T00:00:00Z"
    )
    first = LAST.plus(-(MONTHS - 1))
    for month in first.through(LAST):
        owed = schedule.shares(schedule.EmployeeFacts(month, Decimal(6250), Decimal(0), "CITIZEN", member.member_since, member.birth_date))
        day = month.contribution_month.first_day.replace(day=10)
        filing = contributions.Filing.objects.create(
            employer=employer,
            wage_month=month.first_day,
            state="CREDITED",
            file=file,
            content_digest=str(month),
            rows_total=1,
            rows_valid=1,
            employer_total=owed.employer,
            employee_total=owed.employee,
            received_on=day,
            prepared_by=member.user,
            paid_on=day,
            credited_on=day,
        )
        row = contributions.FilingRow.objects.create(
            filing=filing,
            line=2,
            member=member,
            member_number=member.number,
            identity_number=member.identity_number,
            name=member.name,
            wages=Decimal(6250),
            bonus=Decimal(0),
            employer_share=owed.employer,
            employee_share=owed.employee,
            part=owed.part,
            reference=owed.reference,
            citizenship="CITIZEN",
            birth_date=member.birth_date,
            member_since=member.member_since,
            status="VALID",
        )
        sen = int(owed.total * 100)
        parts = allocation.split_sen(sen, member.birth_date, day)
        legs = (
            posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sen),
            *(posting.Leg(posting.member(member.pk, code), part) for code, part in parts),
        )
        posting.post(posting.Act(kind=kinds.CONTRIBUTION, ref=row.pk, part=0, booked_on=day, value_date=month.contribution_month.last_day, legs=legs))
