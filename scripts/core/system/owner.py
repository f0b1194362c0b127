"""Whether what lies in a cache was put there by this account on this machine.

Answers and doctrees are pickles, and loading a pickle runs what it says. One that came with an
unpacked archive is not ours: a secret of the account, kept outside of any book, tells them apart.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from scripts.core.files import remove

OWNER = "owner"  # the file of a cache that proves whose it is
PICKLES = ("memo.pickle", "check.pickle", "render-*")
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def claim(cache: Path) -> None:
    """Take the pickles out of a cache that this account didn't make, and make it its own."""
    mine = hmac.digest(_secret(), b"the cache of a book", "sha256").hex()
    owner = cache / OWNER
    try:
        if hmac.compare_digest(owner.read_text(encoding="utf-8"), mine):
            return
    except (OSError, ValueError, TypeError):
        pass
    for pattern in PICKLES:
        for path in cache.glob(pattern):
            remove(path)
    cache.mkdir(parents=True, exist_ok=True)
    remove(owner)
    with os.fdopen(os.open(owner, NEW, 0o600), "w") as file:
        file.write(mine)


def _secret() -> bytes:
    """The account's secret, made when first asked for. Without a home that can hold it, it is
    another one each time: nothing kept is trusted then."""
    try:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        file = Path(home, "nlp-newsletter", "secret")
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_name(f"secret.{os.getpid()}")
            with os.fdopen(os.open(part, NEW, 0o600), "wb") as new:
                new.write(secrets.token_bytes(32))
            part.replace(file)
        return file.read_bytes() or secrets.token_bytes(32)
    except (OSError, RuntimeError):
        return secrets.token_bytes(32)
