"""Urgency of runs, losses of chunks, and the indexes by which work is taken, freed and counted."""

from django.db import migrations, models

COUNT = "UPDATE jobs_run SET chunk_count = (SELECT count(*) FROM jobs_chunk WHERE run_id = jobs_run.id)"

# Every chunk is updated two or three times, and takers read past what is dead: clear it away early, whatever the table's size.
EARLY = "ALTER TABLE jobs_chunk SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, fillfactor = 80)"
AS_USUAL = "ALTER TABLE jobs_chunk RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_guards")]

    operations = [
        migrations.RemoveIndex(model_name="chunk", name="chunk_open"),
        migrations.AddField("chunk", "leased_at", models.DateTimeField(blank=True, null=True, verbose_name="Diambil pada")),
        migrations.AddField("chunk", "losses", models.PositiveSmallIntegerField(default=0, verbose_name="Pekerja hilang")),
        migrations.AddField("chunk", "suspect_since", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField("run", "chunk_count", models.PositiveIntegerField(default=0, verbose_name="Bahagian")),
        migrations.AddField("run", "urgency", models.PositiveSmallIntegerField(default=5, verbose_name="Keutamaan")),
        migrations.AddIndex(
            "chunk",
            models.Index(fields=["run", "losses", "id"], condition=models.Q(("state__in", ["WAITING", "RUNNING"])), name="chunk_open"),
        ),
        migrations.AddIndex("chunk", models.Index(fields=["lease_until"], condition=models.Q(("state", "RUNNING")), name="chunk_running")),
        migrations.AddIndex("chunk", models.Index(fields=["run"], condition=models.Q(("state", "DEAD")), name="chunk_dead")),
        migrations.AddIndex("chunk", models.Index(fields=["done_at"], include=["run"], condition=models.Q(("state", "DONE")), name="chunk_done")),
        migrations.AddIndex("run", models.Index(fields=["urgency", "id"], condition=models.Q(("state", "OPEN")), name="run_open")),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.RunSQL(EARLY, AS_USUAL),
    ]
