"""Random edits of whatever an experiment holds, drawn by hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from studio.document.edits import (
    AddFrame,
    AddGroup,
    AddNode,
    AddNote,
    Batch,
    Collapse,
    Connect,
    Disconnect,
    Edit,
    InsertOnLink,
    Move,
    MoveToGroup,
    Paste,
    Remove,
    Rename,
    SetBindings,
    SetComment,
    SetDisabled,
    SetExperiment,
    SetFrame,
    SetModule,
    SetNote,
    SetParams,
    SetRanges,
)
from studio.document.experiment import Experiment
from studio.document.items import ExperimentParameter, Frame, Group, Link, Node, Note, Training
from studio.document.naming import fresh_id
from studio.document.paste import fragment
from studio.sdk import StudioError

Draw = Callable[[Any], Any]

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
lines = st.lists(text, max_size=3).map("\n".join)
number = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
scalar = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64)
    | lines
    | st.floats(allow_nan=False, allow_infinity=False)
)
value = st.recursive(
    scalar,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(text | st.sampled_from(["$lines", "$$lines"]), inner, max_size=3)
    ),
    max_leaves=8,
)
field = st.sampled_from(["rows", "code", "fraction"])
colour = st.sampled_from(["#000000", "#ffeedd"])
place = st.tuples(number, number)
rectangle = st.tuples(number, number, number, number)


def random_edit(draw: Draw, experiment: Experiment) -> Edit:
    """An edit that may or may not be possible."""
    kinds = [_add_node, _decorate, _whole, _paste]
    if experiment.nodes:
        kinds += [_set_node, _set_node, _connect, _connect, _group, _remove, _move, _batch]
    if experiment.links:
        kinds += [_links]
    edit: Edit = draw(st.sampled_from(kinds))(draw, experiment)
    return edit


def do_random(draw: Draw, experiment: Experiment, steps: int) -> list[tuple[Edit, Experiment]]:
    """Edits that were possible, each with the state after it."""
    done = []
    for _ in range(steps):
        edit = random_edit(draw, experiment)
        try:
            experiment = edit.changed(experiment)
        except StudioError:
            continue
        done.append((edit, experiment))
    return done


def random_experiment(draw: Draw, steps: int = 12) -> Experiment:
    done = do_random(draw, Experiment(id="random"), steps)
    return done[-1][1] if done else Experiment(id="random")


def _some(draw: Draw, ids: Any) -> Any:
    return draw(st.sampled_from(sorted(ids)))


def _several(draw: Draw, ids: Any) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(sorted(ids)), min_size=1, max_size=3, unique=True)))


def _add_node(draw: Draw, experiment: Experiment) -> Edit:
    module = draw(st.sampled_from(["source", "split", "script", "unknown"]))
    id = fresh_id(experiment, module)
    return AddNode(Node(id, module, params={draw(field): draw(value)}, position=draw(place)))


def _set_node(draw: Draw, experiment: Experiment) -> Edit:
    node = _some(draw, experiment.nodes)
    edits = [
        lambda: SetParams(node, {draw(field): draw(value)}),
        lambda: SetParams(node, {}, (draw(field),)),
        lambda: SetRanges(node, {draw(field): [draw(value)]}),
        lambda: SetBindings(node, {draw(field): "share"}),
        lambda: SetComment(node, draw(lines)),
        lambda: Rename(_some(draw, experiment.ids()), draw(text)),
        lambda: SetDisabled(_several(draw, experiment.nodes), draw(st.booleans())),
        lambda: SetModule(node, "other", draw(st.integers(0, 5)), {draw(field): draw(value)}),
    ]
    edit: Edit = draw(st.sampled_from(edits))()
    return edit


def _link(draw: Draw, experiment: Experiment) -> Link:
    source, target = _some(draw, experiment.nodes), _some(draw, experiment.nodes)
    port = st.sampled_from(["a", "b"])
    return Link(source, draw(port), target, draw(port))


def _connect(draw: Draw, experiment: Experiment) -> Edit:
    place = draw(st.none() | st.integers(0, 3))
    return Connect(_link(draw, experiment), draw(st.booleans()), place)


def _links(draw: Draw, experiment: Experiment) -> Edit:
    link = draw(st.sampled_from(experiment.links))
    if draw(st.booleans()):
        return Disconnect((link,))
    return InsertOnLink(link, _some(draw, experiment.nodes), "in", "out")


def _group(draw: Draw, experiment: Experiment) -> Edit:
    members = _several(draw, [*experiment.nodes, *experiment.groups])
    group = Group(fresh_id(experiment, "group"), draw(text), position=draw(place))
    if not experiment.groups or draw(st.booleans()):
        return AddGroup(group, members)
    other = draw(st.none() | st.sampled_from(sorted(experiment.groups)))
    if other is not None and draw(st.booleans()):
        return Collapse(other, draw(st.booleans()))
    return MoveToGroup(members, other)


def _decorate(draw: Draw, experiment: Experiment) -> Edit:
    frame = Frame(fresh_id(experiment, "frame"), draw(text), draw(rectangle), draw(colour))
    note = Note(fresh_id(experiment, "note"), draw(lines), draw(rectangle), draw(colour))
    edits: list[Edit] = [AddFrame(frame), AddNote(note)]
    if experiment.frames:
        id = _some(draw, experiment.frames)
        edits += [SetFrame(Frame(id, frame.title, frame.rectangle, frame.colour))]
    if experiment.notes:
        id = _some(draw, experiment.notes)
        edits += [SetNote(Note(id, note.text, note.rectangle, note.colour))]
    edit: Edit = draw(st.sampled_from(edits))
    return edit


def _remove(draw: Draw, experiment: Experiment) -> Edit:
    links = (draw(st.sampled_from(experiment.links)),) if experiment.links else ()
    return Remove(_several(draw, experiment.ids()), links if draw(st.booleans()) else ())


def _move(draw: Draw, experiment: Experiment) -> Edit:
    return Move({id: draw(place) for id in _several(draw, experiment.ids())})


def _whole(draw: Draw, experiment: Experiment) -> Edit:
    name, seed = draw(st.none() | text), draw(st.none() | st.integers(0, 2**32 - 1))
    parameters = st.builds(lambda default: (ExperimentParameter("share", "any", default),), value)
    training = draw(st.none() | _training())
    return SetExperiment(
        name, draw(st.none() | lines), seed, draw(st.none() | parameters), training
    )


def _training() -> st.SearchStrategy[Training]:
    named = st.dictionaries(text, value, max_size=2)
    nodes = st.lists(st.sampled_from(["source", "split"]), max_size=2).map(tuple)
    return st.builds(
        Training, experiment=text, file=text, transforms=named, left_out=nodes, made=named
    )


def _paste(draw: Draw, experiment: Experiment) -> Edit:
    ids = _several(draw, experiment.ids()) if experiment.ids() else ()
    group = draw(st.sampled_from([None, *experiment.groups]))
    return Paste(fragment(experiment, ids), draw(place), group)


def _batch(draw: Draw, experiment: Experiment) -> Edit:
    first = _add_node(draw, experiment)
    return Batch((first, _set_node(draw, experiment), _move(draw, experiment)), draw(text))
