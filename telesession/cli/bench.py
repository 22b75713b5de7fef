"""`telesession bench`: what this machine carries, measured with virtual therapists and patients."""

import click

from telesession.cli.desk import run


@click.group()
def bench() -> None:
    """Measure what this machine carries."""


@bench.command()
@click.option("--pairs", type=click.IntRange(1, 1_000), default=5, show_default=True, help="Visits at the same time.")
@click.option(
    "--seconds", type=click.FloatRange(3, 3_600), default=20, show_default=True, help="How long each goes on."
)
@click.option("--loss", type=click.FloatRange(0, 50), default=0, show_default=True, help="Percent of packets to lose.")
@click.option("--burst", type=click.FloatRange(1, 100), default=1, show_default=True, help="Packets lost in a row.")
@click.option("--drawn", is_flag=True, help="Each patient draws its own pictures instead of playing a film.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def visits(pairs: int, seconds: float, loss: float, burst: float, drawn: bool, as_json: bool) -> None:
    """Have whole visits by the public protocol, through a service of their own on this machine."""
    import msgspec

    from telesession import load
    from telesession.media.loss import Loss

    report = run(lambda: load.measure(pairs, seconds, Loss(loss, burst), is_drawn=drawn))
    click.echo(msgspec.json.encode(report).decode() if as_json else load.in_words(report))
