"""Pages about employers."""
