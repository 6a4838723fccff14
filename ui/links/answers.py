"""Where the link in a message leads: a page with one button. Showing it does nothing, since programs that look for harmful links open it
before its reader does (RFC 9110, 9.2.1: a GET is safe); the button acknowledges."""

from collections.abc import Mapping
from html import escape

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from domain.oncall.answers.model import Answerable, AnswerState
from domain.oncall.answers.service import PATH, AnswerService
from domain.sign_in.throttle import Throttle
from ui.durations import counted
from ui.links.document import document, facts, when
from ui.links.guessing import wait_after_wrong
from ui.sentences.alerts import problem_of

_WHY: Mapping[AnswerState, tuple[str, str]] = {
    AnswerState.UNKNOWN: ('This link does nothing', 'It is incomplete, or too old. Sign in to see the alert.'),
    AnswerState.EXPIRED: (
        'This link has expired',
        'It counted for twelve hours. The alert is still open: sign in to take it.',
    ),
    AnswerState.OFF: (
        'Links do not acknowledge here',
        'Your enterprise has switched this off. Sign in to take the alert.',
    ),
    AnswerState.NOT_ALLOWED: (
        'You may not acknowledge this',
        'Your role does not answer alerts any more. Nothing was done.',
    ),
    AnswerState.OVER: ('This alert is over', 'There is nothing left to take.'),
}
"""Title and words for what cannot be pressed, where they need nothing of the alert."""


def register_answers(app: FastAPI, *, answers: AnswerService, throttle: Throttle) -> None:
    """Register ``/answer/{secret}``."""

    @app.get(PATH + '{secret}', include_in_schema=False)
    @app.head(PATH + '{secret}', include_in_schema=False)
    async def look(request: Request, secret: str) -> Response:
        return await _shown(request, answers.look(secret))

    @app.post(PATH + '{secret}', include_in_schema=False)
    async def answer(request: Request, secret: str) -> Response:
        address = request.client.host if request.client else ''
        found = await answers.answer(secret, address)
        if found.state is AnswerState.OPEN:  # what a reload shows is a GET: the press is not sent twice
            return RedirectResponse(
                f'{PATH}{secret}', 303, {'referrer-policy': 'no-referrer', 'cache-control': 'no-store'}
            )
        return await _shown(request, found)

    async def _shown(request: Request, found: Answerable) -> Response:
        if found.state is AnswerState.UNKNOWN and (wait := await wait_after_wrong(throttle, request)):
            words = f'<p>Too many links that do nothing came from your address. Try again in {wait} s.</p>'
            return document('Wait a moment', words, status=429, headers={'retry-after': str(wait)})
        return _page(found)


def _page(found: Answerable) -> Response:
    alert = found.alert
    if found.state in _WHY:
        title, words = _WHY[found.state]
        status = 404 if found.state is AnswerState.UNKNOWN else 410
        return document(title, f'<p>{words}</p>{_SIGN_IN}', status=status)
    if alert is None:  # every other state has one
        return document(*_WHY[AnswerState.OVER], status=410)
    known = facts(
        [
            ('What', problem_of(alert)),
            ('Severity', alert.severity.value),
            ('Since', when(alert.raised_at)),
            ('Devices concerned', f'{alert.devices:,}' if alert.devices else ''),
            ('Enterprise', found.enterprise),
        ]
    )
    door = f'<p><a href="/alerts/{escape(alert.id)}">Open the alert</a> (asks you to sign in)</p>'
    if found.state is AnswerState.OPEN:
        press = '<form method="post"><button class="go" type="submit">I have it</button></form>'
        words = f'<p class="quiet small">It is acknowledged as {escape(found.person)}, and this link is used up.</p>'
        return document('Take this alert?', f'{known}{press}{words}{door}')
    if found.state is AnswerState.USED and alert.acknowledged_at is None:
        words = '<p>This link was used before. The alert waits for a person again: sign in to take it.</p>'
        return document('This link was used', f'{words}{known}{door}', status=410)
    if found.state is AnswerState.USED and alert.assigned_name == found.person:
        others = f'<p>{escape(counted(alert.devices, "device"))} concerned.</p>' if alert.devices else ''
        return document(
            'You have it', f'<p>The alert is acknowledged, and nobody else is called.</p>{others}{known}{door}'
        )
    name = escape(alert.assigned_name or alert.acknowledged_by or 'Another person')
    return document('It is taken', f'<p>{name} has acknowledged this alert already.</p>{known}{door}')


_SIGN_IN = '<p><a href="/now">Open the console</a></p>'
