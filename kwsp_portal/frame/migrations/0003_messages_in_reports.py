"""`report.messages`: what left the house, when, to whom (masked), of what kind and with what end. No words, no figures, no secrets."""

from django.db import migrations

FORWARDS = """
CREATE VIEW report.messages AS
SELECT at, CASE channel WHEN 'EMAIL' THEN left("to", 1) || '•••' || substring("to" FROM '@.*$')
                ELSE left("to", 3) || repeat('•', greatest(length("to") - 7, 0)) || right("to", 4) END AS to_masked,
       lower(code) AS purpose, lower(state) AS state
  FROM notify_message;
GRANT SELECT ON report.messages TO kwsp_audit;
"""


class Migration(migrations.Migration):
    dependencies = [("frame", "0002_corrections_in_reports"), ("notify", "0004_messages_move_on")]
    operations = [migrations.RunSQL(FORWARDS, "DROP VIEW report.messages")]
