"""What a workspace's own settings may not do, in whatever way the editor passes them on.

A committed ``.vscode/settings.json`` is a stranger's data, as a configuration file is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from editor import Client, codes

from dockerlint_rules.config.editor import paths_inside, read_settings
from dockerlint_rules.config.options import EDITOR, TABLE
from dockerlint_rules.server.session import Session

SECRET = "hunter2"
# FROM shows a build argument's value in a message.
TEXT = "ARG TOKEN\nARG BASE\nFROM debian${TOKEN}${BASE}\nMAINTAINER me\nCOPY secret.txt /\n"
HOSTILE: dict[str, Any] = {
    "local-plugins": True, "local_plugins": True, "Local-Plugins": True, "localPlugins": True, "fix": True,
    "unsafe-fixes": True, "diff": True, "output-file": "written.txt", "output_file": "written.txt",
    "baseline": "../outside/known.json", "config": "../outside/evil.cfg", "jobs": 300, "format": "json",
    "isolated": False, "verbose": True, "require-plugins": ["x"], "plugin-errors": "warn", "exit-zero": True,
    "force-exclude": True, "stdin-filename": "x", "no-color": True, "plugin_values": [{"a": 1}, {}], "paths": ["/"],
    "root": "/", "lenient": True, "context": "../outside", "build-arg": ["TOKEN", "BASE=:13"], "build_arg": ["TOKEN"],
}  # fmt: skip


def send_at_start(client: Client, folder: Path) -> None:
    client.start(rootUri=folder.as_uri(), initializationOptions={"settings": HOSTILE})


def send_globally(client: Client, folder: Path) -> None:
    client.start(
        rootUri=folder.as_uri(), initializationOptions={"globalSettings": HOSTILE, "settings": {}}
    )


def send_flat(client: Client, folder: Path) -> None:
    client.start(rootUri=folder.as_uri(), initializationOptions=HOSTILE)


def send_as_change(client: Client, folder: Path) -> None:
    client.start(rootUri=folder.as_uri())
    client.notify("workspace/didChangeConfiguration", {"settings": {"dockerlint": HOSTILE}})


def send_as_answer(client: Client, folder: Path) -> None:
    client.answers["workspace/configuration"] = [HOSTILE]
    client.start({"workspace": {"configuration": True}}, rootUri=folder.as_uri())
    while not client.asked:
        client.next()


@pytest.mark.parametrize(
    "send", [send_at_start, send_globally, send_flat, send_as_change, send_as_answer]
)
def test_settings_of_a_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, send: Any
) -> None:
    monkeypatch.setenv("TOKEN", SECRET)
    folder, outside = tmp_path / "work", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    (outside / "evil.cfg").write_text("[dockerlint]\nignore = ALL\n")
    (folder / "evil.py").write_text(
        'open("ran", "w").close()\ndef check(from_): yield 1, 0, "EVI001 x"\n'
    )
    (folder / ".dockerlint").write_text(
        "[dockerlint:local-plugins]\nextension = EVI = evil:check\npaths = .\n"
    )
    (folder / "Dockerfile").write_text(TEXT)
    before = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    client = Client()
    try:
        send(client, folder)
        uri = (folder / "Dockerfile").as_uri()
        client.open(uri, TEXT)
        found = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
        client.request(
            "workspace/executeCommand", {"command": "dockerlint.lintWorkspace", "arguments": []}
        )
    finally:
        client.stop()
    assert "DF801" in codes(found)
    assert not any(code.startswith("EVI") for code in codes(found))
    assert SECRET not in f"{found}{client.seen}"
    assert {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()} == before
    log = client.logged()
    for key in ("local-plugins", "output-file", "fix", "jobs", "baseline"):
        assert any(f"'{key}' is ignored" in line for line in log), key
    assert any(
        "'context' is ignored: '../outside' is outside the workspace folder" in line for line in log
    )
    assert any("build-arg TOKEN is ignored" in line for line in log)


@pytest.mark.parametrize("value", ["..", "/", "/etc", "a/../..", "out", "out/deeper", "a\0b"])
def test_a_build_context_outside_of_the_workspace(tmp_path: Path, value: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    warnings: list[str] = []
    kept = paths_inside({"context": value, "select": ["DF1"]}, str(folder), warnings.append)
    assert kept == {"select": ["DF1"]}
    assert len(warnings) == 1


def test_a_build_context_in_the_workspace(tmp_path: Path) -> None:
    session = Session()
    session.folders = [str(tmp_path / "one"), str(tmp_path / "two")]
    session.options = {"context": "app"}
    for folder in session.folders:
        options = session.cache_for(f"{folder}/Dockerfile").options_for(f"{folder}/Dockerfile")
        assert options.context == f"{folder}/app"
    # A file that lies in no folder of the workspace has no context but its own directory.
    elsewhere = str(tmp_path / "Dockerfile")
    assert session.cache_for(elsewhere).options_for(elsewhere).context is None


def test_many_unknown_settings_are_a_few_lines() -> None:
    from counted import calls

    def work(count: int) -> int:
        return calls(read_settings, {f"selekt{at}": 1 for at in range(count)})

    assert work(4000) <= 4.5 * work(1000)
    _, _, ignored = read_settings({f"selekt{at}": 1 for at in range(1000)})
    assert len(ignored) == 11
    assert ignored[-1] == "990 more unknown settings"


def test_every_path_that_an_editor_may_set_is_checked() -> None:
    paths = [one for one in TABLE if one.kind in ("file", "folder") and one.may_be_set_by(EDITOR)]
    assert [one.name for one in paths] == ["context"]
    assert all(one.below for one in paths)


def test_a_program_is_not_chosen_by_the_workspace() -> None:
    from dockerlint_rules.config.schema import editor_properties

    assert editor_properties()["dockerlint.path"]["scope"] == "machine"
