"""The demo bank: a simulator of FPX and of the payer's bank, a program of its own with its own database and key."""
