"""The doors for people: one module per way in, and the guard before every page and socket."""

from fastapi import FastAPI

from domain.services.access import AccessService
from domain.services.accounts import AccountService
from domain.services.my_account import MyAccountService
from ui.auth.forms import Secure, safe_target
from ui.auth.guard import COOKIE, Guard, SignedIn, is_signed_in, signed_in
from ui.auth.live_socket import register_live
from ui.auth.sign_in import register_sign_in
from ui.auth.step_up import register_step_up
from ui.auth.switch import register_switch
from ui.live import Live

__all__ = ['COOKIE', 'Guard', 'SignedIn', 'is_signed_in', 'register_auth', 'safe_target', 'signed_in']


def register_auth(
    app: FastAPI,
    *,
    access: AccessService,
    accounts: AccountService,
    my_account: MyAccountService,
    live: Live,
    secure_cookies: Secure,
) -> None:
    """Every door for people, on the parent app."""
    register_sign_in(app, access=access, accounts=accounts, secure=secure_cookies)
    register_switch(app, access=access, secure=secure_cookies)
    register_step_up(app, access=access, my_account=my_account, secure=secure_cookies)
    register_live(app, live=live)
