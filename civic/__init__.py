"""civic: habitants, conseils citoyens and élus of an agglomération decide about their streets."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` is not loaded for the rules' sake
if TYPE_CHECKING:
    from flask import Flask

    from civic.house.settings import Settings

__version__ = "0.1.0"

# NumPy's own threads share out sums differently from one machine to the next, and the same draw has
# to give the same bytes. Said here since NumPy reads it when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Reads the environment when no settings are given.

    Raises `BadSettings` when a setting is missing or wrong, `RuntimeError` when a view has not
    said whom it lets in.
    """
    from flask import Flask

    from civic import rooms
    from civic.accounts.identity import install_sign_in
    from civic.home.menu import MENU
    from civic.house import db, pages, web
    from civic.house.settings import Settings

    settings = settings or Settings.load(os.environ)
    rooms.load_models()

    app = Flask("civic", static_folder=str(web.STATIC), template_folder=str(web.TEMPLATES))
    app.config.update(web.flask_config(settings))
    app.extensions["civic_settings"] = settings
    app.extensions["civic_engine"] = db.make_engine(settings.database_url)
    app.extensions["civic_sessions"] = db.sessions(app.extensions["civic_engine"])

    web.install(app, load_identity=install_sign_in(app))
    pages.install(app, MENU)
    for room in rooms.part("views"):
        app.register_blueprint(room.doors)
    web.check_doors(app)
    return app
