"""Probes of the machine: they need no server."""

import ctypes
import os
import shutil
import socket
import stat
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from ui.doctor.bounded import in_thread
from ui.doctor.model import Said, fault, ok, unknown, warning
from ui.doctor.sources import Sources
from ui.durations import counted
from ui.settings.model import Settings

FULL_BYTES = 200_000_000
"""With less than this on the disk, groups of changes and a checkpoint of the log may not fit any more."""
NARROW_BYTES = 2_000_000_000
_MOST_FILES = 500
_MOST_NAMED = 4
_LARGE_LOG = 1_000_000_000
_TIME_ERROR = 5
_TIMEX_BYTES = 512
"""More than ``struct timex`` has on any system."""


async def disk(of: Sources, *, full: int = FULL_BYTES, narrow: int = NARROW_BYTES) -> Said:
    """The free space at the data folder, and whether files can still be made there."""

    def look() -> tuple[Path, int, int, int, bool]:
        folder = next(
            path for path in (of.settings.data.absolute(), *of.settings.data.absolute().parents) if path.is_dir()
        )
        there = os.statvfs(folder)
        usage = shutil.disk_usage(folder)
        return (
            folder,
            usage.free,
            usage.total,
            there.f_favail if there.f_files else 1,
            bool(there.f_flag & os.ST_RDONLY),
        )

    folder, free, total, files, read_only = await in_thread(look)
    figures = {'free_bytes': free, 'total_bytes': total}
    advice = 'Make room there, or move the data folder to a larger disk; changes are refused while none is left.'
    if read_only:
        return fault(
            f'The disk of {folder} can only be read.',
            'Mount it for writing; look for I/O errors (dmesg).',
            figures=figures,
        )
    if free < full or not files:
        needed = f'{size(free)} of {size(total)} are free, and {size(full)} may be needed at once'
        what = needed if files else 'no file can be made any more (inodes)'
        how = 'is full' if free < total / 20 or not files else 'has too little room'
        return fault(f'The disk of {folder} {how}: {what}.', advice, figures=figures)
    if free < narrow:
        return warning(
            f'The disk of {folder} will be full soon: {size(free)} of {size(total)} are free.', advice, figures=figures
        )
    return ok(f'{size(free)} of {size(total)} are free at {folder}.', figures=figures)


async def database(of: Sources) -> Said:
    """Whether the database can be used, who may write, how large it and its log are."""
    found = await of.database()
    name = f'{found.kind} {found.version}'.strip()
    figures = {'kind': found.kind, 'version': found.version, 'bytes': found.size, 'log_bytes': found.log,
               'holder': found.holder, 'locked': found.locked, 'blocked': found.blocked}  # fmt: skip
    if found.trouble:
        if of.running is None and not (of.settings.data / 'installed').exists():
            return unknown(
                f'{found.kind} has no database of this installation yet: {found.trouble}.',
                'Start the server once.',
                figures=figures,
            )
        return fault(
            f'{found.kind} cannot be used: {found.trouble}.',
            'Mend what it names; docs/operating.md says what a start does with each.', figures=figures,
        )  # fmt: skip
    if found.locked:
        return fault(
            'The database is locked by another program: nothing can be written.',
            'End what has it open, such as a backup or the sqlite3 shell (fuser names it).', figures=figures,
        )  # fmt: skip
    if found.blocked:
        sessions = 'session waits' if found.blocked == 1 else f'{found.blocked} sessions wait'
        return warning(
            f'{name} answers, but {sessions} for a lock.', 'Look at pg_stat_activity for who holds it.', figures=figures
        )
    if found.log is not None and found.log > _LARGE_LOG:
        return warning(
            f'The write-ahead log has grown to {size(found.log)}: a reader keeps it from being folded back.',
            'End programs that have the database open for long; it shrinks by itself then.', figures=figures,
        )  # fmt: skip
    sizes = [] if found.size is None else [f'{size(found.size)} large']
    sizes += [] if found.log is None else [f'log {size(found.log)}']
    holder = f'; written by {found.holder}' if found.holder else '; no server writes to it'
    return ok(f'{name} answers: {", ".join(sizes)}{holder}.', figures=figures)


async def permissions(of: Sources) -> Said:
    """Whether other users of the machine can read what the data folder keeps."""

    def look() -> tuple[list[str], list[str], bool]:
        folder = of.settings.data
        if not folder.is_dir():
            return [], [], False
        files = [folder, *sorted(folder.iterdir())[:_MOST_FILES]]
        seen = [(path, path.lstat()) for path in files]
        public = [path.name for path, found in seen[1:] if found.st_mode & _OTHERS and stat.S_ISREG(found.st_mode)]
        if seen[0][1].st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            public.insert(0, f'{folder} itself, for writing')
        return public, [path.name for path, found in seen if found.st_uid != os.geteuid()], True

    public, foreign, is_there = await in_thread(look)
    folder = of.settings.data
    if not is_there:
        return unknown(f'There is no data folder {folder} yet.')
    if public:
        return fault(
            f'Other users of this machine can open {_named(public)} of the data folder.',
            f'Take it away from them: chmod -R go= {folder}', files=public,
        )  # fmt: skip
    if foreign:
        return warning(
            f'{_named(foreign)} of the data folder belongs to another user than this one.',
            'Run every command as the user of the server, and give the files back to it (chown).', files=foreign,
        )  # fmt: skip
    return ok(f'What {folder} keeps can be opened by its own user alone.')


_OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def resolver(of: Sources) -> Said:
    """Whether names can be looked up: those of the settings, and of checks where a server keeps some up."""
    running = of.running
    polling = running.schedule.figures().get('polling', {}) if running is not None else {}
    if lost := int(polling.get('no_name', 0)):
        return fault(f'Names cannot be looked up: {lost} checks of towers wait for it.', _RESOLVER, checks=lost)
    if lost := int(polling.get('elsewhere', 0)):
        return fault(
            f'The resolver sends {counted(lost, "check")} of towers to other addresses than those where they were well.',
            f'A portal, a filter or a hijacked resolver may answer for all names. {_RESOLVER}', checks=lost,
        )  # fmt: skip
    names = sorted(set(_names(of.settings)))
    failed = {}
    for name in names:
        try:
            await in_thread(lambda name=name: socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))  # type: ignore[misc]
        except (OSError, ValueError) as error:  # a label that is too long is refused before the resolver is asked
            failed[name] = getattr(error, 'strerror', None) or type(error).__name__
    if failed:
        name, why = next(iter(failed.items()))
        more = f', and {len(failed) - 1} more' if len(failed) > 1 else ''
        return fault(f'The name {name} of the settings cannot be looked up ({why}){more}.', _RESOLVER, failed=failed)
    if names:
        return ok(
            f'{"The name" if len(names) == 1 else f"All {len(names)} names"} of the settings can be looked up.',
            names=names,
        )
    if polling.get('planned'):
        return ok('No check of a tower waits for a name.')
    return unknown('The settings name no host that would have to be looked up.')


_RESOLVER = 'Look at /etc/resolv.conf and ask it yourself: getent hosts NAME.'


def is_synchronised() -> bool | None:
    """What the kernel says of its clock (``adjtimex``): kept by a time server, or not; ``None`` where it does not say."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def size(number: int) -> str:
    """``512 kB``, ``12.4 GB``: in powers of a thousand, as disks are sold."""
    amount = float(number)
    for unit in ('B', 'kB', 'MB', 'GB'):
        if amount < 1000:
            return f'{amount:.0f} {unit}' if amount >= 10 or unit == 'B' else f'{amount:.1f} {unit}'
        amount /= 1000
    return f'{amount:.1f} TB'


def _names(settings: Settings) -> Iterator[str]:
    """Hosts of the settings that are no addresses."""
    places = [settings.public_url, *(provider.issuer for provider in settings.providers)]
    if not settings.database.startswith('sqlite'):
        places.append(settings.database)
    for place in places:
        host = urlsplit(place).hostname
        try:
            ip_address(host or '127.0.0.1')
        except ValueError:
            yield host or ''


def _named(names: list[str]) -> str:
    more = f' and {len(names) - _MOST_NAMED} more' if len(names) > _MOST_NAMED else ''
    return ', '.join(names[:_MOST_NAMED]) + more
