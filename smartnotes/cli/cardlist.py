"""Single flashcards: showing, editing, suspending, deleting."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.parameters import Json, Subject, Yes
from smartnotes.cli.recording import interval
from smartnotes.cli.render import print_json, print_table, say
from smartnotes.cli.session import open_notebook
from smartnotes.cli.study import cards_app

if TYPE_CHECKING:
    from smartnotes.core.learning import CardText

Card = Annotated[str, typer.Argument(metavar="CARD", help="The card's id or the beginning of it.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands, which belong to the group of flashcards."""
    del app


@cards_app.command("show")
def show_cards(
    deck: Annotated[str | None, typer.Argument(metavar="DECK", help="Only the cards of this deck.")] = None,
    subject: Subject = None,
    json: Json = False,
) -> None:
    """List cards with their place in the schedule."""
    with open_notebook() as notebook:
        cards = notebook.cards(subject=subject, deck=deck)
    if json:
        print_json(cards)
    elif cards:
        rows = [
            (
                "suspended"
                if card.suspended
                else "new"
                if card.review.last_review is None
                else interval(card.review.interval_days),
                card.front,
                card.back,
                f"{card.source.lecture_name}, p. {card.source.page}",
                card.id,
            )
            for card in cards
        ]
        print_table(("State", "Front", "Back", "Source", "Id"), rows)
    else:
        say("No cards yet; start with: smartnotes cards make")


@cards_app.command("edit")
def edit_card(
    card: Card,
    front: Annotated[str | None, typer.Option("--front", help="What is asked.")] = None,
    back: Annotated[str | None, typer.Option("--back", help="What is answered.")] = None,
    json: Json = False,
) -> None:
    """Change a card's words; it keeps its id and its history."""
    from smartnotes.core.errors import OptionsError

    with open_notebook() as notebook:
        if front is None and back is None:
            if not sys.stdin.isatty():
                raise OptionsError("Nothing to change.", hint="Give --front, --back or both.")
            old = notebook.card(card)
            front = typer.prompt("Front", default=old.front, err=True)
            back = typer.prompt("Back", default=old.back, err=True)
        changed = notebook.edit_card(card, change=_change(front=front, back=back))
    print_json([changed], lines=True) if json else print(changed.id)


@cards_app.command("suspend")
def suspend_card(card: Card, json: Json = False) -> None:
    """Take a card out of the reviews; it keeps its history."""
    _set_suspended(card, wanted=True, json=json)


@cards_app.command("resume")
def resume_card(card: Card, json: Json = False) -> None:
    """Bring a suspended card back into the reviews."""
    _set_suspended(card, wanted=False, json=json)


@cards_app.command("delete")
def delete_card(card: Card, yes: Yes = False) -> None:
    """Delete a card with its history."""
    from smartnotes.core.errors import Cancelled, OptionsError

    with open_notebook() as notebook:
        found = notebook.card(card)
        if not yes:
            if not sys.stdin.isatty():
                raise OptionsError("This deletes something and nobody can be asked.", hint="Add --yes.")
            if not typer.confirm(f"Delete “{found.front}” with its history?", err=True):
                raise Cancelled("Nothing was deleted.")
        notebook.delete_card(found.id)
    say("Deleted.")


def _set_suspended(card: str, *, wanted: bool, json: bool) -> None:
    with open_notebook() as notebook:
        changed = notebook.edit_card(card, change=_change(suspended=wanted))
    print_json([changed], lines=True) if json else print(changed.id)


def _change(*, front: str | None = None, back: str | None = None, suspended: bool | None = None) -> CardText:
    from pydantic import ValidationError

    from smartnotes.core.errors import OptionsError
    from smartnotes.core.learning import CardText

    try:
        return CardText(front=front, back=back, suspended=suspended)
    except ValidationError as error:
        raise OptionsError(f"The card cannot be changed so: {error.errors()[0]['msg']}.") from error
