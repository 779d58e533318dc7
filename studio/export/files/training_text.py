"""What the model card says of the training: in short, in full, and how well it went."""

from __future__ import annotations

from studio.export.files import markdown
from studio.export.files.facts import PackageFacts
from studio.sdk.schema import Column

NO_METRICS = "No figures were recorded; how well it predicts cannot be said from this package."


def summary(facts: PackageFacts) -> str:
    """Return the card's first table."""
    training = facts.training
    rows = [
        ("Version", markdown.text(facts.version)),
        ("Predicts", markdown.name(training.label or "")),
        ("Classes", ", ".join(map(markdown.name, training.classes))),
        ("Algorithm", markdown.text(training.algorithm)),
        ("Trained on", markdown.text(_trained_on(facts))),
        ("Follows", markdown.text(training.follows)),
        ("Asks for", counted(_asked(facts), "column")),
        ("Answers with", ", ".join(markdown.name(column.name) for column in answers(facts))),
        (
            "Made with",
            f"Wireloom {markdown.text(facts.studio)}, Python {markdown.text(facts.python)}",
        ),
    ]
    return markdown.table(("", ""), [row for row in rows if row[1]])


def training_table(facts: PackageFacts) -> str:
    """Return the parameters of the learner, the seed, and the libraries."""
    training = facts.training
    shown = [
        (markdown.text(key), markdown.text(value)) for key, value in training.parameters.items()
    ]
    libraries = ", ".join(f"{key} {value}" for key, value in sorted(training.libraries.items()))
    rows = [*shown, ("Seed of the experiment", str(training.seed))]
    rows += [("Libraries", markdown.text(libraries))] if libraries else []
    return markdown.table(("Setting", "Value"), rows)


def metric_tables(facts: PackageFacts) -> str:
    """Return a table for each report; or the sentence that there is none."""
    tables = [
        f"**{markdown.text(title)}**\n\n" + markdown.table(("Figure", "Value"), rows)
        for title, metrics in facts.metrics.items()
        if (
            rows := [(markdown.text(key), markdown.figure(value)) for key, value in metrics.items()]
        )
    ]
    return "\n\n".join(tables) or NO_METRICS


def answers(facts: PackageFacts) -> list[Column]:
    """Return the columns of the first output that the model made; all where none is marked."""
    columns = facts.signature.outputs[facts.signature.output]
    return [column for column in columns if column.role == "score"] or list(columns)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: “1 row”, “2,000 rows”."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _asked(facts: PackageFacts) -> int:
    return sum(item.required for fields in facts.signature.inputs.values() for item in fields)


def _trained_on(facts: PackageFacts) -> str:
    rows = "" if facts.training.rows is None else counted(facts.training.rows, "row")
    return " of ".join(part for part in (rows, facts.training.source) if part)
