"""A training experiment made into a predictive one, by rules about ports and rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter, Group, Training
from studio.document.naming import service_name
from studio.export.predictive.builder import Builder
from studio.export.predictive.choice import Choice, chosen
from studio.export.predictive.flow import Facts, Flow
from studio.export.predictive.leaving import tell_what_goes
from studio.export.predictive.path import Hop, request_path
from studio.export.predictive.places import framed, placed
from studio.export.predictive.report import Prediction
from studio.export.predictive.request import Request, request_at
from studio.export.predictive.sides import fitted, keep_input, wire_up
from studio.export.predictive.verdict import Judge
from studio.registry import shapes
from studio.registry.discovery import Registry
from studio.sdk.selection import ColumnSelection, Rule

_MADE = ("name", "description", "seed", "parameters", "nodes", "links", "groups")
_LEFT_OUT = Rule(action="exclude", by="role", values=("label", "weight"))
_REPLY = ColumnSelection(begin="all", rules=(_LEFT_OUT,))


def convert(
    experiment: Experiment,
    registry: Registry,
    facts: Facts,
    choice: Choice | None = None,
    *,
    id: str | None = None,
    file: str = "",
    run: str = "",
) -> Prediction:
    """Return the predictive experiment of a training experiment that ran.

    The same input gives the same result, and nodes keep their ids or get ones that follow from
    them. Nothing is run, opened or saved.

    Args:
        experiment: The training experiment.
        registry: The modules that exist.
        facts: What its run left.
        choice: What the person chose.
        id: The predictive experiment's id; by default one that follows from the training one's.
        file: Where the training experiment is saved, from the predictive one's folder.
        run: The run that left the facts.

    Raises NothingTrained, NothingScored, ModelChoiceNeeded, ChoiceUnknown, NotRun, ShapeMissing.
    """
    flow, choice = Flow.of(experiment, registry), choice or Choice()
    candidate, score = chosen(flow, choice)
    used = [node for node in choice.transforms.values() if node in flow.steps]
    flow.require_results(facts, flow.ancestors(score, *used))
    judge = Judge(flow, facts, choice, request_path(flow, score), candidate.model)
    work = _Conversion(judge, Builder(flow, facts, candidate.model))
    work.build()
    builder = work.builder
    tell_what_goes(builder, candidate, score)
    link = Training(
        experiment=experiment.id,
        file=file,
        run=run,
        score=choice.score,
        transforms=choice.transforms,
        left_out=choice.left_out,
    )
    return Prediction(
        work.experiment(id or _id_from(experiment, score), link),
        choice,
        tuple(builder.saved.values()),
        tuple(builder.frozen),
        tuple(builder.report),
        tuple(builder.problems),
        work.requests(),
    )


def remembering(made: Experiment) -> Experiment:
    """Return a predictive experiment that remembers itself as it is now; see Training."""
    logic = made.to_dict()["experiment"]
    itself = {name: logic[name] for name in _MADE}
    return replace(made, training=replace(made.training, made=itself))


@dataclass
class _Conversion:
    """One conversion under way."""

    judge: Judge
    builder: Builder

    def build(self) -> None:
        """Put nodes and links together, along the request path."""
        self._begin()
        for hop in self.judge.path.hops:
            self._pass(hop)
        self._end()

    def requests(self) -> dict[str, Request]:
        """Return the columns of a request at each web service input, by name."""
        flow, nodes = self.builder.flow, self.builder.nodes
        kept = [id for id in nodes if id in flow.steps]
        found: dict[str, Request] = {}
        for id, node in nodes.items():
            cls = flow.registry.get(node.module)
            if cls is None or cls.meta.service != "input":
                continue
            # An input that is new stands right below the source, whose rows it passes on.
            came = entry = self.judge.path.source
            if id in flow.steps and (data := flow.data(id)) is not None:
                came, entry = data[1], (id, cls.outputs()[0].name)
            name = str(node.params.get("name", cls.parameter("name").default))
            found[name] = request_at(flow, self.judge.facts, kept, came, entry)
        return dict(sorted(found.items()))

    def experiment(self, id: str, link: Training) -> Experiment:
        """Return the predictive experiment."""
        builder, old = self.builder, self.judge.flow.experiment
        made = Experiment(
            id=id,
            name=f"{old.name} [predictive]",
            description=f"Answers requests as “{old.name}” was trained to.",
            seed=old.seed,
            parameters=tuple(self._parameters()),
            nodes=builder.nodes,
            links=tuple(builder.links),
            groups={group.id: group for group in self._groups()},
        )
        made = placed(made, builder.new)
        return remembering(replace(made.with_items(framed(old, made)), training=link))

    def _begin(self) -> None:
        """Keep the source, and set a web service input below it where the path has none."""
        builder, source = self.builder, self.judge.path.source
        if builder.flow.marks(source[0], "input"):
            keep_input(builder, source[0])
            return
        builder.keep_with_sources(source[0])
        why = "Its columns are those of a request; what it brings only fills the studio's own runs."
        builder.tell("kept", source[0], "{} stays.", why)
        node, cls = self._service("input", source[0])
        builder.link(source, node, cls.inputs()[0].name)
        builder.where[source] = node, cls.outputs()[0].name
        builder.tell("added", node, "{} is set below the source.", "Requests come in here.")

    def _pass(self, hop: Hop) -> None:
        """Take a node of the path over, replace it by what it fitted, or pass it by."""
        builder, verdict = self.builder, self.judge.verdict(hop)
        builder.problems += [item for item in verdict.troubles if item not in builder.problems]
        if verdict.fate == "gone":
            builder.where[hop.wire] = builder.where[hop.came]
            builder.tell("gone", hop.node, "{} goes.", verdict.why)
        elif verdict.fate == "applied":
            self._apply(hop, verdict.why)
        else:
            builder.keep(hop.node)
            wire_up(builder, self.judge, hop.node)
            for port in builder.flow.ports(hop.node, "Table"):
                builder.where[hop.node, port.name] = hop.node, port.name
            builder.tell("kept", hop.node, "{} stays.", verdict.why)

    def _apply(self, hop: Hop, why: str) -> None:
        """Put the application of a fitted transform in the place of the node that fitted it."""
        builder, judge = self.builder, self.judge
        cls = shapes.transformer(builder.flow.registry)
        table, transform = (shapes.of_kind(cls.inputs(), k)[0].name for k in ("Table", "Transform"))
        builder.put(hop.node, cls, f"Apply {builder.flow.title(hop.node)}")
        builder.link(builder.where[hop.came], hop.node, table)
        own = hop.node, builder.flow.ports(hop.node, "Transform")[0].name
        builder.link(fitted(builder, judge, own, hop.node), hop.node, transform)
        builder.where[hop.wire] = hop.node, shapes.of_kind(cls.outputs(), "Table")[0].name
        name = builder.saved[judge.taken(own)].name
        what = f"{{}} becomes the saved transformation “{name}”, which is applied."
        builder.tell("applied", hop.node, what, why)

    def _end(self) -> None:
        """Leave label and weight out of the reply, and set a web service output at the end."""
        builder, last = self.builder, self.judge.path.hops[-1]
        wire, near = builder.where[last.wire], last.node
        schema = self.judge.facts.schema(last.wire)
        hidden = [c.name for c in schema if c.role in ("label", "weight")]
        if hidden and len(hidden) < len(schema):
            cls = shapes.column_chooser(builder.flow.registry)
            params = {cls.parameters()[0].name: _REPLY.model_dump(mode="json")}
            near = builder.add(f"{near}-reply", cls, "Columns of the reply", near, "after", params)
            builder.link(wire, near, cls.inputs()[0].name)
            wire = near, cls.outputs()[0].name
            why = "A request need not have it, so a reply does not repeat it."
            names = ", ".join(f"“{name}”" for name in hidden)
            builder.tell("added", near, f"{{}} leaves out {names}.", why)
        node, cls = self._service("output", near)
        builder.link(wire, node, cls.inputs()[0].name)
        builder.tell("added", node, "{} is set at the end.", "What arrives here is the reply.")

    def _service(self, service: Literal["input", "output"], near: str) -> tuple[str, Any]:
        builder = self.builder
        cls = shapes.service_port(builder.flow.registry, service)
        params = service_name(Experiment(nodes=builder.nodes), cls)
        return builder.add(cls.meta.id, cls, cls.meta.title, near, "after", params), cls

    def _parameters(self) -> Iterator[ExperimentParameter]:
        """Yield the experiment's parameters but those that only nodes took which are gone."""
        nodes, old = self.builder.nodes, self.judge.flow.experiment
        bound = {name for node in nodes.values() for name in node.bindings.values()}
        taking: dict[str, str] = {}
        for node in old.nodes.values():
            taking |= dict.fromkeys(node.bindings.values(), node.id)
        for parameter in old.parameters:
            if parameter.name in bound or parameter.name not in taking:
                yield parameter

    def _groups(self) -> Iterator[Group]:
        """Yield the groups in which a node is left, and those around them."""
        groups, found = self.judge.flow.experiment.groups, set()
        waiting = [node.group for node in self.builder.nodes.values()]
        while waiting:
            group = waiting.pop()
            if group is not None and group not in found:
                found.add(group)
                waiting.append(groups[group].parent)
                yield groups[group]


def _id_from(experiment: Experiment, score: str) -> str:
    """Return an id that no other document has, the same each time."""
    text = f"{experiment.id}\n{score}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
