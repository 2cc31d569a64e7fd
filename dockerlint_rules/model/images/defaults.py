"""What well-known base images start by default, as which user, and which ports they expose."""

from __future__ import annotations

from dockerlint_rules.model.stages import is_windows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.images.reference import ImageReference

# Images of distributions and languages. They start a shell or a prompt, as root.
# Source: the Dockerfiles of the Docker official images and of the named publishers.
_BARE = frozenset({
    "adoptopenjdk", "almalinux", "alpine", "amazoncorretto", "amazonlinux", "archlinux", "azul/zulu-openjdk",
    "bash", "buildpack-deps", "busybox", "centos", "clojure", "dart", "debian", "eclipse-temurin", "elixir",
    "erlang", "fedora", "gcc", "golang", "haskell", "ibm-semeru-runtimes", "julia", "mono", "node", "openjdk",
    "opensuse/leap", "opensuse/tumbleweed", "oraclelinux", "perl", "php", "pypy", "python", "quay.io/centos/centos",
    "r-base", "rockylinux", "rockylinux/rockylinux", "ruby", "rust", "sapmachine", "swift", "ubuntu",
})  # fmt: skip
_BARE_PREFIXES = ("nvidia/cuda", "redhat/ubi", "registry.access.redhat.com/ubi")

# Official images that have an EXPOSE of their own.
_EXPOSING = frozenset({
    "caddy", "drupal", "ghost", "haproxy", "httpd", "jenkins/jenkins", "jetty", "joomla", "kong", "mariadb",
    "mediawiki", "memcached", "mongo", "mysql", "nextcloud", "nginx", "nginxinc/nginx-unprivileged", "postgres",
    "rabbitmq", "redis", "redmine", "registry", "solr", "sonarqube", "tomcat", "traefik", "valkey/valkey", "varnish",
    "wordpress",
})  # fmt: skip


def is_bare(base: ImageReference) -> bool:
    """Whether an image is known to start only a shell or a prompt, and to do so as root."""
    if not base.is_name_certain or is_windows(base):
        return False
    name, tag = base.upstream, base.tag or ""
    if name == "php":
        return "apache" not in tag and "fpm" not in tag and "$" not in tag
    if name.startswith("registry.access.redhat.com/ubi") and name.count("/") > 1:
        return name.endswith(("/ubi", "/ubi-minimal", "/ubi-micro", "/ubi-init"))
    return name in _BARE or name.startswith(_BARE_PREFIXES)


def exposes(base: ImageReference) -> bool:
    """Whether an image is known to have an EXPOSE of its own."""
    if base.upstream == "php":
        return "apache" in (base.tag or "") or "fpm" in (base.tag or "")
    return base.upstream in _EXPOSING
