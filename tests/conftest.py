"""What every test gets: one thread, no network, no window, real images only where they are."""

import os
from pathlib import Path

import pytest
from cost import SuiteCost
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

# Before numpy loads: each of two workers has one thread. Child processes (kernels, Voila, the command
# line) inherit all of this; they reach this machine only, for nobody answers at port 9.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
for _variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
    os.environ[_variable] = "http://127.0.0.1:9"
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "localhost,127.0.0.1,::1"

# --doctest-modules would import these by one and the same name; they hold no tests.
collect_ignore_glob = ["conftest.py", "*/conftest.py"]

# No clock decides a test, and under CI the drawn cases are the same each time.
settings.register_profile(
    "course",
    deadline=None,
    max_examples=25,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("course")


def pytest_configure(config: pytest.Config) -> None:
    """Draw figures into memory, also where a screen is at hand; keep what the whole suite costs."""
    import matplotlib

    matplotlib.use("Agg")
    config.pluginmanager.register(SuiteCost(config))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Cut the network for this process, and look for the real images that a test is marked to need."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    if item.get_closest_marker("real_data"):
        _folder_with_hc18()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds ``hc18/``."""
    return _folder_with_hc18()


def _folder_with_hc18() -> Path:
    named = os.environ.get("FETAL_EDU_DATA")
    if not named:
        # Where every test is meant to run, a missing data set must not pass for a green one.
        stop = pytest.fail if "CI" in os.environ else pytest.skip
        stop("needs HC18: set FETAL_EDU_DATA to the folder that holds hc18/")
    if not (Path(named) / "hc18" / "training_set").is_dir():
        pytest.fail(f"FETAL_EDU_DATA names {named}, which has no hc18/training_set")
    return Path(named)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each notebook cost, also where the tests ran in several processes."""
    reports = [r for outcome in ("passed", "failed") for r in terminalreporter.stats.get(outcome, [])]
    costs = {text for r in reports for key, text in getattr(r, "user_properties", []) if key == "notebook"}
    if costs:
        terminalreporter.section("notebooks: CPU and peak memory")
        for line in sorted(costs):
            terminalreporter.line(line)
