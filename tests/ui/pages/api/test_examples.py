"""The examples are run: curl's line says what it says, and the Python asks the API that it is about."""

import asyncio
import json
import shlex
import subprocess
import sys
from urllib.parse import urlsplit

from tests.ui.api.served import Served, listening
from tests.ui.pages.api.described import described
from ui.pages.api.examples import curl, path_of, python

ADDRESS = 'https://console.example'


async def test_each_line_of_curl_is_one_request(served: Served) -> None:
    for operation in (await described(served)).values():
        words = shlex.split(curl(operation, ADDRESS).replace('\\\n', ' '))
        urls = [word for word in words if word.startswith(ADDRESS)]
        assert [urlsplit(url).path for url in urls] == [path_of(operation)], operation.id
        assert ('-X' in words) is (operation.method != 'GET')
        headers = [words[at + 1] for at, word in enumerate(words) if word == '-H']
        assert any(header.startswith('Authorization: Bearer $') for header in headers)
        has_version = (
            operation.method in ('PATCH', 'DELETE') and '/tmf642/' not in operation.path
        )  # which knows no versions
        assert any(header.startswith('If-Match') for header in headers) is has_version
        if operation.body:
            assert json.loads(words[words.index('-d') + 1]) == json.loads(operation.body)


async def test_each_program_is_python(served: Served) -> None:
    for operation in (await described(served)).values():
        compile(python(operation, ADDRESS), operation.id, 'exec')


async def test_a_program_reads_and_one_changes(served: Served) -> None:
    token = (await served.program()).token
    found = await described(served)
    async with listening(served.app) as port:
        address = f'http://127.0.0.1:{port}'
        added = await _run(python(found['add_device'], address), token)
        assert "'credential': 'cwd_" in added
        listed = await _run(python(found['list_devices'], address), token)
        assert json.loads(found['add_device'].body)['name'] in listed


async def _run(program: str, token: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, '-c', program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={'CELLWARDEN_TOKEN': token}
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()
