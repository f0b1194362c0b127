"""papermill's engine with an eye on its cells: which ran to their end, and how much they print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from scripts.worker.process import ending

INJECTED = "injected-parameters"
OUTPUT = 32 * 2**20  # bytes that the cells of a notebook may print and draw: a page's limit too


@dataclass
class Seen:
    """What an engine saw of a notebook: itself as far as it came, the numbers of the code cells
    that ran to their end, the bytes that all of them printed, how the kernel died ("": not yet)."""

    notebook: NotebookNode | None = None
    ended: set[int] = field(default_factory=set)
    printed: int = 0
    ending: str = ""


def source_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """The code cells of the source with their numbers, from 1; a cell that papermill put in has
    the number of the one before."""
    number = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            number += INJECTED not in cell.metadata.get("tags", [])
            yield number, cell


def engine(seen: Seen, kept: frozenset[str], too_much: Callable[[], None]) -> type[Any]:
    """An engine for papermill. It calls ``too_much`` when cells print more than `OUTPUT`, and
    outputs with a MIME type among ``kept`` stay when a cell clears its outputs."""
    from papermill.engines import NBClientEngine

    client_class = _client(seen, kept, too_much)

    class Engine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            seen.notebook = nb_man.nb
            client = client_class(
                nb_man,
                kernel_name=kernel_name,
                timeout=options["execution_timeout"],
                allow_errors=options["allow_errors"],
                startup_timeout=60,
                coalesce_streams=True,  # how streams are cut depends on the clock
                config=options["config"],
            )
            client.on_cell_executed = client.note_end
            return client.execute()

    return Engine


def _client(seen: Seen, kept: frozenset[str], too_much: Callable[[], None]) -> type[Any]:
    from papermill.clientwrap import PapermillNotebookClient

    def stays(output: NotebookNode) -> bool:
        return not kept.isdisjoint(output.get("data", {}))

    class Client(PapermillNotebookClient):
        def output(self, outs: Any, msg: Any, *others: Any) -> Any:
            content = msg["content"]
            seen.printed += len(content.get("text", ""))
            seen.printed += sum(len(str(data)) for data in content.get("data", {}).values())
            if seen.printed > OUTPUT:
                too_much()
                return None
            if self.clear_before_next_output:  # type: ignore[has-type]
                self.clear_before_next_output = False
                self.clear_display_id_mapping(others[-1])
                outs[:] = filter(stays, outs)
            return super().output(outs, msg, *others)

        def clear_output(self, outs: Any, msg: Any, cell_index: int) -> None:
            before = list(filter(stays, outs))
            super().clear_output(outs, msg, cell_index)
            outs[:] = outs or before

        async def _async_check_alive(self) -> None:
            code = await self.km.provisioner.poll() if self.km and self.km.provisioner else None
            if code is not None:
                seen.ending = ending(code)
            await super()._async_check_alive()

        def note_end(self, cell: NotebookNode, execute_reply: Any, **_others: Any) -> None:
            status = execute_reply["content"]["status"]
            allowed = self.allow_errors or "raises-exception" in cell.metadata.get("tags", [])
            if status == "ok" or (status == "error" and allowed):
                seen.ended.add(next(n for n, each in source_cells(self.nb) if each is cell))

    return Client
