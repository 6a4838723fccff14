"""Which pages a browser may fetch before they are asked for, and what is known of such a request."""

import json

from ui.server.prefetching import is_opened_now, is_prefetch, rules


def scope(*headers: tuple[bytes, bytes]) -> dict[str, object]:
    return {'type': 'http', 'headers': list(headers)}


def test_a_request_that_nobody_made_says_so() -> None:
    assert is_prefetch(scope((b'sec-purpose', b'prefetch')))
    assert is_prefetch(scope((b'sec-purpose', b'prefetch;prerender')))
    assert not is_prefetch(scope((b'accept', b'text/html')))


def test_a_page_that_was_fetched_early_is_opened_once() -> None:
    early, asked = scope((b'sec-purpose', b'prefetch')), scope()
    assert [is_opened_now(early), is_opened_now(early), is_opened_now(asked)] == [True, False, False]


def test_pages_of_the_rail_alone_are_made_ready_where_the_pointer_rests() -> None:
    (ready,) = json.loads(rules('').partition('>')[2].removesuffix('</script>'))['prerender']
    assert ready['eagerness'] == 'moderate'
    assert {'selector_matches': '.cw-nav a, .cw-foot a'} in ready['where']['and']


def test_files_and_forms_are_never_fetched_early() -> None:
    html = rules('n0nce')
    assert html.startswith('<script type="text/later" data-held="speculationrules" nonce="n0nce">')
    said = json.loads(html.partition('>')[2].removesuffix('</script>'))
    for rule in (*said['prerender'], *said['prefetch']):
        left_out = [part['not'] for part in rule['where']['and'] if 'not' in part]
        assert {'href_matches': '/ui/*'} in left_out
        assert {'href_matches': '/auth/*'} in left_out
        assert {'selector_matches': '[download]'} in left_out
