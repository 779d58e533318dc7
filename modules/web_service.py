"""Modules that mark where a web service's requests come in and where its replies go out."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import field_validator

from studio.sdk import Context, Effect, Meta, Module, Table, TableSchema, out, param

GROUP = "Web Service"


class _ServicePort(Module):
    """A place in the flow that a web service knows by name; the table passes it untouched."""

    @field_validator("name", check_fields=False)
    @classmethod
    def _name_fits(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,59}", value):
            raise ValueError("write up to 60 letters, digits, “_” and “-”, a letter first")
        return value

    def effect(self) -> Effect:
        """Every row passes as it is."""
        return Effect("same", "row")

    def output_schema(self, dataset: TableSchema) -> TableSchema:
        """Return the dataset's columns."""
        return dataset


class WebServiceInput(_ServicePort):
    """Mark where the rows of a request come in.

    Set it on a link. In a run of the experiment the dataset passes through untouched. When the
    experiment answers requests, their rows take the place of the dataset here, and what stands
    above is cut: it only says which columns a request has, with which types.

    There may be several, each with a name of its own; a request names the one that its rows are
    for.
    """

    meta = Meta(
        "web_service_input",
        "Web Service Input",
        GROUP,
        search=("endpoint", "request", "deploy", "api", "rest"),
        service="input",
    )

    name: str = param("input1", "Name", help="What requests call this input.")

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("request", "Rows of the request")]:
        """Pass the dataset on."""
        ctx.check()
        return dataset


class WebServiceOutput(_ServicePort):
    """Mark what a request is answered with.

    Set it on a link, or at the end. In a run of the experiment the dataset passes through
    untouched. When the experiment answers requests, the columns that arrive here are the reply:
    Select Columns in Dataset before it leaves out what the caller need not see.

    There may be several, each with a name of its own.
    """

    meta = Meta(
        "web_service_output",
        "Web Service Output",
        GROUP,
        search=("endpoint", "reply", "response", "deploy", "api", "rest"),
        service="output",
    )

    name: str = param("output1", "Name", help="What replies call this output.")

    def run(
        self, dataset: Annotated[Table, "Dataset"], ctx: Context
    ) -> Annotated[Table, out("reply", "Reply")]:
        """Pass the dataset on."""
        ctx.check()
        return dataset
