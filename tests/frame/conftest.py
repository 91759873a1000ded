"""Signed-in clients for the frame's tests."""

from tests.identity.conftest import administrator, member, person

__all__ = ["administrator", "member", "person"]
