"""The files of public pages: written whole when what they show has changed, kept on disk, answered from memory with all their headers."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ui.status_page.page import MISSING
from ui.status_page.style import POLICY

Header = tuple[bytes, bytes]
FORMS: Mapping[str, str] = {
    'html': 'text/html; charset=utf-8',
    'json': 'application/json',
    'atom': 'application/atom+xml; charset=utf-8',
    'svg': 'image/svg+xml',
}
"""The ends of the files, and their media types. The page itself has no end in its address."""
CACHE = b'public, max-age=15, stale-while-revalidate=300, stale-if-error=86400'
"""RFC 9111, 5861: fresh for 15 s; a cache may show the old one while it asks, and for a day while there is no answer."""
_NAME = re.compile(r'([a-z0-9][a-z0-9-]*)\.(html|json|atom|svg)')
_SHARED: tuple[Header, ...] = (
    (b'vary', b'Accept-Encoding'),
    (b'x-content-type-options', b'nosniff'),
    (b'referrer-policy', b'no-referrer'),
)
_FOR_OTHERS: tuple[Header, ...] = (
    (b'access-control-allow-origin', b'*'),
    (b'cross-origin-resource-policy', b'cross-origin'),
    (b'content-security-policy', b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
)
"""What other sites may read or show: it is public, and no cookie is part of it."""
_PAGE_ONLY: tuple[Header, ...] = (
    (b'cross-origin-opener-policy', b'same-origin'),
    (b'cross-origin-resource-policy', b'same-origin'),
    (b'content-security-policy', POLICY.encode()),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body as it goes out, its entity tag, and the headers that go with it."""

    body: bytes
    tag: bytes
    headers: tuple[Header, ...]


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file, plain and packed: two representations, so that each has a strong tag of its own (RFC 9110, 8.8.3.3)."""

    text: str
    plain: Answer
    packed: Answer

    @classmethod
    def of(cls, text: str, form: str, cache: bytes = CACHE) -> 'KeptFile':
        """A text with its answers."""
        body = text.encode()
        packed = gzip.compress(body, mtime=0)
        tag = hashlib.sha256(body).hexdigest()[:32]
        shared = (
            (b'content-type', FORMS[form].encode()),
            (b'cache-control', cache),
            *_SHARED,
            *(_PAGE_ONLY if form == 'html' else _FOR_OTHERS),
        )
        return cls(
            text,
            _answer(body, f'"{tag}"', shared),
            _answer(packed, f'"{tag}-gz"', (*shared, (b'content-encoding', b'gzip'))),
        )


def _answer(body: bytes, tag: str, headers: tuple[Header, ...]) -> Answer:
    return Answer(body, tag.encode(), ((b'etag', tag.encode()), *headers, (b'content-length', b'%d' % len(body))))


NOT_FOUND = KeptFile.of(MISSING, 'html', b'no-cache')
"""The same for what was never there and for what was switched off; no cache may go on with it."""


class StatusFiles:
    """The files of all pages of this installation, by name: ``harbour.html``. One process writes them, any may read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, KeptFile] = {}

    def load(self) -> None:
        """Read what an earlier process has left. What cannot be read is left out: it is written anew."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                if (name := _NAME.fullmatch(path.name)) is not None:
                    with suppress(OSError, UnicodeDecodeError):
                        self._kept[path.name] = KeptFile.of(path.read_text(encoding='utf-8'), name[2])

    @property
    def slugs(self) -> frozenset[str]:
        """The pages that there are."""
        return frozenset(name.removesuffix('.html') for name in self._kept if name.endswith('.html'))

    def find(self, address: str) -> KeptFile | None:
        """The file for what follows ``/status/``: ``harbour``, ``harbour.json``."""
        return self._kept.get(address if '.' in address else f'{address}.html')

    def show(self, slug: str, texts: Mapping[str, str]) -> None:
        """Answer these texts, by form, from now on."""
        for form, text in texts.items():
            name = f'{slug}.{form}'
            if name not in self._kept or self._kept[name].text != text:
                self._kept[name] = KeptFile.of(text, form)

    def write(self, slug: str) -> None:
        """Keep them for the next process; each file is replaced as a whole. Raises ``OSError``; may be called in a thread."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for form in FORMS:
            kept = self._kept.get(f'{slug}.{form}')
            if kept is not None:
                path = self._folder / f'{slug}.{form}'
                draft = path.with_suffix(f'.{form}.new')
                draft.write_text(kept.text, encoding='utf-8')
                draft.replace(path)

    def remove(self, slug: str) -> None:
        """The page is off: from now on, and after a restart. Raises ``OSError``."""
        for form in FORMS:
            self._kept.pop(f'{slug}.{form}', None)
        for form in FORMS:
            (self._folder / f'{slug}.{form}').unlink(missing_ok=True)
