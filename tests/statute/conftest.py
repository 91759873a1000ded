"""Hypothesis draws the same cases every time and watches no clock: nothing here depends on luck or on the machine's speed."""

from hypothesis import HealthCheck, settings

settings.register_profile("portal", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")
