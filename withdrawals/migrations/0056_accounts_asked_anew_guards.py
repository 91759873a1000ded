"""What PostgreSQL holds for an account that an officer found wrong: a request of just this application says so, later ones may say it again, and it
is compared no more. Another is given with documents only where the last request asked for it; what was asked for again waits once more only while
such an account stands."""

from django.db import migrations

STAYS = """
CREATE OR REPLACE FUNCTION withdrawals_creditor_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.ended_on IS NOT NULL OR (OLD.checked_by_id IS NOT NULL {refused})
       AND (OLD.checked_by_id, OLD.checked_on) IS DISTINCT FROM (NEW.checked_by_id, NEW.checked_on) THEN
        RAISE EXCEPTION 'creditor account %: found it changed after it was checked or had ended, expected it to stay', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'creditor_account_stays';
    END IF;
    {refusal}
    RETURN NEW;
END $$;
"""
REFUSAL = """IF NEW.refusal_id IS DISTINCT FROM OLD.refusal_id AND (NEW.refusal_id IS NULL OR NEW.refusal_id < OLD.refusal_id OR NOT EXISTS
       (SELECT FROM withdrawals_applicationlog AS log WHERE log.id = NEW.refusal_id AND log.application_id = NEW.application_id
        AND log.action IN ('ASK', 'ASK_ACCOUNT'))) THEN
        RAISE EXCEPTION 'creditor account %: found % to say that it is wrong, expected a later request of the same application', OLD.id,
            NEW.refusal_id USING ERRCODE = 'check_violation', CONSTRAINT = 'creditor_account_asked_anew';
    END IF;"""
IN_TIME = """
CREATE OR REPLACE FUNCTION withdrawals_creditor_in_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.checked_by_id IS NOT NULL {refused} OR NOT EXISTS (SELECT FROM withdrawals_application AS application
        WHERE application.id = NEW.application_id AND application.payee = 'INSTITUTION' AND (application.state IN ('DRAFT', 'RETURNED') {asked})) THEN
        RAISE EXCEPTION 'creditor account of application %: expected one that is paid straight, and {when}',
            NEW.application_id USING ERRCODE = 'check_violation', CONSTRAINT = 'creditor_account_in_time';
    END IF;
    RETURN NEW;
END $$;
"""
ASKED = """OR application.state = 'DOCUMENTS' AND EXISTS (SELECT FROM withdrawals_creditoraccount AS wrong
            WHERE wrong.application_id = application.id AND wrong.refusal_id = (SELECT max(log.id) FROM withdrawals_applicationlog AS log
                WHERE log.application_id = application.id AND log.action = 'ASK'))"""
CAME_BACK = """
CREATE OR REPLACE FUNCTION withdrawals_renewed_came_back() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    {again}
    IF NEW.renewed_id IS NULL OR NEW.state <> 'RETURNED' OR NOT EXISTS (SELECT FROM members_payout AS payout WHERE payout.id = NEW.renewed_id
        AND payout.kind = 'WITHDRAWAL' AND payout.ref = NEW.id AND payout.state = 'RETURNED') OR NEW.renewed_id < OLD.renewed_id THEN
        RAISE EXCEPTION 'payment %: found it asked for again after payout %, expected one of it that came back', OLD.id, NEW.renewed_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'withdrawal_payment_renewed_came_back';
    END IF;
    RETURN NEW;
END $$;
"""
AGAIN = """IF NEW.renewed_id IS NULL AND NEW.state = 'RETURNED' AND EXISTS (SELECT FROM withdrawals_creditoraccount AS wrong
        WHERE wrong.application_id = NEW.application_id AND wrong.ended_on IS NULL AND wrong.refusal_id IS NOT NULL) THEN
        RETURN NEW;
    END IF;"""
FORWARDS = (
    "GRANT UPDATE (refusal_id) ON withdrawals_creditoraccount TO kwsp_app;"
    + STAYS.format(refused="OR OLD.refusal_id IS NOT NULL", refusal=REFUSAL)
    + IN_TIME.format(refused="OR NEW.refusal_id IS NOT NULL", asked=ASKED, when="a draft, asked for with documents, or sent back by the bank")
    + CAME_BACK.format(again=AGAIN)
)
BACKWARDS = (
    "REVOKE UPDATE (refusal_id) ON withdrawals_creditoraccount FROM kwsp_app;"
    + STAYS.format(refused="", refusal="")
    + IN_TIME.format(refused="", asked="", when="a draft or sent back by the bank")
    + CAME_BACK.format(again="")
)


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0055_accounts_asked_anew")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
