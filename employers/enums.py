"""Words for an employer and those who act for it."""

from enum import StrEnum


class EmployerKind(StrEnum):
    """HOUSEHOLD: a private person who pays somebody for work in a home (seed 001, Pembantu domestik)."""

    PRIVATE = "PRIVATE"
    GOVERNMENT = "GOVERNMENT"
    HOUSEHOLD = "HOUSEHOLD"


class EmployerRole(StrEnum):
    """Pentadbir, Penyedia, Pelulus."""

    ADMINISTRATOR = "ADMINISTRATOR"
    MAKER = "MAKER"
    CHECKER = "CHECKER"


class AppointmentForm(StrEnum):
    """The form by which an employer appoints somebody at a counter (seed 000)."""

    KWSP_1 = "KWSP_1"
    KWSP_1I = "KWSP_1I"


class ApprovalFlow(StrEnum):
    """Whether what somebody handed in needs another's approval (CHECKED), or whoever may approve may approve their own (SINGLE)."""

    CHECKED = "CHECKED"
    SINGLE = "SINGLE"


class UnderWay(StrEnum):
    """What becomes of what waits for approval when the flow changes: it stays with the flow it began with, or goes back to who prepared it."""

    NONE = "NONE"
    STAYS = "STAYS"
    GOES_BACK = "GOES_BACK"


class Leaving(StrEnum):
    """Why somebody's employment ended."""

    RESIGNED = "RESIGNED"
    CONTRACT_ENDED = "CONTRACT_ENDED"
    RETIRED = "RETIRED"
    DISMISSED = "DISMISSED"
    DIED = "DIED"
    OTHER = "OTHER"


class Right(StrEnum):
    """What a role lets somebody do with a filing (design/contract.md, auth/token). ADMINISTER: choose how filings are approved."""

    PREPARE = "PREPARE"
    APPROVE = "APPROVE"
    ADMINISTER = "ADMINISTER"


RIGHTS: dict[EmployerRole, frozenset[Right]] = {
    EmployerRole.ADMINISTRATOR: frozenset({Right.PREPARE, Right.APPROVE, Right.ADMINISTER}),
    EmployerRole.MAKER: frozenset({Right.PREPARE}),
    EmployerRole.CHECKER: frozenset({Right.APPROVE}),
}
