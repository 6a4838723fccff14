"""The story of a demo as its pages tell it: what comes next and where to look, what has just happened, whom the pager called."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MOST_LINE = 2000
HUB = 'hub'
FELL, BACK = 'hub_fell', 'site_recovered'
"""What becomes of a hub, by the words of the simulation."""


@dataclass(frozen=True, slots=True)
class Scene:
    """``words`` with ``{names}`` in them, and the page on which it is seen."""

    words: str
    href: str
    page: str


_DEVICES, _VIOLATIONS, _ALERTS = ('/devices', 'Devices'), ('/violations', 'Violations'), ('/alerts', 'Alerts')
SCENES: Mapping[str, Scene] = {
    'hub_fell': Scene('a hub falls silent, and the sites behind it with it: {names}', *_ALERTS),
    'all_down': Scene('every hub lies down already; the first is back within a minute and a half', '/towers', 'Towers'),
    'site_refused': Scene('a site refuses connections: {names}', *_ALERTS),
    'site_faulty': Scene('a site answers with errors: {names}', *_ALERTS),
    'site_hung': Scene('a site hangs: {names}', *_ALERTS),
    'site_degraded': Scene('a site is degraded: {names}', '/towers', 'Towers'),
    'storm_struck': Scene('a storm strikes sites that stand together: {names}', *_ALERTS),
    'strange_cell': Scene('a device reports a cell that no tower lists: {names}', *_ALERTS),
    'patches_aged': Scene('patches grow too old on {names}', *_VIOLATIONS),
    'encryption_dropped': Scene('encryption is off on {names}', *_VIOLATIONS),
    'storage_filled': Scene('storage fills up on {names}', *_VIOLATIONS),
    'device_rooted': Scene('a device is rooted, and will be quarantined: {names}', *_VIOLATIONS),
    'went_abroad': Scene('a device roams abroad: {names}', *_DEVICES),
    'fell_to_2g': Scene('a device falls to 2G: {names}', *_VIOLATIONS),
    'fell_asleep': Scene('a device falls silent: {names}', *_DEVICES),
    'site_recovered': Scene('back in service: {names}', '/towers', 'Towers'),
    'repaired': Scene('put right: {names}', *_DEVICES),
    'woke_up': Scene('heard again: {names}', *_DEVICES),
}
"""By the word with which the simulation names it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence, the page that shows it, and its moment (epoch seconds)."""

    words: str
    href: str
    page: str
    at: float


class Story:
    """``breaks`` asks the simulation for something; it is set once that runs."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.coming: Told | None = None
        self.happened: Told | None = None
        self.paged: Told | None = None
        self.broken: Told | None = None
        """A hub that lies down, until it is back: what happens meanwhile does not take its place."""
        self.breaks: Callable[[str], None] | None = None
        self._clock = clock
        self._fallen = ''

    def heard(self, line: bytes) -> None:
        """Take in a line of the simulation; what cannot be read is left out."""
        try:
            ((kind, said),) = json.loads(line[:MOST_LINE]).items()
            if kind == 'pager':
                self.paged = Told(str(said['problem']), '/channels', 'Channels', self._clock())
                return
            scene = SCENES[said['what']]
            words = scene.words.format(names=said['names'])
            told = Told(words, scene.href, scene.page, self._clock() + float(said.get('in_s', 0)))
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if kind == 'next':
            self.coming = told
        elif kind == 'now':
            self.happened = told
            self._follow(str(said['what']), str(said['names']), told)

    def _follow(self, what: str, names: str, told: Told) -> None:
        if what == FELL:
            self.broken, self._fallen = told, names
        elif what == BACK and names == self._fallen:
            self.broken = None
