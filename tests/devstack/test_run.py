"""`make run` as a stranger meets it: up from nothing, hurt, up again, stopped, and the data is still there."""

from pathlib import Path

from .running import Running


def test_it_comes_up_from_nothing_survives_kills_stops_cleanly_and_refuses_an_earlier_day(open_place: Path) -> None:
    with Running(open_place / "run", AS_AT="2026-10-20") as running:
        running.wait_until_ready()
        assert running.get("/") in (200, 302)
        assert {"postgres", "valkey", "web", "worker", "messenger", "beat", "bank", "phone", "jpn"} == running.pids().keys()

        for name in ("postgres", "web"):
            running.kill(name)

        assert running.stop() == 0
    with Running(open_place / "run", AS_AT="2026-10-19") as earlier:
        assert earlier.popen.wait(300) == 1
        assert "make reset" in earlier.text().splitlines()[-1]
