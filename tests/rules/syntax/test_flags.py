"""Flags, mounts and file modes that BuildKit rejects."""

from __future__ import annotations

import pytest
from one_rule import lines, run
from syntax_rules import found

CASES: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "DF005-flag": ("FROM a\nRUN --foo b\n", [("DF005", 2, 5)]),
    "DF005-flag-twice": ("FROM a\nCOPY --from=b --from=c d e\n", [("DF005", 2, 15)]),
    "DF005-flag-no-value": ("FROM a\nCOPY --from d e\n", [("DF005", 2, 6)]),
    "DF005-network": ("FROM a\nRUN --network=some b\n", [("DF005", 2, 5)]),
    "DF005-continued": ("FROM a\ncopy \\\n  --form=b c d\n", [("DF005", 3, 3)]),
    "DF005-argument-of-the-command": ("FROM a\nRUN b --foo\n", []),
}


@pytest.mark.parametrize(("text", "want"), CASES.values(), ids=CASES)
def test_place(text: str, want: list[tuple[str, int, int]]) -> None:
    assert found(text) == want


MOUNTS = {
    "type=cahce,target=/b": "'cahce' is unknown",
    "type=cache,targt=/b": "Did you mean 'target'?",
    "type=cache,zzzz=/b": "'zzzz' is unknown",
    "type=cache,target": "'target' has no value",
    "type=cache,target=/b,sharing=yes": "'sharing=yes' is not valid",
    "type=bind,target=/b,sharing=locked": "'sharing' is not valid for type 'bind'",
    "type=cache,target=/b,size=3": "'size' is not valid for type 'cache'",
    "type=bind,target=/b,required": "'required' is not valid for type 'bind'",
    "type=tmpfs,target=/": "The mount would cover '/'",
}


@pytest.mark.parametrize(("mount", "message"), MOUNTS.items(), ids=MOUNTS)
def test_df012_names_what_is_wrong_with_a_mount(mount: str, message: str) -> None:
    (finding,) = run("DF012", f"FROM a\nRUN --mount={mount} c\n").findings
    assert message in finding.message


@pytest.mark.parametrize(
    "mount",
    [
        "type=secret,id=b,required",
        "type=tmpfs,target=/b,size=3",
        "type=cache,target=/b,ro",
        "type=$B,target=/b",
        "target=/b",
    ],
)
def test_df012_accepts_a_valid_mount(mount: str) -> None:
    assert lines("DF012", f"FROM a\nRUN --mount={mount} c\n") == []


def test_df012_a_mount_without_a_target_uses_the_working_directory() -> None:
    assert lines("DF012", "FROM a\nWORKDIR /b\nRUN --mount=type=cache c\n") == []
    assert lines("DF012", "FROM a\nWORKDIR /\nRUN --mount=type=cache c\n") == [3]


@pytest.mark.parametrize(
    ("mode", "count"),
    [
        ("755", 0), ("0644", 0), ("u+x", 0), ("u=rwX,go=rX", 0), ("$MODE", 0), ("7777", 0),
        ("x", 1), ("888", 1), ("77777", 1), ("u=rwX,", 1), ("rw", 1),
    ],
)  # fmt: skip
def test_df016_file_mode(mode: str, count: int) -> None:
    for keyword in ("COPY", "add"):
        assert len(lines("DF016", f"FROM a\n{keyword} --chmod={mode} b c\n")) == count
