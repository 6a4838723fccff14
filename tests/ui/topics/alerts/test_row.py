"""What the inbox shows of an alert."""

from dataclasses import replace

import pytest

from tests.fakes import running_application
from tests.persistence.samples import ALERT
from ui.topics.alerts.row import alert_row


@pytest.mark.parametrize(
    ('kind', 'href'),
    [
        ('tower', '/towers/X1'),
        ('rotation', '/on-call#X1'),
        ('calendar', '/on-call#X1'),
        ('works_calendar', '/maintenance?of=X1'),
        ('enterprise', None),
    ],
)
async def test_what_it_is_about_leads_to_where_that_is_set_up(kind: str, href: str | None) -> None:
    async with running_application() as application:
        alert = replace(ALERT, enterprise=application.enterprise, parent=None, object_kind=kind, object_id='X1')
        assert alert_row(application.fleet, alert)['object_href'] == href
