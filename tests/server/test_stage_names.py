"""Stages: found wherever they are named, renamed only where the build stays what it is."""

from __future__ import annotations

from typing import Any

import pytest
from editor import URI, Client


@pytest.fixture
def client(client: Client) -> Client:
    client.start({"workspace": {"workspaceEdit": {"documentChanges": True}}})
    return client


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: str(one["range"]["start"]), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        lines[start["line"]] = (
            line[: start["character"]] + edit["newText"] + line[end["character"] :]
        )
    return "\n".join(lines)


def rename(client: Client, text: str, name: str, line: int = 0, character: int = 12) -> str:
    """The text with a stage renamed, or why it is not."""
    client.show(text)
    place = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
    answer = client.answer(client.post("textDocument/rename", {**place, "newName": name}))
    if "error" in answer:
        return str(answer["error"]["message"])
    (change,) = answer["result"]["documentChanges"]
    return applied(text, change["edits"])


@pytest.mark.parametrize(
    "use",
    [
        "FROM <q>",
        "FROM <q> AS other",
        "FROM b:1\nCOPY --from=<q> a b",
        "FROM b:1\nCOPY --from=<Q> a b",
        'FROM b:1\nCOPY --from="<q>" a b',
        "FROM b:1\nCOPY --from=\\\n<q> a b",
        "FROM b:1\nCOPY --chown=q --from=<q> q q",
        "FROM b:1\nRUN --mount=type=cache,source=/from=q,from=<q>,target=/q ls",
        "FROM b:1\nRUN --mount=FROM=<q>,target=/q ls",
        "FROM b:1\nRUN --mount=from=<q>,target=/q --mount=from=<q>,target=/r q",
        "FROM b:1\nONBUILD COPY --from=<q> a b",
        "FROM b:1\nONBUILD RUN --mount=from=<q>,target=/a b",
    ],
)
def test_every_use_is_renamed_and_nothing_else(client: Client, use: str) -> None:
    """``<q>`` is where the name stands."""
    text = f"FROM a:1 AS q\n{use}\n".replace("<", "").replace(">", "")
    wanted = f"FROM a:1 AS web-1\n{use}\n".replace("<q>", "web-1").replace("<Q>", "web-1")
    assert rename(client, text, "web-1") == wanted


@pytest.mark.parametrize(
    ("rest", "name", "why"),
    [
        ("FROM z\n", "z", "line 2 builds on the image 'z'"),
        ("FROM b:1\nCOPY --from=nginx a b\n", "nginx", "line 3 copies from the image 'nginx'"),
        ("FROM b:1\nRUN --mount=from=z,target=/a b\n", "z", "line 3 copies from"),
        ("FROM b:1 AS z\n", "z", "stage 'z' already exists (line 2)"),
        ("", "scratch", "is reserved"),
        ("", "context", "is reserved"),
        ("", "Web", "lowercase letter"),
        ("", "1", "lowercase letter"),
        ("", "", "lowercase letter"),
    ],
)  # fmt: skip
def test_what_would_change_the_build_is_refused(
    client: Client, rest: str, name: str, why: str
) -> None:
    assert why in rename(client, f"FROM a:1 AS q\n{rest}", name)


def test_a_name_behind_a_variable_is_refused(client: Client) -> None:
    text = "ARG S=q\nFROM a:1 AS q\nFROM $S\n"
    assert "line 3 refers to stage 'q'" in rename(client, text, "z", 1)
    text = "FROM a:1 AS web\nFROM b:1\nCOPY --from=we\\\nb c d\n"
    assert "line 3 refers to stage 'web' in a way" in rename(client, text, "z")


def test_stages_by_number(client: Client) -> None:
    text = "FROM a:1\nFROM b:1 AS q\nCOPY --from=0 x y\nRUN --mount=from=0,target=/a b\nCOPY --from=1 x y\n"
    client.show(text)
    (found,) = client.about("definition", URI, 2, 12)
    assert found["range"]["start"] == {"line": 0, "character": 0}
    places = client.about("references", URI, 3, 17, context={"includeDeclaration": True})
    assert [one["range"]["start"]["line"] for one in places] == [2, 3]
    assert client.about("prepareRename", URI, 2, 12) is None
    lit = client.about("documentHighlight", URI, 3, 17)
    assert [one["range"]["start"] for one in lit] == [
        {"line": 2, "character": 12},
        {"line": 3, "character": 17},
    ]
