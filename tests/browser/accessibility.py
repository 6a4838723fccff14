"""axe-core, asked inside a page: what a person with a screen reader, a keyboard or weak sight would stumble over."""

from importlib.resources import files
from typing import Literal

from playwright.sync_api import Page

WIDE, PHONE = (1440, 900), (390, 844)
STANDARDS = ('wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice')
OF_COLOUR = ('color-contrast', 'link-in-text-block')
"""The rules that a theme can break; the others look at structure and sizes, which are the same in both."""
ALSO = ('target-size', 'label-content-name-mismatch')
"""Rules of these standards (WCAG 2.2, 2.5.8 and 2.5.3) that axe leaves out unless they are named."""
_AXE = files('axe_playwright_python').joinpath('axe.min.js').read_text()
_ASK = r"""async ([kind, values, extra, within, without]) => {
  const ends = (one) => one.effect.getComputedTiming().endTime < Infinity;
  await Promise.all(document.getAnimations().filter(ends).map((one) => one.finished.catch(() => {})));
  const { violations } = await axe.run(within ? document.querySelector(within) : document, {
    runOnly: { type: kind, values }, rules: Object.fromEntries([...extra.map((id) => [id, { enabled: true }]),
      ...without.map((id) => [id, { enabled: false }])]),
    resultTypes: ['violations'], iframes: false, preload: false });
  const words = (one) => (one.any[0] ?? one.all[0] ?? one.none[0])?.message ?? '';
  // While a dialog of Quasar is open axe takes its shade, or the body, for the ground of a text whose own ancestors have one: look there.
  const luminance = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const misjudged = (one) => {
    if (!document.querySelector('.q-dialog')) return false;
    const node = document.querySelector(one.target[0]), solid = (part) => /^rgb\(/.test(getComputedStyle(part).backgroundColor);
    let ground = node;
    while (ground.parentElement && !solid(ground)) ground = ground.parentElement;
    const [low, high] = [getComputedStyle(node).color, getComputedStyle(ground).backgroundColor].map(luminance).sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05) >= parseFloat(one.any[0].data.expectedContrastRatio);
  };
  return violations.flatMap(({ id, nodes }) => nodes.filter((one) => id !== 'color-contrast' || !misjudged(one)).map((one) =>
    `${id}: ${one.target} ${words(one)} ${one.html.slice(0, 200)}`));
}"""
_HEADINGS = "() => [...document.querySelectorAll('h1')].filter((node) => node.checkVisibility()).length"
Theme = Literal['light', 'dark']


def stumbles(
    page: Page,
    *,
    sizes: tuple[tuple[int, int], ...] = (WIDE, PHONE),
    within: str = '',
    colours: bool = True,
) -> str:
    """What axe finds in the page as it stands, a line each: in both themes and at the ``sizes``, without loading it again.

    Without ``colours`` the rules of colours are left out, which cost the most: where they were asked of the same styles.
    ``within`` names the part that is asked: what a menu half covers is there to be seen again when the menu is gone.
    What is still on its way, such as a dialog that opens, is let arrive: places and colours would be measured in between.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE)  # not as a script of the page, which its policy forbids
    page.emulate_media(color_scheme='light', reduced_motion='reduce')
    found: list[str] = []
    for size in sizes:
        _resize(page, size)
        if (headings := page.evaluate(_HEADINGS)) != 1:
            found.append(f'{size[0]} px: {headings} headings of the first level')
        found += _ask(page, 'light', 'tag', STANDARDS, within, () if colours else OF_COLOUR)
    page.emulate_media(color_scheme='dark', reduced_motion='reduce')
    for size in reversed(sizes) if colours else ():
        _resize(page, size)
        found += _ask(page, 'dark', 'rule', OF_COLOUR, within)
    page.emulate_media(color_scheme='light')
    return '\n'.join(found)


def _resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({'width': size[0], 'height': size[1]})


def _ask(
    page: Page, theme: Theme, kind: str, values: tuple[str, ...], within: str, without: tuple[str, ...] = ()
) -> list[str]:
    found: list[str] = page.evaluate(_ASK, [kind, values, ALSO if kind == 'tag' else (), within, without])
    return [f'{page.viewport_size and page.viewport_size["width"]} px, {theme}, {one}' for one in found]
