"""`python -m tests.devstack.crowd EMPLOYERS ROWS MEMBERS FOLDER`: the people of the 15th in a portal that runs.

Employers with ROWS people each, a maker and a checker, and members with a sign-in and a year of savings, credited by the portal's own workers; makers
and members are signed in already, each in a browser of their own, the first maker in SESSIONS. Into FOLDER come the lists of two months for each
employer. Prints as JSON the headers of those browsers: `{"makers": [cookies], "sessions": [cookies], "members": [[number, cookies]]}`.

`python -m tests.devstack.crowd pay`: each filing whose number is read is submitted, approved and paid, and its number printed.
"""

import csv
import json
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

SESSIONS = 16
FIRST_EMPLOYER, FIRST_NUMBER, FIRST_SAVER = 29_000_000, 40_000_000, 45_000_000
OF_SAVERS = f"{FIRST_EMPLOYER - 1}"
BORN, SAVER_BORN = date(1975, 1, 1), date(1980, 1, 1)
MONTHS = ((2026, 9), (2026, 10))
SAVED = [(2025, month) for month in (10, 11, 12)] + [(2026, month) for month in range(1, 10)]
GIVE_UP_SECONDS = 300

_MEMBERS = """
INSERT INTO members_member (number, name, name_key, identity_kind, identity_number, birth_date, sex, religion, phone, address, home_address,
                            member_since)
SELECT (%(first)s + n)::text, 'PEKERJA NOMBOR ' || n, 'PEKERJANOMBOR' || n, 'MYKAD', to_char(born, 'YYMMDD') || lpad(n::text, 6, '0'), born,
       'FEMALE', 'UNKNOWN', '', '', '', DATE '2015-01-01'
  FROM generate_series(1, %(people)s) AS n, LATERAL (SELECT %(born)s::date + (n * 7 %% 9000)::int AS born) AS birth
"""
_CITIZENS = """
INSERT INTO members_citizenshipperiod (member_id, status, from_date)
SELECT id, 'CITIZEN', birth_date FROM members_member WHERE number::bigint > %(first)s AND number::bigint <= %(first)s + %(people)s
"""
_EMPLOYED = """
INSERT INTO employers_employment (employer_id, member_id, from_date)
SELECT %(employer)s, id, DATE '2020-01-01' FROM members_member WHERE number::bigint > %(from)s AND number::bigint <= %(to)s
"""


def lay_down(employers: int, rows: int, members: int, folder: Path) -> dict[str, Any]:
    people = employers * rows
    makers = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"first": FIRST_NUMBER, "people": people, "born": BORN})
        cursor.execute(_CITIZENS, {"first": FIRST_NUMBER, "people": people})
        for place in range(employers):
            employer: Any = factories.EmployerFactory(number=f"{FIRST_EMPLOYER + place}", name=f"SYARIKAT HARI KE-15 NO. {place}")
            maker: Any = factories.RepresentativeFactory(employer=employer, user__user_id=f"hari15pembuat{place}")
            factories.RepresentativeFactory(employer=employer, user__user_id=f"hari15pelulus{place}", checker=True)
            makers.append(maker.user)
            cursor.execute(_EMPLOYED, {"employer": employer.pk, "from": FIRST_NUMBER + place * rows, "to": FIRST_NUMBER + (place + 1) * rows})
            for month in MONTHS:
                _write(folder / f"{place}-{month[1]}.csv", range(place * rows + 1, (place + 1) * rows + 1), WageMonth(*month))
    savers = _savers(members) if members else []
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_member, members_citizenshipperiod, employers_employment")
    return {
        "makers": [_cookies(user) for user in makers],
        "sessions": [_cookies(makers[0]) for _ in range(SESSIONS)],
        "members": [(member.number, _cookies(user)) for member, user in savers],
    }


def _savers(members: int) -> list[tuple["Member", "User"]]:
    """Members with a sign-in, whose year of contributions is credited when this returns."""
    employer: Any = factories.EmployerFactory(number=OF_SAVERS, name="SYARIKAT AHLI HARI KE-15")
    factories.RepresentativeFactory(employer=employer, user__user_id="hari15pembuat")
    factories.RepresentativeFactory(employer=employer, user__user_id="hari15pelulus", checker=True)
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"first": FIRST_SAVER, "people": members, "born": SAVER_BORN})
        cursor.execute(_CITIZENS, {"first": FIRST_SAVER, "people": members})
        cursor.execute(_EMPLOYED, {"employer": employer.pk, "from": FIRST_SAVER, "to": FIRST_SAVER + members})
    runs = [large_filing.pay(WageMonth(*month), number=OF_SAVERS, people="45______") for month in SAVED]
    until = time.monotonic() + GIVE_UP_SECONDS
    while (done := Run.objects.filter(pk__in=runs, state=RunState.DONE).count()) < len(runs):
        assert time.monotonic() < until, f"{done} of {len(runs)} months are credited"
        time.sleep(0.2)
    found = list(Member.objects.filter(number__in=[f"{FIRST_SAVER + 1 + n}" for n in range(members)]).order_by("number"))
    users: list[Any] = [factories.UserFactory(user_id=f"hari15ahli{n}") for n in range(members)]
    for member, user in zip(found, users, strict=True):
        Member.objects.filter(pk=member.pk).update(user=user)
    return list(zip(found, users, strict=True))


def _write(path: Path, people: range, month: "WageMonth") -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(layout.COLUMNS)
        for n in people:
            born = BORN + timedelta(days=n * 7 % 9_000)
            wages = Decimal(150_000 + (n * 3_701 + month.month * 977) % 1_200_000).scaleb(-2)
            facts = schedule.EmployeeFacts(month, wages, Decimal(0), Citizenship.CITIZEN, date(2015, 1, 1), born)
            shares = schedule.shares(facts, schedule.CHOSEN)
            row = (f"{FIRST_NUMBER + n}", f"{born:%y%m%d}{n:06d}", f"PEKERJA NOMBOR {n}", f"{wages:.2f}")
            written.writerow((*row, f"{shares.employer:.0f}", f"{shares.employee:.0f}"))


def _cookies(user: "User") -> str:
    """The header of a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[services.STARTED_AT] = session[services.SEEN_AT] = int(clock.now().timestamp())
    session.save()
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def pay(filing_id: int) -> None:
    """What the maker, the checker and the bank do with a filing that is READY."""
    on, at = clock.business_date(), clock.now().replace(microsecond=0)
    filing = Filing.objects.select_related("prepared_by", "employer").get(pk=filing_id)
    filings.submit(filing_id=filing_id, by=filing.prepared_by, declaration=True, on=on)
    checker = User.objects.get(representations__employer=filing.employer, representations__role=EmployerRole.CHECKER)
    large_filing.approve_and_pay(filing, checker, on, at)


if __name__ == "__main__":
    django.setup()
    from django.db import connection, transaction
    from django.test import Client

    from contributions.borang_a import layout
    from contributions.models import Filing
    from contributions.rules import schedule
    from contributions.services import filing as filings
    from employers.enums import EmployerRole
    from kwsp_portal.common import clock
    from kwsp_portal.common.periods import WageMonth
    from kwsp_portal.jobs.enums import RunState
    from kwsp_portal.jobs.models import Run
    from members.enums import Citizenship
    from members.identity import services
    from members.identity.models import User
    from members.models import Member
    from tests import factories
    from tests.contributions import large_filing

    if sys.argv[1] == "pay":
        for line in sys.stdin:
            pay(int(line))
            print(int(line), flush=True)  # noqa: T201
    else:
        wanted = [int(word) for word in sys.argv[1:4]]
        print(json.dumps(lay_down(wanted[0], wanted[1], wanted[2], Path(sys.argv[4]))))  # noqa: T201
