"""Reading what a provider says of a person: the same claim comes in many shapes, and one that cannot be read is not one that is absent."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from domain.common.placeholders import says_nothing

Sources = Sequence[Mapping[str, Any]]
"""The claims of the identity token, then those of the user-info answer, if that was asked for. The first that has a claim decides."""

_MOST_DEPTH = 4
_NAMES = ('name', 'display', 'displayName', 'display_name', 'value')
"""Where the name of a group stands in an object of its own; ``display`` and ``value`` are those of SCIM (RFC 7643, 4.1.2)."""
_SEPARATORS = ('\n', '\t', ';', '|', ',')
"""The first that occurs separates; a distinguished name (RFC 4514) has commas of its own."""
_NOT_HELD = frozenset({'false', 'no', 'off', '0', ''})


class UnreadableError(ValueError):
    """A claim is there and cannot be read. The text says what stands in it, and never a value of it."""


def claim(sources: Sources, path: str) -> Any:
    """What stands at a claim: by its whole name, which may have dots (``https://…/groups``), or by the way into objects.

    ``None`` when it is nowhere. Raises ``UnreadableError`` where the way leads into something that is no object.
    """
    return next((found for source in sources if (found := _at(source, path)) is not None), None)


def groups_in(value: Any, *, known: Collection[str]) -> list[str]:
    """The groups in a claim that is there; ``known`` are those that the rules name, and decide where a text could mean two things.

    Keys of an object, texts and names of objects in a list, and JSON or separated lists in a text are groups. Raises ``UnreadableError``.
    """
    return list(_groups(value, known, 0))


def email_in(sources: Sources, path: str) -> tuple[str, bool]:
    """The e-mail address in a claim, empty where there is none, and whether the provider has verified it.

    ``email_verified`` speaks of the claim ``email`` alone (OpenID Connect Core 1.0, 5.1). Some providers send it as a text: exactly
    "true" counts as true, and nothing else does.
    """
    email = next((told for source in sources if (told := _email(source, path))), '')
    if path != 'email' or not email:
        return email, False
    about = [each for each in sources if text_of(each.get('email')).casefold() in ('', email.casefold())]
    said = next((each['email_verified'] for each in about if each.get('email_verified') is not None), None)
    return email, said is True or (isinstance(said, str) and said == 'true')


def text_of(value: object) -> str:
    """A claim that is a short text, else an empty one."""
    return value if isinstance(value, str) and len(value) <= 1000 else ''


def _email(source: Mapping[str, Any], path: str) -> str:
    """The address in a claim: a text, or a list of just one."""
    try:
        found = _at(source, path)
    except UnreadableError:
        return ''
    return text_of(found[0] if isinstance(found, list) and len(found) == 1 else found)


def _at(found: Any, path: str) -> Any:
    if isinstance(found, str):
        found = _json(found)
    if found is None:
        return None
    if not isinstance(found, Mapping):
        raise UnreadableError(f'{_kind(found)} where an object should be')
    if path in found:
        return found[path]
    for place, letter in enumerate(path):
        if (
            letter == '.'
            and path[:place] in found
            and (deeper := _at(found[path[:place]], path[place + 1 :])) is not None
        ):
            return deeper
    return None


def _groups(value: Any, known: Collection[str], depth: int) -> Iterator[str]:
    if depth > _MOST_DEPTH:
        raise UnreadableError('a list in a list in a list')
    if isinstance(value, str):
        yield from _in_text(value, known, depth)
    elif isinstance(value, list):
        for each in value:
            yield from _element(each, known, depth)
    elif isinstance(value, Mapping):
        name = _name(value)
        yield from [name] if name else _keys(value, known)
    else:
        raise UnreadableError(_kind(value))


def _element(each: Any, known: Collection[str], depth: int) -> Iterator[str]:
    """The group that one element of a list stands for; ``null`` stands for none."""
    if isinstance(each, str):
        yield from _groups(each, known, depth + 1) if each.lstrip()[:1] in ('[', '{') else [each] if each else []
    elif isinstance(each, Mapping):
        if not (name := _name(each)):
            raise UnreadableError('a list with an object that has no name')
        yield name
    elif isinstance(each, int) and not isinstance(each, bool) and any(name.isdecimal() for name in known):
        yield str(each)
    elif each is not None:
        raise UnreadableError(f'a list with {_kind(each)}')


def _keys(value: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """The keys of an object, as Zitadel sends roles: what is said to be false is not held."""
    texts = {what for what in value.values() if isinstance(what, str)}
    if texts & set(known) and not set(value) & set(known):  # a list with a gap, as PHP writes it, or names by their ids
        raise UnreadableError('an object whose values have the groups: let the provider send a list')
    held = [key for key, what in value.items() if what is not None and str(what).casefold() not in _NOT_HELD]
    inner = [name for what in value.values() if isinstance(what, list) for name in what if isinstance(name, str)]
    if not set(held) & set(known) and set(inner) & set(known):
        raise UnreadableError('an object whose lists have the groups: lead into it with a dot')
    return held


def _in_text(value: str, known: Collection[str], depth: int) -> Iterator[str]:
    text = value.strip()
    if text in known:
        yield text
    elif text[:1] in ('[', '{', '"'):
        yield from _groups(_json(text), known, depth + 1)
    elif text and (says_nothing(text) or text.casefold() in ('true', 'false')):
        raise UnreadableError('a text that says nothing')
    elif separator := next((each for each in _SEPARATORS if each in text and not _is_name(text, each)), ''):
        yield from (part.strip() for part in text.split(separator) if part.strip())
    elif text:
        yield from _in_words(text, known)


def _in_words(text: str, known: Collection[str]) -> list[str]:
    """A text with blanks may be one group, as "crane drivers", or several, as scopes are written (RFC 6749, 3.3)."""
    words = text.split()
    hits = [word for word in words if word in known]
    if len(hits) == len(words):
        return words
    if hits:
        raise UnreadableError('a text with blanks, which may be one group or several: let the provider send a list')
    return [text]


def _is_name(text: str, separator: str) -> bool:
    return separator == ',' and all('=' in part for part in text.split(','))


def _name(value: Mapping[str, Any]) -> str:
    """The name of a group that is an object: by one field alone, since people may choose what stands in another."""
    named = next((value[field] for field in _NAMES if field in value), None)
    return named if isinstance(named, str) else ''


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError('a text that is neither a list nor JSON') from None


def _kind(value: object) -> str:
    kinds = {
        bool: 'true or false',
        int: 'a number',
        float: 'a number',
        str: 'a text',
        list: 'a list',
        type(None): 'null',
    }
    return kinds.get(type(value), 'an object')
