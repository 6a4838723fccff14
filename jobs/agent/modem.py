"""The cellular modem by ModemManager's ``mmcli -J``: identifiers for enrolment, the radio observation for check-ins.

In that JSON dotted keys nest, every value is text, ``--`` means absent, area codes and cell identities are hexadecimal.
"""

import asyncio
import json
import re
import shutil
from dataclasses import dataclass, field
from typing import Any

import structlog

from domain.cellular.identifiers import Identifiers, clean_identifiers
from domain.cellular.radio import NO_AREA, NO_CELL, Radio, Rat, check_radio
from domain.cellular.reading import read_plmn
from domain.common.errors import Invalid
from domain.common.placeholders import says_nothing
from jobs.agent.modem_choice import MOST_SILENT, ModemChoice, in_words

_log = structlog.get_logger(__name__)
_TIMEOUT_S = 15.0
SIM_NUMBERS = ('iccid', 'imsi', 'msisdn')
_SIGNAL_RATE_S = 30  # how often ModemManager asks the modem for RSRP and SINR once told to
Json = dict[str, Any]

# In an EN-DC connection the cell identity is that of the LTE anchor, so that LTE stands before NR.
_RATS: tuple[tuple[Rat, frozenset[str]], ...] = (
    (Rat.NB_IOT, frozenset({'lte-nb-iot'})),
    (Rat.LTE_M, frozenset({'lte-cat-m'})),
    (Rat.LTE, frozenset({'lte'})),
    (Rat.NR, frozenset({'5gnr'})),
    (Rat.UMTS, frozenset({'umts', 'hsdpa', 'hsupa', 'hspa', 'hspa-plus'})),
    (Rat.GSM, frozenset({'gsm', 'gsm-compact', 'gprs', 'edge'})),
)
_SIGNAL = {Rat.GSM: 'gsm', Rat.UMTS: 'umts', Rat.NR: '5g'}
_POWER = {Rat.GSM: 'rssi', Rat.UMTS: 'rscp'}


@dataclass(slots=True)
class Modem:
    """The modem that carries the data, see :mod:`jobs.agent.modem_choice`. Asks ``mmcli`` anew each time: sticks come and go.

    ``listed`` is the newest answer of ``mmcli -L``, ``None`` where there was none.

    ``sim`` is the SIM that the newest observation found: its known numbers, ``None`` for each where there is no SIM, and ``None`` as a
    whole when ModemManager did not say. ``imei`` is that of the modem, ``None`` when it did not say. ``others`` are the modems beside, in
    words.
    """

    choice: ModemChoice = field(default_factory=ModemChoice)
    sim: Json | None = None
    imei: str | None = None
    others: str = ''
    listed: Json | None = None
    _signal_asked: set[str] = field(default_factory=set)
    _located: dict[str, int] = field(default_factory=dict)

    async def identifiers(self) -> dict[str, str]:
        """IMEI, ICCID, IMSI and MSISDN as far as modem and SIM report them and their standards accept them."""
        found = await self._find()
        return await self._identifiers(found[1]) if found is not None else {}

    async def _identifiers(self, modem: Json) -> dict[str, str]:
        sim: Json = {}
        if path := value(modem, 'generic', 'sim'):
            sim = _table(await _mmcli('-i', path), 'sim', 'properties')
        numbers = items(modem, 'generic', 'own-numbers') or ['']
        return _valid({
            'imei': value(modem, '3gpp', 'imei'),
            'iccid': value(sim, 'iccid').rstrip('Ff'),  # padding of a 19-digit number in its 10 bytes
            'imsi': value(sim, 'imsi'),
            'msisdn': str(numbers[0]),
        })  # fmt: skip

    async def observe(self) -> tuple[bool, Json | None]:
        """(known, radio): ``(True, None)`` without a radio link, ``(False, None)`` when ModemManager did not say."""
        self.sim, self.imei, self.others, self.listed = None, None, '', None
        if shutil.which('mmcli') is None:
            return True, None
        self.listed = listed = await _mmcli('-L')
        if listed is None:
            return False, None
        found = await self._find(listed)
        if found is None:
            return not items(listed, 'modem-list'), None
        path, modem = found
        await self._look_at_sim(modem)
        located = await _mmcli('-m', path, '--location-get')
        if self._is_only_silent(path, located):
            return False, None
        location = _table(located, 'modem', 'location', '3gpp')
        signal = _table(await _mmcli('-m', path, '--signal-get'), 'modem', 'signal')
        if value(signal, 'refresh', 'rate') == '0' and path not in self._signal_asked:
            self._signal_asked.add(path)  # values come with the next observation
            await _mmcli('-m', path, f'--signal-setup={_SIGNAL_RATE_S}')
        cells = items(await _mmcli('-m', path, '--get-cell-info'), 'modem', 'generic', 'cell-info')
        return True, radio_of(modem, location, signal, _serving(cells))

    def _is_only_silent(self, path: str, located: Json | None) -> bool:
        """True when a modem that has told where it is gives no answer to that now: its cell is not known, which is not without a cell."""
        if located is not None:
            self._located[path] = 0
            return False
        times = self._located.get(path, MOST_SILENT) + 1
        self._located[path] = times
        return times <= MOST_SILENT

    async def _look_at_sim(self, modem: Json) -> None:
        """A modem that is starting or locked says nothing of its SIM; one that says there is none says ``sim-missing``."""
        told = await self._identifiers(modem)
        self.imei = told.get('imei')
        if told.get('iccid') or told.get('imsi'):
            self.sim = {name: told[name] for name in SIM_NUMBERS if name in told}
        elif value(modem, 'generic', 'state-failed-reason') == 'sim-missing':
            self.sim = dict.fromkeys(SIM_NUMBERS)

    async def _find(self, listed: Json | None = None) -> tuple[str, Json] | None:
        if listed is None and (shutil.which('mmcli') is None or (listed := await _mmcli('-L')) is None):
            return None
        answers = [(str(path), await _mmcli('-m', str(path))) for path in items(listed, 'modem-list')]
        modems = [(path, modem) for path, answer in answers if (modem := _table(answer, 'modem'))]
        chosen = self.choice.among([modem for _, modem in modems], len(answers) - len(modems))
        if chosen is None:
            return None
        self.others = '; '.join(in_words(modem) for at, (_, modem) in enumerate(modems) if at != chosen)[:400]
        return modems[chosen]


def radio_of(modem: Json, location: Json, signal: Json, serving: dict[str, str]) -> Json | None:
    """The check-in's radio object; ``None`` without a known access technology, for then there is no cell either."""
    rat = access_technology(items(modem, 'generic', 'access-technologies'))
    if rat is None:
        return None
    registration = registration_state(value(modem, '3gpp', 'registration-state'))
    levels = _table(signal, _SIGNAL.get(rat, 'lte'))
    mcc, mnc = _plmn(location, value(modem, '3gpp', 'operator-code'))
    # A modem on LTE or NR may say that there is no tracking area and leave it in the location area (ModemManager before 1.18).
    names = ('lac',) if rat in (Rat.GSM, Rat.UMTS) else ('tac', 'lac')
    areas = [value(location, name) for name in names] + [serving.get(name, '') for name in ('tac', 'lac')]
    observed = {
        'mcc': mcc,
        'mnc': mnc,
        'tac': next((area for text in areas if (area := _area(text, rat)) is not None), None),
        'cell_id': _cell(value(location, 'cid') or serving.get('ci', ''), rat),
        'pci': _hex(serving.get('physical ci', '')),
        'arfcn': _int(serving.get('earfcn') or serving.get('nrarfcn') or serving.get('uarfcn') or serving.get('arfcn')),
        'rsrp': _first(levels.get(_POWER.get(rat, 'rsrp')), serving.get('rscp' if rat is Rat.UMTS else 'rsrp')),
        'rsrq': _first(levels.get('rsrq'), serving.get('rsrq')),
        'sinr': _first(levels.get('snr'), serving.get('sinr')),
    }
    radio: Json = {'rat': rat.value, 'registration': registration, 'roaming': registration == 'roaming'}
    return radio | {name: reading for name, reading in observed.items() if _expressible(rat, name, reading)}


def access_technology(names: list[Any]) -> Rat | None:
    """The technology of the serving cell out of ModemManager's list, such as ``['lte', '5gnr']``."""
    spoken = {name.strip() for names_joined in names for name in str(names_joined).split(',')}
    return next((rat for rat, known in _RATS if known & spoken), None)


def registration_state(state: str) -> str:
    """MMModem3gppRegistrationState in the words of 3GPP TS 27.007."""
    if state.startswith(('home', 'roaming')):  # also -sms-only and -csfb-not-preferred
        return state.partition('-')[0]
    if state in ('idle', 'emergency-only'):
        return 'not_registered'
    return state if state in ('searching', 'denied') else 'unknown'


def value(table: Json, *path: str) -> str:
    """The text at a dotted key; empty for ``--`` and for what is not there."""
    found: Any = _table(table, *path[:-1]).get(path[-1], '')
    return '' if not isinstance(found, str) or says_nothing(found) else found


def items(table: Json | None, *path: str) -> list[Any]:
    """The list at a dotted key; empty for one that is not there, which older versions write as ``--``."""
    found = _table(table, *path[:-1]).get(path[-1])
    return found if isinstance(found, list) else []


async def _mmcli(*arguments: str) -> Json | None:
    """What ``mmcli -J`` answers; ``None`` when it fails (locked SIM, no such feature), hangs or talks no JSON."""
    try:
        process = await asyncio.create_subprocess_exec(
            'mmcli', '-J', *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return None
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _TIMEOUT_S)
    except TimeoutError:
        _log.warning('mmcli_hangs', arguments=arguments, seconds=_TIMEOUT_S)
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        answer = json.loads(output)
    except ValueError:
        return None
    return answer if process.returncode == 0 and isinstance(answer, dict) else None


def _serving(cells: list[Any]) -> dict[str, str]:
    """The serving cell's line of ``--get-cell-info``: ``cell type: lte, serving: yes, tac: 1141, ci: 1A2B3, ...``."""
    for cell in cells:
        found = dict(re.findall(r'([a-z ]+): ([^,]+?)\s*(?:,\s*|$)', str(cell)))
        if found.get('serving') == 'yes':
            return found
    return {}


def _table(table: Json | None, *path: str) -> Json:
    found: Any = table or {}
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _plmn(location: Json, operator: str) -> tuple[str | None, str | None]:
    """Country and network code. The location tells them as numbers, ``8`` for 08; the operator code has all digits, and is that of the
    same network when it agrees with them as a number. 0 is no country."""
    mcc, mnc = value(location, 'mcc'), value(location, 'mnc')
    if re.fullmatch(r'[0-9]{5,6}', operator) and int(operator[:3]):
        located = bool(_int(mcc))
        same_country = not located or _int(mcc) == int(operator[:3])
        if same_country and (not located or not mnc or _int(mnc) == int(operator[3:])):
            return operator[:3], operator[3:]
    try:
        return read_plmn(mcc, mnc)
    except Invalid:
        return None, None


def _area(text: str, rat: Rat) -> int | None:
    """TAC or LAC; ModemManager writes six digits on every technology, so that "none" comes in the form of each."""
    code = _hex(text)
    return None if code in NO_AREA[rat] or (rat is not Rat.NR and code in NO_AREA[Rat.NR]) else code


def _cell(text: str, rat: Rat) -> int | None:
    """CI (16 bits), UTRAN cell id or ECI (28), NCI (36); ModemManager fills the unknown with zeros or ones."""
    bits = {Rat.GSM: 16, Rat.NR: 36}.get(rat, 28)
    identity = _hex(text)
    return identity if identity is not None and 0 < identity < 2**bits and identity not in NO_CELL[rat] else None


def _hex(text: str) -> int | None:
    return int(text, 16) if re.fullmatch(r'[0-9A-Fa-f]{1,16}', text) else None


def _int(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r'[0-9]{1,9}', text) else None


def _first(*texts: object) -> float | None:
    """The first that is a number; ModemManager writes ``-92.00``."""
    for text in texts:
        if isinstance(text, str) and re.fullmatch(r'-?[0-9]{1,9}(\.[0-9]+)?', text):
            return round(float(text), 1)
    return None


def _expressible(rat: Rat, name: str, reading: Any) -> bool:
    """Leave out a reading that 3GPP cannot express (an idle modem says -32768 dBm), or the whole check-in is lost."""
    if reading in (None, ''):
        return False
    try:
        check_radio(Radio(rat=rat, **{name: reading}))
    except Invalid:
        return False
    return True


def _valid(raw: dict[str, str]) -> dict[str, str]:
    """The identifiers that pass their standard: one odd number must not keep a device from enrolling."""
    accepted = {}
    for name, text in raw.items():
        try:
            clean = getattr(clean_identifiers(Identifiers(**{name: text})), name)
        except Invalid as err:
            _log.warning('identifier_left_out', identifier=name, why=err.detail)
            continue
        if clean:
            accepted[name] = clean
    return accepted
