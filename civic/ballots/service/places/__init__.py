"""« Lieux de vote »: where people vote on paper, who is on duty, printed émargements, sheets."""

from civic.ballots.service.places.adding import add_place, put_on_duty
from civic.ballots.service.places.changing import change_place, remove_place
from civic.ballots.service.places.printed import Printed, print_check_in, type_signatures
from civic.ballots.service.places.sheets import require_sheets, sign_sheet

__all__ = [
    "Printed",
    "add_place",
    "change_place",
    "print_check_in",
    "put_on_duty",
    "remove_place",
    "require_sheets",
    "sign_sheet",
    "type_signatures",
]
