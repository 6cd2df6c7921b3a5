"""What must not be committed is found. The examples are put together here, or this file would be one."""

import pytest

from tools import forbidden


@pytest.mark.parametrize(
    "line",
    [
        "see " + "/ro" + "ot/.config",
        'path = "' + "/ho" + 'me/somebody/varsam"',
        "index = https://py" + "pi.org/simple",
        "registry.npm" + "js.org",
        "-----BEGIN EC PRIV" + "ATE KEY-----",
    ],
)
def test_a_line_that_must_not_be_committed_is_found(line: str) -> None:
    assert forbidden.faults_of("docs/a.md", f"first\n{line}\n")[0].startswith("docs/a.md:2: ")


@pytest.mark.parametrize("name", ["widget/preact.min.js", "third_party/a.py", "dist/varsam.whl"])
def test_a_file_that_must_not_be_committed_is_found(name: str) -> None:
    assert forbidden.faults_of(name, "")


@pytest.mark.parametrize("line", ["GET /v1/roster/<hash>", "a root key, the work of a home", "tests/work/x"])
def test_the_words_of_the_field_are_left_alone(line: str) -> None:
    assert not forbidden.faults_of("docs/a.md", line)
