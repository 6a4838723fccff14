"""The last hour: what was said is counted by the step, what stood is told at its end."""

from domain.policies.input import NewPolicy
from domain.policies.model import Mode
from tests.fakes import Clock, RunningApplication, running_application
from ui.live.activity import KEPT, STEP_S, Activity


class Running(Clock):
    """Moves a little whenever it is asked, as a real one does."""

    def __call__(self) -> float:
        return self.tick(0.001)


async def test_check_ins_are_counted_by_the_step_as_a_minutes_worth() -> None:
    async with running_application(clock=Running()) as application:
        pulse = _pulse(application)
        first, second = await application.device('a'), await application.device('b')
        application.clock.tick(1)
        for device in (first, second, first):
            await application.check_in(device.id)
        application.clock.tick(STEP_S)
        (point,) = pulse.points(application.enterprise)
    assert point[1:] == (2, 0, 0, 3 * 60 / STEP_S)


async def test_a_policy_that_moves_every_device_is_no_check_in() -> None:
    async with running_application(clock=Running()) as application:
        pulse = _pulse(application)
        device = await application.device()
        application.clock.tick(1)
        await application.check_in(device.id)
        application.clock.tick(STEP_S)
        await application.policies.add(
            application.actor, NewPolicy(name='Never', rule='device.kind == "phone"', mode=Mode.AUDIT)
        )
        application.clock.tick(STEP_S)
        _, after = pulse.points(application.enterprise)
    assert after[3:] == (1, 0)


async def test_a_quiet_hour_is_a_flat_line_and_no_longer_than_an_hour() -> None:
    async with running_application(clock=Running()) as application:
        pulse = _pulse(application)
        application.clock.tick(STEP_S * KEPT * 3)
        points = pulse.points(application.enterprise)
        assert len(points) == KEPT
        assert {point[1:] for point in points} == {(0, 0, 0, 0)}
        assert pulse.points(application.enterprise, after=points[-3][0]) == points[-2:]


def _pulse(application: RunningApplication) -> Activity:
    pulse = Activity(transactor=application.transactor)
    application.clock.tick(STEP_S - application.clock() % STEP_S)
    pulse.points(application.enterprise)  # begins now, at the start of a step
    return pulse
