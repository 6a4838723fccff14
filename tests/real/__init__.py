"""Real servers that tests run against."""
