"""Compose files and Dockerrun.aws.json: every value has its place, and no text makes the reader fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.model.build import Build
from dockerlint_rules.project.compose import with_defaults
from dockerlint_rules.project.services import Deployment, Service
from dockerlint_rules.syntax.kinds import kind_of
from dockerlint_rules.syntax.source import Source


def read(text: str, filename: str = "compose.yaml") -> Deployment:
    found = kind_of(filename).read(Source(text, filename), Build())
    assert isinstance(found, Deployment)
    return found


def only(body: str) -> Service:
    text = "services:\n  a:\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    deployment = read(text)
    assert deployment.problem is None
    (service,) = deployment.services
    return service


@pytest.mark.parametrize(
    ("body", "mounts"),
    [
        ("volumes: [data:/d]", [("volume", "data", "/d", False)]),
        ("volumes: [data:/d:ro]", [("volume", "data", "/d", True)]),
        ("volumes: [./x:/d/]", [("bind", "./x", "/d", False)]),
        ("volumes: [~/x:/d]", [("bind", "~/x", "/d", False)]),
        ("volumes: ['C:\\x:/d']", [("bind", "C:\\x", "/d", False)]),
        ("volumes: [/d]", [("volume", None, "/d", False)]),
        ("volumes: ['${X:-./y}:/d']", [("bind", "./y", "/d", False)]),
        ("volumes: ['${X}:/d']", [("bind", "variable", "/d", False)]),
        ("volumes: ['$$x:/d']", [("volume", "$x", "/d", False)]),
        ("volumes:\n- {type: bind, source: s, target: /d, read_only: true}", [("bind", "s", "/d", True)]),
        ("volumes:\n- {type: tmpfs, target: /d}", [("tmpfs", None, "/d", False)]),
        ("tmpfs: /run", [("tmpfs", None, "/run", False)]),
        ("tmpfs: ['/run:size=1m', /tmp]", [("tmpfs", None, "/run", False), ("tmpfs", None, "/tmp", False)]),
        ("volumes: 3", []),
        ("volumes: [[a], {}, null]", []),
    ],
)  # fmt: skip
def test_mounts(body: str, mounts: list[tuple[str, str | None, str, bool]]) -> None:
    found = only(body).mounts
    assert [(one.kind, one.source, one.target, one.is_read_only) for one in found] == mounts


@pytest.mark.parametrize(
    ("body", "ports"),
    [
        ("ports: ['80']", [(None, "80", "")]),
        ("ports: [80]", [(None, "80", "")]),
        ("ports: ['8080:80/udp']", [("8080", "80", "")]),
        ("ports: ['127.0.0.1:8080:80']", [("8080", "80", "127.0.0.1")]),
        ("ports: ['127.0.0.1::80']", [(None, "80", "127.0.0.1")]),
        ("ports: ['[::1]:8080:80']", [("8080", "80", "::1")]),
        ("ports: ['${P:-9}:80']", [("9", "80", "")]),
        ("ports: ['${P}:80']", []),
        (
            "ports: [{target: 80, published: '81', host_ip: 1.2.3.4}]",
            [("81", "80", "1.2.3.4")],
        ),
    ],
)
def test_ports(body: str, ports: list[tuple[str | None, str, str]]) -> None:
    assert [(one.host, one.container, one.address) for one in only(body).ports] == ports


def test_environment_in_both_forms() -> None:
    for body in ("environment: {A: b, C: null, D: 3}", "environment: [A=b, C, D=3]"):
        found = [(one.name, one.value) for one in only(body).environment]
        assert found == [("A", "b"), ("C", None), ("D", "3")]


def test_depends_on_in_both_forms() -> None:
    short = only("depends_on: [x]").depends_on
    long = only("depends_on: {x: {condition: service_healthy}, y: {}}").depends_on
    assert [(name.text, said) for name, said in short] == [("x", "service_started")]
    assert [(name.text, said) for name, said in long] == [
        ("x", "service_healthy"),
        ("y", "service_started"),
    ]


def test_places_are_those_of_the_text() -> None:
    text = (
        "# é😀\r\nservices:\r\n  a:\r\n    image: 'x:1'\r\n    ports:\r\n      - \"80:80\"  # c\r\n"
    )
    deployment = read(text)
    (service,) = deployment.services
    assert service.image is not None
    assert text[service.image.start : service.image.end] == "'x:1'"
    (port,) = service.ports
    assert text[port.start : port.end] == '"80:80"'
    assert text[service.start : service.end] == "a"


def test_anchors_and_merged_keys() -> None:
    text = "x: &x\n  image: a:1\n  environment: {A: b}\nservices:\n  s:\n    <<: *x\n    image: b:2\n  t:\n    <<: [*x]\n"
    one, two = read(text).services
    assert one.image is not None
    assert one.image.text == "b:2"
    assert [v.name for v in one.environment] == ["A"]
    assert two.image is not None
    assert two.image.text == "a:1"


def test_dockerrun() -> None:
    one = read(
        '{"AWSEBDockerrunVersion": "1",\t"Image": {"Name": "x:1"}, "Ports": [{"ContainerPort": 80}],'
        ' "Volumes": [{"HostDirectory": "/h", "ContainerDirectory": "/d"}]}',
        "Dockerrun.aws.json",
    )
    (service,) = one.services
    assert (one.version, service.image and service.image.text) == (1, "x:1")
    assert [port.container for port in service.ports] == ["80"]
    assert [mount.target for mount in service.mounts] == ["/d"]
    two = read(
        '{"AWSEBDockerrunVersion": 2, "containerDefinitions": [{"name": "w", "image": "x", "environment":'
        ' [{"name": "A", "value": "b"}], "portMappings": [{"hostPort": 80, "containerPort": 8000}],'
        ' "mountPoints": [{"sourceVolume": "v", "containerPath": "/d"}]}, 3]}',
        "deploy/Dockerrun.aws.json",
    )
    web = two.services[0]
    assert (two.version, web.name) == (2, "w")
    assert [(v.name, v.value) for v in web.environment] == [("A", "b")]
    assert [(p.host, p.container) for p in web.ports] == [("80", "8000")]
    assert [mount.target for mount in web.mounts] == ["/d"]


@pytest.mark.parametrize(
    ("filename", "text", "problem"),
    [
        ("compose.yaml", "a: [", "line 1, column 5: "),
        ("compose.yaml", "a: b\n c: d\n", "line 2, column 3: "),
        ("compose.yaml", "a:\n\t- b\n", "line 2, column 1: "),
        ("compose.yaml", "a: *b\n", "line 1, column 4: "),
        ("compose.yaml", "a: 1\n---\nb: 2\n", "line 2, column 1: "),
        ("compose.yaml", "a: \x01\n", "line 1, column 4: "),
        ("compose.yaml", "[" * 20_000, "line 1, column 61: nesting is too deep"),
        ("Dockerrun.aws.json", '{\n "a": 1,\n}', "line 3, column 1: "),
        ("Dockerrun.aws.json", "", "line 1, column 1: "),
        ("Dockerrun.aws.json", "[" * 100_000, "line 1, column 1: "),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(filename: str, text: str, problem: str) -> None:
    deployment = read(text, filename)
    assert deployment.problem is not None
    assert deployment.problem.startswith(problem)
    assert [one for one in deployment.services if one.name] == []


def test_a_bomb_of_aliases_is_one_error() -> None:
    lines = ["a: &a0 {environment: {A: b}}"]
    lines += [f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 20)}]" for n in range(1, 40)]
    deployment = read("\n".join([*lines, "services: {s: {volumes: *a39}}"]) + "\n")
    assert deployment.problem == "line 5, column 5: aliases stand for more than 50,000 values"
    assert deployment.services == []


def test_an_alias_to_itself() -> None:
    text = "services: &s\n  a: &a\n    <<: *a\n    volumes: *s\n    environment: *a\n  b: *s\n"
    deployment = read(text)
    assert (
        deployment.problem == "line 3, column 9: an alias stands for a value that it is a part of"
    )
    assert deployment.services == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a", "a"),
        ("${A:-b}c", "bc"),
        ("${A-b}", "b"),
        ("${A:-}", ""),
        ("$A", None),
        ("${A}", None),
        ("${A:?no}", None),
        ("$$A", "$A"),
        ("a$", "a$"),
    ],
)
def test_variables_have_their_defaults(text: str, said: str | None) -> None:
    assert with_defaults(text) == said


PIECES = st.sampled_from(
    ["services:", "  a:", "    image: x", "    volumes:", "    - a:/b", "    - {target: /x}", "    ports: ['80:80', {}]", "    build: {args: [A]}",
     "    <<: *x", "x: &x", "    environment: [A=b, {name: c}]", "    depends_on: {b: }", "- ", "  ? [a]", "!!python/object:os.system x", "  :", "{", "\t", "---"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12))
def test_anything_can_be_read_or_is_said_to_be_broken(lines: list[str]) -> None:
    for filename in ("compose.yaml", "Dockerrun.aws.json"):
        deployment = read("\n".join(lines) + "\n", filename)
        for one in deployment.services:
            _ = one.image, one.build_context, one.build_arguments, one.environment, one.mounts
            _ = one.ports, one.depends_on, one.networks, one.is_extended
            assert 0 <= one.start <= one.end <= len(deployment.source.text)


def test_a_mapping_that_is_merged_again_and_again_is_read_once() -> None:
    merged = read("x: &b {image: a}\nservices:\n  s:\n    <<: [" + "*b, " * 5_000 + "*b]\n")
    assert merged.problem is None
    assert [one.image.text for one in merged.services if one.image] == ["a"]


@pytest.mark.parametrize(
    "service", ["environment: *b", "<<: *b", "environment: {<<: *b}", "build: {args: *b}"]
)
def test_aliases_that_stand_for_too_much_are_refused(service: str) -> None:
    keys = "".join(f"  K{at}: v\n" for at in range(400))
    services = "".join(f"  s{at}: {{image: a, {service}}}\n" for at in range(400))
    deployment = read(f"x-b: &b\n{keys}services:\n{services}")
    assert deployment.problem is not None
    assert "aliases stand for more than 50,000 values" in deployment.problem
    assert deployment.services == []
    few = read(f"x-b: &b\n{keys}services:\n{services[: services.index('s40:')]}\n")
    assert few.problem is None


def test_a_key_among_many_is_the_first_of_its_name() -> None:
    keys = "".join(f"k{at}: {at}\n" for at in range(20))
    tree = read(f"{keys}a: 1\na: 2\n").tree
    assert (found := tree.get("a")) is not None
    assert found.text == "1"
    assert tree.get("b") is None
    assert (key := tree.key("k19")) is not None
    assert key.text == "k19"
