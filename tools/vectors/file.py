"""The file of vectors being made (format: tests/vectors/README.md). Each case is carried out here before it is written, and
must end as it says.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chat.crypto.encoding import b64
from tests.support.vectors import Refused, carry_out

NAMED_FROM_BYTES = 48
"""Shorter ones stand where they are used, even if more than once."""


class Vectors:
    """Collects cases."""

    def __init__(self) -> None:
        self._cases: list[dict[str, Any]] = []

    def accepts(self, name: str, operation: str, /, **given: Any) -> Any:
        """A case whose result is what comes out now; gives it back."""
        out = carry_out(operation, given)
        self._cases.append({"name": name, "op": operation, "in": given, "out": out})
        return out

    def refuses(self, name: str, step: str, operation: str, /, **given: Any) -> None:
        """A case refused for that step."""
        try:
            carry_out(operation, given)
        except Refused as refused:
            found = refused.how["step"] if isinstance(refused.how, dict) else refused.how
            if found != step:
                raise AssertionError(f"{name}: refused for {found}, not for {step}") from refused
            self._cases.append({"name": name, "op": operation, "in": given, "refused": refused.how})
            return
        raise AssertionError(f"{name}: accepted")

    def write(self, path: Path) -> None:
        names = [case["name"] for case in self._cases]
        if len(set(names)) != len(names):
            raise AssertionError(f"names twice: {[n for n, count in Counter(names).items() if count > 1]}")
        uses = Counter(item for item in _all_bytes(self._cases) if len(item) >= NAMED_FROM_BYTES)
        table = {item: f"b{number}" for number, item in enumerate(i for i, n in uses.items() if n > 1)}
        lines = [f"{_json(name)}:{_json(b64(item))}" for item, name in table.items()]
        cases = [_json(_text(case, table)) for case in self._cases]
        path.write_text(
            '{"format":1,"by":"python","bytes":{\n'
            + ",\n".join(lines)
            + '\n},"cases":[\n'
            + ",\n".join(cases)
            + "\n]}\n"
        )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _all_bytes(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _all_bytes(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _all_bytes(inner)


def _text(value: Any, table: dict[bytes, str]) -> Any:
    if isinstance(value, bytes):
        return f"@{table[value]}" if value in table else b64(value)
    if isinstance(value, dict):
        return {name: _text(inner, table) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_text(inner, table) for inner in value]
    return value
