"""Clients that are not ours: pytest-lsp with what editors really say they can, and Neovim and Emacs themselves."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

# perf: setup.cfg switches it off for all other tests, as it takes 0.4 s to import.
pytest_plugins = ["pytest_lsp"]
ROOT = Path(__file__).parent.parent.parent
URI = "file:///w/Dockerfile"


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[sys.executable, "-m", "dockerlint_rules", "server"]),
    params=["neovim", "visual_studio_code", "emacs"],
)
async def editor(request: pytest.FixtureRequest, lsp_client: LanguageClient):  # type: ignore[no-untyped-def]
    capabilities = client_capabilities(request.param)
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            root_uri="file:///w",
            initialization_options={"settings": {"no-shellcheck": True}},
        )
    )
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, text: str) -> None:
    document = types.TextDocumentItem(uri=URI, language_id="dockerfile", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=document))


@pytest.mark.asyncio
async def test_diagnostics_and_fixes(editor: LanguageClient) -> None:
    opened(editor, "FROM debian:latest\nRUN echo '😀' && apt install -y a\n")
    await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    found = {one.code: one for one in editor.diagnostics[URI]}
    assert {"DF102", "DF212"} <= set(found)
    place = found["DF212"].range
    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=URI),
            range=place,
            context=types.CodeActionContext(
                diagnostics=[found["DF212"]], only=[types.CodeActionKind.SourceFixAll]
            ),
        )
    )
    assert actions
    (action,) = actions
    assert isinstance(action, types.CodeAction)
    assert action.edit is not None
    changes = action.edit.document_changes or []
    edits = (
        [edit for change in changes for edit in change.edits]
        if changes
        else (action.edit.changes or {})[URI]
    )  # type: ignore[union-attr]
    assert "apt-get install" in edits[0].new_text  # type: ignore[union-attr]


@pytest.mark.asyncio
async def test_hover_and_symbols(editor: LanguageClient) -> None:
    opened(editor, "FROM debian:12 AS base\nRUN true\n")
    document = types.TextDocumentIdentifier(uri=URI)
    hover = await editor.text_document_hover_async(
        types.HoverParams(text_document=document, position=types.Position(line=1, character=1))
    )
    assert hover is not None
    assert "Runs a command" in hover.contents.value  # type: ignore[union-attr]
    symbols = await editor.text_document_document_symbol_async(
        types.DocumentSymbolParams(text_document=document)
    )
    assert symbols
    assert symbols[0].name == "base (FROM debian:12)"


SCRIPT = """
local out = {}
local id = vim.lsp.start_client({ name = 'dockerlint', cmd = vim.json.decode(vim.env.COMMAND), root_dir = vim.env.ROOT,
  init_options = { settings = { ['no-shellcheck'] = true } } })
vim.cmd('edit ' .. vim.env.ROOT .. '/Dockerfile')
vim.bo.filetype = 'dockerfile'
vim.lsp.buf_attach_client(0, id)
vim.wait(15000, function() return #vim.diagnostic.get(0) > 0 end, 20)
for _, one in ipairs(vim.diagnostic.get(0)) do
  table.insert(out, { line = one.lnum, column = one.col, message = one.message })
end
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = {}, only = { 'source.fixAll.dockerlint' } }
for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 15000)) do
  for _, action in ipairs(answer.result or {}) do
    vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding)
  end
end
local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.fn.writefile({ vim.json.encode({ found = out, lines = lines }) }, vim.env.ROOT .. '/out.json')
vim.lsp.stop_client(id)
vim.cmd('qall!')
"""


@pytest.mark.tool
@pytest.mark.skipif(not shutil.which("nvim"), reason="Neovim is not installed")
def test_neovim(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:latest\nRUN apt install -y a\n")
    (tmp_path / "test.lua").write_text(SCRIPT)
    command = [sys.executable, "-m", "dockerlint_rules", "server"]
    environment = {
        **os.environ,
        "COMMAND": json.dumps(command),
        "ROOT": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-n", "-c", f"luafile {tmp_path / 'test.lua'}"],
        env=environment, cwd=tmp_path, timeout=60, check=True, capture_output=True,
    )  # fmt: skip
    seen = json.loads((tmp_path / "out.json").read_text())
    assert any("debian:latest" in one["message"] and one["line"] == 0 for one in seen["found"])
    assert seen["lines"] == ["FROM debian:latest", "RUN apt-get install -y a"]


EMACS = """
(require 'package)
(package-initialize)
(require 'flymake)
(require 'eglot)
(require 'dockerfile-mode)
(load (expand-file-name "setup.el"))
(setq eglot-sync-connect 30)
(find-file "Dockerfile")
(setq-local project-find-functions (list (lambda (_) (cons 'transient default-directory))))
(apply #'eglot (eglot--guess-contact))
(let ((left 300))
  (while (and (> left 0) (null (flymake-diagnostics)))
    (flymake-start)
    (accept-process-output nil 0.1)
    (setq left (1- left))))
(dolist (one (flymake-diagnostics))
  (princ (format "%d %d %s\n" (flymake-diagnostic-beg one) (flymake-diagnostic-end one) (flymake-diagnostic-text one))))
(let ((actions
       (jsonrpc-request
        (eglot-current-server) :textDocument/codeAction
        (list :textDocument (eglot--TextDocumentIdentifier)
              :range (list :start (eglot--pos-to-lsp-position (point-min)) :end (eglot--pos-to-lsp-position (point-max)))
              :context (list :diagnostics [] :only ["source.fixAll.dockerlint"])))))
  (mapc (lambda (one) (eglot--apply-workspace-edit (plist-get one :edit))) actions))
(princ (buffer-string))
(eglot-shutdown (eglot-current-server))
"""


def has_eglot() -> bool:
    if not shutil.which("emacs"):
        return False
    wanted = "(progn (package-initialize) (require 'eglot) (require 'dockerfile-mode))"
    return (
        subprocess.run(
            ["emacs", "--batch", "--eval", wanted], capture_output=True, check=False
        ).returncode
        == 0
    )


@pytest.mark.tool
@pytest.mark.skipif(not has_eglot(), reason="Emacs with eglot and dockerfile-mode is not installed")
def test_emacs_set_up_as_the_documentation_says(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```elisp\n(.*?)```", text, re.S)
    (tmp_path / "setup.el").write_text(block)
    (tmp_path / "test.el").write_text(EMACS)
    (tmp_path / "Dockerfile").write_text("FROM debian:latest\nRUN echo '😀' && apt install -y a\n")
    # The command as users have it: found on the path.
    (tmp_path / "dockerlint").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m dockerlint_rules "$@"\n'
    )
    (tmp_path / "dockerlint").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        ["emacs", "--batch", "-l", "test.el"],
        env=environment, cwd=tmp_path, timeout=120, check=True, capture_output=True, text=True,
    )  # fmt: skip
    # Emacs counts characters from 1: the word behind the emoji is where it should be.
    assert re.search(r"^36 39 dockerlint \[DF212\]", done.stdout, re.M), done.stdout + done.stderr
    assert re.search(r"^6 19 dockerlint \[DF102\]", done.stdout, re.M)
    assert done.stdout.endswith("FROM debian:latest\nRUN echo '😀' && apt-get install -y a\n")
