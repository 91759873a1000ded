"""Where a draft stands in the guide: its pages in their order, which of them are done, and so which may be opened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from members.models import BankAccount
from members.selectors import bank_accounts
from withdrawals import kinds
from withdrawals.enums import Action, Channel, DocumentCode, KindCode, Payee, State
from withdrawals.facts import Facts
from withdrawals.kinds import asking
from withdrawals.kinds.base import Document, Kind, Result
from withdrawals.models import Application, ApplicationDocument
from withdrawals.selectors import facts as gathering

ABOUT, AMOUNT, PAYMENT, CREDITOR, DOCUMENTS, CHECK = "about-", "amount", "payment", "creditor", "documents", "check"
IN_HAND: Final = frozenset({DocumentCode.MYKAD, DocumentCode.FORM, DocumentCode.BANK, DocumentCode.KWSP_3})
"""What the portal has in another way online: who is signed in under a code has shown who they are, and the bank has confirmed the account."""


class Paper(NamedTuple):
    """A paper that is needed or may be added, with the files that are there; `asked` for by an officer."""

    document: Document
    required: bool
    files: Sequence[ApplicationDocument]
    asked: bool = False


@dataclass(frozen=True, kw_only=True)
class Guide:
    """`facts` and `result` are None while something that the kind asks is not answered: the rules are asked of whole answers only."""

    found: Application
    kind: Kind
    steps: Sequence[str]
    facts: Facts | None
    estimate: Result | None
    result: Result | None
    papers: Sequence[Paper]
    payees: Sequence[Payee]
    account: BankAccount | None

    @property
    def barred(self) -> bool:
        """Whether something other than the amount stands in the way."""
        return self.estimate is not None and bool(self.estimate.refusals)

    @property
    def lacking(self) -> Sequence[Paper]:
        return [paper for paper in self.papers if paper.required and not paper.files]

    def is_done(self, step: str) -> bool:
        """Whether a page has what it asks for."""
        if step.startswith(ABOUT):
            page = int(step.removeprefix(ABOUT))
            asked = {one.name for one in asking.asked_of(self.kind, self.found.particulars, page=page)}
            return not any(fault.details["name"] in asked for fault in asking.faults(self.kind, self.found.particulars))
        if step == AMOUNT:
            return self.result is not None and self.found.asked is not None and not self.result.refusals
        if step == PAYMENT:
            return self.found.payee in self.payees and (self.found.payee != Payee.ACCOUNT or self.account is not None)
        if step == CREDITOR:
            return True  # without an account it is paid by an order in its name
        return not self.lacking if step == DOCUMENTS else False

    @property
    def first_open(self) -> str:
        """The first page that is not done: nobody gets past it by an address."""
        return next(step for step in self.steps if not self.is_done(step))

    def may_open(self, step: str) -> bool:
        return step in self.steps and self.steps.index(step) <= self.steps.index(self.first_open)

    def after(self, step: str) -> str:
        """The page that follows."""
        return self.steps[min(self.steps.index(step) + 1, len(self.steps) - 1)]


def of_draft(found: Application, *, on: date) -> Guide:
    """The guide of a draft on a day."""
    kind = kinds.OF[KindCode(found.kind)]
    whole = found.applied_on is not None or not any(asking.faults(kind, found.particulars))
    facts = gathering.of_application(_about(found, kind), on=on) if whole else None
    payees = kind.payees(facts) if facts else ()
    if facts and not facts.account_verified and Payee.INSTITUTION in payees:
        # Where it goes is asked after how much: that page lets nobody past it to an own account that is not there.
        facts = replace(facts, payee=Payee.INSTITUTION)
    result = kinds.evaluate(facts) if facts else None
    estimate = kinds.evaluate(replace(facts, asked=None)) if facts else None
    papers = papers_of(found, result) if result else []
    pages = [f"{ABOUT}{page}" for page in asking.pages(kind, found.particulars)]
    steps = [*pages, AMOUNT, PAYMENT, *([CREDITOR] if found.payee == Payee.INSTITUTION else []), *([DOCUMENTS] if papers or not whole else []), CHECK]
    account = bank_accounts.current(found.member) if whole and found.payee == Payee.ACCOUNT else None
    known = {"facts": facts, "estimate": estimate, "result": result, "papers": papers, "payees": payees, "account": account}
    return Guide(found=found, kind=kind, steps=steps, **known)  # type: ignore[arg-type]


def papers_of(found: Application, result: Result) -> list[Paper]:
    """The papers that the rules name, with what is there; online without those that the portal has in another way. What an officer has asked for
    comes first, whatever the rules say of it."""
    asked = asked_for(found)
    named = [one for one in result.documents if one.code in asked or one.code not in by_another_way(Channel(found.channel))]
    more = [Document(code, True, "") for code in asked if code not in {one.code for one in named}]
    named = sorted([*more, *named], key=lambda one: one.code not in asked)
    there = list(found.documents.filter(removed_on=None).select_related("file").defer("file__content")) if named else []
    return [Paper(one, one.required or one.code in asked, [row for row in there if row.code == one.code], one.code in asked) for one in named]


def asked_for(found: Application) -> list[DocumentCode]:
    """What an officer has asked for and waits for."""
    if found.state != State.DOCUMENTS:
        return []
    last = found.log.filter(action=Action.ASK).order_by("-pk").values_list("note", flat=True).first()
    return [DocumentCode(code) for code in (last or "").split() if code in set(DocumentCode)]


def added_since_asked(found: Application) -> set[DocumentCode]:
    """The papers of which a file came after an officer asked for more: what was there before, on the same day too, is no answer."""
    asked = found.log.filter(action=Action.ASK).order_by("-pk").values_list("at", flat=True).first()
    added = found.documents.filter(removed_on=None, file__uploaded_at__gt=asked) if asked else found.documents.none()
    return {DocumentCode(code) for code in added.values_list("code", flat=True)}


def by_another_way(channel: Channel) -> frozenset[DocumentCode]:
    """Papers that nobody is asked for by this channel: at a counter the officer holds the MyKad, and the identity check says so."""
    return {Channel.ONLINE: IN_HAND, Channel.COUNTER: frozenset({DocumentCode.MYKAD}), Channel.POST: frozenset()}[channel]


def needed(result: Result, channel: Channel) -> frozenset[DocumentCode]:
    """The papers without which an application cannot be handed in."""
    return frozenset(one.code for one in result.documents if one.required and one.code not in by_another_way(channel))


def holds(found: Application, *, on: date) -> bool:
    """Whether its money is held as soon as it is asked for."""
    return kinds.OF[KindCode(found.kind)].holds(gathering.of_application(found, on=on))


def by_rule_from(found: Application, *, on: date) -> date | None:
    """The first day on which one of a kind that shows its status from a set day is decided by rule alone; None of any other: nothing is asked."""
    kind = kinds.OF[KindCode(found.kind)]
    if found.applied_on is None or kind.status_from(found.applied_on) is None:
        return None
    facts = gathering.of_application(found, on=on)
    return kind.decided_from(facts) if kind.straight(facts) else None


def _about(found: Application, kind: Kind) -> Application:
    """With what it is about, which a draft does not keep: the cap that others share counts in the estimate, too."""
    found.subject = kind.subject(found.particulars, found.member.identity_number)
    return found
