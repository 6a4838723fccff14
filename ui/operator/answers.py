"""What an operator's command is answered, and a refusal in one line."""

from typing import Any

from domain.common.errors import DomainError

Answer = dict[str, Any]
"""Plain JSON, so that it travels from the running server to the command line."""


def line(refusal: DomainError) -> str:
    """A refusal as an operator reads it: with the name of what has to change."""
    return f'{refusal.field}: {refusal.detail}' if refusal.field else refusal.detail
