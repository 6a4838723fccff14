"""A page as a browser without scripts shows it, in one that has them: what looks at a page needs timers."""

import re

import httpx
from playwright.sync_api import Page, Route

from tests.browser.conftest import NewPage

LEFT = """() => [...document.querySelectorAll(
    'button:not([type=submit]):not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea:not(:disabled), '
    + '.cw-chip:not([href]), #cw-badge')]
  .filter((node) => node.checkVisibility() && !node.closest('form[action], form[method], .cw-tools form'))
  .map((node) => node.outerHTML.slice(0, 160))"""
"""What can be pressed or typed in, and does nothing without a script."""
_SCRIPT = re.compile('<script\\b.*?</script>', re.DOTALL)


def scriptless(new_page: NewPage) -> Page:
    """A page whose documents come without scripts, with what stands in for them, and whose style sheets take the browser for one that has
    none."""
    page = new_page(allow=('404',))

    styles: dict[str, str] = {}

    def dressed(css: str) -> str:
        return css.replace('(scripting: none)', '(min-width: 0)').replace('(scripting: enabled)', '(max-width: 0)')

    def document(route: Route) -> None:
        cookies = {one['name']: one['value'] for one in page.context.cookies(route.request.url)}
        answer = httpx.get(route.request.url, cookies=cookies)
        html = dressed(_SCRIPT.sub('', answer.text)).replace('<noscript>', '<span style="display: contents">')
        body = html.replace('</noscript>', '</span>')
        route.fulfill(status=answer.status_code, content_type='text/html; charset=utf-8', body=body)

    def style(route: Route) -> None:
        url = route.request.url
        if url not in styles:
            styles[url] = dressed(httpx.get(url).text)
        route.fulfill(content_type='text/css; charset=utf-8', body=styles[url])

    page.route(lambda url: '/ui/static/' not in url and '/_nicegui/' not in url, document)
    page.route('**/rest.css', style)
    return page
