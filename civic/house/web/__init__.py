"""Between Flask and the rooms: one request from the gate to the answer.

gate → view parses → one verb → 303.
"""

from civic.house.web.answers import db, done, me, safe_return, settings
from civic.house.web.assets import STATIC, TEMPLATES, asset
from civic.house.web.errors import error_page
from civic.house.web.forms import ConfirmForm, Form, said
from civic.house.web.gate import check_doors
from civic.house.web.headers import HEADERS, POLICY
from civic.house.web.paging import Page, paged
from civic.house.web.setting_up import flask_config, install
from civic.house.web.tables import csv_answer

__all__ = [
    "HEADERS",
    "POLICY",
    "STATIC",
    "TEMPLATES",
    "ConfirmForm",
    "Form",
    "Page",
    "asset",
    "check_doors",
    "csv_answer",
    "db",
    "done",
    "error_page",
    "flask_config",
    "install",
    "me",
    "paged",
    "safe_return",
    "said",
    "settings",
]
