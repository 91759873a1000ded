"""The migrated database that the parts of the suite copy (.ci/migrated): `python -m tests.template` says its name.

With the path of a file it makes the database and writes the name there, so that the file is there only when the database is whole.
"""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.settings.test")
django.setup()

from tests import conftest  # noqa: E402 - models need the apps


def main(mark: str = "") -> None:
    if not mark:
        sys.stdout.write(conftest.template_name() + "\n")
        return
    Path(mark).unlink(missing_ok=True)
    conftest.pytest_collection_finish()
    Path(mark).write_text(conftest.make_template() + "\n", encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
