"""A program of an employer's: a token, and the calls of the API as it makes them."""

import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from employers.models import Employer
from members.identity.models import ApiToken, User
from tests import factories


@dataclass(frozen=True)
class Program:
    """Acts for one employer with one token."""

    client: Client
    employer: Employer
    token: ApiToken

    @property
    def base(self) -> str:
        return f"/api/v1/employers/{self.employer.number}/"

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(self.base + path, query)

    def send(self, content: bytes, *, key: str | None = None, month: str = "2026-10", name: str = "borang-a.csv", **more: str) -> Any:
        """POST filings/; a fresh key if none is given."""
        fields = {"wage_month": month, "file": SimpleUploadedFile(name, content, "text/csv"), **more}
        return self.client.post(f"{self.base}filings/", fields, headers={"Idempotency-Key": key or secrets.token_hex(8)})

    def post(self, path: str, *, key: str | None = None, **body: Any) -> Any:
        headers = {"Idempotency-Key": key or secrets.token_hex(8)}
        return self.client.post(self.base + path, body, content_type="application/json", headers=headers)


def program_of(user: User, employer: Employer, *, scope: str = "", monthly_limit: Decimal | None = None, language: str = "ms") -> Program:
    """A program with a token of the person for the employer, or for what `scope` says."""
    digest, plain = get_digest_token()
    token = factories.ApiTokenFactory(
        user=user,
        digest=digest,
        token_key=plain[: CONSTANTS.TOKEN_KEY_LENGTH],
        scope=scope or f"employer:{employer.number}",
        monthly_limit=monthly_limit,
    )
    headers = {"Authorization": f"Token {plain}", "Accept-Language": language}
    return Program(Client(raise_request_exception=False, headers=headers), employer, token)
