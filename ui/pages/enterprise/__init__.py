"""The enterprise as those who decide over its people set it."""
