"""How something stood at a minute, as ``scrubber.js`` shows it; where no script runs a list of minutes, each with its address."""

from collections.abc import Mapping
from html import escape
from typing import Any

from ui.shapes.html import span, tag
from ui.shapes.picture import Drawn, Picture, Props, Shape

MOST_KNOWN = 6
_WORDS = {'to_come': 'not yet', 'open': 'open', 'over': 'over'}


def scrubber(props: Props, picture: Picture, _: str) -> Drawn:
    """The minute with which it begins."""
    moments, first = props['moments'], props['moments'][props['first']]
    devices = picture.moment.number(first['devices'])
    alerts, behind = ('alert' if first['alerts'] == 1 else 'alerts'), ('device' if first['devices'] == 1 else 'devices')
    those = f', {devices} {behind} behind them' if first['devices'] else ''
    words = f'{first["clock"]}: {first["alerts"]} {alerts} open{those}'
    ways = ''.join(_way(moment, props['href'], is_here=moment is first) for moment in moments)
    minutes = tag('details', tag('summary', 'Minutes') + tag('ol', ways, 'cw-scrub-ways'))
    tree = ''.join(_line(line, first['at']) for line in props['lines'])
    told = [one for one in props['known'] if one['at'] <= first['at']]
    rest = tag('li', f'{len(told) - MOST_KNOWN} before that', 'cw-quiet') if len(told) > MOST_KNOWN else ''
    known = rest + ''.join(
        tag('li', span(f'{one["clock"]} ', 'cw-quiet') + escape(one['text'])) for one in told[-MOST_KNOWN:]
    )
    last = len(moments) - 1
    slider = tag('input', type='range', min=0, max=last, value=props['first'], disabled=True, aria_label='Minute')
    here = tag('a', 'Address of this minute', 'cw-link', href=f'{props["href"]}{first["at"]}')
    inside = tag('label', 'Minute', 'cw-label') + slider + tag('p', escape(words), 'cw-scrub-sum')
    inside += tag('ul', tree, 'cw-lines') + tag('ol', known, 'cw-scrub-known') + tag('p', here, 'cw-ends')
    return Drawn(inside + tag('noscript', minutes), 'div', 'cw-scrub')


def _way(moment: Mapping[str, Any], href: str, *, is_here: bool) -> str:
    here = {'aria_current': 'true'} if is_here else {}
    words = f'{moment["clock"]}, {moment["devices"]} devices'
    return tag('li', tag('a', escape(words), href=f'{href}{moment["at"]}', **here))


def _line(line: Mapping[str, Any], moment: float) -> str:
    state = 'to_come' if line['from'] > moment else 'open' if line['to'] is None or line['to'] > moment else 'over'
    door = tag('a', escape(line['words']), 'cw-door', href=f'/alerts/{line["id"]}')
    return tag(
        'li',
        f'{door} {span(_WORDS[state], "cw-quiet")}',
        style=f'margin-inline-start: {16 * line["depth"]}px',
        data_state=state,
    )


SCRUBBER = Shape(scrubber)
