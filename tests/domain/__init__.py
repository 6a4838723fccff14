"""The rules of the house, each shown once."""
