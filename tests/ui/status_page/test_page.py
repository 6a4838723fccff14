"""The page as text: nothing of the inside, nothing that runs, every state in words."""

import base64
import hashlib
import json
import re

from domain.devices.model import Device
from domain.status_page.input import NewNotice
from domain.status_page.model import ComponentKind, Impact
from domain.status_page.shown import ShownPage, shown_page
from tests.domain.status_page.pages import REGION, checked, component, looked, published, tower
from tests.fakes import RunningApplication, running_application
from ui.status_page.forms import page_atom, page_badge, page_json
from ui.status_page.page import page_html
from ui.status_page.style import POLICY

HOSTILE = '<script>document.title=1</script>"&]]>'


def shown(application: RunningApplication) -> ShownPage:
    page = application.status_page.read(application.actor)
    assert page.shown is not None
    return shown_page(application.fleet, page.shown, application.clock())


async def test_nothing_of_the_inside_is_in_any_form_of_the_page() -> None:
    """Names, ids, addresses, places, counts, people, the enterprise itself: unless they were chosen they are in no byte of it."""
    async with running_application() as application:
        mast, other = await tower(application), await tower(application, 'Mast-Secret-8')
        for name in ('crane-secret-1', 'crane-secret-2'):
            device = await application.device(name, labels={'site-secret': 'dock-secret'})
            await application.check_in(device.id)
        page = await published(
            application,
            component(mast.id, 'West'),
            component(REGION, 'Inner city', ComponentKind.REGION),
            component('site-secret=dock-secret', 'Cranes', ComponentKind.LABEL),
        )
        await application.availability.look(application.enterprise)
        await looked(application, 600)
        await checked(application, mast, ok=False)
        about = [page.draft.components[0].id]
        await application.notices.begin(application.actor, NewNotice(title='Slow', text='We look.', components=about))
        seen = shown(application)
        forms = [page_html(seen), page_json(seen), page_atom(seen), page_badge(seen)]
        inside = [
            application.enterprise, application.fleet.enterprise.name, mast.id, other.id, 'Secret', 'secret', REGION, '10.9.8.7', '5060',
            '51.91', '4.45', 'refused', 'communications', *(component.id for component in page.draft.components),
            *application.fleet[Device],
        ]  # fmt: skip
        assert [(number, mark) for number, form in enumerate(forms) for mark in inside if mark in form] == []
        assert not re.search(r'\d+ (of \d+ )?(tower|device)', forms[0])
        assert {'members', 'up', 'not_up'}.isdisjoint(json.loads(forms[1])['components'][1])


async def test_what_people_wrote_is_text_and_nothing_else() -> None:
    async with running_application() as application:
        mast = await tower(application)
        page = await published(application, component(mast.id, HOSTILE[:60]))
        await application.notices.begin(
            application.actor,
            NewNotice(title=HOSTILE, text=HOSTILE, impact=Impact.MINOR, components=[page.draft.components[0].id]),
        )
        html = page_html(shown(application))
        assert '<script' not in html
        assert html.count('&lt;script&gt;') >= 3


async def test_the_policy_lets_in_the_one_stylesheet_and_nothing_else() -> None:
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        html = page_html(shown(application))
    (css,) = re.findall(r'<style>(.*?)</style>', html)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}'" in POLICY
    assert POLICY.startswith("default-src 'none'; style-src 'sha256-")
    assert ' style="' not in html
    assert not re.search(r'\s(src|action|on\w+)=', html)


async def test_days_are_told_in_words_too_and_gaps_are_gaps() -> None:
    async with running_application() as application:
        mast = await tower(application)
        await published(application, component(mast.id))
        await application.availability.look(application.enterprise)
        await looked(application, 300)
        await checked(application, mast, ok=False)
        await application.availability.look(application.enterprise)
        await looked(application, 300)
        html = page_html(shown(application))
        assert html.count('<rect class="gap"') == 89
        (words,) = re.findall(r'<rect class="poor"[^>]*><title>([^<]*)', html)
        assert words == '2027-01-15: 50 % available, observed for 10 min'
        assert '50 % available · 50 % with maintenance counted as down' in html


async def test_a_preview_says_so_and_leads_nowhere() -> None:
    async with running_application() as application:
        await published(application, component((await tower(application)).id))
        html = page_html(shown(application), preview=True)
        assert 'this is not what the public sees' in html
        assert 'href=' not in html
