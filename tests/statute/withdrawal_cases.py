"""Cases of withdrawals as a table writes them: a member who meets every condition of the kind, and what is otherwise.

`change` is `name=value` parted by blanks: facts (born, citizenship, since, id, channel, applied, died, account, payee, bankrupt), accounts
(`sejahtera=500.00`, `held.sejahtera=…`), answers (`.price=300000.00`; `.price=` takes one away) and earlier applications
(`earlier=KIND,STATE,applied_on,asked,taken,subject`, `other=…` of somebody else; answers after a comma: `mode:PART`, and what of it is
`held:` and `paid:`, and the number of the `person:` whose it is).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from members.enums import Citizenship, IdentityKind, Religion, SubAccount
from withdrawals.enums import Channel, KindCode, Payee, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import OF
from withdrawals.kinds.base import Sort

TODAY = date(2026, 11, 23)
BEFORE_55 = {SubAccount.PERSARAAN: "90000.00", SubAccount.SEJAHTERA: "20000.00", SubAccount.FLEKSIBEL: "2000.00"}
PEOPLE: dict[KindCode, dict[str, Any]] = {
    KindCode.AGE_50: {"born": date(1975, 5, 5), "accounts": BEFORE_55, "answers": {}},
    KindCode.FLEKSIBEL: {"born": date(1990, 5, 5), "accounts": BEFORE_55, "answers": {}},
    KindCode.HOUSE_BUY: {
        "born": date(1985, 5, 5),
        "accounts": BEFORE_55,
        "answers": {
            "title": "HSD 12345",
            "address": "12 Jalan Mawar",
            "property": "TERRACE",
            "in_malaysia": True,
            "house": "FIRST",
            "agreement_on": "2026-06-01",
            "price": "100000.00",
            "financing": "LOAN",
            "loan": "95000.00",
            "lender": "Bank Contoh",
            "together": "ALONE",
        },
    },
    KindCode.HOUSE_INSTALMENT: {
        "born": date(1985, 5, 5),
        "accounts": BEFORE_55,
        "answers": {
            "title": "HSD 12345",
            "address": "12 Jalan Mawar",
            "lender": "Bank Contoh",
            "loan_number": "778899",
            "statement_by": "LENDER",
            "statement_on": "2026-11-10",
            "balance": "80000.00",
            "refinanced": False,
            "loan_ends_on": "2036-06-01",
            "instalment": "900.00",
            "paying": True,
            "together": "ALONE",
            "monthly": "500.00",
            "months": 12,
        },
    },
    KindCode.AGE_55: {
        "born": date(1971, 5, 5),
        "accounts": {SubAccount.AKAUN_55: "100000.00", SubAccount.EMAS: "5000.00"},
        "answers": {"mode": "PART"},
    },
    KindCode.EDUCATION: {
        "born": date(1985, 5, 5),
        "accounts": BEFORE_55,
        "answers": {
            "who": "SELF",
            "institution": "Universiti Contoh",
            "place": "MALAYSIA",
            "course": "Sains Komputer",
            "level": "DEGREE",
            "study": "FULL_TIME",
            "status": "STUDYING",
            "purpose": "FEES",
            "semester": 3,
            "fees": "8000.00",
            "paid_already": False,
            "lender": "Dana Contoh",
            "loan_number": "PT-778899",
        },
    },
}
EARLIER_FIELDS = 6


def facts(kind: KindCode, change: str = "", asked: str = "", on: date = TODAY) -> Facts:
    """The facts of a case."""
    person = PEOPLE[kind]
    found: dict[str, Any] = {
        "birth_date": person["born"],
        "citizenship": Citizenship.CITIZEN,
        "identity_kind": IdentityKind.MYKAD,
        "member_since": date(2005, 1, 1),
        "channel": Channel.ONLINE,
    }
    accounts = {code: Decimal(amount) for code, amount in person["accounts"].items()}
    held: dict[SubAccount, Decimal] = {}
    answers = dict(person["answers"])
    earlier: list[Earlier] = []
    for name, value in (one.split("=", 1) for one in change.split()):
        if name.startswith("."):
            answers[name[1:]] = _answer(kind, name[1:], value)
        elif name in ("earlier", "other"):
            earlier.append(_earlier(value, own=name == "earlier"))
        elif name.startswith("held."):
            held[SubAccount(name[5:].upper())] = Decimal(value)
        elif name.upper() in SubAccount.__members__:
            accounts[SubAccount(name.upper())] = Decimal(value)
        else:
            found |= _fact(name, value)
    return Facts(
        kind=kind,
        on=on,
        religion=Religion.UNKNOWN,
        balances=accounts,
        held=held,
        earlier=tuple(earlier),
        asked=Decimal(asked) if asked else None,
        particulars={name: value for name, value in answers.items() if value is not None},
        **found,
    )


def _fact(name: str, value: str) -> dict[str, Any]:
    readers: dict[str, tuple[str, Any]] = {
        "born": ("birth_date", date.fromisoformat),
        "citizenship": ("citizenship", Citizenship),
        "since": ("member_since", date.fromisoformat),
        "id": ("identity_kind", IdentityKind),
        "channel": ("channel", Channel),
        "applied": ("applied_on", date.fromisoformat),
        "died": ("died_on", date.fromisoformat),
        "account": ("account_verified", "yes".__eq__),
        "payee": ("payee", Payee),
        "bankrupt": ("bankrupt", "yes".__eq__),
    }
    field, read = readers[name]
    return {field: read(value)}


def _answer(kind: KindCode, name: str, value: str) -> Any:
    sort = next(one.sort for one in OF[kind].particulars if one.name == name)
    if value == "":
        return None
    if sort is Sort.COUNT:
        return int(value) if value.isdigit() else value
    return {"yes": True, "no": False}[value] if sort is Sort.YES else value.replace("_", " ") if sort is Sort.TEXT else value


def _earlier(text: str, *, own: bool) -> Earlier:
    fields = text.split(",")
    kind, state, applied_on, asked, taken, subject = fields[:EARLIER_FIELDS]
    answers: dict[str, Any] = {name: value.replace("_", " ") for name, value in (one.split(":") for one in fields[EARLIER_FIELDS:])}
    answers |= {name: int(answers[name]) for name in ("semester", "months") if name in answers}
    return Earlier(
        kind=KindCode(kind),
        state=State(state),
        applied_on=date.fromisoformat(applied_on),
        asked=Decimal(asked),
        taken=Decimal(taken),
        subject=subject,
        own=own,
        person=int(answers.pop("person")) if "person" in answers else None,
        held=Decimal(answers.pop("held", "0")),
        paid=Decimal(answers.pop("paid", "0")),
        particulars=answers,
    )
