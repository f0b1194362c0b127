"""JSON Schema for what people write in YAML: every fault with its line, in plain English.

A schema's ``title`` names what a value is (`'x' is no date`), its ``description`` says what would
be right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

from scripts.core.problems import Problem, did_you_mean
from scripts.core.untrusted.yaml_data import Yaml

Schema = dict[str, Any]

# One line that begins and ends with something visible; `\\s` and `.` alone would let others pass.
ONE_LINE = r"\A\S(?:[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*\S)?\Z"
TEXT: Schema = {"type": "string", "title": "text of one line", "pattern": ONE_LINE}
TEXT["maxLength"] = 2000
TEXTS: Schema = {"type": "array", "items": TEXT, "uniqueItems": True}
DATE: Schema = {
    "type": "string",
    "title": "date",
    "format": "date",
    "pattern": r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z",
    "description": "A date such as 2020-01-19.",
}
FLAG: Schema = {"type": "boolean"}

NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def mapping(required: list[str] | None = None, /, **properties: Schema) -> Schema:
    """A closed mapping: unknown keys are faults."""
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


def faults(yaml: Yaml, schema: Schema, path: str, where: str = "") -> list[Problem]:
    """Everything in ``yaml`` of the file ``path`` that the schema forbids, unknown keys among it.
    ``where`` begins each message. What is wrong as YAML is not said twice."""
    wrong, unknown = divided(yaml, schema, path, where)
    return [*wrong, *unknown]


def divided(
    yaml: Yaml, schema: Schema, path: str, where: str = ""
) -> tuple[list[Problem], list[Problem]]:
    """The same, keys that nobody knows apart."""
    wrong: list[Problem] = []
    unknown: list[Problem] = []
    for error in _validator(schema).iter_errors(yaml.data) if yaml.readable else ():
        found = unknown if error.validator == "additionalProperties" else wrong
        for problem in _problems(error, yaml, path, where):
            # A date that fits neither pattern nor calendar is named once.
            if problem.line not in yaml.faulty and problem not in found:
                found.append(problem)
    return wrong, unknown


def fits(value: Any, schema: Schema) -> bool:
    """Whether a value is as the schema has it."""
    return bool(_validator(schema).is_valid(value))


def _validator(schema: Schema) -> Any:
    return _STRICT(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _whole(_checker: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# JSON Schema takes 2.0 for an integer; what is then made of it does not.
_STRICT = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _whole),
)


def _problems(error: ValidationError, yaml: Yaml, path: str, where: str) -> Iterator[Problem]:
    place = ".".join(map(str, error.absolute_path))
    inner = f"{place}." if place else ""
    begin = f"{where}, '{place}': " if where and place else f"{where or place}: "
    begin = begin if where or place else ""
    schema: Any = error.schema
    right = str(schema.get("description", ""))
    if error.validator == "additionalProperties":
        known = schema.get("properties", {})
        for key in sorted(set(error.instance) - set(known)):
            what = f"{begin}unknown key {shown(key)}"
            yield Problem.at(path, yaml.place(inner + key), what, did_you_mean(key, known))
    elif error.validator == "required":
        # jsonschema reports each missing key on its own, in its message only.
        key = next(k for k in schema["required"] if error.message.startswith(f"{k!r} "))
        right = schema.get("properties", {}).get(key, {}).get("description", right)
        yield Problem.at(path, yaml.place(place), f"{begin}'{key}' is missing", right)
    else:
        key = f"{inner}{error.instance}" if "propertyNames" in error.schema_path else place
        yield Problem.at(path, yaml.place(key), begin + _what(error, schema), right)


def _what(error: ValidationError, schema: Any) -> str:
    value = error.instance
    if error.validator == "type":
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        wanted = " or ".join(NAMES[kind] for kind in kinds if kind != "null")
        return f"{shown(value)} is not {wanted}"
    if error.validator == "enum":
        known = [word for word in schema["enum"] if isinstance(word, str)]
        return f"{shown(value)} is not one of {', '.join(known)}"
    if error.validator == "oneOf":  # each of which requires another key
        keys = [f"'{part['required'][0]}'" for part in schema["oneOf"]]
        return f"an entry has exactly one of {', '.join(keys)}"
    if error.validator == "maxLength":
        return f"{len(value):,} characters, where at most {schema['maxLength']:,} can be"
    if "title" in schema:
        return f"{shown(value)} is no {schema['title']}"
    return error.message if len(error.message) < 200 else f"{error.message[:200]} …"


def shown(value: Any) -> str:
    """A value as it may stand in a message."""
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
