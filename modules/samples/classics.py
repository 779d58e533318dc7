"""The sample datasets that scikit-learn brings: iris, wine, breast cancer, diabetes, digits."""

from __future__ import annotations

from studio.sdk import Column, Table, TableSchema

_IRIS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
_WINE = (
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
    "proline",
)
_MEASURED = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
_CANCER = (
    *(f"mean {name}" for name in _MEASURED),
    *(f"{name} error" for name in _MEASURED),
    *(f"worst {name}" for name in _MEASURED),
)
_DIABETES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
_DIGITS = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))

SCHEMAS: dict[str, TableSchema] = {
    "iris": TableSchema(
        (
            *(Column(name, "double") for name in _IRIS),
            Column("species", "category", "label", ("setosa", "versicolor", "virginica")),
        )
    ),
    "wine": TableSchema(
        (
            *(Column(name, "double") for name in _WINE),
            Column("cultivar", "category", "label", ("class_0", "class_1", "class_2")),
        )
    ),
    "breast_cancer": TableSchema(
        (
            *(Column(name, "double") for name in _CANCER),
            Column("diagnosis", "category", "label", ("benign", "malignant")),
        )
    ),
    "diabetes": TableSchema(
        (*(Column(name, "double") for name in _DIABETES), Column("progression", "double", "label"))
    ),
    "digits": TableSchema(
        (
            *(Column(name, "integer") for name in _DIGITS),
            Column("digit", "category", "label", tuple("0123456789")),
        )
    ),
}


def table(name: str) -> Table:
    """Return one of scikit-learn's tables under its schema, the label last and as text."""
    import numpy as np
    import pyarrow as pa
    from sklearn import datasets

    loaders = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast_cancer": datasets.load_breast_cancer,
        "diabetes": datasets.load_diabetes,
        "digits": datasets.load_digits,
    }
    bunch = loaders[name]()
    schema = SCHEMAS[name]
    label = schema.columns[-1]
    target = bunch.target
    if label.type == "category":
        target = np.asarray(bunch.target_names).astype(str)[target].tolist()
    arrays = [pa.array(np.ascontiguousarray(column)) for column in bunch.data.T]
    data = pa.Table.from_arrays([*arrays, pa.array(target)], names=list(schema.names))
    return Table.from_arrow(data, schema)
