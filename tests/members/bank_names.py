"""A bank that says what a test has it say, in place of the one over HTTP (settings.BANK_NAMES)."""

from kwsp_portal.bank.names import AccountKind, AccountState, Answer, NoAnswer, Question

ASKED: list[Question] = []
NEXT: list[Answer | str] = []
"""What the bank says next; a text is the code of a silence. Empty: the account is that of who was asked for."""


class ToldBank:
    def ask(self, question: Question) -> Answer:
        ASKED.append(question)
        said = NEXT.pop(0) if NEXT else of(question.holder)
        if isinstance(said, str):
            raise NoAnswer(said)
        return said


def of(holder: str, *, state: AccountState = AccountState.OPEN, kind: AccountKind | None = AccountKind.SINGLE) -> Answer:
    return Answer(state=state, kind=kind, holder=holder)
