"""Entity tags that a client names in ``If-None-Match`` (RFC 9110, 13.1.2)."""


def named(asked: str) -> frozenset[str]:
    """The opaque parts of the tags in the value of the header, ``*`` as it is. Weak ones are as good, as always for this header."""
    return frozenset(one.strip().removeprefix('W/').strip('"') for one in asked.split(','))
