"""Equal values read from the store become one object, so that 100,000 live devices fit in memory.

Texts such as labels, tower ids and network codes repeat all over a fleet; so do whole groups of facts (one model, one patch level)
and verdicts. The pool lives while the live picture is being read and is emptied afterwards.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from domain.facts import Agent, Battery, Facts, Hardware, Network, Os, Security, Storage
from domain.policies import Verdict
from domain.radio import Radio, Rat, Registration

Value = TypeVar('Value')
_MOST = 500_000
"""Entries after which a pool starts afresh: sharing is thrift, not truth."""


class _FactsText(msgspec.Struct):
    """The groups of a facts document, still as text."""

    os: msgspec.Raw = msgspec.Raw(b'null')
    hardware: msgspec.Raw = msgspec.Raw(b'null')
    storage: msgspec.Raw = msgspec.Raw(b'null')
    battery: msgspec.Raw = msgspec.Raw(b'null')
    agent: msgspec.Raw = msgspec.Raw(b'null')
    security: msgspec.Raw = msgspec.Raw(b'null')
    network: msgspec.Raw = msgspec.Raw(b'null')
    uptime_s: int | None = None
    custom: msgspec.Raw = msgspec.Raw(b'null')


_facts_text = msgspec.json.Decoder(_FactsText).decode
_radio_text = msgspec.json.Decoder(Radio).decode
_verdict_texts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_labels = msgspec.json.Decoder(dict[str, str]).decode
_os = msgspec.json.Decoder(Os | None).decode
_hardware = msgspec.json.Decoder(Hardware | None).decode
_storage = msgspec.json.Decoder(Storage | None).decode
_battery = msgspec.json.Decoder(Battery | None).decode
_agent = msgspec.json.Decoder(Agent | None).decode
_security = msgspec.json.Decoder(Security | None).decode
_network = msgspec.json.Decoder(Network | None).decode
_custom = msgspec.json.Decoder(dict[str, str | int | float | bool] | None).decode
_verdict = msgspec.json.Decoder(Verdict).decode


class Pool:
    """Equal texts and equal documents, each kept once."""

    def __init__(self) -> None:
        self._texts: dict[Any, Any] = {}
        self._documents: dict[tuple[Callable[..., Any], str | bytes], Any] = {}

    def clear(self) -> None:
        """Let go of everything; what is in use lives on with its users."""
        self._texts = {}
        self._documents = {}

    def text(self, value: Value) -> Value:
        """The one object equal to ``value`` (a text, a number or ``None``)."""
        texts = self._texts
        if len(texts) > _MOST:
            texts.clear()
        return texts.setdefault(value, value)  # type: ignore[no-any-return]

    def labels(self, text: str) -> Mapping[str, str]:
        """A device's labels."""
        return self._document(_labels, text)

    def radio(self, text: str | None) -> Radio | None:
        """A radio observation; its codes and numbers are shared, for the observation itself is nearly always one of a kind."""
        if text is None:
            return None
        seen = _radio_text(text)
        share = self.text
        return Radio(
            Rat(seen.rat),
            share(seen.mcc),
            share(seen.mnc),
            share(seen.tac),
            share(seen.cell_id),
            share(seen.pci),
            share(seen.arfcn),
            share(seen.rsrp),
            share(seen.rsrq),
            share(seen.sinr),
            Registration(seen.registration),
            seen.roaming,
        )

    def facts(self, text: str) -> Facts:
        """What a device says of itself: shared as a whole where two say the same, else group by group."""
        return self._document(self._facts, text)

    def _facts(self, text: str) -> Facts:
        groups = _facts_text(text)
        shared = self._document
        return Facts(
            shared(_os, bytes(groups.os)),
            shared(_hardware, bytes(groups.hardware)),
            _storage(groups.storage),
            _battery(groups.battery),
            shared(_agent, bytes(groups.agent)),
            shared(_security, bytes(groups.security)),
            _network(groups.network),
            groups.uptime_s,
            shared(_custom, bytes(groups.custom)),
        )

    def verdicts(self, text: str) -> Mapping[str, Verdict]:
        """What each policy says of a device."""
        return self._document(self._verdicts, text)

    def _verdicts(self, text: str) -> dict[str, Verdict]:
        return {
            self.text(policy): self._document(_verdict, bytes(verdict))
            for policy, verdict in _verdict_texts(text).items()
        }

    def _document(self, decode: Callable[[Any], Value], text: str | bytes) -> Value:
        documents = self._documents
        key = (decode, text)
        known = documents.get(key, documents)
        if known is not documents:
            return known  # type: ignore[no-any-return]
        if len(documents) > _MOST:
            documents.clear()
        value = documents[key] = decode(text)
        return value
