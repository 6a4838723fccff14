"""The one file that support asks for: the report and the settings, without secrets and without addresses of people.

Settings that are secret are left out by their mark. What is left is passed through patterns as well, since words of drivers and providers
stand in it that nobody has looked at: our own tokens, cookies and links, passwords in addresses, bearer tokens, e-mail addresses.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ui.settings.model import Settings
from ui.settings.sources import Configuration, secrets_of

HIDDEN = '(hidden)'
_PATTERNS = (
    (re.compile(r'\bcw[a-z]_[\w-]+'), HIDDEN),
    (re.compile(r'(?i)\b(bearer|basic) [\w.~+/=-]+'), rf'\1 {HIDDEN}'),
    (
        re.compile(
            r'(?i)\b((?:set-)?cookie|password|passwd|secret|client_secret|token|sslpassword)(["\']?\s*[=:]\s*["\']?)[^\s"\',;&]+'
        ),
        rf'\1\2{HIDDEN}',
    ),
    (re.compile(r'\bey[\w-]{8,}(?:\.[\w-]*){1,4}'), HIDDEN),  # a signed token in compact form (RFC 7515, 7.1)
    (re.compile(r'://[^/@\s"\']*@'), f'://{HIDDEN}@'),
    (re.compile(r'[\w.+%-]+@[\w-]+(?:\.[\w-]+)+'), '(address)'),
)


def redacted(value: Any, secrets: Iterable[str] = ()) -> Any:
    """The value with every text in it redacted; ``secrets`` are never shown, whatever stands around them."""
    known = [secret for secret in secrets if secret]
    if isinstance(value, Mapping):
        return {_text(str(key), known): redacted(one, known) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(one, known) for one in value]
    return _text(value, known) if isinstance(value, str) else value


def _text(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def shown_values(settings: Settings) -> dict[str, Any]:
    """The value of each setting, redacted."""
    found = Configuration(settings=settings, origins=dict.fromkeys(Settings.model_fields, ''))
    values = {name: one['value'] for name, one in found.shown().items()}
    return dict(redacted(values, secrets_of(settings)))


def write_file(path: Path, report: Mapping[str, Any], found: Configuration) -> None:
    """Write the file, readable by its own user alone; what is there and no file, such as a pipe, is written to. Raises ``OSError``.

    The settings are those that the command has found. Where the server runs with others, which it has from an environment of its own,
    say, those are what is meant, and stand in their place.
    """
    settings = found.shown()
    for name, value in report.get('settings', {}).items():
        if name in settings and value != redacted(settings[name]['value'], secrets_of(found.settings)):
            settings[name] = {'value': value, 'from': 'the running server'}
    whole = {**report, 'settings': settings, 'warnings': list(found.warnings)}
    content = json.dumps(redacted(whole, secrets_of(found.settings)), indent=2, ensure_ascii=False)
    if path.exists() and not path.is_file():
        path.write_text(f'{content}\n')  # to remove a device, as root can, would take it away from the whole machine
        return
    target = path.resolve()
    number, made = tempfile.mkstemp(dir=target.parent, prefix='.', suffix=target.name[:40])
    try:
        with os.fdopen(number, 'w', encoding='utf-8') as file:
            file.write(f'{content}\n')
        Path(made).replace(target)
    except OSError:
        Path(made).unlink(missing_ok=True)
        raise
