"""The numbers that name a device and its subscription: IMEI, ICCID, IMSI, serial number, MSISDN."""

import re
from dataclasses import dataclass, replace

from domain.common.errors import Invalid
from domain.common.text import clean_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """What is known of a device's names; all optional, each checked by its own standard."""

    imei: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    serial: str | None = None
    msisdn: str | None = None

    def updated(self, newer: 'Identifiers') -> 'Identifiers':
        """These with what ``newer`` names, for instance of another SIM card; what it leaves out stays."""
        return replace(self, **{name: value for name in self.__slots__ if (value := getattr(newer, name)) is not None})


def luhn_valid(digits: str) -> bool:
    """True when the last digit is the Luhn check digit of the others (ISO/IEC 7812-1 annex B)."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        digit = int(char)
        if index % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


def clean_identifiers(raw: Identifiers, field: str = 'identifiers') -> Identifiers:
    """The same identifiers with blanks and separators removed; empty ones become ``None``.

    Raises ``Invalid`` naming the identifier that breaks its standard.
    """
    imei = _digits(raw.imei, f'{field}.imei', r'\d{15}', 'an IMEI has 15 digits (3GPP TS 23.003, 6.2.1)', luhn=True)
    if imei is not None and not imei.strip('0'):
        raise Invalid('zeros are what a modem without an IMEI says; leave it out', field=f'{field}.imei')
    return Identifiers(
        imei=imei,
        iccid=_digits(
            (raw.iccid or '')
            .strip()
            .rstrip('fF'),  # cards pad the number with a filler to whole bytes (3GPP TS 31.102, 4.2.2)
            f'{field}.iccid',
            r'89\d{16,18}',
            'an ICCID has 18 to 20 digits and begins with 89 (ITU-T E.118)',
        ),
        imsi=_digits(raw.imsi, f'{field}.imsi', r'\d{14,15}', 'an IMSI has 14 or 15 digits (3GPP TS 23.003, 2.2)'),
        serial=clean_line(raw.serial, f'{field}.serial', most=64) if raw.serial and raw.serial.strip() else None,
        msisdn=_msisdn(raw.msisdn, f'{field}.msisdn'),
    )


def _digits(value: str | None, field: str, pattern: str, rule: str, *, luhn: bool = False) -> str | None:
    compact = re.sub(r'[\s-]', '', value or '')
    if not compact:
        return None
    if not (compact.isascii() and re.fullmatch(pattern, compact)):
        raise Invalid(rule, field=field)
    if luhn and not luhn_valid(compact):
        raise Invalid('the last digit is not the Luhn check digit of the others', field=field)
    return compact


def _msisdn(value: str | None, field: str) -> str | None:
    compact = re.sub(r'[\s()./-]', '', value or '')
    if not compact:
        return None
    if not (compact.isascii() and re.fullmatch(r'\+[1-9]\d{6,14}', compact)):
        raise Invalid('write the number as + and 7 to 15 digits (ITU-T E.164)', field=field)
    return compact
