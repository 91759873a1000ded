"""The demo's sign-ins (design/contract.md): users, their second factor, the four demo members, the representatives."""

import base64
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django_otp.plugins.otp_totp.models import TOTPDevice

from employers.enums import EmployerRole
from employers.models import Representative
from kwsp_portal.frame.demo.people import PASSWORD, PEOPLE, TOTP_SECRET
from kwsp_portal.frame.demo.people import Person as Demo
from kwsp_portal.frame.population.careers import Spell
from kwsp_portal.frame.population.people import Person
from kwsp_portal.frame.population.plan import Plan
from kwsp_portal.frame.population.registers import Actor
from members.enums import BankAccountState, IdentityKind, NameMatch, Religion, Sex
from members.identity.enums import STAFF, Bound, Role
from members.identity.models import TacPhone, User
from members.models import BankAccount, Member, OfficerIdentity
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
    "pemeriksa02": ("Dayang Sufiah binti Mahmud", "Periksa"),
    "auditor01": ("Theresa Lazaroo", "Audit"),
    "pentadbir01": ("Ismail bin Othman", "Pentadbir"),
    "pentadbir02": ("Chong Mei Fong", "Pengurus"),
}
MEMBERS = (
    ("ahlidemo35", 35, Sex.FEMALE, Religion.ISLAM, 6250),
    ("ahlidemo54", 54, Sex.MALE, Religion.BUDDHISM, 4800),
    ("ahlidemo56", 56, Sex.FEMALE, Religion.HINDUISM, 3250),
    ("ahlidemo61", 61, Sex.MALE, Religion.CHRISTIANITY, 5200),
)
WITH_ACCOUNT = ("ahlidemo54", "ahlidemo56", "ahlidemo61")
FIRST_ACCOUNT = 164_000_000_000
ADMINISTRATOR = "pentadbir01"
NAMED = "Kad pengenalan asal dilihat semasa pelantikan"
"""Who enters the officers' identities, and why. The numbers are of a place of birth that no MyKad has: no member's is among them."""
FIRST_NUMBER = 10_000_101
FIRST_SERIAL = 9_900
REPRESENTATIVES = {
    "majikanadmin": EmployerRole.ADMINISTRATOR,
    "majikanmaker": EmployerRole.MAKER,
    "majikanchecker": EmployerRole.CHECKER,
}


def users(*, password: str = PASSWORD) -> dict[str, User]:
    """All demo sign-ins, officers with their TOTP device, the others with the phone that their codes go to.

    One hash serves all: they share the password anyway.
    """
    hashed = make_password(password)
    made = User.objects.bulk_create(_user(person, hashed) for person in PEOPLE)
    key = base64.b32decode(TOTP_SECRET).hex()
    TOTPDevice.objects.bulk_create(TOTPDevice(user=user, name="demo", key=key, confirmed=True) for user in made if Role(user.role) in STAFF)
    phones = {person.user_id: person.phone for person in PEOPLE if person.phone}
    TacPhone.objects.bulk_create(
        TacPhone(user=user, number=phones[user.user_id], how=Bound.COUNTER, bound_at=user.joined_at) for user in made if user.user_id in phones
    )
    by_id = {user.user_id: user for user in made}
    _name_officers(by_id, at=made[0].joined_at)
    return by_id


def _name_officers(users: Mapping[str, User], *, at: datetime) -> None:
    """What the administrator entered of each officer but themselves; nobody enters the own."""
    by = users[ADMINISTRATOR]
    officers = [user for user in users.values() if Role(user.role) in STAFF and user != by]
    OfficerIdentity.objects.bulk_create(
        OfficerIdentity(
            user=user, identity_kind=IdentityKind.MYKAD, identity_number=f"8{n % 10}010100{n:04d}", reason=NAMED, named_by=by, named_at=at
        )
        for n, user in enumerate(officers, 1)
    )


def _user(person: Demo, hashed: str) -> User:
    name, phrase = NAMES[person.user_id]
    user = User(user_id=person.user_id, role=person.role, name=name, secret_phrase=phrase, password=hashed)
    user.activated_at = user.joined_at
    return user


def acting() -> tuple[Actor, Actor]:
    """Maker and checker of the demo employer."""
    people = dict(User.objects.filter(user_id__in=REPRESENTATIVES).values_list("user_id", "pk"))
    return Actor(people["majikanmaker"], "majikanmaker"), Actor(people["majikanchecker"], "majikanchecker")


def represent(*, employer_id: int, since: date) -> None:
    """The three who act for the demo employer."""
    people = User.objects.in_bulk(REPRESENTATIVES, field_name="user_id")
    Representative.objects.bulk_create(
        Representative(employer_id=employer_id, user=people[user_id], role=role, appointed_on=since) for user_id, role in REPRESENTATIVES.items()
    )


def accounts() -> None:
    """The account for payments of the demo members but one, who shows how it is registered: an account that is new pays nothing for a day, and the
    demo's clock moves business dates alone."""
    found = Member.objects.filter(user__user_id__in=WITH_ACCOUNT).select_related("user").order_by("pk")
    BankAccount.objects.bulk_create(_account(member, f"{FIRST_ACCOUNT + member.pk}", member.user.joined_at) for member in found)  # type: ignore[union-attr]


def _account(member: Member, number: str, at: datetime) -> BankAccount:
    asked = {"asked_at": at, "due_at": at, "answered_at": at, "since": at, "cooling_until": at}
    verified = {"state": BankAccountState.CURRENT, "match": NameMatch.FULL, "holder": member.name}
    return BankAccount(member=member, bank="MBBEMYKL", number=number, ending=number[-4:], **asked, **verified)


def work(*, plan: Plan) -> list[Spell]:
    """The four demo members, of the ages their User IDs say on the business date, at work for the demo employer throughout."""
    users = User.objects.in_bulk([user_id for user_id, *_ in MEMBERS], field_name="user_id")
    spells = []
    for index, (user_id, years, sex, religion, wages) in enumerate(MEMBERS):
        # The 35th, 54th ... birthday was some months ago, so that the age holds for a while when the clock is moved.
        born = age.birthday(date(plan.on.year - years, plan.on.month, 1) - timedelta(days=100 + index), 0)
        person = Person(
            number=f"{FIRST_NUMBER + index:08d}", name=NAMES[user_id][0], sex=sex, religion=religion, born=born, since=age.birthday(born, 20)
        )
        person.identity = f"{born:%y%m%d}14{FIRST_SERIAL + index * 2 + (sex == Sex.MALE):04d}"
        person.user_id = users[user_id].pk
        spells.append(Spell(person, 0, plan.first.first_day, None, wages, overtime=False))
    return spells
