"""Sequential Phragmén: each purchase goes to whom it loads least, together with all before."""

from civic.rules.tally.phragmen.rule import phragmen

__all__ = ["phragmen"]
