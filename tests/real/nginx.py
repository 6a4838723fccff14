"""A real nginx before a server of ours, with the configuration of docs/operating.md; another binary by ``CELLWARDEN_NGINX``."""

import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.real.server import ROOT
from tests.real.weak_tls import HOST, listens

BINARY = os.environ.get('CELLWARDEN_NGINX') or shutil.which('nginx', path=f'{os.environ.get("PATH", "")}:/usr/sbin')
needs_nginx = pytest.mark.skipif(BINARY is None, reason='nginx is not installed (Debian: apt-get install nginx-light)')
STOP_S = 10.0
_AROUND = """daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def documented() -> str:
    """The configuration that operators are told to write."""
    section = (ROOT / 'docs/operating.md').read_text().partition('## Behind a proxy')[2]
    found = re.search(r'```nginx\n(.*?)```', section, re.DOTALL)
    assert found is not None
    return found[1]


@asynccontextmanager
async def nginx(
    folder: Path, port: int, behind: int, certificate: Path, changes: Mapping[str, str] | None = None
) -> AsyncIterator[None]:
    """Run it on ``port`` before the server on the port ``behind``; ``changes`` are made to the documented text."""
    folder.mkdir(exist_ok=True)
    server = documented()
    places = {
        'listen 443 ssl': f'listen {HOST}:{port} ssl',
        '127.0.0.1:8080': f'{HOST}:{behind}',
        '/etc/ssl/console.pem': str(certificate),
        '/etc/ssl/console.key': str(certificate),
        **(changes or {}),
    }
    for old, new in places.items():
        assert old in server, old
        server = server.replace(old, new)
    settings = folder / 'nginx.conf'
    settings.write_text(_AROUND.format(folder=folder, server=server))
    assert BINARY is not None
    process = subprocess.Popen([BINARY, '-p', str(folder), '-e', str(folder / 'error.log'), '-c', str(settings)])
    try:
        await listens(port)
        yield
    finally:
        process.terminate()
        process.wait(STOP_S)
