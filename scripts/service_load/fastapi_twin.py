"""The same codes over FastAPI and uvicorn: `uvicorn service_load.fastapi_twin:app`.

The model, its queue and the reading of records are those of the service; the variable
HAN_TWIN_RUN says which run. It has neither keys nor limits, metrics nor a log.
"""

from __future__ import annotations

import os
from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from han.service.coding_queue import CodingQueue
from han.service.model_shelf import ModelPlace, ModelShelf
from han.service.problem import Problem
from han.service.service_settings import ServiceSettings

settings = ServiceSettings()
shelf = ModelShelf([ModelPlace.of(os.environ["HAN_TWIN_RUN"])], settings)
queue = CodingQueue(settings)
app = FastAPI()


class CodeRequest(BaseModel):
    """Records to code."""

    model_config = ConfigDict(extra="forbid", strict=True)
    records: list[dict[str, str]] = Field(min_length=1, max_length=1000)
    top_k: int = Field(5, ge=1, le=50)


@app.get("/ready")
def ready() -> dict[str, str]:
    """It answers."""
    return {"status": "ready"}


@app.post("/v1/code")
def code(asked: CodeRequest) -> dict[str, Any]:
    """Codes of records, in a thread beside the event loop."""
    model = shelf.get(None)
    try:
        records = model.fields.read(asked.records, settings.max_records)
        return {
            "model": model.facts,
            "records": queue.code(model, records, asked.top_k),
        }
    except Problem as problem:
        raise HTTPException(problem.status, problem.detail) from None
