"""The demo sign-ins that `make run` prints; `manage.py demo_data` makes them (contract)."""

PASSWORD = "kwsp-demo-2026"
TOTP_SECRET = "KWSPDEMOKWSPDEMO"

PEOPLE = (
    ("ahlidemo35 ahlidemo54 ahlidemo56 ahlidemo61", "members of these ages"),
    ("majikanadmin majikanmaker majikanchecker", "employer 10000001: administrator, maker, checker"),
    ("kaunter01 penyelia01", "counter officer, supervisor"),
    ("pegawai01 pegawai02", "withdrawal officers"),
    ("pemeriksa01 pemeriksa02", "inspectors"),
    ("auditor01 pentadbir01 pentadbir02", "auditor, two administrators"),
)


def banner(address: str) -> list[str]:
    """What the person needs to begin, line by line."""
    width = max(len(names) for names, _ in PEOPLE)
    return [
        "",
        f"  KWSP portal: {address}",
        f"  Demo doors: {address}demo/ (bank, phone, clock)",
        "",
        *(f"  {names:<{width}}  {who}" for names, who in PEOPLE),
        "",
        f"  Password of each: {PASSWORD}    Staff's second factor (TOTP secret): {TOTP_SECRET}",
        f"  Members' and employers' codes (TAC), asked for at the first sign-in of a browser: {address}demo/phone/",
        "  Ctrl-C stops everything; the data stays. `make reset` drops it.",
        "",
    ]
