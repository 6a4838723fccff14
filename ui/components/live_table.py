"""A live window on a long list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl

from nicegui import events, ui

from ui.components.columns import Column
from ui.components.page_state import Empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A chip above the table. ``field`` is the key in the topic's query; options come from ``family`` or are given as (value, word).

    Without either the reader types the value. ``value`` is what it starts with: comma-separated values. An ``extra`` one waits
    behind "+ Filter" until it is used. With ``until`` it is a span of time: ``field`` is the key of its beginning, ``until`` that of
    its end; the reader picks both in the zone of the page, the query has them in UTC. ``meant`` are other words that an address may
    have for a value, such as those of the API, each with what it stands for.
    """

    field: str
    label: str
    family: str | None = None
    options: tuple[tuple[str, str], ...] | None = None
    placeholder: str | None = None
    value: str = ''
    extra: bool = False
    until: str | None = None
    meant: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A button on a row, or on all picked rows. On a row it is there only while ``field`` has one of the values ``when``,
    and none of the values ``unless``. ``own`` names what the page's script asks and does by itself (``cellwarden.asks``); with ``far``
    it does so for rows in view alone, and ``on_act`` is told of others."""

    name: str
    label: str
    tone: str = ''
    field: str | None = None
    when: tuple[object, ...] | None = None
    unless: tuple[object, ...] | None = None
    own: str | None = None
    far: bool | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """What a person asked for: the name of the :class:`Act` and the ids of the rows, or the query all of whose rows are meant.

    Permission is the handler's to check.
    """

    action: str
    ids: tuple[str, ...]
    query: Mapping[str, str] | None = None


class live_table(ui.element, component='live_table.js'):  # noqa: N801 (NiceGUI's element style)
    """Rows of ``topic``, sorted, paged, searched and filtered by the server through the topic's own query.

    The topic followed is ``<topic>?sort=..&page=..&size=..&q=..&<filters, sorted by name>``; with ``bare`` it is ``topic`` as given,
    for short lists that are always whole. With ``linked`` (one table a page) the view is kept in the page's address, to be shared.
    A full frame is ``{total, matched, ids, rows, facets?: {field: {value: count}}}``, a patch ``{rows, ids?, matched?, total?}``.
    With ``most`` people may pick up to so many rows at once without seeing them: ``on_act`` is then told the query. ``counted`` is
    the topic of ``{facets}`` that is followed while the menu of a filter is open; without it the list's own frames bring them.
    On windows narrower than 1000 px, and where its columns have no room, its rows are cards, by ``Column.phone``.
    With ``file`` there is a file of what it shows (:mod:`ui.downloads.lists`); one that is ``linked`` has it by itself.
    ``noun`` is (singular, plural). Elements built inside stand at the right end of the tools.
    """

    def __init__(
        self,
        topic: str,
        columns: Sequence[Column],
        *,
        noun: tuple[str, str],
        empty: Empty,
        href: str = '',
        sort: str = '',
        size: int = 50,
        search: str = '',
        filters: Sequence[Filter] = (),
        actions: Sequence[Act] = (),
        bulk: Sequence[Act] = (),
        most: int = 0,
        file: bool = False,
        counted: str = '',
        on_act: Callable[[Acted], object] | None = None,
        framed: bool = True,
        linked: bool = False,
        bare: bool = False,
        tall: bool = False,
        heads: bool = True,
    ) -> None:
        super().__init__()
        self._on_act = on_act
        self._undo: Callable[[], object] | None = None
        self._offered = frozenset(act.name for act in (*actions, *bulk))
        props = {
            'topic': topic,
            'columns': [column.spec() for column in columns],
            'noun': list(noun),
            'sort': sort,
            'size': size,
            'search': search,
            'filters': [_said(one) for one in filters],
            'row-href': href,
            'actions': [_said(one) for one in actions],
            'bulk': [_said(one) for one in bulk],
            'empty': empty.spec(),
            'framed': framed,
            'tall': tall,
            'linked': linked,
            'heads': heads,
            'bare': bare,
            'most': most,
            'file': file,
            'counted': counted,
        }
        for name, value in props.items():
            self._props[name] = value
        if actions:
            self.on('act', self._acted)
        if bulk:
            self.on('bulk', self._acted)
            self.on('undo', self._undone)

    def unpick(self) -> None:
        """Take the ticks away: what was asked for the picked rows has been done."""
        self.run_method('unpick')

    def tell(self, words: str, undo: Callable[[], object]) -> None:
        """A word on what was done to many rows, with a button for ten seconds that takes it back."""
        self._undo = undo
        self.run_method('tell', words)

    async def _undone(self) -> None:
        undo, self._undo = self._undo, None
        if undo is not None and hasattr(answer := undo(), '__await__'):
            await answer

    async def _acted(self, event: events.GenericEventArguments) -> None:
        asked = event.args.get('query')
        query = None if asked is None else dict(parse_qsl(str(asked)))
        ids = () if asked is not None else event.args.get('ids') or [event.args.get('id')]
        action = str(event.args.get('action'))
        if self._on_act is not None and action in self._offered:
            answer = self._on_act(Acted(action, tuple(str(one) for one in ids), query))
            if hasattr(answer, '__await__'):
                await answer


def _said(part: Filter | Act) -> dict[str, object]:
    return {name: value for name, value in asdict(part).items() if value is not None}
