"""Services that are not isolated from the host."""

from __future__ import annotations

import pytest
from service_rules import codes, run, service


@pytest.mark.parametrize(
    ("code", "line", "count"),
    [
        ("DF542", "privileged: true", 1),
        ("DF542", "privileged: false", 0),
        ("DF543", "pid: host", 1),
        ("DF543", "ipc: host", 1),
        ("DF543", "userns_mode: host", 1),
        ("DF543", "ipc: shareable", 0),
        ("DF543", "pid: 'service:db'", 0),
        ("DF544", "network_mode: host", 1),
        ("DF544", "network_mode: bridge", 0),
        ("DF545", "security_opt: ['apparmor=unconfined', 'label:disable']", 2),
        ("DF545", "security_opt: [SECCOMP:Unconfined]", 1),
        ("DF545", "security_opt: ['seccomp:./profile.json']", 0),
        ("DF546", "volumes: ['/var/lib/:/host']", 1),
        ("DF546", "volumes: ['/:/host']", 1),
        ("DF546", "volumes: [{type: bind, source: /etc, target: /host}]", 1),
        ("DF546", "volumes: [{type: bind, source: /etc, target: /host, read_only: true}]", 0),
        ("DF546", "volumes: ['/var/run/docker.sock:/var/run/docker.sock']", 0),
        ("DF546", "volumes: ['etc:/etc']", 0),
    ],
)
def test_services(code: str, line: str, count: int) -> None:
    found = [one for one in codes(service("image: x:1", line)) if one.startswith(code)]
    assert found == [f"{code}:4"] * count


def test_df542_docker_in_docker() -> None:
    assert codes(service("image: docker:29-dind", "privileged: true")) == []


def test_df543_message_names_the_namespace() -> None:
    (finding,) = run(service("image: x:1", "userns_mode: host")).findings
    assert "shares the host's user namespace" in finding.message
    assert "Remove 'userns_mode: host'." in finding.message
