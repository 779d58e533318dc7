"""What becomes of each node of the request path, by its ports and its effect on rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from studio.engine.plan import Wire
from studio.export.predictive.choice import Choice
from studio.export.predictive.flow import Facts, Flow
from studio.export.predictive.path import Hop, Path
from studio.export.predictive.report import Repair, Trouble
from studio.registry import shapes
from studio.sdk.errors import Problem

Fate = Literal["kept", "applied", "gone"]

LEARNED = "What it learned in training is done to requests; nothing is fitted again."
_CHOOSES = "It chooses rows, and every row of a request is answered."
_MAKES = "It makes rows, and a request is answered for its own rows only."
_KEPT = {
    "row": "It looks at each row by itself.",
    "unknown": "It may do anything to rows; whether it answers each by itself is measured by the "
    "proof of a package.",
}
_NEW = "It makes new rows of the request's; one that is lost or doubled by it is refused."


@dataclass(frozen=True)
class Verdict:
    """What becomes of a node of the request path.

    Attributes:
        fate: It is kept; its fitted transform is applied in its place; or requests pass it by.
        why: A sentence.
        troubles: What is wrong with that.
    """

    hop: Hop
    fate: Fate
    why: str
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class Judge:
    """Says what becomes of the nodes of a request path.

    Attributes:
        model: The output that gives the model that answers.
    """

    flow: Flow
    facts: Facts
    choice: Choice
    path: Path
    model: Wire

    def verdict(self, hop: Hop) -> Verdict:
        """Return what becomes of a node."""
        node, answers = hop.node, hop == self.path.hops[-1]
        if node in self.choice.left_out and not answers:
            return Verdict(hop, "gone", "You chose to leave it out.", tuple(self._lost(hop)))
        if self.flow.marks(node, "output"):
            return Verdict(hop, "kept", "It marks a place of the web service.")
        fitted = self.transform(node)
        if fitted is not None:
            again = tuple(self._fitted_again(fitted))
            if self.facts.chooses_rows(self.taken(fitted)):
                return Verdict(hop, "gone", _CHOOSES, tuple(self._lost(hop, fitted)))
            if fitted[0] == node:
                return Verdict(hop, "applied", LEARNED, again)
            return Verdict(hop, "kept", "It does to requests what was learned in training.", again)
        effect = self.flow.effect(node)
        if effect.rows in ("subset", "split", "more") and not answers:
            why = _MAKES if effect.rows == "more" else _CHOOSES
            return Verdict(hop, "gone", why, tuple(self._lost(hop)))
        why = _NEW if effect.rows == "new" and effect.reads == "row" else ""
        troubles = (*self._unfit(hop), *self._model_again(node))
        return Verdict(hop, "kept", why or _KEPT.get(effect.reads, ""), troubles)

    def transform(self, node: str) -> Wire | None:
        """Return the output that gives the transform which a node fits or applies, or None."""
        cls = self.flow.module(node)
        if cls is None:
            return None
        if shapes.fits(cls):
            return node, self.flow.ports(node, "Transform")[0].name
        return self.flow.value(node, "Transform") if shapes.transforms(cls) else None

    def taken(self, fitted: Wire) -> Wire:
        """Return the transform that is taken: the person's choice, or the node's own."""
        other = self.choice.transforms.get(fitted[0], "")
        cls = self.flow.module(other) if other in self.flow.steps else None
        if cls is None or not shapes.fits(cls):
            return fitted
        return other, self.flow.ports(other, "Transform")[0].name

    def _lost(self, hop: Hop, fitted: Wire | None = None) -> Iterator[Trouble]:
        """Yield what is lost where requests pass a node by: columns that are needed later."""
        before, after = self.facts.schema(hop.came), self.facts.schema(hop.wire)
        made = {name for name in after.names if name not in before}
        if fitted is not None:
            made |= set(self.facts.about(self.taken(fitted)).get("writes", ()))
        lost = [name for name in after.names if name in made & self._needed]
        if lost:
            yield self._trouble(
                hop.node,
                "columns_lost",
                f"Requests pass “{self.flow.title(hop.node)}” by, and it makes columns that are "
                f"needed after it: {', '.join(lost)}.",
                "Make these columns with a step of their own that keeps every row.",
            )

    @property
    def _needed(self) -> set[str]:
        """The columns that the model and the transforms on the path read."""
        needed = set(self.facts.about(self.model).get("features", ()))
        for hop in self.path.hops:
            fitted = self.transform(hop.node)
            if fitted is not None and not self.facts.chooses_rows(self.taken(fitted)):
                needed |= set(self.facts.about(self.taken(fitted)).get("reads", ()))
        return needed

    def _unfit(self, hop: Hop) -> Iterator[Trouble]:
        """Yield why a node that stays cannot answer a row by itself."""
        effect, title = self.flow.effect(hop.node), self.flow.title(hop.node)
        if effect.reads in ("all", "order"):
            others = "all rows" if effect.reads == "all" else "the rows before and after"
            left_out = (*self.choice.left_out, hop.node)
            repair = Repair(f"Leave “{title}” out", replace(self.choice, left_out=left_out))
            yield self._trouble(
                hop.node,
                "rows_together",
                f"“{title}” looks at {others} to make one, and a request is answered row by row.",
                "Use a step that gives a transformation, or leave it out.",
                repair,
            )
        elif effect.label:
            yield self._trouble(
                hop.node,
                "label_needed",
                f"“{title}” uses the label's values, which a request does not have.",
                "Do without it before the rows are scored.",
            )

    def _fitted_again(self, fitted: Wire) -> Iterator[Trouble]:
        """Yield that a transform was fitted on other rows than those that training used."""
        node = self.taken(fitted)[0]
        if not self._came_with(node):
            return
        title = self.flow.title(node)
        if self.flow.data(self.model[0]) is None:
            yield self._trouble(
                node,
                "fitted_here",
                f"The model was not trained here; “{title}” was fitted on rows that it may never "
                "have seen.",
                "Use the transformation that was saved with the model.",
                severity="warning",
            )
            return
        yield self._trouble(
            node,
            "fitted_again",
            f"“{title}” was fitted anew on rows that the model was not trained on, so that "
            "requests would be treated in another way than the rows of training.",
            "Apply the transformation that was fitted for training.",
            *(self._using(fitted[0], other) for other in self._for_training(node)),
        )

    def _model_again(self, node: str) -> Iterator[Trouble]:
        """Yield that another model on the path is none that training used."""
        model = self.flow.value(node, "Model")
        if model is None or model == self.model or not self._came_with(model[0]):
            return
        yield self._trouble(
            model[0],
            "model_apart",
            f"“{self.flow.title(node)}” answers with the model of “{self.flow.title(model[0])}”, "
            "which the rows of training did not pass.",
            "Wire the same model into both branches.",
        )

    def _came_with(self, node: str) -> bool:
        """Whether something fitted is not among what the model was trained with."""
        brought = self.flow.data(node) is None
        return not brought and node not in self.flow.ancestors(self.model[0])

    def _for_training(self, node: str) -> list[str]:
        """Return the nodes of the same kind that fitted for training, equally set ones first."""
        ancestors = self.flow.ancestors(self.model[0])
        own = self.flow.steps[node]
        like = [n for n, s in self.flow.steps.items() if n in ancestors and s.cls is own.cls]
        return sorted(like, key=lambda other: self.flow.steps[other].params != own.params)

    def _using(self, node: str, other: str) -> Repair:
        transforms = {**self.choice.transforms, node: other}
        text = f"Use the transformation of “{self.flow.title(other)}”"
        return Repair(text, replace(self.choice, transforms=transforms))

    def _trouble(
        self,
        node: str,
        code: str,
        sentence: str,
        hint: str,
        *repairs: Repair,
        severity: Literal["error", "warning"] = "error",
    ) -> Trouble:
        return Trouble(node, Problem(code, sentence, hint, severity=severity), repairs)
