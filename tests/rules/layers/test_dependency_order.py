"""Installs after the source is copied, beyond the examples on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_rule import lines, run
from said import fixes, found, related, said

from dockerlint_rules.rules.layers.dependency_order import source_before_dependencies
from dockerlint_rules.testing import lint_alone


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


# -- what is said, and where ---------------------------------------------------------------------------

TITLE = "Install the dependencies before the source is copied"


@pytest.mark.parametrize(
    ("copy", "install", "marked", "message"),
    [
        ("COPY . .", "npm ci", ".",
         "'COPY .' comes before 'npm ci' on line 3, so a change to any file reinstalls all dependencies. "
         "Copy 'package*.json' first, install, then copy the rest."),
        ("add ./ /app", "bundle install", "./",
         "'ADD ./' comes before 'bundle install' on line 3, so a change to any file reinstalls all dependencies. "
         "Copy 'Gemfile' and 'Gemfile.lock' first, install, then copy the rest."),
        ("COPY app /app", "pip install -r /app/dev.txt", "app",
         "'COPY app' comes before 'pip install' on line 3, so a change to 'app' reinstalls all dependencies. "
         "Copy 'dev.txt' first, install, then copy the rest."),
        ("COPY r.txt main.py ./", "pip install -r r.txt", "main.py",
         "'COPY main.py' comes before 'pip install' on line 3, so a change to 'main.py' reinstalls all dependencies. "
         "Copy 'r.txt' first, install, then copy the rest."),
        ("COPY . .", "pip install -r $LIST", ".",
         "'COPY .' comes before 'pip install' on line 3, so a change to any file reinstalls all dependencies. "
         "Copy 'requirements*.txt' first, install, then copy the rest."),
        ("COPY . .", "cargo fetch", ".",
         "'COPY .' comes before 'cargo fetch' on line 3, so a change to any file reinstalls all dependencies. "
         "Copy 'Cargo.toml' first, install, then copy the rest."),
    ],
)  # fmt: skip
def test_df301_message(copy: str, install: str, marked: str, message: str) -> None:
    text = f"FROM x\n{copy}\nRUN {install}\n"
    assert said("DF301", text) == [(marked, message)]
    assert related("DF301", text) == [(3, install, "the dependencies are installed here")]


@pytest.mark.parametrize(
    ("install", "manifests"),
    [
        ("yarn install", "package.json yarn.lock"),
        ("pnpm install", "package.json pnpm-lock.yaml"),
        ("bundle install", "Gemfile Gemfile.lock"),
        ("go mod download", "go.mod go.sum"),
        ("composer install --no-scripts --no-autoloader", "composer.json composer.lock"),
        ("pipenv install --deploy", "Pipfile Pipfile.lock"),
        ("poetry install --no-root", "pyproject.toml poetry.lock"),
        ("uv sync --no-install-project", "pyproject.toml uv.lock"),
        ("pip install -r requirements.txt", "requirements.txt"),
        ("npm ci", "package*.json"),
    ],
)
def test_df301_manifests_of_the_fix(install: str, manifests: str) -> None:
    text = f"FROM x\nWORKDIR /app\nCOPY . .\nRUN {install}\nCMD x\n"
    assert fixes("DF301", text) == [
        (
            TITLE,
            "unsafe",
            f"FROM x\nWORKDIR /app\nCOPY {manifests} ./\nRUN {install}\nCOPY . .\nCMD x\n",
        )
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("COPY . .\nRUN npm ci", "COPY package*.json ./\nRUN npm ci\nCOPY . ."),
        ("copy . .\n\n \nRUN npm ci", "copy package*.json ./\nRUN npm ci\ncopy . .\n\n "),
        ("ADD . /app\nRUN npm ci", "ADD package*.json ./\nRUN npm ci\nADD . /app"),
        ("COPY . /app/\nRUN npm ci", "COPY package*.json ./\nRUN npm ci\nCOPY . /app/"),
        ("COPY . ./\nRUN npm ci", "COPY package*.json ./\nRUN npm ci\nCOPY . ./"),
        ("COPY . \\\n  .\nRUN npm \\\n  ci", "COPY package*.json ./\nRUN npm \\\n  ci\nCOPY . \\\n  ."),
        ("COPY . .\nRUN --network=host npm ci\nCMD a",
         "COPY package*.json ./\nRUN --network=host npm ci\nCOPY . .\nCMD a"),
        ("COPY . /src\nRUN npm ci", None),
        ("COPY . /\nRUN npm ci", None),
        ("COPY . .\nRUN npm ci && npm run build", None),
        ("COPY . .\nRUN npm ci; true", None),
        ("COPY . .\nENV A=b\nRUN npm ci", None),
        ("COPY . .\n# why\nRUN npm ci", None),
        ("COPY . .\nRUN npm \\\n  # why\n  ci", None),
        ("COPY . .\nRUN pip install -r a/r.txt", None),
        ("COPY . .\nRUN pip install -r $LIST", None),
        ('COPY . .\nRUN ["npm", "ci"]', None),
        ("COPY . .\nCOPY a b\nRUN npm ci", None),
    ],
)  # fmt: skip
def test_df301_fix(before: str, after: str | None) -> None:
    head = "FROM x\nWORKDIR /app\n"
    [fix] = fixes("DF301", f"{head}{before}\n")
    assert fix == (after and (TITLE, "unsafe", f"{head}{after}\n"))


def test_df301_fix_where_the_working_directory_is_the_root() -> None:
    [fix] = fixes("DF301", "FROM x\nCOPY . /\nRUN npm ci\n")
    assert fix
    assert fix[2] == "FROM x\nCOPY package*.json ./\nRUN npm ci\nCOPY . /\n"


def test_df301_fix_where_the_working_directory_ends_with_a_slash() -> None:
    text = "FROM x\nWORKDIR /app/\nCOPY . {}\nRUN npm ci\n"
    assert fixes("DF301", text.format("/app"))[0]
    assert fixes("DF301", text.format("/app/"))[0]
    assert fixes("DF301", text.format("/")) == [None]


def test_df301_fix_at_the_end_of_a_file_without_a_line_end() -> None:
    [fix] = fixes("DF301", "FROM x\nWORKDIR /app\nCOPY . .\nRUN npm ci")
    assert fix
    assert fix[2] == "FROM x\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n"
    [fix] = fixes("DF301", "FROM x\r\nWORKDIR /app\r\nCOPY . .\r\nRUN npm ci")
    assert fix
    assert fix[2] == "FROM x\r\nWORKDIR /app\r\nCOPY package*.json ./\r\nRUN npm ci\r\nCOPY . .\r\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("COPY a . /app/\nRUN npm ci", [(2, ".")]),
        ("COPY . /a\nCOPY . /b\nRUN npm ci", [(2, ".")]),
        ("COPY . /a\nRUN npm ci\nRUN bundle install", [(2, ".")]),
        ("RUN npm ci\nCOPY . /a\nRUN npm ci\nRUN bundle install", [(3, ".")]),
        ("RUN npm ci && true\nCOPY . /a\nRUN npm install", []),
        ("COPY b\nCOPY . /a\nRUN npm ci", [(3, ".")]),
        ("COPY a.py r.txt ./\nCOPY . .\nRUN pip install -r r.txt", [(3, ".")]),
        ("COPY ./a.py r.txt ./\nRUN pip install -r r.txt", [(2, "./a.py")]),
        ("COPY src/a.py r.txt ./\nRUN pip install -r r.txt", []),
        ("COPY get-pip.py r.txt ./\nRUN pip install -r r.txt", []),
        ("COPY install.py r.txt ./\nRUN pip install -r r.txt", []),
        ("COPY setup.py a.py r.txt ./\nRUN pip install -r r.txt", [(2, "a.py")]),
        ("COPY r.txt ./\nCOPY *.py ./\nRUN pip install -r r.txt", [(3, "*.py")]),
        ("COPY main.go go.mod ./\nRUN go mod download", [(2, "main.go")]),
        ("COPY main.py go.mod ./\nRUN go mod download", []),
        ("COPY main.js package.json ./\nRUN npm ci", []),
        ("COPY main.go r.txt ./\nRUN pip install -r r.txt", []),
        ("ADD app /app\nRUN pip install -r /app/r.txt", [(2, "app")]),
        ("COPY ./app/ /app\nRUN pip install -r /app/r.txt", [(2, "./app/")]),
        ("COPY app /app/\nRUN pip install -r /app/r.txt", [(2, "app")]),
        ("COPY app /app/.\nRUN pip install -r /app/r.txt", [(2, "app")]),
        ("COPY app /srv\nRUN pip install -r /app/r.txt", []),
        ("COPY app b /app/\nRUN pip install -r /app/r.txt", []),
        ("COPY app.d/ /app\nRUN pip install -r /app/r.txt", [(2, "app.d/")]),
        ("COPY app.tgz /app\nRUN pip install -r /app/r.txt", []),
        ("COPY .app /app\nRUN pip install -r /app/r.txt", [(2, ".app")]),
        ("COPY req* /app\nRUN pip install -r /app/r.txt", []),
        ("COPY deps /app\nRUN pip install -r /app/r.txt", []),
        ("COPY x/requirements/ /app\nRUN pip install -r /app/r.txt", []),
        ("COPY x/r.txt /app/\nCOPY app /app\nRUN pip install -r /app/r.txt", []),
        ("COPY *.txt /app/\nCOPY app /app\nRUN pip install -r /app/r.txt", []),
        ("COPY app /app\nRUN pip install -r /app/$LIST", []),
        ("WORKDIR /app\nCOPY app .\nRUN pip install -r r.txt", [(3, "app")]),
        ("WORKDIR /app\nCOPY app ./\nRUN pip install -r ./r.txt", [(3, "app")]),
        ("WORKDIR /app\nCOPY app src\nRUN pip install -r src/r.txt", [(3, "app")]),
        ("WORKDIR /app\nCOPY app src\nRUN pip install -r r.txt", []),
        ("WORKDIR /app\nCOPY app .\nRUN npm ci", []),
        ("COPY --from=b app /app\nRUN pip install -r /app/r.txt", []),
    ],
)  # fmt: skip
def test_df301_which_copy(body: str, expected: list[tuple[int, str]]) -> None:
    text = f"FROM x\n{body}\n"
    assert [(one.line, text[one.start : one.end]) for one in found("DF301", text)] == expected


def test_df301_what_the_parent_stage_has_installed() -> None:
    text = "FROM x AS a\nCOPY package.json ./\nRUN npm ci\nFROM a\nCOPY . .\nRUN {}\n"
    assert lines("DF301", text.format("npm ci")) == []
    assert lines("DF301", text.format("bundle install")) == [5]
    assert lines("DF301", text.format("npm ci").replace("FROM a", "FROM y")) == [5]


# -- DF341 ---------------------------------------------------------------------------------------------


def test_df341_whole_finding() -> None:
    text = "FROM debian:12\nADD . /app\nRUN apt-get update && apt-get install -y a\nRUN apt-get install -y b\n"
    assert said("DF341", text) == [
        (
            "apt-get install -y a",
            "A change to any file copied on line 2 reinstalls these packages. Move the install above the ADD.",
        )
    ]
    assert related("DF341", text) == [(2, "ADD . /app", "the source is copied here")]
    assert fixes("DF341", text) == [None]
    assert "above the COPY." in said("DF341", text.replace("ADD", "COPY"))[0][1]


APT = "RUN apt-get install -y a"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"COPY src /app\nCOPY lib /app\n{APT}", [4]),
        (f"COPY src /app\nENV A=b\nRUN true\n{APT}", [5]),
        (f"{APT}\nCOPY src /app", []),
        (f"COPY a\nCOPY src /app\n{APT}", [4]),
        (f"COPY src /app\nCOPY b /etc/apt/c\n{APT}", []),
        (f"COPY src /app\nCOPY b /root/.c\n{APT}", []),
        (f"COPY src /app\nCOPY b /root/c\n{APT}", [4]),
        (f"COPY src /app\nCOPY b /usr/share/keyrings/\n{APT}", []),
        (f"COPY src /app\nCOPY b /usr/local/share/ca-certificates/\n{APT}", []),
        (f"COPY src /app\nADD https://h/b /c\n{APT}", []),
        (f"COPY src /app\nADD HTTP://h/b /c\n{APT}", []),
        (f"COPY src /app\nCOPY b.gpg /c\n{APT}", []),
        (f"COPY src /app\nCOPY b.txt /c\n{APT}", []),
        (f"COPY src /app\nCOPY --from=y b.deb /c\n{APT}", []),
        (f"COPY src /app\nCOPY --from=y b /c\n{APT}", [4]),
        (f"COPY b.pem /c\nCOPY src /app\n{APT}", []),
        (f"COPY a.jar /app\n{APT}", []),
        (f"COPY a.jar src /app\n{APT}", [3]),
        (f"COPY $A /app\n{APT}", []),
        (f"COPY $A src /app\n{APT}", [3]),
        (f"COPY <<E /app\nx\nE\n{APT}", []),
        (f"COPY src /\n{APT}", []),
        (f"COPY src /etc/b\n{APT}", []),
        (f"COPY run.sh /app/\nRUN /app/run.sh\n{APT}", []),
        (f"COPY run.sh /app/\nRUN sh /app/run.sh\n{APT}", []),
        (f"COPY run.sh /app/\nRUN sh -e /app/run.sh\n{APT}", [4]),
        (f"COPY run.sh /app/\nRUN chmod +x /app/run.sh\n{APT}", [4]),
        (f"COPY run.sh /app/\nRUN mkdir run.sh\n{APT}", [4]),
        (f"COPY src/ /app/\nRUN make src\n{APT}", []),
        (f"COPY src /app\nRUN apt-get install -y a && make\n{APT}", [4]),
    ],
)  # fmt: skip
def test_df341_which_installs(body: str, expected: list[int]) -> None:
    assert lines("DF341", f"FROM debian:12\n{body}\n") == expected


def test_df341_stages_that_nothing_needs() -> None:
    text = "FROM debian:12 AS a\nCOPY src /app\nRUN apt-get install -y a\nFROM x\n"
    assert lines("DF341", text) == []
    assert lines("DF341", text + "COPY --from=a /app /app\n") == [3]


# -- with the build context ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "body", "is_reported"),
    [
        ({"requirements.txt": "-e .\n"}, "COPY . .\nRUN pip install -r requirements.txt", False),
        ({"requirements.txt": "flask\n"}, "COPY . .\nRUN pip install -r requirements.txt", True),
        ({"dev.txt": "-e .\n"}, "COPY . .\nRUN pip install -r requirements.txt", True),
        ({"requirements.txt": "-e .\n"}, "COPY ${A}. .\nCOPY . .\nRUN pip install -r requirements.txt", False),
        ({"app/r.txt": "-e .\n"}, "WORKDIR /app\nCOPY app .\nRUN pip install -r r.txt", False),
        ({"app/r.txt": "flask\n"}, "WORKDIR /app\nCOPY app .\nRUN pip install -r r.txt", True),
        ({"app.d/r.txt": "-e .\n"}, "WORKDIR /app\nCOPY app.d/ .\nRUN pip install -r r.txt", False),
        ({"r.txt": "-e .\n"}, "WORKDIR /app\nCOPY $A/app .\nRUN pip install -r r.txt", True),
        ({"r.txt": "-e .\n", "main.py": ""}, "COPY r.txt main.py ./\nRUN pip install -r r.txt", False),
        ({"r.txt": "flask\n", "main.py": ""}, "COPY r.txt main.py ./\nRUN pip install -r r.txt", True),
        ({"package.json": '{"workspaces": ["a"]}'}, "COPY . .\nRUN npm ci", False),
        ({"package.json": "{}"}, "COPY . .\nRUN npm ci", True),
        ({}, "COPY . .\nRUN npm ci", True),
    ],
)  # fmt: skip
def test_df301_manifests_that_need_the_source(
    tmp_path: Path, files: dict[str, str], body: str, is_reported: bool
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    file = tmp_path / "Dockerfile"
    file.write_text(f"FROM x\n{body}\n")
    result = lint_alone(source_before_dependencies, file.read_text(), filename=str(file))
    assert bool(result.findings) is is_reported


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("WORKDIR /a\nCOPY app .\nWORKDIR /b\nRUN pip install -r r.txt", []),
        ("WORKDIR /b\nCOPY app /a\nWORKDIR /a\nRUN pip install -r r.txt", ["app"]),
        ("WORKDIR /a\nCOPY app .\nRUN pip install -r r.txt\nWORKDIR /b", ["app"]),
        ("COPY b c d/\nCOPY app /app\nRUN pip install -r /app/r.txt", ["app"]),
        ("COPY deps /app\nCOPY app /app\nRUN pip install -r /app/r.txt", ["app"]),
        ("WORKDIR /a\nCOPY app ./b\nRUN pip install -r b/r.txt", ["app"]),
        ("WORKDIR /a\nCOPY app/ ./b/\nRUN pip install -r ./b/r.txt", ["app/"]),
        ("WORKDIR /a\nCOPY app/ .\nRUN pipenv install --deploy", []),
    ],
)
def test_df301_working_directories(body: str, expected: list[str]) -> None:
    text = f"FROM x\n{body}\n"
    assert [text[one.start : one.end] for one in found("DF301", text)] == expected


def test_df301_the_fix_goes_by_the_working_directory_of_the_copy() -> None:
    text = "FROM x\nWORKDIR /a\nCOPY . /a\nRUN npm ci\nWORKDIR /b\n"
    assert fixes("DF301", text)[0]
    assert fixes("DF301", text.replace("COPY . /a", "COPY . /b")) == [None]


@pytest.mark.parametrize("command", ["chmod", "chown", "mv", "cp", "rm", "ln", "sed", "mkdir"])
def test_df341_commands_that_do_not_run_what_they_name(command: str) -> None:
    text = f"FROM debian:12\nCOPY src/ /app/\nRUN {command} /app/src\n{APT}\n"
    assert lines("DF341", text) == [4]
    assert lines("DF341", text.replace(command, "run")) == []
    assert lines("DF341", text.replace("src/ ", "a/src/ ").replace(command, "run")) == []
