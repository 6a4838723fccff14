"""Sites that towers stand on: real listeners on this machine, and the cells they radiate."""

import http.server
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import dns.message
import dns.rcode

from tests.jobs.resolver import records


class Listener(socketserver.ThreadingTCPServer):
    """Takes connections, as the equipment of a site does."""

    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def _at_work(server: socketserver.BaseServer) -> Iterator[None]:
    """The server answers for the length of the block, and its thread ends with it however that is left."""
    threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()


@contextmanager
def listening(port: int = 0) -> Iterator[int]:
    """A listener for the length of the block, on its port."""
    with Listener(('127.0.0.1', port), socketserver.BaseRequestHandler) as listener, _at_work(listener):
        yield listener.server_address[1]


@contextmanager
def serving(body: bytes) -> Iterator[str]:
    """A web server that answers each request with this, for the length of the block; its address."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is said of it."""

    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answer) as server, _at_work(server):
        yield f'http://127.0.0.1:{server.server_address[1]}/'


class Names(socketserver.ThreadingUDPServer):
    """A resolver that gives every name the address ``address``, and knows no name while that is empty."""

    daemon_threads = True
    address = ''


class _Answer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        query = dns.message.from_wire(data)
        assert isinstance(self.server, Names)
        assert isinstance(query, dns.message.QueryMessage)
        address = self.server.address
        reply = records(f'{query.question[0].name} A {address}') if address else records(code=dns.rcode.NXDOMAIN)
        sock.sendto(reply(query), self.client_address)


@contextmanager
def resolver(address: str) -> Iterator[Names]:
    """A resolver for the length of the block; ``server_address`` holds its port."""
    with Names(('127.0.0.1', 0), _Answer) as names, _at_work(names):
        names.address = address
        yield names


class _Gear(socketserver.BaseRequestHandler):
    """Answers as the web server of a small radio does: with the certificate of its maker, and headers that bend HTTP."""

    def handle(self) -> None:
        assert isinstance(self.server, Gear)
        with suppress(OSError), self.server.tls.wrap_socket(self.request, server_side=True) as over_tls:
            over_tls.recv(65536)
            over_tls.sendall(b'HTTP/1.1 200 OK\r\nServer : goahead\r\nContent-Length: 2\r\n\r\nok')


class Gear(socketserver.ThreadingTCPServer):
    """Speaks HTTPS with the context ``tls``."""

    allow_reuse_address = True
    daemon_threads = True
    tls: ssl.SSLContext


@contextmanager
def radio_gear(tls: ssl.SSLContext) -> Iterator[Gear]:
    """Such a web server for the length of the block; ``server_address`` holds its port."""
    with Gear(('127.0.0.1', 0), _Gear) as gear:
        gear.tls = tls
        with _at_work(gear):
            yield gear


def tcp_check(port: int, *, max_attempts: int = 3) -> dict[str, Any]:
    """A check of a port of this machine: asked every second, and every two seconds while it fails softly."""
    return {
        'kind': 'tcp', 'host': '127.0.0.1', 'port': port, 'interval_s': 1, 'retry_interval_s': 2, 'timeout_s': 1,
        'max_attempts': max_attempts,
    }  # fmt: skip


def cell(cell_id: int = 256) -> dict[str, Any]:
    """A cell of our network, as a tower lists it."""
    return {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 4417, 'cell_id': cell_id}


def on_cell(cell_id: int = 256, rsrp: int = -80) -> dict[str, Any]:
    """The same cell as a device reports it; ``rsrp`` in dBm."""
    return {**cell(cell_id), 'rsrp': rsrp, 'registration': 'home'}
