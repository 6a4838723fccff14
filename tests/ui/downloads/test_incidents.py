"""Incidents as a file."""

import csv
import io

from tests.domain.incidents.test_search import outage
from tests.domain.test_root_cause import hub_and_masts
from tests.ui.conftest import Console


async def test_the_file_has_what_the_page_finds_each_incident_once(console: Console) -> None:
    hub, masts, _ = await hub_and_masts(console.application, 2)
    root = await outage(console.application, hub, masts)
    await console.sign_in()
    for query, ids in ({}, [root.id]), ({'q': 'mast'}, [root.id]), ({'q': 'nothing like it'}, []):
        answer = await console.client.get('/ui/incidents.csv', params=query)
        assert answer.status_code == 200, answer.text
        rows = list(csv.DictReader(io.StringIO(answer.content.decode('utf-8-sig'))))
        assert [row['id'] for row in rows] == ids, query
    refused = await console.client.get('/ui/incidents.csv', params={'label': 'odd'})
    assert 'key=value' in refused.text
