"""Rules about layers and the build cache, beyond the examples on their pages."""

from __future__ import annotations

import pytest

from dockerlint_rules.engine.lint import FileResult, Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import Rule
from dockerlint_rules.rules.layers import add, dependency_order
from dockerlint_rules.syntax.source import Source

ORDER: Rule = dependency_order.source_before_dependencies.rule  # type: ignore[attr-defined]
ADD: Rule = add.add_instead_of_copy.rule  # type: ignore[attr-defined]


def run(rule: Rule, text: str) -> FileResult:
    result = lint_source(Source(text), Settings(Plan([rule]), Build(today="2026-11-24")))
    assert not result.failures, result.failures[0].error
    return result


@pytest.mark.parametrize(
    "install",
    [
        "pip install -r requirements.txt",
        "python3 -m pip install --no-cache-dir --requirement requirements.txt",
        "npm ci",
        "npm install --omit=dev",
        "yarn",
        "yarn install --frozen-lockfile",
        "pnpm install",
        "bundle install",
        "composer install --no-dev",
        "go mod download",
        "poetry install --no-root",
        "uv sync --no-install-project",
        "mvn -B dependency:go-offline",
        "mix deps.get",
        "cargo fetch --locked",
        "pdm install --no-self",
        "pipenv install --deploy --system",
        "conda env create -f environment.yml",
        "micromamba install -y -n base -f environment.yml",
        "bun install --frozen-lockfile",
        "deno install",
        "dotnet restore",
        "nuget restore App.sln",
        "swift package resolve",
        "dart pub get",
        "sbt update",
        "stack build --only-dependencies",
        "cabal build --only-dependencies all",
        "lein deps",
        "clojure -P",
        "./gradlew dependencies",
        "rebar3 get-deps",
        "gleam deps download",
        "opam install . --deps-only",
        "carton install --deployment",
        "cpanm --installdeps .",
        "pip-sync requirements.txt",
        "uv pip install -r requirements.txt",
        "composer install --no-scripts --no-autoloader",
        "bower install --allow-root",
        "pixi install --locked",
        "yarn install --immutable",
        "cargo chef cook --release",
        "shards install",
        "npm ci && npm run build",
    ],
)
def test_df301_source_before_the_install_is_found(install: str) -> None:
    text = f"FROM x\nWORKDIR /app\nCOPY . .\nRUN {install}\n"
    (finding,) = run(ORDER, text).findings
    assert (finding.line, finding.column, finding.end_column) == (3, 6, 7)
    assert "line 4" in finding.message


@pytest.mark.parametrize(
    "install",
    [
        "pip install .",
        "pip install -r requirements.txt .",
        "pip install -e .[dev]",
        "poetry install",
        "uv sync",
        "cargo chef prepare --recipe-path recipe.json",
        "turbo prune app --docker",
        "pnpm --filter app install",
        "bundle install --local",
        "dart pub get --offline",
        "dotnet publish -c Release",
        "mvn package",
        "./gradlew bootJar",
        "sbt assembly",
        "stack build",
        "cabal build",
        "swift build",
        "mix release",
        "go build ./...",
        "go mod vendor",
        "cargo build --release",
        "composer dump-autoload",
        "cpanm .",
        "opam install .",
        "lein uberjar",
        "conda install numpy",
        "deno cache main.ts",
        "npm ci --workspaces",
        "npm install -g typescript@5",
        "npm run build",
        "pnpm install --offline",
        "npm ci --workspace=api",
        "cargo chef prepare",
        "turbo prune web --docker",
        "make install",
        "apt-get install -y curl",
    ],
)
def test_df301_installs_that_need_the_source_are_left_alone(install: str) -> None:
    assert not run(ORDER, f"FROM x\nCOPY . .\nRUN {install}\n").findings


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("COPY ./ /app\nRUN npm ci", [2], id="slash"),
        pytest.param("ADD * /app/\nRUN npm ci", [2], id="star"),
        pytest.param("COPY --chown=1:1 . .\nRUN npm ci", [2], id="flag"),
        pytest.param('COPY [".", "/app"]\nRUN npm ci', [2], id="json"),
        pytest.param("COPY --from=x . .\nRUN npm ci", [], id="from-a-stage"),
        pytest.param("COPY package.json .\nRUN npm ci\nCOPY . .", [], id="right-order"),
        pytest.param(
            "COPY package.json .\nCOPY . .\nRUN npm ci", [3], id="manifest-alone-does-not-help"
        ),
        pytest.param(
            "COPY r.txt .\nRUN pip install -r r.txt\nCOPY . .\nRUN npm ci", [4], id="another-one"
        ),
        pytest.param("COPY a.py r.txt ./\nRUN pip install -r r.txt", [2], id="code"),
        pytest.param("COPY setup.py r.txt ./\nRUN pip install -r r.txt", [], id="setup"),
        pytest.param("COPY requirements /r\nRUN pip install -r /r/a.txt", [], id="folder-of-lists"),
        pytest.param("ADD https://h/x.py /\nRUN pip install -r r.txt", [], id="url"),
        pytest.param("COPY src /app\nRUN npm ci", [], id="a-folder"),
        pytest.param("COPY app /app\nRUN pip install -r /app/r.txt", [2], id="folder-with-list"),
        pytest.param(
            "COPY r.txt /app/\nCOPY app /app\nRUN pip install -r /app/r.txt",
            [],
            id="list-by-itself",
        ),
    ],
)
def test_df301_df303_source_before_dependencies(body: str, expected: list[int]) -> None:
    found = run(ORDER, f"FROM x\n{body}\n").findings
    assert [finding.line for finding in found] == expected


def test_df301_fix_puts_the_install_in_front() -> None:
    text = "FROM x\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD x\n"
    (finding,) = run(ORDER, text).findings
    assert finding.fix is not None
    for edit in reversed(finding.fix.edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert text == "FROM x\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD x\n"


@pytest.mark.parametrize(
    ("instruction", "safety"),
    [
        pytest.param("ADD a /a", "safe", id="file"),
        pytest.param("ADD --chown=1:1 a b /c/", "safe", id="flag"),
        pytest.param("ADD a* /a/", "unsafe", id="pattern"),
        pytest.param("ADD --checksum=sha256:1 a /a", None, id="flag-of-add"),
        pytest.param("ADD a b.tar /c/", None, id="with-an-archive"),
        pytest.param("ONBUILD ADD . /app", "safe", id="onbuild"),
    ],
)
def test_df303_add_of_plain_files(instruction: str, safety: str | None) -> None:
    (finding,) = run(ADD, f"FROM x\n{instruction}\n").findings
    assert (finding.fix.safety if finding.fix else None) == safety


@pytest.mark.parametrize(
    "body",
    [
        "ADD a.tar.gz /a",
        "ADD A.TGZ /a",
        "ADD https://example.com/a /a",
        "ADD git@example.com:a/b.git#v1 /a",
        "ADD $SOURCE /a",
        "ARG U=https://example.com/a\nADD $U /a",
        "ADD rootfs.tar.zst /",
    ],
)
def test_df303_what_only_add_can_do_is_left_alone(body: str) -> None:
    assert not run(ADD, f"FROM x\n{body}\n").findings
