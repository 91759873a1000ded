"""An act of the API is done once, however often it is asked for (reliability.md, I6; product.md, 16).

The answer to a key is written in the transaction of the act. A process that is killed before the commit leaves neither, and the same request
does it again; one killed after it leaves both, and the same request finds its answer. There is no third state, and nothing to clean up.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from contributions.models import ApiAnswer
from employers.models import Employer
from members.identity.models import ApiToken, User


class StillRunning(Exception):
    """Another request with the same key has not ended yet."""


class OtherRequest(Exception):
    """The key stands for another request."""


class Asked(NamedTuple):
    """Who asks for what; `content` is what was sent, the file as its digest, never the form in which it travelled."""

    employer: Employer
    user: User
    token: ApiToken | None
    key: str
    method: str
    path: str
    content: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The SHA-256 of what is asked, as canonical JSON."""
        asked = {"method": self.method, "path": self.path, "content": self.content}
        return hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Answer(NamedTuple):
    """What travels back: the status, the headers that matter, and the body as bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def claim(asked: Asked) -> Answer | None:
    """The answer that was given to this key, or None: then it is this request's, until the caller's transaction ends.

    Raises StillRunning, OtherRequest.
    """
    owner = f"{asked.employer.pk}:{asked.user.pk}:{asked.key}"
    with connection.cursor() as cursor:
        # Ends with the transaction, and with the connection of a process that was killed.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('contributions.answers'), hashtext(%s))", [owner])
        if not cursor.fetchone()[0]:
            raise StillRunning
    kept = ApiAnswer.objects.filter(employer=asked.employer, user=asked.user, key=asked.key).first()
    if kept is None:
        return None
    if kept.digest != asked.digest:
        raise OtherRequest
    return Answer(kept.status, kept.headers, bytes(kept.body))


def is_kept(*, employer: Employer, user: User, key: str) -> bool:
    """Whether there is an answer to the key."""
    return ApiAnswer.objects.filter(employer=employer, user=user, key=key).exists()


def keep(asked: Asked, answer: Answer, *, at: datetime) -> None:
    """For ever, in the caller's transaction, which has claimed the key."""
    ApiAnswer.objects.create(
        employer=asked.employer,
        user=asked.user,
        key=asked.key,
        token=asked.token,
        method=asked.method,
        path=asked.path,
        digest=asked.digest,
        status=answer.status,
        headers=dict(answer.headers),
        body=answer.body,
        at=at,
    )
