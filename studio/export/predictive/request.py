"""The columns of a request: the source's, with those that need not be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from studio.document.experiment import Experiment
from studio.engine.plan import Wire
from studio.export.predictive.flow import Facts, Flow
from studio.registry import shapes
from studio.registry.discovery import Registry
from studio.sdk.schema import Role, TableSchema

_NOT_ASKED_FOR: tuple[Role, ...] = ("label", "weight")


@dataclass(frozen=True)
class Request:
    """The columns of a request at one web service input.

    Attributes:
        schema: The columns; label and weight have their roles, whatever the table there says.
        optional: The columns that need not be there: they are filled with missing values.
    """

    schema: TableSchema
    optional: tuple[str, ...] = ()


def requests(experiment: Experiment, registry: Registry, facts: Facts) -> dict[str, Request]:
    """Return the columns of a request at each web service input, by its name.

    ``facts`` are what a run of this experiment left. Label and weight are found at the scoring
    nodes and followed back up to the input; a name that is made on the way is not followed further.
    """
    flow = Flow.of(experiment, registry)
    found: dict[str, Request] = {}
    served = flow.served()
    passed = [node for node in flow.steps if node in served]
    for node, step in flow.steps.items():
        came = flow.data(node)
        if flow.marks(node, "input") and came is not None:
            name = str(getattr(step.module, "name", node))
            entry = (node, flow.ports(node, "Table")[0].name)
            found[name] = request_at(flow, facts, passed, came[1], entry)
    return dict(sorted(found.items()))


def request_at(flow: Flow, facts: Facts, nodes: Iterable[str], came: Wire, entry: Wire) -> Request:
    """Return the columns of a request that comes in at a wire, where ``came`` has its columns.

    Only scoring nodes among ``nodes`` are looked at.
    """
    schema = facts.schema(came)
    features: set[str] = set()
    roles: dict[str, Role] = {c.name: c.role for c in schema if c.role in _NOT_ASKED_FOR}
    for node in nodes:
        cls = flow.module(node)
        model, data = flow.value(node, "Model"), flow.data(node)
        if cls is None or not shapes.scores(cls) or model is None or data is None:
            continue
        about = facts.about(model)
        features |= set(_traced(flow, facts, data[1], about.get("features", ()), entry))
        for name, role in _left_out(facts.schema(data[1]), about).items():
            roles |= dict.fromkeys(_traced(flow, facts, data[1], (name,), entry), role)
    roles = {name: role for name, role in roles.items() if name in schema and name not in features}
    for name, role in roles.items():
        schema = schema.with_role(name, role)
    return Request(schema, tuple(name for name in schema.names if name in roles))


def _left_out(schema: TableSchema, about: Mapping[str, object]) -> dict[str, Role]:
    """Return label and weight of a table that is scored."""
    roles: dict[str, Role] = {c.name: c.role for c in schema if c.role in _NOT_ASKED_FOR}
    label = about.get("label")
    if isinstance(label, Mapping) and label["name"] in schema:
        roles[label["name"]] = "label"
    return roles


def _traced(flow: Flow, facts: Facts, wire: Wire, names: object, entry: Wire) -> Iterator[str]:
    """Yield what columns of a table are called where a request comes in; others are left out."""
    for name in names if isinstance(names, list | tuple) else ():
        at, called = wire, str(name)
        while at != entry:
            came = flow.data(at[0])
            before = (
                None if came is None else _before(facts.schema(came[1]), facts.schema(at), called)
            )
            if came is None or before is None:
                break
            at, called = came[1], before
        else:
            yield called


def _before(before: TableSchema, after: TableSchema, name: str) -> str | None:
    """Return what a column was called before a node; None where the node made it.

    A renaming shows in that all other columns are where they were, under the names they had.
    """
    if name in before:
        return name
    if len(before) != len(after) or name not in after:
        return None
    old, new = before.names, after.names
    place = new.index(name)
    moved = [a for a, b in zip(old, new, strict=True) if a != b and (a in new or b in old)]
    same = before.column(old[place]).type == after.column(name).type
    return old[place] if not moved and same else None
