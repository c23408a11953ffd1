"""The command line: its help reads like a table of contents of the loop."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from answerable.cli import agreements, feed, fields, look, number, register, volunteers, work
from answerable.cli.draw.command import draw
from answerable.cli.draw.invitations import invitations
from answerable.cli.draw.missing import missing
from answerable.cli.draw.tables import tables
from answerable.cli.session import Session
from answerable.model.command import ACTIONS, Action, is_flat
from answerable.stages import STAGES

_STAGE_HELP = {
    "envision": "Imagine: a vision, told futures, ambitions, principles, missions",
    "catalogue": "Find: what data exists, column by column",
    "propose": "Propose: a purpose, the data it needs, the law, benefits and risks",
    "assess": "Weigh up: three tests, scores, the DPIA; a published rule picks the route",
    "engage": "Ask the public: consultations, panels drawn by lot, recommendations",
    "decide": "Decide: answers with reasons, agreements whose every rule has a reason",
    "share": "Share: signals, and trying out what an agreement would allow",
    "account": "Show: the public record, its organisations, keys and proofs",
    "learn": "Learn: duties met or missed, and what came of it",
}


class Contents(click.Group):
    """A group that lists its commands in sections, in the order they were added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections: dict[str, list[str]] = {}

    def put(self, section: str, command: click.Command) -> None:
        """Add a command under a heading."""
        self.add_command(command)
        self.sections.setdefault(section, []).append(str(command.name))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks so
        """Give the commands in their order."""
        return [name for names in self.sections.values() for name in names]

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click asks so
        formatter: click.HelpFormatter,
    ) -> None:
        """Write one section after the other."""
        for section, names in self.sections.items():
            with formatter.section(section):
                formatter.write_dl(
                    [(name, self.commands[name].get_short_help_str(90)) for name in names]
                )


def build() -> Contents:
    """Put the command line together."""
    main = Contents(
        name="answerable",
        callback=_start,
        params=[
            click.Option(
                ["--workspace"],
                type=click.Path(path_type=Path, file_okay=False),
                default=Path("answerable-workspace"),
                envvar="ANSWERABLE_WORKSPACE",
                show_default=True,
                help="Where the register, the vault, the desk and the keys are.",
            ),
            click.Option(
                ["--as", "acting"],
                envvar="ANSWERABLE_AS",
                metavar="ROLE@ORGANISATION",
                help="Who you act as, for example officer@some-council.",
            ),
        ],
        help="Public data sharing, shaped by the public and open to anyone to check.\n\n"
        "An idea walks the loop from top to bottom; every public act on the way is an entry in "
        "one register that nobody can change and anyone can verify.",
        context_settings={"max_content_width": 110},
    )
    by_hand = (
        agreements.COMMANDS,
        register.COMMANDS,
        feed.COMMANDS,
        number.COMMANDS,
        volunteers.COMMANDS,
    )
    for stage in STAGES:
        main.put("The loop", _stage(stage, [c for each in by_hand for c in each.get(stage, [])]))
    for command in look.COMMANDS:
        main.put("Look and check", command)
    for command in work.COMMANDS:
        main.put("Work", command)
    for command in (invitations, missing, draw, tables):
        main.put("A panel from files alone", command)
    return main


@click.pass_context
def _start(ctx: click.Context, workspace: Path, acting: str | None) -> None:
    ctx.obj = Session(workspace, acting)


def _stage(stage: str, by_hand: Sequence[click.Command]) -> click.Command:
    group = Contents(name=stage, help=_STAGE_HELP[stage], short_help=_STAGE_HELP[stage])
    for action in ACTIONS.values():
        if action.stage == stage:
            group.put("Act", _act(action) if is_flat(action.command) else _act_from_file(action))
    for command in by_hand:
        group.put("Look", command)
    return group


def _act(action: Action) -> click.Command:
    about = (action.command.__doc__ or "").strip()

    @click.pass_obj
    def run(session: Session, /, command_id: str | None, **given: Any) -> None:
        with session.loop() as loop:
            command = fields.typed(action, given)
            work.report(loop.act(command, session.actor(loop), command_id=command_id))

    return click.Command(
        name=action.verb,
        callback=run,
        help=about.split("\n\n")[0],
        params=[*fields.options(action), work.command_id_option()],
    )


def _act_from_file(action: Action) -> click.Command:
    """Make the command of an action whose fields are nested: they come from a file."""

    @click.pass_obj
    def run(session: Session, /, file: BinaryIO, command_id: str | None) -> None:
        with session.loop() as loop:
            command = fields.read_command(action, file.read(fields.MOST_BYTES + 1))
            work.report(loop.act(command, session.actor(loop), command_id=command_id))

    file = click.Option(
        ["--json", "file"],
        type=click.File("rb"),
        required=True,
        help=f"The command as JSON; see: answerable act {action.verb} --schema",
    )
    about = (action.command.__doc__ or "").strip().split("\n\n")[0]
    return click.Command(
        name=action.verb, callback=run, help=about, params=[file, work.command_id_option()]
    )
