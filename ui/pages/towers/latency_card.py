"""How long the checks of a tower take, over time."""

from ui.components.card import card
from ui.components.chart import HISTORY, Series, chart
from ui.components.page_state import Empty


def latency_card(tower_id: str) -> None:
    """The mean of all checks that were answered, by the minute or by the hour, with the lowest and the highest."""
    quiet = Empty(title='No check was answered', text='A check that fails has no latency.')
    with card('Latency', caption='of its checks that are answered'):
        chart(
            f'latency/{tower_id}',
            [Series(label='Latency', unit='ms', low=0)],
            span_s=HISTORY[0].seconds,
            gap_s=HISTORY[0].gap_s,
            height=150,
            spans=HISTORY,
            empty=quiet,
        )
