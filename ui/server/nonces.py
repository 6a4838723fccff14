"""The word that lets the inline scripts of one answer run (Content Security Policy)."""

from collections.abc import MutableMapping
from typing import Any

NONCE = 'cellwarden.nonce'


def nonce_of(scope: MutableMapping[str, Any]) -> str:
    """What the inline scripts of the page must carry that is asked for."""
    found: str = scope.get(NONCE, '')
    return found
