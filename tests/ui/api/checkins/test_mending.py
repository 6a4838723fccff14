"""JSON that a strict decoder does not take costs the value that is odd, not the check-in."""

import pytest

from tests.ui.api.served import Served
from ui.api.checkins.mending import mended
from ui.api.checkins.reading import read_check_in

HEAD = b'{"sequence":1,"observed_at":"2027-01-15T08:00:00Z",'


@pytest.mark.parametrize(
    ('rest', 'fields'),
    [
        (b'"radio":{"rat":"LTE","rsrp":1e999}}', ['radio.rsrp']),
        (b'"facts":{"os":{"name":"Crane \\ud83d"},"network":{"hostname":"crane-7"}}}', ['facts.os.name']),
        (b'"facts":{"custom":{"\\udc00":1,"a":1}}}', ['facts.custom.\ufffd']),
        (b'"facts":{"custom":{"a":[1,"\\ud800"],"b":-1E400}}}', ['facts.custom.a', 'facts.custom.b', 'facts.custom.a']),
        (b'"x":"\\ud800"}', ['x']),
    ],
)
async def test_an_odd_value_alone_is_left_out_and_named(served: Served, rest: bytes, fields: list[str]) -> None:
    device, caller = await served.device()
    answer = await caller.send('POST', '/checkins', content=HEAD + rest)
    assert answer.status_code == 200, answer.text
    assert [each['field'] for each in answer.json()['ignored']] == fields
    shown = await (await served.program()).get(f'/devices/{device}')
    assert (shown['presence'], shown['sequence']) == ('online', 1)


async def test_a_byte_order_mark_is_no_part_of_it(served: Served) -> None:
    _, caller = await served.device()
    answer = await caller.send('POST', '/checkins', content=b'\xef\xbb\xbf' + HEAD[:-1] + b'}')
    assert (answer.status_code, answer.json()['ignored']) == (200, [])


async def test_an_item_of_a_batch_costs_no_other(served: Served) -> None:
    first, _ = await served.device()
    second, _ = await served.device()
    item = b'{"device":"%s","sequence":1,"observed_at":"2027-01-15T08:00:00Z","facts":{"os":{"name":"%s"}}}'
    items = [item % (first.encode(), b'\\ud83d'), item % (second.encode(), b'Linux'), item % (second.encode(), b'\xff')]
    program = await served.program()
    answer = await program.send('POST', '/checkins:batch', content=b'\xef\xbb\xbf[' + b','.join(items) + b']')
    assert answer.status_code == 200, answer.text
    assert answer.json()['accepted'] == 2
    assert [(one['line'], one['detail']) for one in answer.json()['rejected']] == [(3, 'JSON is written in UTF-8')]
    assert [(one['line'], one['field']) for one in answer.json()['ignored']] == [(1, 'facts.os.name')]


def test_the_rest_is_as_it_was() -> None:
    said = HEAD + '"facts":{"os":{"name":"Zoë \\ud83d\\ude92"},"custom":{"a":1e999,"b":12345678901234567}}}'.encode()
    checkin, odd, _ = read_check_in(said)
    assert [each.field for each in odd] == ['facts.custom.a']
    assert checkin.facts is not None
    assert checkin.facts.os is not None
    assert (checkin.facts.os.name, checkin.facts.custom) == ('Zoë 🚒', {'b': 12345678901234567})


@pytest.mark.parametrize(
    'data', [b'', b'{', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":"\xff"}', b'[' * 60_000, b'{"a":1}']
)
def test_what_is_no_json_or_needs_no_mending_is_left(data: bytes) -> None:
    assert mended(data) is None
