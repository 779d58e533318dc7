"""What every module must do, as checks that anybody can run over any module."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.sdk import trials
from studio.sdk.bench import Case, Trial, odd_tables, ordinary, same_folder, same_table, sliced
from studio.sdk.context import Context, Notes
from studio.sdk.errors import Cancelled, StudioError
from studio.sdk.execution import execute
from studio.sdk.keep import keep, load
from studio.sdk.module import Effect, Module, promised, read_params
from studio.sdk.outline import with_outlines
from studio.sdk.params import Parameter
from studio.sdk.schema import ORIGIN
from studio.sdk.table import Table

if TYPE_CHECKING:
    from studio.sdk.data import Value

Outputs = dict[str, "Value"]
Outcome = tuple[Outputs, dict[str, bytes]]
"""What a run gave: its outputs, and the contents of the files that it wrote."""


class CheckFailed(AssertionError):
    """A module does not do what every module must do."""


@dataclass
class Bench:
    """One module on the test bench: its class, a case to try it on, and a folder to work in."""

    cls: type[Module]
    case: Case
    folder: Path
    resolve: Callable[[str], type[Module] | None]
    _count: Iterator[int]

    @classmethod
    def of(
        cls,
        module: type[Module],
        folder: Path,
        case: Case | None = None,
        resolve: Callable[[str], type[Module] | None] | None = None,
    ) -> Bench:
        """Return a bench; ``resolve`` finds other modules by id (learners inside learners)."""
        return cls(module, case or Case(), folder, resolve or (lambda _: None), itertools.count())

    def context(self, module: Module | None = None, *, stop: bool = False) -> Context:
        """Return a fresh context with an empty scratch folder, seeded by the module's own."""
        return Context(
            scratch=self.new_folder(),
            seed=5 + getattr(module, "seed", 0),
            base=self.folder,
            listener=Notes(),
            asked_to_stop=lambda: stop,
            resolve=self.resolve,
        )

    def new_folder(self) -> Path:
        """Return a new empty folder."""
        folder = self.folder / f"bench{next(self._count)}"
        folder.mkdir()
        return folder

    def module(self, **changes: Any) -> Module:
        """Return the module configured for the case; raises CheckFailed when that is refused."""
        module, problems = read_params(self.cls, {**self.case.params, **changes})
        if module is None:
            raise CheckFailed("; ".join(problem.sentence for problem in problems))
        return module

    def inputs(self) -> dict[str, Any]:
        """Return a value for each required input port, and for those that the case has."""
        values = dict(self.case.inputs)
        for port in self.cls.inputs():
            if port.name not in values and port.kind == "Table" and not port.optional:
                values[port.name] = ordinary()
            if port.name not in values and not port.optional:
                raise CheckFailed(f"the case has no value for the port “{port.name}”")
        return {n: (v,) if self.cls.port(n).many else v for n, v in values.items()}

    def data_port(self) -> str | None:
        """Return the name of the first Table input that the case wires, or None."""
        wired = self.inputs()
        tables = (port.name for port in self.cls.inputs() if port.kind == "Table")
        return next((name for name in tables if name in wired), None)

    def column_names(self) -> tuple[str, ...]:
        """Return the columns of the first Table input."""
        port = self.data_port()
        table = None if port is None else self.inputs()[port]
        return table.schema.names if isinstance(table, Table) else ()

    def run(self, module: Module | None = None, inputs: Mapping[str, Any] | None = None) -> Outputs:
        """Run the module on the case's inputs (or others) and keep and load every output."""
        module = module or self.module()
        taken = {**self.inputs(), **(inputs or {})}
        made = execute(module, taken, self.context(module))
        return {port: self.kept(value) for port, value in made.items()}

    def kept(self, value: Value) -> Value:
        """Return the value after it was kept and loaded."""
        folder = self.new_folder()
        keep(value, folder)
        return load(folder)


def declaration(bench: Bench) -> None:
    """Ids are permanent names; everything has a label, a help text, and bounds or choices."""
    cls = bench.cls
    if not re.fullmatch(r"[a-z][a-z0-9_]*", cls.meta.id):
        raise CheckFailed(f"the id {cls.meta.id!r} is not snake_case")
    if len(cls.help()) < 80:
        raise CheckFailed("the docstring is the help page; it says too little")
    names = [port.name for port in (*cls.inputs(), *cls.outputs())]
    names += [parameter.name for parameter in cls.parameters()]
    if len(names) != len(set(names)):
        raise CheckFailed("ports and parameters share one namespace, and a name is used twice")
    for port in (*cls.inputs(), *cls.outputs()):
        if not port.label or port.label == port.name:
            raise CheckFailed(f"the port “{port.name}” has no label")
    for parameter in cls.parameters():
        if not parameter.label:
            raise CheckFailed(f"the parameter “{parameter.name}” has no label")
        if parameter.kind in ("integer", "double") and not parameter.bounds:
            raise CheckFailed(f"the number “{parameter.name}” has no bounds")


def bad_values(bench: Bench) -> None:
    """A value outside a parameter's bounds or choices is refused by a sentence naming its label."""
    for parameter in bench.cls.parameters():
        context = trials.setting_that_shows(bench.cls, parameter)
        for bad in trials.bad_values(parameter):
            module, problems = read_params(
                bench.cls, {**bench.case.params, **context, parameter.name: bad}
            )
            told = [p for p in problems if p.param == parameter.name]
            if module is not None or not told or parameter.label not in told[0].sentence:
                raise CheckFailed(f"“{parameter.name}” = {bad!r} was not refused by its label")


def repeats(bench: Bench) -> None:
    """The same inputs and seed give the same outputs."""
    first, second = bench.run(), bench.run()
    for port in first:
        if not same(first[port], second[port], bench):
            raise CheckFailed(f"a second run gave another “{port}”")


def inputs_untouched(bench: Bench) -> None:
    """A run leaves its inputs as they were."""
    inputs = bench.inputs()
    tables = {n: v for n, v in inputs.items() if isinstance(v, Table)}
    before = {
        name: Table.from_arrow(t.to_arrow(origin=True).slice(0)) for name, t in tables.items()
    }
    copies = {name: bench.kept(table) for name, table in before.items()}
    execute(bench.module(), inputs, bench.context())
    for name, table in tables.items():
        if not same(table, copies[name], bench):
            raise CheckFailed(f"the input “{name}” was changed")


def promise_kept(bench: Bench) -> None:
    """Every column of an output is as ``output_schema`` said."""
    module, inputs = bench.module(), bench.inputs()
    schemas = {
        port.name: inputs[port.name].schema if port.name in inputs else None
        for port in bench.cls.inputs()
        if port.kind == "Table"
    }
    outputs = bench.run()
    for port, schema in promised(module, with_outlines(schemas, inputs), bench.context()).items():
        made = outputs[port]
        if schema is None or not isinstance(made, Table):
            continue
        kinds = [(column.name, column.type, column.role) for column in schema.visible]
        found = [(column.name, column.type, column.role) for column in made.schema.visible]
        if kinds != found:
            raise CheckFailed(f"“{port}” promised {kinds} and gave {found}")


def effect_true(bench: Bench) -> None:
    """What ``effect`` says of the rows is what a run does."""
    module, port = bench.module(), bench.data_port()
    if port is None:
        return
    whole = bench.inputs()[port]
    if not isinstance(whole, Table):
        return
    effect = module.effect()
    tables = [value for value in bench.run(module).values() if isinstance(value, Table)]
    if not tables:
        return
    _check_rows(effect, whole, tables)
    if effect.reads == "row" and effect.rows in ("same", "subset"):
        part = sliced(whole, 10, 50)
        smaller = [v for v in bench.run(module, {port: part}).values() if isinstance(v, Table)]
        _check_slice(effect, tables[0], smaller[0])


def odd_tables_answered(bench: Bench) -> None:
    """A table that breaks careless code gives a result or a sentence, never another exception."""
    port = bench.data_port()
    if port is None or not bench.case.odd:
        return
    for name, table in odd_tables().items():
        try:
            bench.run(inputs={port: table})
        except StudioError:
            continue
        except Exception as error:
            raise CheckFailed(f"{name}: {type(error).__name__}: {error}") from error


def stops(bench: Bench) -> None:
    """A module that is asked to stop stops, or is done before it could hear."""
    try:
        for value in execute(bench.module(), bench.inputs(), bench.context(stop=True)).values():
            bench.kept(value)
    except Cancelled:
        return


def parameters_matter(bench: Bench) -> None:
    """Every parameter changes some output, or what is written.

    A declaration's ``shows`` and the case's trials say how, where the defaults cannot show it. What
    a web service calls a place changes nothing in the studio.
    """
    service = bench.cls.meta.service
    for parameter in bench.cls.parameters():
        if service and parameter.name == "name":
            continue
        if not _matters(bench, parameter, bench.case.trials.get(parameter.name, Trial())):
            raise CheckFailed(f"no value of “{parameter.name}” changed an output")


ALL_CHECKS: tuple[Callable[[Bench], None], ...] = (
    declaration,
    bad_values,
    repeats,
    inputs_untouched,
    promise_kept,
    effect_true,
    odd_tables_answered,
    stops,
    parameters_matter,
)


def check_module(
    cls: type[Module],
    folder: Path,
    case: Case | None = None,
    resolve: Callable[[str], type[Module] | None] | None = None,
) -> None:
    """Run every check over a module; raises CheckFailed with the check that it does not pass.

    ``folder`` is an empty folder to work in; ``case`` has the parameters and the inputs to try.
    """
    for check in ALL_CHECKS:
        try:
            check(Bench.of(cls, _fresh(folder, check.__name__), case, resolve))
        except CheckFailed as failed:
            raise CheckFailed(f"{cls.meta.id}: {check.__name__}: {failed}") from failed


def same(left: Value, right: Value, bench: Bench) -> bool:
    """Whether two values are equal: tables by their values, others by what they are kept as."""
    if isinstance(left, Table) and isinstance(right, Table):
        return same_table(left, right)
    one, other = bench.new_folder(), bench.new_folder()
    keep(left, one)
    keep(right, other)
    return same_folder(one, other)


def _fresh(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _check_rows(effect: Effect, whole: Table, tables: list[Table]) -> None:
    if effect.rows == "same" and any(table.rows != whole.rows for table in tables[:1]):
        raise CheckFailed(f"rows are said to be the same, and {whole.rows} became {tables[0].rows}")
    if effect.rows not in ("subset", "split") or not whole.schema.has_origin:
        return
    known = set(_origins(whole))
    parts = [_origins(table) for table in tables]
    if any(not set(part) <= known or len(part) != len(set(part)) for part in parts):
        raise CheckFailed("a chosen row is not a row of the input, or came twice")
    if effect.rows == "split" and sorted(itertools.chain(*parts)) != sorted(known):
        raise CheckFailed("the parts of a split are not disjoint and complete")


def _check_slice(effect: Effect, whole: Table, part: Table) -> None:
    """Compare the run on rows 10 to 49 with those rows of the run on all."""
    if effect.rows == "same" and not whole.schema.has_origin:
        expected = sliced(whole, 10, 50)
    else:
        chosen = [i for i, origin in enumerate(_origins(whole)) if 10 <= origin < 50]
        rows = whole.to_arrow(origin=True).take(chosen)
        expected = Table.from_arrow(rows, whole.schema)
    if effect.levels:
        expected, part = _without_levels(expected), _without_levels(part)
    if not same_table(expected, part):
        raise CheckFailed("rows are said to be read one by one, and a slice gave other rows")


def _without_levels(table: Table) -> Table:
    """Return a table with its categories as text, so that values alone are compared."""
    import pyarrow as pa

    data, schema = table.to_arrow(origin=True), table.schema
    for place, column in enumerate(table.schema.columns):
        if column.type == "category":
            data = data.set_column(place, column.name, data.column(place).cast(pa.string()))
            schema = schema.replace(replace(column, type="string", levels=None))
    return Table.from_arrow(data, schema)


def _origins(table: Table) -> list[int]:
    if not table.schema.has_origin:
        raise CheckFailed("rows are chosen from the input, and their origins were lost")
    origins: list[int] = table.to_arrow(origin=True).column(ORIGIN).to_pylist()
    return origins


def _matters(bench: Bench, parameter: Parameter, trial: Trial) -> bool:
    params = trials.setting_that_shows(bench.cls, parameter)
    params.update((parameter.shows or {}).get("params", {}))
    params.update(trial.params)
    default = {**bench.case.params, **params}.get(parameter.name, parameter.default)
    values = trial.values or trials.good_values(parameter, default, bench.column_names())
    if not values:
        raise CheckFailed(f"“{parameter.name}” needs shows={{'values': (…, …)}} to be checked")
    seen: list[Outcome | str] = []
    for value in values:
        seen.append(_outcome(bench, {**params, parameter.name: value}, trial))
        if any(not _same_outcome(seen[0], other, bench) for other in seen[1:]):
            return True
    return False


def _outcome(bench: Bench, params: Mapping[str, Any], trial: Trial) -> Outcome | str:
    try:
        module = bench.module(**params)
        outputs = bench.run(module, {**trial.inputs})
    except StudioError as error:
        return error.message
    return outputs, _written(module, bench.folder)


def _written(module: Module, base: Path) -> dict[str, bytes]:
    """Return the names and contents of the files that a sink wrote."""
    if module.meta.world != "writes":
        return {}
    return {name: (base / name).read_bytes() for name in module.files()}


def _same_outcome(one: Outcome | str, other: Outcome | str, bench: Bench) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    outputs, files = one
    return files == other[1] and all(same(outputs[p], other[0][p], bench) for p in outputs)
