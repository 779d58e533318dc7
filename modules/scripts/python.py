"""A person's Python script: run on data frames, with what it prints and draws kept."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import sys
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from studio.sdk import Files, ModuleError

if TYPE_CHECKING:
    import pandas as pd

NAME = "<script>"
ENTRY = "azureml_main"
BUNDLE = "Script Bundle"


class ScriptFailed(ModuleError):
    """A person's script raised an error."""

    code = "script_failed"
    sentence = "The script failed{place}: {reason}."
    hint = "The log shows where it came from."


class ScriptResultWrong(ModuleError):
    """A person's script does not give what it should."""

    code = "script_result_wrong"
    sentence = "The script {reason}."
    hint = "Define azureml_main(dataframe1, dataframe2) and end it with: return dataframe1,"


class Printed(io.TextIOBase):
    """What a script prints: all of it kept, and each line told as soon as it is whole."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._parts: list[str] = []
        self._line = ""

    @property
    def text(self) -> str:
        """Everything that was written."""
        return "".join(self._parts)

    def writable(self) -> bool:
        """Answer that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take some text; a line is told when its end comes."""
        self._parts.append(text)
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._tell(line)
        return len(text)

    def end(self) -> None:
        """Tell the last line, which has no end."""
        if self._line:
            self._tell(self._line)
        self._line = ""


@dataclass
class Script:
    """A script on its way: where it works, and what it printed and drew.

    Attributes:
        folder: The folder that it works in; an unpacked bundle lies below.
        tell: Takes each line that it prints, while it runs.
        printed: What it wrote to the standard output.
        complained: What it wrote to the standard error output.
        pictures: Name -> PNG bytes of the figures that were open at its end and the files it made.
    """

    folder: Path
    tell: Callable[[str], None]
    printed: str = ""
    complained: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)

    def run(self, code: str, frames: list[pd.DataFrame | None]) -> list[pd.DataFrame]:
        """Run the code and its entry function; return the data frames that it gives.

        Raises ScriptFailed with the line of the script, and ScriptResultWrong.
        """
        out, err = Printed(self.tell), Printed(self.tell)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    result = self._call(compiled(code), frames)
                except ModuleError:
                    raise
                except (Exception, SystemExit) as error:
                    traceback.print_exception(error)
                    raise _failed(error) from None
        finally:
            out.end()
            err.end()
            self.printed, self.complained = out.text, err.text
        return _frames(result)

    def _call(self, code: Any, frames: list[pd.DataFrame | None]) -> Any:
        script = ModuleType("script")
        script.__file__ = str(self.folder / "script.py")
        with _working_in(self.folder):
            sys.modules[script.__name__] = script
            exec(code, script.__dict__)
            entry = getattr(script, ENTRY, None)
            if not callable(entry):
                raise ScriptResultWrong(reason=f"has no function {ENTRY}", param="script")
            try:
                return entry(*frames[: _taken(entry)])
            finally:
                self.pictures = {**_figures(), **_files(self.folder)}


def unpack(bundle: Files, folder: Path) -> None:
    """Copy a bundle into a new folder; zip files in it are unpacked."""
    folder.mkdir(parents=True)
    for file in sorted(path for path in bundle.folder.rglob("*") if path.is_file()):
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as packed:
                packed.extractall(folder)
            continue
        target = folder / file.relative_to(bundle.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())


def compiled(code: str) -> Any:
    """Return a script as Python runs it, without running it; raises ScriptFailed with the line."""
    try:
        return compile(code, NAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f" in line {line}" if line else ""
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ScriptFailed(place=place, reason=reason, param="script") from None


def _taken(entry: Any) -> int:
    """Return how many of the two data frames the entry function takes."""
    kinds = [item.kind for item in inspect.signature(entry).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return 2
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(kind in positional for kind in kinds)


def _failed(error: BaseException) -> ScriptFailed:
    """Return what went wrong, and the last line of the script on the way there."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == NAME
    ]
    reason = "".join(traceback.format_exception_only(error)).strip().rstrip(".")
    return ScriptFailed(
        place=f" in line {lines[-1]}" if lines else "", reason=reason, param="script"
    )


def _frames(result: Any) -> list[pd.DataFrame]:
    """Return the data frames of a result, or raise ScriptResultWrong."""
    import pandas as pd

    given = [result] if isinstance(result, pd.DataFrame) else result
    if not isinstance(given, list | tuple):
        kind = "nothing" if result is None else f"a {type(result).__name__}"
        raise ScriptResultWrong(reason=f"returns {kind} instead of data frames", param="script")
    for item in given:
        if not isinstance(item, pd.DataFrame):
            kind = type(item).__name__
            raise ScriptResultWrong(
                reason=f"returns a {kind} among its data frames", param="script"
            )
    if len(given) > 2:
        raise ScriptResultWrong(
            reason=f"returns {len(given)} data frames; two at most can go on", param="script"
        )
    return list(given)


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Let the script work in its folder, import from its bundle and draw without a window."""
    before, path, known = Path.cwd(), list(sys.path), set(sys.modules)
    backend = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "Agg"
    os.chdir(folder)
    sys.path[:0] = [str(folder / BUNDLE), str(folder)]
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path
        _restore("MPLBACKEND", backend)
        for name in set(sys.modules) - known:
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _figures() -> Mapping[str, bytes]:
    """Return every open matplotlib figure as a picture, and close it."""
    if "matplotlib.pyplot" not in sys.modules:
        return {}
    import matplotlib.pyplot as plt

    pictures = {}
    for number in plt.get_fignums():
        drawn = io.BytesIO()
        plt.figure(number).savefig(drawn, format="png")
        pictures[f"Figure {number}"] = drawn.getvalue()
    plt.close("all")
    return pictures


def _files(folder: Path) -> Mapping[str, bytes]:
    """Return the pictures that the script wrote as files beside itself."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.png"))}
