"""The file for support holds no secret and no address of a person, wherever they stand."""

import json
import os
from pathlib import Path

import pytest

from ui.doctor.support import HIDDEN, redacted, shown_values, write_file
from ui.settings.model import Settings
from ui.settings.providers import ProviderSettings
from ui.settings.sources import Configuration, secrets_of


@pytest.mark.parametrize(
    ('text', 'instead'),
    [
        ('token cwt_abcDEF-123_x is known', f'token {HIDDEN} is known'),
        ('Authorization: Bearer abc.def', f'Authorization: Bearer {HIDDEN}'),
        ('cookie: cellwarden_session=abc', f'cookie: {HIDDEN}'),
        ('postgres://u:p%40ss@db.example.com:5432/fleet', f'postgres://{HIDDEN}@db.example.com:5432/fleet'),
        ('user=x password=hunter2 host=db', f'user=x password={HIDDEN} host=db'),
        ('ana.jansen+ops@harbour.example.com asked', '(address) asked'),
        ('got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl!', f'got {HIDDEN}!'),
        ('SQLite 3.45 answers: 12 MB large; written by process 7 since 2026-11-29', None),
        ('https://console.example.org:8443 while Host says console.example.org', None),
        ('sso.harbour-logistics.example.com answers', None),
    ],
)
def test_a_text_loses_what_is_secret_and_keeps_what_helps(text: str, instead: str | None) -> None:
    assert redacted({'a': [text]}) == {'a': [instead or text]}


def test_the_settings_are_those_of_the_server_where_it_runs_with_others(tmp_path: Path) -> None:
    """As under systemd, whose environment no other command has."""
    serving = Settings(data=tmp_path, public_url='https://console.example.org', port=9000, secret_key='canary ' * 8)
    mine = Configuration(settings=Settings(data=tmp_path), origins=dict.fromkeys(Settings.model_fields, 'default'))
    path = tmp_path / 'report.json'
    write_file(path, {'state': 'ok', 'settings': shown_values(serving)}, mine)
    settings = json.loads(path.read_text())['settings']
    assert settings['public_url'] == {'value': 'https://console.example.org', 'from': 'the running server'}
    assert settings['port'] == {'value': 9000, 'from': 'the running server'}
    assert settings['host']['from'] == 'default'
    assert 'canary' not in path.read_text()


def test_secrets_of_the_settings_are_hidden_wherever_they_stand(tmp_path: Path) -> None:
    provider = ProviderSettings(
        name='quay', label='Quay', issuer='https://sso.example.com', client_id='c', client_secret='canary client'
    )
    settings = Settings(
        data=tmp_path,
        database='postgres://u:canary%40db@db.example.com/fleet',
        secret_key='canary ' * 6,
        metrics_token='canary metrics',
        providers=[provider],
    )
    assert {'canary client', 'canary metrics', 'canary%40db', 'canary@db'} <= set(secrets_of(settings))
    told = {'findings': [{'words': f'{settings.secret_key}, canary@db, canary client and canary metrics'}]}
    path = tmp_path / 'report.json'
    path.write_text('of before')
    path.chmod(0o644)
    write_file(path, told, Configuration(settings=settings, origins=dict.fromkeys(Settings.model_fields, 'default')))
    assert path.stat().st_mode & 0o777 == 0o600
    assert 'canary' not in path.read_text()
    assert json.loads(path.read_text())['settings']['providers']['value'][0]['issuer'] == 'https://sso.example.com'


def test_what_is_there_and_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    """As root ``--file /dev/null`` took the device away from the whole machine."""
    found = Configuration(settings=Settings(data=tmp_path), origins=dict.fromkeys(Settings.model_fields, 'default'))
    pipe, link, target = tmp_path / 'pipe', tmp_path / 'link', tmp_path / 'target'
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, {'state': 'ok'}, found)
    assert pipe.is_fifo()
    assert b'"state": "ok"' in os.read(reader, 1 << 20)
    os.close(reader)
    target.write_text('of before')
    link.symlink_to(target)
    write_file(link, {'state': 'ok'}, found)
    assert link.is_symlink()
    assert json.loads(target.read_text())['state'] == 'ok'
    with pytest.raises(OSError, match='directory'):
        write_file(tmp_path, {}, found)
    assert {path.name for path in tmp_path.iterdir()} == {'pipe', 'link', 'target'}, 'nothing is left beside'
