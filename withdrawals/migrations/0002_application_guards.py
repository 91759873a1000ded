"""What PostgreSQL holds for applications: what was handed in stays as it is, an application only goes where the table lets it, what ended has ended
(but a refusal may be appealed), nothing approved grows; what passed about it and what the rules said is never changed; payments only go forwards."""

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

FORWARDS = f"""
REVOKE UPDATE, DELETE ON withdrawals_application, withdrawals_applicationdocument, withdrawals_applicationlog, withdrawals_decision,
    withdrawals_withdrawalpayment FROM kwsp_app;
GRANT UPDATE (state, particulars, subject, asked, payee, account_id, channel, applied_on, applied_at, due_on, waiting_since, officer_id,
    first_officer_id, decided_by_id, decided_on, approved, paid, holds, appeals, version) ON withdrawals_application TO kwsp_app;
GRANT UPDATE (removed_on, checked_by_id) ON withdrawals_applicationdocument TO kwsp_app;
GRANT UPDATE (state, holds, paid_on) ON withdrawals_withdrawalpayment TO kwsp_app;

CREATE FUNCTION withdrawals_application_moves() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('PAID', 'CANCELLED', 'DISCARDED') OR OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES}) THEN
        RAISE EXCEPTION 'application %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_moves';
    END IF;
    IF OLD.state <> 'DRAFT' AND (OLD.particulars, OLD.subject, OLD.asked, OLD.channel, OLD.applied_on)
       IS DISTINCT FROM (NEW.particulars, NEW.subject, NEW.asked, NEW.channel, NEW.applied_on) THEN
        RAISE EXCEPTION 'application %: found it to say something else than was handed in, expected it to stay', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_stays';
    END IF;
    IF OLD.approved IS NOT NULL AND OLD.state <> 'REFUSED' AND (NEW.approved IS NULL OR NEW.approved > OLD.approved)
       OR NEW.paid < OLD.paid OR NEW.version < OLD.version OR NEW.appeals < OLD.appeals THEN
        RAISE EXCEPTION 'application %: found % approved and % paid after % and %, expected no more approved and no less paid', OLD.id,
            NEW.approved, NEW.paid, OLD.approved, OLD.paid USING ERRCODE = 'check_violation', CONSTRAINT = 'application_approved_never_grows';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION withdrawals_payment_moves() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
       (('PLANNED', 'ORDERED'), ('PLANNED', 'SKIPPED'), ('PLANNED', 'CANCELLED'), ('ORDERED', 'PAID'), ('ORDERED', 'RETURNED'),
        ('ORDERED', 'CANCELLED'), ('RETURNED', 'ORDERED'), ('RETURNED', 'CANCELLED')) THEN
        RAISE EXCEPTION 'payment %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_payment_moves';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION withdrawals_application_moves(), withdrawals_payment_moves() FROM PUBLIC;

CREATE TRIGGER application_moves BEFORE UPDATE ON withdrawals_application FOR EACH ROW EXECUTE FUNCTION withdrawals_application_moves();
CREATE TRIGGER withdrawal_payment_moves BEFORE UPDATE ON withdrawals_withdrawalpayment FOR EACH ROW EXECUTE FUNCTION withdrawals_payment_moves();
ALTER TABLE withdrawals_application ENABLE ALWAYS TRIGGER application_moves;
ALTER TABLE withdrawals_withdrawalpayment ENABLE ALWAYS TRIGGER withdrawal_payment_moves;
"""  # noqa: S608 - fixed texts
BACKWARDS = """
DROP FUNCTION withdrawals_application_moves() CASCADE;
DROP FUNCTION withdrawals_payment_moves() CASCADE;
GRANT UPDATE, DELETE ON withdrawals_application, withdrawals_applicationdocument, withdrawals_applicationlog, withdrawals_decision,
    withdrawals_withdrawalpayment TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0001_applications")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
