#!/bin/sh
# Makes dockerlint-VERSION.vsix here. Fetches vscode-languageclient and the packing tools; none of them is kept in the repository.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json extension.js README.md "$work"
cp ../../LICENSE "$work"
(
  cd "$work"
  npm install --no-audit --no-fund --silent
  # One file, so that the package holds no folder of modules.
  npx esbuild extension.js --bundle --minify --legal-comments=eof --platform=node --external:vscode --outfile=out.js --log-level=warning
  mv out.js extension.js
  npx vsce package --no-dependencies --allow-missing-repository
)
rm -f ./*.vsix
mv "$work"/*.vsix .
ls ./*.vsix
