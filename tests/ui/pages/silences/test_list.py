"""The page Silences: one is previewed and set up, and ended."""

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.oncall.silences.model import AlertSilence
from tests.domain.channels.channels import outage, webhook
from tests.domain.oncall.silences.quiet import arrive
from tests.ui.conftest import Console
from tests.ui.until import until


async def test_a_silence_is_previewed_set_up_and_ended(console: Console) -> None:
    application = console.application
    await webhook(application)
    await outage(application)
    await arrive(application)
    me = await console.sign_in(Role.OPERATOR)
    await console.user.open('/silences')
    await console.user.should_see('Nothing is silenced')
    alert = next(iter(application.fleet[Alert]))
    await console.user.open(f'/silences?alert={alert}')
    await console.user.should_see(marker='reason')
    console.user.find(marker='preview').click()
    await console.user.should_see('It would have kept 1 of the 1 messages of the last day, of 1 alert.')
    console.user.find(marker='save').click()
    await until(lambda: application.fleet[AlertSilence])
    (row,) = application.fleet[AlertSilence].values()
    assert (row.owner, application.fleet[Alert][alert].silence) == (me.id, row.id)
    await console.user.should_see('1 open alert silent')
    console.user.find(marker='end-silence').click()
    await console.user.should_see('1 open alert is told at once.')
    console.user.find(marker='confirm').click()
    await until(lambda: application.fleet[Alert][alert].silence is None)
    await console.user.should_see(marker='again')


async def test_times_are_typed_in_the_zone_of_the_person_and_one_that_is_skipped_is_refused(console: Console) -> None:
    application = console.application
    await webhook(application)
    await outage(application)
    me = await console.sign_in(Role.OPERATOR)
    await application.desks.change(application.as_(me), {'zone': 'Europe/Amsterdam'})
    alert = next(iter(application.fleet[Alert]))
    await console.user.open(f'/silences?alert={alert}')
    await console.user.should_see('Empty for now, or as 2026-11-30 20:00 in Europe/Amsterdam.')
    console.user.find(marker='begins').clear().type('2027-03-28 02:30')
    console.user.find(marker='save').click()
    await console.user.should_see('02:30 is skipped on 2027-03-28 in Europe/Amsterdam')
    console.user.find(marker='begins').clear().type('2027-01-15 20:00')
    console.user.find(marker='save').click()
    await until(lambda: application.fleet[AlertSilence])
    (row,) = application.fleet[AlertSilence].values()
    assert row.starts_at == 1_800_039_600.0
