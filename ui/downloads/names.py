"""Names of files that say what is in them."""

import re
import unicodedata
from collections.abc import Iterable

MOST = 100
"""Characters of a name before its ending."""


def file_name(subject: str, filters: Iterable[str], ending: str = 'csv') -> str:
    """``devices-violating-site-port-1.csv``: the subject, then each filter in letters that every file system takes."""
    words = [_plain(words) for words in filters]
    whole = '-'.join([subject, *filter(None, words)])
    if len(whole) > MOST:
        whole = whole[:MOST].rpartition('-')[0] or whole[:MOST]
    return f'{whole}.{ending}'


def _plain(words: str) -> str:
    letters = unicodedata.normalize('NFKD', words).encode('ascii', 'ignore').decode().lower()
    return re.sub('[^a-z0-9]+', '-', letters).strip('-')
