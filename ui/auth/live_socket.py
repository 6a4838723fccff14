"""The door of the live socket."""

from fastapi import FastAPI, WebSocket

from ui.auth.guard import signed_in_socket
from ui.live import SIGNED_OUT, Live


def register_live(app: FastAPI, *, live: Live) -> None:
    """Put the socket on ``app``."""

    @app.websocket('/live')
    async def live_socket(socket: WebSocket) -> None:
        found = signed_in_socket(socket)
        if found is None:
            await socket.accept()  # a close code reaches the page only after the handshake
            await socket.close(SIGNED_OUT)
            return
        await live.serve(socket, found.session, found.person)
