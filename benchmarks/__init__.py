"""Measured speed: each figure beside its floor, taken in the same run, and the goal it must meet. `python -m benchmarks`.

A module here is a benchmark if it is listed in `benchmarks/__main__.py` and has `measure() -> list[Figure]`.
"""
