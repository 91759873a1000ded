"""What a call of the API answers when it does not do what was asked: RFC 9457 `application/problem+json` (contract.md)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

CONTENT_TYPE: Final = "application/problem+json"

TITLES: Final = {
    400: _("Permintaan tidak sah"),
    401: _("Log masuk diperlukan"),
    403: _("Tidak dibenarkan"),
    404: _("Tidak dijumpai"),
    405: _("Kaedah tidak dibenarkan"),
    406: _("Format jawapan tidak tersedia"),
    409: _("Bercanggah dengan keadaan semasa"),
    411: _("Saiz permintaan tidak dinyatakan"),
    413: _("Permintaan terlalu besar"),
    415: _("Jenis kandungan tidak disokong"),
    422: _("Permintaan tidak dapat diproses"),
    429: _("Terlalu banyak permintaan"),
    500: _("Ralat pada sistem kami"),
    503: _("Perkhidmatan tidak tersedia buat sementara"),
}


def document(*, status: int, code: str = "", detail: str = "", errors: Sequence[Mapping[str, str]] = (), reference: str = "") -> dict[str, Any]:
    """The members of a problem. `code` is stable and for programs, `title` and `detail` are for people."""
    title = str(TITLES.get(status, HTTPStatus(status).phrase))
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code or HTTPStatus(status).name,
        "detail": detail or title,
    }
    if errors:
        found["errors"] = list(errors)
    if reference:
        found["reference"] = reference
    return found


class Refused(APIException):
    """A call that was refused by what holds in the portal, with its stable code; `errors` as `{field, code, detail}`."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int = HTTPStatus.CONFLICT,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.code, self.status_code, self.errors, self.headers = code, status, errors, dict(headers or {})

    def document(self, reference: str = "") -> dict[str, Any]:
        """The members of its problem."""
        return document(status=self.status_code, code=self.code, detail=str(self.detail), errors=self.errors, reference=reference)
