"""Stateful services."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.project.compose import with_defaults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.knowledge.stateful_software import StatefulRecord
    from dockerlint_rules.project.services import Service


def stateful_record(service: Service) -> StatefulRecord | None:
    """What is known of the data of a service's image; None where it keeps none or its release is not known."""
    image = service.image
    text = with_defaults(image.text or "") if image is not None else None
    if not text:
        return None
    reference = ImageReference.parse(text)
    if not reference.is_name_certain:
        return None
    record = knowledge.stateful_image(reference.upstream, reference.tag)
    if record is None or not record.keeps_state or not record.is_certain or not record.data_dirs:
        return None
    return record
