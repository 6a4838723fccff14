"""The OpenAPI document as a reader needs it: operations by subject, with every field, who may ask, and an example of each part."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
_DEPTH = 3
"""Levels of objects within objects whose fields are listed."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of a body: where it stands (``path``, ``query``, ``header``, ``body``), its type in words."""

    name: str
    where: str
    kind: str
    required: bool
    text: str = ''
    example: str = ''
    choices: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path. ``door`` is the kind of token that opens it, ``scope`` what a program or person needs."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    subject: str
    door: str
    scope: str
    parameters: tuple[Field, ...]
    body_type: str
    body: str
    fields: tuple[Field, ...]
    status: str
    answer_kind: str
    answer: str
    answer_fields: tuple[Field, ...]

    @property
    def words(self) -> str:
        """What a search looks at."""
        names = ' '.join(field.name for field in (*self.parameters, *self.fields, *self.answer_fields))
        return f'{self.method} {self.path} {self.summary} {self.text} {self.subject} {self.scope} {names}'.lower()


def operations(document: Document) -> list[Operation]:
    """Every operation, in the order of the document."""
    return [
        _operation(document, path, method, said)
        for path, item in document['paths'].items()
        for method, said in item.items()
    ]


def _operation(document: Document, path: str, method: str, said: Mapping[str, Any]) -> Operation:
    door, scopes = next(iter(said['security'][0].items()))
    content: Mapping[str, Any] = said.get('requestBody', {}).get('content', {})
    body_type = next(iter(content), '')
    media = content.get(body_type, {})
    schema = media.get('schema', {})
    status, answer = next((code, each) for code, each in said['responses'].items() if code.startswith('2'))
    told = answer.get('content', {}).get('application/json', {}).get('schema', {})
    example = media.get('example', _example(document, schema))
    name = said['operationId'].partition('_api_v1')[0]
    return Operation(
        id=name,
        method=method.upper(),
        path=path,
        summary=said['summary'],
        text=said.get('description', ''),
        subject=said['tags'][0],
        door=door,
        scope=scopes[0] if scopes else '',
        parameters=tuple(_parameter(document, each) for each in said.get('parameters', ())),
        body_type=body_type,
        body='' if example is None else json.dumps(example, indent=2, ensure_ascii=False),
        fields=tuple(_fields(document, schema)),
        status=status,
        answer_kind=_kind(document, told) if told else '',
        answer=json.dumps(_example(document, told), indent=2, ensure_ascii=False) if told else '',
        answer_fields=tuple(_fields(document, told)),
    )


def _parameter(document: Document, said: Mapping[str, Any]) -> Field:
    schema = said.get('schema', {})
    return Field(
        name=said['name'],
        where=said['in'],
        kind=_kind(document, schema),
        required=bool(said.get('required')),
        text=said.get('description', '') or schema.get('description', ''),
        example=str(said.get('example', '')),
        choices=_choices(document, schema),
        many=any(one.get('type') == 'array' for one in _alternatives(document, schema)),
    )


def _fields(document: Document, schema: Mapping[str, Any], before: str = '', depth: int = 0) -> Iterator[Field]:
    """The fields of an object, of the items of an array, and of objects within, by dotted names."""
    for each in _alternatives(document, schema):
        if each.get('type') == 'array' and isinstance(each.get('items'), Mapping):
            yield from _fields(document, each['items'], before, depth)
        for name, said in each.get('properties', {}).items():
            whole = f'{before}{name}'
            required = name in each.get('required', ())
            text = said.get('description', '')
            yield Field(whole, 'body', _kind(document, said), required, text, choices=_choices(document, said))
            if depth < _DEPTH:
                yield from _fields(document, said, f'{whole}.', depth + 1)


def _alternatives(document: Document, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a schema may be, references followed; ``null`` is left out."""
    found: list[Mapping[str, Any]] = []
    for one in schema.get('anyOf', schema.get('oneOf', (schema,))):
        meant = _resolved(document, one)
        if meant.get('type') != 'null':
            found += [meant] if 'anyOf' not in meant else _alternatives(document, meant)
    return found


def _resolved(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while '$ref' in schema:
        found: Mapping[str, Any] = document
        for part in schema['$ref'].removeprefix('#/').split('/'):
            found = found[part]
        schema = found
    return schema


def _kind(document: Document, schema: Mapping[str, Any]) -> str:
    """Its type in words: ``text``, ``number from 1 to 500``, ``list of Device``."""
    words = dict.fromkeys(_one_kind(document, each) for each in schema.get('anyOf', schema.get('oneOf', (schema,))))
    return ' or '.join(filter(None, words))


def _one_kind(document: Document, schema: Mapping[str, Any]) -> str:
    if '$ref' in schema:
        meant = _resolved(document, schema)
        return 'one of' if 'enum' in meant else str(schema['$ref'].rpartition('/')[2])
    kind = schema.get('type', '')
    names = kind if isinstance(kind, list) else [kind]
    words = [_WORDS.get(name, str(name)) for name in names]
    if 'array' in names:
        inner = _kind(document, schema.get('items', {})) if isinstance(schema.get('items'), Mapping) else ''
        whole = 'any of' if inner == 'one of' else f'list of {inner}' if inner else 'list'
        words[names.index('array')] = whole
    if schema.get('format') == 'date-time':
        words = ['moment (RFC 3339)']
    low, high = schema.get('minimum'), schema.get('maximum')
    bounds = f' from {low} to {high}' if low is not None and high is not None else ''
    longest = f', at most {schema["maxLength"]} characters' if 'maxLength' in schema else ''
    return ' or '.join(words) + bounds + longest


_WORDS = {'string': 'text', 'integer': 'whole number', 'boolean': 'true or false', 'null': 'null', 'object': 'object'}


def _choices(document: Document, schema: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for each in _alternatives(document, schema):
        inner = each.get('items', {}) if each.get('type') == 'array' else {}
        found += [str(value) for value in (each.get('enum') or _resolved(document, inner).get('enum') or ())]
    return tuple(found)


def _example(document: Document, schema: Mapping[str, Any]) -> Any:
    """The example of a schema; of an array or a page, one item."""
    meant = _resolved(document, schema)
    if 'examples' in meant:
        return meant['examples'][0]
    if meant.get('type') == 'array':
        return [_example(document, meant.get('items', {}))]
    if 'properties' in meant:
        return {name: _example(document, said) for name, said in meant['properties'].items()}
    return meant.get('default')
