"""Whom a password lets in."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class Activated(ModelBackend):
    """Somebody who was invited and has not activated the i-Akaun signs in nowhere, and no session of theirs is one."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.activated_at is not None
