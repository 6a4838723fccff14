"""One policy: its rule, how the fleet stands to it, who breaks it and with what evidence, what happened around it."""

from fastapi import Request
from nicegui import ui

from domain.access.permissions import Permission
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.policies.model import Mode, Policy
from domain.policies.service import PolicyService
from domain.policies.violations import Violation
from ui.components.card import actions, card, grid, heading, link, stack, text
from ui.components.columns import Column
from ui.components.controls import ask, button, door
from ui.components.counters import counters
from ui.components.facts import facts
from ui.components.feed import feed
from ui.components.live_table import live_table
from ui.components.live_value import live_state, live_value
from ui.components.live_when import live_when
from ui.components.more_menu import more_menu, set_apart
from ui.components.page_state import Empty
from ui.durations import counted
from ui.pages.alerts.open_card import open_alert_card
from ui.pages.notices import gone_note, works_note
from ui.pages.opening import frame_of_one
from ui.pages.page import guarded, nowhere, page
from ui.pages.screen import screen
from ui.sign_in import SignedIn

_VIOLATIONS = (
    Column(
        field='name',
        label='Device',
        kind='strong',
        href='/devices/{device_id}',
        detail='apart',
        sort='name',
        phone='title',
    ),
    Column(field='value', label='Value', phone='line'),
    Column(field='answer', label='Answer', kind='quiet', detail='act_at', detail_mode='left', phone='state'),
    Column(field='opened_at', label='For', kind='age', mode='bare', sort='opened_at', align='right', phone='age'),
)
_DEVICES = (
    Column(
        field='name', label='Device', kind='strong', href='/devices/{id}', detail='apart', sort='name', phone='title'
    ),
    Column(field='presence', label='Presence', kind='state', family='presence', sort='presence', phone='state'),
    Column(field='kind', label='Kind', kind='quiet', phone='line'),
    Column(field='tower', label='Serving tower', href='/towers/{tower_id}', sort='tower'),
    Column(field='last_seen', label='Last seen', kind='age', sort='last_seen', align='right', phone='age'),
)


def register(*, fleets: Fleets, policies: PolicyService) -> None:
    """Register ``/policies/{policy_id}``."""

    @screen('/policies/{policy_id}', begins=frame_of_one(fleets, 'policies', Policy))
    def policy(request: Request, policy_id: str) -> None:
        with page(request, fleets, 'Policies', active='policies') as (who, fleet):
            found = fleet[Policy].get(policy_id)
            if found is None:
                nowhere(
                    Empty(
                        title='There is no such policy',
                        text='It may have been retired. Its history stays in the timelines of the devices it judged.',
                        href='/policies',
                        label='All policies',
                    )
                )
                return
            _page(policies, who, fleet, found)


def _page(policies: PolicyService, who: SignedIn, fleet: Fleet, policy: Policy) -> None:
    topic = f'policy/{policy.id}'
    with heading(policy.name, parent=('Policies', '/policies'), topic=topic):
        live_state('severity', 'severity', topic)
        live_state('mode', 'mode', topic)
        if who.may(Permission.POLICIES_WRITE):
            with live_when(topic, 'gone', (True,), shown=True, unless=True), actions():
                door('Edit policy', f'/policies/{policy.id}/edit', rank='primary').props(
                    'data-testid=edit-policy'
                ).mark('edit-policy')
                with more_menu(), set_apart():
                    button('Retire policy…', lambda: _retire(policies, who, fleet, policy.id)).props(
                        'data-testid=retire-policy'
                    ).mark('retire-policy')
    _doubt_note(topic, f'/policies/{policy.id}/edit' if who.may(Permission.POLICIES_WRITE) else '')
    gone_note(topic, 'This policy was retired. What you see is its last state.', ('All policies', '/policies'))
    works_note(topic, 'Their devices are excused from it.')
    with grid('wide', top=True):
        with stack():
            open_alert_card(who, policy.id)
            _rule(topic)
            _violations(topic, policy)
            with card('Devices it does not find compliant', caption='violating, excused or unknown'):
                live_table(
                    f'devices?policy={policy.id}',
                    _DEVICES,
                    noun=('device', 'devices'),
                    empty=Empty(title='Every device it judged complies'),
                    href='/devices/{id}',
                    sort='name',
                    size=10,
                    file=True,
                    framed=False,
                ).props('data-testid=devices')
        with stack():
            with ui.element('div').props('data-testid=compliance'):
                counters(
                    'Compliance',
                    family='compliance',
                    parts='counts',
                    big='{violating}',
                    caption='of {judged} break it; {compliance_words|said}',
                    href=f'/devices?policy={policy.id}&compliance={{state}}',
                    topic=topic,
                )
            with card('Timeline'):
                feed(f'feed/policy/{policy.id}', most=12, hide_subject=True)


def _violations(topic: str, policy: Policy) -> None:
    with card(
        'Violations',
        caption='{violating} open, {excused} excused',
        caption_topic=topic,
        more=('All of them', f'/violations?policy={policy.id}'),
    ):
        live_table(
            f'violations?policy={policy.id}',
            _VIOLATIONS,
            noun=('violation', 'violations'),
            empty=Empty(title='No device breaks it', text='A device that does appears here with what the rule saw.'),
            sort='-opened_at',
            size=10,
            file=True,
            framed=False,
        ).props('data-testid=violations')


def _doubt_note(topic: str, edit: str) -> None:
    """A line at the top of the page of a policy whose rule compares what cannot be compared; ``edit`` leads to where it is changed."""
    with (
        live_when(topic, 'doubt', [None], shown=False, unless=True).classes('cw-gone'),
        ui.element('div').classes('cw-clash').props('role=status data-testid=doubtful'),
    ):
        with ui.element('p'):
            text('Doubtful rule, saved by an earlier version. It goes on as it was. ')
            live_value(Column(field='doubt', empty=''), topic)
        if edit:
            link('Edit the rule', edit)


def _rule(topic: str) -> None:
    with card('Rule', caption='true of a device that complies'):
        with ui.element('div').classes('body'):
            with ui.element('p').classes('cw-prose'):
                live_value(Column(field='description', empty='No description'), topic)
            with ui.element('div').classes('cw-code').props('data-testid=rule'):
                live_value(Column(field='rule', kind='code'), topic)
        facts(
            topic,
            (
                Column(field='kinds', label='Binds'),
                Column(field='label_list', label='With all of these labels', kind='labels'),
                Column(field='bound', label='Devices bound', kind='number'),
                Column(field='trouble', label='Not asked, because'),
                Column(field='waiting', label='Not judged yet, waiting for', kind='number'),
                Column(field='answer', label='Answer to a violation'),
                Column(field='commands', label='Commands under way', kind='number'),
                Column(field='changed_at', label='Saved', kind='age'),
                Column(field='version', label='Version', kind='number'),
            ),
        )


def _retire(policies: PolicyService, who: SignedIn, fleet: Fleet, policy_id: str) -> None:
    policy = fleet[Policy].get(policy_id)
    if policy is None:
        ui.navigate.to('/policies')
        return
    violations = sum(violation.policy == policy_id for violation in fleet[Violation].values())
    lines = [
        f'Its {counted(violations, "open violation")} end now.' if violations else 'No device breaks it at present.'
    ]
    if policy.mode is Mode.ENFORCE:
        lines.append(
            'Devices held for it alone are released at their next check-in; commands not yet picked up are cancelled.'
        )
    lines.append('Its history stays. A retired policy cannot be brought back, only written again.')

    async def retire() -> None:
        done = await guarded(
            who,
            lambda actor: policies.retire(actor, policy.id, policy.version),
            done=f'{policy.name} is retired',
        )
        if done is not None:
            ui.navigate.to('/policies')

    ask(f'Retire {policy.name}?', lines, 'Retire policy', retire, danger=True)
