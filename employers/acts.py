"""What the trail says of employers and who acts for them."""

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from employers import labels
from kwsp_portal.audit.acts import Act, Figure, Sort, hidden, register
from kwsp_portal.templatetags import formats
from members import labels as member_labels

KIND = Figure(_("Jenis"), lambda code: str(labels.KINDS.get(code, code)))
ROLE = Figure(_("Peranan"), lambda code: str(labels.ROLES.get(code, code)))
FLOW = Figure(_("Aliran kelulusan"), lambda code: str(labels.FLOWS.get(code, code)))
UNDER_WAY = Figure(_("Yang sedang menunggu"), lambda code: str(labels.TOLD_UNDER_WAY.get(code, code)))
REFUSED = hidden("code")
PROPOSAL = hidden("proposal", "form", "risks", "code", "state")
IDENTITY = {
    "identity_kind": Figure(_("Jenis pengenalan"), lambda code: str(member_labels.IDENTITY_KINDS.get(code, code))),
    "identity_country": Figure(_("Negara pengeluar pasport"), member_labels.country),
    "identity_ending": Figure(_("No. pengenalan")),
}
STATE = {"state": Figure(_("Keadaan"), lambda code: str(member_labels.PROPOSAL_STATES[code].words))}


def _said(text: str | None) -> str:
    return formats.day(parse_date(text)) if text else "–"


register(
    {
        "employment.begin": Act(_("Pekerjaan bermula"), Sort.PROFILE, fields={"from_date": Figure(_("Mulai"), _said)}),
        "employment.end": Act(
            _("Pekerjaan tamat"),
            Sort.PROFILE,
            data={"why": Figure(_("Sebab"), lambda code: str(labels.LEAVING.get(code, code)))},
            fields={"last_day": Figure(_("Hari terakhir"), _said)},
        ),
        "employer.view": Act(
            _("Rekod majikan dilihat oleh pegawai"),
            Sort.VIEWS,
            data={"reason": Figure(_("Sebab carian"), lambda code: str(member_labels.REASONS.get(code, code))), **REFUSED},
        ),
        "employer.register": Act(
            _("Majikan didaftarkan di kaunter"),
            Sort.PROFILE,
            data=hidden("number", "none_of"),
            fields={"name": Figure(_("Nama")), "kind": KIND, "from_date": Figure(_("Majikan sejak"), lambda text: formats.day(parse_date(text)))},
        ),
        "employer.appoint": Act(
            _("Wakil majikan dilantik di kaunter"),
            Sort.PROFILE,
            data=hidden("appointment", "form", "invitation", "codes", "code"),
            fields={"role": ROLE},
        ),
        "employer.flow": Act(
            _("Aliran kelulusan majikan ditukar"),
            Sort.PROFILE,
            data={**REFUSED, "under_way": UNDER_WAY, "waiting": Figure(_("Menunggu kelulusan"))},
            fields={"flow": FLOW},
        ),
        "employee.look_up": Act(_("Nombor ahli seorang pekerja dicari oleh majikan"), Sort.PROFILE, data=hidden("code", "found")),
        "employer.propose": Act(_("Pelantikan wakil dihantar kepada penyelia"), Sort.PROFILE, data=PROPOSAL, fields=STATE),
        "employer.approve": Act(_("Pelantikan wakil diluluskan penyelia"), Sort.PROFILE, data=PROPOSAL, fields=STATE),
        "employer.refuse": Act(_("Pelantikan wakil ditolak penyelia"), Sort.PROFILE, data=PROPOSAL, fields=STATE),
        "employer.withdraw": Act(_("Pelantikan wakil ditarik balik"), Sort.PROFILE, data=PROPOSAL, fields=STATE),
        "representative.appoint": Act(_("Wakil majikan dilantik"), Sort.PROFILE, data={**REFUSED, **hidden("invitation")}, fields={"role": ROLE}),
        "representative.remove": Act(_("Wakil majikan ditamatkan"), Sort.PROFILE, data=REFUSED, fields={"role": ROLE}),
        "representative.role": Act(_("Peranan wakil majikan ditukar"), Sort.PROFILE, data=REFUSED, fields={"role": ROLE}),
        "representative.identify": Act(
            _("Nombor pengenalan wakil majikan direkodkan di kaunter"),
            Sort.PROFILE,
            data=hidden("proposal", "appointment"),
            fields=IDENTITY,
        ),
        "representative.invite": Act(_("Kod pengaktifan wakil majikan dihantar semula"), Sort.PROFILE, data={**REFUSED, **hidden("invitation")}),
        "representative.phone": Act(
            _("Telefon TAC wakil majikan didaftarkan"), Sort.PROFILE, data=REFUSED, fields={"phone": Figure(_("Nombor telefon"))}
        ),
    }
)
