"""What PostgreSQL holds for the half-yearly run of an incentive: a run, its claims, its file and the answer go forwards only; what was claimed stays
as it was; nobody is credited before the Government has paid and the run's day has come."""

from django.db import migrations


def _pairs(moves: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"('{state}', '{to}')" for state, many in moves.items() for to in many)


RUN = _pairs({"OPEN": ("CLAIMED", "NOTHING"), "CLAIMED": ("SENT",), "SENT": ("RECEIVED",), "RECEIVED": ("CREDITED",)})
FILE = _pairs({"MAKING": ("MADE",), "MADE": ("APPROVED", "REFUSED")})
ANSWER = _pairs({"READING": ("TAKEN", "REFUSED")})
CLAIM = _pairs({"CLAIMED": ("RECEIVED", "REFUSED"), "RECEIVED": ("CREDITED",)})

FORWARDS = f"""
REVOKE UPDATE, DELETE ON contributions_incentiverun, contributions_incentiveclaim, contributions_claimfile, contributions_claimanswer FROM kwsp_app;
GRANT UPDATE (state, claims, claimed, received, received_on, credits_from, credited_on) ON contributions_incentiverun TO kwsp_app;
GRANT UPDATE (state, reason, account, credited_on, appeal, appealed_by_id, appealed_on) ON contributions_incentiveclaim TO kwsp_app;
GRANT UPDATE (state, file_id, sha256, rows, total, decided_by_id, decided_on, comment) ON contributions_claimfile TO kwsp_app;
GRANT UPDATE (state, paid, refused, received, received_on, faults, faults_total) ON contributions_claimanswer TO kwsp_app;

CREATE FUNCTION contributions_incentive_run_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({RUN}) THEN
        RAISE EXCEPTION 'incentive run %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_run_moves';
    END IF;
    IF OLD.state <> 'OPEN' AND (NEW.claims, NEW.claimed) IS DISTINCT FROM (OLD.claims, OLD.claimed)
        OR OLD.received IS NOT NULL AND (NEW.received, NEW.received_on, NEW.credits_from) IS DISTINCT FROM
           (OLD.received, OLD.received_on, OLD.credits_from) THEN
        RAISE EXCEPTION 'incentive run %: found other totals than before, expected them to stay', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_run_moves';
    END IF;
    IF NEW.state = 'SENT' AND OLD.state <> 'SENT' AND NOT EXISTS (SELECT FROM contributions_claimfile f
        WHERE f.run_id = NEW.id AND f.state = 'APPROVED' AND (f.rows, f.total) = (NEW.claims, NEW.claimed)) THEN
        RAISE EXCEPTION 'incentive run %: found no claim file of its total that a second officer approved', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_run_sent_as_approved';
    END IF;
    IF NEW.state = 'RECEIVED' AND OLD.state <> 'RECEIVED' AND NOT EXISTS (SELECT FROM contributions_claimanswer a
        WHERE a.run_id = NEW.id AND a.state = 'TAKEN' AND (a.received, a.received_on) = (NEW.received, NEW.received_on)) THEN
        RAISE EXCEPTION 'incentive run %: found no answer of the Government with what was received', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_run_received_as_answered';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION contributions_incentive_claims_come() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT run_id FROM fresh) came JOIN contributions_incentiverun r ON r.id = came.run_id WHERE r.state <> 'OPEN')
        OR EXISTS (SELECT FROM fresh WHERE state NOT IN ('CLAIMED', 'SET_OFF')) THEN
        RAISE EXCEPTION 'incentive claims: found some of a run that is reckoned, or not new, expected claims of an open run'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_claims_come_while_open';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION contributions_incentive_claims_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM was JOIN now USING (id) JOIN contributions_incentiverun r ON r.id = now.run_id
                WHERE was.state <> now.state AND ((was.state, now.state) NOT IN ({CLAIM}) OR r.state <> 'RECEIVED')
                   OR was.state <> now.state AND now.state = 'CREDITED' AND now.credited_on < r.credits_from
                   OR was.state = now.state AND (was.reason, was.account, was.credited_on) IS DISTINCT FROM (now.reason, now.account, now.credited_on)
                   OR was.appealed_on IS NOT NULL AND (was.appeal, was.appealed_by_id, was.appealed_on) IS DISTINCT FROM
                      (now.appeal, now.appealed_by_id, now.appealed_on)) THEN
        RAISE EXCEPTION 'incentive claims: found a state that does not come next, or before its day, expected the next one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_claims_move';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION contributions_claim_file_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({FILE})
        OR OLD.state <> 'MAKING' AND (NEW.file_id, NEW.sha256, NEW.rows, NEW.total) IS DISTINCT FROM
           (OLD.file_id, OLD.sha256, OLD.rows, OLD.total) THEN
        RAISE EXCEPTION 'claim file %: found % after %, or another content, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_file_moves';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION contributions_claim_answer_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN ({ANSWER}) THEN
        RAISE EXCEPTION 'claim answer %: found % after %, expected an answer that is being read', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_answer_moves';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_incentive_run_moves(), contributions_incentive_claims_come(), contributions_incentive_claims_move(),
    contributions_claim_file_moves(), contributions_claim_answer_moves() FROM PUBLIC;

CREATE TRIGGER incentive_run_moves BEFORE UPDATE ON contributions_incentiverun
    FOR EACH ROW EXECUTE FUNCTION contributions_incentive_run_moves();
CREATE TRIGGER incentive_claims_come AFTER INSERT ON contributions_incentiveclaim
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION contributions_incentive_claims_come();
CREATE TRIGGER incentive_claims_move AFTER UPDATE ON contributions_incentiveclaim
    REFERENCING OLD TABLE AS was NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION contributions_incentive_claims_move();
CREATE TRIGGER claim_file_moves BEFORE UPDATE ON contributions_claimfile FOR EACH ROW EXECUTE FUNCTION contributions_claim_file_moves();
CREATE TRIGGER claim_answer_moves BEFORE UPDATE ON contributions_claimanswer FOR EACH ROW EXECUTE FUNCTION contributions_claim_answer_moves();
ALTER TABLE contributions_incentiverun ENABLE ALWAYS TRIGGER incentive_run_moves;
ALTER TABLE contributions_incentiveclaim ENABLE ALWAYS TRIGGER incentive_claims_come;
ALTER TABLE contributions_incentiveclaim ENABLE ALWAYS TRIGGER incentive_claims_move;
ALTER TABLE contributions_claimfile ENABLE ALWAYS TRIGGER claim_file_moves;
ALTER TABLE contributions_claimanswer ENABLE ALWAYS TRIGGER claim_answer_moves;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = """
DROP FUNCTION contributions_incentive_run_moves() CASCADE;
DROP FUNCTION contributions_incentive_claims_come() CASCADE;
DROP FUNCTION contributions_incentive_claims_move() CASCADE;
DROP FUNCTION contributions_claim_file_moves() CASCADE;
DROP FUNCTION contributions_claim_answer_moves() CASCADE;
GRANT UPDATE, DELETE ON contributions_incentiverun, contributions_incentiveclaim, contributions_claimfile, contributions_claimanswer TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0089_incentive_runs"), ("ledger", "0019_incentive_received"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
