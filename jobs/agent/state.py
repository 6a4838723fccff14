"""The agent's folder: who this device is, kept so that only its owner reads it and a power cut cannot halve it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from jobs.agent.options import AgentError

CREDENTIAL = 'credential.json'
SERIAL = 'serial'


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What enrolment gave; ``credential`` is the secret, ``server`` the only address it may be shown to.

    ``issued_at`` is when this machine got the secret, by its own clock.
    """

    server: str
    device_id: str
    credential: str
    interval_s: int
    enterprise: str = ''
    issued_at: float = 0.0


@contextmanager
def open_state(folder: Path) -> Iterator[Path]:
    """The folder, made with mode 0700 and held by this process alone. Raises ``AgentError`` when it cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        lock = os.open(folder / 'lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as err:
        raise AgentError(f'the state folder {folder} cannot be used: {err.strerror}') from err
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as err:
            raise AgentError(f'another agent is running with the state folder {folder}') from err
        yield folder
    finally:
        os.close(lock)


def read_credential(folder: Path) -> Credential | None:
    """The credential of a former enrolment, or ``None``."""
    path = folder / CREDENTIAL
    try:
        return msgspec.json.decode(path.read_bytes(), type=Credential)
    except FileNotFoundError:
        return None
    except OSError as err:
        raise AgentError(f'{path} cannot be read: {err.strerror}') from err
    except msgspec.MsgspecError as err:
        raise AgentError(f'{path} is damaged: remove it and enrol this device again') from err


def write_credential(folder: Path, credential: Credential) -> None:
    """Keep ``credential`` durably; a reader sees the old or the new one, never a part."""
    write_private(folder / CREDENTIAL, msgspec.json.format(msgspec.json.encode(credential)) + b'\n')


def kept_serial(folder: Path, found: str) -> str:
    """The serial number of the first run, so that a run with fewer rights does not make a second device of this one."""
    path = folder / SERIAL
    if path.exists() and (kept := path.read_text('ascii', 'replace').strip()):
        return kept
    write_private(path, f'{found}\n'.encode())
    return found


def write_private(path: Path, content: bytes) -> None:
    """Replace ``path`` atomically by a file that only its owner reads (0600), through to the disk."""
    partial = path.with_name(f'{path.name}.new')
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, 'wb') as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
