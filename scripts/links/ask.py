"""One address -> what its server said. Only the request is sent: no cookies, no passwords."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3
from urllib3 import exceptions
from urllib3.util import Retry, Timeout, make_headers, parse_url

from scripts.links.answers import REDIRECTS, Failure, Reply, Step, resolves

LONGEST = 10  # redirects
CONNECT, READ = 10.0, 20.0  # seconds
PAUSE = 1.0  # seconds between two questions to a host
WAIT = 30.0  # seconds that a server may have us wait before we ask once more
BUSY = {429, 503}
KNOWN = "example.org"  # a name that is there for good: is it found, the network knows names
# What of a certificate any browser warns of (numbers of OpenSSL). Others, such as one whose maker
# isn't known here, can be a matter of this machine.
EXPIRED, ANOTHER, SELF_SIGNED = 10, 62, 18


@dataclass
class _Host:
    """One host: asked by one thread at a time, and not before its time."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free: float = 0.0  # on `time.monotonic`


class Asker:
    """Asks servers, each one address at a time with pauses in between. ``agent`` says who asks;
    ``known`` is a host that exists whenever there is a network."""

    def __init__(self, agent: str, pause: float = PAUSE, known: str = KNOWN) -> None:
        self.pause, self.known = pause, known
        self._headers = {"User-Agent": agent, "Accept": "text/html, */*;q=0.8"}
        self._hosts: dict[str, _Host] = defaultdict(_Host)
        self._pools: dict[str, urllib3.PoolManager] = {}
        self._guard = threading.Lock()  # of the two above

    def ask(self, address: str) -> list[Step]:
        """The address and those to which it leads, each with what its server said."""
        steps = [Step(address, self._said(address))]
        while len(steps) <= LONGEST:
            said = steps[-1].said
            if not isinstance(said, Reply) or said.status not in REDIRECTS:
                break
            following = _following(steps[-1].address, said.location)
            known = {step.address for step in steps}
            if not following or following in known:
                break
            if resolves(steps[-1].address) and not resolves(following):
                break
            steps.append(Step(following, self._said(following)))
        return steps

    def _said(self, address: str) -> Reply | Failure:
        """By HEAD, and by GET where a server refuses that, or says what it may not mean."""
        said = self._patient("HEAD", address)
        refused = said.kind == "cut" if isinstance(said, Failure) else said.status >= 400
        if refused and not (isinstance(said, Reply) and said.status in BUSY):
            said = self._patient("GET", address)
        if isinstance(said, Failure) and said.kind == "no host" and not self._online():
            return Failure("offline", "the network finds no names")
        return said

    def _patient(self, method: str, address: str) -> Reply | Failure:
        said = self._in_turn(method, address)
        if isinstance(said, Reply) and said.status in BUSY and said.wait is not None:
            return self._in_turn(method, address) if said.wait <= WAIT else said
        return said

    def _in_turn(self, method: str, address: str) -> Reply | Failure:
        """Ask when it is the turn of the address at its host. Who waits for a pause to end lets
        others look, too, so that the first come isn't always the first."""
        with self._guard:
            host = self._hosts[urlsplit(address).hostname or ""]
        while True:
            with host.lock:
                early = host.free - time.monotonic()
                if early <= 0:
                    said = self._request(method, address)
                    wait = said.wait or 0.0 if isinstance(said, Reply) else 0.0
                    host.free = time.monotonic() + max(self.pause, min(wait, WAIT))
                    return said
            time.sleep(early)

    def _request(self, method: str, address: str) -> Reply | Failure:
        try:
            answer = self._pool(address).request(
                method, address, redirect=False, retries=False, preload_content=False
            )
        except Exception as error:  # urllib3, ssl, idna and http.client raise many kinds
            return failure_of(error)
        location = answer.headers.get("Location", "")
        said = Reply(answer.status, location, _seconds(answer.headers.get("Retry-After")))
        answer.close()  # its body is not loaded
        return said

    def _pool(self, address: str) -> urllib3.PoolManager:
        """Connections, by the proxy of the environment where it names one."""
        parts = urlsplit(address)
        proxies = getproxies()
        proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
        if proxy_bypass(parts.hostname or ""):
            proxy = ""
        with self._guard:
            if proxy not in self._pools:
                self._pools[proxy] = _connections(proxy, self._headers)
            return self._pools[proxy]

    def _online(self) -> bool:
        try:
            return bool(socket.getaddrinfo(self.known, 443))
        except OSError:
            return False


def _connections(proxy: str, headers: dict[str, str]) -> urllib3.PoolManager:
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())  # some machines have none
    timeout = Timeout(connect=CONNECT, read=READ)
    if not proxy:
        return urllib3.PoolManager(headers=headers, ssl_context=context, timeout=timeout)
    login = parse_url(proxy).auth
    return urllib3.ProxyManager(
        proxy, headers=headers, ssl_context=context, timeout=timeout,
        proxy_headers=make_headers(proxy_basic_auth=login) if login else None,
    )  # fmt: skip


def _following(address: str, location: str) -> str:
    """Where a redirect leads; "" if that is no page of the web, or says somebody's password."""
    try:
        following = urldefrag(urljoin(address, location)).url
        parts = urlsplit(following)
        usable = location and parts.scheme in ("http", "https") and "@" not in parts.netloc
        return following if usable and following.isprintable() else ""
    except ValueError:
        return ""


def _seconds(header: str | None) -> float | None:
    """A ``Retry-After``, of which there are two forms, in seconds."""
    try:
        return Retry().parse_retry_after(header) if header else None
    except Exception:  # whatever a server writes there
        return None


def failure_of(error: Exception) -> Failure:
    """Why there was no answer."""
    while isinstance(error, exceptions.ProxyError) and isinstance(error.original_error, Exception):
        error = error.original_error
    cause = error.args[0] if isinstance(error, exceptions.SSLError) and error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        what = {
            EXPIRED: "its certificate has expired",
            ANOTHER: "its certificate is that of another host",
            SELF_SIGNED: "its certificate is its own",
        }.get(cause.verify_code, "")
        unverified = f"its certificate can't be verified: {cause.verify_message}"
        return Failure("certificate", what) if what else Failure("unreachable", unverified)
    kinds: list[tuple[type[Exception], Failure]] = [
        (exceptions.NameResolutionError, Failure("no host", "there is no such host")),
        (exceptions.ConnectTimeoutError, Failure("unreachable", "its host can't be reached")),
        (exceptions.ReadTimeoutError, Failure("cut", f"no answer within {READ:.0f} s")),
        (exceptions.LocationParseError, Failure("no host", "there can't be such a host")),
        (exceptions.SSLError, Failure("unreachable", "no safe connection can be made")),
        (exceptions.ProtocolError, Failure("cut", "the connection is cut")),
    ]
    name = type(error).__name__
    return next((f for kind, f in kinds if isinstance(error, kind)), Failure("unreachable", name))
