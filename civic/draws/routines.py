"""What the worker does for the draws: lotteries are worked out, no list stays longer than it
must."""

from __future__ import annotations

from datetime import timedelta

from civic.draws.service.erasing import erase_due
from civic.draws.service.preparing import work_due
from civic.house.jobs import every

every(timedelta(seconds=2), "draws.prepare")(work_due)
every(timedelta(hours=1), "draws.erase_lists")(erase_due)
