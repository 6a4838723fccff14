"""How people sign in: one module per way in, and the guard before every page and socket."""

from fastapi import FastAPI

from domain.application import Application
from ui.sign_in.enterprise_switch import register_switch
from ui.sign_in.forms import HandOver, Secure, safe_target
from ui.sign_in.guard import COOKIE, Guard, SignedIn, is_signed_in, secret_of, signed_in
from ui.sign_in.one_time_links import register_joining
from ui.sign_in.password import register_sign_in
from ui.sign_in.provider_routes import register_providers
from ui.sign_in.providers import Providers
from ui.sign_in.step_up import register_step_up
from ui.sign_in.vouching import Vouching

__all__ = [
    'COOKIE',
    'Guard',
    'Providers',
    'SignedIn',
    'Vouching',
    'is_signed_in',
    'register_auth',
    'safe_target',
    'secret_of',
    'signed_in',
]


def register_auth(app: FastAPI, application: Application, *, providers: Providers, secure_cookies: Secure) -> None:
    """Every way to sign in, on the parent app."""
    hand_over = HandOver(access=application.access, known=application.known, secure=secure_cookies)
    register_sign_in(
        app,
        access=application.access,
        accounts=application.accounts,
        second_factor=application.second_factor,
        hand_over=hand_over,
        farewell=providers.farewell,
    )
    register_providers(app, providers, linking=application.linking, secure=secure_cookies, hand_over=hand_over)
    register_joining(
        app,
        access=application.access,
        links=application.links,
        setup=application.setup,
        seal=application.seal,
        hand_over=hand_over,
    )
    register_switch(app, access=application.access, hand_over=hand_over)
    register_step_up(app, my_account=application.my_account, hand_over=hand_over)
