"""The module `checks`: verdicts, misuse, plain numbers, and what a kernel shows."""

import json
import xml.etree.ElementTree as ET

import checks
import nbclient
import nbformat
import numpy as np
import pytest
import torch
from checks import FAILS, HOLDS, MIME, bundle, check, plain

GIVEN = {
    "id": "i002-demo-speed", "claim": "It is faster.", "source": "Table 1", "reported": 3.0,
    "measured": 2.5, "unit": "x", "rule": "measured > 1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def book_profile(monkeypatch):
    monkeypatch.delenv("NEWSLETTER_PROFILE", raising=False)


@pytest.fixture
def shown(monkeypatch):
    """The checks that are shown."""
    found = []
    monkeypatch.setattr(checks, "_show", found.append)
    return found


@pytest.mark.parametrize(
    ("changes", "profile", "verdict"),
    [
        ({}, "book", HOLDS),
        ({"measured": 0.5}, "book", FAILS),
        ({"measured": 0.5, "stands": FAILS, "why": "too small"}, "book", FAILS),
        ({"measured": None, "why": "needs a GPU"}, "book", "not testable here"),
        ({"measured": None, "why": "needs a GPU", "rule": ""}, "full", "not testable here"),
        ({}, "smoke", "not run"),
        ({"measured": float("nan")}, "smoke", "not run"),
        ({"measured": None, "why": "needs a GPU"}, "smoke", "not run"),
        ({"kind": "finding"}, "smoke", "not run"),
        ({"kind": "arithmetic"}, "smoke", HOLDS),
        ({"kind": "exactness"}, "smoke", HOLDS),
        ({"kind": "exactness", "measured": 0}, "smoke", FAILS),
        ({"measured": [1, 2], "rule": "all(m < 3 for m in measured)"}, "book", HOLDS),
        ({"spread": 0.1, "rule": "measured - spread < reported"}, "book", HOLDS),
        ({"measured": np.arange(3), "rule": "measured == [0, 1, 2]"}, "book", HOLDS),
    ],
)
def test_verdict(changes, profile, verdict, monkeypatch, shown):
    monkeypatch.setenv("NEWSLETTER_PROFILE", profile)
    check(**{**GIVEN, **changes})
    assert shown[0]["verdict"] == verdict


def test_smoke_keeps_no_measurement(monkeypatch, shown):
    monkeypatch.setenv("NEWSLETTER_PROFILE", "smoke")
    check(**GIVEN, spread=float("nan"))
    (found,) = shown
    assert (found["measured"], found["spread"], found["reported"]) == (None, None, 3.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rule": ""}, "cannot be evaluated"),
        ({"rule": "measured >"}, "cannot be evaluated"),
        ({"rule": "measured > limit"}, "cannot be evaluated"),
        ({"rule": "__import__('os') is None"}, "cannot be evaluated"),
        ({"rule": "measured"}, "not True or False"),
        ({"rule": "measured > 1 / 0"}, "cannot be evaluated"),
        ({"reported": None, "rule": "measured > reported"}, "cannot be evaluated"),
        ({"measured": float("nan")}, "no measurement"),
        ({"measured": [1.0, float("inf")]}, "no measurement"),
        ({"measured": {1: 2}}, "not dict"),
    ],
)
def test_misuse_is_explained(changes, words):
    with pytest.raises(ValueError, match=words) as error:
        check(**{**GIVEN, **changes})
    assert "i002-demo-speed" in str(error.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (torch.tensor(2.0), 2.0),
        (torch.tensor([1, 2]), [1, 2]),
        ((np.float64(1.0), "a"), [1.0, "a"]),
        (None, None),
    ],
)
def test_plain(value, expected):
    result = plain(value)
    assert result == expected
    json.dumps(result)


def test_never_raises_for_a_verdict_and_says_so(capsys):
    check("i002-a", "It is.", source="", measured=0, rule="measured > 1")
    assert "fails: It is. Measured 0 [rule: measured > 1; committed as: holds]" in (
        capsys.readouterr().out
    )


def test_profile_from_environment(monkeypatch, capsys):
    monkeypatch.setenv("NEWSLETTER_PROFILE", "smoke")
    check("i002-a", "It is.", source="", measured=2, rule="measured > 1")
    assert capsys.readouterr().out.startswith("not run: It is.")


@pytest.mark.parametrize("verdict", ["holds", "fails", "not testable here", "not run"])
def test_html_is_well_formed_escaped_and_one_line(verdict, shown):
    check(
        "i002-a", "a < b & <script>", source="", measured=None if "not" in verdict else 2,
        rule="measured < 9" if verdict == HOLDS else "measured > 9", spread=[1, 2], why='"so"',
        stands=verdict,
    )  # fmt: skip
    (found,) = shown
    found["verdict"] = verdict
    said = bundle(found)
    assert set(said) == {"text/plain", "text/html", MIME}
    tree = ET.fromstring(said["text/html"])
    assert tree.find(".//script") is None and tree.text.strip() == checks.MARKS[verdict]
    assert tree.find("strong").text == verdict
    assert "\n" not in said["text/html"] + said["text/plain"]
    assert len(said["text/html"]) < 300
    assert ("(1 to 2)" in said["text/plain"]) == ("not" not in verdict)
    assert set(said[MIME]["checks"][0]) == {
        "id", "kind", "claim", "source", "reported", "measured", "unit", "spread", "expected",
        "verdict", "stands", "reason",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (11_173_962, "", "11,173,962"),
        (0.123456, "", "0.1235"),
        (3e-7, "", "3e-07"),
        (94.0, "%", "94%"),
        (2, "s", "2 s"),
        ([True, 1.5], "", "yes, 1.5"),
        ([[1, 2], [3, 4]], "", "1, 2; 3, 4"),
        ("constant", "", "constant"),
    ],
)
def test_as_text(value, unit, text):
    assert checks.as_text(value, unit) == text


def run_cells(*sources, allow_errors=False):
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    client = nbclient.NotebookClient(nb, kernel_name="python3", allow_errors=allow_errors)
    path = str(__import__("pathlib").Path(checks.__file__).parent)
    nb.cells.insert(0, nbformat.v4.new_code_cell(f"import sys; sys.path.insert(0, {path!r})"))
    client.execute()
    return nb


def test_in_a_kernel():
    """One output for a check, with all three forms."""
    call = "from checks import check\n"
    call += "check('i002-a', 'Yes.', source='', measured=2, rule='measured>1')"
    (output,) = run_cells(call).cells[1].outputs
    assert output.output_type == "display_data"
    assert output.data[MIME]["checks"][0]["verdict"] == "holds"
    assert output.data["text/html"].startswith("<div") and output.data["text/plain"]


@pytest.mark.parametrize(
    ("statistic", "measured"), [("mean", 3.0), ("median", 2.0), ("min", 1.0), ("max", 6.0)]
)
def test_values_of_seeds_give_measured_and_spread(statistic, measured, shown):
    values = np.array([1.0, 6.0, 2.0])
    rule = f"measured == {measured} and spread == [1, 6]"
    check("i002-a", "It is.", source="", values=values, statistic=statistic, rule=rule)
    assert shown[0]["verdict"] == HOLDS
    kept = bundle(shown[0])[MIME]["checks"][0]
    assert (kept["values"], kept["statistic"]) == ([1.0, 6.0, 2.0], statistic)
    json.dumps(kept)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "neither"),
        ({"values": [1], "measured": 1}, "in place of"),
        ({"values": [1], "spread": [1, 1]}, "in place of"),
        ({"values": []}, "a number for each seed"),
        ({"values": [1], "statistic": "mode"}, "one of mean, median, min, max"),
        ({"values": [1.0, float("nan")]}, "no measurement"),
    ],
)
def test_values_of_seeds_stand_alone(given, words):
    with pytest.raises(ValueError, match=f"i002-a.*{words}"):
        check("i002-a", "It is.", source="", rule="measured > 0", **given)


def test_smoke_keeps_no_values(monkeypatch, shown):
    monkeypatch.setenv("NEWSLETTER_PROFILE", "smoke")
    check("i002-a", "It is.", source="", values=[float("nan"), 1], rule="measured > 0")
    (found,) = shown
    assert (found["verdict"], found["measured"]) == ("not run", None) and "values" not in found


@pytest.mark.parametrize(
    ("values", "chance", "best", "rule", "verdict"),
    [
        ([70, 90], 50, 100, "measured >= 62.5", HOLDS),
        ([62, 90], 50, 100, "measured >= 62.5", FAILS),
        ([0.2, 1.0], 2.0, 0.0, "measured <= 1.5", HOLDS),
        ([0.2, 1.6], 2.0, 0.0, "measured <= 1.5", FAILS),
    ],
)
def test_learned_by_its_worst_run(values, chance, best, rule, verdict, shown):
    checks.learned("a-learned", "The arm", values=values, chance=chance, best=best)
    (found,) = shown
    assert (found["expected"], found["verdict"], found["kind"]) == (rule, verdict, "finding")
    assert found["claim"].startswith("The arm has learned")


@pytest.mark.parametrize(
    ("sets", "measured", "verdict"),
    [
        ({"training": np.arange(4), "testing": [4, 5]}, 0, HOLDS),
        ({"training": np.arange(4), "testing": [3, 4]}, 1, FAILS),
        ({"training": [[1, 2], [1, 3]], "choosing": [[2, 1]]}, 0, HOLDS),
        ({"a": ["x"], "b": ["x"], "c": ["x"]}, 2, FAILS),
    ],
)
def test_disjoint(sets, measured, verdict, shown):
    checks.disjoint("a-disjoint", **sets)
    (found,) = shown
    assert (found["measured"], found["verdict"], found["kind"]) == (measured, verdict, "exactness")


def test_disjoint_from_nothing_says_nothing(shown):
    with pytest.raises(ValueError, match="a-disjoint: testing holds no row"):
        checks.disjoint("a-disjoint", training=[1, 2], testing=[])
    assert shown == []
