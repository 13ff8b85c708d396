"""Python that reaches no other machine, as a job with network isolation has it. Found by PYTHONPATH when Python starts."""

import errno
import ipaddress
import os
import sys


def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        if address_of(arguments[0]) is None:
            import socket

            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        target = arguments[1]
        address = address_of(target[0]) if isinstance(target, tuple) else LOOPBACK
        if address is None or not address.is_loopback:
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))


LOOPBACK = ipaddress.ip_address("127.0.0.1")


def address_of(host):
    """What a name stands for without asking anybody; None if that is nothing."""
    name = host.decode() if isinstance(host, bytes) else host
    try:
        return LOOPBACK if name in (None, "", "localhost") else ipaddress.ip_address(name)
    except ValueError:
        return None


sys.addaudithook(refuse)
