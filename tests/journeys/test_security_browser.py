"""Account security in a real browser: an authenticator app is added with the phone's code, gives the codes from then on, and is removed again."""

import base64
from collections.abc import Callable

import pytest
from django_otp.oath import TOTP

from kwsp_portal.common import clock
from kwsp_portal.frame.demo.people import PEOPLE
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = next(person.phone for person in PEOPLE if person.user_id == "ahlidemo35")


def shown_by_the_app(secret: str) -> str:
    totp = TOTP(base64.b32decode(secret.replace(" ", "")))
    totp.time = clock.now().timestamp()
    return f"{totp.token():06d}"


@pytest.mark.parametrize(("language", "width", "script"), [("ms", 390, True), ("en", 1280, False)])
def test_an_app_in_place_of_sms(demo: Callable[[], None], visit: Callable[..., Visitor], language: str, width: int, script: bool) -> None:
    demo()
    member = visit(language, width, script=script)
    member.sign_in("ahlidemo35")
    member.page.goto(f"{member.portal}{'' if language == 'ms' else '/en'}/security/")
    member.look()

    # The phone's code first, then the picture, then the app's own code, and ten codes for the day the phone is gone.
    member.link("Tambah aplikasi pengesah").click()
    member.look()
    member.type_the_code(PHONE)
    member.button("Sahkan dan tunjuk gambar QR").click()
    member.page.locator(".qr svg").wait_for()
    member.look()
    member.main.get_by_text(member.words("Tidak dapat mengimbas?")).click()
    secret = member.page.locator(".qr__secret").inner_text()
    member.page.fill("#id_code", shown_by_the_app(secret))
    member.button("Sahkan aplikasi").click()
    member.sees("Simpan kod pemulihan ini sekarang")
    member.look()
    codes = member.page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10

    # From now on nothing is sent: a recovery code removes the app.
    member.link("Saya telah menyimpannya").click()
    member.look()
    member.link("Buang aplikasi pengesah").click()
    member.look()
    assert member.button("Hantar kod TAC").count() == 0
    member.page.fill("#id_tac", codes[4])
    member.button("Buang aplikasi pengesah").click()
    member.sees("Sebuah aplikasi pada telefon anda boleh memberikan kod 6 angka sebagai ganti SMS. Ia lebih selamat, dan berfungsi tanpa isyarat.")
