"""The description is held against what is really there."""

import re
from typing import Any

import msgspec
import pytest

from tests.ui.api.served import Served
from ui.api import ROUTES
from ui.api.http.problems import PROBLEM
from ui.api.http.route import PREFIX
from ui.api.http.schema import Schema

SCHEMAS = {id(schema): schema for schema in (PROBLEM, *(each for row in ROUTES for each in row.schemas))}.values()


async def described(served: Served) -> Any:
    return (await served.client.get('/api/v1/openapi.json')).json()


async def test_every_route_is_described_with_its_bodies_and_its_token(served: Served) -> None:
    document = await described(served)
    operations = {(path, method): found for path, item in document['paths'].items() for method, found in item.items()}
    assert len(operations) == len(ROUTES) >= 54
    for (path, method), found in operations.items():
        assert found['summary'], path
        assert found['security'], path
        success = next(code for code in found['responses'] if code.startswith('2'))
        assert 'application/problem+json' in found['responses']['default']['content']
        assert success == '204' or found['responses'][success]['content']['application/json']['schema'], path
        if method in ('post', 'patch') and not path.endswith(
            (
                '/cancel',
                ':rotate',
                '/rotate-secret',
                '/revoke',
                '/test',
                '/withdraw',
                ':withdraw',
                '/unacknowledge',
                '/take',
                '/wake',
                '/unmark-false',
                '/separate',
                '/restore',
                '/take-back',
                '/give-back',
                '/read',
                '/feed',
                '/forget',
                '/forget-bounces',
                '/accept',
                '/begin',
                '/end',
            )
        ):
            assert found['requestBody']['content'], path
        headers = [each for each in found.get('parameters', ()) if each['in'] == 'header']
        needed = [each['name'] for each in headers if each['required']]
        assert ('If-Match' in needed) is (method in ('patch', 'delete') and '/tmf642/' not in path), path


async def test_every_reference_leads_somewhere(served: Served) -> None:
    document = await described(served)
    references = set(re.findall(r"'#/components/schemas/([^']+)'", str(document)))
    assert references
    assert references <= set(document['components']['schemas'])


async def test_the_description_says_of_each_route_what_its_row_says(served: Served) -> None:
    document = await described(served)
    found = {
        (method.upper(), path): (each['summary'], each['tags'], each['security'])
        for path, item in document['paths'].items()
        for method, each in item.items()
    }
    assert found == {
        (row.method, PREFIX + row.path): (
            row.summary,
            [row.tag],
            [{row.door: [row.permission] if row.permission else []}],
        )
        for row in ROUTES
    }


async def test_every_schema_of_a_row_is_described_with_its_example(served: Served) -> None:
    schemas = (await described(served))['components']['schemas']
    assert len({schema.kind.__name__ for schema in SCHEMAS}) == len(SCHEMAS), 'two schemas share a name'
    for schema in SCHEMAS:
        assert schemas[schema.kind.__name__]['examples'] == [msgspec.to_builtins(schema.example)]


@pytest.mark.parametrize('schema', SCHEMAS, ids=lambda schema: schema.kind.__name__)
def test_every_schema_has_an_example_that_fits_it(schema: Schema) -> None:
    found: Any = msgspec.convert(schema.example, schema.kind)
    assert set(schema.example) <= set(
        msgspec.to_builtins(found, enc_hook=repr)
    )  # of what is left out, which is no JSON


async def test_no_page_is_served_that_loads_anything_from_outside(served: Served) -> None:
    for path in ('/api/v1/docs', '/api/v1/redoc', '/openapi.json'):
        assert (await served.client.get(path)).status_code == 404


async def test_what_is_described_is_what_is_routed(served: Served) -> None:
    document = await described(served)
    for path, item in document['paths'].items():
        for method in item:
            answer = await served.client.request(method, re.sub(r'\{\w+\}', 'X', path))
            assert answer.status_code == 401, (method, path)
