"""Pages that are not looked at any more leave nothing behind."""

from pathlib import Path

from tests.real.page_views import furnish, grown, with_session, without_session
from tests.real.server import running_server


async def test_a_thousand_page_views_without_a_session_leave_the_memory_as_it_was(tmp_path: Path) -> None:
    """At 75 to 140 KB a view it would be 50 MB and more."""
    async with running_server(tmp_path / 'data') as server, without_session(server) as view:
        found = await grown(server, view, views=1000, first=300)
        assert found.grown_mb < 20, found


async def test_sessions_that_are_opened_and_closed_leave_the_memory_as_it_was(tmp_path: Path) -> None:
    async with running_server(tmp_path / 'data') as server:
        await furnish(server)
        async with with_session(server) as visit:
            found = await grown(server, visit, views=30, first=10)
            assert found.grown_mb < 20, found
