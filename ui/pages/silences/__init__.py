"""Silences: listed, set up with a preview, changed, ended."""
