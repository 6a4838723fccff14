"""Signal history as a chart has room for it: the extremes of each pixel, and a span of one's own that stays."""

from dataclasses import replace

from domain.cellular.radio import RadioSample
from tests.fakes import RunningApplication, running_application
from tests.persistence.samples import RADIO
from ui.live.channel import News
from ui.topics.devices.signal import SignalTopic


async def topic(application: RunningApplication, device: str, **query: str) -> SignalTopic:
    found = SignalTopic(
        fleet=application.fleet, store=application.store, clock=application.clock, id=device, query=query
    )
    await found.open()
    return found


async def test_a_month_is_thinned_to_its_pixels_and_keeps_the_dip_that_was_there() -> None:
    async with running_application() as application:
        device = await application.device()
        now = application.clock()
        for number in range(3000):
            radio = replace(RADIO, rsrp=-131.0 if number == 1234 else -90.0)
            application.store.kept_samples.append(RadioSample(device.id, now - 2_590_000 + number * 800, radio, None))
        shown = (await topic(application, device.id, span='month', px='100')).full()
        assert 100 <= len(shown['points']) <= 100 * 8
        assert min(point[1] for point in shown['points']) == -131.0
        assert shown['pixel_s'] == 25_920


async def test_a_span_of_ones_own_stays_where_it_is() -> None:
    async with running_application() as application:
        device = await application.device()
        await application.check_in(device.id, radio=RADIO)
        now = application.clock()
        fixed = await topic(application, device.id, since=str(now - 600), until=str(now))
        before = fixed.full()['points']
        application.clock.tick(60)
        await application.check_in(device.id, radio=RADIO)
        assert fixed.patch(News()) is None
        assert fixed.full()['points'] == before
