"""FastAPI without what Cellwarden brings of its own: pages of the API (``ui/pages/api``), its description, telemetry (``/metrics``)."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI


def bare(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    """An application without a route. Telemetry that is not asked for is switched off: FastAPI would look for it at every request."""
    return FastAPI(
        title='Cellwarden',
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={'tracing': False, 'metrics': False, 'logs': False},
    )
