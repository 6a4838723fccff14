"""A browser by a name that its owner knows it by."""

_BROWSERS = (  # the first that fits: most browsers claim to be several others too
    ('Edg', 'Edge'),
    ('OPR/', 'Opera'),
    ('SamsungBrowser/', 'Samsung Internet'),
    ('Firefox/', 'Firefox'),
    ('FxiOS/', 'Firefox'),
    ('CriOS/', 'Chrome'),
    ('HeadlessChrome/', 'Chrome'),
    ('Chrome/', 'Chrome'),
    ('Safari/', 'Safari'),
)
_SYSTEMS = (
    ('iPhone', 'iPhone'),
    ('iPad', 'iPad'),
    ('Android', 'Android'),
    ('CrOS', 'ChromeOS'),
    ('Windows', 'Windows'),
    ('Macintosh', 'macOS'),
    ('Linux', 'Linux'),
)
MOST_CHARACTERS = 40


def browser_name(agent: str) -> str:
    """``Firefox on Windows`` of a User-Agent header; a client may send anything there, so of an odd one its printable beginning."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), '')
    system = next((name for mark, name in _SYSTEMS if mark in agent), '')
    if browser:
        return f'{browser} on {system}' if system else browser
    shown = ''.join(char for char in agent if char.isprintable()).strip()
    if not shown:
        return 'A browser that does not say its name'
    return shown if len(shown) <= MOST_CHARACTERS else f'{shown[:MOST_CHARACTERS]}…'
