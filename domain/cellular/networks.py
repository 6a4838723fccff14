"""Which network a SIM is of (ITU-T E.212): the digits of its IMSI do not say how many of them are the network."""

LONG_MNC = frozenset(
    (
        *(
            '302',
            '334',
            '338',
            '342',
            '344',
            '346',
            '348',
            '350',
            '352',
            '354',
            '356',
            '358',
            '360',
            '364',
            '365',
            '366',
        ),
        *('310', '311', '312', '313', '314', '315', '316', '374', '376', '708', '722', '732', '748', '750'),
    )
)
"""Countries whose networks have three digits (Annex to the ITU Operational Bulletin, mobile network codes)."""
_LEAST_DIGITS = 6


def home_network(imsi: str | None) -> str | None:
    """``204-08`` of the IMSI 204080123456789; ``None`` without one."""
    if imsi is None or len(imsi) < _LEAST_DIGITS or not imsi.isascii() or not imsi.isdecimal():
        return None
    return f'{imsi[:3]}-{imsi[3:6] if imsi[:3] in LONG_MNC else imsi[3:5]}'
