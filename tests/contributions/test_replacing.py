"""The 120 % replacement (ruling 17) in all that credits or takes back a contribution: what is put back, where it is split, what goes down again."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.http import HttpResponse

from contributions.models import CorrectionLine
from contributions.selectors import divisions, explaining, recompute
from contributions.services import crediting
from contributions.services import voluntary_crediting as voluntary
from kwsp_portal import jobs
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Notice
from members.enums import ReplacementCause
from members.ledger import balances, invariants
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member, ReplacementMove, ReplacementOrder
from members.selectors import invariants as checks
from members.selectors.replacing import open_order
from members.services import replacing
from tests import factories
from tests.contributions import test_matching, volunteering
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.correcting import ON, PAID, approved, credited, moved, officers, post, was_a_citizen, was_never_a_citizen
from tests.contributions.crediting import credit, pay, savings
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_wrong_credits import moved as given_to
from tests.factories import borang_a
from tests.ledger.test_invariants import plant

pytestmark = pytest.mark.django_db
OPENED = date(2026, 11, 1)
WHOLE = 144_900
"""Both shares of RM6,250 in sen."""


def opened(member: Member, left: str, *, ref: int = 1, on: date = OPENED) -> ReplacementOrder:
    """An order for just so much; 120 % of five sixths of it."""
    paid = Decimal(left) / Decimal("1.2")
    with transaction.atomic():
        return replacing.open_order(member=member, cause=ReplacementCause.KHAS, ref=ref, paid_sen=int(paid * 100), on=on)


def standing_of(order: ReplacementOrder) -> tuple[str, date | None]:
    order.refresh_from_db()
    return f"{order.replaced:.2f}", order.filled_on


def moves_of(order: ReplacementOrder) -> list[tuple[int, str]]:
    return [(kind, f"{amount:.2f}") for kind, amount in order.moves.order_by("pk").values_list("kind", "amount")]


def said(code: str) -> list[str]:
    return [
        " ".join((kinds.shown(code, notice.figures).subject, *kinds.shown(code, notice.figures).paragraphs))
        for notice in Notice.objects.filter(code=code).order_by("pk")
    ]


class TestMonthlyContributions:
    def test_all_of_it_goes_to_persaraan_and_is_counted(self, office: Office, bank: Bank) -> None:
        member, other = office.hire(), office.hire()
        order = opened(member, "12000.00")

        filing = credited(office, bank, member, other)

        assert savings(member) == {"PERSARAAN": WHOLE}
        assert savings(other) == {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}
        assert standing_of(order) == ("1449.00", None)
        row = filing.rows.get(member=member)
        assert list(order.moves.values_list("kind", "ref", "part", "booked_on")) == [(EntryKind.CONTRIBUTION, row.pk, 0, PAID)]
        assert invariants.broken() == []

    def test_the_one_that_crosses_is_split_there_and_the_next_is_divided_as_before(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        order = opened(member, "600.00")

        filing = credited(office, bank, member)

        assert savings(member) == {"PERSARAAN": 60_000 + 63_675, "SEJAHTERA": 12_735, "FLEKSIBEL": 8_490}
        assert standing_of(order) == ("600.00", PAID)
        assert said("REPLACEMENT_FILLED") == [
            "Penggantian semula RM\xa0600.00 selesai Caruman anda telah menggantikan RM\xa0600.00. Mulai sekarang caruman dibahagi antara akaun anda "
            "seperti biasa."
        ]
        assert AuditEvent.objects.get(action="replacement.filled").subjects == [member.subject]
        credited(office, bank, member, month=WageMonth(2026, 9))
        assert savings(member)["SEJAHTERA"] == 12_735 + 21_735
        assert moves_of(order) == [(EntryKind.CONTRIBUTION, "600.00")]
        (division,) = divisions.of(list(recompute.lines_of(filing=filing, as_at=ON)), as_at=ON).values()
        assert not division.differs
        assert invariants.broken() == []

    def test_two_rows_of_one_chunk_share_what_is_left(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        order = opened(member, "1600.00")
        first, second = (office.approved(*_rows(member), wage_month=month) for month in (OCTOBER, WageMonth(2026, 9)))
        pay(first, office, bank, PAID)
        pay(second, office, bank, PAID)

        assert credit().failed == 0

        assert standing_of(order) == ("1600.00", PAID)
        assert sum(amount for amount in order.moves.values_list("amount", flat=True)) == 1600
        assert sum(savings(member).values()) == 2 * WHOLE
        assert savings(member)["SEJAHTERA"] == (2 * WHOLE - 160_000) * 15 // 100

    def test_from_55_all_goes_to_emas_and_nothing_is_counted(self, office: Office, bank: Bank) -> None:
        member = office.hire(birth_date=date(1971, 11, 10))
        order = opened(member, "600.00")

        credited(office, bank, member)

        assert savings(member) == {"EMAS": WHOLE}
        assert standing_of(order) == ("0.00", None)
        assert open_order(member, on=PAID) is None
        assert invariants.broken() == []

    def test_an_order_that_is_opened_later_takes_nothing_booked_before(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        order = opened(member, "600.00", on=date(2026, 11, 13))

        credited(office, bank, member)

        assert standing_of(order) == ("0.00", None)
        assert invariants.broken() == []

    @pytest.mark.parametrize("left", ["12000.00", "600.00"])
    def test_why_this_figure_says_so(self, office: Office, bank: Bank, left: str) -> None:
        member = office.hire()
        opened(member, left)
        filing = credited(office, bank, member)
        row = filing.rows.get()
        entry = balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.CONTRIBUTION, [row.pk])[row.pk]

        why = explaining.split_of(row, entry).why

        assert why is not None
        text = " ".join(why.sentences)
        assert ("penggantian semula" in text, "RM\xa0600.00 daripada RM\xa01,449.00" in text) == (True, left == "600.00")

    def test_somebody_who_moves_the_order_between_the_plan_and_the_posting_is_seen(
        self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        member = office.hire()
        order = opened(member, "600.00")
        filing = office.approved(*_rows(member))
        pay(filing, office, bank, PAID)
        acts, looked = crediting.acts, []

        def overtaken(*given: object) -> object:
            looked.append(1)
            if len(looked) == 1:
                ReplacementMove.objects.create(order=order, kind=EntryKind.VOLUNTARY, ref=99, amount=Decimal(100), booked_on=PAID)
                ReplacementOrder.objects.filter(pk=order.pk).update(replaced=Decimal(100))
            return acts(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(crediting, "acts", overtaken)

        assert credit().failed == 0

        assert (standing_of(order), len(looked)) == (("600.00", PAID), 2)
        assert savings(member) == {"PERSARAAN": 50_000 + 71_175, "SEJAHTERA": 14_235, "FLEKSIBEL": 9_490}


def _rows(member: Member) -> list[str]:
    return [borang_a.row(member)]


class TestTakenBack:
    def test_a_correction_takes_the_order_down_in_proportion_and_opens_it_again(self, office: Office, bank: Bank) -> None:
        """1,449 filed, of which 600 filled the order; 1,199 too much. 600 x 1,199 / 1,449 = 496.48 go down."""
        member, people = office.hire(), officers()
        order = opened(member, "600.00")
        filing = credited(office, bank, member)
        was_never_a_citizen(member)

        approved(people, filing)
        post()

        (line,) = CorrectionLine.objects.all()
        assert moves_of(order) == [(EntryKind.CONTRIBUTION, "600.00"), (EntryKind.CORRECTION, "-496.48")]
        assert standing_of(order) == ("103.52", None)
        assert sum(sen for code, sen in moved(line).items() if code != "CREDIT") == -119_900
        assert len(said("REPLACEMENT_REOPENED")) == 1
        assert AuditEvent.objects.filter(action="replacement.reopened").count() == 1
        was_a_citizen(member)
        approved(people, filing)
        post()
        assert standing_of(order) == ("600.00", ON), "what comes again is a contribution again"
        assert [division.differs for division in divisions.of(list(recompute.lines_of(filing=filing, as_at=ON)), as_at=ON).values()] == [False]
        assert invariants.broken() == []

    def test_what_was_another_persons_leaves_one_order_and_comes_to_the_other(self, office: Office, bank: Bank) -> None:
        wrong, right = office.hire(), office.hire()
        theirs, other = opened(wrong, "12000.00"), opened(right, "600.00", ref=2)
        filing = credited(office, bank, wrong)

        found = given_to(officers(), filing, right)

        assert (standing_of(theirs), standing_of(other)) == (("0.00", None), ("600.00", ON))
        assert [kind for kind, _amount in moves_of(theirs)] == [EntryKind.CONTRIBUTION, EntryKind.WRONG_CREDIT]
        assert savings(right) == {"PERSARAAN": 60_000 + 63_675, "SEJAHTERA": 12_735, "FLEKSIBEL": 8_490}
        assert found.posted_on == ON
        assert invariants.broken() == []


class TestOtherContributions:
    @pytest.mark.parametrize(("kind", "fleksibel"), [(volunteering.OWN, 4_000), (volunteering.TOP_UP, 0)])
    def test_a_voluntary_one_counts_whatever_it_is(self, bank: Bank, kind: object, fleksibel: int) -> None:
        member = volunteering.member()
        order = opened(member, "600.00")

        volunteering.came(bank, member, "1000.00", kind)  # type: ignore[arg-type]
        assert jobs.work_some(programmes=[voluntary.PROGRAMME]).failed == 0

        assert standing_of(order)[0] == "600.00"
        assert savings(member).get("FLEKSIBEL", 0) == fleksibel
        assert invariants.broken() == []

    def test_what_comes_late_out_of_suspense_counts(self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kwsp_portal.common.clock.now", lambda: test_matching.PAID_AT)
        member = office.hire()
        order = opened(member, "600.00")
        filing = test_matching.handed_in(office, test_matching.misspelt(member))
        pay(filing, office, bank, test_matching.PAID_AT.date())
        credit()
        row = filing.rows.get()
        assert standing_of(order) == ("0.00", None)

        test_matching.approve(test_matching.propose(office, row, member), office.checker)

        assert standing_of(order)[0] == "600.00"
        assert [kind for kind, _amount in moves_of(order)] == [EntryKind.SUSPENSE_MATCH]
        assert invariants.broken() == []


class TestGuards:
    def test_it_is_opened_once_for_its_cause_and_told(self, office: Office) -> None:
        member = office.hire()
        order = opened(member, "12000.00")

        assert opened(member, "12000.00") == order
        assert len(said("REPLACEMENT_OPENED")) == 1
        assert AuditEvent.objects.get(action="replacement.opened").data["after"] == {"left": "12000.00"}

    @pytest.mark.parametrize("change", ["replaced = 1", "amount = 5", "opened_on = '2026-01-01'"])
    def test_what_an_order_says_is_the_sum_of_its_moves_and_nothing_else_changes(self, office: Office, change: str) -> None:
        order = opened(office.hire(), "600.00")

        with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE members_replacementorder SET {change} WHERE id = %s", [order.pk])  # noqa: S608 - texts of this test

    def test_a_move_stays(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        order = opened(member, "600.00")
        credited(office, bank, member)

        for act in (order.moves.all().delete, lambda: order.moves.update(amount=Decimal(1))):
            with pytest.raises(ProgrammingError), transaction.atomic():
                act()


@pytest.mark.django_db(transaction=True)
class TestInvariants:
    @pytest.mark.parametrize(
        ("damage", "expected"),
        [
            ("UPDATE members_replacementorder SET replaced = replaced - 100, filled_on = NULL", "members.replacement_is_what_was_posted"),
            ("UPDATE members_replacementmove SET amount = amount + 1000000", "members.replacement_is_what_was_posted"),
            ("UPDATE members_replacementmove SET ref = ref + 1000", "members.replacement_is_what_was_posted"),
            ("UPDATE members_replacementorder SET amount = amount + 100, filled_on = NULL", "members.open_replacement_takes_all"),
        ],
    )
    def test_damage_is_named(self, office: Office, bank: Bank, damage: str, expected: str) -> None:
        member = office.hire()
        opened(member, "600.00")
        credited(office, bank, member)

        tables = ("members_replacementorder", "members_replacementmove")
        plant(
            *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
            damage,
            *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables),
        )

        assert expected in {result.name for result in invariants.broken()}
        assert expected.removeprefix("members.") in checks.CHECKS


class TestPages:
    def test_the_home_page_says_how_much_is_left(self, office: Office, bank: Bank) -> None:
        member = office.hire()
        order = opened(member, "12000.00")
        credited(office, bank, member)
        found = open_order(member, on=ON)
        assert found is not None
        assert (found.left, found.percent, found.account) == (Decimal("10551.00"), 12, "Akaun Persaraan")
        order.refresh_from_db()

        page = _home(member)

        assert "RM 1,449.00 daripada RM 12,000.00 telah diganti; RM 10,551.00 lagi." in page

    def test_who_has_none_reads_nothing_of_it(self, office: Office) -> None:
        assert "Penggantian semula" not in _home(office.hire())


def _home(member: Member) -> str:
    user = member.user or factories.UserFactory()
    Member.objects.filter(pk=member.pk).update(user=user)
    page: HttpResponse = signed_in(user).client.get("/member/")
    return text_of(page)
