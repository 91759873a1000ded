"""The port of direct debit (DDA): mandates asked for and ended at the bank, collection files sent to it, its answer files read.

No source describes today's files (docs/decisions.md); their form is the house's own (assumed), with the keys of FPX and SHA-256.
`desk.configured()` is the portal's side; `files` writes and reads both files, `messages` has what is asked about mandates.
"""
