"""Reviewing flashcards: on a terminal, or from a script with `due`, `rate` and `undo`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from smartnotes.cli.late import add_group
from smartnotes.cli.parameters import Json, Subject
from smartnotes.cli.recording import interval, utc_offset_min
from smartnotes.cli.render import counted, print_json, print_table, say
from smartnotes.cli.session import open_notebook
from smartnotes.core.kinds import Rating

if TYPE_CHECKING:
    from smartnotes.core.learning import DueList
    from smartnotes.core.options import DueOptions

review_app = typer.Typer(help="Review flashcards; alone it starts with what is due.", no_args_is_help=False)

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most this many cards now.")]
New = Annotated[int, typer.Option("--new", min=0, max=10_000, help="New cards a day at most.")]
Reviews = Annotated[int, typer.Option("--reviews", min=0, max=10_000, help="Other cards a day at most.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    del app
    add_group(review_app, name="review", default="start")


@review_app.command("start")
def start(subject: Subject = None, limit: Limit = 1000, new: New = 20, reviews: Reviews = 200) -> None:
    """Review what is due on this terminal; the group's name alone does the same."""
    from smartnotes.cli.reviewing import review_on_terminal
    from smartnotes.core.errors import OptionsError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise OptionsError(
            "There is no terminal to review on.",
            hint="From a script: smartnotes review due --json, then smartnotes review rate CARD good",
        )
    with open_notebook() as notebook:
        subject_id = notebook.subject(subject).id if subject else None
        due = notebook.due_cards(options=_options(subject_id, limit, new, reviews))
        if due.cards:
            review_on_terminal(notebook, due, subject_id=subject_id)
        else:
            say(_nothing_due(due))


@review_app.command("due")
def list_due(
    subject: Subject = None, limit: Limit = 1000, new: New = 20, reviews: Reviews = 200, json: Json = False
) -> None:
    """List the cards that are to be reviewed today, in order."""
    with open_notebook() as notebook:
        due = notebook.due_cards(options=_options(subject, limit, new, reviews))
    if json:
        print_json([due], lines=True)
        return
    if not due.cards:
        say(_nothing_due(due))
        return
    names = {one.subject_id: one.subject for one in due.counts}
    rows = [
        (
            "new" if card.review.last_review is None else f"{card.review.due.astimezone():%Y-%m-%d}",
            names[card.subject_id],
            card.front,
            f"{card.source.lecture_name}, p. {card.source.page}",
            card.id,
        )
        for card in due.cards
    ]
    print_table(("Due", "Subject", "Front", "Source", "Id"), rows)
    for one in due.counts:
        say(f"{one.subject}: {one.cards.due} due, {one.cards.new} new, {counted(one.cards.total, 'card')}")


@review_app.command("rate")
def rate(
    card: Annotated[str, typer.Argument(help="The card's id or the beginning of it.")],
    rating: Annotated[Rating, typer.Argument(help="How well it was remembered.")],
    review_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="An id of your own: the same one twice counts once.")
    ] = None,
    json: Json = False,
) -> None:
    """Rate a card, from a script or after looking at it elsewhere."""
    with open_notebook() as notebook:
        entry = notebook.review(card, rating=rating, review_id=review_id)
    if json:
        print_json([entry], lines=True)
    else:
        print(f"{entry.rating.value}: due again in {interval(entry.after.interval_days)} ({entry.id})")


@review_app.command("undo")
def undo(
    review: Annotated[str | None, typer.Argument(metavar="REVIEW", help="Its id; the last one otherwise.")] = None,
    json: Json = False,
) -> None:
    """Take back a review: the card is scheduled as it was before."""
    with open_notebook() as notebook:
        entry = notebook.undo_review(review)
    print_json([entry], lines=True) if json else print(f"Taken back: {entry.rating.value} on {entry.card_id}")


@review_app.command("log")
def log(
    subject: Subject = None,
    card: Annotated[str | None, typer.Option("--card", metavar="ID", help="Only reviews of this card.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="How many to show.")] = 50,
    json: Json = False,
) -> None:
    """List reviews, newest first, also those that were taken back."""
    with open_notebook() as notebook:
        entries = notebook.reviews(subject=subject, card=card, limit=limit)
    if json:
        print_json(entries)
    elif entries:
        rows = [
            (
                f"{one.at.astimezone():%Y-%m-%d %H:%M}",
                one.rating.value + (" (taken back)" if one.undone else ""),
                interval(one.after.interval_days),
                one.card_id,
                one.id,
            )
            for one in entries
        ]
        print_table(("When", "Rating", "Interval", "Card", "Id"), rows)
    else:
        say("No reviews yet; start with: smartnotes review")


def _options(subject: str | None, limit: int, new: int, reviews: int) -> DueOptions:
    from smartnotes.core.options import DueOptions

    return DueOptions(
        subject=subject, limit=limit, new_per_day=new, reviews_per_day=reviews, utc_offset_min=utc_offset_min()
    )


def _nothing_due(due: DueList) -> str:
    total = sum(one.cards.total for one in due.counts)
    new = sum(one.cards.new for one in due.counts)
    if not total:
        return "No cards yet; start with: smartnotes cards make"
    if new:
        return f"Done for today. {counted(new, 'new card')} wait: more of them with --new."
    return "Nothing is due today."
