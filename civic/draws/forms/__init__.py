"""What a person may type about a draw."""

from __future__ import annotations

from civic.draws.forms.asking import (
    AnnouncementForm,
    DrawForm,
    OrderForm,
    PlanForm,
    ReadingForm,
    ReasonForm,
)
from civic.draws.forms.lists import CheckedForm, DecisionForm, UploadForm
from civic.draws.forms.papers import OathForm, SeekForm, SheetForm
from civic.draws.forms.people import (
    AcceptForm,
    AnswerForm,
    AttemptForm,
    CodeForm,
    DoorAnswerForm,
    DoorForm,
    DwellingForm,
    InvitedForm,
    LeaveForm,
)

__all__ = [
    "AcceptForm",
    "AnnouncementForm",
    "AnswerForm",
    "AttemptForm",
    "CheckedForm",
    "CodeForm",
    "DecisionForm",
    "DoorAnswerForm",
    "DoorForm",
    "DrawForm",
    "DwellingForm",
    "InvitedForm",
    "LeaveForm",
    "OathForm",
    "OrderForm",
    "PlanForm",
    "ReadingForm",
    "ReasonForm",
    "SeekForm",
    "SheetForm",
    "UploadForm",
]
