"""Rules in CEL (Common Expression Language) over ``device``, ``tower`` and ``now``; true means compliant.

The runtime answers errors as values and a typing slip as an unknown key, so a rule is checked here against the fields that exist
before it is compiled, and an answer is taken for what it is: yes, no, or "could not be answered, because".
"""

import difflib
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel

from domain.common.errors import DomainError
from domain.devices.compliance import Compliance
from domain.rules.comparisons import doubts
from domain.rules.cost import TooCostly, cost
from domain.rules.decided import Range, check_decided, worked_in
from domain.rules.limits import limits_in
from domain.rules.messages import plainly
from domain.rules.tree import NoTree, Tree, read_tree
from domain.rules.type_check import slip
from domain.rules.version_order import FUNCTIONS
from domain.rules.vocabulary import CUSTOM, FIELDS, OF_KINDS, PATHS, TIMED, RuleInput

__all__ = ['FIELDS', 'Answer', 'Rule', 'RuleError', 'RuleInput', 'activation']

MOST_CHARACTERS = 4000
MOST_FORM = 48 * 1024
"""Bytes of the runtime's form of a rule, some 60 for each operator, name and literal."""
MOST_ANSWERS = 512
"""Answers that a rule remembers."""
DEADLINE_S = 0.005
"""Processor time that a rule has for one device. What it may cost is proved before; this is for what the proof did not foresee."""
MOST_OVERRUNS = 3
"""A rule that took longer this often is asked no more."""
TOO_LONG = 'took too long'
NOT_REPORTED = 'not reported: '


class RuleError(DomainError):
    """The rule cannot be used; ``line`` and ``column`` count from 1."""

    title = 'The rule cannot be used'

    def __init__(self, detail: str, line: int, column: int) -> None:
        super().__init__(f'line {line}, column {column}: {detail}', field='rule')
        self.problem = detail
        self.line = line
        self.column = column


_ENV = cel.NewEnv(
    variables={
        'device': cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        'tower': cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        'now': cel.Type.TIMESTAMP,
    },
    functions=FUNCTIONS,
)
_LITERAL = re.compile(
    r'[rR]?("""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|//[^\n]*'
)
_PATH = re.compile(r'(?<![\w.])(device|tower)\b((?:\s*\.\s*[A-Za-z_]\w*)*)(\s*[(\[])?')
_NOW = re.compile(r'(?<![\w.])now\b')
_PLACE = re.compile(r'<input>:(\d+):(\d+): (.*?)(?:\n|$)')
_UNSAID = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]')
_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says of one device. ``evidence`` holds the values it read, by path; a kept rule needs none."""

    status: Compliance
    evidence: Mapping[str, object]
    reason: str | None = None


_TRIED = _ENV.compile('"".matches(device.pattern)')
_COMPLIANT = Answer(Compliance.COMPLIANT, _NOTHING)
_BOOL = cel.Type.BOOL


class Rule:
    """A compiled rule. ``paths`` are the fields it reads, ``inputs`` what the runtime is handed for that; ``timed`` is true when its
    answer can change while nothing else does; ``cost_us`` the microseconds that it may take for one device at worst. ``limits`` says
    with what it compares its paths, where that is plain."""

    def __init__(self, text: str, *, stored: bool = False) -> None:
        """Raise :class:`RuleError` when the text is not a rule, or compares what cannot be compared. A ``stored`` one was accepted
        before that was looked at, and goes on; its ``doubt`` says what is wrong with it."""
        if len(text) > MOST_CHARACTERS:
            raise RuleError(f'a rule has at most {MOST_CHARACTERS} characters', 1, 1)
        if (odd := _UNSAID.search(text)) is not None:
            raise RuleError('a rule has no control characters', *_place(text, odd.start()))
        self.text = text
        blank = _LITERAL.sub(lambda found: re.sub(r'[^\n]', ' ', found[0]), text)
        self.paths = frozenset(_paths(blank))
        self.timed = bool(_NOW.search(blank)) or not TIMED.isdisjoint(self.paths)
        self.reads_tower = any(path.startswith('tower.') for path in self.paths)
        self._order = tuple(sorted(self.paths))
        self._reads = tuple(PATHS[path].read for path in self._order)
        # The same values get the same answer, unless the moment itself is read, or a map, which cannot be looked up by.
        self._repeats = not _NOW.search(blank) and not any(FIELDS[path].startswith('map') for path in self.paths)
        self._answers: dict[tuple[object, ...], Answer] = {}
        self._overruns = 0
        try:
            self._expression = _ENV.compile(text)
        except RuntimeError as error:
            raise _located(str(error)) from None
        tree, self.cost_us = _proved(text, self._expression)
        found_doubts, self._custom = doubts(tree)
        self.limits = limits_in(tree, text)
        self.doubt = RuleError(found_doubts[0].words, *_place(text, found_doubts[0].place)) if found_doubts else None
        if self.doubt is not None and not stored:
            raise self.doubt
        if (found := slip(text, blank)) is not None:
            raise RuleError(plainly(found[0]), found[1], found[2])
        answer = self._expression.return_type()
        only = FIELDS.get(re.sub(r'\s', '', blank.strip().lstrip('!')))
        if answer != cel.Type.BOOL and not (answer == cel.Type.DYN and only == 'bool'):
            raise RuleError('a rule answers yes or no: compare the value with something', 1, 1)
        self.inputs = self._narrow(blank)

    def _narrow(self, blank: str) -> frozenset[str]:
        """Have the runtime read custom values by the kind that they are compared with; the paths it is to be handed."""
        text, kinds, whole = self._custom.narrowed(self.text, blank)
        if not kinds:
            return self.paths
        self._expression = _ENV.compile(text)
        return (self.paths if whole else self.paths - {CUSTOM}) | {OF_KINDS[each].path for each in kinds}

    def ask(self, view: RuleInput) -> Answer:
        """The rule's answer on what is known of one device."""
        return self.answer(view, activation(view, self.inputs))

    @property
    def suspended(self) -> bool:
        """True for a rule that took too long too often: it answers unknown, without being asked, until it is saved anew."""
        return self._overruns >= MOST_OVERRUNS

    def suspend(self) -> None:
        """Ask it no more."""
        self._overruns = MOST_OVERRUNS
        self._answers.clear()

    def known(self, view: RuleInput) -> Answer | None:
        """The answer if these very values were asked about lately; most check-ins repeat what others said."""
        return self._answers.get(self._key(view)) if self._repeats else None

    def answer(self, view: RuleInput, values: Any) -> Answer:
        """The same as :meth:`ask` on an :func:`activation` with at least this rule's inputs, so that several rules can share one."""
        if self.suspended:
            return Answer(Compliance.UNKNOWN, self._evidence(view), TOO_LONG)
        answer = self._timed(view, values)
        if self._repeats and answer.reason != TOO_LONG:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[self._key(view)] = answer
        return answer

    def _key(self, view: RuleInput) -> tuple[object, ...]:
        if len(self._reads) == 1:
            value = self._reads[0](view)
            return value, value.__class__
        values = [read(view) for read in self._reads]
        return (*values, *[value.__class__ for value in values])  # 5 equals 5.0 equals a key, but not a rule

    def _timed(self, view: RuleInput, values: Any) -> Answer:
        """The answer, or unknown when it took too long. A busy machine is not held against the rule: it is asked once more by
        the clock of this thread alone, which costs too much to be read each time."""
        began = time.perf_counter()
        answer = self._evaluate(view, values)
        if time.perf_counter() - began <= DEADLINE_S:
            return answer
        spent = time.thread_time()
        answer = self._evaluate(view, values)
        if time.thread_time() - spent <= DEADLINE_S:
            return answer
        self._overruns += 1
        return Answer(Compliance.UNKNOWN, self._evidence(view), TOO_LONG)

    def _evaluate(self, view: RuleInput, values: Any) -> Answer:
        try:
            value = self._expression.eval(values)
        except RuntimeError as error:  # the iteration budget; everything else comes back as a value
            return Answer(Compliance.UNKNOWN, self._evidence(view), _sentence(str(error)))
        kind = value.type()
        if kind == _BOOL:
            if value.value() is True:
                return _COMPLIANT
            return Answer(Compliance.VIOLATING, self._evidence(view))
        evidence = self._evidence(view)
        if kind == cel.Type.ERROR:
            return Answer(Compliance.UNKNOWN, evidence, self._reason(str(value.value()), evidence))
        return Answer(Compliance.UNKNOWN, evidence, f'the rule answered {value.value()!r} instead of yes or no')

    def _reason(self, error: str, evidence: Mapping[str, Any]) -> str:
        if CUSTOM in evidence and (other := self._custom.reason(error, evidence[CUSTOM])) is not None:
            return other
        missing = [path for path, known in evidence.items() if known is None]
        return f'{NOT_REPORTED}{", ".join(missing)}' if missing else _sentence(error)

    def _evidence(self, view: RuleInput) -> dict[str, object]:
        return {path: view.value(path) for path in self._order}


def check_said(text: str) -> None:
    """Raise :class:`Decided` for a rule of which a part is the same for all devices, or can never be answered."""
    check_decided(read_tree(_ENV.compile(text).serialize()).root, _range_of, worked_in(_ENV))


def _range_of(path: str) -> Range | None:
    return Range(is_whole=FIELDS[path] == 'int') if FIELDS.get(path) in ('int', 'double') else None


def _proved(text: str, expression: Any) -> tuple[Tree, float]:
    """A rule as a tree, and the microseconds that it may take.

    Raises :class:`RuleError` for one that may take too long, or whose pattern is none.
    """
    form = expression.serialize()
    if len(form) > MOST_FORM:
        raise RuleError('the rule has too many parts; write several policies', 1, 1)
    try:
        tree = read_tree(form)
        found = cost(tree.root)
    except NoTree:
        raise RuleError('what this rule costs cannot be told', 1, 1) from None
    except TooCostly as error:
        raise RuleError(error.words, *_place(text, tree.places.get(error.node.id, 0))) from None
    for pattern in found.patterns:
        tried = _TRIED.eval(_ENV.Activation({'device': {'pattern': pattern.value}}))
        if tried.type() == cel.Type.ERROR:
            said = _sentence(str(tried.value())).removeprefix('invalid regular expression: ')
            raise RuleError(f'the pattern cannot be read: {said}', *_place(text, tree.places.get(pattern.id, 0)))
    return tree, found.microseconds


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1."""
    return text.count('\n', 0, offset) + 1, offset - text.rfind('\n', 0, offset)


def activation(view: RuleInput, paths: Iterable[str]) -> Any:
    """What the runtime reads: these paths of a device and its tower, and ``now``."""
    device, tower = view.maps(paths)
    return _ENV.Activation({'device': device, 'tower': tower, 'now': view.moment})


def _paths(blank: str) -> Iterator[str]:
    for found in _PATH.finditer(blank):
        names = re.findall(r'\w+', found[2])
        if names and found[3] and found[3].strip() == '(':
            names.pop()  # a function called on the value
        path = '.'.join([found[1], *names])
        line, column = _place(blank, found.start())
        if not names:
            raise RuleError(
                f'name a field of {found[1]}, such as {found[1]}.{"kind" if found[1] == "device" else "status"}',
                line,
                column,
            )
        for depth in (3, 2):
            known = '.'.join(path.split('.')[:depth])
            if known in FIELDS and (FIELDS[known].startswith('map') or known == path):
                yield known
                break
        else:
            if any(field.startswith(path + '.') for field in FIELDS):
                inside = ', '.join(sorted(field[len(path) + 1 :] for field in FIELDS if field.startswith(path + '.')))
                raise RuleError(f'{path} is a group; name one of its fields: {inside}', line, column)
            near = difflib.get_close_matches(path, FIELDS, 1, 0.5)
            raise RuleError(f'there is no field {path}' + (f'; did you mean {near[0]}?' if near else ''), line, column)


def _located(message: str) -> RuleError:
    found = _PLACE.search(message)
    if found is None:
        return RuleError(_sentence(message), 1, 1)
    return RuleError(plainly(found[3]), int(found[1]), int(found[2]))


def _sentence(message: str) -> str:
    return re.sub(r'\s*\[[A-Z_]+\]$', '', re.sub(r'^[A-Z_]+: ', '', message.strip().splitlines()[0]))
