"""The pages on which a policy is written: a new one, and one that is there."""

from fastapi import Request

from domain.access.permissions import Permission
from domain.fleet.fleets import Fleets
from domain.policies.model import Policy
from domain.policies.service import PolicyService
from ui.components.page_state import Empty
from ui.pages.page import forbidden, nowhere, page
from ui.pages.policies.form import PolicyForm
from ui.pages.screen import screen
from ui.sign_in import SignedIn


def register(*, fleets: Fleets, policies: PolicyService) -> None:
    """Register ``/policies/new`` and ``/policies/{policy_id}/edit``."""

    @screen('/policies/new')
    def new_policy(request: Request) -> None:
        with page(request, fleets, 'Policies', active='policies') as (who, fleet):
            if _allowed(who):
                PolicyForm(policies, who, fleet, None)

    @screen('/policies/{policy_id}/edit')
    def edit_policy(request: Request, policy_id: str) -> None:
        with page(request, fleets, 'Policies', active='policies') as (who, fleet):
            policy = fleet[Policy].get(policy_id)
            if policy is None:
                gone = Empty(
                    title='There is no such policy',
                    text='It may have been retired.',
                    href='/policies',
                    label='All policies',
                )
                nowhere(gone)
            elif _allowed(who):
                PolicyForm(policies, who, fleet, policy)


def _allowed(who: SignedIn) -> bool:
    if who.may(Permission.POLICIES_WRITE):
        return True
    forbidden(
        Empty(
            title='Your role may read policies, not write them',
            text=f'You are signed in as {who.person.role}. Security staff and administrators write policies.',
            href='/policies',
            label='All policies',
        )
    )
    return False
