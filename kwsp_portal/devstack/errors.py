"""What the stack says when it cannot go on."""

import errno
import os


class DevstackError(Exception):
    """A plain sentence for the person at the terminal; printed alone on one line, exit code 1."""


def explain(error: OSError) -> DevstackError:
    """Says an operating system's refusal in one line; a full disk gets its remedy."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DevstackError(f"The disk is full{where}: free some space, or set KWSP_RUN_DIR to a folder on another disk.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return DevstackError(
            f"No permission to write{where} as user {os.geteuid()}: set KWSP_RUN_DIR to a folder of your own, or remove what another user left there."
        )
    return DevstackError(f"{error.strerror or error}{where}")
