"""What a message says and to whom stays; its way is written on, forwards only, and its secrets can be wiped but never put back.

DELIVERED and REFUSED are final. What was given up or ran out may yet turn out to have been delivered: the provider had it, and its answer was lost.
"""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON notify_message FROM kwsp_app;
GRANT UPDATE (state, tries, due_at, sent_at, ended_at, reference, reason, secrets) ON notify_message TO kwsp_app;

CREATE FUNCTION notify_message_moves_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT (
        OLD.state = 'QUEUED'
        OR (OLD.state = 'SENT' AND NEW.state IN ('DELIVERED', 'FAILED'))
        OR (OLD.state IN ('FAILED', 'EXPIRED') AND NEW.state = 'DELIVERED')
    ) THEN
        RAISE EXCEPTION 'message %: % does not become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_moves_on';
    END IF;
    IF NEW.secrets IS NOT NULL AND NEW.secrets IS DISTINCT FROM OLD.secrets THEN
        RAISE EXCEPTION 'message %: secrets are wiped, never written again', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_secrets_stay';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION notify_message_moves_on() FROM PUBLIC;
CREATE TRIGGER notify_message_moves_on BEFORE UPDATE ON notify_message FOR EACH ROW EXECUTE FUNCTION notify_message_moves_on();
"""

BACKWARDS = """
DROP TRIGGER notify_message_moves_on ON notify_message;
DROP FUNCTION notify_message_moves_on();
GRANT UPDATE, DELETE ON notify_message TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_messages")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
