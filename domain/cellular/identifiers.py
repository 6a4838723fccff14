"""The numbers that name a device and its subscription: IMEI, ICCID, IMSI, serial number, MSISDN."""

import re
from dataclasses import dataclass, replace
from unicodedata import normalize

from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from domain.common.reading import shown
from domain.common.text import clean_line

KEYS = ('imei', 'serial')
"""What a device is known again by."""
WORDS = {'imei': 'IMEI', 'serial': 'serial number'}
# The check digit is what the others give, or what was written there. The long ones stand in modems without their factory data and in
# copies of one handset; a serial part of zeros (3GPP TS 23.003, 6.2.1: SNR) in all those of a type that lost theirs.
_NO_IMEI = re.compile(
    r'(?:(\d)\1{13}|01234567890123|12345678901234|00499901064000|13579024681122|00440015202000|\d{8}000000)\d'
)
_NO_SERIAL = re.compile(
    r'(?i)(to be )?filled by o\.?e\.?m\.?|default string|(system|chassis|base ?board|board|product)?[ _]?serial[ _]?(number|numb|no)?( x+)?'
    r'|system (manufacturer|product name)|not ?(specified|applicable|available|present|set|known|assigned|programmed)|unknown?( serial)?'
    r'|(un(assigned|set|programmed)|blank|dummy|default|invalid|none|null|no)( value| serial| string)?|\(?null( string)?\)?|n/?a'
    r'|o\.?e\.?m\.?[ _]?(serial)?|eval|iatpass|no asset tag|type\dproduct\w+|s/?n'
    r'|(sn|sys|mb)-?12345(678(90)?)?|sys-9876543210|0[02](:00){5}'
    r'|(03000200-0400-0500|00020003-0004-0005)-0006-000700080009'  # of boards whose maker wrote none
    r'|0*123456(7(8(90*(12345\d*)?)?)?)?(abcdef)?|(0x)?(?P<one>.)(?P=one)*'
)
_NO_CARD = {'iccid': re.compile(r'89(.)\1+'), 'imsi': re.compile(r'(\d)\1+|000\d+|12345678901234(5)?')}
"""What cards without their data have: 000 is no country. As the name of a card it would be one card in many devices."""
_AGAIN = re.compile(r'(.+?)(?: \1)*')
_BETWEEN = re.compile('[-_:./ ]')
"""What makers leave in a field that they never filled in: as a serial number it would make one device of thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """What is known of a device's names; all optional, each checked by its own standard.

    ``imei_svn`` is the software version that an IMEISV ends with (3GPP TS 23.003, 6.2.2): no part of what names the device.
    """

    imei: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    serial: str | None = None
    msisdn: str | None = None
    imei_svn: str | None = None

    @property
    def doubtful(self) -> tuple[str, ...]:
        """The names of those that are kept as they were reported and are not right: placeholders, and an IMEI with a wrong check digit."""
        wrong = self.imei is not None and not luhn_valid(self.imei)
        return tuple(name for name in KEYS if self.is_placeholder(name) or (name == 'imei' and wrong))

    def is_placeholder(self, name: str) -> bool:
        """True for an ``imei`` or ``serial`` that makers, modems or emulators leave where none was written: it names no device."""
        value = getattr(self, name)
        if value is None:
            return False
        return bool(_NO_IMEI.fullmatch(value)) if name == 'imei' else _is_no_serial(value)

    def key(self, name: str) -> str | None:
        """The ``imei`` or ``serial`` by which the device is known again; ``None`` without one, and for a placeholder."""
        if self.is_placeholder(name):
            return None
        return imei_of(self.imei) if name == 'imei' else self.serial

    def updated(self, newer: 'Identifiers') -> 'Identifiers':
        """These with what ``newer`` names, for instance of another SIM card.

        What it leaves out stays, and a placeholder takes no number away by which the device is known.
        """
        kept = {name for name in KEYS if newer.is_placeholder(name) and self.key(name) is not None}
        if 'imei' in kept:
            kept.add('imei_svn')
        named = {name: getattr(newer, name) for name in self.__slots__ if name not in kept}
        return replace(self, **{name: value for name, value in named.items() if value is not None})


def _is_no_serial(value: str) -> bool:
    """However it is spelled: with other blanks and letters, in groups, or the same words several times."""
    if value.isalnum() and value.isascii():  # as nearly all are
        return says_nothing(value) or _NO_SERIAL.fullmatch(value) is not None
    text = value if value.isascii() and ' ' not in value else ' '.join(normalize('NFKC', value).split())
    words = [text, _BETWEEN.sub('', text)]
    if ' ' in text and (once := _AGAIN.fullmatch(text)) is not None:
        words.append(once[1])
    return any(says_nothing(each) or _NO_SERIAL.fullmatch(each) for each in words)


def luhn_valid(digits: str) -> bool:
    """True when the last digit is the Luhn check digit of the others (ISO/IEC 7812-1 annex B)."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        digit = int(char)
        if index % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


def is_same_iccid(one: str | None, other: str | None) -> bool:
    """Whether both name one card: some readers leave the check digit off that ends the number (ITU-T E.118, 4)."""
    if one == other or one is None or other is None:
        return one == other
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and long.startswith(short) and long.isdecimal() and luhn_valid(long)


def clean_identifiers(raw: Identifiers, field: str = 'identifiers') -> Identifiers:
    """The same identifiers with blanks and separators removed; empty ones become ``None``.

    Raises ``Invalid`` naming the identifier that breaks its standard.
    """
    digits = _compact(
        raw.imei,
        f'{field}.imei',
        r'\d{14,16}',
        'an IMEI has 15 digits, or 14 without its check digit (3GPP TS 23.003, 6.2.1)',
    )
    imei, version = imei_of(digits), digits[14:] if digits is not None and len(digits) == 16 else raw.imei_svn
    return Identifiers(
        imei=imei,
        iccid=_iccid(raw.iccid, f'{field}.iccid'),
        imsi=_compact(raw.imsi, f'{field}.imsi', r'\d{14,15}', 'an IMSI has 14 or 15 digits (3GPP TS 23.003, 2.2)'),
        serial=clean_line(raw.serial, f'{field}.serial', most=64) if raw.serial and raw.serial.strip() else None,
        msisdn=_msisdn(raw.msisdn, f'{field}.msisdn'),
        imei_svn=_compact(
            version, f'{field}.imei_svn', r'\d{2}', 'a software version has 2 digits (3GPP TS 23.003, 6.2.2)'
        ),
    )


def readable_identifiers(raw: Identifiers, field: str = 'identifiers') -> tuple[Identifiers, tuple[Invalid, ...]]:
    """The identifiers that can be read, cleaned, and why each of the others cannot: one odd number does not hide another.

    What a device sends may hold objects and lists where a text belongs. Raises the first refusal when none can be read.
    """
    known, odd = Identifiers(), []
    for name in Identifiers.__slots__:
        try:
            if not isinstance(value := getattr(raw, name), str | None):
                raise Invalid(f'is a text, not {shown(value)}', field=f'{field}.{name}')
            clean = clean_identifiers(Identifiers(**{name: value}), field)
            if not is_blank_card(name, getattr(clean, name)):
                known = known.updated(clean)
        except Invalid as refusal:
            odd.append(refusal)
    if odd and known == Identifiers():
        raise odd[0]
    return known, tuple(odd)


def is_blank_card(name: str, value: str | None) -> bool:
    """True for an ``iccid`` or ``imsi`` that no operator has given out: it names no card."""
    return value is not None and name in _NO_CARD and _NO_CARD[name].fullmatch(value) is not None


def imei_of(digits: str | None) -> str | None:
    """The 15 digits of an IMEI from 14 (without the check digit), 15, or 16 (an IMEISV); as they are when they are 15.

    A check digit that does not fit stays: what it names is another matter than what the device says.
    """
    if digits is None:
        return None
    body = digits[:14]
    # networks write 0 where they know no check digit (3GPP TS 23.003, 6.2.1: "spare digit")
    if len(digits) == 15 and (digits[14] != '0' or luhn_valid(digits)):
        return digits
    return next(f'{body}{check}' for check in range(10) if luhn_valid(f'{body}{check}'))


def _iccid(value: str | None, field: str) -> str | None:
    """ITU-T E.118 has 18 to 20 decimal digits; some networks number in hexadecimal ones, and fill all of the card's bytes."""
    padded = (value or '').strip().upper()
    rule = 'an ICCID has 18 to 22 digits, 0 to 9 or A to F, and begins with 89 (ITU-T E.118)'
    # cards pad the number with a filler to whole bytes (3GPP TS 31.102, 4.2.2)
    return _compact(padded.rstrip('F'), field, '89[0-9A-F]{16,20}', rule)


def _compact(value: str | None, field: str, pattern: str, rule: str) -> str | None:
    compact = re.sub(r'[\s-]', '', value or '')
    if not compact:
        return None
    if not (compact.isascii() and re.fullmatch(pattern, compact)):
        raise Invalid(rule, field=field)
    return compact


def _msisdn(value: str | None, field: str) -> str | None:
    compact = re.sub(r'[\s()./-]', '', value or '')
    if not compact:
        return None
    compact = re.sub(r'^00(?=[1-9])', '+', compact)  # as it is dialled from nearly everywhere (ITU-T E.164, E.123)
    if not (compact.isascii() and re.fullmatch(r'\+[1-9]\d{6,14}', compact)):
        raise Invalid('write the number as + and 7 to 15 digits (ITU-T E.164)', field=field)
    return compact
