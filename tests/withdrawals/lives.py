"""Random lives of members with withdrawals of all seven kinds, as the portal's services decide, hold and pay them, and beside them the plain reading
(plain_lives), which knows nothing of the code. A village lives through the same months; after each day all accounts and applications agree."""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Now

from kwsp_portal import jobs
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from members.enums import PayoutState
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.ledger import balances, posting, years
from members.ledger.enums import EntryKind, HolderKind
from members.models import BankAccount, Member, Payout, ReplacementOrder
from members.services import ages, dividends, payout_files, replacing
from tests.factories import leave
from tests.factories import withdrawals as make
from tests.ledger.histories import close_days
from tests.members.plain_dividends import Life
from tests.withdrawals import plain_lives as plain
from tests.withdrawals.sound import unsound
from withdrawals.enums import KindCode, State, StopReason
from withdrawals.models import Application, ApplicationDocument, WithdrawalPayment
from withdrawals.selectors import guides
from withdrawals.services import afterwards, applying, deciding, drafts, khas, moves, paying, recurring
from withdrawals.services.drafts import Said

DAY = timedelta(days=1)
ERAS: Final = {"khas": (date(2022, 3, 28), 2021), "three accounts": (date(2024, 4, 29), 2023)}
"""The first day, and the last year whose dividend is credited."""
SPECIAL: Final = {
    "khas": (date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 19), date(2022, 4, 20), date(2022, 4, 30), date(2022, 5, 1)),
    "three accounts": (date(2024, 5, 10), date(2024, 5, 11), date(2024, 5, 12)),
}
WISHES: Final = {
    "khas": ("KHAS_2022", "KHAS_2022", "KHAS_2022", "AGE_50", "HOUSE_BUY", "HOUSE_INSTALMENT", "EDUCATION", "AGE_55", "AGE_55"),
    "three accounts": ("FLEKSIBEL", "FLEKSIBEL", "AGE_50", "HOUSE_BUY", "HOUSE_INSTALMENT", "EDUCATION", "AGE_55", "AGE_55", "AGE_55"),
}
MOST_CONTRIBUTED: Final = {"khas": 90_000, "three accounts": 400_000}
"""Sen of a contribution: of the latter a tenth on Akaun Fleksibel is often more than the RM50 that can be taken of it."""
MODES: Final = ("ALL", "PART", "MONTHLY", "PART_AND_MONTHLY", "DIVIDEND")
_REFS = iter(range(5_000_000, 9_000_000))


def _running_instalment(person: plain.Person) -> plain.App | None:
    return next((app for app in person["apps"] if app["kind"] == "HOUSE_INSTALMENT" and app["state"] == "ACTIVE"), None)


def rm(sen: int) -> str:
    return f"{sen // 100}.{sen % 100:02d}"


class Village:
    """`busy`: how many acts a member tries on a day on which they act."""

    def __init__(self, seed: int, members: int, era: str) -> None:
        self.dice, self.era = Random(seed), era
        self.today, paid_year = ERAS[era]
        self.world = plain.new_world(paid_year)
        self.seen: Counter[str] = Counter()
        self.people: dict[int, plain.Person] = {}
        self.members: dict[int, Member] = {}
        self.apps: dict[int, plain.App] = {}
        self.ids: dict[int, int] = {}
        self.late: list[int] = []
        self.officers = [make.officer() for _each in range(8)]
        self._close(paid_year)
        for _each in range(members):
            self._born()

    # Who lives there

    def _born(self) -> None:
        dice, first = self.dice, self.today
        turning = first + DAY * dice.randrange(-60, 420)
        year, month, day = turning.year - dice.choice((30, 50, 50, 51, 55, 55, 55, 55, 56)), turning.month, min(turning.day, 28)
        born = date(year, month, day)
        if dice.random() < 0.15:
            born = date(dice.choice((1968, 1972, 1968, 1972, 1992)), 2, 29)
        user = make.UserFactory()
        member = make.MemberFactory(birth_date=born, member_since=date(2000, 1, 1), user=user)
        person = plain.new_person(Life(member.pk, born, None))
        self.people[member.pk], self.members[member.pk] = person, member
        self._account(member, first)
        for _each in range(2):
            self._contributes(member, person, first, dice.choice((20_000, 400_000, 3_000_000, 9_000_000)))

    def _account(self, member: Member, on: date) -> None:
        person = self.people[member.pk]
        person["account"] += 1
        since = datetime.combine(on - DAY * 30, time(9), KL)
        BankAccount.objects.filter(member=member, state="CURRENT").update(state="REPLACED", ended_at=since)
        make.bank_account(member, since=since)

    # A day

    def live(self, days: int, *, at_once: float) -> None:
        """So many days from the first, of which about every fifth sees acts; each member acts on one with the probability `at_once`, and on days that
        the law of the era begins or ends with more often."""
        end = self.today + DAY * days
        while self.today < end:
            special = self.today in SPECIAL[self.era]
            if special or self.today.day == plain.PAID_ON or self.dice.random() < 0.1 or self._is_birthday():
                self._day(at_once * (4 if special else 1))
            if (self.today.month, self.today.day) == (3, 10):
                self._new_year(self.today.year - 1)
            self.today += DAY
        self._end()

    def _is_birthday(self) -> bool:
        """Of somebody who is 55 today; the first two of a village are looked at on the day before, too."""
        days = [plain.birthday(one["life"].born, 55) - self.today for one in self.people.values()]
        return DAY in days[:2] or any(not day for day in days[:6])

    def _day(self, at_once: float) -> None:
        on = self.today
        for person in self.people.values():
            plain.turn(self.world, person, on)
        batch_is_late = self.dice.random() < 0.3
        if not batch_is_late:
            self._ages(on)
        for pk, person in self.people.items():
            if self.dice.random() < at_once:
                self._acts(self.members[pk], person, on)
            if self.dice.random() < 0.1:
                self._contributes(self.members[pk], person, on, self.dice.randrange(1, MOST_CONTRIBUTED[self.era]))
        for app in [one for one in self.world["apps"] if one["state"] in plain.UNDECIDED]:
            if app["kind"] != "KHAS_2022" and self.dice.random() < 0.5:
                self._desk(app, on)
        if batch_is_late:
            self._ages(on)
        self._programmes(on)
        self._agree(on)

    def _ages(self, on: date) -> None:
        if ages.plan(on.isoformat(), on):
            jobs.open_run(programme=ages.PROGRAMME, period=on.isoformat(), chunks=ages.plan(on.isoformat(), on), on=on)
            assert jobs.work_some(programmes=[ages.PROGRAMME]).failed == 0

    def _programmes(self, on: date) -> None:
        """What the portal does by itself on a day, in its order, and the bank's word."""
        at = datetime.combine(on, time(12), KL)
        for app in self.world["apps"]:
            if app["kind"] == "KHAS_2022" and app["state"] == "SUBMITTED" and on >= date(2022, 4, 20):
                plain.decide_khas(self.world, app, on)
                khas.decide(application_id=self.ids[id(app)], on=on)
                self.seen[f"khas {app['state']}"] += 1
        for app in self.world["apps"]:
            if app["state"] in ("APPROVED", "RETURNED"):
                plain.process(self.world, app, on)
                paying.process(application_id=self.ids[id(app)], on=on, at=at)
                self.seen[f"processed {app['state']}"] += 1
        for app in self.world["apps"]:
            if app["state"] == "ACTIVE":
                plain.pay_again(self.world, app, on)
        ids = sorted(Application.objects.filter(state=State.ACTIVE).values_list("pk", flat=True))
        if ids:
            with transaction.atomic():
                recurring.pay(first=ids[0], last=ids[-1], on=on, at=at)
        plain.make_file(self.world, on)
        with transaction.atomic():
            payout_files._make(on)
        self._bank(on, at)

    def _bank(self, on: date, at: datetime) -> None:
        for payout in Payout.objects.filter(state=PayoutState.SENT).order_by("pk"):
            fate = self.dice.choice(("PAID",) * 7 + ("CLOSED", "LATE"))
            if fate == "LATE":
                continue
            row = WithdrawalPayment.objects.get(pk=payout.ref)
            app = self.apps[row.application_id]
            one = app["payments"][row.place - 1]
            assert (one["state"], Decimal(rm(one["sen"]))) == ("ORDERED", payout.amount), (on, app, one, payout.amount)
            if fate == "PAID":
                plain.paid(app, one)
                answer = payout_files.Answer(payout.number, payout.amount, payout_files.Result.PAID, f"B{payout.pk}", at)
            else:
                plain.returned(self.world, app, one)
                plain.turn(self.world, app["person"], on)
                answer = payout_files.Answer(payout.number, payout.amount, payout_files.Result.CLOSED, "", None)
                if self.dice.random() < 0.8:
                    self.late.append(app["person"]["life"].member_id)
            for _time in range(2):
                payout_files._hear(answer, on, at)
            self.seen[fate] += 1

    # What members do

    def _contributes(self, member: Member, person: plain.Person, on: date, sen: int) -> None:
        """A contribution of an employer, or the Government's incentive, which puts nothing back."""
        if self.dice.random() < 0.15:
            code = plain.give(self.world, person, sen, on)
            legs = [posting.Leg(posting.member(member.pk, code), sen), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sen)]
            posting.post(posting.Act(EntryKind.INCENTIVE, next(_REFS), 0, on, on, legs))
            return
        kind = EntryKind.VOLUNTARY if self.dice.random() < 0.4 else EntryKind.CONTRIBUTION
        sen += 0 if kind is EntryKind.VOLUNTARY else -sen % 100  # shares of Borang A are whole ringgit
        plain.contribute(self.world, person, sen, on)
        act = posting.Act(kind, next(_REFS), 0, on, on, [])

        def post() -> None:
            orders = replacing.read([member.pk], on=on)
            parts = orders.split_sen(member.pk, sen, member.birth_date, on, act.key)
            legs = [posting.Leg(posting.member(member.pk, code.value), part) for code, part in parts]
            legs.append(posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sen))
            with transaction.atomic():
                posting.post(act._replace(legs=legs))
                orders.keep(on)

        replacing.posted(post)

    def _acts(self, member: Member, person: plain.Person, on: date) -> None:
        """Replaces an account that sent money back, cancels, appeals or applies."""
        if member.pk in self.late:
            self.late.remove(member.pk)
            self._account(member, on)
        there = [app for app in person["apps"] if app["state"] in (*plain.UNPAID, "ACTIVE")]
        refused = [app for app in person["apps"] if app["state"] == "REFUSED"]
        if there and self.dice.random() < 0.15:
            app = self.dice.choice(there)
            stoppable = app["kind"] == "HOUSE_INSTALMENT" and app["state"] in ("APPROVED", "RETURNED", "ACTIVE") and self.dice.random() < 0.3
            (self._stops if stoppable else self._cancels)(app, on)
        elif refused and self.dice.random() < 0.4:
            self._appeals(self.dice.choice(refused), on)
        else:
            self._applies(member, person, on)

    def _cancels(self, app: plain.App, on: date) -> None:
        expected, code = plain.cancel(app), ""
        try:
            afterwards.cancel(application_id=self.ids[id(app)], by=self._user(app), on=on, at=self._at(on))
        except moves.NotAllowed as why:
            code = why.code
        assert code == expected, (app, code, expected)
        self.seen[f"cancelled {code}".strip()] += 1

    def _stops(self, app: plain.App, on: date) -> None:
        """An officer, for what the kind's clauses name; what becomes of the money is as if the member had cancelled."""
        expected, code = plain.cancel(app), ""
        found = moves.Application.objects.get(pk=self.ids[id(app)])
        try:
            said = {"reason": self.dice.choice(tuple(StopReason)), "comment": "Rumah itu telah dijual"}
            deciding.stop(application_id=found.pk, version=found.version, by=self.dice.choice(self.officers), on=on, **said)
        except moves.NotAllowed as why:
            code = why.code
        assert code == expected, (app, code, expected)
        self.seen[f"stopped {code}".strip()] += 1

    def _appeals(self, app: plain.App, on: date) -> None:
        found = moves.Application.objects.select_related("member__user").get(pk=self.ids[id(app)])
        expected = plain.appeal(self.world, app, on)
        try:
            told = {"approval": self._code(found, on), "by": self._user(app), "on": on, "at": self._at(on)}
            applying.appeal(application_id=found.pk, reason="Dokumen baharu", **told)
            said: set[str] = set()
        except applying.NotEligible as why:
            said = {one.code for one in why.refusals}
        assert said == expected, (app, said, expected)
        self.seen["appealed" if not said else "appeal refused"] += 1

    def _applies(self, member: Member, person: plain.Person, on: date) -> None:
        app, answers = self._wish(person, on)
        kind, expected = app["kind"], plain.submit(self.world, app, on)
        by = member.user
        assert by is not None
        found = drafts.begin(member=member, kind=KindCode(kind), by=by, on=on)
        found = drafts.say(application_id=found.pk, version=found.version, said=Said(answers=answers, asked=Decimal(rm(app["asked"]))), by=by)
        self._papers(found, on)
        try:
            found = applying.submit(application_id=found.pk, version=found.version, approval=self._code(found, on), by=by, on=on, at=self._at(on))
            said: set[str] = set()
        except applying.NotEligible as why:
            said = {one.code for one in why.refusals}
            drafts.discard(application_id=found.pk, by=by, on=on)
        except moves.NotAllowed as why:
            said = {why.code}
        assert said == expected, (on, app, said, expected, person["life"].born)
        self.seen[f"{kind} {'handed in' if not said else 'not'}"] += 1
        for code in said:
            self.seen[code] += 1
        if not said:
            person["apps"].append(app)
            self.world["apps"].append(app)
            self.apps[found.pk], self.ids[id(app)] = app, found.pk

    def _wish(self, person: plain.Person, on: date) -> tuple[plain.App, dict[str, Any]]:
        """What they want, which one in ten cannot have; the others look for what they can."""
        stubborn = self.dice.random() < 0.1
        for _each in range(12):
            kind = self.dice.choice(WISHES[self.era])
            if _running_instalment(person) and self.dice.random() < 0.4:
                kind = "HOUSE_INSTALMENT"
            told, answers, subject = getattr(self, f"_{kind.lower()}")(person, on)
            app = plain.new_app(person, kind, 1, told, subject)
            most, _why = plain.judge(self.world, app, on, 1)
            app["asked"] = self._asked(app, most)
            if stubborn or not plain.judge(self.world, app, on, app["asked"])[1]:
                break
        return app, answers

    def _asked(self, app: plain.App, most: int) -> int:
        """Often at a border, now and then one sen above it."""
        told, dice = app["told"], self.dice
        if told.get("months"):
            return int(told.get("part", 0) + told["monthly"] * told["months"] + (dice.random() < 0.03))
        if told.get("mode") in ("ALL", "DIVIDEND") and dice.random() < 0.9:
            return max(most, 1)
        if app["kind"] == "FLEKSIBEL" and dice.random() < 0.9:
            return dice.choice((49_99, 50_00, 60_50, 250_00, min(max(most, 1), 250_00)))
        return dice.choice((max(most, 1), max(most, 1), most + 1, max(most // 2, 1), max(most // 3, 1), 50_00, 1))

    def _papers(self, found: Application, on: date) -> None:
        result = guides.of_draft(found, on=on).result
        for code in guides.needed(result, found.channel) if result else ():
            file = make.StoredFileFactory(uploaded_by=found.member.user)
            ApplicationDocument.objects.create(application=found, code=code, file=file, added_by=found.member.user, added_on=on)

    def _age_50(self, person: plain.Person, on: date) -> tuple[dict[str, Any], dict[str, Any], object]:
        return {}, {}, ""

    _fleksibel = _age_50
    _khas_2022 = _age_50

    def _education(self, person: plain.Person, on: date) -> tuple[dict[str, Any], dict[str, Any], object]:
        dice = self.dice
        child, semester, loan = dice.random() < 0.5, dice.choice((1, 2)), dice.random() < 0.3
        cost, sponsored = dice.choice((1_000_00, 4_000_00, 30_000_01)), dice.choice((0, 0, 0, 500_00, 1_000_00))
        answers = {"who": "CHILD" if child else "SELF", "institution": "Universiti Contoh", "place": "MALAYSIA", "course": "Sains"}
        level = "DIPLOMA" if sponsored else "DEGREE"
        answers |= {"level": level, "study": "FULL_TIME", "status": "STUDYING", "purpose": "LOAN" if loan else "FEES", "sponsored": rm(sponsored)}
        answers |= {"student_name": "AMIN", "student_id": f"STU{semester}"} if child else {}
        fees = {"semester": semester, "fees": rm(cost - 300_00), "hostel": rm(300_00), "paid_already": False}
        answers |= {"loan_balance": rm(cost), "lender": "Dana Contoh", "loan_number": "P-1"} if loan else fees
        told = {"child": child, "cost": cost, "sponsored": sponsored, "loan": loan}
        return told, answers, (f"STU{semester}" if child else "", level, "LOAN" if loan else semester)

    def _house_buy(self, person: plain.Person, on: date) -> tuple[dict[str, Any], dict[str, Any], object]:
        dice, title = self.dice, f"GRN {self.dice.randrange(1, 12)}"
        price, loan = dice.choice(((100_000_00, 95_000_00), (100_000_00, 95_000_00), (240_000_07, 200_000_00), (60_000_00, 0)))
        house, first = dice.choice((("FIRST", True), ("FIRST", True), ("SECOND", False)))
        answers = {"title": title, "address": "12 Jalan Mawar", "property": "TERRACE", "in_malaysia": True, "house": house, "together": "ALONE"}
        answers |= {"agreement_on": (on - 20 * DAY).isoformat(), "price": rm(price), "financing": "LOAN" if loan else "CASH"}
        answers |= {"loan": rm(loan), "lender": "Bank Contoh"} if loan else {}
        disposed = on - DAY * (self.today.day % 3)
        answers |= {} if first else {"disposed_on": disposed.isoformat()}
        return {"price": price, "loan": loan, "first": first, "disposed": disposed}, answers, title

    def _house_instalment(self, person: plain.Person, on: date) -> tuple[dict[str, Any], dict[str, Any], object]:
        dice, title = self.dice, f"GRN {self.dice.randrange(1, 12)}"
        running = _running_instalment(person)
        if running and dice.random() < 0.9:
            title = str(running["subject"])
        stated = on - DAY
        changed = on - DAY * dice.choice((0, 1, 3, 20)) if dice.random() < (0.8 if running else 0.1) else None
        balance, instalment = dice.choice((80_000_00, 900_00, 2_500_00)), dice.choice((900_00, 300_00))
        monthly, months = dice.choice((100_00, 300_00, 450_05, 99_99, 900_00)), dice.choice((6, 6, 7, 12, 24, 5))
        ends = dice.choice((on + 3000 * DAY, on + 200 * DAY))
        answers = {"title": title, "address": "12 Jalan Mawar", "lender": "Bank Contoh", "loan_number": "L-1", "statement_by": "LENDER"}
        answers |= {"changed_on": changed.isoformat()} if changed else {}
        answers |= {"statement_on": stated.isoformat(), "balance": rm(balance), "refinanced": False, "loan_ends_on": ends.isoformat()}
        answers |= {"instalment": rm(instalment), "paying": True, "together": "ALONE", "monthly": rm(monthly), "months": months}
        told = {
            "balance": balance,
            "instalment": instalment,
            "monthly": monthly,
            "months": months,
            "ends": ends,
            "stated": stated,
            "changed": changed,
        }
        return told, answers, title

    def _age_55(self, person: plain.Person, on: date) -> tuple[dict[str, Any], dict[str, Any], object]:
        dice, mode = self.dice, self.dice.choice(MODES)
        told: dict[str, Any] = {"mode": mode}
        if mode == "PART_AND_MONTHLY":
            told["part"] = dice.choice((2_000_00, 1_999_99, 5_000_00))
        if "MONTHLY" in mode:
            told |= {"monthly": dice.choice((250_00, 249_99, 100_00, 400_00)), "months": dice.choice((12, 12, 15, 11))}
        answers = {name: rm(value) if name in ("part", "monthly") else value for name, value in told.items()}
        return told, answers, ""

    # What officers do

    def _desk(self, app: plain.App, on: date) -> None:
        """Take it and decide it, or ask for a paper, or put it back; above RM50,000 a second one."""
        pk, dice = self.ids[id(app)], self.dice
        one, two = self.officers[2 * min(app["appeals"], 3)], self.officers[2 * min(app["appeals"], 3) + 1]
        if app["state"] == "DOCUMENTS":
            self._answers(app, on)
        elif app["state"] == "SECOND":
            self._second(app, one, two, on)
        elif app["state"] == "SUBMITTED":
            deciding.take(application_id=pk, by=one, on=on)
            app["state"] = "IN_PROCESS"
        if app["state"] != "IN_PROCESS":
            return
        act = dice.choice(("approve", "approve", "approve", "approve", "less", "refuse", "ask", "put_back", "wait"))
        version = Application.objects.values_list("version", flat=True).get(pk=pk)
        if act == "refuse":
            deciding.refuse(application_id=pk, version=version, comment="Tidak lengkap", by=one, on=on)
            plain.end(app, "REFUSED")
        elif act == "ask":
            deciding.ask(application_id=pk, version=version, comment="Penyata bank", by=one, on=on)
            app["state"] = "DOCUMENTS"
        elif act == "put_back":
            deciding.put_back(application_id=pk, by=one, on=on)
            app["state"] = "SUBMITTED"
        elif act != "wait":
            self._approve(app, one, max(app["asked"] // 2, 1) if act == "less" else app["asked"], version, on)
        self.seen[act] += 1

    def _approve(self, app: plain.App, by: User, given: int, version: int, on: date) -> None:
        changes = app["kind"] == "HOUSE_INSTALMENT" and bool(plain.replaces(app))
        expected, code = plain.approve(self.world, app, given, on), ""
        try:
            with transaction.atomic():
                amount = None if app["state"] == "SECOND" and not expected and app["approved"] else Decimal(rm(given))
                deciding.approve(
                    application_id=self.ids[id(app)], version=version, amount=amount, comment="Sebahagian", by=by, on=on, at=self._at(on)
                )
        except deciding.NotAllowed as why:
            code = why.code
        assert code == expected, (on, app, given, code, expected)
        self.seen[f"approval {code}".strip()] += 1
        self.seen["instalment changed"] += changes and app["state"] == "APPROVED"

    def _second(self, app: plain.App, one: User, two: User, on: date) -> None:
        pk = self.ids[id(app)]
        version = Application.objects.values_list("version", flat=True).get(pk=pk)
        if self.dice.random() < 0.2:
            deciding.send_back(application_id=pk, version=version, comment="Semak semula", by=two, on=on)
            app["state"] = "IN_PROCESS"
        else:
            self._approve(app, two, app["recommended"], version, on)

    def _answers(self, app: plain.App, on: date) -> None:
        found = Application.objects.select_related("member__user").get(pk=self.ids[id(app)])
        file = make.StoredFileFactory(uploaded_by=found.member.user, uploaded_at=Now())
        ApplicationDocument.objects.create(application=found, code="BANK", file=file, added_by=found.member.user, added_on=on)
        afterwards.answer(application_id=found.pk, by=self._user(app), on=on, at=self._at(on))
        app["state"] = "IN_PROCESS"

    # Years and ends

    def _close(self, year: int) -> None:
        close_days(year)
        years.mark(year=year)
        years.store_openings(year=year, first=1, end=10**9)
        assert dividends.open_next(on=self.today) == 1
        engine.work_some(programmes=[dividends.PROGRAMME])

    def _new_year(self, year: int) -> None:
        """All follow their ages and no answer is late when the year is closed; then its dividend is credited."""
        for person in self.people.values():
            plain.turn(self.world, person, self.today)
        self._ages(self.today)
        self._close(year)
        for person in self.people.values():
            plain.annual_dividend(self.world, person, year, self.today)
        self.world |= {"next_year": year + 1, "open_from": date(year + 1, 1, 1)}
        self._agree(self.today)
        self.seen["dividends"] += len(self.people)

    def _agree(self, on: date) -> None:
        pots = balances.pots_of_many(HolderKind.MEMBER, list(self.people))
        states = {row[0]: row[1:] for row in Application.objects.filter(pk__in=self.apps).values_list("pk", "state", "approved", "paid")}
        wanted = dict(ReplacementOrder.objects.filter(member__in=self.people).values_list("member_id", "amount"))
        back = dict(ReplacementOrder.objects.filter(member__in=self.people).values_list("member_id", "replaced"))
        for pk, person in self.people.items():
            told: dict[str, list[int]] = defaultdict(lambda: [0, 0])
            for code, pot in pots[pk].items():
                stands = "AKAUN_55" if code in plain.BEFORE_55 and plain.is_55(person, on) else code
                told[stands][0] += pot.balance_sen
                told[stands][1] += pot.held_sen
            codes = {leg.code for leg in person["life"].legs}
            mine = {code: [person["life"].stands(code), plain.held_of(person, code)] for code in codes}
            assert {code: both for code, both in told.items() if any(both)} == {code: both for code, both in mine.items() if any(both)}, (
                on,
                person["life"].born,
                person["apps"],
            )
            assert person["replace"] == (int((wanted[pk] - back[pk]) * 100) if pk in wanted else None)
        for pk, app in self.apps.items():
            state, approved, paid = states[pk]
            expected = (app["state"], None if app["approved"] is None else Decimal(rm(app["approved"])), Decimal(rm(app["paid"])))
            assert (state, approved, paid) == expected or (state == app["state"] == "REFUSED"), (on, app, state, approved, paid)

    def _end(self) -> None:
        self._ages(self.today)
        found = unsound()
        assert found == [], found

    # Small things

    def _user(self, app: plain.App) -> User:
        user = self.members[app["person"]["life"].member_id].user
        assert user is not None
        return user

    def _at(self, on: date) -> datetime:
        return datetime.combine(on, time(10), KL)

    def _code(self, found: Application, on: date) -> Approval:
        user = found.member.user
        assert user is not None
        return leave.as_rows(user=user, purpose=Purpose.WITHDRAWAL, shown=applying.shown(found, applying.account_for(found)), at=self._at(on))
