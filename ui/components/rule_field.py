"""The field a rule is written in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass

from nicegui import events, ui

from ui.components.draft import kept


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProblem:
    """What is wrong in the rule and where (``line`` and ``column`` count from 1); ``instead`` is what was probably meant."""

    words: str
    line: int
    column: int
    instead: str = ''


class rule_field(ui.element, component='rule_field.js'):  # noqa: N801 (NiceGUI's element style)
    """Colours the rule, marks the place that is wrong, and lists the ``fields`` (path: type) a rule can read, to be put in by a click.

    ``on_typed`` gets the text 250 ms after the last key and answers with the problem in it, or ``None``.
    """

    def __init__(
        self,
        *,
        value: str,
        fields: Mapping[str, str],
        examples: tuple[str, ...],
        on_typed: Callable[[str], Awaitable[RuleProblem | None]],
    ) -> None:
        super().__init__()
        self.text = value
        self._on_typed = on_typed
        self._changed: list[Callable[[], object]] = []
        self._props['text'] = value
        self._props['fields'] = dict(fields)
        self._props['examples'] = list(examples)
        self._props['verdict'] = {'n': 0, 'problem': None}
        self.on('typed', self._typed)
        kept(self)

    @property
    def value(self) -> str:
        """The rule, as other fields call what they hold."""
        return self.text

    def set_value(self, text: str) -> None:
        """Write this in the place of what is there; it is then as if it had been typed."""
        self.text = text
        self._props['text'] = text
        self.update()

    def on_value_change(self, changed: Callable[[], object]) -> None:
        """Call this as well when something was typed."""
        self._changed.append(changed)

    def tell(self, problem: RuleProblem | None, *, n: int = 0) -> None:
        """Mark the problem, or say that there is none; ``n`` is the number of the text it is about, 0 for the present one."""
        self._props['verdict'] = {'n': n, 'problem': asdict(problem) if problem else None}
        self.update()

    async def _typed(self, event: events.GenericEventArguments) -> None:
        self.text = str(event.args.get('text', ''))
        for changed in self._changed:
            changed()
        self.tell(await self._on_typed(self.text), n=int(event.args.get('n', 0)))
