"""The field in which labels are typed."""

import re

from domain.common.errors import Invalid
from domain.common.text import clean_labels


def read_labels(text: str) -> dict[str, str]:
    """``key=value`` pairs, one a line. Raises ``Invalid`` for a line that is none, and for a key that comes twice."""
    labels: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in re.split(r'[\n\r]+', text))):
        key, equals, value = (part.strip() for part in line.partition('='))
        if not equals or not key:
            raise Invalid(f'“{line[:60]}” is not a label; write key=value, one a line', field='labels')
        if key in labels:
            raise Invalid(f'{key} is there twice; a device has one value for a key', field='labels')
        labels[key] = value
    return labels


def labels_typed(text: str) -> dict[str, str]:
    """The labels as they would be kept. Raises ``Invalid``, for a key or a value that cannot be one too."""
    return clean_labels(read_labels(text))
