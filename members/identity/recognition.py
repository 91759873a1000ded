"""What page two shows before the password is asked: the picture and the phrase that the owner chose, or made-up ones that never change.

They prove that the site is ours and nothing about the person. For a User ID that nobody has, both are decided by the installation's secret.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from members.identity.models import User

PICTURES: Final = {
    "bulan": _("bulan"),
    "bintang": _("bintang"),
    "matahari": _("matahari"),
    "rumah": _("rumah"),
    "payung": _("payung"),
    "kunci": _("kunci"),
    "cawan": _("cawan"),
    "ikan": _("ikan"),
    "daun": _("daun"),
    "bunga": _("bunga"),
    "pokok": _("pokok"),
    "gunung": _("gunung"),
    "perahu": _("perahu"),
    "wau": _("wau"),
    "lampu": _("lampu"),
    "buku": _("buku"),
    "pensel": _("pensel"),
    "loceng": _("loceng"),
    "kereta": _("kereta"),
    "basikal": _("basikal"),
    "awan": _("awan"),
    "jam": _("jam"),
    "topi": _("topi"),
    "tangga": _("tangga"),
}
"""The closed set that an owner chooses from, with the words for who does not see it; the files are static/img/secret/."""

FIRST_WORDS: Final = (
    "biru", "batu", "kuda", "padi", "laut", "ikan", "nasi", "emas", "jati", "kayu", "sawa", "bulu", "rusa", "teja", "gula", "kopi",
    "buku", "beca", "roti", "daun", "lada", "tali", "pena", "peta", "kota", "desa", "pagi", "sore", "mega", "dewi", "tuah", "jaya",
)  # fmt: skip
SECOND_WORDS: Final = (
    "hijau", "merah", "putih", "ungu", "manis", "hujan", "senja", "bulan", "pulau", "ombak", "wangi", "besar", "kecil", "indah", "layar", "perak",
    "kapas", "rimba", "sinar", "fajar", "embun", "angin", "bukit", "muara", "teluk", "pasir", "taman", "kebun", "pagar", "lampu", "pintu", "kapal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recognition:
    """What page two shows before the password is asked. `picture` is a name of PICTURES."""

    user_id: str
    phrase: str
    picture: str

    @property
    def picture_words(self) -> Any:
        """What the picture shows, for who does not see it."""
        return PICTURES[self.picture]


def recognise(*, user_id: str) -> Recognition:
    """What the owner chose; for an unknown User ID made-up ones that never change. The same work for both."""
    phrase, picture = made_up_phrase(user_id), made_up_picture(user_id)
    chosen = User.objects.filter(user_id=user_id).values_list("secret_phrase", "secret_image").first() or ("", "")
    return Recognition(user_id=user_id, phrase=chosen[0] or phrase, picture=chosen[1] if chosen[1] in PICTURES else picture)


def made_up_phrase(user_id: str) -> str:
    """Two words, ten characters at most, decided by the installation's secret and the User ID."""
    digest = salted_hmac("members.identity.phrase", user_id, algorithm="sha256").digest()
    return f"{FIRST_WORDS[digest[0] % len(FIRST_WORDS)]} {SECOND_WORDS[digest[1] % len(SECOND_WORDS)]}".title()


def made_up_picture(user_id: str) -> str:
    """One of the set, decided in the same way."""
    digest = salted_hmac("members.identity.picture", user_id, algorithm="sha256").digest()
    return list(PICTURES)[digest[0] % len(PICTURES)]
