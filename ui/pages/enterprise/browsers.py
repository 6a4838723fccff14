"""What browsers may keep of an enterprise: asked of an administrator or an owner of the installation."""

from collections.abc import Callable

from domain.access.enterprises import Enterprise
from domain.installation.enterprises import EnterpriseService
from ui.components.controls import ask
from ui.pages.page import guarded
from ui.sign_in import SignedIn


def ask_browsers(
    enterprises: EnterpriseService, who: SignedIn, enterprise: Enterprise, changed: Callable[[], None] = lambda: None
) -> None:
    """Ask whether it is to be the other way than it is; ``changed`` is called when it is."""
    keep = not enterprise.browsers_keep
    lines = (
        [
            'Browsers keep the last picture of pages for 24 hours, to show it without a network, and search in it.',
            'It is for one person, with the role and scope they have; it goes at the sign-out.',
        ]
        if keep
        else [
            'Browsers keep nothing of what its pages show, and what they have kept goes when they next reach the console.',
            'Without a network its pages do not open.',
        ]
    )

    async def go() -> None:
        done = 'Browsers keep pages for 24 hours.' if keep else 'Browsers keep nothing.'
        made = await guarded(who, lambda actor: enterprises.let_browsers_keep(actor, enterprise.id, keep), done=done)
        if made is not None:
            changed()

    verb = 'Let browsers keep pages' if keep else 'Keep nothing on browsers'
    ask(f'What browsers keep of {enterprise.name}', lines, verb, go, danger=not keep)
