"""The twenty-two questions about Pengeluaran Khas (seed 004) in our own words: what each answer says is the law's (withdrawals/rates/khas_2022.yaml,
members/rates/replacement.yaml), and tests/frame/test_khas.py has a test for each. Malay msgids."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kwsp_portal.common import money
from kwsp_portal.templatetags import formats
from members.enums import ReplacementCause
from members.explanations import percent
from members.rules import age, allocation, replacing
from withdrawals.rules import khas

Words = str | Promise
EXAMPLE: Final = Decimal(10_000)
"""The sum of the announcement's own example."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """`code` is the name of its place on the page. Paragraphs, then a list of `items`, then what is said `after` it; places in the texts are filled
    by `figures`."""

    code: str
    asked: Words
    paragraphs: tuple[Words, ...]
    items: tuple[Words, ...] = ()
    after: tuple[Words, ...] = ()
    link: str = ""
    link_words: Words = ""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question with its answer in the active language."""

    code: str
    asked: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]
    after: tuple[str, ...]
    link: str
    link_words: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All of it, as it is read."""
        return (self.asked, *self.paragraphs, *self.items, *self.after)


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        code="mengapa",
        asked=_("Untuk apa Pengeluaran Khas diadakan?"),
        paragraphs=(
            _("Supaya ahli dapat menanggung keperluan dan komitmen kewangan ketika negara beralih ke fasa endemik dan ekonomi belum pulih."),
        ),
    ),
    Question(
        code="siapa",
        asked=_("Siapa yang boleh memohon?"),
        paragraphs=(_("Ahli yang memenuhi kedua-dua syarat ini pada hari permohonan:"),),
        items=(
            _("di bawah umur %(age)s tahun, sama ada warganegara, pemastautin tetap atau bukan warganegara;"),
            _("mempunyai jumlah simpanan sekurang-kurangnya %(savings)s."),
        ),
    ),
    Question(
        code="skim-lain",
        asked=_("Saya pernah memohon i-Lestari, i-Sinar atau i-Citra. Masih boleh?"),
        paragraphs=(_("Ya. Permohonan lama itu tidak menghalang; amaunnya bergantung pada baki Akaun 1 dan Akaun 2 yang tinggal."),),
    ),
    Question(
        code="berpencen",
        asked=_("Bolehkah anggota perkhidmatan awam dalam skim berpencen memohon?"),
        paragraphs=(
            _("Boleh. Ingat bahawa sebahagian simpanan itu ialah syer Kerajaan, yang perlu dipulangkan apabila anda bersara dengan pencen."),
            _("Jika syer itu terpakai sekarang, anda sendiri yang perlu mencari gantinya kelak."),
        ),
    ),
    Question(
        code="amaun",
        asked=_("Berapa yang boleh dikeluarkan?"),
        paragraphs=(_("Amaun dikira semula daripada simpanan pada hari permohonan diproses, dan tidak pernah melebihi amaun yang dipohon."),),
        items=(
            _("paling sedikit %(least)s;"),
            _("paling banyak %(most)s;"),
            _("%(kept)s kekal dalam Akaun 1."),
        ),
    ),
    Question(
        code="akaun",
        asked=_("Akaun mana yang digunakan dahulu?"),
        paragraphs=(
            _("Akaun 2 digunakan sehingga habis; hanya selepas itu Akaun 1."),
            _(
                "Contoh: ahli dengan RM5,000 dalam Akaun 1 dan RM3,000 dalam Akaun 2 memohon RM7,500. RM3,000 diambil daripada Akaun 2, "
                "RM4,500 daripada Akaun 1."
            ),
        ),
    ),
    Question(
        code="baki",
        asked=_("Mengapa %(kept)s perlu tinggal dalam Akaun 1?"),
        paragraphs=(
            _("Supaya anda kekal sebagai ahli dan terus mendapat manfaat keahlian."),
            _("Jika Akaun 1 sudah kurang daripada itu, ia tidak diambil dan tidak perlu ditambah; Akaun 2 masih boleh dikeluarkan."),
        ),
    ),
    Question(
        code="bila",
        asked=_("Bila boleh memohon?"),
        paragraphs=(_("Dari %(first)s hingga %(last)s, kedua-dua hari itu termasuk."),),
    ),
    Question(
        code="cara",
        asked=_("Bagaimana memohon?"),
        paragraphs=(
            _(
                "Dalam talian sahaja, di portal ini, juga melalui telefon. Tiada permohonan di kaunter atau melalui pos. Portal dibuka pada "
                "%(first)s."
            ),
        ),
    ),
    Question(
        code="bila-dibayar",
        asked=_("Bila ia mula dibayar?"),
        paragraphs=(_("Mulai %(paid_from)s."),),
    ),
    Question(
        code="sekali",
        asked=_("Adakah ia dibayar secara ansuran?"),
        paragraphs=(_("Tidak. Semuanya dibayar sekali gus, dalam satu bayaran."),),
    ),
    Question(
        code="ke-akaun-bank",
        asked=_("Ke mana ia dibayar?"),
        paragraphs=(
            _("Terus ke akaun bank anda: simpanan atau semasa, masih aktif, dan atas nama anda sendiri, bukan akaun bersama atau akaun syarikat."),
            _("Belum ada akaun? Buka satu, kemudian mohon semula."),
            _(
                "Arahan Bayaran hanya bagi yang tidak dapat membuka akaun bank dan bagi orang muflis. Ia lebih lambat: KWSP menghubungi anda "
                "untuk mengambilnya di cawangan, dan ia ditunaikan di RHB Bank."
            ),
        ),
    ),
    Question(
        code="batal",
        asked=_("Bolehkah permohonan dibatalkan?"),
        paragraphs=(_("Tidak, selepas ia dihantar."),),
    ),
    Question(
        code="pinda",
        asked=_("Bolehkah amaunnya diubah?"),
        paragraphs=(_("Tidak, selepas permohonan dihantar. Semak amaun itu sebelum mengesahkannya."),),
    ),
    Question(
        code="ganti",
        asked=_("Apa maksud penggantian semula?"),
        paragraphs=(
            _(
                "Yang dikeluarkan perlu diganti dengan tambahan %(added)s. Bagi %(example)s, tambahannya %(example_added)s dan jumlahnya "
                "%(example_replaced)s."
            ),
            _("Sehingga amaun itu cukup, semua caruman baharu masuk ke Akaun 1. Selepas itu caruman dibahagi seperti biasa semula: %(split)s."),
        ),
    ),
    Question(
        code="mengapa-ganti",
        asked=_("Mengapa perlu diganti, dan mengapa dengan tambahan %(added)s?"),
        paragraphs=(
            _("Supaya ada simpanan selepas bersara, dan simpanan itu cepat pulih serta mendapat dividen atas dividen."),
            _(
                "Tambahan itu ialah anggaran dividen yang hilang: purata %(dividend)s setahun, selama empat hingga enam tahun sehingga amaun "
                "itu diganti."
            ),
        ),
    ),
    Question(
        code="pengeluaran-lain",
        asked=_("Adakah ia menjejaskan pengeluaran lain sebelum bersara?"),
        paragraphs=(
            _("Tidak, jika masih ada baki dalam Akaun 2: perumahan, pendidikan, kesihatan dan yang lain masih boleh dipohon."),
            _("Pengeluaran Khas dibayar dahulu. Permohonan lain yang belum dibayar dikira semula selepasnya."),
        ),
    ),
    Question(
        code="emas",
        asked=_("Bolehkah Akaun Emas digunakan?"),
        paragraphs=(
            _(
                "Tidak. Akaun Emas menyimpan caruman selepas umur %(age)s tahun dan dibuka pada umur %(emas)s tahun, supaya simpanan "
                "mencukupi pada masa itu."
            ),
        ),
    ),
    Question(
        code="semak-simpanan",
        asked=_("Di mana simpanan boleh disemak?"),
        paragraphs=(_("Di i-Akaun (Ahli), juga melalui telefon, dan di kiosk KWSP."),),
        link="member:home",
        link_words=_("Simpanan saya"),
    ),
    Question(
        code="semak-status",
        asked=_("Bila dan di mana status permohonan boleh disemak?"),
        paragraphs=(_("Mulai %(status_from)s, di halaman ini (Semak status permohonan) dan dalam sejarah pengeluaran di i-Akaun (Ahli)."),),
    ),
    Question(
        code="zakat",
        asked=_("Adakah zakat perlu dikeluarkan?"),
        paragraphs=(_("Secara umum, ahli beragama Islam mengeluarkan zakat %(zakat)s atas simpanan yang memenuhi kedua-dua syarat ini:"),),
        items=(
            _("milik sempurna: boleh dikeluarkan dan digunakan tanpa sekatan;"),
            _("mencapai nisab, iaitu nilai semasa 85 g emas, seperti yang ditetapkan oleh pihak berkuasa zakat negeri anda."),
        ),
        after=(
            _(
                "Yang digunakan untuk keperluan asas anda dan tanggungan, seperti tempat tinggal, makanan, kesihatan, pendidikan, "
                "pengangkutan atau membayar hutang, boleh dikecualikan."
            ),
            _("Kira semua pengeluaran dalam tempoh setahun (haul), dan rujuk pihak berkuasa zakat negeri anda."),
        ),
    ),
    Question(
        code="hubungi",
        asked=_("Siapa yang boleh ditanya?"),
        paragraphs=(_("Laman web KWSP www.kwsp.gov.my dan Ask ELYA di situ, media sosial rasmi KWSP, atau talian Pengeluaran Khas 03-8922 4848."),),
    ),
)


def answered(on: date) -> list[Answered]:
    """Every question with its answer, in the active language; the figures are those of April 2022, and the accounts' division that of the day."""
    known = figures(on)
    return [
        Answered(
            code=one.code,
            asked=str(one.asked) % known,
            paragraphs=tuple(str(text) % known for text in one.paragraphs),
            items=tuple(str(text) % known for text in one.items),
            after=tuple(str(text) % known for text in one.after),
            link=one.link,
            link_words=str(one.link_words),
        )
        for one in QUESTIONS
    ]


def figures(on: date) -> Mapping[str, str]:
    """What the law says, as pages show it. A day outside the window has the law of its first day."""
    at = khas.FIRST
    replaced = replacing.amount_sen(ReplacementCause.KHAS, money.to_sen(EXAMPLE), at)
    added = money.from_sen(replaced) - EXAMPLE
    return {
        "age": str(age.LAW.at("akaun_emas", at).value),
        "emas": str(age.LAW.at("emas_open", at).value),
        "first": formats.day(khas.FIRST),
        "last": formats.day(khas.LAST),
        "status_from": formats.day(khas.LAW.at("status_from", at).value),
        "paid_from": formats.day(khas.LAW.at("paid_from", at).value),
        "least": formats.money(khas.LAW.at("least", at).value),
        "most": formats.money(khas.LAW.at("most", at).value),
        "kept": formats.money(khas.LAW.at("kept", at).value),
        "savings": formats.money(khas.LAW.at("savings", at).value),
        "added": percent(str(added / EXAMPLE)),
        "example": formats.money(EXAMPLE),
        "example_added": formats.money(added),
        "example_replaced": formats.money(money.from_sen(replaced)),
        "split": " : ".join(percent(str(share)) for share in allocation.LAW.at("below_55", max(on, at)).value.values()),
        "dividend": percent(str(khas.LAW.at("dividend", at).value)),
        "zakat": percent(str(khas.LAW.at("zakat", at).value)),
    }
