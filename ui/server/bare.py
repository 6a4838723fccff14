"""FastAPI without what Cellwarden brings of its own: pages of the API (``ui/pages/api``), its description, telemetry (``/metrics``)."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.failing import Failures
from ui.server.opening import Opening
from ui.server.whole import Take


class WebApplication(FastAPI):
    """An application some of whose addresses are answered before any middleware and any other route is asked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.direct: dict[tuple[str, str], ASGIApp] = {}
        """By method and path. What the middleware does for other addresses, these have to do themselves."""
        self.whole: dict[tuple[str, str], Take] = {}
        """Some of these once more: what takes a request without a task, when it has come in one piece."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope['type'] == 'http':
            answers = self.direct.get((scope['method'], scope['path']))
            if answers is not None:
                await answers(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def bare(
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]], registry: CollectorRegistry
) -> WebApplication:
    """An application without a route; pages of those that stand for everybody are begun early, innermost, behind all that may refuse them.
    Those that could not be built are counted in the registry.

    Telemetry that is not asked for is switched off: FastAPI would look for it at every request.
    """
    app = WebApplication(
        title='Cellwarden',
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={'tracing': False, 'metrics': False, 'logs': False},
    )
    failures = Failures()
    registry.register(failures)
    app.add_middleware(Opening, failures=failures)
    return app
