"""The demo's own account and tokens: the same for the same folder, and mended after a kill at any moment."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.policies.model import Policy
from domain.sign_in.model import Browser
from tests.fakes import RunningApplication, running_application
from ui.operator.demo import EMAIL, ENTERPRISE, _account, _forget_tokens
from ui.operator.operations import Operations


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def opens(application: RunningApplication, password: str) -> bool:
    return bool((await application.accounts.sign_in(EMAIL, password, Browser())).secret)


async def test_the_same_folder_keeps_the_same_password_which_only_its_owner_can_read(
    application: RunningApplication, tmp_path: Path
) -> None:
    password = await _account(Operations(application), tmp_path)
    assert await opens(application, password)
    assert await _account(Operations(application), tmp_path) == password
    assert (tmp_path / 'demo-login.json').stat().st_mode & 0o077 == 0
    policies = application.fleets.of(application.enterprises.named(ENTERPRISE).id)[Policy].values()
    assert sorted(policy.name for policy in policies if policy.mode == 'enforce') == [
        'Not rooted',
        'Patch level ≤ 60 days',
    ]


async def test_a_demo_killed_before_or_after_it_wrote_down_the_password_starts_again(
    application: RunningApplication, tmp_path: Path
) -> None:
    await _account(Operations(application), tmp_path)
    (tmp_path / 'demo-login.json').unlink()
    assert await opens(application, await _account(Operations(application), tmp_path))
    kept = {'email': EMAIL, 'password': 'written down, account not yet made'}
    async with running_application() as fresh:
        (tmp_path / 'demo-login.json').write_text(json.dumps(kept))
        assert await _account(Operations(fresh), tmp_path) == kept['password']
        assert await opens(fresh, kept['password'])


async def test_tokens_of_earlier_demos_end_others_stay(application: RunningApplication, tmp_path: Path) -> None:
    door = Operations(application)
    await _account(door, tmp_path)
    for name in ('demo fleet', 'demo fleet', 'mine'):
        await door.run('token enrolment', {'enterprise': ENTERPRISE, 'name': name})
    await _forget_tokens(door)
    assert [token['name'] for token in (await door.run('token list', {}))['items']] == ['mine']
