"""Lengths of time as people write and read them."""

import re

_UNITS = {'s': 1, 'sec': 1, 'min': 60, 'm': 60, 'h': 3600, 'd': 86_400, 'day': 86_400, 'days': 86_400}


_PART = re.compile(r'(\d+)\s*([a-z]+)')


def seconds(words: str) -> int | None:
    """The seconds of ``10 min``, ``1 h 30 min``, ``2 d`` or ``0``; ``None`` for anything else."""
    words = words.strip().casefold()
    if words in ('', '0', 'none', 'at once'):
        return 0
    parts = _PART.findall(words)
    if not parts or _PART.sub('', words).strip(' ,') or any(unit not in _UNITS for _, unit in parts):
        return None
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def written(span_s: int) -> str:
    """A length of time as :func:`seconds` reads it: ``0``, ``45 s``, ``10 min``, ``1 h 30 min``, ``2 d``."""
    if span_s == 0:
        return '0'
    parts = []
    for unit, length in (('d', 86_400), ('h', 3600), ('min', 60), ('s', 1)):
        count, span_s = divmod(span_s, length)
        if count:
            parts.append(f'{count} {unit}')
    return ' '.join(parts)


def counted(number: int, one: str, many: str = '') -> str:
    """``1 device``, ``1,200 devices``."""
    return f'{number:,} {one if number == 1 else many or one + "s"}'


def sentence(words: str) -> str:
    """The words with a capital in front; the rest stays as it is, unlike ``str.capitalize``."""
    return words[:1].upper() + words[1:]


def duration(seconds: float) -> str:
    """A length of time in one or two units: ``41 s``, ``6 min``, ``3 h 20 min``, ``2 d 4 h``."""
    total = round(seconds)
    if total < 60:
        return f'{seconds:.1f} s' if seconds < 10 else f'{total} s'
    if total < 3600:
        return f'{total // 60} min'
    if total < 86_400:
        return f'{total // 3600} h {total % 3600 // 60} min'
    return f'{total // 86_400} d {total % 86_400 // 3600} h'


def lasted(seconds: float) -> str:
    """How long something was: ``41 s``, ``1 min 14 s``, ``3 h 20 min``, ``2 d 4 h``."""
    total = max(0, round(seconds))
    for large, small in ((86_400, 3600), (3600, 60), (60, 1)):
        if total >= large:
            return written(total - total % small)
    return f'{total} s'


def clock_words(offset_s: float) -> str:
    """How wrong a clock is: ``clock 6 h behind``, ``clock 2 min ahead``."""
    span = abs(round(offset_s))
    if span >= 60:
        span -= span % (3600 if span >= 7 * 86_400 else 60)
    if span >= 86_400:
        days, rest = divmod(span, 86_400)
        words = f'{days:,} d' + (f' {rest // 3600} h' if rest >= 3600 and days < 7 else '')
    else:
        words = written(span)
    return f'clock {words} {"ahead" if offset_s > 0 else "behind"}'
