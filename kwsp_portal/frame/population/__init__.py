"""A made-up population with a history, for demo and benchmarks. Nobody in it exists."""
