"""Colours and sizes of the product, as CSS custom properties (``var(--ok)``), written for both themes by :func:`stylesheet`.

Text colours keep 4.5:1 on every ground they stand on, marks 3:1 (WCAG 2.2, 1.4.3 and 1.4.11); tests hold them to it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ui.design import TONES

#: name -> (light, dark). ``-soft`` is the ground of a chip, ``-ink`` the text that may stand on it.
COLOURS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        'bg': ('#f6f7f9', '#0e141b'),
        'panel': ('#ffffff', '#151d26'),
        'panel-2': ('#f0f2f5', '#1b2530'),
        'line': ('#e1e5ea', '#263341'),
        'line-2': ('#8a95a1', '#5f7080'),  # edges of inputs that would vanish without them
        'ink': ('#16202c', '#e6edf3'),
        'ink-2': ('#55616f', '#a3b1bf'),
        'ink-3': ('#616d7b', '#8797a7'),
        'accent': ('#0f766e', '#2dd4bf'),
        'accent-soft': ('#d7efec', '#12312f'),
        'accent-ink': ('#0d6c65', '#2dd4bf'),
        'accent-over': ('#ffffff', '#06231f'),
        'ok': ('#1f8a5b', '#3fbf86'),
        'ok-soft': ('#dff3e8', '#12301f'),
        'ok-ink': ('#17714a', '#3fbf86'),
        'warn': ('#b7791f', '#e0a53c'),
        'warn-soft': ('#faeed6', '#33270f'),
        'warn-ink': ('#8a5808', '#e0a53c'),
        'bad': ('#c93636', '#ef6a6a'),
        'bad-soft': ('#fbe3e3', '#371a1c'),
        'bad-ink': ('#b32a2a', '#ef6a6a'),
        'bad-over': ('#ffffff', '#2a0b0c'),
        'crit': ('#8e1b3a', '#ff5c8a'),
        'crit-soft': ('#f8dfe7', '#3b1424'),
        'crit-ink': ('#8e1b3a', '#ff6f97'),
        'info': ('#2563a8', '#6cb0f2'),
        'info-soft': ('#e0ecf8', '#14283b'),
        'info-ink': ('#2563a8', '#6cb0f2'),
        'unk': ('#7b8794', '#8a98a8'),
        'unk-soft': ('#e9edf1', '#222d38'),
        'unk-ink': ('#5a6673', '#98a6b5'),
        'water': ('#dfecf8', '#12283c'),
        'land': ('#f0f2f4', '#1a242e'),
        'shore': ('#ccd8e3', '#2b3f52'),
        'glow': ('#dcf4f0', '#12312f'),
        'shade': ('rgb(16 24 32 / .38)', 'rgb(0 0 0 / .6)'),
        'lift': ('0 1px 2px rgb(16 24 32 / .06)', '0 0 0 transparent'),
        'lift-2': ('0 12px 32px rgb(16 24 32 / .18)', '0 12px 32px rgb(0 0 0 / .55)'),
    }
)

#: Sizes that several rules share, the same in both themes.
SIZES: Mapping[str, str] = MappingProxyType(
    {
        'rail': '216px',
        'top': '56px',
        'foot': '56px',
        'gap': '16px',
        'row': '36px',
        'radius': '8px',
        'radius-s': '6px',
        'sans': "'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
        'mono': "'JetBrains Mono Variable', 'JetBrains Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
    }
)


def stylesheet() -> str:
    """The tokens as CSS: light, dark by the system's wish, and both by the person's choice (``data-theme`` on the root); paper is light."""

    def block(selector: str, theme: int) -> str:
        body = ''.join(f'--{name}:{pair[theme]};' for name, pair in COLOURS.items())
        return f'{selector}{{color-scheme:{("light", "dark")[theme]};{body}}}'

    sizes = ':root{' + ''.join(f'--{name}:{value};' for name, value in SIZES.items()) + '}'
    own = '.cw-{0}{{--tone:var(--{0});--tone-soft:var(--{0}-soft);--tone-ink:var(--{0}-ink)}}'
    tones = ''.join(own.format(tone) for tone in TONES)
    return '\n'.join(
        (
            sizes,
            block(':root', 0),
            f'@media screen and (prefers-color-scheme: dark){{{block(":root:not([data-theme=light])", 1)}}}',
            f'@media screen{{{block(":root[data-theme=dark]", 1)}}}',
            tones,
        )
    )
