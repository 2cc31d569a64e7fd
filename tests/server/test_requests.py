"""What can be asked about a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from editor import DOCUMENT, EXAMPLE, URI, Client, range_of, starts


@pytest.fixture
def client(client: Client) -> Client:
    client.start(
        {
            "workspace": {
                "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}
            },
            "textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}},
        }
    )
    client.open(URI, EXAMPLE)
    client.diagnostics(URI)
    return client


def actions(
    client: Client, line: int, character: int = 0, end: int = 99, **context: Any
) -> dict[str, Any]:
    params = {
        **DOCUMENT,
        "range": range_of(line, character, end),
        "context": {"diagnostics": [], **context},
    }
    return {one["title"]: one for one in client.request("textDocument/codeAction", params)}


def edits(action: dict[str, Any]) -> list[tuple[int, str]]:
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": URI, "version": 1}
    return [(one["range"]["start"]["line"], one["newText"]) for one in change["edits"]]


def test_quick_fixes(client: Client) -> None:
    found = actions(client, 7)
    assert edits(found["Add '-y'"]) == [(7, " -y")]
    assert found["Add '-y'"]["isPreferred"] is True
    unsafe = found["Add '--no-install-recommends' (unsafe)"]
    assert unsafe["isPreferred"] is False
    assert unsafe["diagnostics"][0]["code"] == "DF206"
    assert edits(found["Ignore DF207 for this instruction"]) == [
        (7, "# dockerlint: ignore=DF207\n")
    ]


def test_only_what_is_asked_for(client: Client) -> None:
    (only,) = actions(client, 0, only=["source.fixAll"]).values()
    assert only["kind"] == "source.fixAll.dockerlint"
    (edit,) = edits(only)
    assert edit[0] == 7
    assert "apt-get install -y redis-server" in edit[1]
    assert actions(client, 7, only=["refactor"]) == {}
    assert all(one["kind"] == "quickfix" for one in actions(client, 7, only=["quickfix"]).values())


def test_a_code_is_added_to_an_ignore_comment(client: Client) -> None:
    client.open(
        URI, "FROM a:1\n  # dockerlint: ignore=DF801 me\n  MAINTAINER b\n  RUN apt install c\n"
    )
    client.diagnostics(URI)
    found = actions(client, 3)
    ignore = found["Ignore DF212 for this instruction"]["edit"]["documentChanges"][0]["edits"][0]
    assert ignore["newText"] == "  # dockerlint: ignore=DF212\n"
    client.open(URI, "FROM a:1\n# dockerlint: ignore=DF207 me\nRUN apt install c\n")
    client.diagnostics(URI)
    more = actions(client, 2)["Ignore DF212 for this instruction"]["edit"]["documentChanges"][0][
        "edits"
    ][0]
    assert (more["range"]["start"], more["newText"]) == ({"line": 1, "character": 26}, ",DF212")


def test_all_of_a_rule(client: Client) -> None:
    client.open(URI, "FROM a:1\nRUN apt install -y b\nRUN apt install -y c\n")
    client.diagnostics(URI)
    found = actions(client, 1)
    assert edits(found["Fix all DF212 in this file"]) == [(1, "apt-get"), (2, "apt-get")]


@pytest.mark.parametrize(
    ("name", "before", "line", "text"),
    [
        (".dockerlint", "[dockerlint]\nselect = ALL\n", 1, "ignore = DF102\n"),
        (".dockerlint", "[dockerlint]\nignore = DF801\n", 1, "DF102, "),
        ("setup.cfg", "[a]\nb = c\n[dockerlint]\nignore =\n    DF801\n", 3, "DF102"),
        ("pyproject.toml", '[tool.dockerlint]\nignore = ["DF801"]\n', 1, '"DF102", '),
        ("pyproject.toml", "[tool.dockerlint]\nignore = []\n", 1, '"DF102"'),
        ("pyproject.toml", '[tool.dockerlint]\nselect = ["DF1"]\n[b]\n', 1, 'ignore = ["DF102"]\n'),
    ],
)
def test_ignored_in_the_configuration(
    client: Client, tmp_path: Path, name: str, before: str, line: int, text: str
) -> None:
    (tmp_path / name).write_text(before)
    uri = (tmp_path / "Dockerfile").as_uri()
    client.open(uri, "FROM debian:latest\n")
    client.diagnostics(uri)
    params = {"textDocument": {"uri": uri}, "range": range_of(0, 6), "context": {"diagnostics": []}}
    (found,) = [
        one
        for one in client.request("textDocument/codeAction", params)
        if one["title"] == "Ignore DF102 in the configuration"
    ]
    ((changed, (edit,)),) = found["edit"]["changes"].items()
    assert changed == (tmp_path / name).as_uri()
    assert (edit["range"]["start"]["line"], edit["newText"]) == (line, text)


def test_symbols_and_folding(client: Client) -> None:
    version, build, test, last = client.request("textDocument/documentSymbol", DOCUMENT)
    assert version["name"] == "ARG VERSION=3.13"
    assert build["name"] == "build (FROM python:3.13)"
    assert [one["name"] for one in test["children"]] == ["ENV MODE=fast", "RUN echo $MODE ${MODE}"]
    assert last["range"]["end"]["line"] == 16
    (script,) = [one for one in build["children"] if one["name"] == "RUN <<EOF"]
    assert script["range"] == {"start": range_of(8)["start"], "end": range_of(10, 3)["start"]}
    folds = client.request("textDocument/foldingRange", DOCUMENT)
    assert {(one["startLine"], one["endLine"]) for one in folds} >= {(2, 10), (8, 10), (11, 13)}


def test_links(client: Client, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "Dockerfile").write_text("")  # a context is where a file is
    uri = (tmp_path / "Dockerfile").as_uri()
    text = "# syntax=docker/dockerfile:1\nFROM python:3.13\nCOPY app.py gone.py folder /\nADD /app.py /a\n"
    client.open(uri, text + "COPY /etc/hosts ../x $y /\nCOPY --from=nginx:1 app.py /\nFROM FROM\n")
    client.diagnostics(uri)
    found = client.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    assert [one["target"] for one in found] == [
        "https://hub.docker.com/r/docker/dockerfile",
        "https://hub.docker.com/_/python",
        (tmp_path / "app.py").as_uri(),
        (tmp_path / "app.py").as_uri(),
        "https://hub.docker.com/_/nginx",
    ]
    assert found[0]["range"] == range_of(0, 9, 28)
    assert found[-1]["range"] == range_of(5, 12, 19)


def test_definition_and_references(client: Client) -> None:
    assert starts(client.about("definition", URI, 15, 13)) == [(2, 24)]
    assert starts(client.about("definition", URI, 13, 11)) == [(12, 4)]
    assert starts(client.about("definition", URI, 2, 14)) == [(1, 4)]
    everywhere = client.about("references", URI, 2, 25, context={"includeDeclaration": True})
    assert starts(everywhere) == [(2, 24), (11, 5), (15, 12)]
    uses = client.about("references", URI, 12, 5, context={"includeDeclaration": False})
    assert starts(uses) == [(13, 10), (13, 17)]
    assert client.about("definition", URI, 9, 0) == []


def test_rename_of_a_stage(client: Client) -> None:
    ready = client.about("prepareRename", URI, 16, 19)
    assert ready["placeholder"] == "test"
    (change,) = client.about("rename", URI, 16, 19, newName="checks")["documentChanges"]
    assert [(one["range"]["start"]["line"], one["newText"]) for one in change["edits"]] == [
        (11, "checks"),
        (16, "checks"),
    ]
    assert client.about("prepareRename", URI, 5, 6) is None
    for name in ("Two", "build", "1a", ""):
        params = {**DOCUMENT, "position": {"line": 16, "character": 19}, "newName": name}
        assert client.answer(client.post("textDocument/rename", params))["error"]["code"] == -32803


def test_hints_on_layers(client: Client) -> None:
    found = client.request(
        "textDocument/inlayHint",
        {
            **DOCUMENT,
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}},
        },
    )
    by_line = {one["position"]["line"]: one["label"] for one in found}
    assert by_line[3] == "new layer, rebuilt when VERSION changes"
    assert by_line[4] == "new layer, rebuilt when dependencies change"
    assert by_line[6] == "new layer, rebuilt on every source edit"
    assert 12 not in by_line
    client.open(URI, "FROM a:1 AS x\nRUN b\nFROM c:1\nCOPY --from=x d e\n")
    client.diagnostics(URI)
    whole = {"start": range_of(0)["start"], "end": range_of(9)["end"]}
    found = client.request("textDocument/inlayHint", {**DOCUMENT, "range": whole})
    assert [one["label"] for one in found] == [
        "new layer",
        "new layer, rebuilt when stage 'x' changes",
    ]


def test_hints_can_be_switched_off() -> None:
    made = Client()
    try:
        made.start(initializationOptions={"settings": {"layers": False, "completion": False}})
        made.open(URI, EXAMPLE)
        hints = {**DOCUMENT, "range": {"start": range_of(0)["start"], "end": range_of(99)["end"]}}
        assert made.request("textDocument/inlayHint", hints) == []
        assert made.about("completion", URI, 3, 1) == []
        # And on again, for as long as the editor says nothing else.
        for wanted in (True, False, None):
            settings = {"dockerlint": {"layers": wanted, "completion": wanted}}
            made.notify("workspace/didChangeConfiguration", {"settings": settings})
            assert bool(made.request("textDocument/inlayHint", hints)) is (wanted is not False)
            assert bool(made.about("completion", URI, 3, 1)) is (wanted is not False)
    finally:
        made.stop()


def test_commands(client: Client) -> None:
    information = client.request(
        "workspace/executeCommand", {"command": "dockerlint.debugInformation"}
    )
    assert information["files"][URI]["version"] == 1
    client.request(
        "workspace/executeCommand",
        {"command": "dockerlint.applyAutofix", "arguments": [{"uri": URI}]},
    )
    while not [one for one in client.asked if one["method"] == "workspace/applyEdit"]:
        client.next()


def test_positions_outside_of_the_text(client: Client) -> None:
    for line, character in ((999, 0), (0, 999), (3, 99_999_999)):
        client.about("hover", URI, line, character)
        client.about("definition", URI, line, character)
        client.about("completion", URI, line, character)


def test_actions_for_all_of_a_long_file(client: Client) -> None:
    count = 300
    client.open(URI, "FROM debian:13\n" + "RUN apt install -y a\n" * count)
    client.diagnostics(URI)
    params = {
        **DOCUMENT,
        "range": {"start": range_of(0)["start"], "end": range_of(count)["end"]},
        "context": {"diagnostics": []},
    }
    found = {one["title"]: one for one in client.request("textDocument/codeAction", params)}
    assert len(found) < 100
    assert edits(found["Fix all DF212 in this file"]) == [
        (line, "apt-get") for line in range(1, count + 1)
    ]


def test_the_edit_that_fixes_everything_comes_when_it_is_asked_for() -> None:
    made = Client()
    try:
        support = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
        made.start({"textDocument": {"codeAction": support}})
        made.open(URI, "FROM debian:13\nRUN apt install -y a\n")
        made.diagnostics(URI)
        (offered,) = [
            one for one in actions(made, 1).values() if one["kind"] == "source.fixAll.dockerlint"
        ]
        assert "edit" not in offered
        given = made.request("codeAction/resolve", offered)
        assert given["edit"]["changes"][URI][0]["newText"] == "RUN apt-get install -y a\n"
        # On save it is asked for by its kind, and comes at once.
        (now,) = actions(made, 1, only=["source.fixAll"]).values()
        assert now["edit"] == given["edit"]
        assert made.request("codeAction/resolve", now) == now
    finally:
        made.stop()
