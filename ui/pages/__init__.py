"""The pages: a row for each module, with its addresses and what it takes of the application. The site map of the screens.

Nothing is built before :func:`register_pages` is called. Where two addresses fit, the row that stands first wins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.application import Application
from domain.sign_in.providers import Provider
from ui.doctor.table import Examine
from ui.operator.story import Story
from ui.pages import audit, doctor, failed, not_found, now, overview, report
from ui.pages.account import overview as account_overview
from ui.pages.alert_rules import list as alert_rule_list
from ui.pages.alerts import detail as alert_detail
from ui.pages.alerts import incident as alert_incident
from ui.pages.alerts import list as alert_list
from ui.pages.alerts import past as past_incidents
from ui.pages.api import overview as api_overview
from ui.pages.channels import list as channel_list
from ui.pages.devices import detail as device_detail
from ui.pages.devices import list as device_list
from ui.pages.enforcement import list as command_list
from ui.pages.enrolment import list as enrolment_list
from ui.pages.enterprise import overview as enterprise_overview
from ui.pages.handovers import list as handover_list
from ui.pages.installation import overview as installation_overview
from ui.pages.maintenance import list as maintenance_list
from ui.pages.oncall import list as on_call_list
from ui.pages.oncall import rota as on_call_rota
from ui.pages.people import list as people_list
from ui.pages.people import service_account
from ui.pages.policies import detail as policy_detail
from ui.pages.policies import edit as policy_edit
from ui.pages.policies import list as policy_list
from ui.pages.policies import violations
from ui.pages.sign_in import login, one_time_link, providers
from ui.pages.silences import list as silence_list
from ui.pages.status_page import edit as status_page_edit
from ui.pages.towers import detail as tower_detail
from ui.pages.towers import edit as tower_edit
from ui.pages.towers import list as tower_list
from ui.pages.unknown_cells import detail as unknown_cell_detail
from ui.pages.unknown_cells import list as unknown_cell_list


@dataclass(frozen=True, slots=True)
class Beside:
    """What pages show beside the application: the identity providers that people may come from, as the settings name them, and what the
    doctor finds of the whole installation."""

    providers: Sequence[Provider]
    examine: Examine
    description: Callable[[], bytes]
    """Of the API, as OpenAPI."""
    story: Story | None = None
    """Of a demo."""


@dataclass(frozen=True, slots=True)
class PageRow:
    """The addresses that a module registers, and how it is handed the parts that it takes."""

    addresses: tuple[str, ...]
    register: Callable[[Application, Beside], None]


PAGES: tuple[PageRow, ...] = (
    PageRow(
        ('/login', '/login/code'),
        lambda parts, beside: login.register(fleets=parts.fleets, access=parts.access, providers=beside.providers),
    ),
    PageRow(
        ('/join',),
        lambda parts, _: one_time_link.register(fleets=parts.fleets, links=parts.links, seal=parts.seal),
    ),
    PageRow(
        ('/login/{name}/refused', '/account/confirmed'),
        lambda parts, beside: providers.register(providers=beside.providers, seal=parts.seal),
    ),
    PageRow(
        ('/',),
        lambda parts, beside: overview.register(fleets=parts.fleets, tokens=parts.tokens, story=beside.story),
    ),
    PageRow(
        ('/devices',),
        lambda parts, _: device_list.register(
            fleets=parts.fleets, devices=parts.devices, commands=parts.commands, tokens=parts.tokens
        ),
    ),
    PageRow(
        ('/devices/{id}',),
        lambda parts, _: device_detail.register(
            fleets=parts.fleets,
            devices=parts.devices,
            enrolments=parts.enrolments,
            commands=parts.commands,
            tokens=parts.tokens,
            store=parts.store,
        ),
    ),
    PageRow(('/policies',), lambda parts, _: policy_list.register(fleets=parts.fleets)),
    PageRow(
        ('/policies/new', '/policies/{policy_id}/edit'),
        lambda parts, _: policy_edit.register(fleets=parts.fleets, policies=parts.policies),
    ),
    PageRow(
        ('/policies/{policy_id}',),
        lambda parts, _: policy_detail.register(fleets=parts.fleets, policies=parts.policies),
    ),
    PageRow(('/violations',), lambda parts, _: violations.register(fleets=parts.fleets)),
    PageRow(('/towers',), lambda parts, _: tower_list.register(fleets=parts.fleets)),
    PageRow(
        ('/towers/new', '/towers/{tower_id}/edit'),
        lambda parts, _: tower_edit.register(fleets=parts.fleets, towers=parts.towers),
    ),
    PageRow(
        ('/towers/{tower_id}',),
        lambda parts, _: tower_detail.register(
            fleets=parts.fleets, towers=parts.towers, availability=parts.tower_availability, store=parts.store
        ),
    ),
    PageRow(('/alerts',), lambda parts, _: alert_list.register(fleets=parts.fleets)),
    PageRow(
        ('/alerts/{alert_id}',),
        lambda parts, _: alert_detail.register(fleets=parts.fleets, store=parts.store),
    ),
    PageRow(
        ('/alerts/{alert_id}/incident',),
        lambda parts, _: alert_incident.register(
            fleets=parts.fleets,
            incidents=parts.incidents,
            past=parts.past_incidents,
            links=parts.incident_links,
            base=parts.telling.base,
        ),
    ),
    PageRow(
        ('/incidents',),
        lambda parts, _: past_incidents.register(fleets=parts.fleets, past=parts.past_incidents),
    ),
    PageRow(
        ('/alert-rules',),
        lambda parts, _: alert_rule_list.register(fleets=parts.fleets, rules=parts.alert_rules, own=parts.own_rules),
    ),
    PageRow(('/cells',), lambda parts, _: unknown_cell_list.register(fleets=parts.fleets)),
    PageRow(
        ('/cells/{unknown_cell_id}',),
        lambda parts, _: unknown_cell_detail.register(
            fleets=parts.fleets, cells=parts.unknown_cells, commands=parts.commands
        ),
    ),
    PageRow(('/report',), lambda parts, _: report.register(fleets=parts.fleets, incidents=parts.incidents)),
    PageRow(('/now',), lambda parts, _: now.register(fleets=parts.fleets)),
    PageRow(('/handovers',), lambda parts, _: handover_list.register(fleets=parts.fleets)),
    PageRow(('/enforcement',), lambda parts, _: command_list.register(fleets=parts.fleets, commands=parts.commands)),
    PageRow(
        ('/channels',),
        lambda parts, _: channel_list.register(
            fleets=parts.fleets, channels=parts.channels, telling=parts.telling, enterprises=parts.enterprises
        ),
    ),
    PageRow(
        ('/on-call',),
        lambda parts, _: on_call_list.register(
            fleets=parts.fleets,
            on_call=parts.on_call,
            duty=parts.duty,
            calendars=parts.calendars,
            base=parts.telling.base,
        ),
    ),
    PageRow(
        ('/on-call/rota',),
        lambda parts, _: on_call_rota.register(
            fleets=parts.fleets, on_call=parts.on_call, duty=parts.duty, swaps=parts.swaps
        ),
    ),
    PageRow(
        ('/silences',),
        lambda parts, _: silence_list.register(fleets=parts.fleets, silences=parts.silences),
    ),
    PageRow(
        ('/maintenance',),
        lambda parts, _: maintenance_list.register(
            fleets=parts.fleets, maintenance=parts.maintenance, calendars=parts.works_calendars
        ),
    ),
    PageRow(
        ('/status-page',),
        lambda parts, _: status_page_edit.register(fleets=parts.fleets, pages=parts.status_page, notices=parts.notices),
    ),
    PageRow(
        ('/enrolment',),
        lambda parts, _: enrolment_list.register(fleets=parts.fleets, enrolments=parts.enrolments, tokens=parts.tokens),
    ),
    PageRow(
        ('/people',),
        lambda parts, beside: people_list.register(
            fleets=parts.fleets,
            people=parts.people,
            on_call=parts.on_call,
            links=parts.links,
            linking=parts.linking,
            providers=beside.providers,
        ),
    ),
    PageRow(
        ('/people/services/{person_id}',),
        lambda parts, beside: service_account.register(
            fleets=parts.fleets,
            people=parts.people,
            on_call=parts.on_call,
            links=parts.links,
            linking=parts.linking,
            tokens=parts.tokens,
            providers=beside.providers,
        ),
    ),
    PageRow(
        ('/enterprise',),
        lambda parts, _: enterprise_overview.register(fleets=parts.fleets, enterprises=parts.enterprises),
    ),
    PageRow(
        ('/installation',),
        lambda parts, beside: installation_overview.register(
            fleets=parts.fleets,
            owners=parts.owners,
            enterprises=parts.enterprises,
            policies=parts.policies,
            providers=beside.providers,
        ),
    ),
    PageRow(
        ('/doctor',),
        lambda parts, beside: doctor.register(fleets=parts.fleets, examine=beside.examine, clock=parts.clock),
    ),
    PageRow(
        ('/account',),
        lambda parts, beside: account_overview.register(
            fleets=parts.fleets,
            access=parts.access,
            my_account=parts.my_account,
            browsers=parts.browsers,
            telling=parts.telling,
            second_factor=parts.second_factor,
            tokens=parts.tokens,
            desks=parts.desks,
            providers=beside.providers,
            clock=parts.clock,
        ),
    ),
    PageRow(
        ('/audit', '/audit/installation'),
        lambda parts, _: audit.register(fleets=parts.fleets, audit=parts.audit),
    ),
    PageRow(
        ('/api',), lambda parts, beside: api_overview.register(fleets=parts.fleets, description=beside.description)
    ),
    PageRow((), lambda parts, _: not_found.register(fleets=parts.fleets)),
    PageRow((), lambda parts, _: failed.register(fleets=parts.fleets)),
)


def register_pages(
    application: Application,
    *,
    providers: Sequence[Provider],
    examine: Examine,
    description: Callable[[], bytes],
    story: Story | None = None,
) -> None:
    """Register every page with NiceGUI; to be called before ``ui.run_with``."""
    for row in PAGES:
        row.register(application, Beside(providers, examine, description, story))
