"""The picture with what a person has done laid over it, in random orders of action, answer, foreign change, drop and reconnect.

The scripts of the page run in Chromium, several browsers side by side; the server is a dictionary. A slow model says of every moment what
each browser must show: the newest row that it was sent, with its own acts that the row does not hold yet laid over it in their order.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

STATIC = Path(__file__).parents[2] / 'ui/static'
BROWSERS, IDS = 2, ('a', 'b')
_RUN = """([optimistic, live, steps]) => {
  const seen = [], browsers = [];
  for (let n = 0; n < 2; n += 1) {
    const said = [], wire = { open: true, say: (message) => said.push(message), standing: () => ({}) };
    wire.start = (open, hear) => Object.assign(one, { open, hear });
    const cw = { wire };
    const document = {
      getElementById: () => null, addEventListener() {}, documentElement: { dataset: {} }, querySelector: () => ({}),
    };
    const one = { cw, said, list: new Map(), object: {} }, window = { cellwarden: cw };
    const performance = { getEntriesByType: () => [] };
    for (const text of [optimistic, live]) {
      new Function("window", "document", "addEventListener", "performance", text)(window, document, () => {}, performance);
    }
    cw.follow("list", (value, full) => {
      if (full) one.list = new Map();
      for (const row of value.rows) one.list.set(row.id, { ...one.list.get(row.id), ...row });
    });
    cw.follow("a", (value, full) => { one.object = full ? value : { ...one.object, ...value }; });
    browsers.push(one);
  }
  for (const { browser, op, args } of steps) {
    const one = browsers[browser];
    if (op === "frame") one.hear(args[0]);
    else one.cw.doing[op](...args);
    seen.push([Object.fromEntries(one.list), one.object]);
  }
  return seen;
}"""


@dataclass
class Act:
    """What a browser has done: ``version`` is in which the server has it, ``answered`` when the browser knows."""

    key: str
    id: str
    value: int
    version: int | None = None
    answered: bool = False


@dataclass
class Model:
    """One browser, slow and obvious: the newest rows that it was sent, and its acts."""

    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    sequence: int = 0
    hears: bool = True

    def shown(self, id: str) -> tuple[Any, ...]:
        """Value, owner and version of a row as a person must see it."""
        row = dict(self.sent[id])
        for act in self.acts:
            if act.id == id and not (act.answered and act.version is not None and row['version'] >= act.version):
                row['value'] = act.value
        unsure = any(act.id == id and not act.answered for act in self.acts)
        return row['value'], row['version'], unsure


STEP = st.tuples(st.sampled_from(('act', 'serve', 'answer', 'refuse', 'foreign', 'flush', 'drop', 'back')),
                 st.integers(0, BROWSERS - 1), st.sampled_from(IDS), st.integers(0, 3))  # fmt: skip


class World:
    """A server with two rows, and the browsers that look at it."""

    def __init__(self) -> None:
        self.store: dict[str, dict[str, Any]] = {id: {'id': id, 'value': 0, 'version': 1} for id in IDS}
        self.models = [Model() for _ in range(BROWSERS)]
        self.steps: list[dict[str, Any]] = []
        self.expected: list[tuple[int, dict[str, tuple[Any, ...]]]] = []
        self.count = 0
        for browser in range(BROWSERS):
            self.frames(browser, full=True)

    def say(self, browser: int, op: str, *args: Any) -> None:
        """A step of the browser, and what it must show after it."""
        self.steps.append({'browser': browser, 'op': op, 'args': json.loads(json.dumps(args))})
        self.expected.append((browser, {id: self.models[browser].shown(id) for id in self.models[browser].sent}))

    def frames(self, browser: int, *, full: bool) -> None:
        """The list and the one object, as live delivery sends them: whole, or what has changed."""
        model = self.models[browser]
        changed = [id for id in IDS if full or model.sent[id] != self.store[id]]
        if not changed:
            return
        before, model.sent = model.sent, {id: dict(row) for id, row in self.store.items()}
        model.sequence += 1
        rows = [dict(self.store[id]) if full else {'id': id, **_moved(before[id], self.store[id])} for id in changed]
        head = {'q': model.sequence, **({'full': True, 'of': f'c{model.sequence}'} if full else {})}
        self.say(browser, 'frame', {**head, 't': 'list', 'v': {'rows': rows, 'ids': list(IDS)}})
        one = dict(self.store['a']) if full else _moved(before['a'], self.store['a'])
        self.say(browser, 'frame', {**head, 't': 'a', 'v': one})

    def step(self, what: str, browser: int, id: str, number: int) -> None:
        """One thing that happens."""
        model = self.models[browser]
        mine = [act for act in model.acts if act.id == id and not act.answered]
        if what == 'act':
            self.count += 1
            model.acts.append(Act(f'k{self.count}', id, self.count))
            self.say(browser, 'begin', f'k{self.count}', id, {'value': self.count, 'unheard of': 1})
        elif what == 'foreign':
            self.count += 1
            self._change(id, self.count)
        elif what == 'serve' and (waiting := [act for act in mine if act.version is None]):
            waiting[0].version = self._change(id, waiting[0].value)  # the first first, as they are sent
        elif what == 'answer' and (served := [act for act in mine if act.version is not None]):
            served[0].answered = True
            self.say(browser, 'done', served[0].key, served[0].version)
        elif what == 'refuse' and (waiting := [act for act in mine if act.version is None]):
            model.acts.remove(waiting[0])
            self.say(browser, 'drop', waiting[0].key)
        elif what == 'drop':
            model.hears = False
        elif what == 'back' and not model.hears:
            model.hears = True
            self.frames(browser, full=True)
        elif what == 'flush':
            for other in range(BROWSERS):
                if self.models[other].hears:
                    self.frames(other, full=False)

    def settle(self) -> None:
        """Everything that is under way ends: each browser must then equal the store."""
        for browser, model in enumerate(self.models):
            for act in [act for act in model.acts if not act.answered]:
                if act.version is None:
                    act.version = self._change(act.id, act.value)
                act.answered = True
                self.say(browser, 'done', act.key, act.version)
        for browser in range(BROWSERS):
            self.step('back', browser, 'a', 0)
            self.frames(browser, full=False)
            assert {id: self.models[browser].shown(id) for id in IDS} == {
                id: (row['value'], row['version'], False) for id, row in self.store.items()
            }

    def _change(self, id: str, value: int) -> int:
        row = self.store[id]
        self.store[id] = {**row, 'value': value, 'version': row['version'] + 1}
        version: int = self.store[id]['version']
        return version


def _moved(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in after.items() if before.get(key) != value}


def test_every_browser_shows_its_own_acts_at_once_and_ends_equal_to_the_store(page: Page) -> None:
    scripts = [(STATIC / name).read_text() for name in ('optimistic.js', 'live.js')]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, max_size=25))
    def run(steps: list[tuple[str, int, str, int]]) -> None:
        world = World()
        for step in steps:
            world.step(*step)
        world.settle()
        seen = page.evaluate(_RUN, [*scripts, world.steps])
        for (browser, expected), (rows, one), done in zip(world.expected, seen, world.steps, strict=True):
            if done['op'] == 'frame' and done['args'][0]['t'] == 'list':
                continue  # its twin follows
            shown = {id: (row['value'], row['version'], bool(row.get('unsure'))) for id, row in rows.items()}
            assert shown == expected, (browser, done)
            assert (one['value'], one['version'], bool(one.get('unsure'))) == expected['a'], (browser, done)
            assert 'unheard of' not in one

    run()
