"""The limits of the transaction code (TAC), as ruling 27 assumes them; NIST SP 800-63B-4, 3.2.2 and 3.1.3 allow no more than 10 minutes and 100.

P(a guessed code) = evaluated wrong guesses / 10^6 (reliability.md, 4.3): 10 a day and 30 in a row keep it under 1e-5 a day and 3e-5 ever for a
person; the meter keeps a spray over everybody under 0.01 persons a day.
"""

from environ import Env

_env = Env()

TAC = {
    "valid_seconds": _env.int("TAC_VALID_SECONDS", default=180),  # ruling 27: 3 minutes
    "tries_a_code": _env.int("TAC_TRIES_A_CODE", default=3),  # ruling 27
    "wrong_a_day": _env.int("TAC_WRONG_A_DAY", default=10),  # ruling 27: a person, any 24 hours
    "wrong_in_a_row": _env.int("TAC_WRONG_IN_A_ROW", default=30),  # ruling 27: a person, then the counter
    "strange_a_day": _env.int("TAC_STRANGE_A_DAY", default=7),  # of wrong_a_day, what is guessed by who is not signed in (tac_limits.DOORS)
    "strange_a_day_door": _env.int("TAC_STRANGE_A_DAY_DOOR", default=6),  # of these, at one door: recovery, or what asks for the password first
    "strange_a_day_here": _env.int("TAC_STRANGE_A_DAY_HERE", default=4),  # of these, from one address: the other door has a whole code left
    "strange_in_a_row": _env.int("TAC_STRANGE_IN_A_ROW", default=15),  # of wrong_in_a_row, likewise
    "strange_in_a_row_door": _env.int("TAC_STRANGE_IN_A_ROW_DOOR", default=12),  # of these, at one door
    "strange_in_a_row_here": _env.int("TAC_STRANGE_IN_A_ROW_HERE", default=8),  # of these, from one address
    "strange_codes_an_hour": _env.int("TAC_STRANGE_CODES_AN_HOUR", default=4),  # of codes_an_hour, likewise
    "strange_codes_an_hour_here": _env.int("TAC_STRANGE_CODES_AN_HOUR_HERE", default=3),  # of these, at one door from one address
    "resend_seconds": _env.int("TAC_RESEND_SECONDS", default=60),  # ruling 27
    "codes_an_hour": _env.int("TAC_CODES_AN_HOUR", default=5),  # ruling 27: sent and not answered rightly
    "meter_a_day": _env.int("TAC_METER_A_DAY", default=10_000),  # ruling 27 and reliability.md 4.3: wrong guesses of all persons together
    "approval_seconds": _env.int("TAC_APPROVAL_SECONDS", default=300),  # how long an unspent approval waits for its act
    "cooling_hours": _env.int("TAC_COOLING_HOURS", default=24),  # issue of step 4; RMiT: after a change of phone
    "keep_days": _env.int("TAC_KEEP_DAYS", default=90),  # rows of codes and guesses, then the batch prunes them (PostgreSQL refuses sooner)
}

RECOVERY = {
    "waits": tuple(
        _env.list("RECOVERY_WAITS", cast=int, default=[1, 20, 40, 60])
    ),  # minutes, after each ask of a day for one number from one address (the first: no sooner
    # than resend_seconds, or a person's open code would be told from a decoy):
    # no more than three within an hour, so that of strange_codes_an_hour one is left for who asks from elsewhere
    "asks_an_address": _env.int("RECOVERY_ASKS_AN_ADDRESS", default=30),  # an hour, from one address, for whatever number
}

EMAIL_PROOF = {
    "valid_hours": _env.int("EMAIL_PROOF_HOURS", default=24),  # mail may be slow; a code proves the mailbox and approves nothing
    "tries": _env.int("EMAIL_PROOF_TRIES", default=5),  # wrong codes an address
    "resend_seconds": _env.int("EMAIL_PROOF_RESEND_SECONDS", default=60),
    "sendings": _env.int("EMAIL_PROOF_SENDINGS", default=3),  # codes to one address
    "asks_a_day": _env.int("EMAIL_PROOF_ASKS_A_DAY", default=5),  # addresses a person: strangers' mailboxes are not flooded in our name
}
