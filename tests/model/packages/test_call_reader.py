"""Package-manager calls from shell commands."""

from __future__ import annotations

import pytest

import dockerlint_rules
from dockerlint_rules.model.packages.call_reader import calls_in, calls_of
from dockerlint_rules.model.packages.calls import PackageCall
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.shell import script as shell
from dockerlint_rules.syntax.source import LogicalText


def calls(text: str) -> list[PackageCall]:
    """Calls of the last command of a script."""
    return calls_of(shell.read_script(LogicalText([(text, 0)])).commands[-1])


def call(text: str) -> PackageCall:
    """The only call of a script's last command."""
    (only_call,) = calls(text)
    return only_call


def shown(text: str) -> list[str]:
    """Packages as ``name`` or ``name separator version``; other kinds with the kind in front."""
    return [
        (f"{p.kind}:" if p.kind != "package" else "")
        + p.name
        + (f"{p.separator or ' '}{p.version}" if p.version is not None else "")
        for p in call(text).packages
    ]


@pytest.mark.parametrize(
    ("text", "tool", "family", "action", "packages"),
    [
        pytest.param(*case, id=case[0])
        for case in [
            ("apt-get -y install a b", "apt-get", "apt", "install", ["a", "b"]),
            (
                "apt-get install -y --no-install-recommends -t bookworm-backports x=1.2",
                "apt-get",
                "apt",
                "install",
                ["x=1.2"],
            ),
            (
                'apt-get install -o Dpkg::Options::="--force-confold" -oX::Y=1 x',
                "apt-get",
                "apt",
                "install",
                ["x"],
            ),
            ("apt-get install -qqyt sid x/sid", "apt-get", "apt", "install", ["x/sid"]),
            (
                "apt-get install libc6:i386 ./x.deb",
                "apt-get",
                "apt",
                "install",
                ["libc6", "file:./x.deb"],
            ),
            (
                "apt-get install ${P} x-${V}=$V",
                "apt-get",
                "apt",
                "install",
                ["variable:${P}", "x-${V}=${V}"],
            ),
            ("apt-get $OPTS install x", "apt-get", "apt", "install", ["x"]),
            ("apt-get -y dist-upgrade", "apt-get", "apt", "dist-upgrade", []),
            ("apt full-upgrade", "apt", "apt", "dist-upgrade", []),
            ("aptitude -y safe-upgrade", "aptitude", "apt", "upgrade", []),
            ("apt-get clean", "apt-get", "apt", "clean", []),
            ("apt-get purge --auto-remove x", "apt-get", "apt", "remove", ["x"]),
            ("apk add --no-cache --virtual .build-deps gcc", "apk", "apk", "install", ["gcc"]),
            ("apk add -t x y", "apk", "apk", "install", ["y"]),
            (
                "apk add 'a>1' 'b=~2' c~3 d=4-r0 e@edge",
                "apk",
                "apk",
                "install",
                ["a>1", "b=~2", "c~3", "d=4-r0", "e"],
            ),
            ("apk del .build-deps", "apk", "apk", "remove", [".build-deps"]),
            (
                "yum -y install nginx-1.20.1-9.el7.x86_64",
                "yum",
                "rpm",
                "install",
                ["nginx-1.20.1-9.el7.x86_64"],
            ),
            ("yum update -y", "yum", "rpm", "upgrade", []),
            (
                "dnf install -y @group java-17-openjdk python3-3.9.18 a-b-${V}",
                "dnf",
                "rpm",
                "install",
                ["@group", "java-17-openjdk", "python3-3.9.18", "a-b-${V}"],
            ),
            ("dnf module install -y nodejs:18", "dnf", "rpm", "install", ["nodejs:18"]),
            ("dnf --setopt tsflags=nodocs in x", "dnf", "rpm", "install", ["x"]),
            ("microdnf install --enablerepo r x", "microdnf", "rpm", "install", ["x"]),
            ("zypper -n in -t pattern 'x>=1'", "zypper", "zypper", "install", ["x>=1"]),
            ("zypper dup", "zypper", "zypper", "dist-upgrade", []),
            ("pacman -Syu --noconfirm git", "pacman", "pacman", "install", ["git"]),
            ("pacman -Sy", "pacman", "pacman", "update", []),
            ("pacman -Syu", "pacman", "pacman", "upgrade", []),
            ("pacman -Scc", "pacman", "pacman", "clean", []),
            ("python -m pip install x", "pip", "pip", "install", ["x"]),
            ("python3.11 -I -X utf8 -m pip install x", "pip", "pip", "install", ["x"]),
            ("pip3.11 install x==1", "pip3.11", "pip", "install", ["x==1"]),
            (
                "pip install -r a.txt -c b.txt -e . --no-cache-dir pkg==1 'pkg[extra]>=2' "
                "git+https://h/x@v1 ./dir wheel.whl",
                "pip",
                "pip",
                "install",
                [
                    "requirements:a.txt",
                    "path:.",
                    "pkg==1",
                    "pkg>=2",
                    "url:git+https://h/x@v1",
                    "path:./dir",
                    "file:wheel.whl",
                ],
            ),
            (
                "pip install -rreq.txt --requirement=b.txt",
                "pip",
                "pip",
                "install",
                ["requirements:req.txt", "requirements:b.txt"],
            ),
            (
                "pip install 'x ; python_version<\"3\"' 'y @ https://h/y.zip' .[dev] --timeout 5 z",
                "pip",
                "pip",
                "install",
                ["x", "url:y @ https://h/y.zip", "path:.[dev]", "z"],
            ),
            (
                "pip install 'x~=1.0,!=1.1; os_name==\"nt\"'",
                "pip",
                "pip",
                "install",
                ["x~=1.0,!=1.1"],
            ),
            ("npm install -g x@1 @s/y @s/z@2", "npm", "npm", "install", ["x@1", "@s/y", "@s/z@2"]),
            (
                "npm --prefix d i user/repo ./x a.tgz https://h/x",
                "npm",
                "npm",
                "install",
                ["url:user/repo", "path:./x", "file:a.tgz", "url:https://h/x"],
            ),
            ("npm ci", "npm", "npm", "install", []),
            ("npm run build", "npm", "npm", "run", []),
            ("yarn", "yarn", "yarn", "install", []),
            ("yarn --frozen-lockfile", "yarn", "yarn", "install", []),
            ("yarn global add x@1", "yarn", "yarn", "install", ["x@1"]),
            ("yarn workspace w add x", "yarn", "yarn", "install", ["x"]),
            ("yarn build", "yarn", "yarn", "build", []),
            ("gem install x -v 1", "gem", "gem", "install", ["x 1"]),
            ("gem install x:1 y --no-document -- --with-z", "gem", "gem", "install", ["x:1", "y"]),
            (
                "go install -tags netgo a.b/c@v1 ./...",
                "go",
                "go",
                "install",
                ["a.b/c@v1", "path:./..."],
            ),
            ("go install -trimpath -ldflags='-s -w' a.b/c", "go", "go", "install", ["a.b/c"]),
            ("go mod download", "go", "go", "download", []),
            ("cargo +nightly install x --version 1 --locked", "cargo", "cargo", "install", ["x 1"]),
            ("cargo install --path .", "cargo", "cargo", "install", ["path:."]),
            ("cargo chef cook --recipe-path r.json", "cargo", "cargo", "build", []),
            ("conda install -c forge x=1 f::y", "conda", "conda", "install", ["x=1", "y"]),
            (
                "micromamba env create -f e.yml",
                "micromamba",
                "conda",
                "install",
                ["requirements:e.yml"],
            ),
            ("uv pip install --system x==1", "uv", "uv", "install", ["x==1"]),
            ("uv sync --locked", "uv", "uv", "install", []),
            ("poetry install --only main --no-root", "poetry", "poetry", "install", []),
            ("composer require v/p:^1", "composer", "composer", "install", ["v/p:^1"]),
            ("composer install --no-dev", "composer", "composer", "install", []),
            ("bundle install --jobs 4", "bundle", "bundle", "install", []),
            ("pecl install redis-5.3.7", "pecl", "pecl", "install", ["redis-5.3.7"]),
            (
                "docker-php-ext-install -j4 gd",
                "docker-php-ext-install",
                "php-ext",
                "install",
                ["gd"],
            ),
            ("luarocks install x 1.0", "luarocks", "luarocks", "install", ["x 1.0"]),
            ("pip-sync a.txt", "pip-sync", "pip", "install", ["requirements:a.txt"]),
        ]
    ],
)
def test_command_lines(text: str, tool: str, family: str, action: str, packages: list[str]) -> None:
    found = call(text)
    assert (found.tool, found.family, found.action) == (tool, family, action)
    assert shown(text) == packages


@pytest.mark.parametrize(
    "text",
    [
        "add-apt-repository ppa:x",
        "python app.py install",
        "python -m http.server",
        "apt-get",
        "apt-get --version",
        "yarn --version",
        "yarn $CMD",
        "echo pip install x",
        "$PIP install x",
    ],
)
def test_other_commands_are_not_calls(text: str) -> None:
    assert calls(text) == []


def test_inner_call_of_a_runner() -> None:
    outer, inner = calls("poetry run pip install x")
    assert (outer.tool, outer.action) == ("poetry", "run")
    assert (inner.tool, inner.action, [p.name for p in inner.packages]) == ("pip", "install", ["x"])
    assert inner.start == 11


def test_offsets() -> None:
    text = "true && apt-get -y install curl=7"
    found = call(text)
    assert text[found.start : found.end] == "apt-get -y install curl=7"
    assert found.action_word is not None
    assert text[found.action_word.start : found.action_word.end] == "install"
    (package,) = found.packages
    assert text[package.start : package.end] == "curl=7"


def test_constraints_are_files_and_not_packages() -> None:
    found = call("pip install -r a.txt -c b.txt x")
    assert [(f.kind, f.name) for f in found.files] == [
        ("requirements", "a.txt"),
        ("constraints", "b.txt"),
    ]
    assert [p.name for p in found.packages] == ["a.txt", "x"]


def test_qualifiers() -> None:
    assert call("apt-get install a:i386").packages[0].qualifier == "i386"
    assert call("pip install a[b,c]==1").packages[0].qualifier == "b,c"
    assert call("apk add a@edge").packages[0].qualifier == "edge"
    assert call("conda install -y f::a").packages[0].qualifier == "f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apt-get -y install x", True),
        ("apt-get install --assume-yes x", True),
        ("apt-get -qq install x", True),
        ("apt-get -q -q install x", True),
        ("apt-get -q=2 install x", True),
        ("apt-get -o APT::Get::Assume-Yes=true install x", True),
        ("apt-get -q install x", False),
        ("apt-get install x", False),
        ("dnf -qy install x", True),
        ("pacman -S --noconfirm x", True),
        ("pacman -Sy x", False),
    ],
)
def test_assumes_yes(text: str, expected: bool) -> None:
    assert call(text).assumes_yes is expected


def test_flags_in_clusters_and_with_values() -> None:
    found = call("apt-get install -qyt sid --no-install-recommends x")
    assert found.has_flag("-y")
    assert found.value_of("-t", "--target-release") == "sid"
    assert found.has_flag("--no-install-recommends")
    assert not found.has_flag("-s")
    assert call("pip install --no-cache-dir x").skips_cache
    assert (
        call("apt-get install -oAPT::Install-Recommends=False x").option("apt::install-recommends")
        == "false"
    )


def test_calls_of_an_instruction_in_order() -> None:
    document = dockerlint_rules.parse("FROM a\nRUN apt-get update && apt-get install -y x | cat\n")
    run = document.instructions[1]
    assert isinstance(run, Run)
    assert [found.action for found in calls_in(run)] == ["update", "install"]
