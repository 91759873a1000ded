"""Dividends: what was declared by one and decided by another stays, what was credited stays, and each once."""

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import members.enums

FORWARDS = """
REVOKE ALL ON members_dividenddeclaration, members_dividendpreview, members_dividend FROM PUBLIC, kwsp_app;
GRANT SELECT, INSERT ON members_dividenddeclaration, members_dividendpreview, members_dividend TO kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, decided_at, comment) ON members_dividenddeclaration TO kwsp_app;

CREATE FUNCTION members_dividend_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('dividend_stays: what stands in %s stays as it is', TG_TABLE_NAME);
END $$;
REVOKE ALL ON FUNCTION members_dividend_stays() FROM PUBLIC;
CREATE TRIGGER dividend_declaration_decided BEFORE UPDATE ON members_dividenddeclaration FOR EACH ROW
    WHEN (OLD.state <> 'PROPOSED' OR (OLD.year, OLD.conventional, OLD.shariah, OLD.source, OLD.proposed_by_id)
        IS DISTINCT FROM (NEW.year, NEW.conventional, NEW.shariah, NEW.source, NEW.proposed_by_id))
    EXECUTE FUNCTION members_dividend_stays();
CREATE TRIGGER dividend_declaration_stays BEFORE DELETE OR TRUNCATE ON members_dividenddeclaration
    FOR EACH STATEMENT EXECUTE FUNCTION members_dividend_stays();
CREATE TRIGGER dividend_preview_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON members_dividendpreview
    FOR EACH STATEMENT EXECUTE FUNCTION members_dividend_stays();
CREATE TRIGGER dividend_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON members_dividend
    FOR EACH STATEMENT EXECUTE FUNCTION members_dividend_stays();
ALTER TABLE members_dividenddeclaration ENABLE ALWAYS TRIGGER dividend_declaration_decided;
ALTER TABLE members_dividenddeclaration ENABLE ALWAYS TRIGGER dividend_declaration_stays;
ALTER TABLE members_dividendpreview ENABLE ALWAYS TRIGGER dividend_preview_stays;
ALTER TABLE members_dividend ENABLE ALWAYS TRIGGER dividend_stays;
"""
BACKWARDS = """
DROP FUNCTION members_dividend_stays() CASCADE;
GRANT SELECT, INSERT, UPDATE, DELETE ON members_dividenddeclaration, members_dividendpreview, members_dividend TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0009_passport_country"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DividendDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="Tahun")),
                ("conventional", models.DecimalField(decimal_places=5, max_digits=6, verbose_name="Simpanan Konvensional")),
                ("shariah", models.DecimalField(decimal_places=5, max_digits=6, verbose_name="Simpanan Shariah")),
                ("source", models.CharField(max_length=200, verbose_name="Sumber")),
                (
                    "state",
                    models.CharField(
                        choices=[("PROPOSED", "PROPOSED"), ("APPROVED", "APPROVED"), ("REFUSED", "REFUSED"), ("WITHDRAWN", "WITHDRAWN")],
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="Dicadangkan pada")),
                ("proposed_at", models.DateTimeField(verbose_name="Masa")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="Diputuskan pada")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("comment", models.CharField(blank=True, max_length=200, verbose_name="Sebab keputusan")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("proposed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "pengisytiharan dividen",
                "verbose_name_plural": "pengisytiharan dividen",
                "ordering": ("-year", "-id"),
            },
        ),
        migrations.CreateModel(
            name="DividendPreview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_member", models.BigIntegerField()),
                ("scheme", models.CharField(choices=[("CONVENTIONAL", "CONVENTIONAL"), ("SHARIAH", "SHARIAH")], max_length=12)),
                ("code", models.CharField(max_length=24)),
                ("accounts", models.IntegerField()),
                ("amount_sen", models.BigIntegerField()),
                (
                    "declaration",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="previews", to="members.dividenddeclaration"),
                ),
            ],
            options={
                "verbose_name": "anggaran dividen",
                "verbose_name_plural": "anggaran dividen",
            },
        ),
        migrations.CreateModel(
            name="Dividend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("ANNUAL", "ANNUAL"), ("BEFORE", "BEFORE"), ("SETTLED", "SETTLED")], max_length=8, verbose_name="Jenis"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="Tahun")),
                (
                    "scheme",
                    models.CharField(
                        choices=[("CONVENTIONAL", "CONVENTIONAL"), ("SHARIAH", "SHARIAH")], max_length=12, verbose_name="Jenis simpanan"
                    ),
                ),
                ("amount_sen", models.BigIntegerField(verbose_name="Amaun (sen)")),
                ("earned", models.JSONField(verbose_name="Kiraan")),
                ("credited_on", models.DateField(verbose_name="Dikreditkan pada")),
                (
                    "member",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="dividends", to="members.member"),
                ),
            ],
            options={
                "verbose_name": "dividen",
                "verbose_name_plural": "dividen",
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", members.enums.DividendKind["ANNUAL"]), _negated=True),
                        fields=["member", "year"],
                        name="dividend_others_of_member",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", members.enums.DividendKind["ANNUAL"])), fields=("member", "year"), name="dividend_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["ANNUAL", "BEFORE", "SETTLED"]),
                            ("scheme__in", ["CONVENTIONAL", "SHARIAH"]),
                        ),
                        name="dividend_kind_known",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="dividenddeclaration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", (members.enums.DeclarationState["PROPOSED"], members.enums.DeclarationState["APPROVED"]))),
                fields=("year",),
                name="dividend_declared_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="dividenddeclaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("conventional__gte", Decimal("0.025")),
                    ("conventional__lte", Decimal("0.2")),
                    ("shariah__gte", 0),
                    ("shariah__lte", Decimal("0.2")),
                ),
                name="dividend_rates_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="dividenddeclaration",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("source", ""), _negated=True), ("state__in", ["PROPOSED", "APPROVED", "REFUSED", "WITHDRAWN"])),
                name="dividend_declaration_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dividenddeclaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("comment", ""),
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("decided_on__isnull", True),
                        ("state", members.enums.DeclarationState["PROPOSED"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        ("state", members.enums.DeclarationState["APPROVED"]),
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("state__in", [members.enums.DeclarationState["REFUSED"], members.enums.DeclarationState["WITHDRAWN"]]),
                        ("decided_at__isnull", False),
                        ("decided_on__isnull", False),
                        models.Q(("comment", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="dividend_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="dividenddeclaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ("state", members.enums.DeclarationState["WITHDRAWN"]),
                    _connector="OR",
                ),
                name="dividend_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="dividenddeclaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", members.enums.DeclarationState["WITHDRAWN"]), _negated=True),
                    ("decided_by", models.F("proposed_by")),
                    _connector="OR",
                ),
                name="dividend_withdrawn_by_its_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="dividendpreview",
            constraint=models.UniqueConstraint(fields=("declaration", "first_member", "scheme", "code"), name="dividend_preview_once"),
        ),
        migrations.AddConstraint(
            model_name="dividendpreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("accounts__gt", 0), ("scheme__in", ["CONVENTIONAL", "SHARIAH"])), name="dividend_preview_counts"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
