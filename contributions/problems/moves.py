"""Words for an act on a filing that is refused, by the code of services.moves.NotAllowed: the status of its answer, and why (Malay msgids)."""

from typing import Any, Final

from django.utils.translation import gettext_lazy

NOT_ALLOWED: Final[dict[str, tuple[int, Any]]] = {
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini. Mohon pentadbir majikan anda.")),
    "OWN_WORK": (403, gettext_lazy("Anda menyediakan Borang A ini. Orang lain mesti meluluskan atau memulangkannya.")),
    "ELECTIONS_CHANGED": (
        409,
        gettext_lazy(
            "Pilihan caruman seseorang telah berubah selepas fail ini dibaca. "
            "Penyedia menyemak semula fail yang sama dengan pilihan terkini; yang menunggu kelulusan dipulangkan dahulu."
        ),
    ),
    "NO_SHEET": (422, gettext_lazy("Helaian itu tiada dalam senarai. Pilih satu daripada helaian yang ditunjukkan.")),
    "ROWS_LEFT": (409, gettext_lazy("Ada baris yang salah: betulkan dahulu, atau hantar baris yang sah sahaja dan biar yang lain dalam tambahan.")),
    "NOTHING_GOOD": (409, gettext_lazy("Tiada baris sah untuk dihantar. Betulkan baris dahulu.")),
    "FILED_TWICE": (409, gettext_lazy("Seseorang sudah ada dalam Borang A lain bagi bulan ini. Tinggalkan barisnya di sini dahulu.")),
    "FILED_CHANGED": (
        409,
        gettext_lazy(
            "Apa yang telah difailkan bagi seseorang berubah selepas bezanya dikira. Penyedia membuka barisnya dan menyimpannya sekali lagi; yang "
            "menunggu kelulusan dipulangkan dahulu."
        ),
    ),
    "PAYMENT_BEGUN": (409, gettext_lazy("Bayaran bagi Borang A ini sudah bermula: ia tidak boleh dibatalkan lagi.")),
    "ROW_CHANGED": (409, gettext_lazy("Rakan sekerja membetulkan baris sementara itu. Keadaan terkini ditunjukkan di bawah: semak dan cuba lagi.")),
    "LAW_CHANGED": (409, gettext_lazy("Jadual yang dipegang portal berubah selepas fail ini dibaca. Baca fail yang sama sekali lagi.")),
    "NOTHING_LEFT": (409, gettext_lazy("Selepas ini tiada caruman kena dibayar dalam Borang A ini. Buang Borang A ini jika itu yang dimaksudkan.")),
    "NO_REMEDY": (422, gettext_lazy("Sebab ini tidak boleh dibetulkan sekali gus: setiap baris perlu dilihat sendiri.")),
    "TWICE": (409, gettext_lazy("Betulan ini tidak boleh dibatalkan: seseorang akan ada dua kali dalam Borang A ini.")),
    "NOT_FREE": (
        409,
        gettext_lazy("Wang ini tidak boleh dipulangkan sekarang: sebahagiannya ditahan untuk perkara lain, atau akaunnya dibekukan. Hubungi KWSP."),
    ),
    "DECLARATION_MISSING": (422, gettext_lazy("Tandakan pengakuan sebelum menghantar")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya penyedia tahu apa yang perlu dibetulkan")),
}
