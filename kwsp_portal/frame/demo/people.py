"""The demo's sign-ins (contract.md). Made by `manage.py demo_data`, shown at `/demo/` and by `make run`."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.identity.enums import Role

PASSWORD: Final = "kwsp-demo-2026"  # noqa: S105 - printed on the demo's own page; refused in production
TOTP_SECRET: Final = "KWSPDEMOKWSPDEMO"  # noqa: S105 - the same


class Person(NamedTuple):
    """`phone` is the made-up number that the person's TAC goes to: officers have none, they sign in with TOTP."""

    user_id: str
    role: Role
    what: str | Promise
    phone: str = ""


PEOPLE: Final = (
    Person("ahlidemo35", Role.MEMBER, _("Ahli berumur 35 tahun"), "+601110000101"),
    Person("ahlidemo54", Role.MEMBER, _("Ahli berumur 54 tahun"), "+601110000102"),
    Person("ahlidemo56", Role.MEMBER, _("Ahli berumur 56 tahun"), "+601110000103"),
    Person("ahlidemo61", Role.MEMBER, _("Ahli berumur 61 tahun"), "+601110000104"),
    Person("majikanadmin", Role.REPRESENTATIVE, _("Pentadbir majikan 10000001"), "+601119000001"),
    Person("majikanmaker", Role.REPRESENTATIVE, _("Penyedia majikan 10000001"), "+601119000002"),
    Person("majikanchecker", Role.REPRESENTATIVE, _("Pelulus majikan 10000001"), "+601119000003"),
    Person("kaunter01", Role.COUNTER_OFFICER, _("Pegawai kaunter")),
    Person("penyelia01", Role.SUPERVISOR, _("Penyelia kaunter")),
    Person("pegawai01", Role.WITHDRAWAL_OFFICER, _("Pegawai pengeluaran")),
    Person("pegawai02", Role.WITHDRAWAL_OFFICER, _("Pegawai pengeluaran kedua")),
    Person("pemeriksa01", Role.INSPECTOR, _("Pemeriksa")),
    Person("pemeriksa02", Role.INSPECTOR, _("Pemeriksa kedua")),
    Person("auditor01", Role.AUDITOR, _("Juruaudit")),
    Person("pentadbir01", Role.ADMINISTRATOR, _("Pentadbir sistem")),
    Person("pentadbir02", Role.ADMINISTRATOR, _("Pentadbir sistem kedua")),
)
