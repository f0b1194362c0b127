"""One address and the network: a server on this machine that answers as servers do."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sites import CUT, ENDLESS, MUTE, Handler, Site, serving

from scripts.links import ask as edge
from scripts.links.answers import Answer, Failure, Kind, Reply, judged
from scripts.links.ask import Asker

PAUSE = 0.05


def asker(pause: float = PAUSE, known: str = "localhost") -> Asker:
    return Asker("book-link-check/1 (+https://example.org/book)", pause, known)


def answered(site: Site, path: str) -> Answer:
    return judged(asker().ask(site.at(path)), 1.0)


NO_HEAD = {"HEAD": (405, {}), "GET": (200, {})}
# what a server says, what is known of the address then, how often it was asked
SAID: dict[str, tuple[Any, Kind, int]] = {
    "good": (200, "good", 1),
    "empty": (204, "good", 1),
    "gone": (404, "gone", 2),
    "gone for good": (410, "gone", 2),
    "no HEAD": (NO_HEAD, "good", 2),
    "no HEAD, and gone": ({"HEAD": (501, {}), "GET": (404, {})}, "gone", 2),
    "HEAD says what GET doesn't": ({"HEAD": (404, {}), "GET": (200, {})}, "good", 2),
    "HEAD is cut": ({"HEAD": (CUT, {}), "GET": (200, {})}, "good", 2),
    "all is cut": (CUT, "unknown", 2),
    "no robots": (403, "unknown", 2),
    "login": (401, "unknown", 2),
    "own number": (999, "unknown", 2),
    "fault": (500, "unknown", 2),
    "busy": (503, "unknown", 1),
    "asked too much": (429, "unknown", 1),
    "busy for a moment": ([(503, {"Retry-After": "0"}), (200, {})], "good", 2),
    "busy for an hour": ((503, {"Retry-After": "3600"}), "unknown", 1),
    "busy until a day": ((429, {"Retry-After": "Wed, 21 Oct 2065 07:28:00 GMT"}), "unknown", 1),
    "busy, and says nonsense": ((503, {"Retry-After": "soon"}), "unknown", 1),
    "redirect without address": (302, "unknown", 1),
    "redirect to no page": ((301, {"Location": "mailto:a@b.org"}), "unknown", 1),
    "redirect with a password": ((301, {"Location": "https://a:b@example.org/"}), "unknown", 1),
    "redirect to no address": ((301, {"Location": "http://[a/"}), "unknown", 1),
    "redirect to itself": ((302, {"Location": "/page"}), "unknown", 1),
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_server_says_is_what_is_known(name: str) -> None:
    said, kind, times = SAID[name]
    with serving(page=said) as site:
        assert answered(site, "/page").kind == kind
        assert [one.path for one in site.asked] == ["/page"] * times


def test_a_server_that_asks_for_patience_gets_it() -> None:
    with serving(page=[(429, {"Retry-After": "1"}), (200, {})], next=200) as site:
        one = asker()
        assert judged(one.ask(site.at("/page")), 1.0).kind == "good"
        first, second = site.asked
        assert second.began - first.ended >= 0.95


def test_redirects_are_followed_and_what_moved_is_told() -> None:
    chain = {
        "a": (301, {"Location": "/b"}), "b": (308, {"Location": "c?x=1#there"}),
        "c?x=1": (302, {"Location": "/d"}), "d": 200,
        "for_now": (307, {"Location": "/a"}), "to_gone": (301, {"Location": "/nothing"}),
        "to_robots": (301, {"Location": "/closed"}), "closed": 403,
        "round": (301, {"Location": "/about"}), "about": (301, {"Location": "/round"}),
    }  # fmt: skip
    with serving(**chain) as site:
        assert answered(site, "/a") == Answer("moved", to=site.at("/c?x=1"), asked=1.0)
        assert answered(site, "/for_now").kind == "good", "what sends on for now didn't move"
        gone = answered(site, "/to_gone")
        assert gone.kind == "gone" and site.at("/nothing") in gone.what and "404" in gone.what
        assert answered(site, "/to_robots").kind == "unknown"
        assert "circle" in answered(site, "/round").what


def test_a_chain_has_an_end() -> None:
    ways = {f"p{n}": (302, {"Location": f"/p{n + 1}"}) for n in range(99)}
    with serving(**ways) as site:
        assert answered(site, "/p0").kind == "unknown"
        assert len(site.asked) == edge.LONGEST + 1


def test_nothing_is_sent_but_the_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    cookie = {"Set-Cookie": "a=b; Path=/", "Location": "/next"}
    with serving(page=(302, cookie), next=(405, {"Set-Cookie": "c=d"})) as site:
        one = asker()
        one.ask(site.at("/page"))
        one.ask(site.at("/page"))
        assert len(site.asked) == 6
        for asked in site.asked:
            assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding"}
            assert asked.headers["user-agent"] == "book-link-check/1 (+https://example.org/book)"


def test_a_body_is_not_loaded() -> None:
    with serving(page={"HEAD": (405, {}), "GET": (ENDLESS, {})}) as site:
        began = time.monotonic()
        assert answered(site, "/page").kind == "good"
        assert time.monotonic() - began < 2


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "READ", 0.2)
    with serving(page=MUTE) as site:
        found = answered(site, "/page")
        assert found.kind == "unknown" and "no answer" in found.what


def test_a_host_is_asked_by_one_at_a_time_with_a_pause() -> None:
    with serving(**{f"p{n}": 200 for n in range(6)}) as site:
        site.slow = 0.03
        one = asker(pause=0.1)
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(one.ask, [site.at(f"/p{n}") for n in range(6)]))
        times = sorted((asked.began, asked.ended) for asked in site.asked)
        gaps = [after[0] - before[1] for before, after in pairwise(times)]
        assert len(gaps) == 5 and min(gaps) >= 0.09


def test_where_a_redirect_leads_is_asked_in_its_hosts_turn() -> None:
    """Another host's thread may not ask a host beside its own."""
    with serving(here=200) as site:
        site.answers |= {f"/{n}": (302, {"Location": site.at("/here")}) for n in range(4)}
        site.slow = 0.03
        one = asker(pause=0.1)
        others = [site.at(f"/{n}", "localhost") for n in range(4)]
        with ThreadPoolExecutor(5) as pool:
            list(pool.map(one.ask, [site.at("/here"), *others]))
        times = sorted((a.began, a.ended) for a in site.asked if a.path == "/here")
        assert len(times) == 5
        assert all(b[0] > a[1] for a, b in pairwise(times))


def test_a_host_that_does_not_exist_and_a_network_that_does_not() -> None:
    (step,) = asker(known="localhost").ask("http://nowhere.invalid/page")
    assert step.said == Failure("no host", "there is no such host")
    assert judged([step], 1.0).kind == "gone"
    (step,) = asker(known="nowhere.invalid").ask("http://nowhere.invalid/page")
    assert isinstance(step.said, Failure) and step.said.kind == "offline"


@pytest.mark.parametrize(
    "address",
    ["http://a..b/", "http://" + "a" * 300 + ".org/", "http://127.0.0.1:99999/", "https:///"],
)
def test_what_is_no_address_breaks_nothing(address: str) -> None:
    assert judged(asker().ask(address), 1.0).kind in ("gone", "unknown")


def test_a_host_that_listens_not() -> None:
    with serving() as site:
        address = site.at("/")
    (step,) = asker().ask(address)
    assert isinstance(step.said, Failure) and step.said.kind == "unreachable"


def test_a_certificate_of_its_own(tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl here, which makes certificates")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
         "-days", "2", "-subj", "/CN=localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    handler = type("Own", (Handler,), {"site": Site(answers={"/": 200})})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (step,) = asker().ask(f"https://localhost:{server.server_port}/")
        server.shutdown()
    assert step.said == Failure("certificate", "its certificate is its own")


@pytest.mark.parametrize(
    ("number", "kind"), [(10, "certificate"), (62, "certificate"), (20, "unreachable")]
)
def test_what_any_browser_warns_of_is_told_and_what_only_this_machine_misses_is_not(
    number: int, kind: str
) -> None:
    cause = ssl.SSLCertVerificationError(1, "bad")
    cause.verify_code, cause.verify_message = number, "bad"
    assert edge.failure_of(edge.exceptions.SSLError(cause)).kind == kind


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as site:
        site.answers["http://nowhere.invalid/page"] = 200
        monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{site.port}")
        monkeypatch.setenv("no_proxy", "localhost")
        (step,) = asker().ask("http://nowhere.invalid/page")
        assert step.said == Reply(200) and "proxy-authorization" in site.asked[0].headers
        site.answers["/here"] = 200
        assert asker().ask(site.at("/here", "localhost"))[0].said == Reply(200)
        assert "proxy-authorization" not in site.asked[1].headers
