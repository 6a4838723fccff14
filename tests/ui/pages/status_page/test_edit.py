"""The editor of the status page: drafted, published, switched off, and told of by those who may."""

from nicegui import ui

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.status_page.input import NewNotice
from domain.status_page.live import Slugs
from domain.status_page.model import Notice, NoticeState
from tests.domain.status_page.pages import checked, component, published, tower
from tests.ui.conftest import Console
from tests.ui.until import until


async def test_a_page_is_written_kept_as_a_draft_and_published_after_a_question(console: Console) -> None:
    await tower(console.application, region='North')
    await console.sign_in()
    await console.user.open('/status-page')
    await console.user.should_see('Off: nobody outside sees it')
    console.user.find(marker='title').type('Harbour radio')
    console.user.find(marker='slug').type('harbour')
    console.user.find(marker='add-component').click()
    await console.user.should_see(marker='public-name')
    (target,) = console.user.find(kind=ui.select, marker='target').elements
    target.value = 'North'
    console.user.find(marker='public-name').type('West side')
    console.user.find(marker='save').click()
    await console.user.should_see('Draft kept')
    page = console.application.status_page.read(console.application.actor)
    assert (page.draft.slug, [one.name for one in page.draft.components], page.slug) == ('harbour', ['West side'], None)
    console.user.find(marker='publish').click()
    await console.user.should_see('without signing in')
    console.user.find(marker='confirm').click()
    await until(lambda: console.application.fleets.index(Slugs).page('harbour') is not None)
    await console.user.should_see('Public at /status/harbour')


async def test_a_page_is_switched_off_after_a_question(console: Console) -> None:
    await published(console.application, component((await tower(console.application)).id))
    await console.sign_in()
    await console.user.open('/status-page')
    console.user.find(marker='withdraw').click()
    await console.user.should_see('as good as none')
    console.user.find(marker='confirm').click()
    await until(lambda: console.application.fleets.index(Slugs).page('harbour') is None)


async def test_what_is_wrong_is_said_at_the_component(console: Console) -> None:
    await console.sign_in()
    await console.user.open('/status-page')
    console.user.find(marker='add-component').click()
    await console.user.should_see(marker='public-name')
    console.user.find(marker='public-name').type('West side')
    console.user.find(marker='save').click()
    await console.user.should_see('Choose a region.')


async def test_an_operator_tells_of_an_incident_from_an_alert_and_ends_it(console: Console) -> None:
    application = console.application
    mast = await tower(application)
    page = await published(application, component(mast.id))
    await checked(application, mast, ok=False)
    (alert,) = application.fleet[Alert].values()
    await console.sign_in(Role.OPERATOR)
    await console.user.open(f'/status-page?alert={alert.id}')
    await console.user.should_not_see(marker='publish')
    await console.user.should_see(marker='notice-title')
    console.user.find(marker='notice-title').type('No radio in the west')
    console.user.find(marker='notice-text').type('We know and are on the way.')
    console.user.find(marker='tell').click()
    await until(lambda: application.fleet[Notice])
    (notice,) = application.fleet[Notice].values()
    assert (notice.alert, notice.components) == (alert.id, (page.draft.components[0].id,))
    assert mast.name not in f'{notice.title}{notice.updates}'
    await console.user.should_see('No radio in the west')
    await application.notices.update(application.actor, notice.id, NoticeState.RESOLVED, 'Over.')  # by another
    (news,) = console.user.find(marker='news').elements
    listener = next(one for one in news._event_listeners.values() if one.type == 'news')
    news._handle_event({'listener_id': listener.id, 'args': {}})
    await console.user.should_see('Over.', retries=100)


async def test_a_viewer_reads_and_a_narrowed_role_is_told_that_it_is_not_for_them(console: Console) -> None:
    await console.sign_in(Role.VIEWER)
    await console.user.open('/status-page')
    await console.user.should_see('Nothing was told yet')
    await console.user.should_not_see(marker='begin-incident')
    preview = await console.client.get('/status-page/preview')
    assert preview.status_code == 200
    assert 'Preview: this is not what the public sees' in preview.text
    assert "default-src 'none'" in preview.headers['content-security-policy']


async def test_the_first_picture_holds_the_draft_and_what_was_told_as_text(console: Console) -> None:
    evil = '</script><img src=x onerror=alert(1)>'
    await published(console.application, component((await tower(console.application)).id))
    await console.application.notices.begin(console.application.actor, NewNotice(title=evil, text=evil))
    await console.sign_in()
    html = (await console.client.get('/status-page')).text.partition('<div id="app"')[0].partition('id="cw-first"')[2]
    assert 'value="Harbour radio"' in html
    assert '&lt;/script&gt;&lt;img' in html
    assert evil not in html
