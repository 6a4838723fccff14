"""Stored documents become objects: what stands for "not known" in an older row is read as not known."""

from domain.cellular.radio import Radio, Rat
from domain.devices.facts import Agent, Facts, Hardware, Os
from persistence.engine.interning import Interner
from persistence.engine.rows import encode
from persistence.verdicts import Parts


def test_markers_that_an_older_release_stored_are_read_as_not_known() -> None:
    pool = Interner(Parts())
    stored = Facts(Os('Android', '', ''), Hardware('unknown', 'TC58'), agent=Agent('n/a', '1'))
    assert pool.facts(encode(stored).decode()) == Facts(Os('Android'), Hardware(None, 'TC58'), agent=Agent(None, '1'))
    seen = Radio(Rat.LTE, '204', '08', 65534, 2**28 - 1, rsrp=-90.0)
    assert pool.radio(encode(seen).decode()) == Radio(Rat.LTE, '204', '08', rsrp=-90.0)


def test_equal_documents_are_one_object() -> None:
    pool = Interner(Parts())
    one, other = (pool.facts(encode(Facts(Os('Android', '14'), uptime_s=n)).decode()) for n in (1, 2))
    assert one.os is other.os
