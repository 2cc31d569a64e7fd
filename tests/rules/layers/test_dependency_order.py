"""Installs after the source is copied, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines, run


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
    (finding,) = run("DF301", text).findings
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
    assert not run("DF301", f"FROM x\nCOPY . .\nRUN {install}\n").findings


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
def test_df301_source_before_dependencies(body: str, expected: list[int]) -> None:
    found = run("DF301", f"FROM x\n{body}\n").findings
    assert [finding.line for finding in found] == expected


def test_df301_fix_puts_the_install_in_front() -> None:
    text = "FROM x\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD x\n"
    (finding,) = run("DF301", text).findings
    assert finding.fix is not None
    for edit in reversed(finding.fix.edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert text == "FROM x\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD x\n"


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF301", "copy --chown=1 . /app\nrun true \\\n  && npm ci", [2]),
        ("DF301", "COPY . /app\r\nRUN npm ci", [2]),
        ("DF301", "COPY . /app\nRUN <<E\nnpm ci\nE", [2]),
        ("DF341", "COPY . /app\nRUN apt-get install -y a", [3]),
        ("DF341", "copy src /app\nrun apt-get update \\\n  && apt-get install -y a", [4]),
        (
            "DF341",
            "COPY . /app\r\nRUN --mount=type=cache,target=/var/cache/apt apt-get install -y a",
            [3],
        ),
        ("DF341", "COPY . /app\nRUN apk add a\nRUN apk add b", [3]),
        ("DF341", "COPY a.conf /etc/\nRUN apt-get install -y a", []),
        ("DF341", "COPY . /app\nCOPY a.list /x/\nRUN apt-get install -y a", []),
        ("DF341", "COPY . /app\nRUN apt-get install -y a && make", []),
        ("DF341", "COPY setup.py /app/\nRUN /app/setup.py\nRUN apt-get install -y a", []),
        ("DF341", "COPY --from=b . /app\nRUN apt-get install -y a", []),
        ("DF341", "COPY a.tar.gz /app/\nRUN apt-get install -y a", []),
        ("DF341", "COPY . /\nRUN apt-get install -y a", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected
