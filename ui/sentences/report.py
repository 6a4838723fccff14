"""The report of a night, a day or a week in words."""

from domain.incidents.model import Report
from ui.durations import counted


def headline(report: Report) -> str:
    """``3 outages, 2 devices never came back, 1 policy worse``; what there was none of is left out."""
    more = '' if report.is_whole else 'at least '
    parts = [
        f'{more}{counted(len(report.outages), "outage")}' if report.outages else '',
        f'{counted(len(report.gone), "device")} never came back' if report.gone else '',
        f'{counted(len(report.worse), "policy", "policies")} worse' if report.worse else '',
        f'{more}{counted(len(report.others), "other alert")}' if report.others else '',
    ]
    return ', '.join(filter(None, parts)) or 'nothing happened'
