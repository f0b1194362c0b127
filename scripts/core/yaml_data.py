"""How YAML is read and written, and its data as JSON would hold them."""

from __future__ import annotations

import datetime
from typing import Any

import yaml

# libyaml where PyYAML was built with it: ten times as fast, and as safe.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def plain_data(value: Any) -> Any:
    """YAML data as JSON would hold it: dates become ISO text."""
    if isinstance(value, dict):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_data(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value
