"""What a chain says where a record names a control and its value contains it already."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord
from inventory.methods.context import MethodContext

_NO_CONTROL = "none"


def unapplied_control(record: ActivityRecord, species: str, context: MethodContext, *, because: str) -> str:
    """Return `control not applied` with its reason; empty where the control would not act on the species."""
    path_id = record.control_path_id
    if path_id == _NO_CONTROL or not context.control_paths.acts_on(path_id, species, record.region_code):
        return ""
    return f"control not applied: {path_id}, {because}"
