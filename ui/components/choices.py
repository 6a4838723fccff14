"""A few words to pick from, all in view."""

from collections.abc import Callable, Mapping, Sequence

from nicegui import background_tasks, events, ui

from ui.components.draft import kept


class choices(ui.element, component='choices.js'):  # noqa: N801 (NiceGUI's element style)
    """Chips to press: one of ``options`` (value: word), or any number of them with ``many``. ``value`` holds what is pressed."""

    def __init__(
        self,
        label: str,
        options: Mapping[str, str],
        *,
        value: Sequence[str] = (),
        many: bool = False,
        on_change: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.value: tuple[str, ...] = tuple(value)
        self._options = frozenset(options)
        self._on_change = on_change
        self._changed: list[Callable[[], object]] = []
        self._props['label'] = label
        self._props['options'] = list(options.items())
        self._props['picked'] = list(value)
        self._props['many'] = many
        self.on('chosen', self._chosen)
        kept(self)

    def on_value_change(self, changed: Callable[[], object]) -> None:
        """Call this as well when something was pressed."""
        self._changed.append(changed)

    def set_value(self, value: Sequence[str]) -> None:
        """Press these, as a person would."""
        self._props['picked'] = [one for one in value if one in self._options]
        self.value = tuple(
            self._props['picked']
        )  # at once: a draft that is laid over the form tells right away what the form holds
        self.update()
        background_tasks.create(self._pressed(self._props['picked']), name='choices pressed')

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        await self._pressed([str(one) for one in event.args])

    async def _pressed(self, value: Sequence[str]) -> None:
        self.value = tuple(one for one in value if one in self._options)
        for changed in self._changed:
            changed()
        if self._on_change is not None:
            answer = self._on_change()
            if hasattr(answer, '__await__'):
                await answer
