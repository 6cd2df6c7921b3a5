"""TOML tables and environment variables into frozen structs: every fault at once, each with source, key, value and remedy.

Knows types and no key's meaning. An environment variable wins over the file, and its text becomes whatever type the key has.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, Struct

PREFIX: Final = "VARSAM_"
SECRET: Final = ("live.", "ledger.", "oncall.")
EXAMPLE: Final = "what config/varsam.example.toml shows"


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file."""


class Fault(NamedTuple):
    """One thing that must be mended. `source` is a file or an environment variable."""

    source: str
    key: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.source}: {self.key} = {self.value}: {self.remedy}"


class _FromEnvironment(str):
    """A text that stands for a value of any type; lists and tables are JSON."""

    __slots__ = ()


class Tables:
    """Reads into the fields of `whole`, whose fields are sections, lists of sections, dicts or single values."""

    def __init__(self, whole: type[Struct], source: str, environment: Mapping[str, str]) -> None:
        self._kinds: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(whole)}
        self._source = source
        self._environment = environment
        self._variables: dict[str, str] = {}
        self._faults: list[Fault] = []

    def read(self, path: Path | None) -> tuple[dict[str, Any], list[Fault]]:
        """The good values by field, and what is wrong with the others."""
        found = self._load(path) if path else {}
        for variable, value in sorted(self._environment.items()):
            if variable.startswith(PREFIX):
                self._put(found, variable, value)
        values = {name: self._field(name, value) for name, value in found.items()}
        return {name: value for name, value in values.items() if value is not UNSET}, self._faults

    def _load(self, path: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._fault("(file)", "missing", "name a file that exists; start from config/varsam.example.toml")
        except (OSError, UnicodeDecodeError) as error:
            self._fault("(file)", "unreadable", f"make it readable, as UTF-8 ({type(error).__name__})")
        except tomllib.TOMLDecodeError as error:
            self._fault("(file)", "not TOML", f"mend the syntax: {error}")
        return {}

    def _put(self, found: dict[str, Any], variable: str, value: str) -> None:
        """One variable over what the file says."""
        section, _, key = variable.removeprefix(PREFIX).lower().partition("__")
        whole = f"{section}.{key}" if key else section
        self._variables[whole] = variable
        if section not in self._kinds or bool(key) != self._is_table(section):
            self._fault(whole, value, _unknown(self._kinds))
        elif key:
            table = found.setdefault(section, {})
            if isinstance(table, dict):
                table[key] = _FromEnvironment(value)
        else:
            found[section] = _FromEnvironment(value)

    def _is_table(self, name: str) -> bool:
        kind = self._kinds[name]
        return get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, Section))

    def _field(self, name: str, value: Any) -> Any:
        if name not in self._kinds:
            return self._fault(name, value, _unknown(self._kinds))
        kind = self._kinds[name]
        if isinstance(kind, type) and issubclass(kind, Section):
            return self._table(name, kind, value)
        if get_origin(kind) is list and isinstance(value, list):
            rows = [self._table(f"{name}[{n}]", get_args(kind)[0], row) for n, row in enumerate(value, 1)]
            return [row for row in rows if row is not UNSET]
        if get_origin(kind) is dict and isinstance(value, dict):
            value = {key: self._value(f"{name}.{key}", str, item) for key, item in value.items()}
        return self._value(name, kind, value)

    def _table(self, name: str, kind: type[Section], value: Any) -> Any:
        if not isinstance(value, dict):
            return self._fault(name, value, f"make it a table [{name}]")
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        good = {}
        for key, item in value.items():
            if key in fields:
                good[key] = self._value(f"{name}.{key}", fields[key].type, item)
            else:
                self._fault(f"{name}.{key}", item, _unknown(fields))
        for key, field in fields.items():
            if field.required and key not in good:
                good[key] = self._fault(f"{name}.{key}", UNSET, f"set it to {_meaning(field.type)}")
        if any(fields[key].required and item is UNSET for key, item in good.items()):
            return UNSET
        return kind(**{key: item for key, item in good.items() if item is not UNSET})

    def _value(self, key: str, kind: Any, value: Any) -> Any:
        try:
            if not isinstance(value, _FromEnvironment):
                return msgspec.convert(value, kind)
            if get_origin(_bare(kind)) in (list, dict):
                return msgspec.json.decode(str(value).encode(), type=kind)
            return msgspec.convert(str(value), kind, strict=False)
        except (msgspec.DecodeError, UnicodeEncodeError):
            return self._fault(key, value, f"set it to {_meaning(kind)}")

    def _fault(self, key: str, value: Any, remedy: str) -> Any:
        shown = "missing" if value is UNSET else repr(str(value) if isinstance(value, str) else value)
        if key.startswith(SECRET):
            shown = "(not shown)"  # an address may hold a password
        self._faults.append(Fault(self._variables.get(key, self._source), key, shown, remedy))
        return UNSET


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _meaning(kind: Any) -> str:
    """What a value must be, in words."""
    if get_origin(kind) is Annotated:
        for meta in kind.__metadata__:
            if isinstance(meta, Meta) and meta.description:
                return meta.description
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(map(str, get_args(kind)))
    return {str: "a text", int: "a whole number", bool: "true or false"}.get(kind, EXAMPLE)


def _unknown(known: Iterable[str]) -> str:
    return "remove it, or use one of: " + ", ".join(known)
