"""A proxy between browser and console as many networks have one: it passes requests on, and refuses every ``Upgrade``."""

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_REFUSED = b'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'


@contextmanager
def refusing_proxy(port: int) -> Iterator[tuple[str, list[str]]]:
    """Its address before the server on ``port``, and the request lines that it has refused so far."""
    refused: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b''
            while not head.endswith(b'\r\n\r\n'):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            if re.search(rb'(?im)^upgrade:', head):
                refused.append(head.decode('latin-1').splitlines()[0])
                self.wfile.write(_REFUSED)
                return
            length = re.search(rb'(?im)^content-length: *(\d+)', head)
            body = self.rfile.read(int(length[1])) if length else b''
            one_request = re.sub(rb'(?im)^connection:[^\r]*', b'Connection: close', head)
            with socket.create_connection(('127.0.0.1', port)) as server:
                server.sendall(one_request + body)
                while data := server.recv(65_536):
                    self.wfile.write(data)

        def finish(self) -> None:
            with suppress(OSError):  # the browser has gone
                super().finish()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that goes before its answer has come."""

    with Server(('127.0.0.1', 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f'http://127.0.0.1:{server.server_address[1]}', refused
        finally:
            server.shutdown()
            thread.join()
