"""What a rule would say of the fleet, beside the editor and in the question before it bites."""

from nicegui import ui

from domain.devices.compliance import Compliance
from domain.enforcement.interlock import limit
from domain.enforcement.live import Held
from domain.fleet.fleet import Fleet
from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from domain.policies.preview import Preview
from ui.components.card import text
from ui.design import look
from ui.durations import counted, sentence, written

MOST = 2000
"""Devices asked for one preview: a few hundredths of a second of rules, so that typing costs other people little."""
_SHOWN = (Compliance.COMPLIANT, Compliance.VIOLATING, Compliance.UNKNOWN)


class PreviewPanel(ui.element):
    """Shows a :class:`Preview`, or why there is none."""

    def __init__(self) -> None:
        super().__init__('div')
        self.props('data-testid=preview aria-live=polite').mark('preview')
        self.wait('Write a rule to see how many devices would break it right now.')

    def wait(self, words: str) -> None:
        """Nothing to show: say why."""
        self.clear()
        with self:
            text(words, 'p').classes('cw-prose')

    def show(self, preview: Preview, new: NewPolicy, fleet: Fleet) -> None:
        """Show what the rule said."""
        self.clear()
        broken, asked = preview.counts[Compliance.VIOLATING], preview.asked
        with self:
            with ui.element('p').classes('cw-sum'):
                text(f'{broken:,}', 'b').props('data-testid=preview-broken')
                text(f'of {counted(asked, "device")} would break it now')
            with ui.element('p').classes('cw-tally'):
                for status in _SHOWN:
                    _state(status, preview.counts[status])
                if none := preview.counts[Compliance.NOT_APPLICABLE]:
                    _state(Compliance.NOT_APPLICABLE, none)
            if preview.warning:
                with ui.element('div').classes('cw-clash').props('role=status data-testid=one-answer'):
                    text(preview.warning, 'p')
            if asked < preview.selected:
                _part('Sample', [f'The first {asked:,} of {counted(preview.selected, "device")} it binds were asked.'])
            if not preview.selected:
                _part('No device is bound', ['No device that has checked in has these kinds and labels.'])
            if preview.towers:
                with ui.element('div').classes('cw-part'):
                    text('Most at', 'h3')
                    with ui.element('ul'):
                        for name, count in preview.towers.items():
                            with ui.element('li'):
                                text(name).props['title'] = name
                                text(f'{count:,}')
            if preview.examples:
                _part('Such as', [', '.join(preview.examples)])
            _part('Answer', consequences(preview, new, fleet))


def consequences(preview: Preview, new: NewPolicy, fleet: Fleet) -> list[str]:
    """What saving the policy would set in motion, in sentences."""
    broken, asked = preview.counts[Compliance.VIOLATING], preview.asked
    if new.mode is Mode.AUDIT:
        return ['Violations are recorded. No command is sent.']
    about = ''
    if asked and asked < preview.selected:
        broken, about = round(broken * preview.selected / asked), 'about '
    if not broken:
        return ['No device breaks it now, so no command is sent. A device that breaks it later is quarantined.']
    when = f'after {written(new.grace_s)} of grace' if new.grace_s else 'at once'
    lines = [sentence(f'{about}{counted(broken, "quarantine command")} {when}.')]
    most, held = limit(fleet), len(fleet.index(Held).devices)
    if held + broken > most:
        lines.append(
            f'The interlock holds at most {counted(most, "device")} at a time, {held:,} are held now; the others wait.'
        )
    return lines


def _state(status: Compliance, count: int) -> None:
    entry = look('compliance', status)
    with ui.element('span').classes(f'cw-state cw-{entry.tone}'):
        ui.element('i').classes(f'cw-shape {entry.shape} cw-{entry.tone}').props('aria-hidden=true')
        text(f'{entry.word} {count:,}')


def _part(title: str, lines: list[str]) -> None:
    with ui.element('div').classes('cw-part'):
        text(title, 'h3')
        for line in lines:
            text(line, 'p')


def question(preview: Preview, new: NewPolicy, fleet: Fleet) -> list[str]:
    """What a person is asked before a policy enforces: what the fleet breaks now, and what follows."""
    broken = preview.counts[Compliance.VIOLATING]
    lines = [f'{broken:,} of {counted(preview.asked, "device")} break it now.']
    if preview.towers:
        lines.append('Most at ' + ', '.join(f'{name} ({count:,})' for name, count in preview.towers.items()) + '.')
    if preview.warning:
        lines.append(preview.warning)
    return [*lines, *consequences(preview, new, fleet), 'A quarantined device is released when it complies again.']
