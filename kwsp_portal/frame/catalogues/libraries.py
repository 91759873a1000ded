"""The libraries whose words people can meet: the `ms` catalogue has what their own Malay catalogues leave out."""

import importlib.util
from pathlib import Path
from typing import Final

from kwsp_portal.frame.catalogues import extract
from kwsp_portal.frame.catalogues.extract import Message

# Package: parts of it that nobody meets here, by the name of their folder or file.
MET: Final[dict[str, tuple[str, ...]]] = {
    "django": (
        *("admindocs", "flatpages", "gis", "humanize", "postgres", "redirects", "sitemaps", "sites", "syndication"),
        *("technical_404.html", "default_urlconf.html", "global_settings.py", "i18n.py"),
    ),
    "rest_framework": ("templates", "authtoken", "schemas", "management"),
    "django_otp": ("otp_email", "otp_hotp", "otp_static"),
    "axes": (),
    "drf_spectacular": ("contrib",),
}


def messages() -> dict[Message, str]:
    """Every message of these libraries that is English, with the package that asks for it."""
    found: dict[Message, str] = {}
    for package, without in MET.items():
        for message, path in extract.from_tree(folder(package), without=without).items():
            if any(letter.isalpha() for letter in message.msgid):
                found.setdefault(message, f"{package}/{path}")
    return found


def folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"{package} is not installed")
    return Path(spec.origin).parent
