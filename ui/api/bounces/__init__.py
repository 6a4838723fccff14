"""Bounces of mail over the API."""
