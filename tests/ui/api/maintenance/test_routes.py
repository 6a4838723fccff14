"""Maintenance windows over the API: planned, begun early, extended, ended, removed, and what is refused."""

from tests.ui.api.served import Served

WORKS = {'name': 'Works', 'zone': 'Europe/Amsterdam', 'starts_on': '2027-01-19T01:30', 'length_min': 120}


async def test_a_window_is_planned_begun_early_extended_and_ended(served: Served) -> None:
    program = await served.program()
    site = (await program.post('/towers', {'name': 'Hub', 'region': 'West'})).json()
    made = await program.post(
        '/maintenance-windows', {**WORKS, 'regions': ['West'], 'rule': 'RRULE:FREQ=WEEKLY;BYDAY=TU'}
    )
    window = made.json()
    assert (made.status_code, window['rule'], window['tower_count'], window['until']) == (
        201,
        'FREQ=WEEKLY;BYDAY=TU',
        1,
        None,
    )
    assert [one['starts_at'] for one in window['following']] == [
        '2027-01-19T00:30:00.000Z',
        '2027-01-26T00:30:00.000Z',
        '2027-02-02T00:30:00.000Z',
    ]
    path = f'/maintenance-windows/{window["id"]}'
    begun = (await program.post(f'{path}/begin')).json()
    assert begun['until'] is not None
    assert begun['following'][0]['starts_at'] == '2027-01-26T00:30:00.000Z'
    shown = await program.get(f'/towers/{site["id"]}')
    assert shown['maintenance_until'] == begun['until']
    longer = (await program.post(f'{path}/extend', {'until': '2027-01-15T20:00:00Z'})).json()
    assert longer['until'] == '2027-01-15T20:00:00.000Z'
    assert (await program.post(f'{path}/end')).json()['until'] is None
    assert (await program.get(f'/towers/{site["id"]}'))['maintenance_until'] is None
    again = await program.post(f'{path}/end')
    assert again.status_code == 409
    version = (await program.patch(path, {'length_min': 60}, 4)).json()['version']
    assert (await program.delete(path, version)).status_code == 204
    assert (await program.get('/maintenance-windows'))['items'] == []


async def test_what_is_refused_names_the_field(served: Served) -> None:
    program = await served.program()
    for field, more in (('towers', {}), ('rule', {'regions': ['West'], 'rule': 'FREQ=YEARLY'})):
        refused = await program.post('/maintenance-windows', {**WORKS, **more})
        assert (refused.status_code, refused.json()['field']) == (422, field)
