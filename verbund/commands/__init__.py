"""The command line: `verbund NOUN VERB`; each noun is one file and is imported only when it is called."""

import gc
from importlib import import_module

import click

NOUNS = {
    "award": "verbund.commands.award:award",
    "backup": "verbund.commands.database:backup",
    "begin": "verbund.commands.begin:begin",
    "bid": "verbund.commands.bid:bid",
    "booking": "verbund.commands.booking:booking",
    "demand": "verbund.commands.demand:demand",
    "demo": "verbund.commands.demo:demo",
    "journal": "verbund.commands.journal:journal",
    "letters": "verbund.commands.letters:letters",
    "migrate": "verbund.commands.database:migrate",
    "people": "verbund.commands.people:people",
    "resources": "verbund.commands.importing:resources",
    "restore": "verbund.commands.database:restore",
    "serve": "verbund.commands.serve:serve",
    "texts": "verbund.commands.texts:texts",
    "token": "verbund.commands.token:token",
    "upgrade": "verbund.commands.database:upgrade",
    "worker": "verbund.commands.worker:worker",
}


class Nouns(click.Group):
    """Import a command only when it is asked for: reading a sheet must not wait for the web."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the nouns in the order of the alphabet."""
        return sorted(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the file of a noun."""
        if cmd_name not in NOUNS:
            return None
        module, name = NOUNS[cmd_name].split(":")
        gc.disable()  # nothing that an import makes is rubbish; looking for it costs a fifth of the start
        command = getattr(import_module(module), name)
        gc.freeze()
        gc.enable()
        assert isinstance(command, click.Command)  # noqa: S101
        return command


@click.group(cls=Nouns)
@click.version_option(package_name="verbund")
def main() -> None:
    """Verbund: buy together, share devices."""
