"""The card of a demo: what comes next and where to look, a button that breaks something, whom the pager called."""

from nicegui import ui

from ui.components.card import actions, card, link, text
from ui.components.columns import Column
from ui.components.controls import button, toast
from ui.components.live_value import live_value
from ui.components.live_when import live_when
from ui.operator.story import HUB, Story


def demo_card(story: Story) -> None:
    """What a newcomer reads first."""

    def break_a_hub() -> None:
        if story.breaks is None:
            toast('The simulated fleet is not ready yet.', 'bad')
            return
        story.breaks(HUB)
        toast(
            'A hub is told to fall silent. About 20 s after it has, the alert stands under Alerts, and the pager is called.'
        )

    with (
        ui.element('div').classes('cw-story'),
        card('The story of this demo', caption='nothing of it leaves this machine', body=True),
    ):
        with ui.element('div').props('data-testid=demo-story'):
            _line('coming', 'Next:', 'left')
            _line('happened', 'Just now:', 'ago')
            _line('broken', 'Broken, look here:', 'ago')
            _line('paged', 'The pager of the person on call said:', 'ago')
        with actions():
            button('Break a hub now', break_a_hub, rank='primary').mark('break-hub').props('data-testid=break-hub')
            link('Who is on call', '/on-call')
            link('What was sent', '/channels')


def _line(name: str, label: str, mode: str) -> None:
    with live_when('demo', name, [None], shown=False, unless=True), ui.element('p'):
        text(f'{label} ')
        live_value(Column(field=name, kind='strong', href='{' + f'{name}_href' + '}'), 'demo')
        text(' ')
        live_value(Column(field=f'{name}_at', kind='age', mode=mode, empty=''), 'demo')  # type: ignore[arg-type]
