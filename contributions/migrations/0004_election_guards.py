"""What PostgreSQL holds for elections.

What was elected is written once: the portal's role may only move a row (state, who approved it and when), a row that is approved or discarded
is never touched again, and nobody but its own log says who moved it. So a rate that held in a wage month can never be written over.
"""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_electionlog, contributions_electionbatch FROM kwsp_app;
REVOKE UPDATE, DELETE ON contributions_election FROM kwsp_app;
GRANT UPDATE (state, approved_by_id, approved_on) ON contributions_election TO kwsp_app;

CREATE FUNCTION contributions_election_is_final() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('election_is_final: election %s is %s and stays so', OLD.id, OLD.state);
END $$;
REVOKE ALL ON FUNCTION contributions_election_is_final() FROM PUBLIC;

CREATE TRIGGER election_is_final BEFORE UPDATE ON contributions_election
    FOR EACH ROW WHEN (OLD.state IN ('APPROVED', 'DISCARDED')) EXECUTE FUNCTION contributions_election_is_final();
ALTER TABLE contributions_election ENABLE ALWAYS TRIGGER election_is_final;
"""
BACKWARDS = """
DROP TRIGGER election_is_final ON contributions_election;
DROP FUNCTION contributions_election_is_final();
REVOKE UPDATE (state, approved_by_id, approved_on) ON contributions_election FROM kwsp_app;
GRANT UPDATE, DELETE ON contributions_election, contributions_electionlog, contributions_electionbatch TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0003_elections"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
