"""What the browser is told it may do. That no page asks for more is shown by ``test_pages``: what the browser refuses fails its page."""

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.console import Company

LEFT_TO_PAGES = {
    'clipboard-write',  # commands, tokens and links are copied
    # the console itself may stand there, and its address may begin to lead there while a page is open
    'local-network', 'local-network-access', 'loopback-network',
    'interest-cohort', 'media-playback-while-not-visible', 'sync-xhr', 'unload',  # nothing that could be found out or done with
}  # fmt: skip


def test_nothing_that_the_product_does_not_use_is_left_to_pages(company: Company, new_page: NewPage) -> None:
    """And the browser knows every name, or it would warn. A tripwire too: what a new Chromium can do is denied, or said to be used."""
    page = new_page()
    said: list[str] = []
    page.on('console', lambda message: said.append(message.text))
    company.enter(page, '/audit')
    left = set(page.evaluate('document.featurePolicy.allowedFeatures()'))
    assert {name for name in left if not name.startswith('ch-')} - LEFT_TO_PAGES == set()
    assert [text for text in said if 'Permissions-Policy' in text] == []


def _without(page: Page, words: str) -> None:
    """Serve pages with a policy that lacks ``words``."""

    def serve(route: Route) -> None:
        answer = route.fetch()
        policy = answer.headers['content-security-policy']
        assert words in policy
        route.fulfill(response=answer, headers={**answer.headers, 'content-security-policy': policy.replace(words, '')})

    page.route('**/audit', serve)


def test_vue_still_makes_its_templates_from_text(company: Company, new_page: NewPage) -> None:
    """A tripwire: once this fails, 'unsafe-eval' can leave the policy."""
    page = new_page(allow=('.',))
    _without(page, " 'unsafe-eval'")
    with page.expect_event('pageerror', lambda error: 'eval' in str(error).lower()):
        company.enter(page, '/audit', wait_until='load')


def test_a_script_that_got_into_a_page_does_not_run(company: Company, new_page: NewPage) -> None:
    page = new_page(allow=('Content Security Policy',))
    company.enter(page, '/audit')
    expect(page.locator('#cw-badge')).to_contain_text('Live')
    ran = page.evaluate(
        """async () => {
          const holder = document.createElement('div');
          holder.innerHTML = '<img src="x:" onerror="window.ran = 1"><a href="javascript:window.ran=2" id="odd">x</a>';
          document.body.append(holder);
          const script = document.createElement('script');
          script.textContent = 'window.ran = 3';
          document.body.append(script);
          holder.querySelector('#odd').click();
          await new Promise((resolve) => setTimeout(resolve, 100));
          return window.ran ?? null;
        }"""
    )
    assert ran is None
