"""Measurements. `make bench` runs the one of the site (`http`); the others are run by name."""
