"""FastAPI without what Cellwarden brings of its own: pages of the API (``ui/pages/api``), its description, telemetry (``/metrics``)."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from ui.server.opening import Opening


def bare(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    """An application without a route; pages of those that stand for everybody are begun early, innermost, behind all that may refuse them.

    Telemetry that is not asked for is switched off: FastAPI would look for it at every request.
    """
    app = FastAPI(
        title='Cellwarden',
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={'tracing': False, 'metrics': False, 'logs': False},
    )
    app.add_middleware(Opening)
    return app
