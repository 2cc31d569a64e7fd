"""Open documents: diagnostics while a user types, saves, closes and changes settings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from editor import URI, Client, codes, range_of

LATEST = "FROM debian:latest\n"


def edit(line: int, start: int, end: int, text: str) -> dict[str, Any]:
    return {"range": range_of(line, start, end), "text": text}


def test_open_change_save_close(client: Client) -> None:
    client.start()
    client.open(URI, LATEST)
    (first, *_) = [one for one in client.diagnostics(URI, 1) if one["code"] == "DF102"]
    assert first["range"] == {
        "start": {"line": 0, "character": 5},
        "end": {"line": 0, "character": 18},
    }
    assert (first["severity"], first["source"]) == (2, "dockerlint")
    assert first["codeDescription"]["href"].endswith("DF102.md")
    client.change(URI, 2, edit(0, 12, 18, "12"))
    assert "DF102" not in codes(client.diagnostics(URI, 2))
    client.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
    assert "DF102" not in codes(client.diagnostics(URI, 2))
    client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert client.diagnostics(URI) == []


def test_a_broken_file_is_linted_all_the_same(client: Client) -> None:
    client.start()
    client.open(URI, LATEST + "RUN \\\nCOPPY a\nMAINTAINER me\n")
    found = codes(client.diagnostics(URI))
    assert {"DF102", "DF801"} <= set(found)
    client.change(URI, 2, {"text": LATEST + "COPY\nHEALTHCHECK --x\nRUN <<E\n"})
    found = codes(client.diagnostics(URI, 2))
    assert "DF102" in found
    assert any(code.startswith("DF00") for code in found)


TREE = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}


def test_rapid_changes_end_in_the_last_text(client: Client) -> None:
    client.start(TREE)
    client.open(URI, LATEST)
    for version in range(2, 502):
        client.change(URI, version, edit(1, 0, 0, f"LABEL n{version}=1\n"))
    client.change(URI, 502, edit(0, 12, 18, "12"))
    last = client.diagnostics(URI, 502)
    assert "DF102" not in codes(last)
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
    assert len(symbols[0]["children"]) == 500


def test_stale_results_are_never_shown(client: Client) -> None:
    client.start()
    client.open(URI, LATEST)
    for version in range(2, 60):
        client.change(URI, version, edit(1, 0, 0, "# x\n"))
    client.diagnostics(URI, 59)
    versions = [
        one["params"]["version"]
        for one in client.seen
        if one["method"] == "textDocument/publishDiagnostics"
    ]
    assert versions == sorted(versions)


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 24), ("utf-16", 19), ("utf-32", 18)])
def test_places_beyond_the_first_plane(client: Client, encoding: str, character: int) -> None:
    client.start({"general": {"positionEncodings": [encoding]}})
    client.open(URI, "FROM debian:12\r\nRUN echo 'ä😀€' && apt install -y a\r\n")
    (found,) = [one for one in client.diagnostics(URI) if one["code"] == "DF212"]
    assert found["range"]["start"] == {"line": 1, "character": character}


def test_crlf_and_a_lone_carriage_return(client: Client) -> None:
    client.start()
    client.open(URI, "FROM debian:12\r\nMAINTAINER a\r\n")
    (found,) = [one for one in client.diagnostics(URI) if one["code"] == "DF801"]
    assert found["range"]["start"]["line"] == 1
    client.change(URI, 2, edit(0, 14, 14, " AS x"))
    (found,) = [one for one in client.diagnostics(URI, 2) if one["code"] == "DF801"]
    assert found["range"]["start"]["line"] == 1


def test_a_long_file(client: Client) -> None:
    client.start()
    client.open(URI, LATEST + "ENV A=b\n" * 20_000)
    assert "DF102" in codes(client.diagnostics(URI))
    client.change(URI, 2, edit(10_000, 0, 0, "MAINTAINER me\n"))
    assert "DF801" in codes(client.diagnostics(URI, 2))


@pytest.mark.parametrize(
    ("uri", "language", "is_linted"),
    [
        ("untitled:Untitled-1", "dockerfile", True),
        ("file:///w/what", "dockerfile", True),
        ("file:///w/dev.Dockerfile", "plaintext", True),
        ("file:///w/a%20b/Dockerfile", "", True),
        ("file:///w/readme.md", "markdown", False),
        ("file:///w/values.yaml", "yaml", False),
        ("vscode-notebook-cell:/w/x", "python", False),
    ],
)
def test_what_is_linted(client: Client, uri: str, language: str, is_linted: bool) -> None:
    client.start()
    client.open(uri, LATEST, language)
    assert ("DF102" in codes(client.diagnostics(uri))) is is_linted


def test_compose_files(client: Client) -> None:
    client.start()
    uri = "file:///w/compose.yaml"
    client.open(uri, "services:\n  db:\n    image: postgres:17\n", "dockercompose")
    assert codes(client.diagnostics(uri)) == ["DF430"]
    client.change(uri, 2, {"text": "services: [\n"})
    (broken,) = client.diagnostics(uri, 2)
    assert "line 2, column 1" in broken["message"]


def test_once_they_are_pulled_none_are_pushed(client: Client) -> None:
    client.start({"textDocument": {"diagnostic": {}}})
    client.open(URI, LATEST)
    assert "DF102" in codes(client.diagnostics(URI))
    params = {"textDocument": {"uri": URI}}
    first = client.request("textDocument/diagnostic", params)
    assert first["kind"] == "full"
    assert "DF102" in codes(first["items"])
    # What was pushed is taken back, so that nothing is shown twice.
    assert client.seen[-1]["params"]["diagnostics"] == []
    client.seen.clear()
    again = client.request(
        "textDocument/diagnostic", {**params, "previousResultId": first["resultId"]}
    )
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    client.change(URI, 2, edit(0, 12, 18, "12"))
    later = client.request(
        "textDocument/diagnostic", {**params, "previousResultId": first["resultId"]}
    )
    assert "DF102" not in codes(later["items"])
    assert not [one for one in client.seen if one["method"] == "textDocument/publishDiagnostics"]


def test_shellcheck_finishes_later_and_never_replaces_a_newer_text(client: Client) -> None:
    client.start(initializationOptions={"settings": {"select": ["SC2086", "DF102"]}})
    client.open(URI, LATEST + "RUN echo $A\n")
    assert codes(client.diagnostics(URI, 1)) == ["DF102"]
    assert codes(client.diagnostics(URI, 1)) == ["DF102", "SC2086"]
    client.change(URI, 2, edit(1, 9, 9, "'x' "))
    client.change(URI, 3, edit(1, 9, 13, ""))
    assert codes(client.diagnostics(URI, 3)) == ["DF102"]
    assert codes(client.diagnostics(URI, 3)) == ["DF102", "SC2086"]


def test_what_shellcheck_said_stays_where_nothing_has_changed(client: Client) -> None:
    client.start(initializationOptions={"settings": {"select": ["SC2086"]}})
    client.open(URI, "FROM a:1\nRUN echo $A\nRUN echo $B\n")
    assert client.diagnostics(URI, 1) == []
    _, second = client.diagnostics(URI, 1)
    client.change(URI, 2, edit(1, 4, 4, "true; "), edit(2, 0, 0, "# a comment\nUSER x\n"))
    (kept,) = client.diagnostics(URI, 2)
    assert kept == {**second, "range": edit(4, 9, 11, "")["range"]}
    again = client.diagnostics(URI, 2)
    assert [one["range"]["start"] for one in again] == [
        {"line": 1, "character": 15},
        {"line": 4, "character": 9},
    ]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / ".dockerlint").write_text("[dockerlint]\nselect = DF102\n")
    (tmp_path / "b" / "Dockerfile").write_text(LATEST + "MAINTAINER me\n")
    return tmp_path


def test_several_roots_with_their_own_configuration(client: Client, tree: Path) -> None:
    folders = [{"uri": (tree / name).as_uri(), "name": name} for name in "ab"]
    client.start(workspaceFolders=folders)
    found = {}
    for name in "ab":
        uri = (tree / name / "Dockerfile").as_uri()
        client.open(uri, LATEST + "MAINTAINER me\n")
        found[name] = codes(client.diagnostics(uri))
    assert found["a"] == ["DF102"]
    assert {"DF102", "DF801"} <= set(found["b"])


def test_a_configuration_that_changes(client: Client, tree: Path) -> None:
    client.start()
    uri = (tree / "a" / "Dockerfile").as_uri()
    client.open(uri, LATEST)
    assert codes(client.diagnostics(uri)) == ["DF102"]
    config = tree / "a" / ".dockerlint"
    config.write_text("[dockerlint]\nselect = DF801\n")
    event = {"changes": [{"uri": config.as_uri(), "type": 2}]}
    client.notify("workspace/didChangeWatchedFiles", event)
    assert codes(client.diagnostics(uri)) == []
    config.write_text("[dockerlint]\nselekt = DF801\n")
    client.notify("workspace/didChangeWatchedFiles", event)
    (wrong,) = client.diagnostics(uri)
    assert "selekt" in wrong["message"]
    assert "did you mean 'select'" in wrong["message"]


def test_files_are_watched_without_the_client(client: Client, tree: Path) -> None:
    client.start()
    uri = (tree / "a" / "Dockerfile").as_uri()
    client.open(uri, LATEST + "MAINTAINER me\n")
    assert codes(client.diagnostics(uri)) == ["DF102"]
    for code in ("DF801", "DF102"):
        (tree / "a" / ".dockerlint").write_text(f"[dockerlint]\nselect = {code}\n# {code}\n")
        assert codes(client.diagnostics(uri)) == [code]


def test_compose_files_are_watched(client: Client, tree: Path) -> None:
    client.start(initializationOptions={"settings": {"select": ["DF401"]}})
    uri = (tree / "a" / "Dockerfile").as_uri()
    (tree / "a" / "Dockerfile").write_text("")  # only the open text counts
    client.open(uri, "FROM debian:13\nRUN apt-get install -y redis-server\nCMD redis-server\n")
    assert codes(client.diagnostics(uri)) == ["DF401"]
    compose = "services:\n  db:\n    build: a\n    volumes:\n      - data:/var/lib/redis\nvolumes:\n  data:\n"
    (tree / "compose.yaml").write_text(compose)
    assert codes(client.diagnostics(uri)) == []


def test_settings_are_asked_for_by_folder(client: Client, tree: Path) -> None:
    client.answers["workspace/configuration"] = [{"select": ["DF801"]}, {"ignore": ["DF102"]}]
    folders = [{"uri": (tree / name).as_uri(), "name": name} for name in "ba"]
    client.start({"workspace": {"configuration": True}}, workspaceFolders=folders)
    # The question comes after "initialized".
    while not client.asked:
        client.next()
    uri = (tree / "b" / "Dockerfile").as_uri()
    client.open(uri, LATEST + "MAINTAINER me\n")
    assert codes(client.diagnostics(uri)) == ["DF801"]
    client.answers["workspace/configuration"] = [{"select": ["DF102"]}, {}]
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    while codes(client.diagnostics(uri)) != ["DF102"]:
        pass


def test_excluded_files_have_none(client: Client, tree: Path) -> None:
    (tree / "a" / ".dockerlint").write_text("[dockerlint]\nselect = DF102\nexclude = old\n")
    client.start()
    uri = (tree / "a" / "old" / "Dockerfile").as_uri()
    client.open(uri, LATEST)
    assert client.diagnostics(uri) == []


def test_the_ignore_file_is_read_again_after_a_save(client: Client, tree: Path) -> None:
    (tree / "b" / ".git").mkdir()
    client.start(initializationOptions={"settings": {"select": ["DF342"]}})
    uri = (tree / "b" / "Dockerfile").as_uri()
    client.open(uri, "FROM x\nCOPY . /\n")
    assert codes(client.diagnostics(uri)) == ["DF342"]
    (tree / "b" / ".dockerignore").write_text(".git\n")
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    assert codes(client.diagnostics(uri)) == []


def test_a_whole_workspace_with_progress(client: Client, tree: Path) -> None:
    client.start({"window": {"workDoneProgress": True}}, rootUri=tree.as_uri())
    client.request("workspace/executeCommand", {"command": "dockerlint.lintWorkspace"})
    found = codes(client.diagnostics((tree / "b" / "Dockerfile").as_uri()))
    assert "DF801" in found
    while not any(
        one["method"] == "$/progress" and one["params"]["value"]["kind"] == "end"
        for one in client.seen
    ):
        client.next()
    kinds = [one["params"]["value"]["kind"] for one in client.seen if one["method"] == "$/progress"]
    assert kinds == ["begin", "report", "end"]
    assert "window/workDoneProgress/create" in [one["method"] for one in client.asked]


def test_findings_of_unopened_files_go_when_the_file_is_pulled_or_deleted(
    client: Client, tree: Path
) -> None:
    client.start({"textDocument": {"diagnostic": {}}}, rootUri=tree.as_uri())
    uris = [(tree / name / "Dockerfile").as_uri() for name in ("b", "c")]
    (tree / "c").mkdir()
    (tree / "c" / "Dockerfile").write_text("FROM debian:latest\n")
    client.request("workspace/executeCommand", {"command": "dockerlint.lintWorkspace"})
    for uri in uris:
        assert client.diagnostics(uri) != []
    client.open(URI, LATEST)
    client.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    client.open(uris[0], LATEST)
    assert client.diagnostics(uris[0]) == []
    (tree / "c" / "Dockerfile").unlink()
    client.request("workspace/executeCommand", {"command": "dockerlint.lintWorkspace"})
    assert client.diagnostics(uris[1]) == []


def test_navigation_works_without_rules(client: Client, tree: Path) -> None:
    text = "FROM a:1 AS q\nFROM q\nRUN ls\n"
    client.start()
    client.open(URI, text)
    client.diagnostics(URI)
    settings = {"dockerlint": {"ignore": ["NOPE"]}}
    client.notify("workspace/didChangeConfiguration", {"settings": settings})
    (problem,) = client.diagnostics(URI)
    assert "NOPE" in problem["message"]
    client.change(URI, 2, {"text": "# a new first line\n" + text})
    place = client.about("definition", URI, 2, 5)[0]["range"]["start"]
    assert place == {"line": 1, "character": 12}
    renamed = client.about("rename", URI, 2, 5, newName="zz")["changes"][URI]
    assert [one["range"]["start"]["line"] for one in renamed] == [1, 2]
    # The same in a file that the configuration leaves out.
    (tree / "a" / ".dockerlint").write_text("[dockerlint]\nexclude = old\n")
    client.notify("workspace/didChangeConfiguration", {"settings": {"dockerlint": {}}})
    uri = (tree / "a" / "old" / "Dockerfile").as_uri()
    client.open(uri, text)
    assert client.about("definition", uri, 1, 5)[0]["range"]["start"]["line"] == 0


def test_settings_that_are_removed(client: Client) -> None:
    client.answers["workspace/configuration"] = [{"ignore": ["DF102"]}]
    client.start({"workspace": {"configuration": True}})
    while not client.asked:
        client.next()
    client.open(URI, LATEST)
    assert "DF102" not in codes(client.diagnostics(URI))
    for answer in ({}, None):
        client.answers["workspace/configuration"] = [answer]
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        while "DF102" not in codes(client.diagnostics(URI)):
            pass


SHELL = "FROM a:1\nRUN echo $A\n"


def test_shellcheck_findings_are_dropped_once_it_is_off(client: Client) -> None:
    client.start(initializationOptions={"settings": {"select": ["SC2086"]}})
    client.open(URI, SHELL)
    assert client.diagnostics(URI) == []
    assert codes(client.diagnostics(URI)) == ["SC2086"]
    client.change(URI, 2, edit(1, 0, 0, "# a\n"))
    client.diagnostics(URI, 2)
    off = {"dockerlint": {"select": ["SC2086"], "no-shellcheck": True}}
    client.notify("workspace/didChangeConfiguration", {"settings": off})
    assert client.diagnostics(URI, 2) == []
    time.sleep(1.0)  # an earlier check has ended by now
    client.change(URI, 3, edit(1, 0, 0, "# b\n"))
    assert client.diagnostics(URI, 3) == []


def test_shellcheck_findings_of_a_closed_file_are_dropped(client: Client) -> None:
    client.start(initializationOptions={"settings": {"select": ["SC2086"]}})
    client.open(URI, SHELL)
    client.diagnostics(URI)
    time.sleep(0.3)  # ShellCheck is running now
    client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    client.open(URI, "FROM a:1\n")
    client.seen.clear()
    time.sleep(1.0)
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
    assert all(one["params"].get("diagnostics") == [] for one in client.seen)


def test_shellcheck_does_not_check_an_excluded_file(client: Client) -> None:
    client.start(initializationOptions={"settings": {"exclude": ["Dockerfile"], "select": ["ALL"]}})
    client.open(URI, SHELL)
    assert client.diagnostics(URI) == []
    time.sleep(1.0)
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
    assert all(one["params"].get("diagnostics") == [] for one in client.seen)


def test_pushed_diagnostics_go_when_the_client_pulls_during_a_change(client: Client) -> None:
    client.start({"textDocument": {"diagnostic": {}}})
    client.open(URI, LATEST)
    assert client.diagnostics(URI) != []
    params = {"textDocument": {"uri": "file:///w/not-open"}}
    assert client.answer(client.post("textDocument/diagnostic", params))["error"]["code"] == -32602
    client.change(URI, 2, edit(0, 12, 18, "13"))
    assert client.diagnostics(URI, 2) != []  # a pull that fails is none
    client.change(URI, 3, edit(0, 12, 14, "12"))
    client.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})
    last = [one for one in client.seen if one["method"] == "textDocument/publishDiagnostics"][-1]
    assert last["params"]["diagnostics"] == []


def test_a_repeated_version_is_linted_again(client: Client) -> None:
    client.start()
    client.open(URI, LATEST, version=0)
    assert "DF102" in codes(client.diagnostics(URI, 0))
    client.change(URI, 0, edit(0, 12, 18, "12"))
    assert "DF102" not in codes(client.diagnostics(URI, 0))


def test_a_workspace_folder_with_and_without_a_slash(client: Client, tree: Path) -> None:
    (tree / ".dockerlint").unlink(missing_ok=True)
    folder = {"uri": f"{tree.as_uri()}/", "name": "w"}
    client.start(workspaceFolders=[folder])
    for event in (
        {"added": [{"uri": tree.as_uri(), "name": "w"}], "removed": []},
        {"added": [], "removed": [{"uri": tree.as_uri(), "name": "w"}]},
    ):
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        information = client.request(
            "workspace/executeCommand", {"command": "dockerlint.debugInformation"}
        )
        assert information["folders"] == ([str(tree)] if event["added"] else [])


def test_the_workspace_with_the_clients_own_token(client: Client, tree: Path) -> None:
    client.start(workspaceFolders=[{"uri": tree.as_uri(), "name": "w"}])
    command = {"command": "dockerlint.lintWorkspace", "workDoneToken": "mine"}
    assert client.answer(client.post("workspace/executeCommand", command))["result"] is None
    said = [one["params"] for one in client.seen if one["method"] == "$/progress"]
    assert {one["token"] for one in said} == {"mine"}
    assert [said[0]["value"]["kind"], said[-1]["value"]["kind"]] == ["begin", "end"]


def test_linting_the_workspace_ends_when_the_request_is_cancelled(
    client: Client, tree: Path
) -> None:
    for number in range(300):
        (tree / f"d{number}").mkdir()
        (tree / f"d{number}" / "Dockerfile").write_text("FROM debian:latest\n" * 20)
    client.start(workspaceFolders=[{"uri": tree.as_uri(), "name": "w"}])
    command = {"command": "dockerlint.lintWorkspace", "workDoneToken": 7}
    number = client.post("workspace/executeCommand", command)
    while not any(one["method"] == "$/progress" for one in client.seen):
        client.next()
    client.notify("$/cancelRequest", {"id": number})
    assert client.answer(number)["error"]["code"] == -32800
    kinds = [one["params"]["value"]["kind"] for one in client.seen if one["method"] == "$/progress"]
    assert kinds[-1] == "end"
    assert kinds.count("report") < 300


def test_linting_the_workspace_skips_open_files_however_their_uri_is_written(
    client: Client, tree: Path
) -> None:
    (tree / "a@b").mkdir()
    (tree / "a@b" / "Dockerfile").write_text(LATEST)
    client.start(rootUri=tree.as_uri())
    client.open(f"{tree.as_uri()}/a@b/Dockerfile", "FROM debian:12\nUSER x\n")
    client.request(
        "workspace/executeCommand", {"command": "dockerlint.lintWorkspace", "workDoneToken": 1}
    )
    shown = [one["params"] for one in client.seen if one["method"].endswith("publishDiagnostics")]
    mine = [one for one in shown if unquote(one["uri"]).endswith("/a@b/Dockerfile")]
    assert mine
    assert not any("DF102" in codes(one["diagnostics"]) for one in mine)


def test_lone_carriage_returns_count_as_lines_when_folding(client: Client) -> None:
    client.start()
    client.open(URI, "# x\ry\nFROM a AS s\nRUN echo \\\n  b\n")
    folds = client.request("textDocument/foldingRange", {"textDocument": {"uri": URI}})
    assert {(one["startLine"], one["endLine"]) for one in folds} == {(2, 4), (3, 4)}


def test_an_unknown_setting_is_logged(client: Client) -> None:
    client.start(initializationOptions={"settings": {"selekt": ["DF1"], "layers": False}})
    client.open(URI, LATEST)
    client.diagnostics(URI)
    assert any("unknown setting 'selekt'" in one for one in client.logged())


def test_each_file_has_its_own_build_context(client: Client, tree: Path) -> None:
    text = "FROM debian:13\nCOPY package.json /x\nCOPY src /y\nRUN npm ci\n"
    uris = []
    for name in ("one", "two"):
        (tree / name).mkdir()
        (tree / name / "Dockerfile").write_text(text)
        uris.append((tree / name / "Dockerfile").as_uri())
    (tree / "two" / ".dockerignore").write_text("src\n")
    client.start()

    def labels(uri: str) -> list[str]:
        whole = edit(0, 0, 0, "")["range"] | {"end": {"line": 9, "character": 0}}
        params = {"textDocument": {"uri": uri}, "range": whole}
        return [one["label"] for one in client.request("textDocument/inlayHint", params)]

    client.open(uris[0], text)
    alone = labels(uris[0])
    assert alone[1] == "new layer, rebuilt on every source edit"
    client.open(uris[1], text)
    assert labels(uris[1]) != alone
    assert labels(uris[0]) == alone


def test_a_request_that_waits_is_answered_at_shutdown(client: Client, tree: Path) -> None:
    for number in range(200):
        (tree / f"d{number}").mkdir()
        (tree / f"d{number}" / "Dockerfile").write_text("FROM debian:latest\n")
    client.start(workspaceFolders=[{"uri": tree.as_uri(), "name": "w"}])
    command = {"command": "dockerlint.lintWorkspace", "workDoneToken": "a"}
    first = client.post("workspace/executeCommand", command)
    second = client.post("workspace/executeCommand", {**command, "workDoneToken": "b"})
    while not any(one["method"] == "$/progress" for one in client.seen):
        client.next()
    # The one that has not begun is stopped as well as the one that has.
    client.notify("window/workDoneProgress/cancel", {"token": "b"})
    client.notify("window/workDoneProgress/cancel", {"token": "a"})
    for number in (first, second):
        assert client.answer(number)["result"] is None
    assert sum(one["method"].endswith("publishDiagnostics") for one in client.seen) < 300
    third = client.post("workspace/executeCommand", {**command, "workDoneToken": "c"})
    while not any(one["params"].get("token") == "c" for one in client.seen):
        client.next()
    last = client.post("shutdown")
    assert client.answer(third)["error"]["code"] == -32800
    assert client.answer(last)["result"] is None
