"""The guards of applications and payments ask in the trigger's own condition and call a function only to refuse: thousands of rows of a batch are
looked at without a call each. They refuse what they refused, under the same names (0002, 0031)."""

from django.db import migrations

NEXT = {
    "DRAFT": ("SUBMITTED", "DISCARDED"),
    "SUBMITTED": ("IN_PROCESS", "APPROVED", "REFUSED", "CANCELLED"),
    "IN_PROCESS": ("SUBMITTED", "DOCUMENTS", "APPROVED", "SECOND", "REFUSED", "CANCELLED"),
    "DOCUMENTS": ("IN_PROCESS", "REFUSED", "CANCELLED"),
    "SECOND": ("APPROVED", "IN_PROCESS", "REFUSED", "CANCELLED"),
    "APPROVED": ("PAYING", "ACTIVE", "REFUSED", "CANCELLED"),
    "PAYING": ("PAID", "RETURNED"),
    "ACTIVE": ("PAID", "CANCELLED"),
    "RETURNED": ("PAYING", "REFUSED", "CANCELLED"),
    "REFUSED": ("SUBMITTED",),
}
MOVES = ", ".join(f"('{state}', '{to}')" for state, many in NEXT.items() for to in many)
PAYMENT_MOVES = """('PLANNED', 'ORDERED'), ('PLANNED', 'SKIPPED'), ('PLANNED', 'CANCELLED'), ('ORDERED', 'PAID'), ('ORDERED', 'RETURNED'),
        ('ORDERED', 'CANCELLED'), ('RETURNED', 'ORDERED'), ('RETURNED', 'CANCELLED')"""
CONDITIONS = {
    ("withdrawals_application", "application_moves", "withdrawals_application_moves"): f"""
        OLD.state IN ('PAID', 'CANCELLED', 'DISCARDED') OR OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES})
        OR OLD.state <> 'DRAFT' AND (OLD.particulars, OLD.subject, OLD.asked, OLD.channel, OLD.applied_on)
            IS DISTINCT FROM (NEW.particulars, NEW.subject, NEW.asked, NEW.channel, NEW.applied_on)
        OR OLD.approved IS NOT NULL AND OLD.state <> 'REFUSED' AND (NEW.approved IS NULL OR NEW.approved > OLD.approved)
        OR NEW.paid < OLD.paid OR NEW.version < OLD.version OR NEW.appeals < OLD.appeals""",
    ("withdrawals_withdrawalpayment", "withdrawal_payment_moves", "withdrawals_payment_moves"): f"""
        OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({PAYMENT_MOVES})""",
    ("withdrawals_withdrawalpayment", "withdrawal_payment_never_grows", "withdrawals_payment_never_grows"): """
        NEW.amount > OLD.amount OR NEW.amount <> OLD.amount AND OLD.state <> 'PLANNED'""",
}


def _triggers(*, asking: bool) -> str:
    return "".join(
        f"""
DROP TRIGGER {trigger} ON {table};
CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW {f"WHEN ({condition})" if asking else ""} EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger};
"""
        for (table, trigger, function), condition in CONDITIONS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0043_bankruptcy_and_holiday_guards")]
    operations = [migrations.RunSQL(_triggers(asking=True), _triggers(asking=False))]
