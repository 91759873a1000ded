"""What PostgreSQL holds for the employer's own money that pays a filing: of each earlier payment or receipt no more is used than it brought, less
what is asked back, by a payment of the same employer's; whoever uses it or asks for it back at the same moment waits."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_credituse FROM kwsp_app;

CREATE FUNCTION contributions_credit_left(source bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(p.debited, p.amount)
         - coalesce((SELECT sum(u.amount) FROM contributions_credituse u WHERE u.source_payment_id = p.id), 0)::bigint
         - coalesce((SELECT sum(r.amount) FROM contributions_refund r WHERE r.payment_id = p.id AND r.state <> 'REFUSED'), 0)::bigint
      FROM contributions_payment p WHERE p.id = source
$$;
CREATE FUNCTION contributions_credit_use_is_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whose bigint;
    owned bigint;
    remains bigint;
BEGIN
    SELECT f.employer_id INTO whose FROM contributions_payment p JOIN contributions_filing f ON f.id = p.filing_id
     WHERE p.id = NEW.payment_id AND p.method = 'CREDIT' AND p.counts;
    IF NEW.source_payment_id IS NOT NULL THEN
        SELECT f.employer_id INTO owned FROM contributions_payment p JOIN contributions_filing f ON f.id = p.filing_id
         WHERE p.id = NEW.source_payment_id AND (p.state = 'DIFFERS' OR (p.state = 'APPROVED' AND NOT p.counts)) FOR NO KEY UPDATE OF p;
        remains := contributions_credit_left(NEW.source_payment_id);
    ELSE
        SELECT r.employer_id, r.amount INTO owned, remains FROM contributions_receipt r
         WHERE r.id = NEW.source_receipt_id AND r.state = 'SUSPENDED' FOR NO KEY UPDATE OF r;
        remains := remains - coalesce((SELECT sum(u.amount) FROM contributions_credituse u WHERE u.source_receipt_id = NEW.source_receipt_id), 0);
    END IF;
    IF (whose = owned) IS NOT TRUE OR (remains >= 0) IS NOT TRUE THEN
        RAISE EXCEPTION 'credit use %: found % sen over what is left, expected money of the same employer that is not used', NEW.id, -remains
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_use_is_left';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_refund_is_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM contributions_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM contributions_credituse WHERE source_payment_id = NEW.payment_id)
        AND (contributions_credit_left(NEW.payment_id) >= 0) IS NOT TRUE THEN
        RAISE EXCEPTION 'refund %: found more than is left of payment %, expected what was not used', NEW.id, NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_is_left';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_credit_left(bigint), contributions_credit_use_is_left(), contributions_refund_is_left() FROM PUBLIC;

CREATE TRIGGER credit_use_is_left AFTER INSERT ON contributions_credituse FOR EACH ROW EXECUTE FUNCTION contributions_credit_use_is_left();
CREATE TRIGGER refund_is_left AFTER INSERT ON contributions_refund FOR EACH ROW EXECUTE FUNCTION contributions_refund_is_left();
ALTER TABLE contributions_credituse ENABLE ALWAYS TRIGGER credit_use_is_left;
ALTER TABLE contributions_refund ENABLE ALWAYS TRIGGER refund_is_left;
"""
BACKWARDS = """
DROP FUNCTION contributions_credit_use_is_left() CASCADE;
DROP FUNCTION contributions_refund_is_left() CASCADE;
DROP FUNCTION contributions_credit_left(bigint);
GRANT UPDATE, DELETE ON contributions_credituse TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0063_credit_uses"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
