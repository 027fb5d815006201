"""What a person at the terminal sees while something takes longer than a second."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

Say = Callable[[str], None]
WORTH_TELLING = 1.0


class Steps:
    """`with steps("Título") as say: …`; `say(text)` tells what it is doing at the moment."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    @contextmanager
    def __call__(self, title: str) -> Iterator[Say]:
        start = time.monotonic()
        try:
            if self.console.is_terminal:
                with self.console.status(f"{title}…") as status:
                    yield lambda text: status.update(f"{title}: {text}…")
            else:
                yield self._lines(title)
        except BaseException:
            self.console.print(f"[red]✗[/red] {title}")
            raise
        seconds = time.monotonic() - start
        took = f" [dim]({seconds:.1f} s)[/dim]".replace(".", ",") if seconds >= WORTH_TELLING else ""
        self.console.print(f"[green]✓[/green] {title}{took}")

    def _lines(self, title: str) -> Say:
        """Without a terminal (a log, a container) each word is a line of its own."""
        return lambda text: self.console.print(f"  {title}: {text}…")

    def note(self, text: str) -> None:
        self.console.print(text)
