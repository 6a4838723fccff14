"""The rules that raise alerts as an enterprise sets them. Each :class:`domain.alerts.rule.AlertRule` names the one that it belongs to."""

from domain.alerts.tuning import AlertLimit, Tunable

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
YEAR = 365 * DAY

SITE_DOWN = Tunable(
    key='site-down',
    name='Site down',
    watches='A tower is down, degraded or cut off, by its checks and by what it depends on.',
    limits=(
        AlertLimit('critical_percent', 'Critical from this part of the fleet', '%', 5, 0.1, 100, counts=False),
        AlertLimit('critical_devices', '… and at least', 'devices', 20, 1, 100_000, counts=False),
        AlertLimit('group_wait_s', 'Wait for what depends on it', 's', 10, 0, 600, counts=False),
    ),
)
TOWERS_TOGETHER = Tunable(
    key='towers-together',
    name='Towers down together',
    watches='Towers of one region or one operator go down within a short time: one alert, with those of the towers beneath it.',
    limits=(
        AlertLimit('towers', 'At least', 'towers', 3, 2, 100_000),
        AlertLimit('share_percent', 'At least this part of those that share it', '%', 50, 1, 100),
        AlertLimit('within_s', 'Within', 's', 2 * MINUTE, 10, DAY),
        AlertLimit(
            'hold_s', 'A tower waits for the others', 's', 20, 0, 600, 'When another one begins to fail.', counts=False
        ),
    ),
)
TRACKING_AREA = Tunable(
    key='tracking-area',
    name='Tracking area differs',
    watches='Devices tell another tracking area of a cell than the inventory has.',
)
POLLER_BEHIND = Tunable(
    key='poller-behind',
    name='Towers cannot be asked',
    watches='Checks of sites that have nothing in common fail at one moment: this server is cut off. Or it does not keep up with asking.',
    has_scope=False,
    can_be_off=False,
)
OFFLINE_AFTER = (
    AlertLimit('vital_s', 'Installed, vital', 's', MINUTE, 0, YEAR, 'Seconds offline until it calls; 0 for never.'),
    AlertLimit('high_s', 'Installed, high', 's', 10 * MINUTE, 0, YEAR),
    AlertLimit('normal_s', 'Installed, normal', 's', HOUR, 0, YEAR),
    AlertLimit('low_s', 'Installed, low', 's', DAY, 0, YEAR),
    AlertLimit('carried_vital_s', 'Carried or driven, vital', 's', 15 * MINUTE, 0, YEAR),
    AlertLimit('carried_high_s', 'Carried or driven, high', 's', 2 * HOUR, 0, YEAR),
    # a weekend
    AlertLimit('carried_normal_s', 'Carried or driven, normal', 's', 3 * DAY, 0, YEAR),
    AlertLimit('carried_low_s', 'Carried or driven, low', 's', 0, 0, YEAR),
)
DEVICE_OFFLINE = Tunable(
    key='device-offline',
    name='Device offline',
    watches='A device stays offline by itself, longer than its criticality and kind allow. A label of its own says it for one device.',
    limits=OFFLINE_AFTER,
)
SILENT_TOGETHER = Tunable(
    key='silent-together',
    name='Devices silent together',
    watches='Devices that share a tower, label, network or kind fall silent at one moment. While it is off, each is told by itself.',
    limits=(
        AlertLimit('devices', 'At least', 'devices', 5, 2, 100_000),
        AlertLimit('share_percent', 'At least this part of those that share it', '%', 50, 1, 100),
        AlertLimit('crowd', 'With nothing in common', 'devices', 20, 2, 100_000),
    ),
)
POLICY_BROKEN = Tunable(
    key='policy-broken',
    name='Policy broken',
    watches='Devices break a policy of the severity critical or major.',
    limits=(AlertLimit('more_than', 'By more than', 'devices', 0, 0, 100_000),),
    has_scope=False,
)
POLICY_NOT_ASKED = Tunable(
    key='policy-not-asked',
    name='Policy not asked',
    watches='The rule of a policy cannot be asked of devices.',
    has_scope=False,
    can_be_off=False,
)
COMMAND_REFUSED = Tunable(
    key='command-refused',
    name='Command refused',
    watches='A device did not do what it was told: it refused, failed or did not answer in time.',
)
_QUIET = AlertLimit('quiet_s', 'Ends when no device was on it for', 's', 300, 60, 7 * DAY, counts=False)
UNLISTED_CELL = Tunable(
    key='unknown-cell',
    name='Unknown cell',
    watches='Devices are on a cell that no tower lists, in a tracking area where yours radiate.',
    limits=(
        AlertLimit(
            'strong_dbm', 'Near from this RSRP', 'dBm', -70, -140, -30, 'Nearer cells score higher.', counts=False
        ),
        _QUIET,
    ),
)
FOREIGN_PLMN = Tunable(
    key='foreign-network',
    name='PLMN does not fit its place',
    watches='A cell has the numbers of one of yours, in a network that no tower of yours lists or in another technology.',
    limits=(
        AlertLimit('far_km', 'Not when the device was further away than', 'km', 100, 1, 20_000),
        _QUIET,
    ),
)
IMPOSSIBLE_JUMP = Tunable(
    key='impossible-jump',
    name='Impossible jump',
    watches='A device is on two towers in less time than anything takes from one to the other.',
    limits=(
        AlertLimit('reach_km', 'Towers further apart than', 'km', 50, 1, 20_000, 'Both may be heard in between.'),
        AlertLimit('kmh', 'Faster than', 'km/h', 1200, 50, 100_000),
        AlertLimit('stands_s', 'Ends so long after the newest jump', 's', HOUR, 60, 7 * DAY, counts=False),
    ),
)
DOWNGRADED = Tunable(
    key='downgrade',
    name='Many forced down to 2G',
    watches='Devices leave LTE or NR of a tower together for cells of GSM or UMTS that no tower lists.',
    limits=(
        AlertLimit('devices', 'At least', 'devices', 5, 2, 100_000),
        AlertLimit('share_percent', 'At least this part of those on the tower', '%', 10, 1, 100),
    ),
)
CREDENTIAL_TWICE = Tunable(
    key='credential-twice',
    name='Credential used twice',
    watches='Two machines check in as one device.',
)
WRONG_CLOCK = Tunable(
    key='wrong-clock',
    name='Clock wrong',
    watches='The clock of a device is steadily wrong; many that are wrong by as much are one matter.',
    limits=(
        AlertLimit('seconds', 'By at least', 's', 300, 30, YEAR),
        AlertLimit('crowd', 'One matter from more than', 'devices', 10, 2, 100_000),
    ),
)
CHANGED_SIM = Tunable(
    key='sim-changed', name='SIM changed', watches='A SIM that nobody has permitted is in a device, or none is.'
)
SHARED_NUMBERS = Tunable(
    key='shared-number',
    name='Number in two devices',
    watches='One SIM, IMEI or serial number is in two devices that are both heard from.',
)
CONTRADICTING_NUMBERS = Tunable(
    key='contradicting-numbers',
    name='Numbers contradict each other',
    watches='The numbers of a device name several devices.',
)
CONTESTED_ENROLMENT = Tunable(
    key='contested-enrolment',
    name='Enrolment contested',
    watches='A machine asks to enrol as a device that is in use.',
)
GUESSING_AT_DOOR = Tunable(
    key='guessing',
    name='Guessing at the door',
    watches='Many sign-ins or confirmations are refused from one address, or at one account.',
    limits=(
        AlertLimit('guesses', 'At least', 'refusals', 10, 3, 1000),
        AlertLimit('within_s', 'Within', 's', 15 * MINUTE, MINUTE, DAY, 'Waits between guesses are counted once each.'),
        AlertLimit('quiet_s', 'Ends when none came for', 's', 30 * MINUTE, MINUTE, DAY, counts=False),
    ),
    has_scope=False,
)
CERTIFICATE_ENDS = Tunable(
    key='certificate-ends',
    name='Certificate ends soon',
    watches='A certificate ends that a check of a tower, a channel, an identity provider or the address of this console has shown, or '
    'that of an authority which is trusted, or client certificates of devices.',
    limits=(
        AlertLimit('days', 'From so many days before', 'days', 21, 1, 365),
        AlertLimit('urgent_days', 'Major from so many days before', 'days', 3, 0, 365, counts=False),
    ),
    has_scope=False,
)
OWN_RULES = Tunable(
    key='own-rules',
    name='Rules of your own',
    watches=(
        'An expression that you wrote, over counters or facts of devices, has been true for long enough. '
        'Each has its own severity and duration.'
    ),
    has_scope=False,
)
CHANNEL_FAILING = Tunable(
    key='channel-failing',
    name='Channel does not deliver',
    watches='Messages do not arrive on a channel on which alerts are told.',
    has_scope=False,
)
WORKS_CALENDAR = Tunable(
    key='works-calendar',
    name='Planned works not known',
    watches='A calendar of planned works cannot be read, or has works of which it is not known what they are of.',
    has_scope=False,
)
ON_CALL_GAP = Tunable(
    key='on-call-gap',
    name='Nobody on call',
    watches='A rotation has a gap in the next days, or a route that is on tells nobody.',
    has_scope=False,
)
