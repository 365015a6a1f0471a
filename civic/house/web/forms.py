"""The base of all forms."""

from __future__ import annotations

import secrets
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms.csrf.core import CSRFTokenField
from wtforms.meta import DefaultMeta

from civic.house import i18n
from civic.house.refusal import Refusal

_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def _typed(sent: MultiDict[str, Any]) -> MultiDict[str, Any]:
    return MultiDict(
        (name, value.translate(_CONTROLS) if isinstance(value, str) else value)
        for name, value in sent.items(multi=True)
    )


class _Token(CSRFTokenField):
    """The token of a form, signed when a page shows it: what is carried out answers with no form.
    CSRFProtect has checked the one that was sent before any view was called."""

    def process(self, *sent: Any, **said: Any) -> None:
        """Takes what was sent, and makes no other token yet."""
        HiddenField.process(self, *sent, **said)

    def _value(self) -> Any:
        return self.csrf_impl.generate_csrf_token(self)


class _Tokens(FlaskForm.Meta.csrf_class):  # type: ignore[misc]
    field_class = _Token


class Form(FlaskForm):  # type: ignore[misc]
    """The base of all forms: messages in the page's language, one use a form."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """FlaskForm hides WTForms' own catalogues; ours are shown through them."""

        locales = ("fr",)
        csrf_class = _Tokens

        def get_translations(self, form: Any) -> Any:
            """WTForms' messages, in the language of the moment."""
            self.locales = (i18n.locale().code,)
            return DefaultMeta.get_translations(self, form)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, without the control characters that no keyboard makes."""
            found = super().wrap_formdata(form, formdata)
            return None if found is None else _typed(found)

    once = HiddenField(default=lambda: secrets.token_urlsafe(12))

    def sent(self) -> bool:
        """Whether this is a POST that says valid things."""
        return bool(self.validate_on_submit())

    def refuse(self, refusal: Refusal) -> None:
        """Puts a verb's no beside the field it is about (else on top of the form)."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(str(refusal.text))
        else:
            field.errors = [*field.errors, str(refusal.text)]


def said(field: Any) -> str:
    """What a text field says, "" when it says nothing."""
    return field.data or ""


class ConfirmForm(Form):
    """A form with nothing but a button."""
