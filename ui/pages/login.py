"""The sign-in for people with a local account."""

from nicegui import ui

from ui.frame import bare
from ui.pages.services import Services


def register(services: Services) -> None:
    """Register ``/login``."""

    @ui.page('/login')
    def login() -> None:
        with bare('Sign in'):
            pass
