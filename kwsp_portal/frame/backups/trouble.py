"""What an operator is told when a backup or a restore cannot go on: found, expected, how to mend, in both languages."""

import errno
import os
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Trouble(Exception):
    """A reason to stop. The message is a lazy translation, the figures its places."""

    def __init__(self, message: Any, **figures: object) -> None:
        super().__init__(message)
        self.message = message
        self.figures = figures

    def said(self, language: str) -> str:
        with translation.override(language):
            return str(self.message) % self.figures

    def __str__(self) -> str:
        return f"{self.said('ms')}\n{self.said('en')}"


def of_system(error: OSError, *, place: object) -> Trouble:
    """An operating system's refusal, with its remedy."""
    where = error.filename or place
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(where)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Trouble(
            _("Tiada kebenaran pada %(where)s bagi pengguna %(user)s: beri kebenaran, atau tetapkan KWSP_BACKUP_DIR kepada folder lain."),
            where=where,
            user=os.geteuid(),
        )
    return Trouble(_("%(where)s: %(reason)s."), where=where, reason=error.strerror or error)


def disk_full(where: object) -> Trouble:
    return Trouble(
        _("Cakera %(where)s penuh: kosongkan ruang, atau tetapkan KWSP_BACKUP_DIR kepada folder pada cakera lain. Tiada apa yang ditinggalkan."),
        where=where,
    )
