"""The port by which money leaves the fund: one file of payouts a business day, and the bank's answer to it, row by row (docs/decisions.md).

No source describes the bank's files; their form is the house's own (assumed), with the keys of FPX and SHA-256. `desk.configured()` is the portal's
side; `files` writes and reads both files, `messages` has what asks for an answer. What is paid, and to whom, is members.services.payouts' to say.
"""
