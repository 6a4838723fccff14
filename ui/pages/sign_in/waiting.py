"""How long a person has to wait after too many wrong guesses, as the address of the page says it."""

from fastapi import Request

from domain.sign_in.throttle import spoken

_MOST_WAIT_S = 86_400


def waiting(request: Request) -> str:
    """The wait in words; a minute where the address names none that could be."""
    wait = request.query_params.get('wait', '')
    return spoken(min(int(wait), _MOST_WAIT_S) if wait.isascii() and wait.isdigit() and len(wait) < 9 else 60)
