"""Django's session store in the database, with a table that knows whose session it is (SESSION_ENGINE)."""

import hashlib
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.db.models.functions import Now

from members.identity.models_sessions import StoredSession, UserSession

REGISTER: Final = "register"
"""Session key: the row of the register that this session is."""


def hash_of(key: str) -> str:
    """What the register keeps of a session's key."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """As Django's; a key that changes changes in the register, too, which remembers the one before it."""

    @classmethod
    def get_model_class(cls) -> type[StoredSession]:
        return StoredSession

    def create_model_instance(self, data: dict[str, Any]) -> StoredSession:
        row: StoredSession = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = data.get(SESSION_KEY)
        row.register_id = data.get(REGISTER)
        return row

    def cycle_key(self) -> None:
        """A new key for the same session: saved at once, so that it can be ended from elsewhere from this moment on."""
        before = str(self.session_key)
        with transaction.atomic():  # another click finds the old key, or what it has become
            super().cycle_key()
            if REGISTER in self:
                self.save()
                keys = {"key_hash": hash_of(str(self.session_key)), "before_hash": hash_of(before), "rekeyed_at": Now()}
                UserSession.objects.filter(pk=self[REGISTER], ended_at=None).update(**keys)
