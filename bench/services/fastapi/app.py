"""A small order desk, on whichever FastAPI and pydantic are installed."""
from datetime import datetime, timezone
from decimal import Decimal
from typing import List, Optional

from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, EmailStr, Field, HttpUrl

app = FastAPI(title="Orders", version="1.0.0")


class Line(BaseModel):
    sku: str = Field(..., min_length=2)
    count: int = Field(..., gt=0)
    price: Decimal


class Order(BaseModel):
    customer: str
    email: Optional[EmailStr] = None
    callback: Optional[HttpUrl] = None
    placed: datetime
    lines: List[Line]
    note: Optional[str] = None


@app.get("/orders/{order_id}")
def read(order_id: int, verbose: bool = False):
    if order_id > 100:
        raise HTTPException(404, "no such order")
    return {
        "id": order_id,
        "placed": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        "total": Decimal("12.50"),
        "verbose": verbose,
    }


@app.get("/search")
def search(q: str = Query(..., max_length=10), limit: int = Query(10, ge=1, le=50)):
    return {"q": q, "limit": limit}


@app.post("/orders", response_model=Order)
def create(order: Order):
    return order


@app.get("/old")
def old():
    return RedirectResponse("/orders/1")
