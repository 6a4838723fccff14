"""The pages, one module per noun; each registers its own addresses. Nothing is built before ``register_pages`` is called."""

from ui.pages import (
    alert,
    alerts,
    audit,
    device,
    devices,
    enforcement,
    login,
    overview,
    policies,
    policy,
    policy_editor,
    tower,
    tower_editor,
    towers,
)
from ui.pages.services import Services


def register_pages(services: Services) -> None:
    """Register every page with NiceGUI; to be called before ``ui.run_with``."""
    for module in (
        login,
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
        audit,
    ):
        module.register(services)
