"""Writes every file that is made from the code: `make generate`. A test fails when one of them is stale."""

from collections.abc import Callable
from pathlib import Path

from docs import api, protocol, settings, typescript

GENERATED: dict[Path, Callable[[], str]] = {
    api.TARGET: api.render,
    protocol.TARGET: protocol.render,
    settings.TARGET: settings.render,
    typescript.TARGET: typescript.render,
}


def main() -> None:
    """Write them all."""
    for path, render in GENERATED.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(), encoding="utf-8")
        print(path.relative_to(Path(__file__).parent.parent))


if __name__ == "__main__":
    main()
