"""Secrets handed out once and kept as digests. They carry 256 random bits, so a plain SHA-256 is enough and quick."""

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """A secret such as ``cwd_…`` whose prefix secret scanners can find."""
    return f'{prefix}_{secrets.token_urlsafe(32)}'


def beginning(secret: str) -> str:
    """By what people know one secret from another: its prefix and four more characters, 24 of its 256 random bits."""
    return secret[: secret.index('_') + 5]


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()
