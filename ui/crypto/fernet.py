"""The seal on secrets that have to be read again: Fernet (AES-128-CBC with HMAC-SHA-256) and the key it uses."""

import base64
import contextlib
import hashlib
import os
import secrets
import string
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from domain.common.errors import Invalid, Unavailable

KEY_FILE = 'secret.key'
LEAST_KEY = 32
MADE_KEY = 64
"""Hexadecimal digits of a key that was made here."""


class FernetSeal:
    """``domain.common.sealing.Seal`` with a key derived from ``key``, a random text of 32 characters or more."""

    def __init__(self, key: str, clock: Callable[[], float] = time.time) -> None:
        if len(key) < LEAST_KEY:
            raise Invalid(
                f'the secret key has {LEAST_KEY} random characters or more, such as openssl rand -hex 32 prints',
                field='CELLWARDEN_SECRET_KEY',
            )
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
        self._clock = clock

    def seal(self, text: str) -> str:
        """The sealed text, printable."""
        return self._fernet.encrypt_at_time(text.encode(), int(self._clock())).decode()

    def open(self, sealed: str, *, within_s: int | None = None) -> str | None:
        """The text; ``None`` when it was not sealed with this key, or longer ago than ``within_s`` seconds."""
        try:
            if within_s is None:
                return self._fernet.decrypt(sealed.encode()).decode()
            return self._fernet.decrypt_at_time(sealed.encode(), within_s, int(self._clock())).decode()
        except (InvalidToken, UnicodeError):
            return None


def kept_key(folder: Path) -> str:
    """The key of this installation, made at the first start; only the server's own user can read it.

    It stands beside the database, not in it, so that a copy of the database alone opens nothing.
    """
    path = folder / KEY_FILE
    if not path.exists():
        made = folder / f'.{KEY_FILE}.{secrets.token_hex(4)}'
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w') as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(made, path)
        made.unlink()
    return checked_key(path)


def checked_key(path: Path) -> str:
    """The key in a file. Raises ``Unavailable`` when it is none, or not all of it."""
    try:
        key = path.read_bytes().decode().strip()
    except UnicodeError:
        key = ''
    made_here = len(key) < MADE_KEY and not set(key) - set(string.hexdigits)
    if len(key) < LEAST_KEY or made_here or not key.isprintable():
        raise Unavailable(
            f'{path} is not a key, or cut short; restore it from a backup '
            '(a new one, openssl rand -hex 32, opens nothing that was sealed with the old one)'
        )
    return key
