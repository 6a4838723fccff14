"""The checks of a tower in their column: flat, each with its kind, as earlier versions wrote them."""

import json

from domain.checks.kinds import KINDS
from domain.checks.model import check_of
from persistence.towers import FORMS
from ui.api.towers.checks import example

FORM = FORMS['checks']


def test_checks_of_every_kind_come_back_as_they_were() -> None:
    checks = tuple(check_of({**example(kind), 'id': f'C{n}'}) for n, kind in enumerate(KINDS.values()))
    stored = FORM.write(checks)
    assert FORM.read(stored) == checks
    assert [row['kind'] for row in json.loads(stored)] == list(KINDS)


def test_what_an_earlier_version_wrote_is_read() -> None:
    (tcp, http) = FORM.read(
        '[{"id":"C1","kind":"tcp","host":"10.0.0.1","port":5060,"url":null,"expect_status":200,"interval_s":30.5,'
        '"retry_interval_s":10,"timeout_s":5,"max_attempts":3},{"id":"C2","kind":"http","host":null,"port":null,'
        '"url":"http://10.0.0.1/status","expect_status":204,"interval_s":60,"retry_interval_s":10,"timeout_s":5,"max_attempts":1}]'
    )
    assert (tcp.id, tcp.label, tcp.interval_s) == ('C1', 'TCP 10.0.0.1:5060', 30.5)
    assert (http.id, http.label, http.target.expect_status, http.max_attempts) == (
        'C2',
        'HTTP http://10.0.0.1/status',
        204,
        1,
    )
