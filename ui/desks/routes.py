"""What a page sends back of its reader's desk, and of the browser in which they are notified."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route

from domain.access.actors import Actor
from domain.common.errors import DomainError, Invalid, NotSignedIn
from domain.desks.input import NewView
from domain.desks.service import DeskService
from domain.fleet.fleets import Fleets
from domain.oncall.browsers import BrowserService
from ui.api.http.problems import render
from ui.crypto.push_keys import public_key
from ui.desks.told import told
from ui.sign_in.guard import SignedIn, signed_in_scope
from ui.sign_in.user_agents import browser_name


def register_desks(app: FastAPI, *, fleets: Fleets, desks: DeskService, browsers: BrowserService) -> None:
    """Register ``POST /ui/desk``, ``/ui/views`` and ``/ui/views/{view}/remove``: JSON in, what the page is told out."""

    async def set_desk(request: Request, actor: Actor) -> None:
        await desks.change(actor, await _object(request))

    async def save_view(request: Request, actor: Actor) -> None:
        try:
            new = msgspec.convert(await _object(request), NewView)
        except msgspec.ValidationError as error:
            raise Invalid(str(error)) from None
        await desks.save(actor, new)

    async def remove_view(request: Request, actor: Actor) -> None:
        await desks.remove(actor, request.path_params['view'])

    for path, act in (('/ui/desk', set_desk), ('/ui/views', save_view), ('/ui/views/{view}/remove', remove_view)):
        app.router.routes.append(Route(path, _answering(fleets, act), methods=['POST']))
    _register_browsers(app, browsers)


def _register_browsers(app: FastAPI, browsers: BrowserService) -> None:
    """``POST /ui/browsers/key``, ``/ui/browsers``, ``/ui/browsers/again`` and ``/ui/browsers/renew``: what a browser needs and says to be
    notified."""

    async def key(request: Request, who: SignedIn) -> Any:
        return {'key': public_key(await browsers.private_key(who.actor()))}

    async def notify(request: Request, who: SignedIn) -> Any:
        name = browser_name(request.headers.get('user-agent', '')[:200])
        made = await browsers.notify(who.actor(), who.session.id, name, await _object(request))
        return {'id': made.id}

    async def again(request: Request, who: SignedIn) -> Any:
        endpoint = str((await _object(request)).get('endpoint', ''))
        return {'known': await browsers.again(who.actor(), who.session.id, endpoint)}

    async def renew(request: Request, who: SignedIn) -> Any:
        said = await _object(request)
        return {'known': await browsers.renew(who.actor(), str(said.get('former', '')), said)}

    acts = {'/key': key, '': notify, '/again': again, '/renew': renew}
    for path, act in ((f'/ui/browsers{end}', act) for end, act in acts.items()):
        app.router.routes.append(Route(path, _saying(act), methods=['POST']))


def _answering(fleets: Fleets, act: Any) -> Any:
    async def say(request: Request, who: SignedIn) -> Any:
        await act(request, who.actor())
        return told(fleets, who.person)

    return _saying(say)


def _saying(say: Any) -> Any:
    async def answer(request: Request) -> Response:
        try:
            who = signed_in_scope(request.scope)
            if who is None:
                raise NotSignedIn('your session has ended; sign in again')
            said = await say(request, who)
        except DomainError as refusal:
            return render(refusal, request.scope)
        headers = {'cache-control': 'no-store'}
        return Response(msgspec.json.encode(said), headers=headers, media_type='application/json')

    return answer


async def _object(request: Request) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(await request.body(), type=dict[str, Any])
    except msgspec.DecodeError:
        raise Invalid('send a JSON object') from None
