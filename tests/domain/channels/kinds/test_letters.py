"""Mails as HTML: what stands in them, and that nothing in them acts."""

from dataclasses import replace
from typing import Any

from domain.alerts.announcements import News
from domain.channels.kinds.kind import Dispatch
from domain.channels.kinds.letters import html
from domain.channels.model import AnnouncedAlert
from tests.domain.channels.announced import announced


def dispatch(news: News = News.RAISED, **more: Any) -> Dispatch:
    said: AnnouncedAlert = replace(announced(news), **more)
    return Dispatch(key='K', announcement=said, settings={}, now=0.0, enterprise='Harbour', link='https://c.example/a')


def test_what_a_stranger_named_is_text() -> None:
    page = html(dispatch(problem='<img src=x onerror=alert(1)> & "x"', detail='<script>y</script>'))
    assert '&lt;img src=x onerror=alert(1)&gt; &amp; &quot;x&quot;' in page
    assert '<b>Detail:</b> &lt;script&gt;y&lt;/script&gt;' in page
    assert '<script' not in page
    assert 'src=' not in page.replace('&lt;img src=', '')


def test_a_report_has_headings_and_links() -> None:
    letter = 'Outages\n- Mast is down (major)\n  https://c.example/alerts/1\n\nNever came back\n- crane-1 (vital)'
    page = html(dispatch(News.REPORT, detail=letter))
    assert '>Outages</h2>' in page
    assert '• Mast is down (major)<br><a href="https://c.example/alerts/1">https://c.example/alerts/1</a></p>' in page
    assert '>Never came back</h2>' in page


def test_a_recovery_and_an_outage_differ_by_more_than_words() -> None:
    assert '#c2570c' in html(dispatch())
    assert '#1e7a3c' in html(dispatch(News.CLEARED))
