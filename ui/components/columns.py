"""How a value of a row or object is shown: one description for tables, facts and single values."""

from dataclasses import dataclass, fields
from typing import Literal

Kind = Literal[
    'unsure',
    'comments',
    'text',  # as it is
    'said',  # a sentence of the server, with its numbers as the reader writes them
    'quiet',  # the same in grey
    'word',  # a plain value of an enum, capitalised
    'strong',  # the name of the row
    'template',  # several fields in one text, see ``template``
    'state',  # shape, colour and word of ``family``
    'age',  # a moment, told as an age that moves by itself
    'time',  # a moment, told by the clock in the reader's zone
    'mono',  # an identifier: monospace, a click copies it
    'cell',  # a cell identity or the key of a cell: hexadecimal, a click offers the other notations to be copied
    'code',  # monospace, not to be copied
    'number',
    'bytes',
    'signal',  # a number with a bar that is good, fair or poor by ``warn`` and ``bad``
    'bar',  # the bar alone
    'spark',  # a list of numbers as a small line
    'flag',  # yes or no
    'labels',
    'evidence',  # a mapping of what a rule saw
]


#: 41 s ago, for 41 s, 41 s, in 41 s (41 s over), in 41 s (41 s ago), seen 41 s ago, since 14:03:22, until 14:03:22, as of 14:03:22
Mode = Literal['ago', 'for', 'bare', 'left', 'ends', 'seen', 'since', 'until', 'asof', 'exact']


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field. ``href`` and ``template`` are texts with ``{field}`` in them. Paths may have dots: ``os.version``.

    ``sort`` names what the server sorts by (``''``: not sortable). ``detail`` is a field told in grey behind the value, as an age
    when ``detail_mode`` says how; ``suffix`` a field inside the chip ("Violating 2"). ``how`` is ``chip`` (always loud), ``quiet``
    (an ordinary state is a grey word) or ``plain`` (never loud). As a card a row has four places: ``title`` and ``state`` above,
    ``line`` and ``age`` below, and ``more`` on a line of its own when there is something to tell. ``room='wide'`` leaves a column
    out on screens under 1300 px, ``'narrow'`` on all but phones; one with ``grow`` takes what the others leave and is cut off there.
    ``when`` shows a column only while a filter of the table has a value (``compliance=violating``), ``unless`` only while it has not.
    ``stale`` is a field with the moment since which the value is old: it is dimmed then, and says "as of" that moment on pointing at it,
    with ``as_of`` always.
    ``low`` and ``high`` are the ends of a bar; ``bad < warn`` says that low values are bad ones. ``empty`` is told where nothing is
    known; with ``''`` that is nothing at all. The label of a column with ``head='unseen'`` is for screen readers alone.
    One that is ``aside`` is not shown until a person switches it on.
    """

    field: str
    label: str = ''
    kind: Kind = 'text'
    family: str | None = None
    how: Literal['chip', 'quiet', 'plain'] | None = None
    href: str | None = None
    template: str | None = None
    unit: str | None = None
    digits: int | None = None
    mode: Mode | None = None
    group: Literal['imei', 'iccid'] | None = None
    sort: str | None = None
    align: Literal['right'] | None = None
    width: str | None = None
    phone: Literal['title', 'state', 'line', 'age', 'more', 'none'] = 'none'
    room: Literal['wide', 'narrow'] | None = None
    grow: bool | None = None
    detail: str | None = None
    detail_mode: Mode | None = None
    suffix: str | None = None
    low: float | None = None
    high: float | None = None
    warn: float | None = None
    bad: float | None = None
    tone: str | None = None
    yes: str | None = None
    no: str | None = None
    empty: str | None = None
    plain: bool | None = None
    head: Literal['unseen'] | None = None
    aside: bool | None = None
    when: str | None = None
    unless: str | None = None
    stale: str | None = None
    as_of: bool | None = None

    def spec(self) -> dict[str, object]:
        """What the browser gets: only what was said, in its own spelling."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {_camel(name): value for name, value in pairs if value is not None}


def _camel(name: str) -> str:
    first, *rest = name.split('_')
    return first + ''.join(word.capitalize() for word in rest)
