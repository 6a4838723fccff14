"""The doors for people: one module per way in, and the guard before every page and socket."""

from fastapi import FastAPI

from domain.services.access import AccessService
from domain.services.accounts import AccountService
from ui.auth.forms import Secure, safe_target
from ui.auth.guard import COOKIE, Guard, SignedIn, is_signed_in, signed_in
from ui.auth.live_socket import register_live
from ui.auth.providers import Providers, register_providers
from ui.auth.sign_in import register_sign_in
from ui.live import Live

__all__ = ['COOKIE', 'Guard', 'Providers', 'SignedIn', 'is_signed_in', 'register_auth', 'safe_target', 'signed_in']


def register_auth(
    app: FastAPI,
    *,
    access: AccessService,
    accounts: AccountService,
    providers: Providers,
    live: Live,
    secure_cookies: Secure,
) -> None:
    """Every door for people, on the parent app."""
    register_sign_in(app, access=access, accounts=accounts, secure=secure_cookies, farewell=providers.farewell)
    register_providers(app, providers, secure=secure_cookies)
    register_live(app, live=live)
