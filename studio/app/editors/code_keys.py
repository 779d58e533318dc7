"""What keys do to code: new lines that keep the indent, shifted lines, comments."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor

_INDENT = 4


def new_line(cursor: QTextCursor, language: str | None) -> None:
    """Begin a line with the indent of this one, deeper after a colon or an open bracket."""
    text = cursor.block().text()[: cursor.positionInBlock()]
    indent = len(text) - len(text.lstrip(" "))
    tail = text.rstrip()
    if tail.endswith(("(", "[", "{")) or (language == "python" and tail.endswith(":")):
        indent += _INDENT
    elif language == "python" and tail.strip().partition(" ")[0] in (
        "return", "pass", "break", "continue", "raise",
    ):  # fmt: skip
        indent = max(0, indent - _INDENT)
    cursor.insertText("\n" + " " * indent)


def indent_lines(cursor: QTextCursor, step: int) -> None:
    """Shift the selected lines to the right or left; without a selection Tab fills to a stop."""
    if step > 0 and not cursor.hasSelection():
        cursor.insertText(" " * (_INDENT - cursor.positionInBlock() % _INDENT))
        return
    cursor.beginEditBlock()
    for block in _blocks(cursor):
        edit = QTextCursor(block)
        if step > 0:
            if block.text().strip():
                edit.insertText(" " * _INDENT)
        else:
            text = block.text()
            count = min(_INDENT, len(text) - len(text.lstrip(" ")))
            _delete(edit, count)
    cursor.endEditBlock()


def toggle_comments(cursor: QTextCursor, mark: str) -> None:
    """Comment the selected lines out, or in again where all of them are."""
    blocks = [block for block in _blocks(cursor) if block.text().strip()]
    sign = mark.strip()
    are_out = all(block.text().lstrip().startswith(sign) for block in blocks)
    indents = [len(b.text()) - len(b.text().lstrip(" ")) for b in blocks]
    cursor.beginEditBlock()
    for block, indent in zip(blocks, indents, strict=True):
        edit = QTextCursor(block)
        if are_out:
            edit.setPosition(block.position() + indent)
            rest = block.text()[indent:]
            _delete(edit, len(mark) if rest.startswith(mark) else len(sign))
        else:
            edit.setPosition(block.position() + min(indents))
            edit.insertText(mark)
    cursor.endEditBlock()


def _delete(cursor: QTextCursor, count: int) -> None:
    right, keep = QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor
    cursor.movePosition(right, keep, count)
    cursor.removeSelectedText()


def _blocks(cursor: QTextCursor) -> list[QTextBlock]:
    """Return the lines that the selection touches."""
    document = cursor.document()
    first = document.findBlock(cursor.selectionStart()).blockNumber()
    end = cursor.selectionEnd()
    last_block = document.findBlock(end)
    last = last_block.blockNumber()
    if last > first and end == last_block.position():
        last -= 1
    return [document.findBlockByNumber(number) for number in range(first, last + 1)]
