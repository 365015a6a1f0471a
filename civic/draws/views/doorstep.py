"""What somebody says of themselves when their dwelling was drawn, by themselves or at the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import SelectField

from civic.draws.queries import papers
from civic.draws.service.inviting import AtTheDoor
from civic.house.i18n import _
from civic.house.web import Form, db


def with_free_criteria(form: type[Form], draw_id: int) -> Any:
    """This form with a choice for each criterion that only the person can say."""
    fields = {
        f"free_{place}": SelectField(
            name, choices=[("", _("non précisé")), *((value, value) for value in values)]
        )
        for place, (name, values) in enumerate(papers.free_criteria(db(), draw_id).items())
    }
    return type("ThisDoorForm", (form,), fields)


def free_fields(form: Form) -> list[Any]:
    """The choices that `with_free_criteria` added."""
    return [field for field in form if field.name.startswith("free_")]


def at_the_door(draw_id: int, said: Mapping[str, Any]) -> AtTheDoor:
    """What such a form says."""
    return AtTheDoor(
        first_names=said["first_names"] or "",
        family_name=said["family_name"] or "",
        sex=said["sex"] or "",
        birth_date=said["birth_date"],
        tenant=said["tenant"],
        free={
            name: said[f"free_{place}"]
            for place, name in enumerate(papers.free_criteria(db(), draw_id))
            if said[f"free_{place}"]
        },
    )
