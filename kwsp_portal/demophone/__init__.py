"""The demo phone: a simulator of an SMS and e-mail provider and of the phones it delivers to, a program of its own with its own database and key."""
