"""What is wrong, for the page of an alert that is open; by its rule."""

from domain.channels.alerts import NOT_DELIVERING
from domain.devices.alerts import (
    CLOCK,
    CLOCKS,
    CONTRADICTION,
    COPIED,
    COPIED_IDENTITY,
    DOWNGRADE,
    FOREIGN_NETWORK,
    JUMP,
    SHARED_NUMBER,
    SHARED_SIM,
    SIM_CHANGED,
    UNKNOWN_CELL,
)
from domain.enforcement.alerts import NOT_DONE
from domain.enrolment.alerts import CONTESTED
from domain.guarding.alerts import (
    AUTHORITY_CERTIFICATE,
    CHANNEL_CERTIFICATE,
    DEVICE_CERTIFICATES,
    GUESSING,
    OWN_CERTIFICATE,
    PROVIDER_CERTIFICATE,
    TOWER_CERTIFICATE,
)
from domain.maintenance.alerts import WORKS_UNKNOWN
from domain.oncall.alerts import CALENDAR_UNREAD, GAP_AHEAD, TELLS_NOBODY
from domain.own_rules.alerts import OWN, OWN_DEVICE
from domain.policies import alerts as policies
from domain.silence.alerts import BEHIND_TOWER, OFFLINE, TOGETHER
from domain.towers.alerts import AREA, FAILING, LATE, NOT_ASKED
from domain.towers.together.alerts import TOGETHER as TOWERS_TOGETHER

MEANING = {
    UNKNOWN_CELL: (
        'A device is on a cell that no tower of yours lists, in a tracking area where yours radiate. Unknown is not rogue: the score '
        'starts at 40 %, a strong signal and every further device on that cell raise it. If the cell is yours or your operator’s, '
        'list it at its tower and the alert clears.'
    ),
    FAILING: (
        'The tower’s checks fail. Devices it serves are excused from their policies while it is down, and quarantines for them wait, '
        'except for devices that check in through it all the same. The alert clears when the checks answer again or the tower goes '
        'into maintenance. One of a tower that was down waits until its devices are heard from, at most as long as '
        'their silence is excused. An unreachable tower is cut off by what carries its backhaul or feeds it: nothing is known '
        'of it, its alert is a part of that outage, and people are told of that one alone.'
    ),
    OFFLINE: (
        'The device has been offline for longer than its criticality and its kind allow, and nothing else explains it: its tower is not '
        'down, in maintenance or unknown. Look at its power, its antenna and its SIM. A label offline-alert on the device (15m, 2h, '
        'never) sets another time. The alert clears when the device is heard again, or when its tower turns out to be down.'
    ),
    BEHIND_TOWER: (
        'Devices fell silent together that were last heard through this tower, while its checks answer: look at its radio, not at '
        'its backhaul. The alert clears when all but two are back; those then raise an alert each.'
    ),
    TOGETHER: (
        'Devices that have this in common fell silent together: look for one cause, such as a power cut, a network that is down, or an '
        'update. When it is the whole fleet, look at the uplink of this server. The alert clears when all but two are back; those then '
        'raise an alert each.'
    ),
    TOWERS_TOGETHER: (
        'Towers of one region or operator went down within a short time: look for one cause, such as a power cut, a fibre or the core of '
        'the operator. Their own alerts hang beneath this one and are not told by themselves. The alert clears when less than two are '
        'down and the devices of the others were heard from; a tower that is down still is told a minute later.'
    ),
    NOT_ASKED: (
        'The fault is on this side: checks of towers that have nothing in common fail at the same moment, because this server’s '
        'resolver, its route or its uplink fails, or a portal or filter answers in the place of the sites. Towers keep the state that '
        'they had, no device is excused and no command is taken back. The alert clears when the towers can be asked again.'
    ),
    LATE: (
        'This server does not keep up with asking towers, or cannot keep their answers: towers may be down and look up. Look at the '
        'page Doctor, at its log, disk and processors. The alert clears when checks are begun in time again.'
    ),
    policies.NOT_ASKED: (
        'A rule cannot be asked, so that nothing is known of the devices that it binds. The alert clears when it can be asked again.'
    ),
    policies.BROKEN: ('A rule of yours is broken. The alert clears when no device breaks it any more.'),
    NOT_DELIVERING: (
        'Alerts do not arrive on this channel: its receiver refuses them, or does not answer for minutes. Alerts that it was not told are '
        'in the log of the page Channels. Mend the receiver or the settings of the channel and send a test. The alert clears '
        'with the next message that arrives, or when the channel is changed or removed.'
    ),
    GAP_AHEAD: (
        'Nobody is on call in this rotation now, or at a time in the next seven days, so that it calls nobody then. Take the shift '
        'on the page On call, or add a layer. The alert clears when there is no gap in sight.'
    ),
    TELLS_NOBODY: (
        'Nobody is told of the alerts that this route takes, or a step of its policy tells nobody: a team or rotation has nobody in it, a '
        'channel is off, or people have no way to be reached. Put people into it on the page On call. The alert clears when all of it '
        'tells a person or a channel, or when the route is switched off or removed.'
    ),
    WORKS_UNKNOWN: (
        'A calendar of planned works has events of nothing that is known here, cannot be read for an hour, or has events that cannot be '
        'read. No window follows these, so that such works are outages like others. Say on the page Maintenance what they are of, or that '
        'they are of others. The alert clears when all is known.'
    ),
    CALENDAR_UNREAD: (
        'A calendar from which a rotation takes its shifts or days off has not been readable for an hour. What was read last still counts. '
        'See on the page On call what it answers, and connect it again where its address has changed. The alert clears when it is read.'
    ),
    GUESSING: (
        'Sign-ins or confirmations were refused again and again, from one address or at one account. Guesses are slowed down by '
        'themselves. See in the audit trail who was tried; block the address in front of the console, and ask the person whose account it '
        'is to take a second factor. The alert clears when none was refused for half an hour.'
    ),
    **dict.fromkeys(
        (TOWER_CERTIFICATE, CHANNEL_CERTIFICATE, OWN_CERTIFICATE, PROVIDER_CERTIFICATE, AUTHORITY_CERTIFICATE),
        'A certificate that this console was shown ends in the next weeks, or has ended. Renew it where the detail says. The alert clears '
        'when a newer one is shown.',
    ),
    DEVICE_CERTIFICATES: (
        'Client certificates that devices show to the proxy end soon, or have ended; a proxy that asks for them then lets those devices in '
        'no more. Renew them in the order of the detail; the list of devices has a filter for them. Looked at each hour: the alert '
        'clears when none of them ends soon.'
    ),
    OWN_DEVICE: 'A rule of your own has been true of the device for as long as the rule says. The alert clears when it is not any more.',
    OWN: 'The expression of a rule of your own has been true for as long as the rule says. The alert clears when it is not true any more.',
    NOT_DONE: ('What was ordered was not carried out. The alert clears when the device has done it.'),
    FOREIGN_NETWORK: (
        'A device is on a cell that has the identity and the area of one of yours, in a network that none of your towers lists. False base '
        'stations copy the numbers of a real cell. The score starts at 70 % when the device was at that place before, else at 40 %, and '
        'every further device raises it. If your site is shared with that network, list the cell at its tower under that network too; '
        'else the alert clears when no device has been on the cell for five minutes.'
    ),
    COPIED_IDENTITY: (
        'A device left a cell of yours for one of your network that has the same identity in another technology, under an area that none '
        'of your towers lists. Networks do not give one identity twice at one place; false base stations copy them. The score starts at '
        '60 %, and every further device raises it. If the areas of your network were numbered anew, correct them at the tower; else the '
        'alert clears when no device has been on the cell for five minutes.'
    ),
    JUMP: (
        'A device was served by two towers that lie too far apart for the time between: nothing that carries it is that fast. One of the '
        'two cells is a copy, two machines use one credential, or the place of a tower is wrong. Check first whether both towers stand '
        'where the inventory says. The alert clears an hour after the newest jump, or when a place is corrected.'
    ),
    DOWNGRADE: (
        'Several devices left the LTE or NR of one tower within two minutes for 2G or 3G cells that no tower lists, of the same network, '
        'of none, or of one that no border explains. '
        'A false base station with a jammer forces devices down, because it can pose as a 2G network without a proof. If the cell '
        'is your operator’s, list it at its tower. The alert clears when more than half of the devices are back, or when the tower '
        'turns out to fail or is in maintenance.'
    ),
    CONTESTED: (
        'A machine asks to enrol with the numbers of a device that is in use. It waits: approve it on the page Enrolment if the device was '
        'exchanged or set up anew, refuse it if not. The alert clears with the decision.'
    ),
    COPIED: (
        'Two machines show the same credential: numbers and moments of their check-ins cross. A folder or an image was copied, or the '
        'credential was stolen. Revoke it and let the machine that is yours enrol again.'
    ),
    SIM_CHANGED: (
        'The device tells of a SIM that nobody expects in it. If it was exchanged on purpose, write its ICCID into the permitted SIMs of '
        'the device, and the alert clears; it also clears when the former SIM is back.'
    ),
    SHARED_NUMBER: (
        'Two devices that are both heard from have the same IMEI or serial number. An image was copied with its serial number, modems left '
        'the factory with one IMEI, or a modem was moved and its former device still counts it as its own: then correct the numbers '
        'of that one under “Edit device”. The alert clears when only one of them has the number, or only one is heard.'
    ),
    CONTRADICTION: (
        'A machine shows numbers that name several devices: a modem or a board was exchanged, or numbers were copied. One that asks to '
        'enrol waits, with what it has observed: say on the page Enrolment which device it is, and the alert clears. One that '
        'has a credential goes on as the device of that credential; correct the numbers of the devices that are named, or revoke it.'
    ),
    SHARED_SIM: (
        'Two devices that are both heard from tell of the same SIM. A SIM was copied, or one of the two machines tells what is not so.'
    ),
    CLOCK: (
        'The device’s clock is steadily wrong. What it says is moved to our time, so it is there and judged as any other; its own '
        'certificates, logs and schedules are wrong until its clock is set, for example by NTP.'
    ),
    CLOCKS: (
        'Many clocks went wrong by the same amount at the same time. That of this server is the likelier one: compare it with a time '
        'server.'
    ),
    AREA: (
        'The cell joins this tower by its identity. The tracking area that devices tell is another one than the inventory has: correct '
        'the inventory, or ask your operator.'
    ),
}
"""What is wrong, what to do, and when the alert clears, by its rule."""
