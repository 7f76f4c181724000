"""Cuts the network inside a kernel under test, and inside the processes that it starts.

The harness puts this folder on PYTHONPATH. Only the kernel's own sockets pass: Unix sockets and this
machine's loopback. Each other attempt is written to FETAL_EDU_NETWORK_LOG and refused, so that code which
swallows the error is found as well.
"""

import os
import socket

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)


def _refuse(target: object) -> None:
    log = os.environ.get("FETAL_EDU_NETWORK_LOG")
    if log:
        with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123  (keep start-up imports few)
            file.write(f"{target}\n")
    raise OSError(f"the network is cut in this test: {target}")


def _host(address: object) -> object:
    return address[0] if isinstance(address, tuple) and address else None


class _Guarded(socket.socket):
    """A socket that reaches this machine only."""

    def _check(self, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and _host(address) not in LOOPBACK:
            _refuse(address)

    def connect(self, address):
        self._check(address)
        return super().connect(address)

    def connect_ex(self, address):
        self._check(address)
        return super().connect_ex(address)

    def sendto(self, data, *rest):
        self._check(rest[-1])
        return super().sendto(data, *rest)


_getaddrinfo = socket.getaddrinfo


def _guarded_getaddrinfo(host, *rest, **options):
    if (host.decode() if isinstance(host, bytes) else host) not in LOOPBACK:
        _refuse(host)
    return _getaddrinfo(host, *rest, **options)


socket.socket = _Guarded
socket.getaddrinfo = _guarded_getaddrinfo
