"""The design language holds together: every state has a look, every text can be read, colours live in one place."""

import re
from enum import StrEnum

import pytest

from domain.access.permissions import Role
from domain.channels.status import ChannelStatus
from domain.checks.model import CheckStatus
from domain.common.severity import Severity
from domain.devices.compliance import Compliance
from domain.devices.model import Criticality, Presence
from domain.enforcement.listing.responses import Response
from domain.enforcement.model import CommandState
from domain.policies.model import Mode
from domain.towers.model import TowerStatus
from ui.colours import COLOURS, stylesheet
from ui.design import STATES, TONES, look
from ui.doctor.model import State
from ui.server.assets import STATIC

FAMILIES: dict[str, type[StrEnum]] = {
    'presence': Presence,
    'compliance': Compliance,
    'tower': TowerStatus,
    'check': CheckStatus,
    'severity': Severity,
    'command': CommandState,
    'mode': Mode,
    'answer': Response,
    'role': Role,
    'criticality': Criticality,
    'doctor': State,
    'channel': ChannelStatus,
}
TEXT_ON_GROUND = [
    *(
        (ink, ground)
        for ink in ('ink', 'ink-2', 'ink-3', 'accent-ink')
        for ground in ('bg', 'panel', 'panel-2', 'glow')
    ),
    *((f'{tone}-ink', ground) for tone in TONES for ground in ('panel', 'glow', f'{tone}-soft')),
    ('accent-ink', 'accent-soft'),
    ('accent-over', 'accent'),
    ('bad-over', 'bad'),
    ('ink', 'accent-soft'),
    ('ink-2', 'accent-soft'),
]
MARK_ON_GROUND = [*((tone, 'panel') for tone in TONES), ('accent', 'panel'), ('accent', 'bg'), ('line-2', 'panel')]


@pytest.mark.parametrize('family', FAMILIES)
def test_every_state_of_the_domain_has_its_look(family: str) -> None:
    assert set(STATES[family]) == {member.value for member in FAMILIES[family]}


def test_a_state_without_a_description_is_shown_by_its_own_word_as_unknown() -> None:
    shown = look('presence', 'half_asleep')
    assert (shown.word, shown.shape, shown.tone) == ('Half asleep', 'ring', 'unk')


def test_the_same_value_looks_the_same_in_every_family() -> None:
    seen: dict[str, object] = {}
    for states in STATES.values():
        for value, shown in states.items():
            assert seen.setdefault(value, shown) == shown


def test_tones_that_mean_different_things_differ_in_shape_too() -> None:
    shapes = {(shown.tone, shown.shape) for states in STATES.values() for shown in states.values()}
    assert shapes == {
        ('ok', 'disc'), ('warn', 'triangle'), ('bad', 'square'), ('crit', 'square'), ('info', 'diamond'), ('unk', 'ring'),
    }  # fmt: skip


@pytest.mark.parametrize('theme', [0, 1], ids=['light', 'dark'])
@pytest.mark.parametrize(('ink', 'ground'), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(ink: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize('theme', [0, 1], ids=['light', 'dark'])
@pytest.mark.parametrize(('mark', 'ground'), MARK_ON_GROUND)
def test_marks_and_edges_stand_out_from_their_ground(mark: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[mark][theme], COLOURS[ground][theme]) >= 3


def test_colours_are_written_nowhere_else() -> None:
    for sheet in (STATIC / 'css').glob('*.css'):
        assert not re.findall(r'#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(', sheet.read_text()), sheet.name


def test_styles_use_only_tokens_that_exist() -> None:
    known = set(re.findall(r'--([\w-]+):', stylesheet()))
    used = {
        name for sheet in (STATIC / 'css').glob('*.css') for name in re.findall(r'var\(--([\w-]+)\)', sheet.read_text())
    }
    assert used <= known


def test_nothing_is_loaded_from_outside() -> None:
    for path in STATIC.rglob('*'):
        if path.suffix in {'.css', '.js'}:
            assert not re.findall(r'(?:url\(|src=|href=|import\(|fetch\()["\'`]?(?:https?:)?//', path.read_text()), (
                path.name
            )


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
