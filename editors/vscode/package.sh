#!/bin/sh
# Builds dockerlint-VERSION.vsix in this folder. Downloads vscode-languageclient and the packaging tools, which are not in the repository.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json extension.js README.md "$work"
cp ../../LICENSE "$work"
(
  cd "$work"
  npm install --no-audit --no-fund --silent
  # Bundled into one file, so that the package needs no node_modules.
  npx esbuild extension.js --bundle --minify --legal-comments=eof --platform=node --external:vscode --outfile=out.js --log-level=warning
  mv out.js extension.js
  npx vsce package --no-dependencies --allow-missing-repository
)
rm -f ./*.vsix
mv "$work"/*.vsix .
ls ./*.vsix
