"""Asking whether an address is free before a server starts on it: a busy port is one clear line."""

from __future__ import annotations

import errno
import ipaddress
import socket

import click


def check_free(host: str, port: int, option: str = "--port") -> None:
    """Pass when this machine can listen there; `option` chooses another port. Raises ClickException."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise click.UsageError(f"--host takes an address such as 127.0.0.1, not {host!r}.") from None
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    with socket.socket(family) as probe:
        # A port whose last connections are still closing is free; one that somebody listens on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise click.ClickException(
                    f"Port {port} on {host} is in use; choose another with {option}."
                ) from None
            raise click.ClickException(f"Cannot listen on {host} port {port}: {error.strerror}.") from None
