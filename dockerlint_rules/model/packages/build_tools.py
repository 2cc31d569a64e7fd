"""Compilers and other build tools: which packages and which images contain them."""

from __future__ import annotations

from dockerlint_rules.model.interpreters import INTERACTIVE_PROGRAMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.images.reference import ImageReference
    from dockerlint_rules.model.packages.calls import Package, PackageCall

# Names in the distributions, without headers (-dev, -devel), which some programs need at run time.
_COMPILERS = frozenset(
    {
        "autoconf", "automake", "base-devel", "bison", "build-base", "build-essential", "clang", "cmake", "cpp",
        "flex", "g++", "gcc", "gcc-c++", "gcc-gfortran", "gfortran", "gnumake", "libtool", "make", "meson", "ninja",
        "ninja-build", "rpm-build", "devtools", "alpine-sdk", "@development-tools", "development-tools",
        "development tools", "@development", "@c-development", "devel_basis", "devel_c_c++",
    }
)  # fmt: skip
# Small helpers only count together with a compiler.
_HELPERS = frozenset({"autoconf", "automake", "bison", "cpp", "flex", "libtool", "make", "gnumake"})
_TOOLCHAINS = frozenset(
    {
        "buildpack-deps", "emscripten/emsdk", "gcc", "golang", "haskell", "jenkins/agent", "jenkins/inbound-agent",
        "jenkins/jenkins", "jenkins/ssh-agent", "maven", "gradle", "rust", "silkeh/clang", "swift", "docker",
        "gitlab/gitlab-runner", "erlang", "elixir", "dart", "rustlang/rust",
    }
)  # fmt: skip
_TOOLCHAIN_PREFIXES = (
    "circleci/", "cimg/", "gitpod/", "mcr.microsoft.com/devcontainers/", "mcr.microsoft.com/vscode/devcontainers/",
    "quay.io/pypa/", "rocker/", "jupyter/", "quay.io/jupyter/", "tonistiigi/",
)  # fmt: skip

# Images of languages and servers whose purpose is to run programs.
_LANGUAGES = frozenset(
    {
        "amazoncorretto", "eclipse-temurin", "httpd", "julia", "mono", "nginx", "node", "openjdk", "perl", "php",
        "pypy", "python", "r-base", "ruby", "tomcat",
    }
)  # fmt: skip


def is_language_image(base: ImageReference) -> bool:
    """Whether the purpose of the base image is to run programs of a language, or to serve files."""
    return base.upstream in _LANGUAGES


def only_opens_shell(words: list[str]) -> bool:
    """Whether a command only opens a shell or a prompt, or waits forever so that a user can open one."""
    words = " ".join(words).split()
    if not words:
        return True
    name, rest = words[0].rpartition("/")[2], words[1:]
    if name in INTERACTIVE_PROGRAMS:
        return all(word in ("-l", "-i", "-li", "--login", "--interactive") for word in rest)
    waits = (["sleep", "infinity"], ["sleep", "inf"], ["tail", "-f", "/dev/null"])
    return [name, *rest] in waits


def compilers_among(call: PackageCall) -> list[Package]:
    """Give the build tools that a call installs; none if they are only small helpers.

    With distcc there are none: compiling is the purpose of the image.
    """
    if any(package.name.startswith("distcc") for package in call.packages):
        return []
    tools = [package for package in call.packages if _base_name(package) in _COMPILERS]
    return tools if any(_base_name(tool) not in _HELPERS for tool in tools) else []


def _base_name(package: Package) -> str:
    """The name without a version: ``g++`` for ``g++-12``."""
    name = package.name.lower()
    head, dash, tail = name.rpartition("-")
    return head if dash and tail.replace(".", "").isdecimal() else name


def is_toolchain_image(base: ImageReference) -> bool:
    """Whether the purpose of the base image is to build software."""
    name = base.upstream
    if name in _TOOLCHAINS or name.startswith(_TOOLCHAIN_PREFIXES):
        return True
    # Programs for CUDA compile kernels at run time.
    return name == "nvidia/cuda"
