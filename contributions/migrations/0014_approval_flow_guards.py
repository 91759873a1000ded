"""What was handed in carries the flow that its employer had chosen by then, and no other: nobody approves their own work because a row was changed.

Who approves what the same person prepared is held by filing_approved_by_another and election_approved_by_another, which look at this flow.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION contributions_flow_as_chosen() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.state <> 'SUBMITTED' OR OLD.state = 'SUBMITTED') THEN
        RAISE check_violation USING MESSAGE = format('flow_when_handed_in: %s %s changes its flow and is not handed in', TG_TABLE_NAME, NEW.id);
    END IF;
    IF NEW.flow = 'SINGLE' AND 'SINGLE' IS DISTINCT FROM
        (SELECT c.flow FROM employers_flowchoice c WHERE c.employer_id = NEW.employer_id ORDER BY c.id DESC LIMIT 1)
    THEN
        RAISE check_violation USING MESSAGE = format('flow_as_chosen: %s %s has no checker and its employer chose none such', TG_TABLE_NAME, NEW.id);
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_flow_as_chosen() FROM PUBLIC;

CREATE TRIGGER flow_as_chosen_new BEFORE INSERT ON contributions_filing
    FOR EACH ROW WHEN (NEW.flow <> 'CHECKED') EXECUTE FUNCTION contributions_flow_as_chosen();
CREATE TRIGGER flow_as_chosen_changed BEFORE UPDATE ON contributions_filing
    FOR EACH ROW WHEN (OLD.flow <> NEW.flow) EXECUTE FUNCTION contributions_flow_as_chosen();
CREATE TRIGGER flow_as_chosen_new BEFORE INSERT ON contributions_election
    FOR EACH ROW WHEN (NEW.flow <> 'CHECKED') EXECUTE FUNCTION contributions_flow_as_chosen();
CREATE TRIGGER flow_as_chosen_changed BEFORE UPDATE ON contributions_election
    FOR EACH ROW WHEN (OLD.flow <> NEW.flow) EXECUTE FUNCTION contributions_flow_as_chosen();
ALTER TABLE contributions_filing ENABLE ALWAYS TRIGGER flow_as_chosen_new, ENABLE ALWAYS TRIGGER flow_as_chosen_changed;
ALTER TABLE contributions_election ENABLE ALWAYS TRIGGER flow_as_chosen_new, ENABLE ALWAYS TRIGGER flow_as_chosen_changed;
GRANT UPDATE (flow) ON contributions_election TO kwsp_app;
"""
BACKWARDS = """
REVOKE UPDATE (flow) ON contributions_election FROM kwsp_app;
DROP TRIGGER flow_as_chosen_new ON contributions_filing;
DROP TRIGGER flow_as_chosen_changed ON contributions_filing;
DROP TRIGGER flow_as_chosen_new ON contributions_election;
DROP TRIGGER flow_as_chosen_changed ON contributions_election;
DROP FUNCTION contributions_flow_as_chosen();
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0013_approval_flow"), ("employers", "0010_flow_choice_guards")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
