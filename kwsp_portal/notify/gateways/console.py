"""Onto the terminal of whoever runs the worker, for a developer without a provider. Secrets are readable there: never in production."""

import sys

from kwsp_portal.notify.gateways import Outcome, Outgoing, Taken


class Console:
    def send(self, message: Outgoing) -> Outcome:
        sys.stdout.write(f"--- to {message.to} {message.subject}\n{message.body}\n---\n")
        sys.stdout.flush()
        return Taken("console")

    def close(self) -> None:
        """Nothing is kept open."""
