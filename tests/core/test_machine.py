"""What the machine refuses, as problems."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from scripts.core.files import write, write_atomic
from scripts.core.problems import BookError
from scripts.core.system.machine import refusals, refused

ROOT = Path("/root/of/book")


def test_refusals_name_the_path_and_what_would_be_right() -> None:
    inside = str(ROOT / "_build" / "x")
    for error, path, right in (
        (OSError(errno.ENOSPC, "No space left on device"), "build", "Make room"),
        (OSError(errno.ENOSPC, "No space left", "/from", None, inside), "_build/x", "Make room"),
        (PermissionError(errno.EACCES, "Permission denied", inside), "_build/x", "the right"),
        (OSError(errno.EBUSY, "busy", inside, None, "/new"), "_build/x", "a mount"),
        (OSError(errno.ENOTDIR, "Not a directory", inside.encode()), "_build/x", "stands there"),
        (shutil.Error([("/from", inside, "[Errno 28] full")]), "_build/x", "Make room"),
    ):
        (problem,) = refused(error, ROOT)
        assert (problem.path, right in problem.right) == (path, True), problem


def test_what_a_library_says_is_not_the_machine_s(tmp_path: Path) -> None:
    for error in (OSError("cannot identify image file"), BrokenPipeError(errno.EPIPE, "pipe")):
        assert refused(error, ROOT) == []
        with pytest.raises(type(error)), refusals(ROOT):
            raise error


@pytest.mark.parametrize("way", [write, write_atomic])
def test_a_file_in_the_place_of_a_folder(tmp_path: Path, way: object) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(BookError) as raised, refusals(tmp_path):
        way(tmp_path / "x", b"1")  # type: ignore[operator]
    assert [(p.path, p.what) for p in raised.value.problems] == [("x", "Is a directory")]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
