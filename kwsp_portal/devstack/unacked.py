"""Gives back to the queue what a dead worker held.

Celery holds a message it has taken in `unacked` until it is done; after a kill it comes back on
its own only when the visibility timeout and a slow sweep are over. Right before the only worker
of a broker starts, nobody can hold anything: everything is given back at once.
"""

from typing import Any

from kombu import Connection


def give_back(broker_url: str) -> bool:
    """Puts held messages back; False if the broker cannot be asked (the jobs' sweep finds the work)."""
    connection: Any = Connection(broker_url, transport_options={"visibility_timeout": 0})
    try:
        # Not `default_channel`: that one waits for a broker that is down.
        connection.channel().qos.restore_visible(num=-1, interval=1)
    except connection.connection_errors:
        return False
    finally:
        connection.release()
    return True
