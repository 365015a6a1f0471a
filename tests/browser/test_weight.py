"""What a first visit to the list of 200 proposals weighs, everything included, cold cache."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser

from civic.home.commands import environment
from civic.house import db as house
from tests.bench import http
from tests.machine.server import free_port, serve

MOST_BYTES = 100_000


def test_the_list_of_200_proposals_weighs_at_most_100_kb(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bytes as they travel, headers included, as the browser's own network layer counts them."""
    folder = tmp_path_factory.mktemp("weight")
    ours = {**environment(folder, port=free_port()), "CIVIC_DEMO": "non"}
    engine = house.make_engine(ours["CIVIC_DATABASE_URL"])
    house.migrate(engine)
    engine.dispose()
    http.fill(ours)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    with serve({**kept, **ours}, folder) as site:
        context = browser.new_context(base_url=site.url, locale="fr-FR")
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        weights: list[float] = []
        urls: list[str] = []
        network.on(
            "Network.loadingFinished", lambda sent: weights.append(sent["encodedDataLength"])
        )
        network.on("Network.requestWillBeSent", lambda sent: urls.append(sent["request"]["url"]))
        page.goto("/propositions/")
        page.wait_for_load_state("networkidle")
        assert "200" in page.locator("main").inner_text()
        context.close()
    assert [url for url in urls if not url.startswith((site.url, "data:"))] == []
    assert len(weights) >= 5
    assert sum(weights) <= MOST_BYTES, f"{sum(weights):.0f} bytes in {len(weights)} answers"
