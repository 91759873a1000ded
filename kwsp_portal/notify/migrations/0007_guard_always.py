"""The guard of messages looks at whatever a session with session_replication_role writes, too, as every other guard does."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notify", "0006_readers")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE notify_message ENABLE ALWAYS TRIGGER notify_message_moves_on",
            "ALTER TABLE notify_message ENABLE TRIGGER notify_message_moves_on",
        )
    ]
