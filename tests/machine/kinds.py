"""Marks for the tests that are about one kind of database only."""

from __future__ import annotations

import pytest

on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
