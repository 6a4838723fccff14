"""Where settings come from. In this order the first that names one decides:

the command line, ``CELLWARDEN_*`` in the environment, a TOML file (``--config``, ``CELLWARDEN_CONFIG``, or ``cellwarden.toml`` in the data
folder), the default.
"""

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsError

from domain.common.errors import Invalid
from ui.settings.model import PREFIX, Secret, Settings
from ui.settings.providers import read_secret

FILE = 'cellwarden.toml'
CONFIG = f'{PREFIX}CONFIG'
HIDDEN = '(hidden)'
_OTHERS = frozenset({CONFIG, *(f'{PREFIX}{name}' for name in ('ENROL_TOKEN', 'COMMAND_ID', 'ACTION', 'REASON'))})
"""Variables that are no settings of the server: where its file is, and those of the agent and its hooks."""
_KUBERNETES = re.compile(rf'{PREFIX}(?:SERVICE_(?:HOST|PORT)|PORT_\d+_(?:TCP|UDP)|(?:.+_)?(?:SERVICE|PORT)_.+)')
"""What Kubernetes puts into every container beside a service of the name ``cellwarden``."""
_MOST_SHOWN = 120
_ENVIRONMENT: Final = object()
"""Stands for a value that pydantic-settings reads by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Settings, where each came from, and what an operator had better look at."""

    settings: Settings
    origins: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    def shown(self) -> dict[str, dict[str, Any]]:
        """Every setting by name with its value, secrets hidden, and its origin."""
        values = self.settings.model_dump(mode='json')
        shown: dict[str, dict[str, Any]] = {}
        for name, info in Settings.model_fields.items():
            secret = secret_of(info)
            value = _redacted(values[name], secret) if secret else values[name]
            shown[name] = {'value': value, 'from': self.origins[name]}
        for provider in shown['providers']['value']:
            if provider['client_secret']:
                provider['client_secret'] = HIDDEN
        return shown

    def lines(self) -> Iterator[str]:
        """The same for a person to read."""
        for name, one in self.shown().items():
            if name == 'providers' and one['value']:
                for provider in one['value']:
                    for key, value in provider.items():
                        yield f'providers.{provider["name"]}.{key} = {_written(value)}  # {one["from"]}'
            else:
                yield f'{name} = {_written(one["value"])}  # {one["from"]}'


@dataclass(slots=True)
class _Found:
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    file: Path | None = None

    def take(self, name: str, value: Any, *, origin: str, spelled: str) -> None:
        """Keep a value unless a stronger place has named one."""
        if name not in self.values:
            self.values[name], self.origins[name], self.spelled[name] = value, origin, spelled


def configure(
    given: Mapping[str, Any], *, config: Path | None = None, defaults: Mapping[str, Any] | None = None
) -> Configuration:
    """Read the settings: ``given`` on the command line, the environment, the file, ``defaults`` that differ from the usual ones.

    Raises ``Invalid`` with one line that names what has to change.
    """
    found = _Found()
    for name, value in given.items():
        if value is not None:
            found.take(name, value, origin='command line', spelled=f'{PREFIX}{name.upper()}')
    _read_environment(found)
    _read_file(found, config, defaults or {})
    for name, value in (defaults or {}).items():
        found.take(name, value, origin='default', spelled=name)
    try:
        settings = Settings(**{name: value for name, value in found.values.items() if value is not _ENVIRONMENT})
    except ValidationError as error:
        raise _refusal(error, found.spelled) from None
    except SettingsError as error:
        name = error.args[0].split('"')[1]  # error parsing value for field "poll_allow" from source …
        raise Invalid('write a JSON list, such as ["10.0.0.0/8"]', field=f'{PREFIX}{name.upper()}') from None
    for provider in settings.providers:
        if provider.client_secret_file is not None:
            _look_at(provider.client_secret_file, found)
        elif provider.client_secret and found.file is not None:
            _look_at(found.file, found)
    origins = {name: found.origins.get(name, 'default') for name in Settings.model_fields}
    return Configuration(settings=settings, origins=origins, warnings=tuple(found.warnings))


def secrets_of(settings: Settings) -> Iterator[str]:
    """Every secret of the settings, the password of an address by itself as well."""
    for name, info in Settings.model_fields.items():
        if (secret := secret_of(info)) is not None and (value := getattr(settings, name)):
            if not secret.in_address:
                yield value
            elif password := urlsplit(value).password:
                yield password
                yield unquote(password)
    yield from (provider.client_secret for provider in settings.providers if provider.client_secret)


def secret_of(info: FieldInfo) -> Secret | None:
    """The mark of a setting that is never shown."""
    return next((mark for mark in info.metadata if isinstance(mark, Secret)), None)


def _read_environment(found: _Found) -> None:
    known = set(_OTHERS)
    for name, info in Settings.model_fields.items():
        variable = f'{PREFIX}{name.upper()}'
        file = f'{variable}_FILE'
        known.add(variable)
        if variable in os.environ:
            found.take(name, _ENVIRONMENT, origin=f'environment, {variable}', spelled=variable)
        if secret_of(info) is None:
            continue
        known.add(file)
        if (path := os.environ.get(file)) is not None:
            if variable in os.environ:
                raise Invalid(f'give it or {file}, not both', field=variable)
            if name not in found.values:
                found.take(name, _secret(Path(path), file, found), origin=f'environment, {file} ({path})', spelled=file)
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in known and not _KUBERNETES.fullmatch(variable):
            raise Invalid('there is no such setting; see docs/settings.md', field=variable)


def _read_file(found: _Found, config: Path | None, defaults: Mapping[str, Any]) -> None:
    named = config or (Path(os.environ[CONFIG]) if os.environ.get(CONFIG) else None)
    data = found.values.get('data') or defaults.get('data') or Settings.model_fields['data'].default
    path = named or Path(os.environ[f'{PREFIX}DATA'] if data is _ENVIRONMENT else data) / FILE
    try:
        written = tomllib.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError):
        if named is None:
            return
        raise Invalid(f'there is no file {path}', field=CONFIG) from None
    except OSError as error:
        raise Invalid(f'cannot read {path}: {(error.strerror or str(error)).lower()}', field=CONFIG) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f'{path} is not TOML: {error}', field=CONFIG) from None
    found.file = path
    files = {f'{name}_file': name for name, info in Settings.model_fields.items() if secret_of(info)}
    for key, value in written.items():
        name = files.get(key, key)
        spelled = f'{key} in {path}'
        if name not in Settings.model_fields:
            raise Invalid('there is no such setting; see docs/settings.md', field=spelled)
        if key in files:
            if name in written:
                raise Invalid(f'give it or {name}, not both', field=spelled)
            if name not in found.values:
                value = _secret(Path(str(value)), spelled, found)
        elif secret_of(Settings.model_fields[name]):
            _look_at(path, found)
        found.take(name, value, origin=f'file, {path}', spelled=spelled)


def _secret(path: Path, spelled: str, found: _Found) -> str:
    try:
        secret = read_secret(path)
    except ValueError as error:
        raise Invalid(str(error), field=spelled) from None
    _look_at(path, found)
    return secret


def _look_at(path: Path, found: _Found) -> None:
    """Every user may read a file that is mounted into a container of its own; elsewhere that is a mistake, so it is told, not refused."""
    words = f'{path} holds a secret and can be read by every user of this machine; chmod 600 it'
    if path.stat().st_mode & stat.S_IROTH and words not in found.warnings:
        found.warnings.append(words)


def _refusal(error: ValidationError, spelled: Mapping[str, str]) -> Invalid:
    problems = error.errors(include_url=False, include_input=False)
    # a name that is misspelled is told before the one that is missing for it
    problem = next((one for one in problems if one['type'] == 'extra_forbidden'), problems[0])
    first, *rest = problem['loc'] or ('providers',)
    inside = rest if first == 'providers' else []  # elsewhere pydantic tells of its own insides
    place = ''.join(f'[{part}]' if isinstance(part, int) else f'.{part}' for part in inside)
    words = problem['msg'].removeprefix('Value error, ').replace('\n', ' ')
    if problem['type'] == 'extra_forbidden':
        words = 'there is no such setting; see docs/sign-on.md'
    name = spelled.get(str(first), f'{PREFIX}{str(first).upper()}')
    key, separator, where = name.partition(' in ')
    return Invalid(words, field=f'{key}{place}{separator}{where}')


def _redacted(value: str, secret: Secret) -> str:
    """``(hidden)``, or an address without its password: where the database is belongs to what an operator looks for."""
    parts = urlsplit(value) if secret.in_address else None
    if not value or (parts and parts.scheme == 'sqlite'):
        return value
    if not parts or not parts.scheme or not parts.netloc:
        return HIDDEN
    who, at, where = parts.netloc.rpartition('@')
    name = who.partition(':')[0]
    return f'{parts.scheme}://{name}{f":{HIDDEN}" if ":" in who else ""}{at}{where}{parts.path}'


def _written(value: Any) -> str:
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= _MOST_SHOWN else f'{words[:_MOST_SHOWN]}…'
