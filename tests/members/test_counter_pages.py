"""The counter's pages as an officer's browser without script uses them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.thumbprint import demo
from members.enums import LookupReason
from members.identity import phones
from members.identity.enums import Bound, Role
from members.identity.models import Invitation, User
from members.models import CounterProposal, IdentityCheck, Member
from members.services import lookup
from tests.contributions.pages import Person, text_of
from tests.factories import MemberFactory, UserFactory
from tests.identity.conftest import PASSWORD, SECRET, sign_in_officer
from tests.jobs.threads import meet_at
from tests.ledger.acts import together
from tests.members.counter import ON, OTHER_PHONE, PHONE, temporary

pytestmark = pytest.mark.django_db
SEEN = ["ORIGINAL", "LIKENESS", "REGISTER"]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


def officer(user_id: str, role: Role = Role.COUNTER_OFFICER) -> User:
    user = User.objects.create_user(user_id, PASSWORD, role=role, name=f"Pegawai {user_id}", secret_phrase="biru kapal")
    TOTPDevice.objects.create(user=user, name="telefon", key=SECRET.hex(), confirmed=True)
    return user


def at_the_counter(user_id: str = "kaunter09", role: Role = Role.COUNTER_OFFICER, prefix: str = "") -> Person:
    client = Client()
    sign_in_officer(client, officer(user_id, role).user_id)
    return Person(client, prefix)


@pytest.fixture
def counter(db: None) -> Person:
    return at_the_counter()


@pytest.fixture
def member(db: None) -> Member:
    return MemberFactory(name="ROHANI BINTI KASIM", number="39000042", identity_number="900101145678", phone="+601112345678")


def look(person: Person, text: str = "900101-14 5678", reason: str = "AT_COUNTER") -> Member | None:
    """Search; the only one who is found."""
    answer = person.client.post("/counter/", {"q": text, "reason": reason})
    assert answer.status_code == 200, answer.content
    found = answer.context["found"].members
    return found[0] if found else None


def filled(**changed: object) -> dict[str, object]:
    return {"paper_number": "900101-14-5678", "seen": SEEN, "phone": "012-345 6789", "language": "ms", **changed}


def thumb(card: str = "900101145678", own: bool = True, reader: str = "kaunter09") -> None:
    demo.put(reader=reader, card=card, own=own, at=clock.now())


class TestLookingUp:
    @pytest.mark.parametrize(
        "text", ["900101145678", "900101-14-5678", " 900101 14 5678 ", "39000042", "011-1234 5678", "rohani bin", "Rohani bt. Kas"]
    )
    def test_by_any_key(self, counter: Person, member: Member, text: str) -> None:
        MemberFactory(name="ROHAYA BINTI KASIM")

        assert look(counter, text) == member

    def test_by_the_tac_number(self, counter: Person, member: Member) -> None:
        member.user = UserFactory()
        member.save()
        phones.bind(user=member.user, number=PHONE, how=Bound.COUNTER, by=None, at=clock.now())

        assert look(counter, "+60 12-345 6789") == member

    @pytest.mark.parametrize("text", ["ro", "zzz", "12", "900101145679", "%"])
    def test_nobody_by_anything_else(self, counter: Person, member: Member, text: str) -> None:
        assert look(counter, text) is None

    def test_results_are_masked(self, counter: Person, member: Member) -> None:
        page = counter.client.post("/counter/", {"q": "rohani", "reason": "AT_COUNTER"}).content.decode()

        assert "******-**-5678" in page
        assert "900101145678" not in page
        assert "900101-14-5678" not in page

    def test_the_trail_says_who_looked_and_why_and_never_what_was_typed(self, counter: Person, member: Member) -> None:
        look(counter, reason="BY_PHONE")
        counter.client.get("/counter/members/39000042/")

        search, view = AuditEvent.objects.filter(action__in=["counter.search", "member.view"]).order_by("seq")
        assert search.data == {"reason": "BY_PHONE", "way": "NUMBER", "found": 1, "more": False}
        assert (view.data, view.actor) == ({"reason": "BY_PHONE"}, "kaunter09")

    def test_who_comes_without_a_reason_is_asked_for_one(self, counter: Person, member: Member) -> None:
        assert counter.client.get("/counter/members/39000042/").url == "/counter/?reason=1"
        assert not AuditEvent.objects.filter(action="member.view").exists()

    def test_more_look_ups_than_an_hour_allows_are_refused(self, counter: Person, member: Member, settings: object) -> None:
        settings.COUNTER_LOOKUPS_AN_HOUR = 2  # type: ignore[attr-defined]
        look(counter)
        look(counter)

        answer = counter.client.post("/counter/", {"q": "rohani", "reason": "AT_COUNTER"})

        assert answer.status_code == 429
        assert "terlalu kerap" in text_of(answer)
        assert AuditEvent.objects.filter(action="counter.search", refused=True).count() == 1

    def test_more_people_seen_than_an_hour_allows_are_refused_and_one_again_is_not(self, counter: Person, member: Member, settings: object) -> None:
        others = [MemberFactory(), MemberFactory()]
        look(counter)
        settings.COUNTER_LOOKUPS_AN_HOUR = 2  # type: ignore[attr-defined]
        numbers = ["39000042", others[0].number, "39000042", others[1].number]

        answers = [counter.client.get(f"/counter/members/{number}/") for number in numbers]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert "terlalu banyak rekod" in text_of(answers[3])
        assert others[1].name not in text_of(answers[3])
        assert AuditEvent.objects.get(action="member.view", refused=True).target == others[1].subject

    def test_a_page_shown_after_a_mistake_is_in_the_trail_too(self, counter: Person, member: Member) -> None:
        look(counter)

        assert counter.client.post("/counter/members/39000042/", {}).status_code == 422
        assert AuditEvent.objects.get(action="member.view").target == member.subject

    @pytest.mark.django_db(transaction=True)
    def test_of_searches_at_once_only_as_many_as_an_hour_allows_are_answered(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.COUNTER_LOOKUPS_AN_HOUR = 1
        officer, asked = UserFactory(counter_officer=True), {"reason": LookupReason.AT_COUNTER, "at": clock.now()}
        meet_at(monkeypatch, lookup, "_oldest_that_counts")

        found = together(2, lambda _place: lookup.look_up(text="rohani", by=officer, **asked))

        assert [type(one) for one in found].count(lookup.TooMany) == 1
        assert AuditEvent.objects.filter(action="counter.search", refused=False).count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_of_people_seen_at_once_only_as_many_as_an_hour_allows_are_shown(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.COUNTER_LOOKUPS_AN_HOUR = 1
        officer, asked = UserFactory(counter_officer=True), {"reason": LookupReason.AT_COUNTER, "at": clock.now()}
        members = [MemberFactory() for _ in range(2)]
        meet_at(monkeypatch, lookup, "_too_many_seen")

        found = together(2, lambda place: lookup.see(whom=members[place], by=officer, **asked))

        assert [type(one) for one in found].count(lookup.TooMany) == 1
        assert AuditEvent.objects.filter(action="member.view", refused=False).count() == 1

    def test_a_search_is_few_queries(self, counter: Person, member: Member, django_assert_max_num_queries: object) -> None:
        look(counter)
        for text in ("rohani", "900101145678", "39000042", "01112345678", "0199999999"):
            with django_assert_max_num_queries(11):  # type: ignore[operator]
                counter.client.post("/counter/", {"q": text, "reason": "AT_COUNTER"})

    @pytest.mark.parametrize("role", [Role.WITHDRAWAL_OFFICER, Role.INSPECTOR, Role.AUDITOR, Role.ADMINISTRATOR])
    def test_other_officers_do_not_work_here(self, role: Role, member: Member) -> None:
        assert at_the_counter("pegawai09", role).client.get("/counter/").status_code == 403


class TestIssuing:
    def test_one_page_one_click(self, counter: Person, member: Member) -> None:
        look(counter)
        thumb()

        answer = counter.client.post("/counter/members/39000042/", filled(), follow=True)

        invitation = Invitation.objects.get()
        assert answer.redirect_chain == [(f"/counter/slips/{invitation.pk}/", 302)]
        user_id, password = temporary()
        page = answer.content.decode()
        assert password not in page
        assert user_id not in page
        assert "2 Dis 2026" in text_of(answer), text_of(answer)
        assert "SMS menunggu dihantar" in text_of(answer)
        assert IdentityCheck.objects.get().thumb == "MATCHED"

    def test_the_slip_is_in_the_persons_language(self, counter: Person, member: Member) -> None:
        look(counter)
        thumb()

        answer = counter.client.post("/counter/members/39000042/", filled(language="en"), follow=True)

        assert "Slip for you" in text_of(answer)
        assert "Anda tidak melihat kata laluan itu" in text_of(answer)
        assert "/en/activate/" in answer.content.decode()

    def test_the_number_on_the_paper_is_the_registers(self, counter: Person, member: Member) -> None:
        look(counter)
        thumb()

        answer = counter.client.post("/counter/members/39000042/", filled(paper_number="900101145679"))

        assert answer.status_code == 422
        assert "berlainan daripada daftar" in text_of(answer)
        assert 'value="012-345 6789"' in answer.content.decode(), "what was typed is kept"
        assert not Invitation.objects.exists()

    def test_a_silent_reader_asks_for_a_second_paper_and_the_reason(self, counter: Person, member: Member) -> None:
        look(counter)

        answer = counter.client.post("/counter/members/39000042/", filled())
        assert answer.status_code == 422
        assert "Pembaca tidak menjawab" in text_of(answer)

        again = filled(seen=[*SEEN, "SECOND_PAPER"], without_thumb="Pembaca rosak")
        assert counter.client.post("/counter/members/39000042/", again).status_code == 302
        assert IdentityCheck.objects.get().thumb == "SILENT"

    @pytest.mark.parametrize("put", [{"own": False}, {"card": "900101149999"}])
    def test_a_wrong_thumb_stays_wrong_until_the_right_one_comes(self, counter: Person, member: Member, put: dict[str, object]) -> None:
        """A refusal is not forgotten by asking the empty reader again: it leads to the supervisor."""
        look(counter)
        thumb(**put)  # type: ignore[arg-type]
        assert counter.client.post("/counter/members/39000042/", filled()).status_code == 422

        counter.client.post("/counter/members/39000042/", filled(seen=[*SEEN, "SECOND_PAPER"], without_thumb="Cap haus"))

        assert not Invitation.objects.exists()
        assert CounterProposal.objects.get().risks == ["THUMB_REFUSED"]
        assert AuditEvent.objects.filter(action="counter.thumb", refused=True).count() == 1

    def test_the_state_of_the_sms_is_shown_and_it_can_be_sent_again(self, counter: Person, member: Member) -> None:
        look(counter)
        thumb()
        counter.client.post("/counter/members/39000042/", filled())

        page = text_of(counter.client.get("/counter/members/39000042/"))

        assert "SMS menunggu dihantar" in page
        assert "Hantar semula ID Pengguna dan kata laluan" in page

    @pytest.mark.parametrize("phone", ["", "abc", "03-1234 5678", "012", "+1"])
    def test_only_a_mobile_number_is_taken(self, counter: Person, member: Member, phone: str) -> None:
        look(counter)
        thumb()

        assert counter.client.post("/counter/members/39000042/", filled(phone=phone)).status_code == 422
        assert not Invitation.objects.exists()

    def test_what_is_lacking_is_said_before_anything_is_filled_in(self, counter: Person) -> None:
        MemberFactory(number="39000043", identity_number="910101145678")
        look(counter, "39000043")

        answer = counter.client.get("/counter/members/39000043/")

        assert "Nombor pengenalan bermula dengan 910101" in text_of(answer)
        assert "Telefon bimbit bagi TAC" not in text_of(answer)

    def test_nobody_unknown(self, counter: Person) -> None:
        look(counter, "39000042")

        for address in ("/counter/members/99999999/", "/counter/slips/7/", "/counter/queue/7/", "/counter/queue/7/documents/7/"):
            assert counter.client.get(address).status_code == 404


class TestRegistering:
    def fields(self, **changed: object) -> dict[str, object]:
        return {
            **{"identity_kind": "MYKAD", "paper_number": "850214-02-5678", "name": "Zaleha  binti Mat", "birth_date": "1985-02-14"},
            **{"sex": "FEMALE", "citizenship": "CITIZEN", "religion": "ISLAM", "phone": "", "address": "", "seen": ["ORIGINAL", "LIKENESS"]},
            **changed,
        }

    def test_a_new_member_is_on_the_way_to_an_i_akaun(self, counter: Person) -> None:
        thumb(card="850214025678")

        answer = counter.client.post("/counter/members/new/", self.fields(), follow=True)

        made = Member.objects.get()
        assert answer.redirect_chain == [(f"/counter/members/{made.number}/", 302)]
        assert f"Nombor ahli: {made.number}" in text_of(answer)
        assert made.name == "Zaleha binti Mat"

    def test_every_refusal_stands_beside_its_field(self, counter: Person) -> None:
        thumb(card="850215025678")

        answer = counter.client.post("/counter/members/new/", self.fields(paper_number="850215025678", citizenship="NON_CITIZEN"))

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"paper_number", "citizenship"}
        assert 'value="850215025678"' in answer.content.decode()

    def test_who_is_registered_already_is_one_link_away(self, counter: Person, member: Member) -> None:
        thumb()
        known = self.fields(paper_number="900101145678", birth_date="1990-01-01")

        answer = counter.client.post("/counter/members/new/", known)

        assert answer.status_code == 409
        assert 'href="/counter/members/39000042/"' in answer.content.decode()

    def test_somebody_alike_is_looked_at_before(self, counter: Person) -> None:
        known = MemberFactory(name="ZALEHA BT MAT", birth_date="1985-02-14", identity_number="850214025670", member_since="2012-06-01")
        thumb(card="850214025678")
        answer = counter.client.post("/counter/members/new/", self.fields())
        assert (answer.status_code, answer.context["alike"]) == (409, [known])

        answer = counter.client.post("/counter/members/new/", self.fields(others=known.number, none_of="on"))

        assert answer.status_code == 302
        assert Member.objects.count() == 2

    def test_in_english_too(self) -> None:
        page = at_the_counter().client.get("/en/counter/members/new/")

        assert "Register a new member" in text_of(page)


class TestTheQueue:
    def propose(self, counter: Person) -> CounterProposal:
        look(counter)
        thumb()
        pdf = SimpleUploadedFile("sijil.pdf", b"%PDF-1.7 sijil", content_type="application/pdf")
        fields = {
            **{"name": "Rohani binti Kassim", "identity_kind": "MYKAD", "identity_number": "", "birth_date": "1990-01-01", "citizenship": "CITIZEN"},
            **{"citizenship_from": "1990-01-01", "reason": "Ejaan", "papers": pdf, "paper_number": "900101145678", "seen": SEEN},
        }
        answer = counter.client.post("/counter/members/39000042/correct/", fields, follow=True)
        assert answer.status_code == 200, answer.context["form"].errors
        return CounterProposal.objects.get()

    def test_from_a_proposal_to_the_register(self, counter: Person, member: Member) -> None:
        proposal = self.propose(counter)
        supervisor = at_the_counter("penyelia9", Role.SUPERVISOR)
        assert "Pembetulan daftar" in text_of(supervisor.client.get("/counter/queue/"))
        page = text_of(supervisor.client.get(f"/counter/queue/{proposal.pk}/"))
        assert "ROHANI BINTI KASIM" in page
        assert "Rohani binti Kassim" in page

        supervisor.client.post(f"/counter/queue/{proposal.pk}/", {"action": "approve"})
        second_click = supervisor.client.post(f"/counter/queue/{proposal.pk}/", {"action": "approve"})

        assert second_click.status_code == 302
        member.refresh_from_db()
        assert member.name == "Rohani binti Kassim"

    def test_papers_come_as_attachments(self, counter: Person, member: Member) -> None:
        proposal = self.propose(counter)
        file = proposal.documents.get()

        answer = counter.client.get(f"/counter/queue/{proposal.pk}/documents/{file.pk}/")

        assert answer["Content-Disposition"] == 'attachment; filename="sijil.pdf"'
        assert answer["Content-Type"] == "application/octet-stream"

    def test_the_officer_sees_no_buttons_and_a_forged_post_is_refused(self, counter: Person, member: Member) -> None:
        proposal = self.propose(counter)

        assert "Luluskan" not in text_of(counter.client.get(f"/counter/queue/{proposal.pk}/"))
        assert counter.client.post(f"/counter/queue/{proposal.pk}/", {"action": "approve"}).status_code == 403
        assert counter.client.post(f"/counter/queue/{proposal.pk}/", {"action": "burn"}).status_code == 400

    def test_the_colleague_was_faster(self, counter: Person, member: Member) -> None:
        proposal = self.propose(counter)
        one, other = at_the_counter("penyelia8", Role.SUPERVISOR), at_the_counter("penyelia9", Role.SUPERVISOR)
        one.client.post(f"/counter/queue/{proposal.pk}/", {"action": "refuse", "comment": "Sijil tidak jelas"})

        answer = other.client.post(f"/counter/queue/{proposal.pk}/", {"action": "approve"})

        assert answer.status_code == 409
        assert "rakan sekerja" in text_of(answer)
        assert "Sijil tidak jelas" in text_of(answer)

    def test_a_refusal_says_why(self, counter: Person, member: Member) -> None:
        proposal = self.propose(counter)
        supervisor = at_the_counter("penyelia9", Role.SUPERVISOR)

        assert supervisor.client.post(f"/counter/queue/{proposal.pk}/", {"action": "refuse", "comment": ""}).status_code == 422

    def test_the_change_of_a_number_shows_its_last_digits_only(self, counter: Person, member: Member) -> None:
        member.user = UserFactory()
        member.save()
        phones.bind(user=member.user, number=OTHER_PHONE, how=Bound.COUNTER, by=None, at=clock.now())
        look(counter)
        thumb(own=False)
        counter.client.post("/counter/members/39000042/", filled())
        answer = counter.client.post("/counter/members/39000042/", filled(seen=[*SEEN, "SECOND_PAPER"], without_thumb="Cap haus"), follow=True)

        page = text_of(answer)
        assert "5432" in page
        assert "6789" in page
        assert "+60198765432" not in page
