"""Reads calls of the Azure CLI with its own parser, and carries none out.

Calls come on standard input: words end with NUL, a call with a word that is the character 1. What it does not take is
told with the call, and the end status is 1.
"""
import os
import sys
import tempfile

os.environ["AZURE_CONFIG_DIR"] = tempfile.mkdtemp()
os.environ["AZURE_CORE_COLLECT_TELEMETRY"] = "no"

from azure.cli.core import get_default_cli  # noqa: E402


class Read(Exception):
    """The words were taken: go no further."""


CLI = get_default_cli()


def read(words):
    """What the client makes of the words."""
    taken = []
    invoker = CLI.invocation_cls(
        cli_ctx=CLI,
        parser_cls=CLI.parser_cls,
        commands_loader_cls=CLI.commands_loader_cls,
        help_cls=CLI.help_cls,
    )
    CLI.invocation = invoker
    parse = invoker.parser.parse_args

    def stop(given):
        taken.append(parse(given))
        raise Read

    invoker.parser.parse_args = stop
    try:
        invoker.execute(words)
    except Read:
        return taken[0]
    raise ValueError("it was not read as a command")


def main():
    words = sys.stdin.buffer.read().decode().split("\0")
    calls, call = [], []
    for word in words:
        if word == "\x01":
            calls.append(call)
            call = []
        else:
            call.append(word)
    refused = 0
    for call in calls:
        try:
            command = read(call).command
            if not " ".join(call).startswith(command):
                raise ValueError(f"it was read as {command}")
        except (Exception, SystemExit) as error:
            refused += 1
            print(f"{call}: {error!r}")
    print(f"{len(calls)} calls read, {refused} refused")
    sys.exit(1 if refused or not calls else 0)


main()
