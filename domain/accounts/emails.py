"""E-mail addresses as people type them."""

import unicodedata

from domain.common.errors import Invalid
from domain.common.text import clean_line


def typed_email(email: str) -> str:
    """An e-mail address as accounts are found by it; it may be anything."""
    return unicodedata.normalize('NFC', email).strip().casefold()


def checked_email(email: str) -> str:
    """An e-mail address in lower case; raises ``Invalid``."""
    email = clean_line(email, 'email', most=254).casefold()
    local, _, domain = email.rpartition('@')
    if not local or not domain or ' ' in email:
        raise Invalid('write an e-mail address such as ana@example.com', field='email')
    return email
