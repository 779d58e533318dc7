"""Learners as rows: an estimator's name, its parameters, and the module that is made of them."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import create_model
from pydantic.fields import FieldInfo

from studio.sdk.context import Context
from studio.sdk.data import Learner
from studio.sdk.errors import StudioError, ValueWrong
from studio.sdk.module import Effect, Meta, Module, out, read_params
from studio.sdk.outline import Outline
from studio.sdk.outline import Task as Task
from studio.sdk.params import param

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a learner may know of the table it will learn from: rows, features, classes."""

    rows: int
    features: int
    classes: int = 0


class NotALearner(StudioError):
    """A learner's id belongs to a module of another kind."""

    code = "not_a_learner"
    sentence = "“{module}” is not a learner."
    hint = "Wire a module of the group “Machine Learning” into the port for untrained models."


class LearnerModule(Module):
    """The base of the modules that :func:`learner` makes.

    Attributes:
        task: What it learns to answer.
        find_estimator: Imports and returns the estimator's class.
        fixed: Arguments of the estimator that are no parameters.
        build: Arguments that take the parameters and the shape of the table to work out.
        trusted: Types besides the studio's own list that a fitted estimator's file may hold.
    """

    task: ClassVar[Task]
    find_estimator: ClassVar[Callable[[], type]]
    fixed: ClassVar[Arguments] = {}
    build: ClassVar[Callable[[Any, Shape], Mapping[str, Any]] | None] = None
    trusted: ClassVar[tuple[str, ...]] = ()

    def run(self, ctx: Context) -> Annotated[Learner, out("untrained_model", "Untrained model")]:
        """Return the configured learner."""
        ctx.check()
        return Learner(self.meta.id, self.visible())

    def effect(self) -> Effect:
        """Return that nothing comes in."""
        return Effect("new", "row")

    def outline(self) -> Outline:
        """Return what is known of what it learns before it is fitted."""
        spread = False
        if self.task == "regression":
            from studio.sdk.answers import gives_spread

            with suppress(ImportError):
                spread = gives_spread(type(self).find_estimator())
        return Outline(self.task, has_spread=spread)

    def make(self, shape: Shape, *, seed: int = 0, threads: int = 1) -> Any:
        """Return the estimator, not fitted, for a table of that shape."""
        cls = type(self).find_estimator()
        arguments = {
            item.to or item.name: getattr(self, item.name)
            for item in self.parameters()
            if item.to != "" and self.shows(item.name)
        }
        build = type(self).build
        if build is not None:
            arguments |= build(self, shape)
        arguments |= self.fixed
        known = inspect.signature(cls).parameters
        if "random_state" in known:
            arguments.setdefault("random_state", mixed_seed(seed, getattr(self, "seed", 0)))
        if "n_jobs" in known:
            arguments.setdefault("n_jobs", threads)
        return cls(**arguments)


def learner(
    id: str,
    title: str,
    estimator: str | Callable[[], type],
    help: str,
    *,
    task: Task,
    group: str,
    version: int = 1,
    search: tuple[str, ...] = (),
    libraries: tuple[str, ...] = (),
    fixed: Arguments | None = None,
    build: Callable[[Any, Shape], Arguments] | None = None,
    trusted: tuple[str, ...] = (),
    unknown_levels: bool = True,
    **params: Any,
) -> type[LearnerModule]:
    """Return the module of a learner, as a value to be assigned to a name in a module file.

    Args:
        id, title, group, version, search: As in ``Meta``.
        estimator: The estimator's class, ``package:Class``, imported when it is fitted; for one of
            the learner's own distribution a function that imports and returns it, since a result's
            key follows the imports that a file makes.
        help: The help page; its first line says what it is.
        task: What it learns to answer.
        libraries: Distributions whose version matters; found by themselves for scikit-learn's and
            lightgbm's estimators.
        fixed: Arguments of the estimator that are no parameters.
        build: Called with the configured module and the :class:`Shape` of the table; returns the
            arguments for parameters declared ``to=""``.
        trusted: Types besides the studio's own list that a fitted estimator's file may hold.
        unknown_levels: Whether the person may choose what a new level of a category means.
        params: Each a ``param(…)``, of the type of its default, or ``(type, param(…))``.
    """
    name = "".join(part.capitalize() for part in id.split("_"))
    fields: dict[str, Any] = {key: _field(key, item) for key, item in params.items()}
    if unknown_levels:
        fields["allow_unknown_levels"] = (bool, _unknown_levels())
    attributes: dict[str, Any] = {
        "task": task,
        "find_estimator": staticmethod(
            partial(_named, estimator) if isinstance(estimator, str) else estimator
        ),
        "fixed": dict(fixed or {}),
        "trusted": trusted,
        "meta": Meta(
            id, title, group, version, libraries=libraries or _libraries(estimator), search=search
        ),
    }
    caller = sys._getframe(1).f_globals["__name__"]
    made: type[LearnerModule] = create_model(
        name, __base__=LearnerModule, __module__=caller, __doc__=help, **fields
    )
    for key, value in attributes.items():
        setattr(made, key, value)
    if build is not None:
        made.build = staticmethod(build)
    return made


def configured(learner: Learner, ctx: Context) -> LearnerModule:
    """Return the module that a learner stands for, with its parameters; raises a StudioError."""
    cls = ctx.module(learner.module)
    if not issubclass(cls, LearnerModule):
        raise NotALearner(module=cls.meta.title)
    module, problems = read_params(cls, learner.params)
    if module is None:
        raise ValueWrong(reason=problems[0].sentence, advice=problems[0].hint)
    if not isinstance(module, LearnerModule):
        raise NotALearner(module=cls.meta.title)
    return module


def mixed_seed(*seeds: int) -> int:
    """Return one seed of 31 bits that depends on all of these."""
    import numpy as np

    state = np.random.SeedSequence([abs(seed) for seed in seeds]).generate_state(1)
    return int(state[0]) & 0x7FFF_FFFF


def seed_param() -> Any:
    """Return the declaration of a learner's seed."""
    return param(
        0,
        "Random number seed",
        ge=0,
        le=2**31 - 1,
        help="Mixed with the experiment's seed; another number gives other random choices.",
        to="",
    )


def _unknown_levels() -> Any:
    return param(
        True,
        "Allow unknown categorical levels",
        help="Score rows with a value that training never saw as having none of the known ones; "
        "otherwise such a value is an error.",
        advanced=True,
        to="",
    )


def _field(name: str, declared: Any) -> tuple[Any, FieldInfo]:
    if isinstance(declared, tuple):
        annotation, field = declared
        return annotation, field
    if not isinstance(declared, FieldInfo) or declared.default is None or declared.is_required():
        raise TypeError(f"“{name}” is declared with (type, param(…))")
    return type(declared.default), declared


def _named(estimator: str) -> type:
    package, _, name = estimator.partition(":")
    found: type = getattr(importlib.import_module(package), name)
    return found


def _libraries(estimator: str | Callable[[], type]) -> tuple[str, ...]:
    boosted = isinstance(estimator, str) and estimator.startswith("lightgbm")
    return ("lightgbm",) if boosted else ("scikit-learn",)
