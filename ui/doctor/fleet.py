"""Probes of what devices, rules and checks are like: of the whole installation, as numbers alone, or of one enterprise."""

import asyncio
from collections import Counter
from collections.abc import Sized
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median_low

from domain.checkins.clocks import MINOR_S
from domain.devices.certificates import count_ending
from domain.devices.model import DeviceState, Reporting
from domain.policies.live import rule_doubt, rule_trouble
from domain.policies.model import Policy
from domain.towers.alerts import NOT_ASKED
from ui.doctor.model import Said, fault, ok, unknown, warning
from ui.doctor.sources import FleetPart
from ui.durations import clock_words, counted

HEARD_S = 86_400.0
"""A device that was heard from in the last day says something of clocks and agents now."""
LEAST_WITNESSES = 3
"""Fewer devices say nothing of our clock."""
_SLICE = 500
_MOST_NAMED = 5
_DEVICES = '/devices?clock_wrong=true'


@dataclass(slots=True)
class Census:
    """What the devices heard from in the last day are like. ``offsets`` are the clocks that are steadily wrong (s ahead of ours)."""

    heard: int = 0
    agents: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    odd_devices: int = 0
    refused: int = 0
    offsets: list[float] = field(default_factory=list)

    @property
    def offset_s(self) -> float:
        """The median of all clocks heard from: right ones count as 0."""
        right = max(0, self.heard - len(self.offsets))
        return median_low([*self.offsets, *([0.0] * right)]) if self.offsets else 0.0

    @property
    def right(self) -> str:
        """How many clocks are right, in words: ``3 devices``, ``24 of 34 devices``."""
        heard = counted(self.heard, 'device')
        return f'{self.heard - len(self.offsets):,} of {heard}' if self.offsets else heard


async def census(of: FleetPart) -> Census:
    """Counted once for all probes that ask."""
    if 'census' not in of.kept:
        of.kept['census'] = asyncio.ensure_future(_counted(of))
    return await asyncio.shield(of.kept['census'])


async def _counted(of: FleetPart) -> Census:
    """In slices, so that nothing else waits for it."""
    found = Census()
    since = of.clock() - HEARD_S
    for fleet in of.fleets:
        for at, state in enumerate(list(fleet[DeviceState].values())):
            if at % _SLICE == 0:
                await asyncio.sleep(0)
            if state.last_seen is None or state.last_seen < since:
                continue
            found.heard += 1
            if (agent := state.facts.agent) is not None:
                found.agents[f'{agent.name or "agent"} {agent.version or "of no version"}'] += 1
        heard = fleet[DeviceState]
        for reporting in list(fleet[Reporting].values()):
            state_of = heard.get(reporting.id)
            if reporting.is_odd:
                found.odd_devices += 1
                found.refused += reporting.refused
                found.odd.update({odd.field or 'the whole' for odd in reporting.odd})
            if reporting.clock_offset_s is not None and state_of is not None and (state_of.last_seen or 0) >= since:
                found.offsets.append(reporting.clock_offset_s)
    return found


async def device_clocks(of: FleetPart) -> Said:
    """Devices whose clocks are wrong."""
    found = await census(of)
    figures = {'heard': found.heard, 'wrong': len(found.offsets)}
    if not found.heard:
        return unknown('No device was heard from in the last day.', figures=figures)
    if not found.offsets:
        return ok(
            f'The clocks of {counted(found.heard, "device")} heard from in the last day are right.', figures=figures
        )
    furthest = max(found.offsets, key=abs)
    return warning(
        f'Of {counted(found.heard, "device")} heard from in the last day, {len(found.offsets):,} {_has(found.offsets)} a wrong clock; '
        f'the one that is furthest off: {clock_words(furthest)}.',
        'What they say is moved to our time. Set their clocks, for example by NTP.',
        href=_DEVICES, furthest_s=furthest, figures=figures,
    )  # fmt: skip


async def certificates(of: FleetPart) -> Said:
    """Client certificates that devices showed, and which end soon."""
    rows = [row for fleet in of.fleets for row in list(fleet[Reporting].values())]
    await asyncio.sleep(0)
    shown, ending, first = count_ending(rows)
    figures = {'shown': shown, 'ending': ending}
    if first is None:
        return unknown('No device has shown a client certificate that tells its end.', figures=figures)
    day = f'{datetime.fromtimestamp(first, UTC):%Y-%m-%d}'
    if not ending:
        return ok(
            f'Of {counted(shown, "client certificate")} of devices none ends soon; the first ends on {day}.',
            figures=figures,
        )
    return warning(
        f'Of {counted(shown, "client certificate")} of devices {ending:,} {"ends" if ending == 1 else "end"} soon, the first on {day}.',
        'Renew them before the proxy turns those devices away.',
        href='/devices?certificate_ends=true', figures=figures,
    )  # fmt: skip


async def odd_values(of: FleetPart) -> Said:
    """Values that could not be taken, by the field."""
    found = await census(of)
    figures = {'devices': found.odd_devices, 'fields': dict(found.odd.most_common())}
    if not found.odd_devices:
        return ok('No device has reported odd values in the last day.', figures=figures)
    named = ', '.join(f'{name} ({count:,})' for name, count in found.odd.most_common(_MOST_NAMED))
    refused = f' Check-ins of {found.refused:,} were refused as a whole.' if found.refused else ''
    return warning(
        f'Values are left out that {counted(found.odd_devices, "device")} reported: {named}.{refused}',
        'The page of each device says which value and why; mend what sends them.',
        href='/devices?odd=true', figures=figures,
    )  # fmt: skip


async def agents(of: FleetPart) -> Said:
    """Versions of agents, by count."""
    found = await census(of)
    if not found.agents:
        return unknown('No device heard from in the last day names its agent.', heard=found.heard)
    named = ', '.join(f'{name} ({count:,})' for name, count in found.agents.most_common(_MOST_NAMED))
    more = f' and {len(found.agents) - _MOST_NAMED} more' if len(found.agents) > _MOST_NAMED else ''
    silent = found.heard - found.agents.total()
    without = f'; {silent:,} name none' if silent else ''
    return ok(f'Devices check in with {named}{more}{without}.', versions=dict(found.agents.most_common(50)))


async def rules(of: FleetPart) -> Said:
    """Rules that are not asked, and rules that compare what cannot be compared."""
    asked, doubtful, troubled = 0, 0, 0
    for fleet in of.fleets:
        for policy in list(fleet[Policy].values()):
            await asyncio.sleep(0)  # a rule that was never looked at is compiled for it
            asked += 1
            troubled += bool(rule_trouble(fleet, policy.id))
            doubtful += bool(rule_doubt(policy.rule))
    figures = {'policies': asked, 'doubtful': doubtful, 'not_asked': troubled}
    if troubled:
        return fault(
            f'{counted(troubled, "rule")} of {counted(asked, "policy", "policies")} {_is(troubled)} not asked.',
            'The page of each policy says why; save a rule that can be asked.', href='/policies', figures=figures,
        )  # fmt: skip
    if doubtful:
        return warning(
            f'{counted(doubtful, "rule")} of {counted(asked, "policy", "policies")} {_is(doubtful)} doubtful: '
            'what is compared there can never be meant.',
            'The page of each policy says what to write instead.', href='/policies', figures=figures,
        )  # fmt: skip
    if not asked:
        return unknown('There is no policy yet.', figures=figures)
    return ok(f'The rules of {counted(asked, "policy", "policies")} are asked and can be meant.', figures=figures)


async def checks(of: FleetPart) -> Said:
    """Whether towers can be asked at all."""
    open_ones = [alert for fleet in of.fleets if (alert := NOT_ASKED.open_in(fleet, fleet.enterprise.id)) is not None]
    if open_ones:
        return fault(
            f'{open_ones[0].problem}.',
            'It is the fault of this server or its network, not of a site; towers keep the states that they had.',
            href='/alerts', enterprises=len(open_ones),
        )  # fmt: skip
    return ok('Towers can be asked as far as this server is concerned.')


def clock_of_ours(found: Census) -> float | None:
    """By how much the devices say that our clock is behind (s; negative: ahead); ``None`` when they do not agree, or are too few."""
    return found.offset_s if found.heard >= LEAST_WITNESSES and abs(found.offset_s) >= MINOR_S else None


def _has(these: Sized) -> str:
    return 'has' if len(these) == 1 else 'have'


def _is(count: int) -> str:
    return 'is' if count == 1 else 'are'
