"""The API to read and to try: what programs and devices may ask, with examples, under the reader's own permissions."""

import json
from collections.abc import Callable
from functools import cache

from fastapi import Request
from nicegui import events, ui

from domain.access.permissions import Permission
from domain.fleet.fleets import Fleets
from ui.components.api_reference import api_reference
from ui.components.card import card, link, text
from ui.components.step_up import confirmed
from ui.components.still import still
from ui.pages.api.reference import Operation, operations
from ui.pages.api.render import prose, subjects
from ui.pages.page import page
from ui.pages.screen import screen


def register(*, fleets: Fleets, description: Callable[[], bytes]) -> None:
    """Register ``/api``; ``description`` gives the OpenAPI document as it is served."""

    @cache
    def known() -> tuple[str, str, list[Operation]]:
        document = json.loads(description())
        return document['info']['version'], document['info']['description'], operations(document)

    @screen('/api')
    def api(request: Request) -> None:
        with page(request, fleets, 'API', active='api') as (who, fleet):
            version, words, found = known()
            with card('How it is asked', caption=f'release {version}', body=True):
                ui.html(f'<div class="cw-api-text">{prose(words)}</div>', sanitize=False)
                with ui.element('p').classes('cw-quiet'):
                    text('A program asks with a token, which you make under ')
                    link('My account', '/account')
                    text('. Tools read the description at ')
                    link('/api/v1/openapi.json', '/api/v1/openapi.json')
                    text('.')
            tool = api_reference(enterprise=fleet.enterprise.name)

            async def prove(_: events.GenericEventArguments) -> None:
                if await confirmed(who):
                    tool.again()

            tool.on('proof', prove)
            address = str(request.base_url).rstrip('/')
            rendered = subjects(found, address, lambda scope: who.may(Permission(scope)))
            still(rendered, name='operations').classes('cw-api').props('data-testid=operations')
