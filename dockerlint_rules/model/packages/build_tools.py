"""Compilers: which packages are build tools, and which images are there to build with."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.images.reference import ImageReference
    from dockerlint_rules.model.packages.calls import Package, PackageCall

# Names as the distributions have them; headers (-dev, -devel) are left out, some programs need them.
_COMPILERS = frozenset(
    {
        "autoconf", "automake", "base-devel", "bison", "build-base", "build-essential", "clang", "cmake", "cpp",
        "flex", "g++", "gcc", "gcc-c++", "gcc-gfortran", "gfortran", "gnumake", "libtool", "make", "meson", "ninja",
        "ninja-build", "rpm-build", "devtools", "alpine-sdk", "@development-tools", "development-tools",
        "development tools", "@development", "@c-development", "devel_basis", "devel_c_c++",
    }
)  # fmt: skip
# Small helpers on their own say nothing; they are named along with a compiler.
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

# Images of languages and servers that are there to run programs.
_LANGUAGES = frozenset(
    {
        "amazoncorretto", "eclipse-temurin", "httpd", "julia", "mono", "nginx", "node", "openjdk", "perl", "php",
        "pypy", "python", "r-base", "ruby", "tomcat",
    }
)  # fmt: skip
_SHELLS = frozenset(
    {"ash", "bash", "fish", "ipython", "node", "python", "python2", "python3", "sh", "zsh"}
)


def is_language_image(base: ImageReference) -> bool:
    """Whether the base image is there to run programs of a language, or files as a server."""
    return base.upstream in _LANGUAGES


def is_idle(words: list[str]) -> bool:
    """Whether a command only opens a shell, or waits for somebody who does."""
    words = " ".join(words).split()
    if not words:
        return True
    name, rest = words[0].rpartition("/")[2], words[1:]
    if name in _SHELLS:
        return all(one in ("-l", "-i", "-li", "--login", "--interactive") for one in rest)
    waits = (["sleep", "infinity"], ["sleep", "inf"], ["tail", "-f", "/dev/null"])
    return [name, *rest] in waits


def compilers_among(call: PackageCall) -> list[Package]:
    """Give the build tools that a call installs; none where only small helpers are among them.

    Beside distcc they are what the image is for.
    """
    if any(one.name.startswith("distcc") for one in call.packages):
        return []
    found = [one for one in call.packages if _base_name(one) in _COMPILERS]
    return found if any(_base_name(one) not in _HELPERS for one in found) else []


def _base_name(package: Package) -> str:
    """``g++-12`` is ``g++``."""
    name = package.name.lower()
    head, dash, tail = name.rpartition("-")
    return head if dash and tail.replace(".", "").isdecimal() else name


def is_toolchain_image(base: ImageReference) -> bool:
    """Whether the base image is there to build with, so that tools in it are its purpose."""
    name = base.upstream
    if name in _TOOLCHAINS or name.startswith(_TOOLCHAIN_PREFIXES):
        return True
    # What runs on CUDA compiles its kernels at run time.
    return name == "nvidia/cuda"
