"""The environment of the portal's processes: all that the stack and the settings agree on."""

from collections.abc import Mapping

from kwsp_portal.devstack import keys
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import SETTING, RunFolder
from kwsp_portal.devstack.secrets_file import SecretsFile

DEFAULT_PORT = 8000
OPERATORS = ("DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "DATABASE_REPLICATION_URL")


def portal(
    folder: RunFolder,
    secrets: SecretsFile,
    *,
    inherited: Mapping[str, str],
    addresses: Mapping[str, str],
    settings: str,
    port: int,
    bank_port: int,
    phone_port: int,
    jpn_port: int = 0,
) -> dict[str, str]:
    """For web, worker, beat and management commands. A variable set outside keeps its value."""
    keys.ensure(folder)
    made = {
        "SECRET_KEY": secrets.get("secret_key"),
        "DJANGO_SETTINGS_MODULE": settings,
        "PORT": str(port),
        "ENCRYPTION_KEYS": f"run:{secrets.get('encryption_key')}",
        "SMS_URL": f"http://127.0.0.1:{phone_port}",
        "SMS_KEY": secrets.get("sms_key"),
        "SMS_REPORT_KEY": secrets.get("sms_report_key"),
        "JPN_URL": f"http://127.0.0.1:{jpn_port}",
        "JPN_KEY": secrets.get("jpn_key"),
        "FPX_BANK_URL": f"http://127.0.0.1:{bank_port}",
        "FPX_SELLER_KEY": str(keys.key_file(folder, keys.SELLER)),
        "FPX_BANK_CERT": str(keys.certificate_file(folder, keys.BANK)),
        "PYTHONUNBUFFERED": "1",
    }
    return made | dict(inherited) | dict(addresses) | {SETTING: str(folder.root)}


def as_owner(environ: Mapping[str, str]) -> dict[str, str]:
    """For migrations: the database's owner instead of the application's role."""
    return dict(environ) | {"KWSP_DB_ROLE": "owner"}


def serving(environ: Mapping[str, str]) -> dict[str, str]:
    """For web, worker and beat: without the addresses that change tables, make databases or copy the cluster."""
    return {name: value for name, value in environ.items() if name not in OPERATORS}


def bank(folder: RunFolder, secrets: SecretsFile, *, inherited: Mapping[str, str], port: int) -> dict[str, str]:
    """For the demo bank: its own key, its own folder, and nothing of the portal's secrets."""
    home = folder.root / "demobank"
    home.mkdir(mode=0o700, exist_ok=True)
    own = {
        "SECRET_KEY": secrets.get("bank_secret_key"),
        "DJANGO_SETTINGS_MODULE": "kwsp_portal.demobank.settings",
        "DEMOBANK_DIR": str(home),
        "DEMOBANK_KEY": str(keys.key_file(folder, keys.BANK)),
        "DEMOBANK_SELLER_CERT": str(keys.certificate_file(folder, keys.SELLER)),
        "DEMOBANK_PORTAL_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    passed_on = {name: inherited[name] for name in ("PATH", "LANG", "LC_ALL", "HOME") if name in inherited}
    return passed_on | own


def phone(folder: RunFolder, secrets: SecretsFile, *, inherited: Mapping[str, str], port: int) -> dict[str, str]:
    """For the demo phone: the two keys that it shares with the portal, its own folder, and nothing else of the portal's secrets."""
    home = folder.root / "demophone"
    home.mkdir(mode=0o700, exist_ok=True)
    own = {
        "SECRET_KEY": secrets.get("phone_secret_key"),
        "DJANGO_SETTINGS_MODULE": "kwsp_portal.demophone.settings",
        "DEMOPHONE_DIR": str(home),
        "DEMOPHONE_KEY": secrets.get("sms_key"),
        "DEMOPHONE_REPORT_KEY": secrets.get("sms_report_key"),
        "DEMOPHONE_PORTAL_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    passed_on = {name: inherited[name] for name in ("PATH", "LANG", "LC_ALL", "HOME") if name in inherited}
    return passed_on | own


def register(secrets: SecretsFile, *, inherited: Mapping[str, str]) -> dict[str, str]:
    """For the demo's register of persons: the key that it shares with the portal, and nothing else of the portal's secrets."""
    own = {
        "SECRET_KEY": secrets.get("jpn_secret_key"),
        "DJANGO_SETTINGS_MODULE": "kwsp_portal.demojpn.settings",
        "DEMOJPN_KEY": secrets.get("jpn_key"),
        "PYTHONUNBUFFERED": "1",
    }
    passed_on = {name: inherited[name] for name in ("PATH", "LANG", "LC_ALL", "HOME") if name in inherited}
    return passed_on | own


def port_of(environ: Mapping[str, str]) -> int:
    """The port of `PORT`, 8000 if unset. Raises DevstackError on anything but 1 to 65535."""
    text = environ.get("PORT", "") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise DevstackError(f"PORT={text} is no port: a number from 1 to 65535 is needed.")
    return int(text)
