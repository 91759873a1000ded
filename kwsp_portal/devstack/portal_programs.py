"""The portal's own processes: web, worker, messenger, beat, the demo bank, the demo phone and the demo register."""

import http.client
import sys
from collections.abc import Mapping
from pathlib import Path

from kwsp_portal.devstack import environment, unacked
from kwsp_portal.devstack.folder import PROJECT, RunFolder
from kwsp_portal.devstack.programs import Program, nothing_to_do

GRACEFUL_SECONDS = 25
"""How long a request that is on its way is waited for when the server is asked to end."""
ACCESS_LINE = "%(m)s %(U)s %(s)s %(M)s ms"


def _gunicorn(application: str, *, port: int, workers: int, threads: int) -> list[str | Path]:
    return [
        *(sys.executable, "-m", "gunicorn", application),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(threads)),
        *("--timeout", "60", "--graceful-timeout", str(GRACEFUL_SECONDS), "--no-control-socket"),
        *("--access-logfile", "-", "--access-logformat", ACCESS_LINE, "--log-level", "warning"),
    ]


def web(environ: Mapping[str, str], *, port: int) -> Program:
    """gunicorn with threads: 2 processes of 64, most of which wait for their turn where many lists come at once."""
    return Program(
        name="web",
        command=_gunicorn("kwsp_portal.wsgi:application", port=port, workers=2, threads=64),
        environ=environ,
        folder=PROJECT,
        is_ready=lambda: answers(port, "/healthz"),
        ready_seconds=90,
        stop_seconds=GRACEFUL_SECONDS + 5,
    )


def bank(environ: Mapping[str, str], *, port: int) -> Program:
    """The demo bank, a Django project of its own."""
    return Program(
        name="bank",
        command=_gunicorn("kwsp_portal.demobank.wsgi:application", port=port, workers=1, threads=4),
        environ=environ,
        folder=PROJECT,
        is_ready=lambda: answers(port, "/demo/bank/"),
        ready_seconds=90,
    )


def phone(environ: Mapping[str, str], *, port: int) -> Program:
    """The demo phone, a Django project of its own. Threads, since one that plays silent keeps its caller waiting."""
    return Program(
        name="phone",
        command=_gunicorn("kwsp_portal.demophone.wsgi:application", port=port, workers=1, threads=8),
        environ=environ,
        folder=PROJECT,
        is_ready=lambda: answers(port, "/demo/phone/healthz"),
        ready_seconds=90,
    )


def register(environ: Mapping[str, str], *, port: int) -> Program:
    """The demo's register of persons. One process: what it is told to do is in its memory."""
    return Program(
        name="jpn",
        command=_gunicorn("kwsp_portal.demojpn.wsgi:application", port=port, workers=1, threads=8),
        environ=environ,
        folder=PROJECT,
        is_ready=lambda: answers(port, "/demo/jpn/healthz"),
        ready_seconds=90,
    )


def _celery(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "celery", "--quiet", "--app", "kwsp_portal", *arguments]


def worker(environ: Mapping[str, str], *, only_worker: bool) -> Program:
    """Celery with two processes, which give way to pages. `only_worker`: the broker is ours, nobody else takes from it."""
    broker = environ["CELERY_BROKER_URL"]
    return Program(
        name="worker",
        command=_celery("worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        # In a container of one's own everything runs as root; Celery says on every start that it should not.
        environ=dict(environ) | {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
        folder=PROJECT,
        prepare=(lambda: unacked.give_back(broker)) if only_worker else nothing_to_do,
        quiet=("INFO/", ": Warm shutdown"),
        stop_seconds=25,
        gives_way=True,
    )


def messenger(environ: Mapping[str, str]) -> Program:
    """Celery with eight threads for messages alone, so that a code never waits behind a batch. One process: it waits for others most of its time."""
    return Program(
        name="messenger",
        command=_celery(
            *("worker", "--queues", "messages", "--pool", "threads", "--concurrency", "8", "--loglevel", "WARNING"),
            *("--hostname", "messenger@%h", "--without-gossip", "--without-mingle"),
        ),
        environ=dict(environ) | {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
        folder=PROJECT,
        quiet=("INFO/", ": Warm shutdown"),
        stop_seconds=25,
    )


def beat(environ: Mapping[str, str], folder: RunFolder) -> Program:
    """Celery's beat. Its memory is dropped at each start: the due table knows what is due."""
    schedule = folder.root / "beat-schedule"

    def forget() -> None:
        for path in schedule.parent.glob(schedule.name + "*"):
            path.unlink(missing_ok=True)

    return Program(
        name="beat",
        command=_celery("beat", "--loglevel", "WARNING", "--schedule", schedule, "--pidfile", ""),
        environ=environ,
        folder=PROJECT,
        prepare=forget,
    )


def manage(environ: Mapping[str, str], name: str, *arguments: str, as_owner: bool = False) -> Program:
    """A management command that ends by itself."""
    return Program(
        name=name,
        command=[sys.executable, "manage.py", name, *arguments],
        environ=environment.as_owner(environ) if as_owner else environ,
        folder=PROJECT,
    )


def answers(port: int, path: str) -> bool:
    """True if a web server on this loopback port answers the path without an error of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
