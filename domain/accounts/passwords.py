"""Which passwords may be used (NIST SP 800-63B-4, 3.1.1.2): long ones that are not tried first. No composition rules, no truncation."""

import unicodedata
from collections.abc import Iterable

from domain.common.errors import Invalid

LEAST = 15
"""Characters of a password that may stand alone."""
MOST = 1024
GUESSABLE = 1e10
"""A password that zxcvbn's lists and patterns find within this many tries counts as common."""
_LOOKED_AT = 48
"""Characters that are compared with the lists; comparing takes longer than in proportion to the length."""
_HABITS = {
    'repeat': 'it repeats itself',
    'sequence': 'it follows a sequence',
    'spatial': 'it follows the keyboard',
    'date': 'it is mostly a date',
}


def normal(password: str) -> str:
    """The form that is counted and hashed: NFC, so that what looks the same is the same on every keyboard (RFC 8265, 4.2)."""
    return unicodedata.normalize('NFC', password)


def checked_password(password: str, *, context: Iterable[str] = ()) -> str:
    """A password that may be used, in NFC; raises ``Invalid`` with the reason and what to do.

    Counted in code points, 15 to 1024. Refused is what is easily found: passwords that many people use, and what is made of them, of
    repetitions, sequences, or of ``context`` (the e-mail address, the names of the person and the enterprise).
    """
    password = normal(password)
    if len(password) < LEAST:
        raise Invalid(
            f'a password has {LEAST} characters or more, this one has {len(password)}; several words make a good one',
            field='password',
        )
    if len(password) > MOST:
        raise Invalid(f'a password has at most {MOST} characters, this one has {len(password)}', field='password')
    if any('\ud800' <= char <= '\udfff' for char in password):
        raise Invalid('the password contains half a character; type it again', field='password')
    words = _words(context)
    from zxcvbn import zxcvbn  # its lists take 9 MB, which a server whose people all have their passwords does not need

    found = zxcvbn(password[:_LOOKED_AT], user_inputs=words)
    if found['guesses'] < GUESSABLE:
        raise Invalid(
            f'this password is among the first that an attacker would try: {_because(found["sequence"])}; '
            'take several words that have nothing to do with each other',
            field='password',
        )
    return password


def _words(context: Iterable[str]) -> list[str]:
    """What a guesser who knows whose password it is would try."""
    words = ['cellwarden']
    for each in context:
        words.append(each)
        words += ''.join(char if char.isalnum() else ' ' for char in each).split()
    return [word for word in words if len(word) > 2]


def _because(sequence: list[dict[str, str]]) -> str:
    longest = max(sequence, key=lambda match: len(match['token']))
    if longest['pattern'] == 'dictionary':
        if longest.get('dictionary_name') == 'user_inputs':
            return 'it is made of your name, address or company'
        return 'it is made of a common password'
    return _HABITS.get(longest['pattern'], 'it is too simple')
