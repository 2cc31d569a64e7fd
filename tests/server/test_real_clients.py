"""Clients that are not ours: pytest-lsp with what editors really say they can, and Neovim itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

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
    import os

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
    said = json.loads((tmp_path / "out.json").read_text())
    assert any("debian:latest" in one["message"] and one["line"] == 0 for one in said["found"])
    assert said["lines"] == ["FROM debian:latest", "RUN apt-get install -y a"]
