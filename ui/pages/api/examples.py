"""How a program asks: the same request in curl and in Python."""

import json
import re
import shlex
from urllib.parse import urlencode

from ui.pages.api.reference import Operation

_TOKENS = {'program': 'CELLWARDEN_TOKEN', 'device': 'DEVICE_CREDENTIAL', 'enrolment': 'ENROLMENT_TOKEN'}


def path_of(operation: Operation) -> str:
    """Its path with names in capitals where ids belong: ``/api/v1/devices/DEVICE_ID``."""
    return re.sub(r'\{(\w+)\}', lambda found: found[1].upper(), operation.path)


def curl(operation: Operation, address: str) -> str:
    """A line for a shell; the token comes from its environment, so that it stands in no history."""
    query = urlencode(_query(operation))
    url = address + path_of(operation) + (f'?{query}' if query else '')
    parts = [f'curl -sS{"" if operation.method == "GET" else f" -X {operation.method}"} {shlex.quote(url)}']
    parts.append(f'-H "Authorization: Bearer ${_TOKENS[operation.door]}"')
    parts += [f'-H {shlex.quote(f"{name}: {value}")}' for name, value in _headers(operation).items()]
    if operation.body:
        parts.append(f'-d {shlex.quote(json.dumps(json.loads(operation.body), ensure_ascii=False))}')
    return ' \\\n  '.join(parts)


def python(operation: Operation, address: str) -> str:
    """A program with httpx."""
    headers = [f"'Authorization': f'Bearer {{os.environ[\"{_TOKENS[operation.door]}\"]}}'"]
    headers += [f'{name!r}: {value!r}' for name, value in _headers(operation).items()]
    arguments = [f'{operation.method!r}', f'{address + path_of(operation)!r}', 'headers={' + ', '.join(headers) + '}']
    if query := _query(operation):
        arguments.append(f'params={dict(query)!r}')
    if operation.body:
        arguments.append(f'json={json.loads(operation.body)!r}')
    asked = ',\n    '.join(arguments)
    end = 'answer.status_code' if not operation.answer else 'answer.json()'
    return f'import os\n\nimport httpx\n\nanswer = httpx.request(\n    {asked},\n)\nanswer.raise_for_status()\nprint({end})'


def _query(operation: Operation) -> list[tuple[str, str]]:
    """A size of the page, so that a reader sees how a list is turned."""
    names = {field.name for field in operation.parameters if field.where == 'query'}
    needed = [(field.name, field.example or field.name.upper()) for field in operation.parameters
              if field.where == 'query' and field.required]  # fmt: skip
    return needed + ([('limit', '10')] if 'limit' in names else [])


def _headers(operation: Operation) -> dict[str, str]:
    """What goes with it beside the token: the version that is edited, the type of a body that is no plain JSON."""
    found = {field.name: field.example for field in operation.parameters if field.where == 'header' and field.required}
    if operation.body:
        found['Content-Type'] = operation.body_type
    return found
