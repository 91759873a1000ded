"""Why an act on a row in suspense is refused, in words, with the status of the answer."""

from django.utils.translation import gettext_lazy as _

NOT_ALLOWED = {
    "NO_RIGHT": (403, _("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, _("Anda yang mencadangkan padanan ini. Orang lain mesti meluluskan atau menolaknya.")),
    "OWN_RECORD": (403, _("Ahli ini ialah anda sendiri. Pegawai lain mesti membuatnya.")),
    "WRONG_STATE": (409, _("Ini tidak boleh dibuat lagi: orang lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "REASON_MISSING": (422, _("Tulis sebab, supaya keputusan ini difahami kemudian")),
    "COMMENT_MISSING": (422, _("Tulis sebab supaya orang yang mencadangkannya tahu apa yang perlu disemak")),
    "NOT_SUSPENDED": (409, _("Ditemui baris yang tiada dalam akaun tergantung, dijangka baris yang dibayar tanpa orangnya dikenali.")),
    "MATCHED": (409, _("Baris ini sudah dipadankan dan dikreditkan kepada ahli.")),
    "ANOTHER_WAITS": (409, _("Cadangan lain bagi baris ini sedang menunggu kelulusan. Selesaikan yang itu dahulu.")),
    "FILED": (
        409,
        _("Ahli ini sudah ada baris lain bagi bulan dan majikan yang sama, maka ini bukan barisnya atau ia difailkan dua kali. Semak baris itu."),
    ),
    "TOO_OLD": (409, _("Ahli ini sudah melepasi umur 75 tahun: tiada lagi yang boleh dikreditkan. Wang itu kekal dalam akaun tergantung.")),
    "BUSY": (409, _("Dividen atas kelewatan Borang A ini sedang dikreditkan. Cuba lagi sebentar lagi.")),
    "FROZEN": (409, _("Akaun tergantung ini dibekukan sementara satu semakan dibuat. Tiada apa-apa dicatat. Cuba lagi kemudian.")),
}
