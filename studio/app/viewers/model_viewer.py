"""The viewer of models: what it learned from, how it was set, and what it learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QWidget
from typing_extensions import override

from studio.app.column_types import TYPE_TEXT
from studio.app.figures import figure
from studio.app.viewers.clusters_part import ClustersPart
from studio.app.viewers.facts import Facts
from studio.app.viewers.grid import Grid
from studio.app.viewers.labels import column, label
from studio.app.viewers.page import Page
from studio.app.viewers.settings_part import SettingsPart
from studio.app.viewers.trees_part import TreesPart
from studio.app.viewers.viewer import ContentViewer
from studio.app.viewers.weights_part import WeightsPart

TASKS: Mapping[str, str] = {
    "binary": "Tells two classes apart",
    "multiclass": "Tells several classes apart",
    "regression": "Predicts a number",
    "clustering": "Finds groups of rows",
}


class ModelViewer(ContentViewer):
    """Shows a model in tabs: an overview first, then what is there of weights, trees and more."""

    @override
    def show_content(self, content: dict[str, Any]) -> None:
        tabs = QTabWidget()
        tabs.setObjectName("model_tabs")
        tabs.setDocumentMode(True)
        tabs.addTab(self._overview(content), "Overview")
        if content.get("clusters"):
            tabs.addTab(ClustersPart(content["clusters"], self.session.say), "Clusters")
        if content.get("weights"):
            tabs.addTab(self._weights(content["weights"]), "Weights")
        if content.get("importances"):
            tabs.addTab(self._importances(content["importances"]), "Feature importances")
        if content.get("trees"):
            tabs.addTab(TreesPart(self, int(content["trees"])), "Trees")
        self._layout.addWidget(tabs)

    def _overview(self, content: Mapping[str, Any]) -> QWidget:
        page = Page(self.result.title)
        page.body.setContentsMargins(24, 20, 24, 24)
        page.add(label(str(content.get("title", "Model")), "heading", picks=True))
        page.add(label(TASKS.get(str(content.get("task")), "Trained model"), "soft"))
        facts = [(str(item["label"]), item["value"]) for item in content.get("facts") or []]
        target = content.get("label")
        if target:
            facts.insert(0, ("Label", f"{target['name']} ({_type(target)})"))
        classes = content.get("classes") or []
        if classes:
            facts.append(("Classes", ", ".join(map(str, classes[:20]))))
        holder = QWidget()
        sides = QHBoxLayout(holder)
        sides.setContentsMargins(0, 8, 0, 0)
        sides.setSpacing(48)
        left = column(label("What it learned from", "title"), Facts(facts), None, spacing=10)
        right = column(
            label("Settings", "title"),
            SettingsPart(content.get("settings") or []),
            None,
            spacing=10,
        )
        sides.addWidget(left, 1)
        sides.addWidget(right, 1)
        page.add(holder)
        inputs = content.get("inputs") or []
        if inputs:
            rows = [[item["name"], _type(item), item.get("role", "feature")] for item in inputs]
            in_all = int(content.get("inputs_in_all") or len(inputs))
            page.add(Grid("Inputs", ["Column", "Type", "Role"], rows), f"Inputs ({in_all:,})")
        return page

    def _weights(self, weights: Mapping[str, Any]) -> QWidget:
        features = weights["features"]
        names = [str(item["name"]) for item in features]
        classes = [str(name) for name in weights["classes"]]
        values = {
            name: [float(item["weights"][place] or 0.0) for item in features]
            for place, name in enumerate(classes)
        }
        intercepts = weights.get("intercepts") or []
        note = "intercept " + ", ".join(figure(value, 4) for value in intercepts[:12])
        in_all = int(weights.get("features_in_all") or len(features))
        return WeightsPart(
            "Weight", names, values, in_all, self.session.say, note if intercepts else ""
        )

    def _importances(self, found: Mapping[str, Any]) -> QWidget:
        features = found["features"]
        names = [str(item["name"]) for item in features]
        values = {"": [float(item["importance"] or 0.0) for item in features]}
        in_all = int(found.get("features_in_all") or len(features))
        note = f"by {found['measure']}, as shares of 1" if found.get("measure") else ""
        return WeightsPart("Importance", names, values, in_all, self.session.say, note)


def _type(item: Mapping[str, Any]) -> str:
    return TYPE_TEXT.get(str(item.get("type")), str(item.get("type", ""))).lower()
