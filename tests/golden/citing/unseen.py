"""A third set, written when the rules had been mended after the second.

Judged for the first time, 3 of 26 false sentences were cited and .90 of the true ones; two rules were mended then: a
window does not save what one of its sentences turns round, and negations are counted.
"""

from __future__ import annotations

NOTES: dict[str, tuple[str, str]] = {
    "regression": (
        "Linear regression",
        "Least squares chooses the line that minimises the sum of squared residuals.\n"
        "The coefficient of determination lies between 0 and 1.\n"
        "Adding a variable never increases the residual sum of squares.\n"
        "Ridge regression adds a penalty on the squared weights, the lasso on their absolute values.",
    ),
    "processes": (
        "Processes",
        "A process has its own address space, while the threads of a process share one.\n"
        "The scheduler picks the next runnable process every 10 ms.\n"
        "A deadlock needs four conditions: mutual exclusion, hold and wait, no preemption and circular wait.\n"
        "fork() returns 0 in the child and the child's process id in the parent.",
    ),
    "geology": (
        "Rocks",
        "Igneous rocks form when magma cools; slow cooling produces large crystals.\n"
        "Limestone is a sedimentary rock that consists mainly of calcite.\n"
        "Heat and pressure turn limestone into marble.\n"
        "The oldest known rocks are about 4 billion years old.",
    ),
    "law": (
        "Contracts",
        "A contract is formed by an offer and its acceptance.\n"
        "Minors cannot enter into contracts without the consent of their parents.\n"
        "A claim for payment expires after three years.\n"
        "The seller bears the risk until the goods are handed over to the buyer.",
    ),
}

SENTENCES: tuple[tuple[str, str, str], ...] = (
    ("T", "paraphrase", "The sum of squared residuals is minimised by the least-squares line."),
    ("T", "paraphrase", "Least squares picks the line which minimises the sum of the squared residuals."),
    ("T", "paraphrase", "The coefficient of determination is between 0 and 1."),
    ("T", "paraphrase", "The residual sum of squares never increases when a variable is added."),
    ("T", "paraphrase", "Ridge regression adds a penalty on the squared weights."),
    ("T", "paraphrase", "Each process has an address space of its own."),
    ("T", "paraphrase", "Threads of the same process share one address space."),
    ("T", "paraphrase", "Every 10 milliseconds the scheduler picks the next runnable process."),
    ("T", "paraphrase", "There are four conditions for a deadlock."),
    ("T", "paraphrase", "In the child, fork() returns 0."),
    ("T", "paraphrase", "When magma cools, igneous rocks form."),
    ("T", "paraphrase", "Large crystals are produced by slow cooling."),
    ("T", "paraphrase", "Limestone consists mainly of calcite."),
    ("T", "paraphrase", "Limestone is turned into marble by heat and pressure."),
    ("T", "paraphrase", "The oldest rocks known are about four billion years old."),
    ("T", "paraphrase", "An offer and its acceptance form a contract."),
    ("T", "paraphrase", "Without the consent of their parents, minors cannot enter into contracts."),
    ("T", "paraphrase", "Claims for payment expire after 3 years."),
    ("T", "paraphrase", "Until the goods are handed over to the buyer, the seller bears the risk."),
    ("T", "list item", "2. **Circular wait**"),
    ("F", "number", "A deadlock needs five conditions."),
    ("F", "number", "The scheduler picks the next runnable process every 100 ms."),
    ("F", "number", "fork() returns 1 in the child."),
    ("F", "number", "A claim for payment expires after two years."),
    ("F", "unit", "The oldest known rocks are about 4 million years old."),
    ("F", "unit", "A claim for payment expires after three months."),
    ("F", "negation", "Minors can enter into contracts without the consent of their parents."),
    ("F", "negation", "Adding a variable increases the residual sum of squares."),
    ("F", "negation", "The threads of a process do not share an address space."),
    ("F", "opposite", "Slow cooling produces small crystals."),
    ("F", "opposite", "Fast cooling produces large crystals."),
    ("F", "opposite", "Least squares chooses the line that maximises the sum of squared residuals."),
    ("F", "opposite", "The youngest known rocks are about 4 billion years old."),
    ("F", "swap", "The buyer bears the risk until the goods are handed over to the seller."),
    ("F", "swap", "Heat and pressure turn marble into limestone."),
    ("F", "swap", "The lasso adds a penalty on the squared weights."),
    ("F", "swap", "fork() returns 0 in the parent and the child's process id in the child."),
    ("F", "swap", "A thread has its own address space, while the processes of a thread share one."),
    ("F", "invented", "Least squares was published by Legendre in 1805."),
    ("F", "invented", "The scheduler picks the process with the highest priority."),
    ("F", "invented", "Deadlocks are resolved by killing a process."),
    ("F", "invented", "Marble is used for statues and floors."),
    ("F", "invented", "Igneous rocks form when magma cools under the sea."),
    ("F", "invented", "A contract must be signed in writing."),
    ("F", "invented", "The seller bears the risk and the cost of transport."),
    ("F", "invented", "The coefficient of determination measures the quality of a causal model."),
)
