"""The rules of the application, each shown once."""
