"""Which mobile countries a device can reach over a border, by the zones of ITU-T E.212: the first digit of a country code.

Only what is certain is said: within one zone any two countries may be neighbours, for all that stands here.
"""

_MEETING = frozenset({
    frozenset('24'),  # Russia, Turkey, Cyprus
    frozenset('26'),  # Gibraltar, Ceuta, the Canaries
    frozenset('35'),  # Guam and the Marianas have codes of both
    frozenset('37'),  # Panama, Guatemala, the Guianas
    frozenset('45'),  # Burma and Thailand
    frozenset('46'),  # Suez
})  # fmt: skip
"""Zones that have a border, or an island in sight, in common."""
WORLDWIDE = '901'
"""Of ships, aircraft and satellites."""
_OPERATED = frozenset('234567')


def may_border(one: str, other: str) -> bool:
    """False when no journey explains a network of the country ``other`` where one of ``one`` just was: it is the same country, one that
    nobody operates networks for the public in (test networks have 001, private ones 999), or one of another part of the world."""
    here, there = one[:1], other[:1]
    if one == other or (other != WORLDWIDE and there not in _OPERATED):
        return False
    if other == WORLDWIDE or here not in _OPERATED:  # a private network is in any country
        return True
    return here == there or frozenset({here, there}) in _MEETING
