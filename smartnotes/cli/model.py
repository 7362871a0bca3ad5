"""Commands about language models: model list, show, pull."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, ShowProgress
from smartnotes.cli.render import print_json, print_table, progress, say
from smartnotes.cli.session import open_notebook

if TYPE_CHECKING:
    from smartnotes.core.llms import ModelInfo

model_app = typer.Typer(help="Language models: list, show which one does what, fetch.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app  # a group of commands goes to the root, see `add_group`
    add_group(model_app, name="model")


@model_app.command("list")
def list_models(json: Json = False) -> None:
    """List the models of every engine that is set up: Ollama, an OpenAI-compatible server, a GGUF file."""
    with open_notebook() as notebook:
        found = notebook.models()
    if json:
        print_json([found], lines=True)
        return
    rows = [_row(model) for engine in found.engines for model in engine.models]
    if rows:
        print_table(("Engine", "Model", "Size", "Context", "Loaded", "Details"), rows)
    for engine in found.engines:
        if engine.problem:
            say(f"{engine.engine}: {engine.problem}{f' {engine.hint}' if engine.hint else ''}")
        elif not engine.models:
            say(f"{engine.engine}: no models at {engine.address}.{_how_to_pull(engine.engine)}")
    if not found.engines:
        say("No engine is set up: everything goes by rules and by quoting the notes.")


@model_app.command("show")
def show_models(json: Json = False) -> None:
    """Show which model each task uses, and what is wrong with it, if anything."""
    with open_notebook() as notebook:
        found = notebook.models()
    if json:
        print_json(found.tasks, lines=True)
        return
    rows = [(one.task.value, one.engine, one.model or "(rules and quotes)", one.problem or "ok") for one in found.tasks]
    print_table(("Task", "Engine", "Model", "State"), rows)
    for hint in dict.fromkeys(one.hint for one in found.tasks if one.hint):
        say(f"hint: {hint}")
    say("Change it: smartnotes --set llm.tasks.quiz=ollama:NAME ..., SMARTNOTES_LLM__TASKS__QUIZ, or [llm.tasks].")


@model_app.command("pull")
def pull_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As in Ollama's library: llama3:8b-instruct-q4_0.")],
    json: Json = False,
    show: ShowProgress = "auto",
) -> None:
    """Have Ollama fetch a model. Stopped (Ctrl-C), it goes on from there the next time."""
    with open_notebook() as notebook, progress(show, json=json, title=name) as emit:
        try:
            pulled = notebook.pull_model(name, emit=emit)
        except KeyboardInterrupt:
            say(f"What has come is kept; to go on: smartnotes model pull {name}")
            raise
    if json:
        print_json([pulled], lines=True)
    else:
        print(pulled.name)
        say(f"{pulled.name} is there ({_size(pulled)}).")


def _row(model: ModelInfo) -> tuple[str, ...]:
    context = f"{model.context_tokens:,}" if model.context_tokens else "-"
    loaded = {True: "yes", False: "no", None: "-"}[model.loaded]
    return (model.engine, model.name, _size(model), context, loaded, model.details)


def _size(model: ModelInfo) -> str:
    if model.size_bytes is None:
        return "-"
    gigabytes = model.size_bytes / 1e9
    return f"{gigabytes:.1f} GB" if gigabytes >= 1 else f"{model.size_bytes / 1e6:.0f} MB"


def _how_to_pull(engine: str) -> str:
    return " Fetch one: smartnotes model pull llama3:8b-instruct-q4_0" if engine == "ollama" else ""
