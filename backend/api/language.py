"""Which language model writes the coaching, and the choice of one on this machine."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from backend.api.deps import Owner, Parts, address
from backend.api.envelope import ok
from backend.api.schemas import Body
from backend.config import is_loopback
from backend.errors import Forbidden

router = APIRouter(tags=["language model"])


class LocalModel(Body):
    """A model of this machine. There is no address in it: services are looked for in fixed places only."""

    service: str = Field(max_length=40)
    model: str = Field(min_length=1, max_length=200)


class Wanted(Body):
    """A larger model that is to be fetched."""

    name: str = Field(max_length=80)


@router.get("/language")
async def language(request: Request, parts: Parts, owner: Owner) -> JSONResponse:
    """What is in use, what was found on this machine, and which larger models can be fetched."""
    return ok(request, await parts.local_language.state(here=_sits_here(request)))


@router.post("/language/local")
async def use_local(request: Request, parts: Parts, owner: Owner, body: LocalModel) -> JSONResponse:
    """Confirm a model that was found, or one that was fetched (service `own`)."""
    _only_here(request)
    await parts.local_language.use(body.service, body.model)
    return ok(request, await parts.local_language.state())


@router.delete("/language/local")
async def stop_local(request: Request, parts: Parts, owner: Owner) -> JSONResponse:
    """Use no model of this machine any more."""
    _only_here(request)
    await parts.local_language.stop()
    return ok(request, await parts.local_language.state())


@router.post("/language/larger", status_code=202)
async def fetch_larger(request: Request, parts: Parts, owner: Owner, body: Wanted) -> JSONResponse:
    """Begin to fetch a larger model; `GET /language` tells how far it is."""
    _only_here(request)
    await parts.local_language.fetch(body.name)
    return ok(request, await parts.local_language.state(), status=202)


def _only_here(request: Request) -> None:
    """Only whoever sits at this machine chooses for it, also where a tunnel or proxy leads others here."""
    if not _sits_here(request):
        raise Forbidden


def _sits_here(request: Request) -> bool:
    return is_loopback(address(request))
