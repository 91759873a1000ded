"""What a member's accounts must be after withdrawals: the seeds, facts and rulings 15 to 26a once more, in dictionaries, knowing nothing of the code.

A member is a dictionary with the legs of their savings (tests.members.plain_dividends) and their applications; an application says what is held for
it, by account. Amounts are sen, rates and days typed from the sources. What it does not know (papers, codes, channels, words) others test.
"""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.members.plain_dividends import Life, birthday, half_up

Person = dict[str, Any]
App = dict[str, Any]
World = dict[str, Any]
DAY = timedelta(days=1)
BEFORE_55 = ("PERSARAAN", "SEJAHTERA", "FLEKSIBEL", "HOUSING_RINGFENCE")
UNDECIDED = ("SUBMITTED", "IN_PROCESS", "DOCUMENTS", "SECOND")
UNPAID = (*UNDECIDED, "APPROVED", "RETURNED")
RUNNING = (*UNPAID, "PAYING", "ACTIVE")
HOUSING = ("HOUSE_BUY", "HOUSE_INSTALMENT")
FROM = {
    **dict.fromkeys(("AGE_50", "EDUCATION", "HOUSE_BUY", "HOUSE_INSTALMENT"), ("SEJAHTERA",)),
    "FLEKSIBEL": ("FLEKSIBEL",),
    "AGE_55": ("AKAUN_55",),
    "KHAS_2022": ("SEJAHTERA", "PERSARAAN"),
}
PAID_ON = 25
"""The day of the month of payments that come again."""


def new_world(paid_year: int) -> World:
    """`next_year`: whose dividend is to come; `open_from`: the first day that no closed year has."""
    return {"apps": [], "order": 0, "next_year": paid_year + 1, "open_from": date(paid_year + 1, 1, 1)}


def new_person(life: Life) -> Person:
    return {"life": life, "apps": [], "replace": None, "before": defaultdict(int), "dividends": [], "account": 0}


def new_app(person: Person, kind: str, asked: int, told: dict[str, Any], subject: object) -> App:
    fields = {"kind": kind, "asked": asked, "told": told, "subject": subject, "person": person, "state": "DRAFT", "applied": None}
    return {**fields, "approved": None, "paid": 0, "held": {}, "payments": [], "decided": None, "back": None, "appeals": 0, "straight": False}


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY).day
    return date(year, month + 1, min(day.day, last))


def is_55(person: Person, on: date) -> bool:
    return birthday(person["life"].born, 55) <= on


# Savings


def post(world: World, person: Person, code: str, valued: date, sen: int) -> None:
    world["order"] += 1
    person["life"].post(world["order"], code, valued, sen)


def turn(world: World, person: Person, on: date) -> None:
    """From the 55th birthday all that was is on Akaun 55, and what is held went with it."""
    if not is_55(person, on):
        return
    day = max(birthday(person["life"].born, 55), world["open_from"])
    for code in BEFORE_55:
        sen = person["life"].stands(code)
        post(world, person, code, day, -sen)
        post(world, person, "AKAUN_55", day, sen)
    for held in every_hold(person):
        moved = sum(held.pop(code, 0) for code in BEFORE_55)
        if moved:
            held["AKAUN_55"] = held.get("AKAUN_55", 0) + moved


def every_hold(person: Person) -> list[dict[str, int]]:
    return [one["held"] for app in person["apps"] for one in (app, *app["payments"])]


def held_of(person: Person, code: str, but: App | None = None) -> int:
    return sum(held.get(code, 0) for held in every_hold(person) if but is None or held is not but["held"])


def free(person: Person, code: str, but: App | None = None) -> int:
    return int(person["life"].stands(code)) - held_of(person, code, but)


def contribute(world: World, person: Person, sen: int, on: date) -> dict[str, int]:
    """All to Akaun Emas from 55. Before: what a Pengeluaran Khas still wants to Akaun 1, the rest 70/30, from 11 May 2024 75/15/10."""
    if is_55(person, on):
        parts = {"EMAS": sen}
    else:
        back = min(sen, person["replace"] or 0)
        if back:
            person["replace"] -= back
        shares = {"SEJAHTERA": 30} if on < date(2024, 5, 11) else {"SEJAHTERA": 15, "FLEKSIBEL": 10}
        parts = {code: (sen - back) * share // 100 for code, share in shares.items()}
        parts["PERSARAAN"] = sen - sum(parts.values())
    for code, part in parts.items():
        post(world, person, code, on, part)
    return parts


def give(world: World, person: Person, sen: int, on: date) -> str:
    """The Government's incentive puts nothing back."""
    code = "EMAS" if is_55(person, on) else "PERSARAAN"
    post(world, person, code, on, sen)
    return code


def annual_dividend(world: World, person: Person, year: int, on: date) -> None:
    """Each account's, less what a full withdrawal took ahead."""
    life, given = person["life"], defaultdict(int)
    for code in sorted({leg.code for leg in life.legs}):
        whole = life.gives([leg for leg in life.legs if leg.code == code], year)
        given[life.receives(code, on)] += max(whole - person["before"][year, code], 0)
    for code, sen in given.items():
        post(world, person, code, date(year + 1, 1, 1), sen)
    person["dividends"].append((on, dict(given)))


def dividend_before(world: World, person: Person, on: date) -> None:
    """With a full withdrawal: 2.5 % to the day before, of each year whose dividend is still to come."""
    life = person["life"]
    for year in range(world["next_year"], on.year + 1):
        given: dict[str, int] = defaultdict(int)
        until = min(date(year, 12, 31), on - DAY)
        for code in sorted({leg.code for leg in life.legs}):
            days = [date(year, 1, 1) + DAY * number for number in range((until - date(year, 1, 1)).days + 1)]
            total = sum(life.stands(code, by=day) for day in days)
            length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
            sen = half_up(Fraction(total) * Fraction(25, 1000) / length) - person["before"][year, code]
            if sen > 0:
                person["before"][year, code] += sen
                given[life.receives(code, on)] += sen
        for code, sen in given.items():
            post(world, person, code, on if year == on.year else date(year + 1, 1, 1), sen)
        person["dividends"].append((on, dict(given)))


# Who may have how much


def taken(app: App) -> int:
    return int(app["paid"] if app["state"] in ("REFUSED", "CANCELLED") else app["approved"] or app["asked"])


def to_come(app: App) -> int:
    """What of it the bank has yet to pay: a loan's balance of the day is less the rest."""
    return max(taken(app) - app["paid"], 0) if app["state"] in RUNNING else 0


def own(app: App, *kinds: str) -> list[App]:
    """Others of the same member that came or may come to something."""
    there = [one for one in app["person"]["apps"] if one is not app and one["kind"] in kinds and one["state"] != "DRAFT"]
    return [one for one in there if one["state"] in RUNNING or taken(one)]


def same_subject(world: World, app: App, *, of_others: bool) -> list[App]:
    there = [one for one in world["apps"] if one is not app and one["kind"] == app["kind"] and one["subject"] == app["subject"]]
    return [one for one in there if app["subject"] and one["state"] != "DRAFT" and not (of_others and one["person"] is app["person"])]


def free_for(app: App, on: date, asked: int) -> int:
    """Who is 55 meanwhile is paid from Akaun 55, never more than was applied for."""
    person, named = app["person"], FROM[app["kind"]]
    if not is_55(person, on):
        return max(sum(free(person, code, app) for code in (BEFORE_55 if named == ("AKAUN_55",) else named)), 0)
    found = max(free(person, "AKAUN_55", app), 0)
    return min(found, asked) if named != ("AKAUN_55",) and app["applied"] else found


def open_on(kind: str, on: date) -> bool:
    return {"FLEKSIBEL": on >= date(2024, 5, 12), "KHAS_2022": date(2022, 4, 1) <= on <= date(2022, 4, 30)}.get(kind, True)


def judge(world: World, app: App, on: date, asked: int) -> tuple[int, set[str]]:
    """The most that can be had on a day, and every reason against it."""
    first = app["applied"] or on
    if not open_on(app["kind"], first):
        return 0, {"NOT_OPEN"}
    most, least, against = RULES[app["kind"]](world, app, on, first, asked)
    waits = {"AGE_55": birthday(app["person"]["life"].born, 55), "KHAS_2022": date(2022, 4, 20)}.get(app["kind"])
    if app["applied"] and waits and on < waits:
        against.add("TOO_EARLY_TO_DECIDE")
    if most <= 0:
        against.add("NOTHING")
    elif most < least:
        against.add("TOO_LITTLE")
    elif asked < least:
        against.add("AMOUNT_BELOW")
    elif asked > most and not app["applied"]:
        against.add("AMOUNT_ABOVE")
    return most, against


Said = tuple[int, int, set[str]]


def partial(app: App, first: date) -> set[str]:
    return {"AGE_BELOW"} if is_55(app["person"], first) else set()


def age_50(world: World, app: App, on: date, first: date, asked: int) -> Said:
    against = partial(app, first)
    if first < birthday(app["person"]["life"].born, 50):
        against.add("AGE_FROM")
    if own(app, "AGE_50"):
        against.add("ONCE")
    return free_for(app, on, asked), 1, against


def fleksibel(world: World, app: App, on: date, first: date, asked: int) -> Said:
    against = partial(app, first)
    if any(one["applied"] == first for one in own(app, "FLEKSIBEL")):
        against.add("ONCE_A_DAY")
    if asked > 250_00:
        against.add("CHANNEL")
    return free_for(app, on, asked), 50_00, against


def education(world: World, app: App, on: date, first: date, asked: int) -> Said:
    told, against = app["told"], partial(app, first)
    cost = max(told["cost"] - told["sponsored"], 0)
    count = to_come if told["loan"] else taken
    by_others = sum(count(one) for one in same_subject(world, app, of_others=True)) if told["child"] else 0
    same = [one for one in own(app, "EDUCATION") if one["subject"] == app["subject"] and (not told["loan"] or one["state"] in RUNNING)]
    if same:
        against.add("SEMESTER_ONCE")
    if cost == 0 and told["sponsored"]:
        against.add("SPONSORED")
    others = [one["told"] for one in same_subject(world, app, of_others=True) if taken(one)] if told["child"] and not told["loan"] else []
    if any(one["cost"] != told["cost"] for one in others):
        against.add("COST_DIFFERS")
    if 0 < cost <= by_others:
        against.add("CAP_USED")
    return max(min(cost - by_others, free_for(app, on, asked)), 0), 1, against


def house_buy(world: World, app: App, on: date, first: date, asked: int) -> Said:
    told, against, subject = app["told"], partial(app, first), app["subject"]
    cap = max(told["price"] - told["loan"] + told["price"] // 10, 0)
    used = sum(taken(one) for one in same_subject(world, app, of_others=False))
    before = [one for one in own(app, *HOUSING) if one["subject"] != subject]
    found = free_for(app, on, asked)
    if not app["applied"] and found < 500_00:
        against.add("BALANCE_BELOW")
    if any(one["subject"] == subject for one in own(app, "HOUSE_BUY")):
        against.add("HOUSE_SAME")
    if any(told["first"] or told["disposed"] < one["applied"] for one in before):
        against.add("HOUSE_NOT_DISPOSED")
    if len({one["subject"] for one in before}) > 1:
        against.add("HOUSE_THIRD")
    others = [one["told"] for one in same_subject(world, app, of_others=True) if taken(one)]
    if any((one["price"], one["loan"]) != (told["price"], told["loan"]) for one in others):
        against.add("JOINT_DIFFERS")
    if cap <= used:
        against.add("CAP_USED")
    return max(min(cap - used, found), 0), 1, against


def fitting(app: App, on: date) -> int:
    """Payment days from a day to the last before 55 and the loan's end."""
    last = min(birthday(app["person"]["life"].born, 55) - DAY, app["told"]["ends"])
    return sum(1 for number in range((last - on).days + 1) if (on + DAY * number).day == PAID_ON)


def newer(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether the bank changed the instalment after the other's statement, and this one's shows it."""
    return one["changed"] is not None and other["stated"] < one["changed"] <= one["stated"]


def replaces(app: App) -> list[App]:
    """The own payments for the house that the instalment, changed since, takes the place of."""
    mine = [one for one in own(app, "HOUSE_INSTALMENT") if one["subject"] == app["subject"] and one["state"] == "ACTIVE"]
    return [one for one in mine if newer(app["told"], one["told"])]


def of_each(others: list[App], amount: Any) -> int:
    """Of a person's payments and those that would take their place the larger counts."""
    people = {id(one["person"]): one["person"] for one in others}
    return sum(max(amount(one) for one in others if one["person"] is person) for person in people.values())


def house_instalment(world: World, app: App, on: date, first: date, asked: int) -> Said:
    told, against, late = app["told"], partial(app, first), app["applied"] is not None
    others = [one for one in same_subject(world, app, of_others=True) if one["state"] in RUNNING]
    share = max(told["instalment"] - of_each(others, lambda one: one["told"]["monthly"]), 0)
    balance = max(told["balance"] - of_each(others, to_come), 0)
    ends = replaces(app)
    fit, found = fitting(app, on), free_for(app, on, asked) + sum(sum(one["held"].values()) for one in ends)
    limits = [found, balance, share * fit, *([told["monthly"] * min(told["months"], fit)] if late else [])]
    mine = own(app, "HOUSE_INSTALMENT")
    tests = {
        "BALANCE_BELOW": not late and found < 600_00,
        "INSTALMENT_HOUSE": any(one["subject"] != app["subject"] for one in mine),
        "INSTALMENT_RUNNING": any(one["subject"] == app["subject"] and one["state"] in RUNNING and one not in ends for one in mine),
        "CHANGE_NOT_STATED": told["changed"] is not None and told["changed"] > told["stated"],
        "MONTHLY_BELOW": told["monthly"] < 100_00,
        "MONTHS_BELOW": told["months"] < 6,
        "MONTHS_LEFT": not late and fit < 6,
        "MONTHS_ABOVE": not late and told["months"] > fit,
        "MONTHLY_ABOVE": told["monthly"] > share,
        "INSTALMENT_DIFFERS": any(
            one["instalment"] != told["instalment"] and not newer(one, told) and not newer(told, one) for one in (each["told"] for each in others)
        ),
        "PARTS_SUM": not late and asked != told["monthly"] * told["months"],
    }
    against |= {code for code, stands in tests.items() if stands}
    return max(min(limits), 0) if fit else 0, 600_00, against


def age_55(world: World, app: App, on: date, first: date, asked: int) -> Said:
    told, late = app["told"], app["applied"] is not None
    mine, mode = own(app, "AGE_55"), app["told"]["mode"]
    each = "MONTHLY" in mode
    most = free_for(app, on, asked) + sum(sum(one["held"].values()) for one in mine if one["state"] == "ACTIVE")
    old = first < date(2023, 6, 22)
    part_least, monthly_least = 2000_00 if old else 1, 250_00 if first < date(2024, 5, 11) else 100_00
    parts = [one["applied"] for one in mine if one["told"]["mode"] in ("PART", "PART_AND_MONTHLY")]
    part = told["part"] if mode == "PART_AND_MONTHLY" else 0
    tests = {
        "AGE_55_EARLY": first < months_later(birthday(app["person"]["life"].born, 55), -6),
        "UNDECIDED": any(one["state"] in UNDECIDED for one in mine),
        "PART_WAIT": old and "PART" in mode and any(-30 * DAY < first - one < 30 * DAY for one in parts),
        "PART_BELOW": mode == "PART_AND_MONTHLY" and part < part_least,
        "MONTHLY_BELOW": each and told["monthly"] < monthly_least,
        "MONTHS_BELOW": each and told["months"] < 12,
        "PARTS_SUM": each and not late and asked != part + told["monthly"] * told["months"],
        "NOT_ALL": mode in ("ALL", "DIVIDEND") and not late and asked != most,
    }
    least = {"PART": part_least, "MONTHLY": 12 * monthly_least, "PART_AND_MONTHLY": part_least + 12 * monthly_least}.get(mode, 1)
    return most, least, {code for code, stands in tests.items() if stands}


def khas(world: World, app: App, on: date, first: date, asked: int) -> Said:
    """Akaun 2 whole, then Akaun 1 but RM100, RM10,000 together; at the application by what stands there, at processing by what is free."""
    person, late, against = app["person"], app["applied"] is not None, partial(app, first)
    stood = person["life"].stands
    if not late or on == first:
        against |= {"KHAS_SAVINGS"} if stood("PERSARAAN") + stood("SEJAHTERA") < 150_00 else set()
    if own(app, "KHAS_2022"):
        against.add("ONCE")
    return khas_most(app, on, lambda code: free(person, code, app) if late else stood(code)), 50_00, against


def khas_most(app: App, on: date, there: Any) -> int:
    one, two = there("PERSARAAN"), there("SEJAHTERA")
    if app["applied"] and is_55(app["person"], on):
        one, two = there("AKAUN_55"), 0
    return int(min(max(two, 0) + max(one - 100_00, 0), 10_000_00))


RULES = {
    "AGE_50": age_50,
    "FLEKSIBEL": fleksibel,
    "EDUCATION": education,
    "HOUSE_BUY": house_buy,
    "HOUSE_INSTALMENT": house_instalment,
    "AGE_55": age_55,
    "KHAS_2022": khas,
}


# What becomes of it. Each act answers how it went: "" where it was done, else the reasons.


def charges(app: App, on: date, sen: int) -> dict[str, int]:
    """Account after account, each emptied before the next."""
    person, parts = app["person"], {}
    for code in ("AKAUN_55",) if is_55(person, on) else FROM[app["kind"]]:
        part = min(sen, free(person, code, app))
        if part > 0:
            parts[code], sen = part, sen - part
    return parts


def is_yearly(app: App) -> bool:
    return bool(app["told"].get("mode") == "DIVIDEND")


def comes_again(app: App) -> bool:
    return app["kind"] == "HOUSE_INSTALMENT" or app["told"].get("mode") in ("MONTHLY", "PART_AND_MONTHLY", "DIVIDEND")


def is_held_at_once(app: App, on: date) -> bool:
    """Khas waits for its day; Age 55 for the birthday and the end of what it takes the place of, as instalments do, and dividends to come are never
    held."""
    if app["kind"] == "HOUSE_INSTALMENT":
        return not replaces(app)
    running = any(one["state"] == "ACTIVE" for one in own(app, "AGE_55"))
    return {"KHAS_2022": False, "AGE_55": is_55(app["person"], on) and not running and not is_yearly(app)}.get(app["kind"], True)


def submit(world: World, app: App, on: date) -> set[str]:
    _most, against = judge(world, app, on, app["asked"])
    if against:
        return against
    if is_held_at_once(app, on):
        app["held"] = charges(app, on, app["asked"])
    app["state"], app["applied"] = "SUBMITTED", on
    if app["kind"] == "FLEKSIBEL":
        app["state"], app["approved"], app["decided"], app["straight"] = "APPROVED", app["asked"], on, True
    return set()


def appeal(world: World, app: App, on: date) -> set[str]:
    most, against = judge(world, app, on, app["asked"])
    if against:
        return against
    if is_held_at_once(app, on):
        app["held"] = charges(app, on, min(app["asked"], most))
    app["state"], app["approved"], app["decided"] = "SUBMITTED", None, None
    app["appeals"] += 1
    return set()


def cancel(app: App) -> str:
    if app["kind"] == "KHAS_2022":
        return "NOT_CANCELLABLE"
    if any(one["state"] == "ORDERED" for one in app["payments"]):
        return "PAYMENT_ON_ITS_WAY"
    end(app, "CANCELLED")
    for one in app["payments"]:
        if one["state"] in ("PLANNED", "RETURNED"):
            one["state"], one["held"] = "CANCELLED", {}
    return ""


def end(app: App, state: str) -> None:
    app["state"], app["held"] = state, {}


def approve(world: World, app: App, given: int, on: date) -> str:
    """By one officer to RM50,000, by a second above it. What it takes the place of ends first."""
    most, against = judge(world, app, on, given)
    if against:
        return "NOT_MET"
    if most < given:
        return "TOO_MUCH"
    if app["state"] == "IN_PROCESS" and given > 50_000_00:
        app["state"], app["recommended"] = "SECOND", given
        return ""
    for one in own(app, app["kind"]) if app["kind"] in ("AGE_55", "HOUSE_INSTALMENT") else []:
        if one["state"] == "ACTIVE" and cancel(one):
            return "ON_ITS_WAY"
    if not is_yearly(app):
        app["held"] = charges(app, on, given)
    app["state"], app["approved"], app["decided"] = "APPROVED", given, on
    return ""


def decide_khas(world: World, app: App, on: date) -> None:
    """Before others: what they hold of it and no bank was told to pay gives way, the newest first."""
    person = app["person"]
    most = khas_most(app, on, person["life"].stands)
    want, lacks = 0 if own(app, "KHAS_2022") or most < 50_00 else min(app["asked"], most), {}
    for code in ("AKAUN_55",) if is_55(person, on) else FROM["KHAS_2022"]:
        part = min(want, person["life"].stands(code))
        want -= part
        lacks[code] = part - max(free(person, code, app), 0)
    for other in reversed(person["apps"]):
        if other is not app and other["state"] in UNPAID and other["held"]:
            give_way(world, other, lacks, on)
        elif other["state"] == "ACTIVE":
            plan_gives_way(other, lacks, on)
    found, against = judge(world, app, on, app["asked"])
    if against:
        end(app, "REFUSED")
        return
    app["held"] = charges(app, on, min(app["asked"], found))
    app["state"], app["approved"], app["decided"] = "APPROVED", sum(app["held"].values()), on


def give_way(world: World, other: App, lacks: dict[str, int], on: date) -> None:
    given = {code: min(sen, max(lacks.get(code, 0), 0)) for code, sen in other["held"].items()}
    if not any(given.values()):
        return
    left = {code: sen - given[code] for code, sen in other["held"].items() if sen > given[code]}
    _most, least, _against = RULES[other["kind"]](world, other, on, other["applied"], other["asked"])
    if sum(left.values()) < max(least, 1):
        given = other["held"]
        end(other, "REFUSED")
        for one in other["payments"]:
            one["state"] = "CANCELLED" if one["state"] == "RETURNED" else one["state"]
    else:
        other["held"] = left
        if other["approved"] is not None:
            other["approved"] = min(other["approved"], sum(left.values()))
    for code, sen in given.items():
        if code in lacks:
            lacks[code] = max(lacks[code] - sen, 0)


def plan_gives_way(plan: App, lacks: dict[str, int], on: date) -> None:
    """What it holds for days to come gives first, then what came back, the last first; what is left is paid on the first of its days."""

    def take(held: dict[str, int]) -> dict[str, int]:
        given = {}
        for code, sen in held.items():
            part = min(sen, max(lacks.get(code, 0), 0))
            if part:
                given[code], held[code], lacks[code] = part, sen - part, lacks[code] - part
        for code in [code for code, sen in held.items() if not sen]:
            del held[code]
        return given

    gave, first = bool(take(plan["held"])), []
    for one in reversed([one for one in plan["payments"] if one["state"] == "RETURNED"]):
        if take(one["held"]):
            gave = True
            for code, sen in one["held"].items():
                plan["held"][code] = plan["held"].get(code, 0) + sen
            if one["held"]:
                first.append({"sen": sum(one["held"].values()), "due": on, "state": "PLANNED", "held": {}})
            one["state"], one["held"] = "CANCELLED", {}
    if not gave:
        return
    there = sum(plan["held"].values()) - sum(one["sen"] for one in first)
    for one in plan["payments"]:
        if one["state"] == "PLANNED":
            part = min(one["sen"], there)
            there -= part
            one["sen"], one["state"] = part or one["sen"], "PLANNED" if part else "CANCELLED"
    plan["payments"] += first
    to_come = [one["state"] for one in plan["payments"] if one["state"] in ("PLANNED", "ORDERED", "RETURNED")]
    if "PLANNED" not in to_come:
        plan["held"] = {}
    if not to_come:
        end(plan, "CANCELLED")
        return
    pending = sum(one["sen"] for one in plan["payments"] if one["state"] in ("ORDERED", "RETURNED"))
    plan["approved"] = min(plan["approved"], plan["paid"] + pending + sum(plan["held"].values()))


def waits_for_account(app: App) -> bool:
    """Whether the last that was sent came back, and there is no other account yet."""
    return bool(app["back"] is not None and app["back"] == app["person"]["account"])


def process(world: World, app: App, on: date) -> None:
    """What is approved is looked at again; what came back goes to another account."""
    person = app["person"]
    if app["state"] not in ("APPROVED", "RETURNED") or waits_for_account(app):
        return
    if app["state"] == "APPROVED":
        most, against = judge(world, app, on, app["approved"])
        if against:
            end(app, "REFUSED")
            return
        if not is_yearly(app):
            app["held"] = charges(app, on, min(app["approved"], most))
            app["approved"] = sum(app["held"].values())
            if app["approved"] == sum(leg.sen for leg in person["life"].legs):
                dividend_before(world, person, on)
        if comes_again(app):
            begin(app, on)
            return
    gone = [one for one in app["payments"] if one["state"] == "CANCELLED" or one["sen"] != app["approved"]]
    for one in gone:
        one["state"] = "CANCELLED"
    app["payments"] = [*gone, {"sen": app["approved"], "due": on, "state": "ORDERED", "held": app["held"]}]
    app["held"], app["state"] = {}, "PAYING"


def begin(app: App, on: date) -> None:
    """The part on the first day, then each month's, the last what is left; of a loan none after its last day, and none in a month that is paid."""
    told, left = app["told"], app["approved"]
    app["state"] = "ACTIVE"
    if is_yearly(app):
        return
    plans = []
    if told.get("mode") == "PART_AND_MONTHLY":
        plans.append((on, min(told["part"], left)))
        left -= plans[0][1]
    day = on
    if app["kind"] == "HOUSE_INSTALMENT":
        same = [one for one in own(app, "HOUSE_INSTALMENT") if one["subject"] == app["subject"]]
        day = max([on, *(one["due"] + DAY for plan in same for one in plan["payments"] if one["state"] == "PAID")])
    while left > 0:
        while day.day != PAID_ON:
            day += DAY
        plans.append((day, min(told["monthly"], left)))
        left -= plans[-1][1]
        day += DAY
    if app["kind"] == "HOUSE_INSTALMENT":
        last = min(birthday(app["person"]["life"].born, 55) - DAY, told["ends"])
        plans = [plan for plan in plans if plan[0] <= last]
    app["payments"] = [{"sen": sen, "due": due, "state": "PLANNED", "held": {}} for due, sen in plans]


def pay_again(world: World, app: App, on: date) -> None:
    """What a day brings to a plan that runs: from what is held for it, else from what is free."""
    person = app["person"]
    due = [one for one in app["payments"] if one["state"] == "PLANNED" and one["due"] <= on]
    if is_yearly(app) and not any(one["state"] == "PLANNED" for one in app["payments"]):
        credited = sum(parts.get("AKAUN_55", 0) for day, parts in person["dividends"] if day >= app["decided"])
        sen = min(credited, app["approved"]) - sum(one["sen"] for one in app["payments"] if one["state"] != "CANCELLED")
        if sen > 0:
            due = [{"sen": sen, "due": on, "state": "PLANNED", "held": {}}]
            app["payments"] += due
    if due and waits_for_account(app):
        return
    there = app["held"] if app["held"] else {"AKAUN_55": free(person, "AKAUN_55", app)}
    nothing = False
    for one in due:
        want = one["sen"]
        for code in list(there):
            part = min(want, there[code])
            if part > 0:
                one["held"][code] = part
                there[code] -= part
                want -= part
            if there is app["held"] and not there[code]:
                del there[code]
        if one["held"]:
            one["sen"], one["state"] = sum(one["held"].values()), "ORDERED"
        else:
            nothing = True
    if nothing:
        for one in app["payments"]:
            one["state"] = "SKIPPED" if one["state"] == "PLANNED" else one["state"]
    if not waits_for_account(app):
        for one in app["payments"]:
            one["state"] = "ORDERED" if one["state"] == "RETURNED" else one["state"]
    if not due or due[-1]["state"] == "SKIPPED":
        finish(app)


def finish(app: App) -> None:
    """Nothing is planned, on its way or waiting any more."""
    if app["state"] != "ACTIVE" or any(one["state"] in ("PLANNED", "ORDERED", "RETURNED") for one in app["payments"]):
        return
    if not is_yearly(app) or app["paid"] >= app["approved"]:
        end(app, "PAID" if app["paid"] else "CANCELLED")


def make_file(world: World, on: date) -> None:
    """Everything that is ordered leaves its accounts on the day."""
    for app in world["apps"]:
        for one in sorted(app["payments"], key=lambda one: "went" in one):  # what came back is ordered after what is due
            if one["state"] == "ORDERED" and one["held"]:
                one["went"], one["held"], one["file"] = one["held"], {}, on
                app["sent"] = app.get("sent", 0) + 1
                one["number"], one["to"] = app["sent"], app["person"]["account"]
                for code, sen in one["went"].items():
                    post(world, app["person"], code, on, -sen)


def paid(app: App, one: dict[str, Any]) -> None:
    one["state"] = "PAID"
    answered(app, one, None)
    app["paid"] += one["sen"]
    if app["state"] == "PAYING":
        app["state"] = "PAID"
    if app["kind"] == "KHAS_2022":
        app["person"]["replace"] = half_up(Fraction(one["sen"] * 120, 100))
    finish(app)


def answered(app: App, one: dict[str, Any], back: int | None) -> None:
    """The last that was sent, of those that the bank has answered for, says whether the account takes money."""
    if one["number"] >= app.get("heard", 0):
        app["heard"], app["back"] = one["number"], back


def returned(world: World, app: App, one: dict[str, Any]) -> None:
    """As if it had never left, and held again."""
    for code, sen in one["went"].items():
        post(world, app["person"], code, one["file"], sen)
    one["state"] = "RETURNED"
    answered(app, one, one["to"])
    if app["state"] == "PAYING":
        app["state"], app["held"] = "RETURNED", dict(one["went"])
    else:
        one["held"] = dict(one["went"])
