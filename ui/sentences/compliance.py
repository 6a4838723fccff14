"""How compliant a fleet is, and of how many that is known now."""

from collections.abc import Mapping

from domain.devices.compliance import ANSWERED, Compliance


def share(heard: Mapping[str, int]) -> float | None:
    """The part (0 to 1) of the devices heard from within their interval that comply, of those for which the rules have an answer; ``None``
    when there are none."""
    answered = sum(heard.get(status, 0) for status in ANSWERED)
    return heard.get(Compliance.COMPLIANT, 0) / answered if answered else None


def compliance_words(counts: Mapping[str, int], heard: Mapping[str, int]) -> str:
    """``compliant 15,708, of them 1,900 heard from within their interval``."""
    compliant, present = counts.get(Compliance.COMPLIANT, 0), heard.get(Compliance.COMPLIANT, 0)
    if not any(counts.get(status, 0) for status in ANSWERED):
        return 'no device has an answer yet'
    if not compliant:
        return 'compliant 0'
    if compliant == 1:
        return f'compliant 1, {"heard" if present else "not heard"} from within its interval'
    of_them = 'all' if present == compliant else f'of them {present:,}' if present else 'none of them'
    return f'compliant {compliant:,}, {of_them} heard from within their interval'
