"""The sealer's and the verifier's process for benchmarks.sealing. Run as a module: `beside` until its input ends, `seal` or `verify` once."""

import os
import select
import sys
import tempfile
import time
from pathlib import Path

import django

EVERY = 5.0


def main(what: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.settings.dev")
    if what == "beside":
        os.environ["KWSP_ANCHOR_DIR"] = tempfile.mkdtemp()
    django.setup()

    from kwsp_portal.audit import sealer  # noqa: PLC0415 - Django is ready only now
    from kwsp_portal.audit.verifying import Verifier  # noqa: PLC0415
    from kwsp_portal.common import clock  # noqa: PLC0415

    began = time.perf_counter()
    if what == "beside":
        # Every five seconds, twelve times as often as the portal has it: a row costs the same, and a turn is in every round.
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], EVERY)[0]:
            sealer.turn(at=clock.now(), limit_seconds=EVERY)
        return
    if what == "seal":
        rows = 0
        while (done := sealer.turn(at=clock.now(), limit_seconds=3_600)).rows:
            rows += done.rows
        print(f"{time.perf_counter() - began:.2f} s for {rows:,} rows")
        return
    verifier = Verifier(folder=Path(os.environ["KWSP_ANCHOR_DIR"]), at=clock.now())
    findings = list(verifier.findings())
    assert not findings, findings[:5]
    print(f"{time.perf_counter() - began:.2f} s for {verifier.rows:,} rows")


if __name__ == "__main__":
    main(sys.argv[1])
