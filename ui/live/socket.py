"""The live socket: which browser may open it."""

from fastapi import FastAPI, WebSocket

from ui.live.hub import CHANGED, SIGNED_OUT, Live
from ui.sign_in.guard import signed_in_socket


def register_live(app: FastAPI, *, live: Live) -> None:
    """Put the socket on ``app``."""

    @app.websocket('/live')
    async def live_socket(socket: WebSocket) -> None:
        found = signed_in_socket(socket)
        if found is None:
            await socket.accept()  # a close code reaches the page only after the handshake
            await socket.close(SIGNED_OUT)
            return
        if (socket.query_params.get('as') or found.person.id) != found.person.id:
            await socket.accept()
            await socket.close(
                CHANGED
            )  # the page was built for another enterprise, and comes from the browser's memory
            return
        await live.serve(socket, found.session, found.person)
