"""Equal values read from the store become one object, so that 100,000 live devices fit in memory.

Texts such as labels, tower ids and network codes repeat all over a fleet; so do whole groups of facts (one model, one patch level)
and verdicts. The pool lives while the live picture is being read and is emptied afterwards.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from domain.cellular.radio import Radio, without_markers
from domain.devices.compliance import Verdict
from domain.devices.facts import Agent, Battery, Facts, Hardware, Network, Os, Security, Storage, expressible_fact
from domain.devices.verdicts import Part, Verdicts, split
from persistence.verdicts import Parts

Value = TypeVar('Value')
Integer = TypeVar('Integer', int, int | None)
_MOST_HELD = 4_000_000
"""Characters of JSON after which the pool of documents starts afresh: sharing is thrift, and the pool itself must stay small."""
_UNKNOWN = object()


class _FactsText(msgspec.Struct):
    """A facts document, with the groups that repeat all over a fleet still as text."""

    os: msgspec.Raw = msgspec.Raw(b'null')
    hardware: msgspec.Raw = msgspec.Raw(b'null')
    storage: Storage | None = None
    battery: msgspec.Raw = msgspec.Raw(b'null')
    agent: msgspec.Raw = msgspec.Raw(b'null')
    security: msgspec.Raw = msgspec.Raw(b'null')
    network: Network | None = None
    uptime_s: int | None = None
    custom: msgspec.Raw = msgspec.Raw(b'null')


_facts_text = msgspec.json.Decoder(_FactsText).decode
_radio_text = msgspec.json.Decoder(Radio).decode
_verdict_texts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_labels = msgspec.json.Decoder(dict[str, str]).decode
_battery = msgspec.json.Decoder(Battery | None).decode
_security = msgspec.json.Decoder(Security | None).decode
_custom = msgspec.json.Decoder(dict[str, str | int | float | bool] | None).decode
_verdict = msgspec.json.Decoder(Verdict).decode


def _said(name: str, kind: Any) -> Callable[[str | bytes], Any]:
    """Reads a group without the texts that stand for "not known": what was stored before they were told apart is read as what it means."""
    decode = msgspec.json.Decoder(kind).decode

    def read(text: str | bytes) -> Any:
        group = decode(text)
        return None if group is None else expressible_fact(name, group)[0]

    return read


_os = _said('os', Os | None)
_hardware = _said('hardware', Hardware | None)
_agent = _said('agent', Agent | None)


class Interner:
    """Equal texts, numbers and documents, each kept once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._texts: dict[str, str] = {}
        self._floats: dict[float, float] = {}
        self._ints: dict[Any, Any] = {}
        self._documents: dict[tuple[Callable[..., Any], str | bytes], Any] = {}
        self._verdicts: dict[tuple[str, str, str | None], Verdicts] = {}
        self._lines: dict[tuple[str, str], tuple[Part, ...]] = {}
        self._held = 0

    def clear(self) -> None:
        """Let go of everything; what is in use lives on with its users."""
        self._texts = {}
        self._floats = {}
        self._ints = {}
        self._forget_documents()

    def text(self, value: str) -> str:
        """The one text equal to ``value``."""
        return self._texts.setdefault(value, value)

    def text_or_none(self, value: str | None) -> str | None:
        """The one text equal to ``value``."""
        return None if value is None else self._texts.setdefault(value, value)

    def number(self, value: float | None) -> float | None:
        """The one float equal to ``value`` (integers are left alone: to CEL 5 and 5.0 differ)."""
        return self._floats.setdefault(value, value) if type(value) is float else value

    def moment(self, value: float) -> float:
        """The one moment equal to ``value``; all that one group of changes made has the same."""
        return self._floats.setdefault(value, value)

    def integer(self, value: Integer) -> Integer:
        """The one integer equal to ``value``."""
        known: Integer = self._ints.setdefault(value, value)
        return known

    def labels(self, text: str) -> Mapping[str, str]:
        """A device's labels."""
        return self._document(_labels, text)

    def radio(self, text: str | None) -> Radio | None:
        """A radio observation; its codes and numbers are shared, for the observation itself is nearly always one of a kind."""
        if text is None:
            return None
        seen = without_markers(_radio_text(text))
        number, integer, name = self.number, self.integer, self.text_or_none
        return Radio(
            seen.rat,
            name(seen.mcc),
            name(seen.mnc),
            integer(seen.tac),
            integer(seen.cell_id),
            integer(seen.pci),
            integer(seen.arfcn),
            number(seen.rsrp),
            number(seen.rsrq),
            number(seen.sinr),
            seen.registration,
            seen.roaming,
        )

    def facts(self, text: str) -> Facts:
        """What a device says of itself, shared group by group; storage and network hardly ever repeat."""
        groups = _facts_text(text)
        shared = self._document
        return Facts(
            shared(_os, bytes(groups.os)),
            shared(_hardware, bytes(groups.hardware)),
            groups.storage,
            shared(_battery, bytes(groups.battery)),
            shared(_agent, bytes(groups.agent)),
            shared(_security, bytes(groups.security)),
            groups.network,
            groups.uptime_s,
            shared(_custom, bytes(groups.custom)),
        )

    def verdicts(self, enterprise: str, first: str, others: str | None) -> Mapping[str, Verdict]:
        """What each policy says of a device; devices judged at once share all of it. ``others`` are the parts that follow the first, one
        to a line, each behind its number."""
        key = (enterprise, first, others)
        known = self._verdicts.get(key)
        if known is None:
            self._hold(len(first) + len(others or ''))
            lines = (f'0{first}', *(others or '').splitlines())
            known = Verdicts(part for line in lines for part in self._part(enterprise, line))
            self._verdicts[key] = known
        return known

    def _part(self, enterprise: str, line: str) -> tuple[Part, ...]:
        """What one stored part says, shared by all devices that have the same."""
        key = (enterprise, line)
        known = self._lines.get(key)
        if known is None:
            self._hold(len(line))
            number, brace, rest = line.partition('{')
            found = {}
            for policy, verdict in _verdict_texts(brace + rest).items():
                self._parts.learn(enterprise, policy, int(number))
                found[self.text(policy)] = self._document(_verdict, bytes(verdict))
            known = self._lines[key] = split(found)
        return known

    def _document(self, decode: Callable[[Any], Value], text: str | bytes) -> Value:
        key = (decode, text)
        known = self._documents.get(key, _UNKNOWN)
        if known is not _UNKNOWN:
            return known  # type: ignore[no-any-return]
        self._hold(len(text))
        value = self._documents[key] = decode(text)
        return value

    def _hold(self, characters: int) -> None:
        self._held += characters
        if self._held > _MOST_HELD:
            self._forget_documents()

    def _forget_documents(self) -> None:
        self._documents = {}
        self._verdicts = {}
        self._lines = {}
        self._held = 0
