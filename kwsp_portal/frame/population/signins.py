"""The demo's sign-ins (design/contract.md): users, their second factor, the four demo members, the representatives."""

import base64
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django_otp.plugins.otp_totp.models import TOTPDevice

from employers.enums import EmployerRole
from employers.models import Employer, Employment, Representative
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.demo.people import PASSWORD, PEOPLE, TOTP_SECRET
from kwsp_portal.frame.population.people import Worker
from members.enums import Citizenship, IdentityKind, Religion, Sex
from members.identity.enums import STAFF, Role
from members.identity.models import User
from members.models import CitizenshipPeriod, Member
from members.rules import age

NAMES = {
    "ahlidemo35": ("Nur Aisyah binti Rahmat", "Seri Pagi"),
    "ahlidemo54": ("Tan Chee Keong", "Bukit Teh"),
    "ahlidemo56": ("Letchumi A/P Subramaniam", "Jambu Air"),
    "ahlidemo61": ("Jugah anak Barieng", "Sungai"),
    "majikanadmin": ("Rohani binti Kassim", "Melati"),
    "majikanmaker": ("Wong Li Ying", "Kopi O"),
    "majikanchecker": ("Ganesan A/L Perumal", "Gunung"),
    "kaunter01": ("Farah Nadia binti Idris", "Kaunter"),
    "penyelia01": ("Petrus Mojuntin", "Penyelia"),
    "pegawai01": ("Azman bin Hashim", "Pegawai A"),
    "pegawai02": ("Lim Hui Min", "Pegawai B"),
    "pemeriksa01": ("Manjit Singh Gill", "Pemeriksa"),
    "auditor01": ("Theresa Lazaroo", "Audit"),
    "pentadbir01": ("Ismail bin Othman", "Pentadbir"),
}
MEMBERS = (
    ("ahlidemo35", 35, Sex.FEMALE, Religion.ISLAM, Decimal(6250)),
    ("ahlidemo54", 54, Sex.MALE, Religion.BUDDHISM, Decimal(4800)),
    ("ahlidemo56", 56, Sex.FEMALE, Religion.HINDUISM, Decimal(3250)),
    ("ahlidemo61", 61, Sex.MALE, Religion.CHRISTIANITY, Decimal(5200)),
)
FIRST_NUMBER = 10_000_101
REPRESENTATIVES = {
    "majikanadmin": EmployerRole.ADMINISTRATOR,
    "majikanmaker": EmployerRole.MAKER,
    "majikanchecker": EmployerRole.CHECKER,
}


def users(*, password: str = PASSWORD) -> dict[str, User]:
    """All demo sign-ins, officers with their TOTP device. One hash serves all: they share the password anyway."""
    hashed = make_password(password)
    made = User.objects.bulk_create(
        User(user_id=person.user_id, role=person.role, name=NAMES[person.user_id][0], secret_phrase=NAMES[person.user_id][1], password=hashed)
        for person in PEOPLE
    )
    key = base64.b32decode(TOTP_SECRET).hex()
    TOTPDevice.objects.bulk_create(TOTPDevice(user=user, name="demo", key=key, confirmed=True) for user in made if Role(user.role) in STAFF)
    return {user.user_id: user for user in made}


def representatives(*, employer: Employer, people: dict[str, User], since: date) -> None:
    """The three who act for the demo employer."""
    Representative.objects.bulk_create(
        Representative(employer=employer, user=people[user_id], role=role, appointed_on=since) for user_id, role in REPRESENTATIVES.items()
    )


def pair_for(*, employer: Employer, since: date) -> tuple[User, User]:
    """A maker and a checker of another employer; nobody can sign in as them."""
    pair = [
        User(
            user_id=f"wakil{employer.number[-6:]}{letter}",
            role=Role.REPRESENTATIVE,
            name=f"{who} {employer.name}"[:120],
            secret_phrase="-",  # noqa: S106 - nobody signs in as them
            password="!",  # noqa: S106 - no password's hash
        )
        for letter, who in (("a", "Penyedia"), ("b", "Pelulus"))
    ]
    maker, checker = User.objects.bulk_create(pair)
    Representative.objects.bulk_create(
        [
            Representative(employer=employer, user=maker, role=EmployerRole.MAKER, appointed_on=since),
            Representative(employer=employer, user=checker, role=EmployerRole.CHECKER, appointed_on=since),
        ]
    )
    return maker, checker


def members(*, employer: Employer, people: dict[str, User], first: WageMonth, on: date) -> list[Worker]:
    """The four demo members, of the ages their User IDs say on the business date, at work for the demo employer."""
    workers = []
    for index, (user_id, years, sex, religion, wages) in enumerate(MEMBERS):
        # The 35th, 54th ... birthday was some months ago, so that the age holds for a while when the clock is moved.
        born = age.birthday(date(on.year - years, on.month, 1) - timedelta(days=100 + index), 0)
        name = NAMES[user_id][0]
        member = Member.objects.create(
            number=f"{FIRST_NUMBER + index:08d}",
            user=people[user_id],
            name=name,
            name_key=name_key(name),
            identity_kind=IdentityKind.MYKAD,
            identity_number=f"{born:%y%m%d}14{9_900 + index * 2 + (sex == Sex.MALE):04d}",
            birth_date=born,
            sex=sex,
            religion=religion,
            phone=f"+60199000{index:03d}",
            address=f"{index + 1}, Jalan Demo, 50000 Kuala Lumpur",
            member_since=age.birthday(born, 20),
        )
        CitizenshipPeriod.objects.create(member=member, status=Citizenship.CITIZEN, from_date=born)
        start = first.first_day - timedelta(days=900)
        Employment.objects.create(employer=employer, member=member, from_date=start)
        workers.append(Worker(member=member, citizenship=Citizenship.CITIZEN, employer=employer, wages=wages, from_date=start, to_date=None))
    return workers
