"""The clusters of a model: a picture of where they lie, and the table of their centres."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studio.app.figures import count
from studio.app.viewers.charts import Chart
from studio.app.viewers.grid import Grid
from studio.app.viewers.labels import label
from studio.app.viewers.page import Page
from studio.app.viewers.point_drawings import ClustersDrawing

HEIGHT = 380
WIDEST = 760


class ClustersPart(Page):
    """Shows ellipses in the plane of the first two principal components, and the centres."""

    def __init__(self, clusters: Mapping[str, Any], say: Callable[[str, str], None]) -> None:
        """Take the clusters as the engine tells them."""
        super().__init__("Clusters")
        self.setObjectName("clusters")
        names = tuple(str(name) for name in clusters["names"])
        picture = clusters.get("picture")
        if picture:
            chart = Chart("Clusters", say)
            chart.setFixedHeight(HEIGHT)
            chart.setMaximumWidth(WIDEST)
            self.add(chart)
            chart.show_drawing(ClustersDrawing(picture, names))
        sizes = clusters.get("sizes")
        features = [str(name) for name in clusters["features"]]
        columns = ["Cluster", *(["Rows"] if sizes else []), *features]
        rows = [
            [name, *([sizes[place]] if sizes else []), *clusters["centers"][place]]
            for place, name in enumerate(names)
        ]
        self.add(Grid("Centres", columns, rows), "Centres")
        in_all = int(clusters.get("features_in_all", len(features)))
        if in_all > len(features):
            self.add(label(f"{count(len(features), 'feature')} of {in_all:,}.", "caption"))
