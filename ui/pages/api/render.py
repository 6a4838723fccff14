"""An operation as HTML, readable before and without any script; the component beside it adds search, copying and trying."""

import json
import re
from collections.abc import Callable, Iterable
from html import escape

from ui.pages.api.examples import curl, python
from ui.pages.api.reference import Field, Operation

_DOORS = {
    'program': '',
    'device': 'A device asks this with its credential (<code>cwd_…</code>), which it is told when it is enrolled.',
    'enrolment': 'A device that is not enrolled yet asks this with an enrolment token (<code>cwe_…</code>).',
}


def prose(text: str) -> str:
    """Lines as paragraphs; ``code`` and **strong** as the description writes them."""
    whole = escape(re.sub(r'\n(?!\*\*|\n)', ' ', text.strip()), quote=False)
    whole = re.sub(r'``?([^`]+)``?', r'<code>\1</code>', whole)
    whole = re.sub(r'\*\*([^*]+)\*\*', r'<b>\1</b>', whole)
    return ''.join(f'<p>{line}</p>' for line in whole.splitlines() if line.strip())


def subjects(operations: Iterable[Operation], address: str, may: Callable[[str], bool]) -> str:
    """A section for each subject; ``may`` says whether the reader's role includes a scope."""
    parts: dict[str, list[str]] = {}
    for operation in operations:
        parts.setdefault(operation.subject, []).append(_operation(operation, address, may))
    return ''.join(
        f'<section class="cw-card cw-api-part" aria-labelledby="part-{escape(name)}"><header><h2 id="part-{escape(name)}">'
        f'{escape(name.replace("_", " ").replace("-", " ").capitalize())}</h2></header>{"".join(found)}</section>'
        for name, found in parts.items()
    )


def _operation(operation: Operation, address: str, may: Callable[[str], bool]) -> str:
    tried = _tried(operation) if operation.door == 'program' and may(operation.scope) else ''
    return (
        f'<details class="cw-op" id="{escape(operation.id)}" data-words="{escape(operation.words)}"{tried}>'
        f'<summary><span class="verb {operation.method.lower()}">{operation.method}</span>'
        f'<code>{_breaking(operation.path)}</code><span class="what">{escape(operation.summary)}</span></summary>'
        f'<div class="body">{prose(operation.text)}{_asked_of(operation, may)}'
        f'{_table("Parameters", operation.parameters)}'
        f'{_table(f"Body: {operation.body_type}", operation.fields)}{_code("Example of the body", operation.body)}'
        f'{_code("curl", curl(operation, address))}{_code("Python", python(operation, address))}'
        f'{_answer(operation)}</div></details>'
    )


def _tried(operation: Operation) -> str:
    fields = [
        {'name': field.name, 'where': field.where, 'required': field.required, 'choices': field.choices, 'many': field.many,
         'example': field.example}
        for field in operation.parameters
    ]  # fmt: skip
    said = {'method': operation.method, 'path': operation.path, 'summary': operation.summary, 'fields': fields,
            'body': operation.body, 'type': operation.body_type}  # fmt: skip
    return f' data-try="{escape(json.dumps(said))}"'


def _asked_of(operation: Operation, may: Callable[[str], bool]) -> str:
    if operation.door != 'program':
        return f'<p class="cw-quiet">{_DOORS[operation.door]}</p>'
    mine = 'Your role includes it.' if may(operation.scope) else 'Your role does not include it.'
    return f'<p class="cw-quiet">A token needs the scope <code>{escape(operation.scope)}</code>. {mine}</p>'


def _answer(operation: Operation) -> str:
    if not operation.answer:
        return f'<h3>Answer: {escape(operation.status)}, without a body</h3>'
    return _table(f'Answer: {operation.status} {operation.answer_kind}', operation.answer_fields) + _code(
        'Example of the answer', operation.answer
    )


def _table(title: str, fields: tuple[Field, ...]) -> str:
    if not fields:
        return ''
    rows = ''.join(
        f'<div><dt><code>{_breaking(field.name)}</code>{_place(field)}</dt>'
        f'<dd>{escape(field.kind)}{_choices(field)}{_text(field)}</dd></div>'
        for field in fields
    )
    return f'<h3>{escape(title)}</h3><dl class="fields">{rows}</dl>'


def _place(field: Field) -> str:
    words = [field.where] if field.where != 'body' else []
    words += ['required'] if field.required and field.where != 'path' else []
    return f'<span class="cw-quiet">{", ".join(words)}</span>' if words else ''


def _choices(field: Field) -> str:
    return ': ' + ', '.join(f'<code>{escape(choice)}</code>' for choice in field.choices) if field.choices else ''


def _text(field: Field) -> str:
    return (
        f'<span class="cw-quiet">{prose(field.text).removeprefix("<p>").removesuffix("</p>")}</span>'
        if field.text
        else ''
    )


def _code(title: str, text: str) -> str:
    return (
        f'<figure class="code"><figcaption>{escape(title)}</figcaption><pre><code>{escape(text)}</code></pre></figure>'
        if text
        else ''
    )


def _breaking(path: str) -> str:
    """A path or dotted name that may break where its parts meet."""
    return re.sub(r'([/.:])(?=[\w{])', r'\1<wbr>', escape(path))
