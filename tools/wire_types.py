"""Writes chat/browser/core/messages.ts from chat/wire.py, or with `--check` says whether it is up to date.

It knows the wire's names and nothing of what the messages mean.
"""

import json
import subprocess
import sys
from inspect import cleandoc
from types import UnionType

import msgspec

from chat import wire
from tools.setup import ROOT, node

TARGET = ROOT / "chat" / "browser" / "core" / "messages.ts"
PRINTER = ROOT / "tools" / "wire_types.mjs"


def schema() -> dict[str, object]:
    """One JSON Schema of the whole wire: every struct of `wire.ALL` and every union that has a name there."""
    unions = {name: value for name, value in vars(wire).items() if isinstance(value, UnionType)}
    bodies, definitions = msgspec.json.schema_components(
        [*unions.values(), *wire.ALL], ref_template="#/definitions/{name}"
    )
    named = dict(zip(unions, bodies, strict=False))
    directions = ["VisitorMessage", "CounsellorMessage", "ServerMessage"]
    return {
        "title": "AnyMessage",
        "anyOf": [{"$ref": f"#/definitions/{name}"} for name in directions],
        "definitions": named | {name: _with_names(body, named) for name, body in definitions.items()},
    }


def _with_names(node: object, named: dict[str, dict[str, object]]) -> object:
    """The same schema, with each union that has a name called by it, and docstrings without their indentation."""
    for name, body in named.items():
        if node == body:
            return {"$ref": f"#/definitions/{name}"}
    if isinstance(node, list):
        return [_with_names(item, named) for item in node]
    if not isinstance(node, dict):
        return node
    walked = {key: _with_names(value, named) for key, value in node.items()}
    if "description" in walked:
        walked["description"] = cleandoc(str(walked["description"]))
    return walked


def render() -> str:
    """The text of messages.ts."""
    printed = subprocess.run(
        node(str(PRINTER)),
        input=json.dumps(schema()),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    constants = {"SUBPROTOCOL": wire.SUBPROTOCOL, "MESSAGE_BYTES": wire.MESSAGE_BYTES}
    lines = [f"export const {name} = {json.dumps(value)};" for name, value in constants.items()]
    return "\n".join(
        ["// Generated from chat/wire.py by `make types`; change it there.", "", *lines, "", printed]
    )


def main() -> None:
    text = render()
    if "--check" not in sys.argv[1:]:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        sys.exit(f"{TARGET.relative_to(ROOT)} is not what chat/wire.py says: run `make types` and commit it.")


if __name__ == "__main__":
    main()
