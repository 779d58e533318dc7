"""Facts of packages for the tests of their files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from studio.export.files.facts import (
    Drawing,
    DrawnLink,
    DrawnNode,
    FrozenTable,
    PackageFacts,
    PathStep,
    Training,
    Trial,
)
from studio.export.files.pins import Pin
from studio.scoring.manifest import Trusted
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.schema import Column

ODD_NAMES = (
    'work "class"',
    "back\\slash\\",
    "it's",
    "naïve 日本 🙂",
    "line\nbreak\r\ttab",
    "pipe | `tick` ``",
    "$HOME ${HOME} $(id) `id` %PATH%",
    "#(lf) #(#)( ##",
    "__proto__",
    "separator\u2028paragraph\u2029bell\u0007\u0085",
    "@{url} {0} %s",
    "JSON",
    'R"(raw)--"',
    "<b> & *stars* _under_ [link](x)",
    "\U000e0001tag",
)
"""Names of columns that break a careless quotation."""

VALUES: tuple[Any, ...] = (39, -2.5, 1e-07, None, True, False, 'a "b" \\ \n', "日本", "", 1e300)

SIGNATURE = Signature(
    {
        "input1": (
            Field("age", "integer", low=17.0, high=90.0, example=39),
            Field("workclass", "category", levels=("Private", "State-gov"), example="Private"),
            Field("since", "datetime", low=0.0, high=86_400_000_000.0),
            Field("lasted", "timespan", low=0.0, high=2_500_000.0, example=1.5),
            Field("member", "boolean", low=0.0, high=1.0, example=True),
            Field("income", "category", "label", required=False, levels=("<=50K", ">50K")),
        )
    },
    {
        "output1": (
            Column("age", "integer"),
            Column("Scored Labels", "category", "score", ("<=50K", ">50K")),
            Column("Scored Probabilities", "double", "score"),
        )
    },
    (
        WebParameter("threshold", "double", 0.5, help="Where one class ends."),
        WebParameter("filters", "any", [1, 2], help="Any | JSON."),
        WebParameter("must", "string", required=True),
    ),
)
ROW = {"age": 39, "workclass": "Private", "since": "1970-01-01T12:00:00", "lasted": 1.5}
REPLY = {"rows": [{"Scored Labels": "<=50K", "Scored Probabilities": 0.25}]}


def facts(**changes: Any) -> PackageFacts:
    """Return the facts of a small package, some of them changed."""
    usual = PackageFacts(
        name="Adult income",
        version="3",
        description="Whether a person earns more than 50,000 a year.",
        signature=SIGNATURE,
        sample_request=json.dumps({"records": [ROW | {"member": None}]}),
        sample_reply=json.dumps(REPLY),
        identity="0123456789abcdef" * 4,
        python="3.11.7",
        studio="0.1.0",
        pins=(
            Pin("numpy", "2.4.6", licence="BSD-3-Clause", home="https://numpy.org"),
            Pin("uvloop", "0.23.0", 'sys_platform != "win32"', licence="MIT"),
            Pin("h11", "0.16.0", direct=False, licence="MIT"),
        ),
        mlflow=("mlflow-skinny==3.17.2", "pandas==3.1.1"),
        training=Training(
            "adult-census.csv",
            32_561,
            "income",
            ("<=50K", ">50K"),
            "Two-Class Boosted Decision Tree",
            {"Number of trees": "100", "Learning rate": "0.2"},
            {"lightgbm": "4.7.0"},
            7,
        ),
        metrics={"Evaluate Model": {"AUC": 0.92741234, "Accuracy": 0.87, "Rows": 16281.0}},
        steps=(
            PathStep("Clean Missing Data", "Clean Missing Data", "Fills what is missing."),
            PathStep("The model", "Score Model", "Predicts income."),
        ),
        drawing=Drawing(
            (
                DrawnNode("a", "Clean Missing Data", "", 0.0, 0.0),
                DrawnNode("b", "The model <of 1994>", "Score Model", 40.0, 130.0),
            ),
            (DrawnLink("a", "b", end=-16.0),),
        ),
        paths=("onnx", "program"),
        trials=(Trial("onnx", "as they are", 300), Trial("onnx", "a column missing", 40, 1, 0.5)),
        tables=(FrozenTable("tables/1", "Regions", 12, 3456),),
        trusted=(Trusted(title="My script", module="execute_python_script", hash="ab" * 32),),
    )
    return replace(usual, **changes)


def odd_facts(**changes: Any) -> PackageFacts:
    """Return the facts of a package whose columns have names that break careless quotations."""
    rows = [
        dict(zip(ODD_NAMES, (*VALUES[start:], *VALUES, *VALUES), strict=False)) for start in (0, 3)
    ]
    fields = tuple(Field(name, "string") for name in ODD_NAMES)
    return facts(
        name='A "quoted" $name\\ | 日本\nsecond `line`',
        description='It costs $5 \\ "five"\nand runs over lines @{title}.',
        signature=Signature({"in put": fields}, {"output": (Column('"#(x)"', "string"),)}),
        sample_request=json.dumps({"records": rows, "parameters": {"a b": [], "c": {}}}),
        sample_reply=json.dumps({'"#(lf)"': [{"x": 1}]}),
        **changes,
    )
