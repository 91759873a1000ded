"""Restoring a dump: into a database beside the living one, proved there, and only then put in its place.

The living database is renamed and kept, never dropped; a restore that fails anywhere leaves it as it was.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, Final

from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext_lazy as _
from psycopg2 import errors, sql

from kwsp_portal.frame.backups import addresses, facts, manifest, programs
from kwsp_portal.frame.backups.addresses import Params
from kwsp_portal.frame.backups.making import DUMP_FILE
from kwsp_portal.frame.backups.manifest import Manifest
from kwsp_portal.frame.backups.proving import Proof, prove
from kwsp_portal.frame.backups.store import Backup
from kwsp_portal.frame.backups.trouble import Trouble

ROLES: Final = ("kwsp_owner", "kwsp_app", "kwsp_audit")
MOST_JOBS: Final = 4
SWAP_TRIES: Final = 50
Say = Callable[[Any, str], None]


def restore(backup: Backup, *, replace: bool, at: datetime, say: Say) -> Proof:
    """The proof of the restored database, which is now the portal's. Raises Trouble, and then the portal has what it had."""
    content = backup.manifest()
    name = str(connection.settings_dict["NAME"])
    with closing(addresses.connect({**addresses.admin(), "dbname": "postgres"})) as opened, opened.cursor() as admin:
        _check(content, admin)
        _only_one(admin, name)
        living = _is_living(admin, name)
        if living and not replace:
            raise Trouble(
                _("Pangkalan data %(name)s mengandungi data: tambah --replace untuk menggantikannya (yang lama disimpan dengan nama lain)."),
                name=name,
            )
        manifest.check_files(backup.path, content.files)
        with _beside(admin, name, content) as new:
            _fill(backup, content, new)
            proof = _proved(content, new, backup)
            kept = _swap(admin, name, new, keep_as=f"{name}_before_{at:%Y%m%d%H%M%S}" if living else "")
    if kept:
        say(_("pangkalan data lama disimpan sebagai"), kept)
    return proof


def _check(content: Manifest, admin: Any) -> None:
    """Versions and roles, before anything is made."""
    unknown = sorted(set(content.migrations) - facts.on_disk())
    if unknown:
        raise Trouble(
            _("Sandaran ini daripada portal yang lebih baharu: migrasi %(found)s tidak dikenali. Pulihkan dengan versi itu (%(portal)s)."),
            found=", ".join(unknown[:5]),
            portal=content.portal,
        )
    major = admin.connection.server_version // 10000
    if major < content.major:
        raise Trouble(_("PostgreSQL: dijumpai versi %(found)s, dijangka %(expected)s atau lebih baharu."), found=major, expected=content.major)
    admin.execute("SELECT rolname FROM pg_roles")
    missing = sorted(set(ROLES) - {row[0] for row in admin.fetchall()})
    if missing:
        raise Trouble(
            _("Peranan %(missing)s tiada pada pelayan ini: jalankan docker/postgres-init.sh dahulu (sandaran tidak membawa kata laluan)."),
            missing=", ".join(missing),
        )


def _only_one(admin: Any, name: str) -> None:
    """One restore at a time; what a killed one left beside the database is dropped."""
    admin.execute("SELECT pg_try_advisory_lock(hashtext('kwsp.restore'), hashtext(%s))", [name])
    if not admin.fetchone()[0]:
        raise Trouble(_("Pemulihan lain bagi %(name)s sedang berjalan: tunggu sehingga ia selesai."), name=name)
    admin.execute("SELECT datname FROM pg_database WHERE datname ~ ('^' || %s || '_restoring_[0-9]+$')", [name])
    for (left,) in admin.fetchall():
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(left)))


def _is_living(admin: Any, name: str) -> bool:
    """True if there is a database of that name with a table in it."""
    admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if not admin.fetchone():
        return False
    with closing(addresses.connect({**addresses.owner(), "dbname": name})) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)")
        return bool(cursor.fetchone()[0])


@contextmanager
def _beside(admin: Any, name: str, content: Manifest) -> Iterator[str]:
    """A new, empty database with the old one's locale; gone again unless it was put in place."""
    new = f"{name}_restoring_{os.getpid()}"
    locale = [sql.SQL("ENCODING {}").format(sql.Literal(content.server["encoding"]))]
    if content.server["provider"] == "b":
        locale.append(sql.SQL("LOCALE_PROVIDER builtin BUILTIN_LOCALE {}").format(sql.Literal(content.server["locale"])))
    locale += [
        sql.SQL("{} {}").format(sql.SQL(word), sql.Literal(content.server[key])) for word, key in (("LC_COLLATE", "collate"), ("LC_CTYPE", "ctype"))
    ]
    made = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 {}").format(
        sql.Identifier(new), sql.Identifier(ROLES[0]), sql.SQL(" ").join(locale)
    )
    try:
        admin.execute(made)
        for statement in RIGHTS:
            admin.execute(sql.SQL(statement).format(sql.Identifier(new)))
        yield new
    except errors.InsufficientPrivilege as error:
        raise Trouble(
            _("%(user)s tidak boleh membuat pangkalan data: tetapkan DATABASE_ADMIN_URL kepada peranan yang boleh. (%(reason)s)"),
            user=addresses.admin().get("user", "-"),
            reason=str(error).strip(),
        ) from error
    finally:
        connection.close()
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(new)))


# As kwsp_portal/devstack/roles.py and docker/postgres-init.sh give them.
RIGHTS: Final = (
    "REVOKE ALL ON DATABASE {} FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE {} TO kwsp_app",
    "GRANT CONNECT ON DATABASE {} TO kwsp_audit",
)


def _fill(backup: Backup, content: Manifest, new: str) -> None:
    """`pg_restore` as the owner: tables, rows, indexes, guards, and the rights of the three roles."""
    program = programs.find("pg_restore", major=content.major)
    jobs = min(MOST_JOBS, os.cpu_count() or 1)
    environ = addresses.as_environment({**addresses.owner(), "dbname": new})
    programs.run(program, "--exit-on-error", "--no-password", f"--jobs={jobs}", f"--dbname={new}", backup.path / DUMP_FILE, environ=environ)


def _proved(content: Manifest, new: str, backup: Backup) -> Proof:
    """Brought up to this code's migrations as the owner, then looked at as the portal's own role."""
    with connected({**addresses.owner(), "dbname": new}):
        if facts.on_disk() - set(content.migrations):
            call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    with connected({**addresses.app(), "dbname": new}):
        return prove(content, backup, exactly=True)


@contextmanager
def connected(params: Params) -> Iterator[None]:
    """Django's own connection leads there within the block."""
    before = dict(connection.settings_dict)
    connection.close()
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    connection.settings_dict.update({name: params.get(key, "") for name, key in known.items()})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _swap(admin: Any, name: str, new: str, *, keep_as: str) -> str:
    """Both renames in one transaction, with everybody else's sessions ended; the name under which the old database is kept."""
    try:
        for attempt in range(SWAP_TRIES):
            try:
                _rename(admin, name, new, keep_as)
            except errors.ObjectInUse:
                if attempt == SWAP_TRIES - 1:
                    raise
            else:
                return keep_as
    except (errors.ObjectInUse, errors.InsufficientPrivilege) as error:
        raise Trouble(
            _("Pangkalan data %(name)s masih dipakai dan bukan hak %(user)s: hentikan portal, atau tetapkan DATABASE_ADMIN_URL. (%(reason)s)"),
            name=name,
            user=addresses.admin().get("user", "-"),
            reason=" ".join(str(error).split()),
        ) from error
    return keep_as


def _rename(admin: Any, name: str, new: str, keep_as: str) -> None:
    """Raises ObjectInUse if somebody came back in between."""
    admin.execute(
        "SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", [name]
    )
    if not keep_as:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    admin.execute("BEGIN")
    try:
        if keep_as:
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(keep_as)))
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new), sql.Identifier(name)))
    except BaseException:
        admin.execute("ROLLBACK")
        raise
    admin.execute("COMMIT")
