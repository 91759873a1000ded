"""What the seal over the trail costs those who write: eight of them into the trail with the sealer at work, and into a twin that nobody seals.

The twin has every column, index, constraint and trigger of the trail. Writers commit each row, as services do.
Then how long it takes to seal and to verify a trail of `ROWS` rows.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from benchmarks import database, harness

WRITERS: Final = 8
SECONDS: Final = 12.0
ROUNDS: Final = 5
ROWS: Final = int(os.environ.get("KWSP_BENCH_TRAIL", "1000000"))
TRAIL, TWIN = "audit_auditevent", "twin_auditevent"
NAME: Final = "kwsp_bench_trail"

_TWIN: Final = f"""
DROP TABLE IF EXISTS {TWIN}; DROP TABLE IF EXISTS twin_subject;
CREATE TABLE {TWIN} (LIKE {TRAIL} INCLUDING ALL);
CREATE TABLE twin_subject (LIKE audit_subject INCLUDING ALL);
CREATE OR REPLACE FUNCTION twin_keep_subjects() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO twin_subject (subject, seq) SELECT subject, NEW.seq FROM unnest(NEW.subjects) AS subject;
    RETURN NULL;
END $$;
CREATE TRIGGER twin_subjects AFTER INSERT ON {TWIN} FOR EACH ROW WHEN (NEW.subjects <> '{{}}') EXECUTE FUNCTION twin_keep_subjects();
GRANT SELECT, INSERT ON {TWIN} TO kwsp_app;
"""
_INSERT: Final = """
INSERT INTO {table} (actor, actor_id, action, target, refused, data, subjects)
VALUES ('majikanmaker', 7, 'filing.submit', 'filing:' || %(n)s, false, '{{"on": "2026-11-22", "to": "SUBMITTED", "from": "READY"}}',
        ARRAY['employer:' || lpad((%(n)s %% 4000)::text, 8, '0'), 'user:' || %(n)s %% 12000])
"""
_FILL: Final = f"""
INSERT INTO {TRAIL} (actor, actor_id, action, target, refused, data, subjects)
SELECT 'majikanmaker', 7, 'filing.submit', 'filing:' || n, false, '{{"on": "2026-11-22", "to": "SUBMITTED", "from": "READY"}}',
       ARRAY['employer:' || lpad((n %% 4000)::text, 8, '0'), 'user:' || n %% 12000]
  FROM generate_series(1, %s) AS n
"""


def measure() -> list[harness.Figure]:
    """Rounds in turn, so that a noisy machine disturbs both alike; then a long trail."""
    database.start()
    with database.fresh(NAME, empty=True):
        with database.owner_of_bench() as cursor:
            cursor.execute(_TWIN)
        pairs = [(_written(TWIN), _written(TRAIL)) for _ in range(ROUNDS)]
        twin, trail = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
        note = f"{twin:,.0f} and {trail:,.0f} rows/s, {trail / twin:.2f} x; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
        seconds = _long_trail()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        harness.Figure(f"a row by {WRITERS} writers, the sealer at work", 1 / trail, 1.25, 1 / twin, note=note),
        harness.Figure(f"to seal {ROWS:,} rows", seconds["seal"], 120),
        harness.Figure(f"verify_audit over {ROWS:,} rows", seconds["verify"], 120),
        harness.Figure("peak memory of sealer and verifier", memory, 250, unit="MiB"),
    ]


def _written(table: str) -> float:
    """Rows a second by all writers together; beside them, for the trail, the sealer in a process of its own."""
    stop = threading.Event()
    command, pipe = [sys.executable, "-m", "benchmarks.sealing_worker", "beside"], subprocess.PIPE
    sealer = subprocess.Popen(command, stdin=pipe, stdout=pipe) if table == TRAIL else None
    if sealer is not None and sealer.stdout is not None:
        sealer.stdout.readline()
    with ThreadPoolExecutor(WRITERS) as writers:
        found = [writers.submit(_write, table, number, stop) for number in range(WRITERS)]
        time.sleep(SECONDS)
        stop.set()
    if sealer is not None:
        sealer.communicate()
    return sum(one.result() for one in found)


def _write(table: str, number: int, stop: threading.Event) -> float:
    """Rows a second by one writer, a transaction each."""
    written, statement = 0, _INSERT.format(table=table)
    with database.owner(os.environ["DATABASE_URL"]) as cursor:
        began = time.perf_counter()
        while not stop.is_set():
            cursor.execute(statement, {"n": written * WRITERS + number})
            written += 1
        return written / (time.perf_counter() - began)


def _long_trail() -> dict[str, float]:
    """Seconds to seal and to verify a trail of ROWS rows, each in a process of its own."""
    with database.owner_of_bench() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditevent")
        there = cursor.fetchone()
        cursor.execute(_FILL, [max(0, ROWS - there[0])] if there else [ROWS])
        cursor.execute("VACUUM ANALYZE audit_auditevent")
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        for what in ("seal", "verify"):
            command, environ = [sys.executable, "-m", "benchmarks.sealing_worker", what], {**os.environ, "KWSP_ANCHOR_DIR": folder}
            done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
            print(done.stdout.decode().strip())
            seconds[what] = float(done.stdout.split()[0])
    return seconds
