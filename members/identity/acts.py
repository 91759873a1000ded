"""What the trail says of signing in and out, invitations, codes and phones."""

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from kwsp_portal.templatetags import formats
from members.identity.enums import Method, Purpose, SessionEnd

REASONS = {
    "password": _("kata laluan salah"),
    "code": _("kod pengesahan salah"),
    "locked": _("dikunci buat sementara"),
    "door": _("pintu masuk yang salah"),
    "invitation": _("kata laluan sementara salah"),
}
FORGOT = {"USER_ID": _("ID Pengguna"), "PASSWORD": _("Kata laluan"), "BOTH": _("Kedua-duanya")}
ENDINGS = {"idle": _("terlalu lama tidak aktif"), "absolute": _("tempoh paling lama sesi telah tamat")}
ENDED_BY = {
    SessionEnd.OTHERS: _("dari peranti lain orang yang sama"),
    SessionEnd.PASSWORD: _("kata laluan ditukar"),
    SessionEnd.DEACTIVATED: _("akaun dinyahaktifkan"),
    SessionEnd.REMOVED: _("tidak lagi mewakili majikan"),
    SessionEnd.STAFF: _("oleh pegawai"),
    SessionEnd.FACTOR: _("telefon TAC atau aplikasi pengesah berubah"),
}


def _day(text: str) -> str:
    return formats.day(parse_date(text))


TOKEN = {"scope": Figure(_("Skop")), "limit": Figure(_("Had bulanan (RM)")), **hidden("expires_at")}
STATES = {"INVITED": _("belum diaktifkan"), "ACTIVE": _("aktif")}
METHODS = {Method.SMS: _("SMS"), Method.APP: _("aplikasi pengesah")}


register(
    {
        "identity.sign_in": Act(
            _("Log masuk"),
            Sort.SIGN_IN,
            data={"reason": Figure(_("Sebab"), lambda code: REASONS.get(code, code)), "device": Figure(_("Peranti"))},
        ),
        "identity.sign_out": Act(_("Log keluar"), Sort.SIGN_IN),
        "identity.session_end": Act(_("Sesi ditamatkan"), Sort.SIGN_IN, data={"why": Figure(_("Sebab"), lambda code: ENDINGS.get(code, code))}),
        "identity.sessions_end": Act(
            _("Sesi log masuk ditamatkan"),
            Sort.SIGN_IN,
            data={"why": Figure(_("Sebab"), lambda code: ENDED_BY.get(code, code)), "sessions": Figure(_("Bilangan sesi"))},
        ),
        "identity.token_give": Act(_("Token API dibuat"), Sort.PROFILE, fields=TOKEN),
        "identity.token_revoke": Act(_("Token API dibatalkan"), Sort.PROFILE, fields=TOKEN),
        "identity.invite": Act(
            _("ID sementara i-Akaun dihantar"),
            Sort.PROFILE,
            data=hidden("kind", "user"),
            fields={"to": Figure(_("Telefon bimbit")), "expires_on": Figure(_("Sah hingga"), _day)},
        ),
        "identity.activate": Act(_("i-Akaun bermula"), Sort.PROFILE, data=hidden("terms"), fields={"user_id": Figure(_("ID Pengguna"))}),
        "identity.recover": Act(
            _("Akses dipulihkan dengan kod TAC"), Sort.PROFILE, data={"forgot": Figure(_("Terlupa"), lambda code: FORGOT.get(code, code))}
        ),
        "identity.password": Act(_("Kata laluan ditukar"), Sort.PROFILE),
        "identity.prove": Act(
            _("Kata laluan diminta sekali lagi"), Sort.SIGN_IN, data={"reason": Figure(_("Sebab"), lambda code: REASONS.get(code, code))}
        ),
        "identity.recognition": Act(_("Imej dan frasa rahsia ditukar"), Sort.PROFILE),
        "identity.redeem": Act(_("i-Akaun diaktifkan"), Sort.PROFILE, fields={"state": Figure(_("i-Akaun"), lambda code: STATES.get(code, code))}),
        "identity.expire_invitations": Act(_("Jemputan i-Akaun yang luput dibatalkan"), Sort.PROFILE, own=False, data=hidden("on", "voided")),
    }
)

WHAT_FOR = {
    Purpose.RECOVERY: _("mendapatkan semula akaun"),
    Purpose.NEW_DEVICE: _("log masuk pada peranti baharu"),
    Purpose.WITHDRAWAL: _("pengeluaran"),
    Purpose.BANK_ACCOUNT: _("akaun bank"),
    Purpose.EMAIL: _("alamat e-mel"),
    Purpose.EMPLOYER_APPROVAL: _("kelulusan majikan"),
    Purpose.EMPLOYER_PAYMENT: _("bayaran majikan"),
    Purpose.ELECTION_APPROVAL: _("kelulusan pilihan caruman"),
    Purpose.REPRESENTATIVES: _("wakil majikan"),
    Purpose.APPROVAL_FLOW: _("aliran kelulusan majikan"),
    Purpose.DIRECT_DEBIT: _("debit terus"),
    Purpose.REFUND_ACCOUNT: _("akaun bayaran balik majikan"),
    Purpose.API_TOKEN: _("token API"),
    Purpose.ACTIVATION_PHONE: _("telefon semasa pengaktifan"),
    Purpose.AUTHENTICATOR: _("aplikasi pengesah"),
    Purpose.INITIAL_TRANSFER: _("pindahan amaun permulaan"),
    Purpose.SHARIAH: _("Simpanan Shariah"),
    Purpose.INCENTIVE: _("pendaftaran i-Saraan"),
}
PURPOSE = Figure(_("Untuk"), lambda code: WHAT_FOR.get(code, code))
NUMBER = Figure(_("Nombor telefon"))
METHOD = {"method": Figure(_("Kod TAC melalui"), lambda code: METHODS.get(code, code))}
ADDRESS = Figure(_("Alamat e-mel"))

register(
    {
        "tac.issue": Act(_("Kod TAC diminta"), Sort.TAC, data={"purpose": PURPOSE, **hidden("method", "code")}),
        "tac.verify": Act(_("Kod TAC dimasukkan"), Sort.TAC, data={"purpose": PURPOSE, **hidden("code")}),
        "tac.spend": Act(_("Kelulusan TAC digunakan"), Sort.TAC, data=hidden("code")),
        "tac.unblock": Act(_("Cubaan TAC dibuka semula"), Sort.TAC, fields={"wrong": Figure(_("Kod salah berturut-turut"))}),
        "authenticator.begin": Act(_("Aplikasi pengesah dimulakan"), Sort.PROFILE),
        "authenticator.confirm": Act(_("Aplikasi pengesah ditambah"), Sort.PROFILE, fields=METHOD),
        "authenticator.remove": Act(_("Aplikasi pengesah dibuang"), Sort.PROFILE, fields=METHOD),
        "email.ask": Act(_("Alamat e-mel baharu diminta"), Sort.PROFILE, data={"to": ADDRESS}),
        "email.send_again": Act(_("Kod ke alamat e-mel dihantar semula"), Sort.PROFILE, data={"to": ADDRESS}),
        "email.prove": Act(_("Alamat e-mel disahkan"), Sort.PROFILE, data=hidden("code"), fields={"email": ADDRESS}),
        "email.cancel": Act(_("Alamat e-mel yang menunggu dibatalkan"), Sort.PROFILE, fields={"email": ADDRESS}),
        "email.remove": Act(_("Alamat e-mel dibuang"), Sort.PROFILE, fields={"email": ADDRESS}),
        "phone.bind": Act(
            _("Telefon TAC didaftarkan"),
            Sort.PROFILE,
            data=hidden("how"),
            fields={"number": NUMBER},
        ),
        "phone.cancel": Act(_("Pertukaran telefon TAC dibatalkan"), Sort.PROFILE, fields={"number": NUMBER}),
        "phone.remove": Act(
            _("Telefon TAC dikeluarkan"), Sort.PROFILE, data=hidden("check", "appointment", "seen", "code"), fields={"number": NUMBER}
        ),
    }
)
