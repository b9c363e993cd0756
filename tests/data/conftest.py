"""One line a file is what these tests print; pytest's dots would stand between them."""

import pytest


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    if report.nodeid.startswith("tests/data/") and report.when == "call" and report.passed:
        return "passed", "", ""
    return None
