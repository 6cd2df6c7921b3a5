"""The documents say what the code does: every message, error, decision and setting stands in them, and no other."""

import re
from pathlib import Path

from chat import errors, wire

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
PICTURE_BYTES = 150_000
CODE = [
    path
    for folder in ("chat", "widget", "staff_console", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".ts", ".tsx", ".lua"} and "__pycache__" not in path.parts
]


def leaves(error: type[errors.VarsamError]) -> list[type[errors.VarsamError]]:
    """Every error with a code of its own."""
    below = [leaf for child in error.__subclasses__() for leaf in leaves(child)]
    return ([error] if "code" in vars(error) and error is not errors.VarsamError else []) + below


def row(error: type[errors.VarsamError]) -> str:
    """The line of the table of errors."""
    after = f"{error.retry_after:g}" if error.retry_after else "–"
    return f"| `{error.code}` | {error.status} | {error.close or '–'} | {after} | {error.remedy} |"


def table(heading: str) -> list[str]:
    """The rows under a heading of docs/protocol.md."""
    section = PROTOCOL.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def test_every_error_stands_in_the_table_with_its_remedy_and_no_other() -> None:
    assert sorted(table("## Errors")) == sorted(row(error) for error in leaves(errors.VarsamError))


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in leaves(errors.VarsamError)]
    assert len(codes) == len(set(codes))


def test_every_message_stands_in_the_table_and_no_other() -> None:
    messages = {struct.__struct_config__.tag for struct in wire.ALL if issubclass(struct, wire.Message)}
    assert {line.split("`")[1] for line in table("### All messages")} == messages


def test_every_step_that_the_code_cites_is_written_down() -> None:
    steps = set(re.findall(r"^- \*\*([A-Z]\d+)", PROTOCOL, re.MULTILINE))
    assert {"K1", "E5", "F4", "S1"} <= steps
    cited = re.compile(r"(?:#|//|--|\()\s*((?:[KEFS]\d{1,2})(?:, [KEFS]\d{1,2})*)\b")
    for path in CODE:
        for found in cited.findall(path.read_text(encoding="utf-8")):
            for step in found.split(", "):
                assert step in steps, f"{path.relative_to(ROOT)} cites {step}"


def test_every_decision_is_listed() -> None:
    listed = set(re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", (ROOT / "docs/adr/README.md").read_text()))
    assert listed == {path.name for path in (ROOT / "docs" / "adr").glob("0*.md")}


def test_every_link_between_documents_leads_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.relative_to(ROOT)} → {target}"


def test_every_picture_is_shown_somewhere_and_small() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {
        name
        for path in documents
        for name in re.findall(r"pictures/([\w.-]+)", path.read_text(encoding="utf-8"))
    }
    pictures = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert shown == pictures.keys()
    assert [name for name, size in pictures.items() if size > PICTURE_BYTES] == []


def test_every_test_that_a_document_names_exists() -> None:
    known = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"^\s*(?:async )?(?:def |class )?([Tt]est\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    for document in (ROOT / "docs").rglob("*.md"):
        text = document.read_text(encoding="utf-8")
        for name in re.findall(r"`(test_\w+|Test[A-Z]\w+)`", text):
            assert name in known, f"{document.relative_to(ROOT)} names {name}"
        for path in re.findall(r"`(tests/[\w/.-]+\.(?:py|ts|json))`", text):
            assert (ROOT / path).is_file(), f"{document.relative_to(ROOT)} names {path}"
