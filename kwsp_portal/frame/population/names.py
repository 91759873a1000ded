"""Names of all of Malaysia's peoples, and of those who come to work here. Put together by chance; any real bearer is coincidence."""

from random import Random
from typing import NamedTuple

from members.enums import Religion, Sex


class People(NamedTuple):
    """`share` in a hundred of the population; `joins` is how a name is made of a given name and a father's or family name; `country` issued the
    passports of those who come from elsewhere."""

    code: str
    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    religion: Religion
    country: str = ""


PEOPLES: tuple[People, ...] = (
    People(
        "MALAY", 44,
        ("Nur Aisyah", "Siti Hajar", "Nurul Huda", "Farah Nadia", "Azlina", "Rohani", "Puteri Balqis", "Zaleha", "Hasnah", "Intan Suraya"),
        ("Ahmad Faizal", "Muhammad Haziq", "Azman", "Khairul Anuar", "Roslan", "Hafiz", "Zulkifli", "Ismail", "Wan Ariffin", "Nazri"),
        ("Abdullah", "Ibrahim", "Yusof", "Othman", "Hashim", "Mohd Noor", "Sulaiman", "Kassim", "Rahmat", "Idris"),
        Religion.ISLAM,
    ),
    People(
        "CHINESE", 20,
        ("Mei Ling", "Siew Fong", "Hui Min", "Li Ying", "Pei Shan", "Ai Ling"),
        ("Wei Jian", "Chee Keong", "Kah Hoe", "Jun Hao", "Boon Teck", "Zi Xiang"),
        ("Tan", "Lim", "Wong", "Lee", "Chong", "Ng", "Goh", "Yap"),
        Religion.BUDDHISM,
    ),
    People(
        "INDIAN", 8,
        ("Kavitha", "Priya", "Letchumi", "Shanti", "Thilagavathi"),
        ("Saravanan", "Ganesan", "Raju", "Vijayan", "Murugan"),
        ("Subramaniam", "Krishnan", "Perumal", "Nadarajah", "Muniandy"),
        Religion.HINDUISM,
    ),
    People(
        "SIKH", 2,
        ("Harpreet Kaur", "Jasvinder Kaur"), ("Gurdip Singh", "Manjit Singh"), ("Gill", "Dhillon", "Sandhu"), Religion.SIKHISM,
    ),
    People(
        "IBAN", 4,
        ("Lina", "Senia", "Dayang"), ("Jugah", "Ngumbang", "Rentap"), ("Barieng", "Jau", "Nyanggau", "Unting"), Religion.CHRISTIANITY,
    ),
    People("BIDAYUH", 2, ("Suria", "Nading"), ("Nyandang", "Michael Sagan"), ("Kasim", "Jimbau", "Rigar"), Religion.CHRISTIANITY),
    People("KADAZAN", 4, ("Juliana", "Winnie"), ("Jaikol", "Petrus"), ("Gimbang", "Mojuntin", "Situn", "Lasimbang"), Religion.CHRISTIANITY),
    People("BAJAU", 2, ("Rosnah", "Dayangku"), ("Sabtu", "Amirul"), ("Tiasin", "Matlani", "Salleh"), Religion.ISLAM),
    People("ORANG_ASLI", 1, ("Anita", "Bah Jum"), ("Along", "Bah Rani"), ("Bah Tuin", "Angah", "Pandak"), Religion.OTHER),
    People("EURASIAN", 1, ("Theresa", "Marina"), ("Gerald", "Anthony"), ("de Silva", "Pereira", "Lazaroo"), Religion.CHRISTIANITY),
    People(
        "INDONESIAN", 4, ("Sri Wahyuni", "Dewi"), ("Agus", "Slamet"), ("Santoso", "Wibowo", "Lestari"), Religion.ISLAM, "IDN",
    ),
    People("BANGLADESHI", 4, ("Nasrin",), ("Rahim", "Kamal", "Jashim"), ("Uddin", "Hossain", "Miah"), Religion.ISLAM, "BGD"),
    People("NEPALI", 3, ("Sunita",), ("Bishnu", "Prem"), ("Gurung", "Tamang", "Thapa"), Religion.HINDUISM, "NPL"),
    People("SINGAPOREAN", 1, ("Joanne",), ("Desmond",), ("Teo", "Koh"), Religion.CHRISTIANITY, "SGP"),
)  # fmt: skip


def full_name(people: People, sex: Sex, chance: Random) -> str:
    """A name as that people writes it."""
    given = chance.choice(people.women if sex == Sex.FEMALE else people.men)
    family = chance.choice(people.families)
    woman = sex == Sex.FEMALE
    match people.code:
        case "MALAY" | "BAJAU":
            return f"{given} {'binti' if woman else 'bin'} {family}"
        case "CHINESE" | "SINGAPOREAN":
            return f"{family} {given}"
        case "INDIAN":
            return f"{given} {'A/P' if woman else 'A/L'} {family}"
        case "IBAN" | "BIDAYUH" | "ORANG_ASLI":
            return f"{given} anak {family}"
        case _:
            return f"{given} {family}"
