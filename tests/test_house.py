"""Rules of this project that no linter knows. ``docs/CONTRIBUTING.md`` names each with its reason."""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from domain.checks.kinds import KINDS

ROOT = Path(__file__).parent.parent
PACKAGES = ('ui', 'domain', 'persistence', 'jobs')
TOP = {*PACKAGES, 'tests', 'docs', 'pyproject.toml', 'README.md', 'Makefile', 'requirements.lock', 'LICENSE'}
LOCKS = ('requirements.lock', 'tests/requirements.lock')
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 60

OF_ANY_NOUN = frozenset({'model', 'status', 'state', 'input', 'events', 'live', 'lookup', 'alerts', 'service'})
"""Who knows the noun and the question knows the file: ``docs/architecture.md`` says what stands in each."""
OF_ONE_NOUN = {
    # below the nouns: things without a life of their own, each file named after what it defines
    'common': (
        'answer_dates bounds errors feeds ids local_times notes own_parts placeholders reading rows sealing secrets severity signals '
        'spreadsheets text tls_words versions watch web_addresses'
    ),
    'cellular': 'cells countries identifiers names networks notation radio reading',
    'access': 'actors enterprises permissions scopes shares',
    'fleet': 'fleet fleets kinds scoped',
    # the store answers or not (committing), and who is decided next (lanes), are questions apart from the transactor
    'changes': 'committing gathering history lanes naming noting reevaluation store transaction transactor',
    # comparisons: which can never be meant; decided: what is the same whatever is read; impossible: why not;
    # made: what a rule makes of a field; meanings: what a part of a rule may be; values: what a field can be at all
    'rules': (
        'applicability '
        'comparisons cost custom_kinds decided impossible language limits made meanings messages '
        'patterns spelling tree type_check values version_order vocabulary'
    ),
    # the others: the one function that says how it is, and decisions that are named after their process
    'accounts': 'emails memberships passwords',
    # archive: which cleared alerts are asked for; worsening: when an open one is told again; correlation: which explains which
    # acknowledging: whether it waits for a person; merging: beneath another by hand
    # catalogue: the rules as people know them; tuning: what can be set of one
    'alerts': 'acknowledging announcements archive catalogue correlation flapping merging raising rule tuning worsening',
    'checks': 'flapping',
    # measuring: what a kept alert tells of the limits of its rule
    'alert_rules': 'measuring preview',
    # announcing: who is told what; outbox: what is tried now, and what becomes of it; telling: what a sender asks; marks: what bounces
    'channels': 'mirroring browsers conversations falling announcing marks outbox retries telling',
    # bouncing: what follows from a bounce; dsn: what a report says
    'channels/bounces': 'bouncing dsn',
    # people: who can have an alert; mentions: who is meant by a comment
    'triage': 'alarm_tasks assigning handing_over mentioning mentions people',
    # cell_changes: what another cell sets in motion; clocks: how wrong a device's is;
    # runs: a counter that begins again; reporting: what is kept of odd values
    'checkins': 'cell_changes clocks clones reporting runs',
    # readers: which rules read what has changed
    'compliance': 'compiled evaluation readers reevaluation',
    # sight: what a scope shows of devices, and with them of the rest; verdicts: how those of 100,000 devices are kept
    # grouping: who fell silent together; patience: after how long a device calls; excuses: whose silence is that of its tower
    'silence': 'excuses grouping patience',
    'devices': (
        'actions certificates compliance copied_cells due_times facts interning modem modem_changes odd_values plausibility presence '
        'presence_watch recovery rogue_cells shared_numbers sight sim_changes sims verdicts'
    ),
    'devices/listing': 'cache columns counters facets labels names query text_index words',
    # rota: who is on call; matching: which routes take an alert; reaching: whom a target stands for; escalation: its steps;
    # following: what the journal sets in motion; tasks: what systems hear of those of TMF642;
    # forecast: who would be told; nobody: what would tell nobody; losing: who has a shift no more; duty: shifts that are taken
    'oncall': (
        'allowing bounds browsers calendar calling duty escalation following forecast lanes '
        'limits losing matching mentioning nobody reaching refusing rota tasks'
    ),
    # links: who may read of one outside of the console; search: which were before; moments: how it stood at each minute;
    # report: what began in a night, a day or a week; mailing: to whom that is sent, and when; hurt: whom, and what is known of them
    'incidents': 'hurt mailing moments report search wording',
    'incidents/links': 'shown',
    # telling: what the person at the other end of a swap reads
    'oncall/swaps': 'telling',
    # covering: which silence covers an alert; keeping: what that does to it, and what follows when it is over
    'oncall/silences': 'covering keeping',
    # keeping: what the next process has to know of when the clock was set and the server was away
    'devices/unwatched': 'keeping',
    # review: by the clock; score: how sure it is; sighting: what a check-in leaves behind; surroundings: what stands around it
    'devices/unknown_cells': 'review score sighting surroundings',
    # meaning: who an event of a calendar is about
    'oncall/calendars': 'meaning',
    # covering: what a window is of; recurrence: when it takes place; ahead: when something begins or ends next
    'maintenance': 'ahead bounds covering recurrence',
    # matching: what an event is works on; following: what that makes of windows
    'maintenance/calendars': 'following matching',
    # thinning: as many points as a chart has pixels for
    # counters: what an expression can read; expressions: what can be asked and meant; preview: what the last week would have raised
    'own_rules': 'counters expressions preview',
    # asking: what a rule says of one device; holding: what is found and what follows; review: by the clock
    'own_rules/facts': 'asking holding preview review',
    'measurements': 'thinning',
    'enforcement': 'answers due interlock ladder lifecycle locks',
    # responses: what is done about a violation, which its commands say
    'enforcement/listing': 'query responses',
    # claims: whose numbers a machine shows that asks to enrol
    'enrolment': 'claims credentials retirement',
    'installation': 'enterprises operator owners setup',
    # groups: what those of a provider make of a person; linking: whose an identity is; relinking: how that changes
    'people': 'groups identities linking offboarding one_time_links relinking',
    'policies': 'preview starter violations',
    'policies/listing': 'columns',
    'sign_in': (
        'authentication guessing known_browsers local_accounts own_account providers recheck refused_sign_ins second_factor sessions '
        'throttle'
    ),
    # shown: what the public sees; days: availability day by day, which looks make; notices: incidents and maintenance
    'status_page': 'availability days members notices past shown tower_days',
    # reach: what a tower depends on, and what depends on it; witnesses: whether others tell whose fault its failure is
    'towers': 'cells certificates maintenance outages polling reach retirement rollup waits witnesses',
}
"""The names that only this folder has. A new one is a new kind of question, so it is added here with the reason, if that is not plain."""
ANY_NAME = frozenset({'channels/kinds', 'checks/kinds'})
"""Folders whose files are rows of a table: each is named after its row."""

ACROSS = 'Across '
"""So begins the docstring of a test that stands neither for a file, nor for a folder, nor for the files of one name below it."""


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob('*.py') if 'migrations' not in path.parts)


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module that ``path`` imports, by its whole name."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return frozenset(plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module})


def canonical(name: str) -> str:
    return re.sub('[-_.]+', '-', name).lower()


def words_in(path: Path) -> set[str]:
    """Every text in quotes of a module, docstrings aside; of one with places in it, what stands between them."""
    tree = ast.parse(path.read_text())
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare
    }


@pytest.mark.parametrize('lock', LOCKS)
def test_a_lock_pins_everything_with_hashes_and_names_no_host_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r'https?://|file:|--(extra-)?index-url|--find-links|^\s*#.*\s/\w', text, re.MULTILINE)
    requirements = re.split(
        r'\n(?=[a-z0-9])', re.sub(r'^#.*\n', '', text, flags=re.MULTILINE).strip(), flags=re.IGNORECASE
    )
    assert len(requirements) > 50
    assert [line for line in requirements if '==' not in line or '--hash=sha256:' not in line] == []


def test_nothing_else_stands_at_the_top() -> None:
    ignored = (ROOT / '.gitignore').read_text().split()
    names = [path.name for path in ROOT.iterdir() if not path.name.startswith('.')]
    assert [
        name for name in names if name not in TOP and not any(fnmatch(name, one.strip('/')) for one in ignored)
    ] == []


def test_the_locks_are_the_only_locks() -> None:
    assert not (ROOT / 'uv.lock').exists()


def test_files_can_be_read_in_one_go() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in sources(*PACKAGES)}
    assert {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_functions_can_be_read_in_one_go() -> None:
    lengths = {
        f'{path.relative_to(ROOT).as_posix()}:{node.name}': (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_a_file_of_the_domain_has_the_name_of_its_question() -> None:
    unknown = []
    for path in sources('domain'):
        name = path.relative_to(ROOT / 'domain')
        noun = name.parent.as_posix()
        if noun == '.' or noun in ANY_NAME or name.stem == '__init__':
            continue
        if name.stem not in OF_ANY_NOUN and name.stem not in OF_ONE_NOUN.get(noun, '').split():
            unknown.append(str(name))
    assert unknown == []


@pytest.mark.parametrize('folder', ['domain', 'jobs', 'persistence', 'ui'])
def test_a_public_class_is_the_only_one_of_its_name_in_its_folder(folder: str) -> None:
    places = defaultdict(list)
    for path in sources(folder):
        if path.is_relative_to(ROOT / 'ui/api') or path.is_relative_to(ROOT / 'persistence/migrations'):
            continue  # the API publishes shapes under the words of the domain; a migration's class is found by its file
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith('_'):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_the_map_names_every_noun_where_the_contract_has_it() -> None:
    contracts = tomllib.loads((ROOT / 'pyproject.toml').read_text())['tool']['importlinter']['contracts']
    layers = next(each['layers'] for each in contracts if each['id'] == 'nouns')
    drawn = (ROOT / 'docs/architecture.md').read_text().split('## The order of the nouns')[1].split('```')[1]
    names = re.findall(r'\w+', '\n'.join(re.split(r'\s{3,}', line)[0] for line in drawn.splitlines()))
    nouns = [name for layer in layers for name in layer.split(' | ')]
    assert [name for name in nouns if name not in names and not re.search(rf'\b{name}: ', drawn)] == []
    level = {name: number for number, layer in enumerate(layers) for name in layer.split(' | ')}
    assert sorted(names, key=level.__getitem__) == names


def test_a_private_name_is_used_by_its_own_file_alone() -> None:
    assert [
        f'{path.relative_to(ROOT)}: {alias.name}'
        for path in sources(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or '').split('.')[0] in PACKAGES
        for alias in node.names
        if alias.name.startswith('_')
    ] == []


def test_a_test_stands_where_its_file_stands() -> None:
    astray = []
    for path in sources(*(f'tests/{package}' for package in PACKAGES)):
        if not path.stem.startswith('test_'):
            continue
        name = path.stem.removeprefix('test_')
        folder = ROOT / path.relative_to(ROOT / 'tests').parent
        says = ast.get_docstring(ast.parse(path.read_text())) or ''
        places = (folder / f'{name}.py', folder / f'__{name}__.py', folder / name, *folder.glob(f'*/{name}.py'))
        if not any(place.exists() for place in places) and not says.startswith(ACROSS):
            astray.append(str(path.relative_to(ROOT)))
    assert astray == []


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile('|'.join(('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X')))
    assert [str(path.relative_to(ROOT)) for path in sources(*PACKAGES, 'tests') if marks.search(path.read_text())] == []


def test_sentences_name_their_subject() -> None:
    """Such a word leaves it to the reader whether a person, a program, a device or a request is meant."""
    riddles = re.compile('|'.join(('who' + 'ever', 'some' + 'body', 'what is ' + 'told')), re.IGNORECASE)
    texts = [path for kind in ('py', 'md', 'txt') for path in ROOT.glob(f'*.{kind}')]
    for folder in (*PACKAGES, 'docs', 'tests'):
        texts += [
            path for kind in ('py', 'js', 'css', 'sh', 'md', 'txt') for path in (ROOT / folder).rglob(f'*.{kind}')
        ]
    assert len(texts) > 500
    assert [
        f'{path.relative_to(ROOT)}:{number}: {line.strip()}'
        for path in texts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if riddles.search(line)
    ] == []


def test_ui_is_imported_by_its_modules_so_that_the_name_stays_with_nicegui() -> None:
    whole = re.compile(r'^\s*import ui\b', re.MULTILINE)
    assert [str(path.relative_to(ROOT)) for path in sources(*PACKAGES, 'tests') if whole.search(path.read_text())] == []


def test_every_import_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']
    declared = {canonical(re.split(r'[^\w.-]', line)[0]) for line in project['dependencies']}
    providers = packages_distributions()
    modules = {name.split('.')[0] for path in sources(*PACKAGES) for name in imported(path)}
    foreign = modules - set(sys.stdlib_module_names) - set(PACKAGES)
    assert {
        name for name in foreign if not declared & {canonical(provider) for provider in providers.get(name, [])}
    } == set()


def test_a_check_kind_is_spelled_in_one_file_and_asked_in_one() -> None:
    """What else knows of a kind reads it from the rows. A word such as ``http`` has other meanings where nothing is known of checks;
    the simulator speaks of checks as any program does, in the words of the API."""
    about_checks = {
        path: words_in(path)
        for path in sources(*PACKAGES)
        if 'simulation' not in path.parts
        and any(name.startswith(('domain.checks', 'jobs.polling')) for name in imported(path))
    }
    assert len(about_checks) > 20
    kinds = {path.stem for path in (ROOT / 'domain/checks/kinds').glob('*.py')} - {'__init__', 'kind'}
    assert kinds == KINDS.keys()
    for kind in kinds:
        row, probe = ROOT / f'domain/checks/kinds/{kind}.py', ROOT / f'jobs/polling/probes/{kind}.py'
        spelled = {path for path, words in about_checks.items() if kind in words}
        assert spelled - {probe} == {row}
        known = {path for path in sources(*PACKAGES) if f'domain.checks.kinds.{kind}' in imported(path)}
        assert known == {probe}


def test_an_alert_key_is_spelled_in_one_file() -> None:
    """Pages have topics of the same spelling; they know no key of an alert."""
    alerts = sorted((ROOT / 'domain').glob('*/alerts.py'))
    keys = {word: path for path in alerts for word in words_in(path) if word.endswith('/{}') or '/{}/' in word}
    assert len(keys) > 5
    for path in sources('domain', 'persistence', 'jobs'):
        heads = {key.partition('{}')[0] for key, own in keys.items() if own != path}
        assert [word for word in words_in(path) for head in heads if word.startswith(head)] == []
    low = {f'domain.alerts.{name}' for name in ('correlation', 'flapping', 'raising', 'lookup', 'rule')}
    raisers = {path for path in sources(*PACKAGES) if low & imported(path)}
    assert {path.name for path in raisers if path.parent.name != 'alerts' or 'domain' not in path.parts} == {
        'alerts.py'
    }
