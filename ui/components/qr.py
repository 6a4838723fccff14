"""A text as a QR code, drawn on the page itself: no picture travels and nothing is loaded."""

import segno
from nicegui import ui


def qr(text: str, label: str) -> ui.element:
    """Show ``text`` as a QR code (ISO/IEC 18004, error correction M); ``label`` says what it is to who cannot see it."""
    drawn = segno.make(text, error='m', micro=False).svg_inline(scale=4, border=4, dark='black', light='white')
    return ui.html(drawn, sanitize=False).classes('cw-qr').props(f'role=img aria-label="{label}"')
