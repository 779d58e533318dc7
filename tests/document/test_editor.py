"""The editor: undo and redo of everything, merging of typing, listeners, the saved state."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import random_edit
from small_modules import everything, flow

from studio.document.change import Change
from studio.document.editor import Editor
from studio.document.edits import Edit, Move, Rename, SetComment, SetParams, SetRanges
from studio.document.errors import DocumentReadOnly, ItemMissing
from studio.document.experiment import Experiment
from studio.document.storage import dumps
from studio.sdk import StudioError


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_undo_and_redo_lead_through_every_state(data: st.DataObject) -> None:
    editor = Editor(everything(), clock=Clock())
    states = [dumps(editor.experiment)]
    for _ in range(data.draw(st.integers(1, 12))):
        editor.end_typing()
        try:
            change = editor.apply(random_edit(data.draw, editor.experiment))
        except StudioError:
            continue
        if change:
            states.append(dumps(editor.experiment))
    for expected in reversed(states[:-1]):
        assert editor.can_undo
        assert editor.undo()
        assert dumps(editor.experiment) == expected
    assert not editor.can_undo
    assert not editor.undo()
    assert not editor.is_modified
    for expected in states[1:]:
        assert editor.can_redo
        assert editor.redo()
        assert dumps(editor.experiment) == expected
    assert not editor.can_redo
    assert not editor.redo()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_random_walks_with_undo_and_redo_keep_views_and_journals_in_step(
    data: st.DataObject,
) -> None:
    clock = Clock()
    editor = Editor(flow(), clock=clock)
    replayed, drawn = flow(), flow()

    def replay(edit: Edit, after: Experiment) -> None:
        nonlocal replayed
        replayed = edit.changed(replayed)
        assert replayed == after

    def draw(change: Change) -> None:
        nonlocal drawn
        assert change == Change.between(drawn, editor.experiment)
        drawn = editor.experiment

    editor.on_edit(replay)
    editor.on_change(draw)
    for _ in range(12):
        clock.now += data.draw(st.sampled_from([0.1, 0.1, 2.0]))
        action = data.draw(st.sampled_from(["edit", "edit", "edit", "type", "undo", "redo"]))
        try:
            if action == "edit":
                editor.apply(random_edit(data.draw, editor.experiment))
            elif action == "type":
                editor.apply(SetParams("source", {"rows": data.draw(st.integers(0, 3))}))
            else:
                getattr(editor, action)()
        except StudioError:
            continue
        assert dumps(replayed) == dumps(editor.experiment) == dumps(drawn)
    while editor.can_undo:
        editor.undo()
    assert editor.experiment == flow()


def _typed(editor: Editor, *values: object, field: str = "code", node: str = "script") -> None:
    for value in values:
        editor.apply(SetParams(node, {field: value}))


def _steps(editor: Editor) -> int:
    count = 0
    while editor.can_undo:
        editor.undo()
        count += 1
    return count


def test_typing_into_one_field_is_one_step() -> None:
    editor = Editor(flow(), clock=Clock())
    _typed(editor, "a", "ab", "abc")
    assert editor.undo_text == "Set “code” of “Script”"
    editor.undo()
    assert editor.experiment == flow()
    assert editor.redo_text == "Set “code” of “Script”"
    editor.redo()
    assert editor.experiment.nodes["script"].params == {"code": "abc"}
    assert not editor.can_redo


def test_a_second_of_silence_begins_a_new_step() -> None:
    clock = Clock()
    editor = Editor(flow(), clock=clock)
    _typed(editor, "a")
    clock.now += 0.9
    _typed(editor, "ab")
    clock.now += 0.9
    _typed(editor, "abc")
    clock.now += 1.1
    _typed(editor, "abcd")
    assert _steps(editor) == 2


@pytest.mark.parametrize(
    "between",
    [
        lambda editor: editor.end_typing(),
        lambda editor: editor.mark_saved(),
        lambda editor: editor.apply(Move({"script": (9, 9)})),
        lambda editor: _typed(editor, "x", field="other"),
        lambda editor: _typed(editor, "x", node="source"),
        lambda editor: editor.apply(SetParams("script", {"code": "x", "other": 1})),
        lambda editor: editor.apply(SetParams("script", unset=("code",))),
        lambda editor: editor.apply(SetRanges("script", {"code": [1]})),
        lambda editor: (_typed(editor, "x"), editor.undo(), _typed(editor, "y"), editor.undo()),
    ],
)
def test_whatever_comes_between_ends_the_typing(between: object) -> None:
    editor = Editor(flow(), clock=Clock())
    _typed(editor, "a")
    between(editor)
    _typed(editor, "b")
    editor.undo()
    assert editor.experiment.nodes["script"].params.get("code") != "b"
    assert editor.can_undo or editor.experiment == flow()


def test_typing_that_ends_where_it_began_is_no_step() -> None:
    editor = Editor(flow(), clock=Clock())
    editor.apply(Rename("script", "Other"))
    _typed(editor, 4, field="rows", node="source")
    assert editor.undo_text == "Set “rows” of “Source”"
    _typed(editor, 5, field="rows", node="source")
    assert editor.undo_text == "Rename to “Other”"
    assert _steps(editor) == 1


def test_comments_are_steps_of_their_own() -> None:
    editor = Editor(flow(), clock=Clock())
    editor.apply(SetComment("script", "a"))
    editor.apply(SetComment("script", "ab"))
    assert _steps(editor) == 2


def test_an_edit_that_changes_nothing_is_no_step_and_keeps_redo() -> None:
    editor = Editor(flow())
    heard: list[Change] = []
    editor.apply(Rename("script", "Other"))
    editor.undo()
    editor.on_change(heard.append)
    assert not editor.apply(Rename("script", "Script"))
    assert editor.can_redo
    assert heard == []


def test_an_edit_that_fails_changes_nothing() -> None:
    editor = Editor(flow())
    with pytest.raises(ItemMissing):
        editor.apply(Rename("gone", "Other"))
    assert not editor.can_undo
    assert editor.experiment == flow()


def test_a_new_edit_clears_redo() -> None:
    editor = Editor(flow())
    editor.apply(Rename("script", "One"))
    editor.undo()
    editor.apply(Rename("script", "Two"))
    assert not editor.can_redo
    assert editor.redo_text == ""


def test_modified_means_different_from_what_was_saved() -> None:
    editor = Editor(flow())
    assert not editor.is_modified
    editor.apply(Rename("script", "One"))
    assert editor.is_modified
    editor.mark_saved()
    assert not editor.is_modified
    editor.undo()
    assert editor.is_modified
    editor.redo()
    assert not editor.is_modified
    editor.mark_modified()
    assert editor.is_modified


def test_a_read_only_document_refuses_edits() -> None:
    editor = Editor(flow(), read_only=True)
    assert editor.read_only
    with pytest.raises(DocumentReadOnly, match="“Flow” is open for reading only"):
        editor.apply(Rename("script", "One"))
    assert editor.experiment == flow()


def test_a_change_made_by_a_listener_is_told_after_the_one_it_heard() -> None:
    editor = Editor(flow())
    first: list[Change] = []
    second: list[Change] = []

    def answer(change: Change) -> None:
        first.append(change)
        if "title" in change.nodes_changed.get("script", ()):
            editor.apply(SetComment("script", "renamed"))

    editor.on_change(answer)
    stop = editor.on_change(second.append)
    editor.apply(Rename("script", "Other"))
    assert first == second
    assert [*first[0].nodes_changed.values()] == [{"title"}]
    assert [*first[1].nodes_changed.values()] == [{"comment"}]
    stop()
    editor.apply(Rename("script", "Again"))
    assert len(first) == 3
    assert len(second) == 2


def test_a_listener_that_fails_does_not_stop_later_changes() -> None:
    editor = Editor(flow())
    heard: list[Change] = []
    stop = editor.on_change(lambda change: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        editor.apply(Rename("script", "Other"))
    stop()
    editor.on_change(heard.append)
    editor.undo()
    assert len(heard) == 1


def test_a_journal_can_be_taken_off() -> None:
    editor = Editor(flow())
    heard: list[Edit] = []
    stop = editor.on_edit(lambda edit, experiment: heard.append(edit))
    edit = Rename("script", "Other")
    editor.apply(edit)
    stop()
    editor.undo()
    assert heard == [edit]
