"""Labels as addresses and topics write them: ``site=port-1,site=port-2,line=a``."""


def read_labels(text: str) -> dict[str, frozenset[str]]:
    """By key the values, any of which may be there."""
    labels: dict[str, frozenset[str]] = {}
    for pair in filter(None, text.split(',')):
        key, _, value = (part.strip() for part in pair.partition('='))
        labels[key] = labels.get(key, frozenset()) | {value}
    return labels
