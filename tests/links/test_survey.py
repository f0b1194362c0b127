"""Many addresses: how many at once, when a host is left alone, when there is no network."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from scripts.links.answers import Answer, Failure, Reply, Step
from scripts.links.survey import ENOUGH, Limits, Offline, survey

GOOD = Reply(200)


def addresses(hosts: int, each: int) -> list[str]:
    return [f"https://h{host}.org/{page}" for page in range(each) for host in range(hosts)]


class Web:
    """Hosts that say what they are told to, and how they were asked."""

    def __init__(self, seconds: float = 0.0, **said: Reply | Failure) -> None:
        self.seconds, self.said = seconds, said
        self.asked: list[str] = []
        self.now: list[str] = []
        self.most = self.most_of_a_host = 0
        self.lock = threading.Lock()

    def ask(self, address: str) -> Sequence[Step]:
        host = address.split("/")[2]
        with self.lock:
            self.asked.append(address)
            self.now.append(host)
            self.most = max(self.most, len(self.now))
            self.most_of_a_host = max(self.most_of_a_host, self.now.count(host))
        time.sleep(self.seconds)
        with self.lock:
            self.now.remove(host)
        return [Step(address, self.said.get(host.split(".")[0], GOOD))]


def test_each_address_is_asked_once_and_hosts_one_address_at_a_time() -> None:
    web, answers, heard = Web(0.005), dict[str, Answer](), list[tuple[int, int]]()
    survey(addresses(20, 3), web.ask, answers, lambda *numbers: heard.append(numbers))
    assert sorted(web.asked) == sorted(addresses(20, 3)) == sorted(answers)
    assert {answer.kind for answer in answers.values()} == {"good"}
    assert 1 < web.most <= 8 and web.most_of_a_host == 1
    assert heard[-1] == (60, 60) and [done for done, _ in heard] == sorted(d for d, _ in heard)


def test_the_host_with_the_most_addresses_comes_first() -> None:
    web = Web()
    few = [f"https://h{host}.org/" for host in range(20)]
    survey([*few, *(f"https://long.org/{n}" for n in range(5))], web.ask, {})
    assert "long.org" in web.asked[0]


def test_what_took_too_long_in_all_is_left_for_the_next_time() -> None:
    web, answers = Web(0.15), dict[str, Answer]()
    survey(addresses(4, 20), web.ask, answers, limits=Limits(together=2, seconds=0.5))
    kinds = [answers[address].kind for address in addresses(4, 20)]
    assert kinds.count("good") >= 2 and kinds.count("unknown") > 60
    left = [answer for answer in answers.values() if answer.kind == "unknown"]
    assert not any(answer.holds(time.time()) for answer in left), "it is asked the next time"


def test_a_host_that_holds_us_is_left_alone() -> None:
    def ask(address: str) -> Sequence[Step]:
        if "h0" in address:
            time.sleep(30)
        return [Step(address, GOOD)]

    answers, began = dict[str, Answer](), time.monotonic()
    survey(addresses(3, 2), ask, answers, limits=Limits(together=1, patience=0.3))
    assert time.monotonic() - began < 5
    kinds = {address: answer.kind for address, answer in answers.items()}
    assert kinds["https://h0.org/0"] == kinds["https://h0.org/1"] == "unknown"
    assert kinds["https://h2.org/1"] == "good" and len(kinds) == 6


def test_a_host_that_is_asked_too_much_is_asked_no_more() -> None:
    web, answers = Web(h1=Reply(429)), dict[str, Answer]()
    survey(addresses(3, 4), web.ask, answers)
    assert sum("h1.org" in address for address in web.asked) == 1
    assert [answers[f"https://h1.org/{n}"].kind for n in range(4)] == ["unknown"] * 4
    assert answers["https://h2.org/3"].kind == "good"


def test_no_network_is_said_once_and_asked_no_further() -> None:
    web, answers = Web(h0=Failure("offline", "the network finds no names")), dict[str, Answer]()
    with pytest.raises(Offline, match="finds no names"):
        survey(addresses(1, 50), web.ask, answers)
    assert len(web.asked) < 50
    nobody = {f"h{n}": Failure("unreachable", "") for n in range(60)}
    web = Web(0.01, **nobody)
    with pytest.raises(Offline, match="none of the first"):
        survey(addresses(60, 2), web.ask, {})
    assert len(web.asked) < 60


def test_a_few_hosts_that_are_down_are_no_missing_network() -> None:
    down = {f"h{n}": Failure("unreachable", "") for n in range(1, 30)}
    answers: dict[str, Answer] = {}
    survey(["https://h0.org/", "https://h0.org/1"], Web().ask, answers)
    survey([f"https://h{n}.org/" for n in range(1, ENOUGH)], Web(**down).ask, answers)
    assert [answer.kind for answer in answers.values()] == ["good"] * 2 + ["unknown"] * (ENOUGH - 1)
    survey(["https://h0.org/", *(f"https://h{n}.org/" for n in range(1, 30))], Web(**down).ask, {})


def test_a_fault_of_ours_is_no_verdict_on_a_link() -> None:
    def ask(address: str) -> Sequence[Step]:
        raise RuntimeError(address)

    answers: dict[str, Answer] = {}
    survey(addresses(1, 2), ask, answers)
    assert [answer.kind for answer in answers.values()] == ["unknown"] * 2
