"""The TAC on a page: what every acting view does with it, so that each page asks, counts, refuses and says the same.

A view makes `TacStep.of(request, ...)` with exactly what its page shows, and then

    if step.wanted():                      # the person pressed "Send the code"
        step.send(at=now)
        return the page again, its form as it was filled in
    try:
        approval = step.approval(at=now)
        services.act(..., approval=approval, at=now)
    except tac.Refused as refused:
        step.refuse(refused)
        return the page again, status 422

and gives `step.box(at=now)` to the component: `{% tac_box box act=_("Luluskan …") name="action" value="approve" %}`, inside the page's form.
The digits are in no page, log or session: the session holds the number of the challenge of this act.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from kwsp_portal.notify.enums import Inbox
from members.identity import phones, services, tac, tac_limits
from members.identity.enums import Purpose
from members.identity.forms import TacForm
from members.identity.models import Approval, Challenge, User

SESSION: Final = "tac"
"""Session key: the numbers of the challenges that this session asked for, by purpose and digest."""
REMEMBERED: Final = 8
SEND: Final = "tac_send"
"""The name of the button that asks for a code."""


_BESIDE_THE_FIELD: Final = frozenset({"FORM", "WRONG"})


@dataclass(frozen=True, kw_only=True)
class Box:
    """What the component shows. `state`: NO_PHONE, ASK (nothing sent), OPEN (a code is on its way), DEAD (ask for another) or SHUT (locked)."""

    state: str
    form: TacForm
    phone: str
    by_app: bool
    challenge: Challenge | None
    now: datetime
    may_resend: bool
    ask_number: bool
    words: str
    is_representative: bool
    valid_minutes: int
    just_sent: bool = False


@dataclass(kw_only=True)
class TacStep:
    """One act of one request, and how far its code has come. `user` is None where nobody is known by what was typed (`unknown`, `to`)."""

    request: HttpRequest
    user: User | None
    purpose: Purpose
    shown: Mapping[str, str]
    inbox: Inbox | None = None
    unknown: str = ""
    to: str = ""
    form: TacForm = field(default_factory=TacForm)
    refusal: tac.Refused | None = None
    challenge: Challenge | None = None
    by_app: bool = False

    @classmethod
    def of(cls, request: HttpRequest, *, purpose: Purpose, shown: Mapping[str, str], inbox: Inbox | None = None) -> "TacStep":
        """The step of the signed-in person for what the page shows."""
        return cls(request=request, user=request.user, purpose=purpose, shown=shown, inbox=inbox)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        self.by_app = self.user is not None and tac.goes_by_app(self.user, self.purpose)
        number = self.request.session.get(SESSION, {}).get(self._key())
        if number:
            self.challenge = Challenge.objects.filter(pk=number, user=self.user).select_related("phone").first()

    def wanted(self) -> bool:
        """Whether a code was asked for."""
        return self.request.method == "POST" and SEND in self.request.POST

    def send(self, *, at: datetime) -> None:
        """Have a code sent; why not, the box says. Pressed twice it is sent once."""
        try:
            self._issue(at)
        except tac.Refused as refused:
            self.refuse(refused)

    def approval(self, *, at: datetime) -> Approval:
        """What was typed, verified: leave for this act. Raises tac.Refused. The session's key changes with it.

        The right code sent twice by one person for one act gives the same leave while it is unspent: a second click is harmless.
        """
        if self.by_app and not self._is_open(at):
            self._issue(at)
        if self.challenge is None:
            raise tac.Refused("NO_PHONE" if self.user and phones.current(self.user) is None else "NOT_ASKED")
        typed, number = self.request.POST.get("tac", ""), self.request.POST.get("number", "")
        try:
            approval = tac.verify(challenge=self.challenge, user=self.user, digits=typed, number=number, at=at, ip=self._address())
        except tac.Refused as refused:
            again = tac.unspent(challenge=self.challenge, digits=typed, at=at) if refused.code == "USED" else None
            if again is None:
                raise
            return again
        services.step_up(self.request)
        return approval

    def refuse(self, refused: tac.Refused) -> None:
        """The words go beside the field where there is one, and to the summary above the page. What was typed is not shown again."""
        self.refusal = refused
        self.form = TacForm({})
        beside = "number" if refused.code == "NUMBER" else "tac" if refused.code in _BESIDE_THE_FIELD else None
        self.form.add_error(beside, tac.words(refused))
        if self.challenge is not None:
            self.challenge.refresh_from_db()

    def box(self, *, at: datetime) -> Box:
        """The component's content now."""
        phone = phones.current(self.user) if self.user else None
        found = self.challenge
        refusal = self.refusal or tac_limits.why_too_new(phone, purpose=self.purpose, at=at)
        return Box(
            state=self._state(refusal, at) if phone or self.by_app or self.user is None else "NO_PHONE",
            form=self.form,
            phone=self.to or phones.masked(found.phone if found else phone),
            by_app=self.by_app,
            challenge=found,
            now=at,
            may_resend=found is None or found.used_at is not None or at >= found.resend_at,
            ask_number=bool(self.request.POST.get("number")) or (refusal is not None and refusal.code == "NUMBER"),
            words=tac.words(refusal) if refusal and refusal.code not in _BESIDE_THE_FIELD else "",
            is_representative=bool(self.user and self.user.is_representative),
            valid_minutes=settings.TAC["valid_seconds"] // 60,
            just_sent=self.wanted() and self.refusal is None,
        )

    def _state(self, refusal: tac.Refused | None, at: datetime) -> str:
        if refusal and refusal.code in {"LOCKED", "COUNTER", "COOLING"}:
            return "SHUT"
        if self.by_app:
            # Nothing is sent, so nothing has to be asked for: the challenge is made when the code is typed.
            return "DEAD" if refusal and refusal.code in {"TRIES", "BURNT", "TOO_SOON"} else "OPEN"
        if self.challenge is None or self.challenge.used_at is not None:
            return "ASK"
        return "OPEN" if self._is_open(at) else "DEAD"

    def _is_open(self, at: datetime) -> bool:
        found = self.challenge
        return found is not None and found.used_at is None and found.burnt_at is None and at < found.valid_until

    def _issue(self, at: datetime) -> None:
        self.challenge = tac.issue(
            user=self.user, purpose=self.purpose, shown=self.shown, at=at, unknown=self.unknown, inbox=self.inbox, ip=self._address()
        )
        self._remember(self.challenge)

    def _remember(self, challenge: Challenge) -> None:
        """Only the latest few: a session does not grow with every code."""
        known: dict[str, Any] = {**self.request.session.get(SESSION, {}), self._key(): challenge.pk}
        self.request.session[SESSION] = dict(sorted(known.items(), key=lambda item: item[1])[-REMEMBERED:])

    def _key(self) -> str:
        return f"{self.purpose}:{tac.digest_of(self.shown)}"

    def _address(self) -> str | None:
        return self.request.META.get("REMOTE_ADDR") or None
