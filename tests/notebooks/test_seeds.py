"""The module `seeds`: work that is done once, kept as plain data, and gone on with."""

import json
import random

import numpy as np
import pytest
import seeds


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_stopped_work_goes_on(folder):
    done, stops = [], [3]

    def work(seed):
        if seed in stops:
            stops.remove(seed)
            raise KeyboardInterrupt
        done.append(seed)
        return {"loss": np.float64(seed / 3), "curve": np.arange(3), "name": "x"}

    with pytest.raises(KeyboardInterrupt):
        seeds.each("arm", range(1, 5), work)
    assert done == [1, 2] and len(list(folder.iterdir())) == 2
    found = seeds.each("arm", range(1, 5), work)
    assert done == [1, 2, 3, 4]
    assert found == [{"loss": s / 3, "curve": [0, 1, 2], "name": "x"} for s in range(1, 5)]
    assert seeds.each("arm", [4], work) == found[3:] and done == [1, 2, 3, 4]
    seeds.each("other", [4], work)
    assert done == [1, 2, 3, 4, 4], "another work of the same seed is another"


def test_nothing_is_kept_where_nobody_records(folder, monkeypatch):
    for value in ("", None):
        monkeypatch.setenv("NEWSLETTER_STATE", value) if value == "" else monkeypatch.delenv(
            "NEWSLETTER_STATE"
        )
        assert seeds.each("arm", [1], lambda seed: (seed, 2.5)) == [[1, 2.5]]
    assert not folder.exists()


def test_what_a_seed_gives_does_not_depend_on_those_before(folder):
    def draws(seed):
        return [random.random(), np.random.random()]

    both = seeds.each("a", [7, 8], draws)
    assert seeds.each("b", [8], draws) == both[1:] and both[0] != both[1]


@pytest.mark.parametrize("damage", ["", "{", "[1"])
def test_damaged_state_is_made_again(folder, damage):
    seeds.each("arm", [1], lambda seed: [seed])
    (path,) = folder.iterdir()
    path.write_text(damage)
    assert seeds.each("arm", [1], lambda seed: [seed]) == [[1]]
    assert json.loads(path.read_text()) == [1] and list(folder.iterdir()) == [path]


@pytest.mark.parametrize("value", [float("nan"), {1: object()}, [1j], {"a": [float("inf")]}])
def test_only_plain_data(folder, value):
    with pytest.raises(ValueError, match="seed 1 of arm"):
        seeds.each("arm", [1], lambda _: value)
    assert not folder.exists()


def test_names_stay_in_the_folder():
    with pytest.raises(ValueError, match="no name of a file"):
        seeds.each("../arm", [1], lambda seed: seed)


def test_code_before_decides_what_counts(folder, monkeypatch):
    done = []
    for code in ("one", "two", "one"):
        monkeypatch.setattr(seeds, "_code", lambda code=code: code)
        seeds.each("arm", [1], lambda seed: done.append(seed) or seed)
    assert done == [1, 1]
