"""A few words to pick from, all in view."""

from collections.abc import Callable, Mapping, Sequence

from nicegui import events, ui


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
        self._props['label'] = label
        self._props['options'] = list(options.items())
        self._props['picked'] = list(value)
        self._props['many'] = many
        self.on('chosen', self._chosen)

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        self.value = tuple(str(one) for one in event.args if one in self._options)
        if self._on_change is not None:
            answer = self._on_change()
            if hasattr(answer, '__await__'):
                await answer
