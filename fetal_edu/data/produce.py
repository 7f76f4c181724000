"""Many simulated samples into a folder: on all cores or a cluster, and again from where it stopped.

Workers draw and encode, this process writes: so the bytes are the same for any number of workers, a cluster
needs no disk in common, and Ctrl-C never meets a worker that holds half a file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager

from joblib import Parallel, cpu_count, delayed, parallel_config

from .encode import Encoded, encode
from .keep import Keeper
from .limits import BadInput
from .orders import Order

__all__ = ["Production", "drawn"]


class Production:
    """A series of orders and the folder that it goes to; use it in a ``with`` statement.

    Parameters
    ----------
    orders : mapping of name to Order
    folder : path
        Made where it is missing; it may hold simulated samples of other names.

    Attributes
    ----------
    orders : mapping of name to Order
    missing : dict of name to Order
        Those that are not yet in the folder, whole.

    Raises
    ------
    BadInput
        If the folder can't be used, has too little room, or holds another sample of one of the names.

    Examples
    --------
    >>> import tempfile
    >>> from fetal_edu.data.orders import series
    >>> orders = series(Order("transthalamic", 0, shape=(32, 48)), 2, ages=(20,))
    >>> with tempfile.TemporaryDirectory() as folder, Production(orders, folder) as production:
    ...     print([*production.run(jobs=1)])
    ['transthalamic-20w-s0-0000', 'transthalamic-20w-s0-0001']
    """

    def __init__(self, orders: Mapping[str, Order], folder: str | os.PathLike) -> None:
        self.orders = orders
        self._keeper = Keeper(folder)
        self.folder = self._keeper.folder
        try:
            self._refuse_others()
            self.missing = {name: order for name, order in orders.items() if not self._keeper.holds(name)}
            self._check_room()
        except BaseException:
            self._keeper.close()
            raise

    def __enter__(self) -> Production:
        return self

    def __exit__(self, *raised: object) -> None:
        try:
            self._keeper.close()
        except OSError as error:
            raise BadInput(self._stopped(error)) from None

    def run(self, *, jobs: int = -1, cluster: str | None = None) -> Generator[str]:
        """Draw what is missing, and yield each name as soon as its files are on the disk.

        Parameters
        ----------
        jobs : int
            Processes; -1 is one for each core.
        cluster : str, optional
            The address of a Dask scheduler, ``"tcp://host:8786"``: its workers draw instead.

        Raises
        ------
        BadInput
            If the disk is full, the cluster can't be reached, or a sample can't be drawn. What is done stays.
        """
        with closing(drawn(dict(self.missing), jobs=jobs, cluster=cluster)) as made:
            for encoded in made:
                try:
                    self._keeper.put(encoded)
                except OSError as error:
                    raise BadInput(self._stopped(error)) from None
                del self.missing[encoded.name]
                yield encoded.name

    def _refuse_others(self) -> None:
        for name, order in self.orders.items():
            entry = self._keeper.entries.get(name)
            if entry is None or entry.get("request") == order.request():
                continue
            there = entry.get("request") or {}
            changed = [key for key, value in order.request().items() if there.get(key) != value]
            raise BadInput(
                f"{self.folder} holds another {name} already, which differs in {', '.join(changed)}: give "
                "another folder with --out, or another --seed."
            )

    def _check_room(self) -> None:
        """Refuse a series that would fill the disk; the true need is known only when all is drawn."""
        need = sum(map(_bytes_about, self.missing.values()))
        free = shutil.disk_usage(self.folder).free
        if need > free:
            raise BadInput(
                f"{len(self.missing)} samples take about {need / 1e6:.0f} MB, and {self.folder} has "
                f"{free / 1e6:.0f} MB left: ask for fewer or smaller ones, or give another folder."
            )

    def _stopped(self, error: OSError) -> str:
        done = len(self.orders) - len(self.missing)
        return (
            f"{self.folder} can't be written to any more ({error.strerror or error}): {done} of "
            f"{len(self.orders)} samples are there. Make room, then give the same command: it goes on."
        )


def drawn(orders: Mapping[str, Order], *, jobs: int = -1, cluster: str | None = None) -> Generator[Encoded]:
    """Draw and encode samples in parallel; yield each as it is done, in no order.

    Parameters
    ----------
    orders : mapping of name to Order
    jobs, cluster
        As for `Production.run`.

    Raises
    ------
    BadInput
        If the cluster can't be reached, or a sample can't be drawn.
    """
    if not orders:
        return
    tasks = (delayed(_made)(name, order) for name, order in orders.items())
    with _workers(jobs, cluster, len(orders)) as parallel, closing(parallel(tasks)) as made:
        try:
            for encoded in made:
                if isinstance(encoded, str):
                    raise BadInput(encoded)
                yield encoded
        except BadInput:
            raise
        except Exception as error:  # joblib and dask have types of their own for a worker that died
            raise BadInput(
                f"The workers stopped ({type(error).__name__}: {str(error).splitlines()[0]}): ask for fewer "
                "with --jobs, or for smaller samples. What is done stays; the same command goes on."
            ) from None


def _made(name: str, order: Order) -> Encoded | str:
    """Draw and encode one sample, in a worker; a sentence where it can't be drawn."""
    try:
        return encode(name, order.draw(), request=order.request())
    except ValueError as error:
        return f"{name} can't be drawn: {error}."
    except MemoryError:
        return f"{name} does not fit into the memory: ask for a smaller --shape or fewer --jobs."
    except Exception as error:  # one bad sample ends the run with its name, not with a traceback
        return f"{name} could not be drawn ({type(error).__name__}: {error}): please report this."


@contextmanager
def _workers(jobs: int, cluster: str | None, tasks: int) -> Iterator[Parallel]:
    """Give joblib's workers: this process where one is enough, processes, or those of a Dask cluster."""
    if cluster is None:
        jobs = min(tasks, cpu_count() if jobs < 0 else jobs)
        with Parallel(n_jobs=jobs, return_as="generator_unordered") as parallel:
            yield parallel
        return
    with _client(cluster), parallel_config(backend="dask"):
        yield Parallel(n_jobs=-1, return_as="generator_unordered")


@contextmanager
def _client(address: str) -> Iterator[None]:
    try:
        from dask.distributed import Client
    except ImportError:
        raise BadInput("A cluster needs dask: pip install 'fetal_edu[cluster]'.") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise BadInput(
            f"No Dask scheduler answers at {address} ({type(error).__name__}): start one with "
            "`dask scheduler` and give the address that it prints."
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise BadInput(f"The Dask scheduler at {address} has no workers: start some with `dask worker`.")
        yield


def _bytes_about(order: Order) -> int:
    frames, rows, columns = order.size
    return round(frames * rows * columns * (0.6 if order.kind == "picture" else 1.2)) + 5000
