"""Across nouns: however a number is written it is one number, and whatever devices say when they enrol, each keeps its place.

Random enrolments against a slow and obvious model: a list of devices with the numbers that they were last known by.
"""

import hypothesis.strategies as st
from hypothesis import given, settings

from domain.cellular.identifiers import Identifiers, clean_identifiers, luhn_valid
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceKind
from domain.enrolment.live import Waiting
from domain.tokens.model import TokenKind
from tests.fakes import RunningApplication, running_application

DIGITS = '0123456789'
BODIES = st.text(DIGITS, min_size=14, max_size=14)
IMEIS = ('35693803564809', '35209900176148', '86012345678901')
SERIALS = ('R58M12ABCDE', 'PF3K9XYZ', 'C02XK0AAJGH5')
NO_IMEI, NO_SERIAL = '00000000000000', 'To be filled by O.E.M.'
UNREADABLE = ('', '?', 'x' * 14, '12', None)


def checked_digit(body: str) -> str:
    return next(check for check in DIGITS if luhn_valid(body + check))


@st.composite
def spelled(draw: st.DrawFn, number: str, separators: str = ' -') -> str:
    """The number as people and machines write it: parted anywhere, with blanks around it."""
    parts = draw(st.lists(st.sampled_from(['', '', '', *separators]), min_size=len(number), max_size=len(number)))
    return draw(st.sampled_from(['', ' ', '\t'])) + ''.join(map(str.__add__, number, parts))


@st.composite
def imei(draw: st.DrawFn, body: str) -> str:
    """The IMEI of this body: without its check digit, with it, or with a software version instead (3GPP TS 23.003, 6.2)."""
    return draw(spelled(body + draw(st.sampled_from(['', checked_digit(body), '00', '07', '99']))))


@given(bodies=st.lists(BODIES, min_size=2, max_size=2, unique=True), data=st.data())
def test_every_form_of_an_imei_is_one_number_and_no_form_is_anothers(bodies: list[str], data: st.DataObject) -> None:
    first, again, other = [
        clean_identifiers(Identifiers(imei=data.draw(imei(body)))).imei for body in (bodies[0], *bodies)
    ]
    assert first == again == bodies[0] + checked_digit(bodies[0])
    assert other != first


@given(number=st.text('0123456789abcdefABCDE', min_size=16, max_size=16), data=st.data())
def test_every_form_of_an_iccid_is_one_number(number: str, data: st.DataObject) -> None:
    """In capitals or not, with and without the filler of the card (3GPP TS 31.102, 4.2.2)."""
    number = f'89{number}1'.upper()
    case = data.draw(st.sampled_from([str.lower, str.upper]))
    written = data.draw(spelled(case(number))) + case(data.draw(st.sampled_from(['', 'F', 'FF'])))
    assert clean_identifiers(Identifiers(iccid=written)).iccid == number


@given(number=st.from_regex('[1-9][0-9]{6,14}', fullmatch=True, alphabet=DIGITS), data=st.data())
def test_every_form_of_a_subscribers_number_is_one_number(number: str, data: st.DataObject) -> None:
    assert clean_identifiers(Identifiers(msisdn='+' + data.draw(spelled(number, ' ()./-')))).msisdn == f'+{number}'


@st.composite
def names(draw: st.DrawFn) -> tuple[str | None, str | None, Identifiers]:
    """What a device is truly called (the body of its IMEI, its serial number), and how it says so; a number may be none, or unreadable."""
    body, serial = draw(st.sampled_from([None, NO_IMEI, *IMEIS])), draw(st.sampled_from([None, NO_SERIAL, *SERIALS]))
    said = draw(imei(body)) if body else None
    iccid = draw(st.sampled_from([*UNREADABLE, '8931440400000000001']))
    written = Identifiers(imei=said, serial=f' {serial} ' if serial else None, iccid=iccid)
    if not (said or serial):
        written = Identifiers()  # a device all of whose numbers cannot be read is refused
    return (None if body == NO_IMEI else body), (None if serial == NO_SERIAL else serial), written


class Model:
    """Devices in the order in which they came: the numbers of each that are known, and which of them wait for a person."""

    def __init__(self) -> None:
        self.known: list[dict[str, str]] = []
        self.waiting: set[int] = set()

    def enrol(self, body: str | None, serial: str | None) -> int:
        """Which of the devices it is. One whose numbers name two devices, neither of them by all, is a further one that waits."""
        said = {name: value for name, value in (('imei', body), ('serial', serial)) if value is not None}
        some = [number for number, known in enumerate(self.known) if known.items() & said.items()]
        every = [number for number in some if said.items() <= self.known[number].items()]
        settled = [number for number in some if number not in self.waiting]
        exact = [number for number in every if number in settled]
        if len(exact) == 1:
            which, waits = exact[0], False
        elif asked := [number for number in every if number in self.waiting]:
            which, waits = asked[0], bool(settled)
        elif len(settled) == 1 or (len(some) == 1 and not settled):
            which, waits = (settled or some)[0], False
        else:
            which, waits = len(self.known), bool(settled)
            self.known.append({})
        self.known[which] |= said
        (self.waiting.add if waits else self.waiting.discard)(which)
        return which


async def enrol(application: RunningApplication, token: str, written: Identifiers) -> str:
    new = NewDevice(name='crane', kind=DeviceKind.TABLET, identifiers=written)
    return (await application.enrolments.enrol(token, new)).device.id


@settings(max_examples=60)
@given(st.lists(names(), max_size=14))
async def test_a_device_keeps_its_place_by_any_of_its_numbers_however_they_are_written(
    said: list[tuple[str | None, str | None, Identifiers]],
) -> None:
    async with running_application() as application:
        _, token = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
        model, ids = Model(), list[str]()
        for body, serial, written in said:
            which = model.enrol(body, serial)
            device = await enrol(application, token, written)
            ids += [device] if which == len(ids) else []
            assert ids[which] == device
        found = [application.fleet[Device][each].identifiers for each in ids]
        assert len(application.fleet[Device]) == len(ids)
        assert set(application.fleet.index(Waiting).credentials) == {ids[number] for number in model.waiting}
        assert [(each.key('imei') or '')[:14] for each in found] == [known.get('imei', '') for known in model.known]
        assert [each.key('serial') or '' for each in found] == [known.get('serial', '') for known in model.known]


async def test_a_placeholder_takes_no_number_away() -> None:
    """A modem that lost its factory data says what thousands say; the device is known by its IMEI as before."""
    async with running_application() as application:
        _, token = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
        first = await enrol(application, token, Identifiers(imei='3569380356480907', serial='PF3K9XYZ'))
        for said in (Identifiers(imei='0049990106400000', serial='PF3K9XYZ'), Identifiers(imei='35693803564809')):
            assert await enrol(application, token, said) == first
        kept = application.fleet[Device][first].identifiers
    assert (kept.imei, kept.imei_svn, kept.serial) == ('356938035648097', '07', 'PF3K9XYZ')
