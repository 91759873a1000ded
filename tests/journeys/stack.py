"""The portal as it runs: gunicorn, a Celery worker, the demo bank and the demo phone, each a process of its own, on the test database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib import error, request
from urllib.parse import urlsplit

from tests.bank import bank_process, keys
from tests.jpn import jpn_process
from tests.notify import phone_process

ROOT = Path(__file__).resolve().parents[2]
AS_AT = "2026-11-10"
"""The business date of every process: October's contribution is due in five days."""
PATIENCE = 90.0
_opener = request.build_opener(request.ProxyHandler({}))


@contextmanager
def running(folder: Path, *, database: str, as_at: str = AS_AT) -> Iterator[str]:
    """The portal's address. `database` is the name of the test database; everything connects to it as kwsp_app."""
    with socket.socket() as listener, ExitStack() as processes:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        made = _keys(folder)
        bank = processes.enter_context(
            bank_process.running(
                folder / "bank",
                DEMOBANK_KEY=made["bank.key"],
                DEMOBANK_SELLER_CERT=made["portal.crt"],
                DEMOBANK_PORTAL_URL=url,
                SECRET_KEY="journeys" * 8,
            )
        )
        phone = processes.enter_context(phone_process.running(folder / "phone", DEMOPHONE_PORTAL_URL=url, SECRET_KEY="journeys" * 8))
        register = processes.enter_context(jpn_process.running(SECRET_KEY="journeys" * 8))
        environ = {
            **os.environ,
            "JPN_URL": register.url,
            "JPN_KEY": jpn_process.KEY,
            "DJANGO_SETTINGS_MODULE": "kwsp_portal.settings.test",
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl(),
            "AS_AT": as_at,
            "FPX_BANK_URL": bank.url,
            "FPX_SELLER_KEY": made["portal.key"],
            "FPX_BANK_CERT": made["bank.crt"],
            "SMS_GATEWAY": "http",
            "EMAIL_GATEWAY": "http",
            "SMS_URL": phone.url,
            "SMS_KEY": phone_process.KEY,
            "SMS_REPORT_KEY": phone_process.REPORT_KEY,
            "PYTHONWARNINGS": "ignore",
        }
        celery = ("celery", "--quiet", "--app", "kwsp_portal", "worker", "--concurrency", "1", "--loglevel", "WARNING", "--without-mingle")
        celery += ("--queues", "celery,messages")
        processes.enter_context(_process(environ, *celery))
        gunicorn = ("gunicorn", "kwsp_portal.wsgi", "--bind", f"fd://{listener.fileno()}", "--threads", "4", "--log-level", "warning")
        processes.enter_context(_process(environ, *gunicorn, "--graceful-timeout", "1", pass_fds=(listener.fileno(),)))
        _wait_for(f"{url}/healthz")
        yield url


def _keys(folder: Path) -> dict[str, str]:
    """Key and certificate of bank and portal, by file name."""
    made = {}
    for name in ("bank", "portal"):
        pair = keys.make_pair(name)
        for kind, content in (("key", pair.key_pem), ("crt", pair.cert_pem)):
            path = folder / f"{name}.{kind}"
            path.write_bytes(content)
            made[path.name] = str(path)
    return made


@contextmanager
def _process(environ: Mapping[str, str], *command: str, pass_fds: tuple[int, ...] = ()) -> Iterator[None]:
    started = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environ, pass_fds=pass_fds, start_new_session=True)
    try:
        yield
    finally:
        started.terminate()
        try:
            started.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()


def _wait_for(address: str) -> None:
    """Until the address answers without a fault; on a slow machine that may take a while. Raises the last fault."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with _opener.open(address, timeout=PATIENCE):
                return
        except error.URLError:
            if time.monotonic() >= until:
                raise
