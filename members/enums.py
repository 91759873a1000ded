"""Closed lists of words about a member and what they hold."""

from enum import StrEnum


class SubAccount(StrEnum):
    """A member's accounts (ruling 3). The names on screen follow the date; these codes never change."""

    PERSARAAN = "PERSARAAN"
    SEJAHTERA = "SEJAHTERA"
    FLEKSIBEL = "FLEKSIBEL"
    AKAUN_55 = "AKAUN_55"
    EMAS = "EMAS"
    HOUSING_RINGFENCE = "HOUSING_RINGFENCE"


class Citizenship(StrEnum):
    CITIZEN = "CITIZEN"
    PERMANENT_RESIDENT = "PERMANENT_RESIDENT"
    NON_CITIZEN = "NON_CITIZEN"


class IdentityKind(StrEnum):
    """The paper that proves who somebody is."""

    MYKAD = "MYKAD"
    PASSPORT = "PASSPORT"
    MYPR = "MYPR"
    ARMY = "ARMY"
    POLICE = "POLICE"


class Sex(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"


class Religion(StrEnum):
    ISLAM = "ISLAM"
    BUDDHISM = "BUDDHISM"
    CHRISTIANITY = "CHRISTIANITY"
    HINDUISM = "HINDUISM"
    SIKHISM = "SIKHISM"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"
