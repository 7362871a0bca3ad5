"""The baseline: the smallest Starlette application, under the same uvicorn settings as the gateway.

python bench/serving/hello.py PORT
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def hello(_request: Request) -> JSONResponse:
    return JSONResponse({"hello": "world"})


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/hello", hello)]), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning"
    )
