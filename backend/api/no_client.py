"""What a browser is told where the web client was not built: the API works, and how to get the page."""

from __future__ import annotations

from html import escape

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from backend.install.web import HOW_TO_GET_NODE

_PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Interview Helper: the API alone</title></head>
<body><h1>The API is running, without its web page</h1>
<p>The page has not been built. It needs Node; with Node there, stop the server and run <code>make run</code> again.</p>
<pre>{escape(HOW_TO_GET_NODE)}</pre>
<p><a href="/docs">The API's own documentation</a></p></body></html>
"""


def install(app: FastAPI) -> None:
    """Add the page at `/`."""

    @app.get("/", include_in_schema=False)
    async def no_client() -> HTMLResponse:
        return HTMLResponse(_PAGE)
