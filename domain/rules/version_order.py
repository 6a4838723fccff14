"""The order of versions as makers write them, for the function ``version()`` of rules.

Parts are numbers (9.13 comes before 10.2, 12 is 12.0), and what stands behind them says more: a pre-release comes before its release and
after the one before (Semantic Versioning 2.0.0, 11; PEP 440), everything else comes after its release, as the revision of a distribution
does (Debian Policy, 5.6.12). A date reads as its three numbers. What ``+`` begins is the mark of a build and counts for nothing (Semantic
Versioning 2.0.0, 10), and so does what stands in brackets.
"""

import re
from functools import lru_cache

from cel_expr_python import cel

from domain.common.reading import shown

MOST_CHARACTERS = 100
"""A longer text is no version; reading one costs by its characters."""

_VERSION = re.compile(r'(?P<name>(?:[a-z][a-z0-9]*[\s_/-]+)*)[a-z]*(?P<release>[0-9]+(?:\.[0-9]+)*)(?P<rest>[^+]*)')
"""A name may stand before the number, as in ``Android 16`` and ``RUT9_R_00.07.04``, and a letter, as in ``v1.2``."""
_ASIDE = re.compile(r'\([^()]*\)')
_WORD = re.compile(r'([0-9]+)|((?:cr|[abcm])(?=[0-9]))|([a-z]+)|~')
_BEFORE = frozenset(
    {
        'alpha',
        'beta',
        'canary',
        'dev',
        'ea',
        'eap',
        'insider',
        'milestone',
        'nightly',
        'pre',
        'preview',
        'rc',
        'snapshot',
    }
)
"""Words of a pre-release."""
_SHORT = {'a': 'alpha', 'b': 'beta', 'c': 'rc', 'cr': 'rc', 'm': 'milestone'}
"""What they are written as right before a number, as in ``2.0b3``. Alone such a letter comes later: OpenSSL 1.1.1w is a fix of 1.1.1."""
_RELEASED = frozenset({'final', 'ga', 'lts', 'release', 'stable'})
"""Words that say nothing."""

# What may follow a number of a version, in its order.
_PRE, _END, _NUMBER, _TEXT, _PART = map(chr, range(1, 6))


@lru_cache(2048)
def version_key(text: str) -> bytes:
    """Bytes that are in the order of versions, and the same for versions that mean the same. Raises ``ValueError`` for what is none."""
    found = _VERSION.match(_ASIDE.sub(' ', text).strip().lower()) if len(text) <= MOST_CHARACTERS else None
    if found is None or not _BEFORE.isdisjoint(re.findall('[a-z]+', found['name'])):
        raise ValueError(f'{shown(text)} is no version')
    parts = found['release'].split('.')
    while len(parts) > 1 and not parts[-1].strip('0'):
        parts.pop()
    return f'{_PART.join(map(_number, parts))}{_rest(found["rest"])}{_END}'.encode()


def _number(digits: str) -> str:
    """Digits with their count before them: a longer number is a larger one."""
    plain = digits.lstrip('0')
    return f'{chr(len(plain))}{plain}'


def _rest(text: str) -> str:
    """What follows the numbers, word by word. What makes a pre-release stands before everything else that may follow."""
    key = ''
    is_before = False
    for number, short, word in _WORD.findall(text):
        if number:
            key += f'{_NUMBER}{_number(number)}'
            continue
        if not is_before and (not word or word in _BEFORE):
            key += _PRE
            is_before = True
        if short:
            key += f'{_TEXT}{_SHORT[short]}\0'
        elif word and word not in _RELEASED:
            key += f'{_TEXT}{word}\0'
    return key


FUNCTIONS = (
    cel.FunctionDecl(
        'version', [cel.Overload('version_of_text', cel.Type.BYTES, [cel.Type.STRING], False, version_key)]
    ),
)
"""What rules can call beside the functions of CEL. The order of versions is that of bytes, which nothing else in a rule is."""
