"""What a counter gives somebody to begin with: a secret of one phone, good once and for thirty days."""

import math
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import ProgrammingError, transaction
from django.test import Client, override_settings

from kwsp_portal.common import clock
from kwsp_portal.jobs import registry
from kwsp_portal.notify.models import Message
from kwsp_portal.settings import base
from members.identity import invitations, services
from members.identity.enums import InvitationKind, Role
from members.identity.models import Invitation, User
from tests.factories import UserFactory
from tests.identity.conftest import PASSWORD, sign_in
from tests.ledger.acts import together

ON = date(2026, 11, 2)
LAST = date(2026, 12, 2)
PHONE = "+60123456789"


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was issued, in its order; only a test looks there."""
    issued: list[str] = []
    made = invitations._secret
    monkeypatch.setattr(invitations, "_secret", lambda: issued.append(made()) or issued[-1])
    return issued


def begin() -> User:
    with transaction.atomic():
        return invitations.begin(role=Role.MEMBER, name="Aminah binti Yusof", language="ms")


def invite(user: User) -> Invitation:
    return invitations.invite(
        user=user, kind=InvitationKind.MEMBER, phone=PHONE, inbox=None, by=UserFactory(counter_officer=True), on=ON, at=clock.now()
    )


def redeem(invitation: Invitation, on: date = ON) -> Invitation:
    with transaction.atomic():
        return invitations.redeem(invitation_id=invitation.pk, on=on, at=clock.now())


def why(act: Callable[[], object]) -> str:
    with pytest.raises(invitations.Ended) as ended:
        act()
    return ended.value.code


@pytest.mark.django_db
class TestOnce:
    def test_who_was_invited_is_found_by_the_temporary_id_and_the_secret_however_it_is_typed(self, secrets: list[str]) -> None:
        user = begin()
        invitation = invite(user)

        for typed in (secrets[0], invitations.grouped(secrets[0]), invitations.grouped(secrets[0]).upper(), f" {secrets[0]} "):
            assert invitations.find(user_id=user.user_id, secret=typed, on=ON) == invitation

    def test_nobody_is_found_by_anything_else(self, secrets: list[str]) -> None:
        user, other = begin(), begin()
        invite(user)
        invite(other)

        for user_id, secret in (
            (user.user_id, secrets[1]),
            (user.user_id, ""),
            (user.user_id, "!"),
            ("kwsp00000000", secrets[0]),
            (user.user_id, secrets[0][:-1]),
        ):
            with pytest.raises(invitations.Unknown):
                invitations.find(user_id=user_id, secret=secret, on=ON)

    def test_a_second_issue_voids_the_first(self, secrets: list[str]) -> None:
        user = begin()
        first, second = invite(user), invite(user)

        with pytest.raises(invitations.Ended) as ended:
            invitations.find(user_id=user.user_id, secret=secrets[0], on=ON)
        assert ended.value.code == "VOIDED"
        assert invitations.find(user_id=user.user_id, secret=secrets[1], on=ON) == second
        assert why(lambda: redeem(first)) == "VOIDED"

    def test_it_dies_with_its_use(self, secrets: list[str]) -> None:
        user = begin()
        invitation = invite(user)
        redeem(invitation)

        assert why(lambda: redeem(invitation)) == "USED"
        assert why(lambda: invitations.find(user_id=user.user_id, secret=secrets[0], on=ON)) == "USED"

    def test_it_is_good_to_the_end_of_the_thirtieth_day(self, secrets: list[str]) -> None:
        user = begin()
        invitation = invite(user)

        assert invitation.expires_on == LAST
        assert invitations.find(user_id=user.user_id, secret=secrets[0], on=LAST) == invitation
        day_31 = LAST + timedelta(days=1)
        assert why(lambda: invitations.find(user_id=user.user_id, secret=secrets[0], on=day_31)) == "EXPIRED"
        assert why(lambda: redeem(invitation, day_31)) == "EXPIRED"
        assert redeem(invitation, LAST).used_at

    def test_an_sms_still_under_way_is_withdrawn_with_its_invitation(self) -> None:
        user = begin()
        first, second = invite(user), invite(user)

        states = dict(Message.objects.filter(code="INVITED_MEMBER").values_list("cause", "state"))
        assert states == {invitations.cause_of(first): "EXPIRED", invitations.cause_of(second): "QUEUED"}

    @pytest.mark.parametrize("how", ["void", "expire"])
    def test_what_ends_otherwise_is_not_sent_either(self, how: str) -> None:
        made = invite(begin())

        if how == "void":
            invitations.void(invitation_id=made.pk, at=clock.now())
        else:
            invitations.expire(on=LAST + timedelta(days=1), at=clock.now())

        assert Message.objects.get(cause=invitations.cause_of(made)).state == "EXPIRED"

    def test_the_batch_voids_what_is_over_and_nothing_else(self, secrets: list[str]) -> None:
        user, used = begin(), begin()
        old, redeemed = invite(user), invite(used)
        redeem(redeemed)

        assert registry.batches["expire_activations"](LAST) == {"voided": 0}
        assert registry.batches["expire_activations"](LAST + timedelta(days=1)) == {"voided": 1}
        assert registry.batches["expire_activations"](LAST + timedelta(days=1)) == {"voided": 0}
        old.refresh_from_db()
        redeemed.refresh_from_db()
        assert (bool(old.voided_at), bool(redeemed.voided_at)) == (True, False)
        assert why(lambda: invitations.find(user_id=user.user_id, secret=secrets[0], on=LAST + timedelta(days=1))) == "EXPIRED"

    def test_who_has_an_i_akaun_is_not_invited_again(self) -> None:
        with pytest.raises(invitations.AlreadyActivated):
            invite(UserFactory())


@pytest.mark.django_db
class TestTheSecret:
    def test_it_has_at_least_64_bits(self) -> None:
        assert invitations.LENGTH * math.log2(len(set(invitations.LETTERS))) >= 64
        assert len(invitations._secret()) == invitations.LENGTH

    @override_settings(PASSWORD_HASHERS=base.PASSWORD_HASHERS)
    def test_it_is_kept_as_the_production_hasher_s_hash_only(self, secrets: list[str]) -> None:
        invitation = invite(begin())

        assert identify_hasher(invitation.secret_hash).algorithm == "argon2"
        kept = str(list(Invitation.objects.values())) + str(list(User.objects.values()))
        assert secrets[0] not in kept
        assert invitations.find(user_id=invitation.user.user_id, secret=secrets[0], on=ON) == invitation

    @pytest.mark.parametrize("column", ["secret_hash", "phone", "expires_on", "user_id", "kind", "issued_by_id"])
    def test_what_was_issued_is_written_once(self, column: str) -> None:
        invitation = invite(begin())

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Invitation.objects.filter(pk=invitation.pk).update(**{column: getattr(invitation, column)})


@pytest.mark.django_db
class TestNoOtherDoor:
    def test_who_is_not_activated_signs_in_nowhere(self, client: Client, secrets: list[str]) -> None:
        user = begin()
        invite(user)

        for password in (secrets[0], invitations.grouped(secrets[0]), PASSWORD, "!", ""):
            assert sign_in(client, user.user_id, password).status_code == 422
        assert client.get("/member/").status_code == 302

    def test_a_session_of_somebody_who_is_not_activated_is_none(self, client: Client) -> None:
        """Whatever made the session: without the activation it leads nowhere."""
        user = begin()
        client.force_login(user)
        session = client.session
        session[services.STARTED_AT] = session[services.SEEN_AT] = int(clock.now().timestamp())
        session.save()

        assert client.get("/home/").url == "/sign-in/"
        User.objects.filter(pk=user.pk).update(activated_at=clock.now())
        assert client.get("/home/").url == "/member/"

    def test_the_made_up_phrase_is_shown_as_for_people_who_do_not_exist(self, client: Client) -> None:
        user = begin()
        client.post("/sign-in/", {"user_id": user.user_id})

        assert client.get("/sign-in/password/").context["recognition"].phrase


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def waiting(self) -> Invitation:
        return invite(begin())

    def test_redeeming_belongs_to_a_transaction(self, waiting: Invitation) -> None:
        with pytest.raises(RuntimeError, match="atomic"):
            invitations.redeem(invitation_id=waiting.pk, on=ON, at=clock.now())

    def test_of_sixteen_who_redeem_at_once_exactly_one_wins(self, waiting: Invitation) -> None:
        found = together(16, lambda _place: redeem(waiting))

        assert sorted(one.code if isinstance(one, invitations.Ended) else "won" for one in found) == ["USED"] * 15 + ["won"]

    def test_re_issue_and_redemption_at_once_leave_one_of_them(self, waiting: Invitation) -> None:
        officer = UserFactory(counter_officer=True)

        def again() -> Invitation:
            return invitations.invite(user=waiting.user, kind=InvitationKind.MEMBER, phone=PHONE, inbox=None, by=officer, on=ON, at=clock.now())

        together(8, lambda place: again() if place % 2 else redeem(waiting))

        waiting.refresh_from_db()
        assert (waiting.used_at is None) != (waiting.voided_at is None)
        assert Invitation.objects.filter(used_at=None, voided_at=None).count() <= 1
