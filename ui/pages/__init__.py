"""The pages, one module per noun; each registers its own addresses. Nothing is built before ``register_pages`` is called."""

from ui.pages import (
    account,
    alert,
    alerts,
    audit,
    device,
    devices,
    enforcement,
    enrolment,
    installation,
    join,
    login,
    overview,
    people,
    policies,
    policy,
    policy_editor,
    providers,
    service_account,
    tower,
    tower_editor,
    towers,
    unknown,
)
from ui.pages.services import Services


def register_pages(services: Services) -> None:
    """Register every page with NiceGUI; to be called before ``ui.run_with``."""
    for module in (
        login,
        join,
        providers,
        overview,
        devices,
        device,
        policies,
        policy_editor,
        policy,
        towers,
        tower_editor,
        tower,
        alerts,
        alert,
        enforcement,
        enrolment,
        people,
        service_account,
        installation,
        account,
        audit,
        unknown,
    ):
        module.register(services)
