"""The smallest Flask application: what every figure of the bench is a ratio to."""

from flask import Flask

app = Flask("hello", static_folder=None)


@app.get("/")
def hello() -> str:
    """Eleven letters."""
    return "Hello world"
