"""Labels of many devices at once, those that no row shows among them: the page says how many, then they change, and can be taken back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from nicegui import context, ui

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid
from domain.devices.model import Device
from domain.devices.service import DeviceService, Labelled, LabelPatch
from domain.fleet.fleets import Fleets
from ui.components.card import text
from ui.components.controls import button, complaint, field, sheet, toast
from ui.components.live_table import live_table
from ui.pages.label_field import labels_typed
from ui.pages.page import guarded, plain, seen_by
from ui.sign_in import SignedIn


def change_labels(fleets: Fleets, devices: DeviceService, who: SignedIn, ids: Sequence[str], table: live_table) -> None:
    """Ask which labels these devices are to have; opens at once. ``table`` tells of it afterwards, with the way back."""
    fleet = seen_by(fleets, who)
    bound = [id for id in ids if id in fleet[Device]]
    if not bound:
        toast('None of them is here any more.', 'info')
        return
    which = _many(len(bound))
    with context.client, sheet(f'Labels of {which}') as dialog:
        dialog.on('hide', dialog.delete)
        text(
            f'{which} will have them, also those that are not in view. Policies choose devices by labels. Other labels stay.',
            'p',
        )
        with ui.element('div').classes('cw-form'):
            sets = field(
                'Set', placeholder='site=port-1', hint='key=value, one a line', area=True, mono=True, check=labels_typed
            )
            sets.props('autofocus data-testid=labels-set').mark('labels-set')
            drops = field('Take away', placeholder='team', hint='One key a line', area=True, mono=True)
            drops.props('data-testid=labels-drop').mark('labels-drop')
            trouble = complaint(labels=sets, drop=drops)
        with ui.element('div').classes('ends'):
            button('Cancel', dialog.close)

            async def go() -> None:
                try:
                    patch = patch_typed(str(sets.value or ''), str(drops.value or ''))
                except DomainError as refusal:
                    trouble.refuse(refusal)
                    return
                act = _changing(devices, dict.fromkeys(bound, patch))
                done = await guarded(who, act, refused=trouble.refuse)
                if done is not None:
                    dialog.close()
                    with dialog.client:
                        _report(devices, who, done, patch, table)

            button(f'Change labels of {which}', go, rank='primary').props('data-testid=confirm').mark('confirm')
    dialog.open()


def patch_typed(sets: str, drops: str) -> LabelPatch:
    """What is to become of the labels; raises ``Invalid`` for lines that say no label, and where nothing is said."""
    patch: dict[str, str | None] = dict(labels_typed(sets))
    for key in filter(None, (line.strip() for line in drops.splitlines())):
        if key in patch:
            raise Invalid(f'{key} is to be set and to be taken away', field='drop')
        patch[key] = None
    if not patch:
        raise Invalid('write a label to set or to take away', field='labels')
    return patch


def _changing(
    devices: DeviceService, patches: Mapping[str, LabelPatch], seen: LabelPatch | None = None
) -> Callable[[Actor], Awaitable[Labelled]]:
    async def act(actor: Actor) -> Labelled:
        return await devices.label(actor, patches, seen=seen)

    return act


def _report(devices: DeviceService, who: SignedIn, done: Labelled, patch: LabelPatch, table: live_table) -> None:
    count = len(done.before)
    had = f' {_many(done.unchanged)} had them already.' if done.unchanged else ''
    if not count:
        toast(f'Nothing was changed.{had}', 'info')
    else:

        async def undo() -> None:
            back = await guarded(who, _changing(devices, done.before, patch))
            if back is None:
                return
            moved = f' {_many(back.moved)} were changed meanwhile and stay as they are.' if back.moved else ''
            toast(f'Taken back on {_many(len(back.before))}.{moved}')
            _tell_refused(back)

        table.unpick()
        table.tell(f'Labels of {_many(count)} are changed.{had}', undo)
    _tell_refused(done)


def _tell_refused(done: Labelled) -> None:
    if done.refused:
        toast(f'{_many(len(done.refused))} were left as they are. {plain(next(iter(done.refused.values())))}', 'warn')


def _many(count: int) -> str:
    return '1 device' if count == 1 else f'{count:,} devices'
