"""The index that gives an inbox's newest notices first is an employer's alone.

An employer has thousands of notices, a member a few dozen: those are found by `notice_told_once`, which begins with the inbox as well, and sorted.
Members are told by the million, and each notice wrote the index (docs/benchmarks.md).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0007_guard_always")]
    operations = [
        migrations.RemoveIndex(model_name="notice", name="notice_inbox"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["whose", "whose_id", "-id"], condition=models.Q(("whose", "EMPLOYER")), name="notice_inbox"),
        ),
    ]
