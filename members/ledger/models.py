"""The tables of the ledger. Written by members.ledger.posting only; guarded by PostgreSQL (migrations/0002_guards.py).

All amounts are whole sen. Columns are decided in the design of the ledger; everything later stands on their names.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kwsp_portal.templatetags import formats
from members.ledger import chart, labels
from members.ledger.enums import EntryKind, HolderKind, HoldKind, HoldState
from members.ledger.models_checks import CheckRun as CheckRun
from members.ledger.models_checks import Freeze as Freeze
from members.ledger.models_dividends import DividendSettled as DividendSettled


class Account(models.Model):
    """One pot of one holder. `dividend_to` is the code of the same holder's account that receives its dividend, or empty.

    The unique index carries the id, so that a chunk finds its accounts without reading the table.
    """

    holder_kind = models.CharField(_("Jenis pemegang"), max_length=8, choices={kind.value: kind.value for kind in HolderKind})
    holder_id = models.BigIntegerField(_("ID pemegang"))
    code = models.CharField(_("Kod"), max_length=24)
    opened_on = models.DateField(_("Dibuka pada"))
    dividend_to = models.CharField(_("Dividen ke"), max_length=24, blank=True)

    class Meta:
        verbose_name = _("akaun")
        verbose_name_plural = _("akaun")
        constraints = (
            models.UniqueConstraint(fields=["holder_kind", "holder_id", "code"], name="ledger_account_once"),
            models.CheckConstraint(
                condition=Q(holder_kind=HolderKind.MEMBER, holder_id__gt=0, code__in=chart.codes(HolderKind.MEMBER))
                | Q(holder_kind=HolderKind.EMPLOYER, holder_id__gt=0, code__in=chart.codes(HolderKind.EMPLOYER))
                | Q(holder_kind=HolderKind.PAYER, holder_id__gt=0, code__in=chart.codes(HolderKind.PAYER))
                | Q(holder_kind=HolderKind.FUND, holder_id=chart.FUND, code__in=chart.codes(HolderKind.FUND)),
                name="ledger_account_in_chart",
            ),
        )

    def __str__(self) -> str:
        return f"{labels.HOLDER[self.holder_kind]}: {labels.ACCOUNT[self.code]}"


class Balance(models.Model):
    """What an account of a member or an employer stands at, in sen: the row that every act on the account locks.

    `floored` repeats the chart, so that the CHECK can stand on this row alone. Fund accounts have no such row: every worker would
    queue on it; their balance is the sum of their postings. That the account exists is looked at for a whole statement (migration 0025).
    """

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, db_constraint=False, related_name="balance")
    balance_sen = models.BigIntegerField(_("Baki (sen)"), default=0)
    held_sen = models.BigIntegerField(_("Ditahan (sen)"), default=0)
    version = models.IntegerField(_("Versi"), default=0)
    floored = models.BooleanField(_("Tidak boleh negatif"))

    class Meta:
        verbose_name = _("baki")
        verbose_name_plural = _("baki")
        constraints = (
            models.CheckConstraint(
                condition=Q(held_sen__gte=0) & (Q(floored=False, held_sen=0) | Q(floored=True, balance_sen__gte=F("held_sen"))),
                name="ledger_balance_at_or_above_held",
            ),
            models.CheckConstraint(condition=Q(version__gte=0), name="ledger_balance_version"),
        )

    def __str__(self) -> str:
        return formats.sen(self.balance_sen)


class Entry(models.Model):
    """One act. `(kind, ref, part)` is its natural key, kept for ever: `ref` is the id of the row that caused it.

    booked_on: the business date it was credited. value_date: from when it earns. posted_at: when it happened, by the database's clock.
    `reverses` has no foreign key in the database: the guard checks it in its statement trigger, entries are never deleted.
    """

    kind = models.SmallIntegerField(_("Jenis"), choices={kind.value: kind.name for kind in EntryKind})
    ref = models.BigIntegerField(_("No. rujukan"))
    part = models.IntegerField(_("Bahagian"), default=0)
    booked_on = models.DateField(_("Tarikh dibukukan"))
    value_date = models.DateField(_("Tarikh nilai"))
    posted_at = models.DateTimeField(_("Dicatat pada"), db_default=Now())
    reverses = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, db_column="reverses", db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = _("catatan lejar")
        verbose_name_plural = _("catatan lejar")
        constraints = (
            models.UniqueConstraint(fields=["kind", "ref", "part"], name="ledger_entry_act_once"),
            models.UniqueConstraint(fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_entry_reversed_once"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in EntryKind]), name="ledger_entry_kind_known"),
            models.CheckConstraint(condition=Q(ref__gt=0, part__gte=0), name="ledger_entry_key_positive"),
            # Once for a member, in its time, whoever posts.
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.INITIAL_TRANSFER) | Q(part=0, booked_on__range=("2024-05-12", "2024-08-31")),
                name="ledger_entry_initial_transfer_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REVERSAL, reverses__isnull=False, ref=F("reverses"), part=0)
                | (~Q(kind=EntryKind.REVERSAL) & Q(reverses__isnull=True)),
                name="ledger_entry_reversal_names_it",
            ),
        )
        indexes = (models.Index(fields=["booked_on"], name="ledger_entry_booked_on"),)

    def __str__(self) -> str:
        return f"{labels.ENTRY[self.kind]} {self.ref}"


class Posting(models.Model):
    """One leg. `version` numbers the postings of an account without a gap and `balance_after_sen` is where it then stood; both are
    null for fund accounts. No foreign keys in the database: a set-based check at insertion is as strong and four times cheaper."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_constraint=False, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="postings")
    amount_sen = models.BigIntegerField(_("Amaun (sen)"))
    version = models.IntegerField(_("Versi"), null=True)
    balance_after_sen = models.BigIntegerField(_("Baki selepas (sen)"), null=True)

    class Meta:
        verbose_name = _("baris catatan")
        verbose_name_plural = _("baris catatan")
        constraints = (
            models.UniqueConstraint(fields=["account", "version"], name="ledger_posting_version_once"),
            models.CheckConstraint(condition=~Q(amount_sen=0), name="ledger_posting_moves_something"),
            models.CheckConstraint(
                condition=Q(version__isnull=True, balance_after_sen__isnull=True) | Q(version__gt=0, balance_after_sen__isnull=False),
                name="ledger_posting_version_with_balance",
            ),
        )

    def __str__(self) -> str:
        return formats.sen(self.amount_sen)


class Hold(models.Model):
    """One state of a hold. A PLACED row starts it; a later RELEASED, CAPTURED or MOVED row that names it in `placed` ends it, once.

    `(kind, ref, part)` is the natural key of the placing. A capture names the entry that took the money, a move the one that moved it; a hold that
    moved goes on as another PLACED row of the same holder, amount and key, which names the one before in `moved_from`. Account and `placed` have no
    foreign key in the database: the guard looks at both for a whole statement (migration 0024).
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, related_name="holds")
    amount_sen = models.BigIntegerField(_("Amaun (sen)"))
    kind = models.SmallIntegerField(_("Jenis"), choices={kind.value: kind.name for kind in HoldKind})
    ref = models.BigIntegerField(_("No. rujukan"))
    part = models.IntegerField(_("Bahagian"), default=0)
    state = models.CharField(_("Keadaan"), max_length=8, choices={state.value: state.value for state in HoldState})
    placed = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, db_constraint=False, related_name="end")
    moved_from = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_to")
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="captures")
    booked_on = models.DateField(_("Tarikh dibukukan"))
    at = models.DateTimeField(_("Pada"), db_default=Now())

    class Meta:
        verbose_name = _("tahanan")
        verbose_name_plural = _("tahanan")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "ref", "part"], condition=Q(state=HoldState.PLACED, moved_from=None), name="ledger_hold_act_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in HoldKind]), name="ledger_hold_kind_known"),
            models.CheckConstraint(condition=Q(amount_sen__gt=0, ref__gt=0, part__gte=0), name="ledger_hold_figures_positive"),
            models.CheckConstraint(
                condition=Q(state=HoldState.PLACED, placed__isnull=True, entry__isnull=True)
                | Q(state=HoldState.RELEASED, placed__isnull=False, entry__isnull=True, moved_from__isnull=True)
                | Q(state__in=[HoldState.CAPTURED, HoldState.MOVED], placed__isnull=False, entry__isnull=False, moved_from__isnull=True),
                name="ledger_hold_states",
            ),
        )

    def __str__(self) -> str:
        return f"{labels.HOLD_STATE[self.state]} {formats.sen(self.amount_sen)}"


class Closing(models.Model):
    """Every day up to and including `through` is closed: nothing can be booked on it any more (members.ledger.days)."""

    through = models.DateField(_("Ditutup hingga"), primary_key=True)
    at = models.DateTimeField(_("Pada"), db_default=Now())

    class Meta:
        verbose_name = _("penutupan hari")
        verbose_name_plural = _("penutupan hari")

    def __str__(self) -> str:
        return self.through.isoformat()


class DaySeal(models.Model):
    """What a closed day holds: counts, what was moved, and the sums of a hash of every row, all columns in it (members.ledger.seals)."""

    day = models.DateField(_("Tarikh dibukukan"), primary_key=True)
    entries = models.BigIntegerField(_("Catatan"))
    entries_digest = models.DecimalField(_("Ringkasan catatan"), max_digits=40, decimal_places=0)
    postings = models.BigIntegerField(_("Baris"))
    postings_digest = models.DecimalField(_("Ringkasan baris"), max_digits=40, decimal_places=0)
    turnover_sen = models.DecimalField(_("Pusing ganti (sen)"), max_digits=40, decimal_places=0)
    at = models.DateTimeField(_("Pada"), db_default=Now())

    class Meta:
        verbose_name = _("meterai hari")
        verbose_name_plural = _("meterai hari")

    def __str__(self) -> str:
        return self.day.isoformat()


class FundDay(models.Model):
    """Where an account of the fund stood at the end of a closed day."""

    seal = models.ForeignKey(DaySeal, on_delete=models.PROTECT, db_column="day", related_name="fund")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="days")
    balance_sen = models.BigIntegerField(_("Baki (sen)"))

    class Meta:
        verbose_name = _("baki dana pada akhir hari")
        verbose_name_plural = _("baki dana pada akhir hari")
        constraints = (models.UniqueConstraint(fields=["account", "seal"], name="ledger_fundday_once"),)

    def __str__(self) -> str:
        return f"{self.account_id} {self.seal_id}: {self.balance_sen}"


class ClosedYear(models.Model):
    """A year that is closed, and with it every year before: from that moment what is valued in it is a DividendDue. One after another."""

    year = models.PositiveSmallIntegerField(_("Tahun"), primary_key=True)
    closed_at = models.DateTimeField(_("Ditutup pada"), db_default=Now())

    class Meta:
        db_table = "ledger_closed_year"
        verbose_name = _("tahun yang ditutup")
        verbose_name_plural = _("tahun yang ditutup")

    def __str__(self) -> str:
        return str(self.year)


class Opening(models.Model):
    """Where an account stood on 1 January of `year`: `booked_sen` by booked days, `valued_sen` by value dates as known when the year before
    was closed (null where it earns nothing). An account that did not move in a year keeps its earlier opening.

    Every posting before `from_version` lies wholly in both; none that lies in either is after `last_version`. `sen_days`: what the account did in the
    year before, as known when it was closed (null where it earns nothing, and in openings stored before this was kept).
    """

    pk = models.CompositePrimaryKey("account_id", "year")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="openings")
    year = models.PositiveSmallIntegerField(_("Tahun"))
    booked_sen = models.BigIntegerField(_("Baki pembuka (sen)"))
    valued_sen = models.BigIntegerField(_("Baki pembuka mengikut tarikh nilai (sen)"), null=True)
    from_version = models.IntegerField(_("Dari versi"))
    last_version = models.IntegerField(_("Hingga versi"))
    first_booked = models.DateField(_("Pertama dibukukan"), null=True)
    sen_days = models.BigIntegerField(_("Sen-hari"), null=True)

    class Meta:
        verbose_name = _("baki pembuka")
        verbose_name_plural = _("baki pembuka")
        constraints = (
            models.CheckConstraint(
                condition=Q(from_version__gt=0, last_version__gt=0, from_version__lte=F("last_version") + 1), name="ledger_opening_versions"
            ),
            models.CheckConstraint(condition=Q(sen_days=None) | Q(valued_sen__isnull=False), name="ledger_opening_sen_days"),
        )

    def __str__(self) -> str:
        return f"{self.year}: {formats.sen(self.booked_sen)}"


class DividendDue(models.Model):
    """What a posting adds to a year that was closed before it came: one row for each such year, in the posting's own transaction.

    Written by PostgreSQL (migrations/0005_years.py) and by nobody else. A settlement takes each row once.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    year = models.PositiveSmallIntegerField(_("Tahun"))
    version = models.IntegerField(_("Versi"))
    amount_sen = models.BigIntegerField(_("Amaun (sen)"))
    value_date = models.DateField(_("Tarikh nilai"))
    sen_days = models.BigIntegerField(_("Sen-hari"))

    class Meta:
        db_table = "ledger_dividend_due"
        verbose_name = _("dividen yang terhutang")
        verbose_name_plural = _("dividen yang terhutang")
        constraints = (models.UniqueConstraint(fields=["account", "year", "version"], name="ledger_dividend_due_once"),)

    def __str__(self) -> str:
        return f"{self.year}: {formats.sen(self.amount_sen)}"
