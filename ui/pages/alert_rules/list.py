"""The rules that raise alerts, each with what is set of it and what became of it in the last week."""

from typing import Annotated

from fastapi import Query, Request

from domain.access.permissions import Permission
from domain.alert_rules.alerts import TUNABLE
from domain.alert_rules.service import AlertRuleService
from domain.fleet.fleets import Fleets
from domain.own_rules.model import OwnRule
from domain.own_rules.service import OwnRuleService
from ui.components.card import card, stack
from ui.components.columns import Column
from ui.components.live_table import Act, Acted, live_table
from ui.components.looking import look_once
from ui.components.page_state import Empty
from ui.pages.alert_rules.edit import RuleEditor
from ui.pages.alert_rules.own import OwnRules
from ui.pages.page import not_for_you, page
from ui.pages.screen import screen

_RULES = (
    Column(field='name', label='Rule', kind='strong', detail='watches', sort='name', phone='title', grow=True),
    Column(field='state', label='State', kind='state', family='rule', how='quiet', phone='state'),
    Column(field='values', label='Set (as delivered)', empty='', detail='reason', phone='more', room='wide'),
    Column(field='open', label='Open', kind='number', align='right', sort='open', empty='0', phone='none'),
    Column(field='raised', label='Last 7 days', kind='number', align='right', sort='raised', empty='0', phone='none'),
    Column(field='false', label='False alarms', align='right', empty='None', phone='none'),
    Column(field='counts', label='Last week', room='narrow', phone='line'),
)


def register(*, fleets: Fleets, rules: AlertRuleService, own: OwnRuleService) -> None:
    """Register ``/alert-rules``; ``?rule=`` opens one of them, ``?own=`` one that the enterprise wrote."""

    @screen('/alert-rules')
    def alert_rules(request: Request, rule: str = '', own_rule: Annotated[str, Query(alias='own')] = '') -> None:
        with page(request, fleets, 'Alert rules', active='alert-rules') as (who, fleet):
            if not who.may(Permission.RULES_READ):
                not_for_you('which rules raise alerts', who, fleet.enterprise.name)
                return
            may = who.may(Permission.RULES_WRITE)
            editor = RuleEditor(rules, who, fleet, may_save=may)

            def act(acted: Acted) -> None:
                if acted.ids[0] in TUNABLE:
                    editor.open(acted.ids[0])

            mine = OwnRules(own, who, fleet, may_save=may)
            with stack():
                with card('Alert rules', caption='what raises alerts, and from when on'):
                    live_table(
                        'alert-rules',
                        _RULES,
                        noun=('rule', 'rules'),
                        search='Name, or what it watches',
                        size=50,
                        file=True,
                        framed=False,
                        actions=[Act(name='set', label='Set…' if may else 'Look at…')],
                        on_act=act,
                        empty=Empty(title='No rule is called so', text='Search by name, or by what a rule watches.'),
                    ).props('data-testid=alert-rules').mark('alert-rules')
                mine.build()
            if (row := fleet[OwnRule].get(own_rule)) is not None:
                look_once(lambda: mine.open(row))
            if rule in TUNABLE:
                look_once(lambda: editor.open(rule))
