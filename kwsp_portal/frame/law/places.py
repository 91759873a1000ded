"""Where in the portal the numbers of a law are used. tests/frame/test_law_places.py follows each from its view to the module that reads the law."""

from collections.abc import Mapping
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kwsp_portal.frame.public import PUBLIC


class Place(NamedTuple):
    """Somewhere that people or programs meet a number of law. `where` is a URL name, or the module of work that runs without a page."""

    words: str | Promise
    where: str

    @property
    def href(self) -> str:
        """The address, where it is a page that everybody may open."""
        return reverse(self.where) if self.where in PUBLIC and not self.where.startswith("api:") else ""


CALCULATOR = Place(_("Kalkulator caruman"), "calculator:contribution")
CALCULATOR_LIST = Place(_("Kalkulator caruman bagi beberapa pekerja"), "calculator:several")
HELP = Place(_("Bantuan: mengapa angka caruman begitu"), "help:contributions")
CALCULATOR_API = Place(_("API: kalkulator caruman"), "api:calculator-contribution")
MEMBER_API = Place(_("API: caruman sendiri dan sebab angkanya"), "api:me-contributions")
BORANG_A = Place(_("Semakan setiap baris Borang A"), "contributions.services.reading")
ROW = Place(_("Baris Borang A dan sebab angkanya"), "employer:filing_row")
TEMPLATE = Place(_("Templat Borang A"), "employer:template")
UPLOAD = Place(_("Muat naik Borang A"), "employer:filing_new")
SUBMIT = Place(_("Semak sebelum menghantar"), "employer:filing_submit")
MEMBER_MONTH = Place(_("Caruman ahli dan sebab angkanya"), "member:contribution")
SAVINGS = Place(_("Simpanan ahli"), "member:home")
ELECTIONS = Place(_("Pilihan mencarum melebihi kadar berkanun"), "employer:election_new")
OWN_ELECTIONS = Place(_("Pilihan ahli"), "member:elections")
CORRECTIONS = Place(_("Pembetulan Borang A yang telah dikreditkan"), "staff:correction_new")
RECOMPUTE = Place(_("Kiraan semula setakat sesuatu hari (recompute)"), "contributions.management.commands.recompute")
POSTING_CORRECTIONS = Place(_("Pencatatan pembetulan"), "contributions.services.correcting")
CREDITING = Place(_("Pengkreditan ke akaun ahli"), "contributions.services.crediting")
MATCHING = Place(_("Pemadanan baris dalam akaun tergantung"), "employer:suspense_row")
AGES = Place(_("Akaun mengikut umur"), "members.services.ages")
INITIAL_TRANSFER = Place(_("Pindahan amaun permulaan"), "member:initial_transfer")
MENDING = Place(_("Pembetulan baris Borang A sebelum dihantar"), "employer:row_mend")
WAGE_LIST = Place(_("Senarai upah"), "employer:wage_list")
DUTIES = Place(_("Tanggungjawab majikan"), "help:duties")
LATE_CALCULATOR = Place(_("Kalkulator caj lewat bayar"), "calculator:late_charge")
LATE_API = Place(_("API: kalkulator caj lewat bayar"), "api:calculator-late-charge")
INCENTIVE_CALCULATOR = Place(_("Kalkulator i-Saraan dan i-Suri"), "calculator:incentive")
ISARAAN = Place("i-Saraan", "help:isaraan")
INCENTIVE_API = Place(_("API: kalkulator i-Saraan dan i-Suri"), "api:calculator-incentive")
ARREARS = Place(_("Tunggakan majikan"), "employer:arrears")
LATE_PAYING = Place(_("Bayaran caj dan dividen lewat"), "employer:filing_pay")
LATE_CREDITING = Place(_("Pengkreditan dividen atas caruman lewat"), "contributions.services.late_crediting")
VOLUNTARY_REVERSALS = Place(_("Caruman sukarela dibalikkan"), "staff:voluntary_reversal")
WRONG_CREDITS = Place(_("Kredit kepada ahli yang salah"), "staff:wrong_credit")
LATE_BATCH = Place(_("Caj lewat bayar yang dikira setiap hari"), "contributions.services.late_charges")
DIVIDEND_RATES = Place(_("Dividen sejak 1952"), "help:dividends")
DIVIDENDS = Place(_("Pengkreditan dividen"), "members.services.dividends")
DIVIDENDS_DUE = Place(_("Penyelesaian dividen terhutang"), "members.services.dividends_due")
DIVIDENDS_BEFORE = Place(_("Dividen bersama pengeluaran penuh"), "members.services.dividends_before")
DECLARING = Place(_("Pengisytiharan kadar dividen"), "members.services.declaring")
OWN_DIVIDENDS = Place(_("Dividen ahli dan sebab angkanya"), "member:dividend")
ELECTION_FILES = Place(_("Fail pilihan daripada majikan"), "employer:election_file_new")

ASSESSING = Place(_("Taksiran KWSP 7"), "staff:assessment")
INSTALMENTS = Place(_("Pelan ansuran majikan"), "employer:instalment_plan_new")
INSTALMENT_PLANS = Place(_("Pelan ansuran bagi pegawai"), "staff:instalment_plan")
INSTALMENT_DAYS = Place(_("Peringatan dan tamatnya pelan ansuran"), "contributions.services.instalment_days")
OVERPAYMENT = Place(_("Permohonan KWSP 14"), "employer:overpayment_new")
VOLUNTARY = Place(_("Caruman sukarela"), "member:voluntary")
PAYING_VOLUNTARY = Place(_("Bayaran caruman sukarela"), "member:voluntary_pay")
MONTHLY_DEBITS = Place(_("Debit bulanan"), "member:monthly_debits")
VOLUNTARY_CREDITING = Place(_("Pengkreditan caruman sukarela"), "contributions.services.voluntary_crediting")
COUNTERS = Place(_("Bayaran kaunter"), "counter:receipt_new")
AGENTS = Place(_("Caruman sukarela melalui ejen bank"), "contributions.services.receipt_voluntary")
REGISTERING = Place(_("i-Saraan dan i-Suri"), "member:isaraan")
INCENTIVE_RUNS = Place(_("Insentif Kerajaan"), "staff:incentive_run")
INCENTIVE_RECKONING = Place(_("Kiraan insentif setiap separuh tahun"), "contributions.services.incentive_runs")
INCENTIVE_CREDITING = Place(_("Pengkreditan insentif Kerajaan"), "contributions.services.incentive_credits")
INCENTIVE_ENDS = Place(_("Makluman tentang umur dan had insentif"), "contributions.services.incentive_ends")
WITHDRAWAL_CALCULATOR = Place(_("Kalkulator pengeluaran"), "calculator:withdrawal")
WITHDRAWAL_API = Place(_("API: kalkulator pengeluaran"), "api:calculator-withdrawal")
KHAS = Place(_("Pengeluaran Khas: soalan dan kalkulator"), "khas")
KHAS_DECIDING = Place(_("Pengeluaran Khas yang diputuskan setiap hari"), "withdrawals.services.khas")
WITHDRAWAL_DESK = Place(_("Permohonan pengeluaran"), "staff:withdrawal")
WITHDRAWALS = Place(_("Pengeluaran: syarat, amaun dan dokumen setiap jenis"), "withdrawals.kinds")

_OF_SHARES = (
    CALCULATOR,
    CALCULATOR_LIST,
    HELP,
    DUTIES,
    CALCULATOR_API,
    UPLOAD,
    BORANG_A,
    ROW,
    TEMPLATE,
    MENDING,
    WAGE_LIST,
    ELECTIONS,
    ELECTION_FILES,
    MEMBER_MONTH,
    MEMBER_API,
    SAVINGS,
    CORRECTIONS,
    OVERPAYMENT,
    ASSESSING,
    RECOMPUTE,
)

_OF_VOLUNTARY = (
    VOLUNTARY,
    PAYING_VOLUNTARY,
    MONTHLY_DEBITS,
    COUNTERS,
    AGENTS,
    VOLUNTARY_CREDITING,
    REGISTERING,
    INCENTIVE_RUNS,
    INCENTIVE_RECKONING,
    INCENTIVE_CREDITING,
    INCENTIVE_ENDS,
)

_OF_WITHDRAWALS = (WITHDRAWALS, WITHDRAWAL_CALCULATOR, WITHDRAWAL_API)

_OF_DIVIDENDS = (DIVIDEND_RATES, DIVIDENDS, DIVIDENDS_DUE, DIVIDENDS_BEFORE, DECLARING, OWN_DIVIDENDS)

PLACES: Mapping[str, tuple[Place, ...]] = {
    "third_schedule": (*_OF_SHARES, ARREARS, LATE_BATCH),
    "liable_wages": (CALCULATOR, CALCULATOR_LIST, HELP, UPLOAD, DUTIES),
    "ages": (
        *_OF_SHARES,
        CREDITING,
        MATCHING,
        POSTING_CORRECTIONS,
        WRONG_CREDITS,
        VOLUNTARY_REVERSALS,
        AGES,
        INITIAL_TRANSFER,
        *_OF_DIVIDENDS,
        INCENTIVE_CALCULATOR,
        INCENTIVE_API,
        ISARAAN,
        *_OF_VOLUNTARY,
        ARREARS,
        LATE_BATCH,
        *_OF_WITHDRAWALS,
        KHAS,
        KHAS_DECIDING,
    ),
    "account_split": (
        CREDITING,
        MATCHING,
        POSTING_CORRECTIONS,
        WRONG_CREDITS,
        VOLUNTARY_REVERSALS,
        AGES,
        INITIAL_TRANSFER,
        MEMBER_MONTH,
        MEMBER_API,
        SAVINGS,
        RECOMPUTE,
        PAYING_VOLUNTARY,
        MONTHLY_DEBITS,
        COUNTERS,
        AGENTS,
        VOLUNTARY_CREDITING,
        *_OF_WITHDRAWALS,
        KHAS,
        KHAS_DECIDING,
    ),
    "initial_transfer": (INITIAL_TRANSFER, SAVINGS),
    "replacement": (
        CREDITING,
        MATCHING,
        POSTING_CORRECTIONS,
        WRONG_CREDITS,
        PAYING_VOLUNTARY,
        MONTHLY_DEBITS,
        COUNTERS,
        AGENTS,
        VOLUNTARY_CREDITING,
        MEMBER_MONTH,
        MEMBER_API,
        SAVINGS,
        RECOMPUTE,
        KHAS,
        KHAS_DECIDING,
    ),
    "duties": (DUTIES,),
    "dividend": (*_OF_DIVIDENDS, LATE_CALCULATOR, DUTIES, LATE_API, ARREARS, LATE_PAYING, LATE_CREDITING, LATE_BATCH, INSTALMENTS, INSTALMENT_PLANS),
    "value_date": (CREDITING, POSTING_CORRECTIONS, UPLOAD, SUBMIT, MEMBER_MONTH, MEMBER_API, SAVINGS),
    "late": (LATE_CALCULATOR, DUTIES, LATE_API, ARREARS, LATE_PAYING, LATE_CREDITING, LATE_BATCH, INSTALMENTS, INSTALMENT_PLANS),
    "overpayment": (OVERPAYMENT,),
    "instalment": (ARREARS, INSTALMENTS, INSTALMENT_PLANS, INSTALMENT_DAYS),
    "incentive": (INCENTIVE_CALCULATOR, INCENTIVE_API, ISARAAN, SAVINGS, *_OF_VOLUNTARY),
    "withdrawal": (WITHDRAWALS,),
    "khas_2022": (WITHDRAWALS, KHAS, KHAS_DECIDING),
    "withdrawal_desk": (WITHDRAWAL_DESK,),
    "housing": (WITHDRAWALS,),
    "education": (WITHDRAWALS,),
    "correction": (POSTING_CORRECTIONS, MEMBER_MONTH, MEMBER_API, ROW),
    "election": (
        ELECTIONS,
        ELECTION_FILES,
        OWN_ELECTIONS,
        UPLOAD,
        BORANG_A,
        ROW,
        TEMPLATE,
        MENDING,
        WAGE_LIST,
        MEMBER_MONTH,
        MEMBER_API,
        CORRECTIONS,
        OVERPAYMENT,
        RECOMPUTE,
    ),
}
"""What a member, an employer or an officer meets. tests/frame/test_law_places.py derives from the imports which modules ask each law."""
