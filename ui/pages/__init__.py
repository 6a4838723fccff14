"""The pages, one module per noun; each registers its own addresses. Nothing is built before ``register_pages`` is called."""

from ui.pages import audit, overview
from ui.pages import not_found as unknown
from ui.pages.account import overview as account
from ui.pages.alerts import detail as alert
from ui.pages.alerts import list as alerts
from ui.pages.devices import detail as device
from ui.pages.devices import list as devices
from ui.pages.enforcement import list as enforcement
from ui.pages.enrolment import list as enrolment
from ui.pages.installation import overview as installation
from ui.pages.people import list as people
from ui.pages.people import service_account
from ui.pages.policies import detail as policy
from ui.pages.policies import edit as policy_editor
from ui.pages.policies import list as policies
from ui.pages.services import Services
from ui.pages.sign_in import login, providers
from ui.pages.sign_in import one_time_link as join
from ui.pages.towers import detail as tower
from ui.pages.towers import edit as tower_editor
from ui.pages.towers import list as towers


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
