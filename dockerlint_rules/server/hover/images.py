"""A few sentences about an image: where it comes from, how long it is supported, where it keeps its data."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.images.releases import days_to_move, newer_base, upgrade_hint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.images.reference import ImageReference
    from dockerlint_rules.server.hover.markup import Markup

# Source: the documentation of the Docker official images, "Image variants".
_VARIANTS = {
    "slim": "only what its program needs",
    "alpine": "small, with musl instead of glibc",
    "windowsservercore": "on Windows Server Core",
    "nanoserver": "on Nano Server, which is small",
}


def image_text(base: ImageReference, today: str, markup: Markup) -> str:
    """What is known about an image."""
    if base.is_scratch:
        return f"{markup.bold('scratch')}: the empty image."
    parts = [f"{markup.bold(base.text)}, {markup.text(_origin(base))}.", *_version(base, markup)]
    variant = next(
        (one for one in _VARIANTS if one in (base.tag or "").rstrip("0123456789.").split("-")), ""
    ) or ("alpine" if "-alpine" in (base.tag or "") else "")
    if variant:
        parts.append(f"Variant {variant}: {_VARIANTS[variant]}.")
    family = distribution(base)
    if family:
        parts.append(f"Distribution: {family}.")
    parts += [markup.text(one) for one in _support(base, today)]
    state = knowledge.stateful_image(base.upstream, base.tag) if base.is_name_certain else None
    if state is not None and state.data_dirs:
        volume = ", and declares a volume for it" if state.declares_volume else ""
        parts.append(f"Keeps its data in {markup.code(state.data_dirs[0])}{volume}.")
    return " ".join(parts)


def _origin(base: ImageReference) -> str:
    if not base.is_name_certain:
        return "an image that depends on a variable"
    if base.is_on_hub:
        return "an image on Docker Hub" if "/" in base.familiar else "an official image"
    if base.upstream != base.familiar:
        return f"a copy of Docker Hub's {base.upstream} on {base.registry}"
    return f"an image on {base.registry}"


def _version(base: ImageReference, markup: Markup) -> Iterator[str]:
    if base.digest is not None:
        tag = " even if the tag moves" if base.tag else ""
        yield f"Pinned by digest: always the same image{tag}."
    elif base.tag is None and base.is_tag_certain:
        yield f"No tag, so {markup.code('latest')}: it moves with every release."
    elif base.tag == "latest":
        yield "The tag moves with every release."


def _support(base: ImageReference, today: str) -> Iterator[str]:
    """How long it is supported, and what to upgrade to when support has ended or ends soon."""
    name = base.upstream
    if not (base.is_name_certain or base.tag):
        return
    retired = knowledge.retired_image(name, base.tag)
    if retired is not None:
        since = f" since {retired.date}" if retired.date else ""
        instead = f" Use {' or '.join(retired.successors)}." if retired.successors else ""
        yield f"No longer updated{since}: {retired.reason}.{instead}"
        return
    record = knowledge.end_of_life(name, base.tag)
    if record is not None:
        yield f"{_sentence(_until(record, today))}."
        if record.is_past(today) or days_to_move(record, today) is not None:
            yield f"{_sentence(upgrade_hint(base, record, today))}."
    if "/" in name or (record is not None and record.is_past(today)):
        return
    inside = knowledge.base_end_of_life(base.tag, name)
    if inside is not None:
        yield f"{_sentence(inside.product)} {inside.tag_prefix} inside: {_until(inside, today)}."
        if inside.is_past(today):
            yield f"{_sentence(newer_base(inside, today))}."


def _until(record: EolRecord, today: str) -> str:
    if record.state == "open":
        return "no end of support has been announced"
    if record.has_long_term_support_alone(today):
        return f"only long-term support since {record.date}, until {record.last_day}"
    if record.is_past(today):
        return (
            f"no longer supported since {record.last_day}" if record.date else "no longer supported"
        )
    longer = f", with long-term support until {record.last_day}"
    return f"supported until {record.date}{longer if record.last_day != record.date else ''}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
