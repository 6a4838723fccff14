"""Whether a device has a cellular modem, for rules about its radio and SIM."""

from domain.devices.model import Device, DeviceState

_OF_MODEM = ('imei', 'iccid', 'imsi', 'msisdn')


def has_no_modem(device: Device, state: DeviceState) -> bool:
    """True for a device that says so itself, and that nothing known of it contradicts: it tells of no radio, and no IMEI or SIM is on
    record. A device that merely leaves its radio out may have one."""
    return says_none(state) and not any(getattr(device.identifiers, name) for name in _OF_MODEM)


def says_none(state: DeviceState) -> bool:
    """True when the device says that it has no modem, and tells of no radio."""
    hardware = state.facts.hardware
    return hardware is not None and hardware.modem is False and state.radio is None
