"""The page of the report."""

from datetime import UTC, datetime

from domain.access.permissions import Role
from tests.domain.channels.channels import outage
from tests.ui.conftest import Console


async def test_a_person_reads_what_happened_and_chooses_how_far_back(console: Console) -> None:
    await outage(console.application)
    await console.sign_in(Role.VIEWER)
    await console.user.open('/report')
    await console.user.should_see('Since 22:00: 1 other alert')
    await console.user.should_see('Towers cannot be asked: one')
    at = console.application.clock()
    await console.user.should_see(f'major, {datetime.fromtimestamp(at, UTC):%a %H:%M}, open for')
    await console.user.should_see('No site was down.')
    await console.user.open('/report?span=week')
    await console.user.should_see('The last week: 1 other alert')
    await console.user.open('/report?span=<script>')
    await console.user.should_see('Since 22:00')
