"""Random lives of members over half-years of i-Saraan and i-Suri, as the portal claims, hears and credits them, and beside it the plain reading
of the rulings (tests.statute.plain_incentive), which knows nothing of the code."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import connection

from contributions.enums import IncentiveScheme
from contributions.models import EKasihSpan, IncentiveClaim, IncentiveRun, VoluntaryContribution
from contributions.rules.incentive import HalfYear
from contributions.services import incentive_appeals, incentive_runs
from members.ledger import invariants
from members.ledger.enums import EntryKind
from members.models import Member
from tests import factories
from tests.contributions import voluntary_reversing, volunteering
from tests.contributions.incentive_runs import Officers, credited, officers, run, stands
from tests.guards.test_constraints import row
from tests.statute import plain_incentive

DAY = timedelta(days=1)
LONG_AGO = date(2012, 6, 1)
AMOUNTS = (400, 500, 1_000, 6_000, 10_001, 60_000, 166_667, 200_000, 250_000, 333_333, 999_999)
"""Sen, at and beside what earns the most."""
SMALL = 100_000
"""Sen: of this the year's ceiling leaves room for any number that a life has."""
_CREDITED = """
SELECT a.code, sum(p.amount_sen)::bigint FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id JOIN ledger_entry e ON e.id = p.entry_id
 WHERE e.kind = %s AND a.holder_kind = 'MEMBER' AND a.holder_id = %s GROUP BY 1
"""


class Lives:
    """Members who live through the same half-years from `first` on; what happens to each is told to the portal and kept in the plain person."""

    def __init__(self, seed: int, members: int, first: int) -> None:
        self.dice, self.first, self.years = Random(seed), first, 0
        self.people: dict[int, dict[str, Any]] = {}
        self.claims: dict[tuple[int, str], list[tuple[int, int, str]]] = defaultdict(list)
        self.credits: dict[int, dict[str, int]] = defaultdict(dict)
        self.came: list[tuple[int, int, VoluntaryContribution]] = []
        self.seen: defaultdict[str, int] = defaultdict(int)
        self.officers: Officers = officers()
        for _each in range(members):
            member, person = self._born()
            self.people[member.pk] = person

    def live(self, years: int) -> None:
        """Year after year, two runs of each scheme; raises AssertionError where the portal and the plain reading part."""
        for year in range(self.first, self.first + years):
            for number in (1, 2):
                self._half(HalfYear(year, number))
        self.years = years
        assert {pk: incentives_in(pk) for pk in self.people} == {pk: self.credits[pk] for pk in self.people}
        # What is left of contributions that came with their money, and nothing of those that were taken back.
        own: dict[int, int] = defaultdict(int)
        for pk, number, _found in self.came:
            own[pk] += self.people[pk]["came"][number][1] * (self.people[pk]["came"][number][4] is None)
        assert {pk: sum(stands(Member.objects.get(pk=pk)).values()) for pk in self.people} == {
            pk: sum(self.credits[pk].values()) + own[pk] for pk in self.people
        }

    def _day(self, first: date, last: date) -> date:
        """Often at a border."""
        return self.dice.choice((first, last)) if self.dice.random() < 0.1 else first + DAY * self.dice.randrange((last - first).days + 1)

    def _born(self) -> tuple[Member, dict[str, Any]]:
        dice, year = self.dice, self.first
        turning = self._day(date(year, 1, 1), date(year + 3, 12, 28))
        born = date(turning.year - dice.choice((25, 40, 50, 55, 55, 60, 60, 65)), turning.month, min(turning.day, 28))
        if dice.random() < 0.1:
            born = date(dice.choice((1964, 1968, 1972)), 2, 29)
        since = LONG_AGO if dice.random() < 0.9 else self._day(date(year, 1, 1), date(year + 1, 12, 31))
        standing = "CITIZEN" if dice.random() < 0.95 else "PERMANENT_RESIDENT"
        member = factories.MemberFactory(birth_date=born, member_since=since, status=standing)
        person = {"born": born, "standings": [(born, standing)], "member_since": since, "came": [], "arrived": [], "registered": [], "listed": []}
        self._schemes(member, person)
        return member, person

    def _schemes(self, member: Member, person: dict[str, Any]) -> None:
        """One scheme, or one after the other; who is, or was, on the Ministry's list."""
        first = date(self.first - 2, 5, 5) if self.dice.random() < 0.7 else self._day(date(self.first, 1, 1), date(self.first + 1, 12, 31))
        scheme = self.dice.choice(("ISARAAN", "ISURI"))
        while True:
            last = self._day(first, date(self.first + 3, 12, 31)) if self.dice.random() < 0.35 else None
            work = self.dice.choice(("FARMER", "FARMER", "OTHER", "PENSIONABLE")) if scheme == "ISARAAN" else None
            person["registered"].append((scheme, first, last, work))
            extra = {"isuri": True} if work is None else {"occupation": work, "other_work": "Tukang" * (work == "OTHER")}
            factories.IncentiveRegistrationFactory(member=member, scheme=scheme, first=first, last=last, **extra)
            if last is None or last.year > self.first + 2:
                break
            first, scheme = last + DAY * self.dice.choice((1, 1, 30)), self.dice.choice(("ISARAAN", "ISURI"))
        if self.dice.random() < 0.85:
            span = (LONG_AGO, None) if self.dice.random() < 0.7 else (LONG_AGO, self._day(date(self.first, 1, 1), date(self.first + 2, 12, 31)))
            EKasihSpan.objects.create(member=member, first=span[0], last=span[1])
            person["listed"].append(span)

    def _half(self, half: HalfYear) -> None:
        on = half.last_day + DAY
        for pk in self.people:
            self._pays(pk, half)
        self._taken_back(on)
        self._appealed(on)
        for scheme in IncentiveScheme:
            if incentive_runs.is_known(scheme, half):
                self._run(scheme, half, on)

    def _pays(self, pk: int, half: HalfYear) -> None:
        """To any kind; some is credited after the run was opened. Now and then an employer's contribution arrives."""
        person = self.people[pk]
        for _each in range(self.dice.choice((0, 0, 1, 1, 2, 4))):
            held = [name for name, first, last, _work in person["registered"] if first <= half.last_day and (last is None or last >= half.first_day)]
            kind = self.dice.choice((*held * 4, "ISARAAN", "ISURI", "OWN_CHOICE"))
            sen, paid = self.dice.choice((*AMOUNTS, self.dice.randrange(1, 300_000))), self._day(half.first_day, half.last_day)
            there = paid + DAY * self.dice.choice((0, 0, 0, 0, 1, 7, 40, 200))
            amount, member = Decimal(sen).scaleb(-2), Member.objects.get(pk=pk)
            # Only what came with its money can be taken back; what is small never meets the ceiling.
            if sen <= SMALL and self.dice.random() < 0.25:
                found = volunteering.paid(member, amount, kind, paid_on=paid, credited_on=there)
                self.came.append((pk, len(person["came"]), found))
            else:
                factories.VoluntaryContributionFactory(member=member, kind=kind, amount=amount, paid_on=paid, credited_on=there)
            person["came"].append((kind, sen, paid, there, None))
        if self.dice.random() < 0.04:
            day = self._day(half.first_day, half.last_day)
            filing = factories.FilingFactory(approved=True, state="CREDITED", paid_on=day, credited_on=day)
            row(filing=filing, member=Member.objects.get(pk=pk))
            person["arrived"].append(day)

    def _taken_back(self, on: date) -> None:
        """Some contributions, whenever they came, before the run or on its day, by two officers."""
        for pk, number, contribution in self.came:
            kind, sen, paid, there, back = self.people[pk]["came"][number]
            if back is None and there <= on and self.dice.random() < 0.1:
                back = on - DAY * self.dice.randrange(min(20, (on - there).days) + 1)
                self.people[pk]["came"][number] = (kind, sen, paid, there, back)
                proposed = voluntary_reversing.propose(contribution, by=self.officers.maker, on=back)
                assert voluntary_reversing.approve(proposed, by=self.officers.checker, on=back).contribution.reversed_on == back
                self.seen["taken back"] += 1

    def _appealed(self, on: date) -> None:
        for claim in IncentiveClaim.objects.filter(state="REFUSED", appealed_on=None).select_related("run").order_by("pk"):
            if self.dice.random() < 0.4:
                incentive_appeals.appeal(claim_id=claim.pk, words="Dokumen ditunjukkan.", by=self.officers.checker, on=on)
                earlier = self.claims[claim.member_id, claim.run.scheme]
                earlier[earlier.index((claim.run.year, int(claim.amount * 100), "REFUSED"))] = (claim.run.year, int(claim.amount * 100), "APPEALED")
                self.seen["appealed"] += 1

    def _run(self, scheme: IncentiveScheme, half: HalfYear, on: date) -> None:
        found = run(half, on=on, scheme=scheme)
        expected = {}
        for pk, person in self.people.items():
            seen = plain_incentive.known(person, on)
            amount = plain_incentive.owed(seen, scheme.value, half.year, half.number, since=self.first, claims=self.claims[pk, scheme.value])
            if amount:
                expected[pk] = amount
        claimed = dict(found.found.values_list("member_id", "amount"))
        over = dict(found.found.values_list("member_id", "over"))
        assert {pk: int((claimed[pk] - over[pk]) * 100) for pk in claimed} == expected, (scheme, half)
        if found.state != "NOTHING":
            self._answered(found, half, on)

    def _answered(self, found: IncentiveRun, half: HalfYear, on: date) -> None:
        """In time or late; some claims are refused."""
        received = on + DAY * self.dice.choice((5, 31, 90, 150))
        claims = list(found.found.filter(amount__gt=0).order_by("pk"))
        refused = {claim.member_id: "Tidak sepadan" for claim in claims if self.dice.random() < 0.15}
        credited(half, self.officers, on=on, received_on=received, refused=refused, scheme=IncentiveScheme(found.scheme))
        credited_on = max(received, date(half.year, 8, 1) if half.number == 1 else date(half.year + 1, 2, 1))
        for claim in claims:
            fate, sen, pk = "REFUSED" if claim.member_id in refused else "PAID", int(claim.amount * 100), claim.member_id
            self.claims[pk, found.scheme].append((half.year, sen, fate))
            self.seen[fate] += 1
            if fate == "PAID":
                account = "EMAS" if plain_incentive.birthday(self.people[pk]["born"], 55) <= credited_on else "PERSARAAN"
                self.credits[pk][account] = self.credits[pk].get(account, 0) + sen
        self.seen["set off"] += found.found.filter(over__gt=0).count()


def incentives_in(pk: int) -> dict[str, int]:
    """What incentives were credited to a member, in sen by account, as the ledger has it."""
    with connection.cursor() as cursor:
        cursor.execute(_CREDITED, [EntryKind.INCENTIVE, pk])
        return dict(cursor.fetchall())


def unsound() -> set[str]:
    """What check_ledger finds of the runs and of the ledger itself: nobody filed or paid for these employers' contributions."""
    found = {result.name for result in invariants.run() if not result.ok}
    return {name for name in found if name in invariants.CHECKS or "incentive" in name or "government" in name}
