"""The sample dataset “customer churn”: 5,000 customers of a made-up telephone company."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, TypeVar

from modules.samples.dice import Dice
from studio.sdk import Column, TableSchema

ROWS = 5_000
DUPLICATES = 60
SEED = 20_240_101
TODAY = dt.datetime(2024, 1, 1)

Value = TypeVar("Value")

SCHEMA = TableSchema(
    (
        Column("customer_id", "string", "id"),
        Column("signup_date", "datetime"),
        Column("last_contact", "datetime"),
        Column("region", "string"),
        Column("age", "integer"),
        Column("plan", "category", levels=("Basic", "Standard", "Premium")),
        Column("contract", "category", levels=("Monthly", "Yearly", "Two years")),
        Column("payment_method", "string"),
        Column("monthly_charge", "double"),
        Column("total_charges", "double"),
        Column("data_usage_gb", "double"),
        Column("support_calls", "integer"),
        Column("paperless", "boolean"),
        Column("satisfaction", "integer"),
        Column("churned", "category", "label", levels=("no", "yes")),
    )
)

_REGIONS = ("North", "South", "East", "West")
_MISSPELT = ("{}", "{}", "{}", "{}", "{}", "{}", "{}", "{} ", " {}", "LOWER", "UPPER")
_PLANS = {"Basic": 19.9, "Standard": 39.9, "Premium": 69.9}
_CONTRACTS = {"Monthly": 1.1, "Yearly": -0.3, "Two years": -1.2}
_PAYMENTS = ("Bank transfer", "Credit card", "Invoice", "Direct debit")
_PAYMENTS_MISSPELT = {"Credit card": "credit-card", "Bank transfer": "Bank Transfer"}


def rows() -> list[tuple[Any, ...]]:
    """Return the rows, in an order that mixes the doubled customers among the others."""
    dice = Dice(SEED)
    made = [_customer(dice, number) for number in range(1, ROWS - DUPLICATES + 1)]
    for _ in range(DUPLICATES):
        made.insert(dice.whole(0, len(made)), dice.one_of(made))
    return made


def _customer(dice: Dice, number: int) -> tuple[Any, ...]:
    months = dice.whole(1, 72)
    signup = TODAY - dt.timedelta(days=months * 30 + dice.whole(0, 29))
    plan = dice.one_of(tuple(_PLANS), (45, 35, 20))
    contract = dice.one_of(tuple(_CONTRACTS), (55, 28, 17))
    charge = round(_PLANS[plan] + dice.bell(0, 2.5), 2)
    calls = sum(dice.chance(0.16) for _ in range(10))
    satisfaction = max(1, min(5, round(dice.bell(4.2 - 0.45 * calls, 0.7))))
    usage = max(0.0, round(dice.bell({"Basic": 4, "Standard": 15, "Premium": 40}[plan], 3), 1))
    churned = dice.chance(_risk(contract, months, calls, satisfaction, charge))
    return (
        f"C{number:05d}",
        signup,
        _last_contact(dice, signup),
        _region(dice),
        _age(dice),
        plan,
        contract,
        _payment(dice),
        charge,
        _hole(dice, round(charge * months * dice.between(0.95, 1.05), 2), 0.03),
        _hole(dice, round(usage * (1024 if dice.chance(0.004) else 1), 1), 0.05),
        calls,
        _hole(dice, dice.chance(0.6), 0.02),
        _hole(dice, satisfaction, 0.25),
        "yes" if churned else "no",
    )


def _risk(contract: str, months: int, calls: int, satisfaction: int, charge: float) -> float:
    """Return how likely a customer leaves: a logistic function of what is known of them."""
    score = -0.9 + _CONTRACTS[contract] + 0.35 * calls - 0.035 * months
    score += 0.45 * (3 - satisfaction) + 0.012 * (charge - 35)
    return 1 / (1 + math.exp(-score))


def _hole(dice: Dice, value: Value, share: float) -> Value | None:
    return None if dice.chance(share) else value


def _last_contact(dice: Dice, signup: dt.datetime) -> dt.datetime | None:
    days = (TODAY - signup).days
    seconds = dice.whole(8 * 3600, 20 * 3600)
    contact = signup + dt.timedelta(days=dice.whole(0, days), seconds=seconds)
    return _hole(dice, contact, 0.18)


def _region(dice: Dice) -> str | None:
    region = dice.one_of(_REGIONS, (30, 30, 22, 18))
    written = dice.one_of(_MISSPELT)
    named = {"LOWER": region.lower(), "UPPER": region.upper()}.get(written, written.format(region))
    return _hole(dice, named, 0.02)


def _age(dice: Dice) -> int | None:
    age = max(18, min(92, round(dice.bell(44, 15))))
    wrong = dice.chance(0.003)
    return _hole(dice, dice.one_of((-1, 0, 199)) if wrong else age, 0.06)


def _payment(dice: Dice) -> str | None:
    method = dice.one_of(_PAYMENTS, (30, 35, 15, 20))
    written = _PAYMENTS_MISSPELT.get(method, method) if dice.chance(0.08) else method
    return _hole(dice, written, 0.01)
