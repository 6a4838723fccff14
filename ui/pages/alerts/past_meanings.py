"""What was wrong, for the page of an alert that is cleared; by its rule."""

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

PAST_MEANING = {
    UNKNOWN_CELL: (
        'A device was on a cell that no tower of yours listed, in a tracking area where yours radiate. The alert cleared because the cell '
        'was listed, or because no device was on it for five minutes.'
    ),
    FAILING: (
        'The tower’s checks failed. While it was down the devices that it served were excused from their policies and quarantines for '
        'them waited. The alert cleared when the checks answered again and its devices were heard from, or had been waited for long '
        'enough; or when the tower went into maintenance or out of service.'
    ),
    OFFLINE: (
        'The device was offline for longer than its criticality and its kind allow, and nothing else explained it. The alert cleared when '
        'the device was heard again, or its tower turned out to be down.'
    ),
    BEHIND_TOWER: (
        'Devices fell silent together that were last heard through this tower, while its checks answered. The alert cleared when all but '
        'two were back.'
    ),
    TOGETHER: 'Devices that had this in common fell silent together. The alert cleared when all but two were back.',
    TOWERS_TOGETHER: (
        'Towers of one region or operator went down within a short time. The alert cleared when less than two were down.'
    ),
    NOT_ASKED: (
        'The fault was on this side: checks of towers that have nothing in common failed at the same moment. The towers kept the state '
        'that they had, until they could be asked again.'
    ),
    policies.NOT_ASKED: 'A rule could not be asked, so that nothing was known of the devices that it binds.',
    policies.BROKEN: 'A rule of yours was broken. The alert cleared when no device broke it any more, or when the rule was changed.',
    NOT_DONE: 'What was ordered was not carried out. The alert cleared when the device had done it, or nothing was asked any more.',
    FOREIGN_NETWORK: (
        'A device was on a cell that had the identity and the area of one of yours, in a network that none of your towers listed. The '
        'alert cleared because the cell was listed, or because no device was on it for five minutes.'
    ),
    COPIED_IDENTITY: (
        'A device left a cell of yours for one of your network that had the same identity in another technology, under an area that none '
        'of your towers listed. The alert cleared because the cell was listed, or because no device was on it for five minutes.'
    ),
    JUMP: (
        'A device was served by two towers that lie too far apart for the time between. The alert cleared an hour after the newest jump, '
        'or when a place was corrected.'
    ),
    DOWNGRADE: (
        'Several devices left the LTE or NR of one tower together for 2G or 3G cells that no tower listed. The alert cleared when more '
        'than half of them were back, or when the tower turned out to fail or was in maintenance.'
    ),
    CONTESTED: 'A machine asked to enrol with the numbers of a device that was in use. The alert cleared with the decision of a person.',
    COPIED: (
        'Two machines showed the same credential: numbers and moments of their check-ins crossed. The alert cleared when the credential '
        'was revoked or the device enrolled again.'
    ),
    SIM_CHANGED: (
        'The device told of a SIM that was not expected in it. The alert cleared when the SIM was permitted, or the former one was back.'
    ),
    SHARED_NUMBER: (
        'Two devices that were both heard from had the same IMEI or serial number. The alert cleared when only one of them did, or only '
        'one was heard.'
    ),
    CONTRADICTION: (
        'A machine showed numbers that name several devices. The alert cleared when a person had said which device it is, or the '
        'machine showed its own numbers again.'
    ),
    SHARED_SIM: 'Two devices that were both heard from told of the same SIM. The alert cleared when only one of them did.',
    CLOCK: (
        'The device’s clock was steadily wrong. What it said was moved to our time; its own certificates, logs and schedules were wrong '
        'until its clock was set.'
    ),
    LATE: 'This server did not keep up with asking towers. The alert cleared when checks were begun in time again.',
    NOT_DELIVERING: 'Alerts did not arrive on this channel. The alert cleared with the next one that did, or when it was changed.',
    WORKS_UNKNOWN: (
        'A calendar of planned works had events of nothing that was known here, or could not be read. The alert cleared when all was known.'
    ),
    CALENDAR_UNREAD: 'A calendar of a rotation could not be read for an hour. The alert cleared when it was read again.',
    GAP_AHEAD: 'A rotation had a time, or one ahead, in which nobody was on call. The alert cleared when a person was.',
    TELLS_NOBODY: 'A route, or a step of its policy, told nobody. The alert cleared when it did, or when the route was off or removed.',
    GUESSING: 'Sign-ins or confirmations were refused again and again. The alert cleared when none was refused for half an hour.',
    **dict.fromkeys(
        (TOWER_CERTIFICATE, CHANNEL_CERTIFICATE, OWN_CERTIFICATE, PROVIDER_CERTIFICATE, AUTHORITY_CERTIFICATE),
        'A certificate ended soon, or had ended. The alert cleared when a newer one was shown, or what showed it was gone.',
    ),
    DEVICE_CERTIFICATES: (
        'Client certificates of devices ended soon, or had ended. The alert cleared when newer ones had been shown.'
    ),
    OWN_DEVICE: 'A rule of your own was true of the device for as long as the rule says. The alert cleared when it was not any more.',
    OWN: 'The expression of a rule of your own was true for as long as the rule says. The alert cleared when it was not any more.',
    CLOCKS: 'Many clocks were wrong by the same amount at the same time; that of this server was the likelier one.',
    AREA: (
        'The tracking area that devices told of a cell was another one than the inventory had. The alert cleared when the inventory was '
        'corrected.'
    ),
}
