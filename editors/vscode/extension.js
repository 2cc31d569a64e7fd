// Starts `dockerlint server`; vscode-languageclient does the rest.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

// Written by docs/generate.py from dockerlint's option table.
const SETTINGS = ["select", "extend-select", "ignore", "extend-ignore", "per-file-ignores", "severity", "profile", "preview", "trusted-registries", "label-schema", "strict-labels", "disable-ignore-pragmas", "exclude", "enable-extensions", "context", "build-arg", "target", "platform", "no-shellcheck", "today", "layers", "completion"];

let client;

function createClient() {
  const settings = vscode.workspace.getConfiguration("dockerlint");
  const server = { command: settings.get("path"), args: ["server"] };
  const options = {};
  for (const name of SETTINGS) {
    const value = settings.get(name);
    if (value !== null && value !== undefined) options[name] = value;
  }
  return new LanguageClient("dockerlint", "dockerlint", server, {
    documentSelector: [
      { language: "dockerfile" },
      { language: "dockercompose" },
      { pattern: "**/{compose,docker-compose}*.{yml,yaml}" },
      { pattern: "**/Dockerrun.aws.json" },
    ],
    initializationOptions: { settings: options },
    synchronize: {
      configurationSection: "dockerlint",
      fileEvents: vscode.workspace.createFileSystemWatcher(
        "**/{.dockerlint,setup.cfg,tox.ini,pyproject.toml,.hadolint.yaml,.hadolint.yml,.dockerignore,*.dockerignore}",
      ),
    },
  });
}

async function start() {
  client = createClient();
  try {
    await client.start();
  } catch (error) {
    const path = vscode.workspace.getConfiguration("dockerlint").get("path");
    vscode.window.showErrorMessage(
      `dockerlint: '${path} server' did not start (${error.message}). Run 'pip install dockerlint-rules', or set dockerlint.path.`,
    );
  }
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("dockerlint.restart", async () => {
      if (client) await client.stop();
      await start();
    }),
    vscode.commands.registerCommand("dockerlint.lintWorkspaceNow", () =>
      client.sendRequest("workspace/executeCommand", { command: "dockerlint.lintWorkspace", arguments: [] }),
    ),
    vscode.commands.registerCommand("dockerlint.information", async () => {
      const information = await client.sendRequest("workspace/executeCommand", { command: "dockerlint.debugInformation", arguments: [] });
      const document = await vscode.workspace.openTextDocument({ language: "json", content: JSON.stringify(information, null, 2) });
      await vscode.window.showTextDocument(document);
    }),
  );
  await start();
}

function deactivate() {
  return client ? client.stop() : undefined;
}

module.exports = { activate, deactivate };
