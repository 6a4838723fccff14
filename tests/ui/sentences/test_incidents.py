"""An incident as a report."""

from dataclasses import replace

from domain.alerts.model import Comment
from domain.devices.model import Criticality
from domain.incidents.model import Branch, Hurt, Incident
from domain.journal.model import Recorded, Subject
from domain.policies.events import PolicySaved
from tests.persistence.samples import ALERT, T
from ui.sentences.incidents import clock, folded, markdown

ROOT = replace(ALERT, parent=None, cleared_at=T + 3600, comments=(Comment(at=T, by='bo', text='see *this* <b>'),))
INCIDENT = Incident(
    root=ROOT,
    tree=(Branch(0, ROOT), Branch(1, replace(ROOT, id='A2', problem='Mast is down', cleared_at=None))),
    hurt=(
        Hurt('D1', 'crane_1', Criticality.VITAL, {'site': 'port'}, 600.0, 600.0),
        Hurt('D2', 'crane_2', Criticality.LOW, {'site': 'port'}, None, 3060.0, T + 3060),
    ),
    before=(),
    timeline=(),
    told=(),
    now=T + 7200,
    cuts_off=True,
)


def test_it_says_how_long_it_was_whom_it_hurt_and_who_did_not_come_back() -> None:
    report = markdown(INCIDENT)
    for line in (
        '- **Lasted:** 1 h',
        '- **Devices by criticality:** 1 vital, 1 low',
        '- **Devices by label:** site=port 2',
        '- **Device-minutes lost:** about 61 so far, 10 of them by those not heard from',
        '## Devices that did not come back\n\n- crane\\_1 (vital; site=port; silent for 10 min)\n',
    ):
        assert line in report
    assert '  - Mast is down' in report
    missing, _, back = report.partition('## Devices it hurt that are back\n\n')
    assert back.startswith(f'- crane\\_2 (low; site=port; back at {clock(T + 3060)})\n')
    assert 'crane\\_2' not in missing
    assert 'crane\\_1' not in back
    assert '## What happened' not in report, 'a part of which nothing is known is left out'


def test_what_people_wrote_is_text_and_no_markup() -> None:
    assert 'see \\*this\\* \\<b\\>' in markdown(INCIDENT)


def test_what_was_done_to_many_is_one_line_and_to_few_a_line_each() -> None:
    def added(number: int, by: str) -> Recorded:
        subject = Subject('policy', f'P{number}', f'rule-{number}')
        return Recorded(
            number, PolicySaved(at=T + number, enterprise='E', subject=subject, by=by, created=True, version=1)
        )

    entries = [*(added(number, 'Ana') for number in range(51)), *(added(number, 'Bo') for number in range(51, 54))]
    found = folded(entries)
    assert [len(one.entries) for one in found] == [51, 1, 1, 1]
    assert found[0].words == '51 policies were added by Ana'
    report = markdown(replace(INCIDENT, before=tuple(entries)))
    assert '51 policies were added by Ana' in report
    assert 'rule-7 ' not in report
    assert report.count('by Bo') == 3
