"""The alerts of an enterprise: open ones from memory, cleared ones from the store, merged and paged over all there are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from domain.alerts.archive import MOST_READ, NEWEST_FIRST, STEP, AlertOrder, AlertQuery, in_order
from domain.alerts.events import AlertCleared
from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.common.text import comma_separated
from domain.devices.model import Device
from ui.live.channel import News
from ui.moments import span
from ui.topics.alerts.row import TYPES, alert_row, ended_by, state_of
from ui.topics.alerts.tree import branch, roots_of, unfolded
from ui.topics.chosen import chosen_words
from ui.topics.window import ListTopic, Window, window

SLACK = 100
"""So many alerts may be raised, or seen to, while a page is open before its far end moves."""
_ORDERS = {
    'severity': 'severity',
    'raised_at': 'raised',
    'cleared_at': 'cleared',
    'lasted': 'lasted',
    'devices': 'devices',
    'object': 'object',
}
_TYPES = {words: kind for kind, words in TYPES.items()}


_STATES = ('open', 'acknowledged', 'snoozed', 'cleared')
_OF_API = {'closed': ('cleared',), 'all': _STATES}
MEANT = {word: ','.join(meant) for word, meant in _OF_API.items()}
"""States in the words of the API, with those of the page that they stand for."""
OPEN_STATES = 'open,acknowledged,snoozed'
"""What the page shows until another state is asked for."""


def alert_query(params: Mapping[str, str]) -> AlertQuery:
    """The query of the page, its topic and its export; lists are parted by commas. Raises ``Invalid``."""
    since, until = span(params)
    return AlertQuery(
        severities=chosen_words([severity.value for severity in Severity], params, 'severity'),
        types=tuple(_TYPES.get(word, word) for word in chosen_words([*_TYPES, *TYPES], params, 'type')),
        object_kinds=comma_separated(params.get('object_kind', '')),
        object_id=params.get('object_id') or None,
        since=since,
        until=until,
        text=params.get('q', ''),
        roots=True,
        false=params.get('false') == 'yes',
    )


def states(params: Mapping[str, str]) -> frozenset[str]:
    """Which states are asked for, also in the words of the API; without a word all of them. Raises ``Invalid``."""
    asked = chosen_words([*_STATES, *_OF_API], params, 'state')
    return frozenset(state for word in asked for state in _OF_API.get(word, (word,))) or frozenset(_STATES)


class AlertsTopic(ListTopic):
    """Alerts, the worst first and of those the newest. ``state`` asks for open, acknowledged, snoozed or cleared ones.

    What another one explains is folded beneath it; ``tree=shown`` shows it right after it.
    """

    kinds = (Alert, Device)  # witnesses are shown by name
    sorts = _ORDERS
    filters: ClassVar[tuple[str, ...]] = ('severity', 'type', 'state')
    default = 'severity'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._asked = alert_query(self.query)
        self._any = replace(self._asked, severities=(), types=())  # what menus count
        self._states = states(self.query)
        self._is_unfolded = self.query.get('tree') == 'shown'
        sort = self.query.get('sort') or self.default
        by = _ORDERS.get(sort.removeprefix('-'))
        self._order = AlertOrder(by, sort.startswith('-')) if by is not None else NEWEST_FIRST
        self._page, self._size = window(self.query)
        self._skipped = 0
        self._past: list[Alert] = []
        """Cleared alerts around the page, of all that there were when it was opened."""
        self._counts: Counter[tuple[str, str]] = Counter()
        self._in_all = 0
        self._fresh: dict[str, Alert] = {}
        """Those that were cleared since."""
        self._known: dict[str, Alert] = {}

    async def open(self) -> None:
        """Read the cleared alerts that the page may show, and count the others."""
        enterprise = self.fleet.enterprise.id
        if self.fleet.scope:
            await self._read_what_is_shown()
        else:
            self._counts = Counter(
                {(pair[0], pair[1]): n for pair, n in (await self.store.cleared_counts(enterprise, self._any)).items()}
            )
            self._in_all = sum(self._counts.values())
            if self._any != AlertQuery(roots=True):
                self._in_all = sum((await self.store.cleared_counts(enterprise, AlertQuery(roots=True))).values())
            if 'cleared' in self._states:
                first = self._page * self._size
                self._skipped = max(0, first - len(self.fleet[Alert]) - SLACK)
                self._past = await self.store.cleared_alerts(
                    enterprise,
                    self._asked,
                    self._order,
                    skip=self._skipped,
                    limit=first - self._skipped + self._size + SLACK,
                )
        self._known = dict(self.fleet[Alert])

    async def _read_what_is_shown(self) -> None:
        """Only row by row can be told what a narrowed role sees."""
        enterprise = self.fleet.enterprise.id
        for skip in range(0, MOST_READ, STEP):
            rows = await self.store.cleared_alerts(enterprise, AlertQuery(), NEWEST_FIRST, skip=skip, limit=STEP)
            seen = [alert for alert in map(self.fleet.shown, rows) if alert is not None]
            self._in_all += sum(alert.parent is None for alert in seen)
            fitting = self._any.among(seen)
            self._counts.update((alert.severity, alert.alarm_type) for alert in fitting)
            if 'cleared' in self._states:
                self._past += self._asked.among(fitting)
            if len(rows) < STEP:
                return

    def rows(self) -> list[dict[str, Any]]:
        """The rows in view."""
        return self.look().rows

    def look(self) -> Window:
        """Merge what is in memory with what was read, and cut the page out."""
        recent = {**self._fresh, **self.fleet[Alert]}
        shown = map(self.fleet.shown, recent.values()) if self.fleet.scope else recent.values()
        seen = [(alert, state_of(alert)) for alert in shown if alert is not None]
        asked = [alert for alert, state in seen if state in self._states]
        roots = roots_of(self.fleet, asked)
        here = self._standing(asked, roots)
        cleared = sum(n for pair, n in self._counts.items() if self._is_asked(pair))
        matched, total = len(here), len(roots)
        if 'cleared' in self._states:
            matched, total = matched + cleared, total + self._in_all
        first = self._page * self._size - self._skipped
        past = [alert for alert in self._past if alert.id not in recent]
        page = in_order([*here, *past], self._order)[first : first + self._size]
        depths = unfolded(self.fleet, page, lambda alert: state_of(alert) in self._states)
        lines = depths if self._is_unfolded else ((0, alert) for alert in page)
        rows = [branch(alert_row(self.fleet, alert), depth) for depth, alert in lines]
        return Window(total, matched, rows, self._facets(seen))

    def _standing(self, asked: Sequence[Alert], roots: list[Alert]) -> list[Alert]:
        """Those that fit and stand beneath no other one of them."""
        flat = replace(self._asked, roots=False)
        if flat == AlertQuery() and 'cleared' not in self._states:
            return roots
        standing = roots_of(self.fleet, flat.among(alert for alert in asked if alert.is_open))
        return standing + self._asked.among(alert for alert in asked if not alert.is_open)

    def _is_asked(self, pair: tuple[str, str]) -> bool:
        severities, types = self._asked.severities, self._asked.types
        return (not severities or pair[0] in severities) and (not types or pair[1] in types)

    def _facets(self, recent: Iterable[tuple[Alert, str]]) -> dict[str, dict[str, int]]:
        """How many each choice of the menus would find: states of all, severities and types of the chosen states."""
        states_, kinds = Counter[str](), Counter[tuple[str, str]]()
        if past := sum(self._counts.values()):
            states_['cleared'] = past
        if 'cleared' in self._states:
            kinds.update(self._counts)
        state_of_id = {alert.id: state for alert, state in recent}
        fitting = self._any.among(alert for alert, _ in recent)
        states_.update(state_of_id[alert.id] for alert in fitting)
        kinds.update((alert.severity, alert.alarm_type) for alert in fitting if state_of_id[alert.id] in self._states)
        severities, types = Counter[str](), Counter[str]()
        for (severity, kind), count in kinds.items():
            severities[severity] += count
            types[TYPES.get(kind, kind)] += count  # type: ignore[call-overload]
        counted = {'severity': severities, 'type': types, 'state': states_}
        return {name: {str(key): count for key, count in counts.most_common()} for name, counts in counted.items()}

    def patch(self, news: News) -> dict[str, Any] | None:
        """Move alerts that were cleared from one side to the other, then look."""
        moved = news.of(Alert)
        ended = {said.entry.alert: said.entry for said in news.entries if isinstance(said.entry, AlertCleared)}
        read = {alert.id for alert in self._past} if moved else set()
        for alert_id in moved - read:
            gone = self._known.get(alert_id)
            if alert_id not in self.fleet[Alert] and gone is not None:
                self._fresh[alert_id] = ended_by(gone, ended.get(alert_id), self.clock())
        if moved:
            self._known = dict(self.fleet[Alert])
        return super().patch(news)
