"""The demo phone's words in both languages, side by side: it is a program of its own and shares no catalogue with the portal."""

DEFAULT = "ms"
LANGUAGES = ("ms", "en")

_PAIRS: dict[str, tuple[str, str]] = {
    "phone": ("Telefon Demo", "Demo Phone"),
    "banner": ("Simulator. Tiada SMS atau e-mel sebenar yang dihantar.", "Simulator. No real SMS or e-mail is sent."),
    "skip": ("Terus ke kandungan", "Skip to content"),
    "language": ("Bahasa", "Language"),
    "sections": ("Bahagian", "Sections"),
    "SMS": ("SMS", "SMS"),
    "EMAIL": ("E-mel", "E-mail"),
    "SMS_all": ("Semua telefon", "All phones"),
    "EMAIL_all": ("Semua peti mel", "All mailboxes"),
    "SMS_to": ("Nombor telefon", "Phone number"),
    "EMAIL_to": ("Alamat e-mel", "E-mail address"),
    "open": ("Buka", "Open"),
    "SMS_none": (
        "Belum ada SMS. SMS muncul di sini sebaik sahaja portal menghantarnya.",
        "No SMS yet. They appear here as soon as the portal sends them.",
    ),
    "EMAIL_none": (
        "Belum ada e-mel. E-mel muncul di sini sebaik sahaja portal menghantarnya.",
        "No e-mail yet. It appears here as soon as the portal sends it.",
    ),
    "renews": ("Halaman ini dimuat semula setiap 5 saat.", "This page renews itself every 5 seconds."),
    "stop": ("Henti muat semula", "Stop renewing"),
    "go_on": ("Muat semula setiap 5 saat", "Renew every 5 seconds"),
    "back": ("Kembali ke semua", "Back to all"),
    "behaviour": ("Kelakuan penyedia", "Provider's behaviour"),
    "behaviour_hint": (
        "Berkuat kuasa pada mesej yang portal serahkan selepas ini.",
        "It holds for messages that the portal hands over from now on.",
    ),
    "answer": ("Jawapan kepada portal", "Answer to the portal"),
    "answer_NORMAL": ("Diterima", "Taken"),
    "answer_DOWN": ("Tidak berfungsi (503)", "Out of order (503)"),
    "answer_BUSY": ("Terlalu sibuk (429)", "Too busy (429)"),
    "answer_REFUSE": ("Nombor ditolak", "Number refused"),
    "answer_SILENT": ("Senyap, tidak diterima", "Silent, not taken"),
    "answer_TAKEN_SILENTLY": ("Senyap, tetapi diterima", "Silent, though taken"),
    "answer_GARBLED": ("Tidak boleh dibaca, tetapi diterima", "Unreadable, though taken"),
    "carriage": ("Dalam perjalanan ke telefon", "On the way to the phone"),
    "carriage_NORMAL": ("Sampai", "Arrives"),
    "carriage_LOSE": ("Hilang", "Gets lost"),
    "carriage_TWICE": ("Sampai dua kali", "Arrives twice"),
    "carriage_FAIL": ("Gagal", "Fails"),
    "reporting": ("Laporan penghantaran", "Delivery report"),
    "reporting_NORMAL": ("Selepas sampai", "After arrival"),
    "reporting_FIRST": ("Sebelum jawapan", "Before the answer"),
    "reporting_LATE": ("Lewat 20 saat", "20 seconds late"),
    "reporting_NEVER": ("Tiada", "None"),
    "reporting_REPEATED": ("Tiga kali", "Three times"),
    "reporting_FORGED": ("Tandatangan palsu", "Forged signature"),
    "delay_seconds": ("Lewat, dalam saat", "Delay in seconds"),
    "to": ("Hanya kepada (kosong: semua)", "Only to (empty: everybody)"),
    "left": ("Untuk berapa mesej (0: seterusnya)", "For how many messages (0: from now on)"),
    "save": ("Simpan", "Save"),
    "wrong": ("Semak: ", "Check: "),
    "not_found": ("Halaman ini tidak ada", "There is no such page"),
    "bad_request": ("Permintaan itu tidak boleh dibaca", "That request cannot be read"),
    "error": ("Ralat pada telefon demo", "An error of the demo phone"),
}


def text(key: str, language: str) -> str:
    """The text of a key. Raises KeyError for an unknown one."""
    malay, english = _PAIRS[key]
    return english if language == "en" else malay


def other(language: str) -> str:
    """The other of the two."""
    return LANGUAGES[1 - LANGUAGES.index(language)]
