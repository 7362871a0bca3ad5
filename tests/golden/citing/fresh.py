"""More sentences of the kind in `sentences`, written when the rules were made.

Judged for the first time, 7 of 35 false sentences were cited and .92 of the true ones; four mistakes of the rules that
this showed were mended then, none by looking for words of these sentences.
"""

from __future__ import annotations

NOTES: dict[str, tuple[str, str]] = {
    "databases": (
        "Transactions",
        "A transaction is a sequence of operations that is executed completely or not at all.\n"
        "Isolation means that concurrent transactions do not see each other's intermediate results.\n"
        "PostgreSQL uses multiversion concurrency control, so readers do not block writers.\n"
        "A B-tree index speeds up lookups but slows down insertions.\n"
        "The write-ahead log is flushed to disk before a commit is acknowledged.",
    ),
    "chemistry": (
        "Acids and bases",
        "An acid donates a proton, and a base accepts one.\n"
        "Pure water has a pH of 7 at 25 \u00b0C.\n"
        "Adding a catalyst lowers the activation energy but does not shift the equilibrium.\n"
        "Exothermic reactions release heat to their surroundings.\n"
        "One mole contains 6.022e23 particles.",
    ),
    "statistics": (
        "Tests",
        "The p-value is the probability of data at least as extreme as those observed if the null hypothesis is true.\n"
        "A type I error rejects a null hypothesis that is true.\n"
        "The standard error falls with the square root of the sample size.\n"
        "The median is robust against outliers, the mean is not.\n"
        "With 30 degrees of freedom the critical value is 2.04.",
    ),
    "psychology": (
        "Memory",
        "Working memory holds about seven items for some seconds.\n"
        "Sleep consolidates memories that were formed during the day.\n"
        "Ebbinghaus found that more than half of learned syllables are forgotten within an hour.\n"
        "Retrieval practice improves long-term retention more than rereading does.\n"
        "The hippocampus is needed for new memories, not for old ones.",
    ),
}

SENTENCES: tuple[tuple[str, str, str], ...] = (
    ("T", "paraphrase", "A transaction is executed either completely or not at all."),
    ("T", "paraphrase", "Concurrent transactions do not see the intermediate results of each other."),
    ("T", "paraphrase", "In PostgreSQL, readers do not block writers."),
    ("T", "paraphrase", "Multiversion concurrency control is used by PostgreSQL."),
    ("T", "paraphrase", "Lookups are sped up by a B-tree index."),
    ("T", "paraphrase", "A B-tree index slows down insertions."),
    ("T", "paraphrase", "Before a commit is acknowledged, the write-ahead log is flushed to disk."),
    ("T", "paraphrase", "Acids donate protons."),
    ("T", "paraphrase", "A base accepts a proton."),
    ("T", "paraphrase", "At 25 \u00b0C the pH of pure water is 7."),
    ("T", "paraphrase", "A catalyst lowers the activation energy."),
    ("T", "paraphrase", "A catalyst does not shift the equilibrium."),
    ("T", "paraphrase", "Heat is released to the surroundings by exothermic reactions."),
    ("T", "paraphrase", "A type I error is the rejection of a true null hypothesis."),
    ("T", "paraphrase", "The standard error falls with the square root of sample size."),
    ("T", "paraphrase", "The median is robust against outliers."),
    ("T", "paraphrase", "The mean is not robust against outliers."),
    ("T", "paraphrase", "The critical value is 2.04 with 30 degrees of freedom."),
    ("T", "paraphrase", "About seven items can be held in working memory for some seconds."),
    ("T", "paraphrase", "Memories formed during the day are consolidated by sleep."),
    ("T", "paraphrase", "Within an hour, more than half of the learned syllables are forgotten, as Ebbinghaus found."),
    ("T", "paraphrase", "Retrieval practice improves long-term retention more than rereading."),
    ("T", "paraphrase", "New memories need the hippocampus."),
    ("T", "list item", "* **Isolation**: concurrent transactions do not see each other's intermediate results."),
    ("T", "two pages", "A catalyst lowers the activation energy, and sleep consolidates memories."),
    ("F", "number", "Pure water has a pH of 8 at 25 \u00b0C."),
    ("F", "number", "Working memory holds about nine items for some seconds."),
    ("F", "number", "With 30 degrees of freedom the critical value is 2.40."),
    ("F", "number", "One mole contains 6.022e26 particles."),
    ("F", "unit", "Pure water has a pH of 7 at 25 \u00b0F."),
    ("F", "unit", "Working memory holds about seven items for some hours."),
    ("F", "negation", "Readers block writers in PostgreSQL."),
    ("F", "negation", "Adding a catalyst shifts the equilibrium."),
    ("F", "negation", "The mean is robust against outliers."),
    ("F", "negation", "The median is not robust against outliers."),
    ("F", "negation", "Sleep does not consolidate memories."),
    ("F", "negation", "The hippocampus is needed for old memories."),
    ("F", "negation", "Concurrent transactions see each other's intermediate results."),
    ("F", "opposite", "A B-tree index slows down lookups but speeds up insertions."),
    ("F", "opposite", "Adding a catalyst raises the activation energy."),
    ("F", "opposite", "Exothermic reactions absorb heat from their surroundings."),
    ("F", "opposite", "The standard error rises with the square root of the sample size."),
    ("F", "opposite", "The write-ahead log is flushed to disk after a commit is acknowledged."),
    ("F", "opposite", "A type I error accepts a null hypothesis that is true."),
    ("F", "opposite", "Less than half of learned syllables are forgotten within an hour."),
    ("F", "swap", "An acid accepts a proton, and a base donates one."),
    ("F", "swap", "Rereading improves long-term retention more than retrieval practice does."),
    ("F", "swap", "Memories consolidate sleep that was formed during the day."),
    ("F", "swap", "The mean is robust against outliers, the median is not."),
    ("F", "swap", "Writers do not block readers in PostgreSQL."),
    ("F", "swap", "A type I error rejects a true hypothesis that is null."),
    ("F", "invented", "PostgreSQL was first released in 1996."),
    ("F", "invented", "A B-tree index speeds up lookups by hashing the keys."),
    ("F", "invented", "A catalyst lowers the activation energy and is consumed by the reaction."),
    ("F", "invented", "The p-value is the probability that the null hypothesis is true."),
    ("F", "invented", "Working memory is located in the prefrontal cortex."),
    ("F", "invented", "Sleep consolidates memories because the hippocampus replays them."),
    ("F", "invented", "Ebbinghaus found the spacing effect in 1885."),
    ("F", "invented", "Isolation is enforced by locks on rows."),
    ("F", "invented", "Exothermic reactions release light to their surroundings."),
)
