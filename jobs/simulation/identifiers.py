"""The numbers a device and its subscription go by. All are made up, none is in use, and every check digit is right."""


def luhn_digit(digits: str) -> str:
    """The check digit that follows ``digits`` (ISO/IEC 7812-1 annex B)."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        digit = int(char) * (2 if index % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def imei(model: int, unit: int) -> str:
    """Type allocation code of a made-up model under reporting body 00, which is for test equipment (3GPP TS 23.003, 6.2.1)."""
    body = f'0010{model:04d}{unit:06d}'
    return body + luhn_digit(body)


def iccid(issuer: int, unit: int) -> str:
    """19 digits: 89 for telecom, 31 for the Netherlands, a two-digit issuer, the card (ITU-T E.118)."""
    body = f'8931{issuer:02d}{unit:012d}'
    return body + luhn_digit(body)


def imsi(mcc: str, mnc: str, unit: int) -> str:
    """15 digits: MCC, MNC, subscriber (3GPP TS 23.003, 2.2)."""
    return f'{mcc}{mnc}{unit:0{15 - len(mcc) - len(mnc)}d}'


def msisdn(unit: int) -> str:
    """A Dutch mobile number in E.164, from a block of the 06-85 range."""
    return f'+31685{unit % 1_000_000:06d}'
