"""The page of one endpoint: how it does, a form to try it, its log, and its package."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from studio.app.dialogs.score_file import ScoreFileDialog
from studio.app.dialogs.trust import TrustDialog
from studio.app.dialogs.verify_package import VerifyPackageDialog
from studio.app.panels.endpoint_about import PackageAbout
from studio.app.panels.endpoint_form import EndpointForm
from studio.app.panels.endpoint_head import EndpointHead
from studio.app.panels.endpoint_log import EndpointLog
from studio.app.serving.endpoint import Endpoint
from studio.app.serving.request import curl
from studio.app.session import Session
from studio.app.widgets.folders import show_folder


class EndpointPage(QWidget):
    """Follows an endpoint."""

    def __init__(self, session: Session, endpoint: Endpoint) -> None:
        """Show an endpoint."""
        super().__init__()
        self.setObjectName("endpoint_page")
        self.endpoint = endpoint
        self._session = session
        self._was_running = endpoint.is_running
        self._head = EndpointHead()
        self.form = EndpointForm(endpoint)
        self._log = EndpointLog(endpoint)
        self._about = PackageAbout()
        self._tabs = QTabWidget()
        self._tabs.setObjectName("endpoint_tabs")
        for name, tab in (("Test", self.form), ("Log", self._log), ("Package", self._about)):
            self._tabs.addTab(tab, name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self._tabs, 1)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        head, about, endpoint = self._head, self._about, self.endpoint
        head.start_wanted.connect(lambda: endpoint.start())
        head.stop_wanted.connect(endpoint.stop)
        head.page_wanted.connect(self._open_page)
        head.url_wanted.connect(self._copy_url)
        head.curl_wanted.connect(self._copy_curl)
        about.verify_wanted.connect(self._verify)
        about.score_wanted.connect(self._score)
        about.folder_wanted.connect(self._open_folder)
        about.remove_wanted.connect(self._remove)
        endpoint.changed.connect(self._refresh)
        endpoint.measured.connect(self._measure)
        endpoint.trust_needed.connect(self._ask_trust)

    def _refresh(self) -> None:
        if self.endpoint.is_running and not self._was_running:
            self._log.start()
        self._was_running = self.endpoint.is_running
        self._head.show_endpoint(self.endpoint)
        self.form.refresh()
        self._about.show_package(self.endpoint.facts, is_running=self.endpoint.is_running)

    def _measure(self) -> None:
        self._head.show_figures(self.endpoint.figures)

    def _ask_trust(self, sentence: str) -> None:
        dialog = TrustDialog(self.endpoint.title, sentence, self.window())
        dialog.accepted.connect(lambda: self.endpoint.start(trusted=True))
        dialog.open()

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(f"{self.endpoint.url}/"))

    def _copy_url(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.endpoint.url}/score")
        self._session.say("info", "The URL is copied.")

    def _copy_curl(self) -> None:
        body = self.form.request()
        if body is not None:
            QGuiApplication.clipboard().setText(curl(self.endpoint.url, body))
            self._session.say("info", "The call is copied, with the row that the form holds.")

    def _open_folder(self) -> None:
        show_folder(self.endpoint.path)

    def _verify(self) -> None:
        VerifyPackageDialog(
            self._session, self.endpoint.path, self.endpoint.title, self.window()
        ).open()

    def _score(self) -> None:
        ScoreFileDialog(
            self._session, self.endpoint.path, self.endpoint.title, self.window()
        ).open()

    def _remove(self) -> None:
        self._session.endpoints.remove(self.endpoint)
