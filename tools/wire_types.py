"""Writes chat/browser/core/messages.ts from chat/wire.py and chat/bodies.py, and callback-bodies.ts beside it from chat/callback_bodies.py,
or with `--check` says whether they are up to date.

It knows the wire's names and nothing of what the messages mean.
"""

import json
import subprocess
import sys
from inspect import cleandoc
from types import UnionType

import msgspec

from chat import bodies, callback_bodies, wire
from tools.setup import ROOT, node

CORE = ROOT / "chat" / "browser" / "core"
PRINTER = ROOT / "tools" / "wire_types.mjs"


def schema() -> dict[str, object]:
    """One JSON Schema of the whole wire: every struct of wire.py and bodies.py, and every union that has a name there."""
    unions = {name: value for name, value in vars(wire).items() if isinstance(value, UnionType)}
    shapes, definitions = msgspec.json.schema_components(
        [*unions.values(), *wire.ALL, *bodies.ALL], ref_template="#/definitions/{name}"
    )
    named = dict(zip(unions, shapes, strict=False))
    directions = ["VisitorMessage", "CounsellorMessage", "GuestMessage", "ServerMessage"]
    return {
        "title": "AnyMessage",
        "anyOf": [{"$ref": f"#/definitions/{name}"} for name in directions],
        "definitions": named | {name: _with_names(body, named) for name, body in definitions.items()},
    }


def callback_schema() -> dict[str, object]:
    """One JSON Schema of all that is said about callbacks over HTTP."""
    shapes, definitions = msgspec.json.schema_components(
        callback_bodies.ALL, ref_template="#/definitions/{name}"
    )
    named = {name: _with_names(body, {}) for name, body in definitions.items()}
    return {"title": "AnyCallbackBody", "anyOf": list(shapes), "definitions": named}


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


def render() -> dict[str, str]:
    """The text of each file, by its name."""
    constants = {"SUBPROTOCOL": wire.SUBPROTOCOL, "MESSAGE_BYTES": wire.MESSAGE_BYTES}
    lines = [f"export const {name} = {json.dumps(value)};" for name, value in constants.items()]
    return {
        "messages.ts": _text("chat/wire.py", [*lines, "", _printed(schema())]),
        "callback-bodies.ts": _text("chat/callback_bodies.py", [_printed(callback_schema())]),
    }


def _printed(of: dict[str, object]) -> str:
    return subprocess.run(
        node(str(PRINTER)), input=json.dumps(of), capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout


def _text(source: str, lines: list[str]) -> str:
    return "\n".join([f"// Generated from {source} by `make types`; change it there.", "", *lines])


def main() -> None:
    for name, text in render().items():
        target = CORE / name
        if "--check" not in sys.argv[1:]:
            target.write_text(text, encoding="utf-8")
        elif not target.is_file() or target.read_text(encoding="utf-8") != text:
            sys.exit(f"{name} is not what its source in chat says: run `make types` and commit it.")


if __name__ == "__main__":
    main()
