"""The words of a channel as its owner wants them: text with named fields in braces, and nothing that could be run.

``{name}`` stands for a field, ``{name|text}`` for it or, where it is empty, for the text; ``{{`` and ``}}`` are braces. What comes out is
escaped by each kind like any other words, so that neither a template nor a name makes mark-up.
"""

import re
from collections.abc import Callable, Mapping

from domain.alerts.announcements import News
from domain.channels.kinds.kind import ChannelField, Dispatch
from domain.channels.kinds.wording import clock, duration, lines, short
from domain.channels.kinds.wording import headline as usual
from domain.common.errors import Invalid
from domain.common.text import clean_text

HEADLINE, TEXT = 'headline', 'text'
MOST_TEMPLATE = 2000
MOST_WRITTEN = 4000
"""Characters of a text, with its fields."""
_MOST_VALUE = 1000
_LETTERS = frozenset({News.REPORT, News.MENTIONED})
"""Messages about no alert have words of their own."""
_PART = re.compile(r'\{\{|\}\}|\{([a-z_]{1,32})(?:\|([^{}\n]{0,200}))?\}|[{}]')
FIELDS: Mapping[str, Callable[[Dispatch], str]] = {
    'severity': lambda dispatch: dispatch.announcement.severity,
    'before': lambda dispatch: dispatch.announcement.before,
    'news': lambda dispatch: dispatch.announcement.news,
    'problem': lambda dispatch: dispatch.announcement.problem,
    'detail': lambda dispatch: dispatch.announcement.detail,
    'kind': lambda dispatch: dispatch.announcement.object_kind,
    'where': lambda dispatch: dispatch.announcement.object_name,
    'devices': lambda dispatch: _count(dispatch.announcement.devices),
    'missing': lambda dispatch: _count(dispatch.announcement.missing),
    'since': lambda dispatch: clock(dispatch.announcement.raised_at),
    'cleared': lambda dispatch: clock(dispatch.announcement.at) if dispatch.announcement.is_over else '',
    'lasted': lambda dispatch: duration(dispatch.announcement.at - dispatch.announcement.raised_at),
    'at': lambda dispatch: clock(dispatch.announcement.at),
    'enterprise': lambda dispatch: dispatch.enterprise,
    'link': lambda dispatch: dispatch.link,
}
"""What a template may name."""


def checked_template(value: str, field: str) -> str:
    """The template; raises ``Invalid`` for a brace without its other one, and for a field that there is not."""
    value = clean_text(value, field, most=MOST_TEMPLATE)
    for part in _PART.finditer(value):
        name = part[1]
        if name is None and part[0] not in ('{{', '}}'):
            raise Invalid(
                'has a brace that begins or ends no field; write {{ and }} for braces, {where|nowhere} for a field',
                field=field,
            )
        if name is not None and name not in FIELDS:
            raise Invalid(f'has no field {{{name}}}; there are {", ".join(FIELDS)}', field=field)
    return value


def checked_headline(value: str, field: str) -> str:
    """A template of one line."""
    if '\n' in value.strip():
        raise Invalid('must be one line', field=field)
    return checked_template(value, field)


def rendered(template: str, dispatch: Dispatch) -> str:
    """The template with its fields in their places, of :data:`MOST_WRITTEN` characters at most."""

    def put(part: re.Match[str]) -> str:
        if part[1] is None:
            return part[0][:1]
        read = FIELDS.get(part[1])
        value = ' '.join(read(dispatch).split()) if read is not None else ''
        return value[:_MOST_VALUE] or part[2] or ''

    return _PART.sub(put, template)[:MOST_WRITTEN]


def heading(dispatch: Dispatch) -> str:
    """The first line of a message: as the channel words it, or as all do. A test says that it is one."""
    template = dispatch.settings.get(HEADLINE, '') if dispatch.announcement.news not in _LETTERS else ''
    words = rendered(template, dispatch).strip() if template else ''
    if not words:
        return usual(dispatch.announcement)
    return f'Test: {words}' if dispatch.announcement.news is News.TEST else words


def paragraphs(dispatch: Dispatch, escaped: Callable[[str], str] = lambda words: words) -> list[str]:
    """The lines below it, escaped: as the channel words them, or what is known, as label and value."""
    if dispatch.announcement.news is News.REPORT:
        return [escaped(line) for line in dispatch.announcement.detail.splitlines()]
    template = dispatch.settings.get(TEXT, '') if dispatch.announcement.news not in _LETTERS else ''
    if template:
        return [escaped(line) for line in rendered(template, dispatch).splitlines()]
    return [f'{label}: {escaped(value)}' for label, value in lines(dispatch)]


def facts(dispatch: Dispatch) -> list[tuple[str, str]]:
    """The same where the receiver shows label and value."""
    if dispatch.settings.get(TEXT, ''):
        return [('Text', '\n'.join(paragraphs(dispatch)))]
    return lines(dispatch)


_HINT = f'fields in braces: {", ".join(f"{{{name}}}" for name in FIELDS)}; {{where|nowhere}} says what stands for an empty one'
HEADLINE_FIELD = ChannelField(
    name=HEADLINE,
    label='Headline',
    meaning='with fields in braces, as in the text; empty for the usual one',
    hint='{severity}: {problem}',
    is_optional=True,
    is_words=True,
    clean=checked_headline,
)
TEXT_FIELD = ChannelField(
    name=TEXT,
    label='Text',
    meaning=_HINT,
    hint='{where|Nowhere}: {detail}\nSince {since}, {devices|no} devices',
    is_optional=True,
    is_words=True,
    is_long=True,
    clean=checked_template,
)
WORDS = (HEADLINE_FIELD, TEXT_FIELD)
"""The fields of a kind whose messages have a headline and a text."""


SHORT = 'short'
SHORT_FIELD = ChannelField(
    name=SHORT,
    label='Words',
    meaning='one line with fields in braces, such as {severity}, {problem}, {where|nowhere}, {at}; empty for the usual one',
    hint='{severity}: {problem} {at}',
    is_optional=True,
    is_words=True,
    clean=checked_headline,
)
"""The field of a kind that has one short line."""


def short_text(dispatch: Dispatch, most: int = 160) -> str:
    """One line for a telephone."""
    template = dispatch.settings.get(SHORT, '') if dispatch.announcement.news not in _LETTERS else ''
    words = rendered(template, dispatch).strip() if template else ''
    if not words:
        return short(dispatch, most)
    words = f'Test: {words}' if dispatch.announcement.news is News.TEST else words
    return words if len(words) <= most else f'{words[: most - 3]}...'


def _count(number: int) -> str:
    return str(number) if number else ''
