"""Notes of eight subjects, and sentences about them that are true or false by these notes, with the way they are so.

Made by hand, sentence by sentence, for no real lecture. `T` is supported, `F` is not; the word after it says how.
"""

from __future__ import annotations

NOTES: dict[str, tuple[str, str]] = {
    "cache": (
        "Caches",
        "A cache is a small memory that keeps copies of data used recently.\n"
        "Each access to main memory costs about 80 ns, an access to the first-level cache about 1 ns.\n"
        "A write-back cache copies dirty lines to memory only when they are evicted.\n"
        "Compulsory misses occur on the first access to a block and cannot be avoided by a larger cache.\n"
        "There are three kinds of misses:\n• compulsory misses\n• capacity misses\n• conflict misses",
    ),
    "levels": (
        "Memory hierarchy",
        "Level\tSize\tLatency\nRegisters\t1 KB\t0.3 ns\nFirst-level cache\t64 KB\t1 ns\nMain memory\t16 GB\t80 ns",
    ),
    "cells": (
        "The cell",
        "Mitochondria produce most of the cell's ATP by oxidative phosphorylation.\n"
        "The nucleus contains the cell's DNA and is surrounded by a double membrane.\n"
        "Ribosomes translate messenger RNA into proteins.\n"
        "Plant cells have a cell wall, whereas animal cells do not have one.\n"
        "Human cells have 46 chromosomes, gametes only 23.",
    ),
    "sorting": (
        "Sorting",
        "Merge sort is stable and needs O(n log n) comparisons in the worst case.\n"
        "Quicksort is not stable; its worst case takes quadratic time.\n"
        "Insertion sort is faster than merge sort on arrays of fewer than 16 elements.\n"
        "def swap(a, i, j):\n    a[i], a[j] = a[j], a[i]\n"
        "Heapsort sorts in place and was published in 1964.",
    ),
    "physics": (
        "Mechanics",
        "Newton's second law states that force equals mass times acceleration: F = m a.\n"
        "The kinetic energy of a body is E = 1/2 m v^2.\n"
        "Near the surface of the Earth the acceleration of free fall is 9.81 m/s^2.\n"
        "Friction converts kinetic energy into heat.\n"
        "The momentum of an isolated system does not change.",
    ),
    "economics": (
        "Markets",
        "If the price of a good rises, the quantity demanded falls.\n"
        "A monopoly is a market with one seller and many buyers.\n"
        "The central bank raised the interest rate from 2.5 % to 4 % in 2022.\n"
        "Inflation is an increase of the general level of prices.\n"
        "A tariff is a tax on imports, which raises the prices that domestic consumers pay.",
    ),
    "network": (
        "Transport layer",
        "TCP delivers bytes in order and retransmits segments that are lost.\n"
        "UDP does not guarantee delivery, but has less overhead than TCP.\n"
        "The client sends a SYN segment to the server, and the server answers with SYN-ACK.\n"
        "A port number has 16 bits.\n"
        "The receiver's window limits how much data the sender may have in flight.",
    ),
    "history": (
        "Printing",
        "Johannes Gutenberg printed his Bible in Mainz around 1455.\n"
        "Movable metal type made books much cheaper because letters could be used again.\n"
        "By 1500 about twenty million volumes had been printed in Europe.\n"
        "Before printing, monks copied books by hand.\n"
        "Literacy rose after books had become affordable.",
    ),
}

SENTENCES: tuple[tuple[str, str, str], ...] = (
    # true: in other words
    ("T", "paraphrase", "A cache is a small memory which holds copies of recently used data."),
    ("T", "paraphrase", "Accessing main memory costs around 80 nanoseconds."),
    ("T", "paraphrase", "An access to the first-level cache costs about 1 ns."),
    ("T", "paraphrase", "Dirty lines are copied to memory by a write-back cache only when they are evicted."),
    ("T", "paraphrase", "A larger cache cannot avoid compulsory misses."),
    ("T", "paraphrase", "Compulsory misses occur when a block is accessed for the first time."),
    ("T", "paraphrase", "Most of the ATP of the cell is produced by the mitochondria."),
    ("T", "paraphrase", "Mitochondria produce most ATP through oxidative phosphorylation."),
    ("T", "paraphrase", "The DNA of the cell is contained in the nucleus."),
    ("T", "paraphrase", "A double membrane surrounds the nucleus."),
    ("T", "paraphrase", "Ribosomes translate mRNA (messenger RNA) into proteins."),
    ("T", "paraphrase", "Messenger RNA is translated into proteins by ribosomes."),
    ("T", "paraphrase", "Plant cells have a cell wall."),
    ("T", "paraphrase", "Animal cells do not have a cell wall."),
    ("T", "paraphrase", "Gametes have only 23 chromosomes."),
    ("T", "paraphrase", "There are 46 chromosomes in human cells."),
    ("T", "paraphrase", "Merge sort is a stable sort."),
    ("T", "paraphrase", "In the worst case merge sort needs O(n log n) comparisons."),
    ("T", "paraphrase", "Quicksort is not stable."),
    ("T", "paraphrase", "Quicksort takes quadratic time in its worst case."),
    ("T", "paraphrase", "On arrays of fewer than 16 elements, insertion sort is faster than merge sort."),
    ("T", "paraphrase", "Heapsort was published in 1964."),
    ("T", "paraphrase", "Heapsort sorts in place."),
    ("T", "paraphrase", "Newton's second law says that force is equal to mass times acceleration."),
    ("T", "paraphrase", "Kinetic energy is converted into heat by friction."),
    ("T", "paraphrase", "In an isolated system the momentum does not change."),
    ("T", "paraphrase", "The acceleration of free fall near the Earth's surface is 9.81 m/s^2."),
    ("T", "paraphrase", "The quantity demanded falls if the price of a good rises."),
    ("T", "paraphrase", "A market with one seller and many buyers is a monopoly."),
    ("T", "paraphrase", "The interest rate was raised from 2.5 percent to 4 percent in 2022 by the central bank."),
    ("T", "paraphrase", "Inflation is an increase in the general price level."),
    ("T", "paraphrase", "A tariff is a tax on imports."),
    ("T", "paraphrase", "Tariffs raise the prices paid by domestic consumers."),
    ("T", "paraphrase", "TCP delivers the bytes in order."),
    ("T", "paraphrase", "Lost segments are retransmitted by TCP."),
    ("T", "paraphrase", "UDP does not guarantee delivery."),
    ("T", "paraphrase", "UDP has less overhead than TCP."),
    ("T", "paraphrase", "First the client sends a SYN segment to the server."),
    ("T", "paraphrase", "The server answers with a SYN-ACK."),
    ("T", "paraphrase", "A port number is 16 bits long."),
    ("T", "paraphrase", "How much data the sender may have in flight is limited by the receiver's window."),
    ("T", "paraphrase", "Gutenberg printed his Bible around 1455 in Mainz."),
    ("T", "paraphrase", "Books were made much cheaper by movable metal type."),
    ("T", "paraphrase", "About 20 million volumes had been printed in Europe by 1500."),
    ("T", "paraphrase", "Monks copied books by hand before printing."),
    ("T", "paraphrase", "After books had become affordable, literacy rose."),
    ("T", "paraphrase", "Metal type made books cheaper, since its letters could be used again."),
    # true: other forms
    ("T", "list item", "- compulsory misses"),
    ("T", "list item", "- **Capacity misses**"),
    ("T", "list item", "1. Mitochondria produce most of the ATP."),
    ("T", "list lead", "There are 3 kinds of misses: compulsory, capacity and conflict misses."),
    ("T", "table row", "| Registers | 1 KB | 0.3 ns |"),
    ("T", "table row", "| Main memory | 16 GB | 80 ns |"),
    ("T", "table row", "Main memory has a size of 16 GB and a latency of 80 ns."),
    ("T", "code", "```python\ndef swap(a, i, j):\n    a[i], a[j] = a[j], a[i]\n```"),
    ("T", "formula", "Newton's second law is F = m a."),
    ("T", "formula", "Newton's second law is $F = ma$."),
    ("T", "formula", "The kinetic energy of a body is $E = 1/2 m v^2$."),
    (
        "T",
        "two pages",
        "Mitochondria produce most of the cell's ATP, while friction converts kinetic energy into heat.",
    ),
    ("T", "two pages", "Quicksort is not stable, and UDP does not guarantee delivery."),
    ("T", "two places", "Merge sort is stable but quicksort is not stable."),
    ("T", "two places", "Heapsort sorts in place, and merge sort is stable."),
    ("T", "markdown", "The **nucleus** contains the cell's *DNA*."),
    # nothing is claimed
    ("-", "bridge", "In summary:"),
    ("-", "bridge", "Here is what your notes say:"),
    ("-", "bridge", "Based on the excerpts, the answer is as follows:"),
    ("-", "bridge", "I hope this helps!"),
    ("-", "bridge", "Would you like to know more about caches?"),
    ("-", "bridge", "### Summary"),
    ("-", "bridge", "Let me explain this in more detail."),
    ("-", "bridge", "According to the lecture notes:"),
    # false: numbers and units
    ("F", "number", "Each access to main memory costs about 90 ns."),
    ("F", "number", "An access to the first-level cache costs about 80 ns."),
    ("F", "number", "Human cells have 48 chromosomes."),
    ("F", "number", "Gametes have 46 chromosomes."),
    ("F", "number", "Heapsort was published in 1974."),
    ("F", "number", "A port number has 32 bits."),
    ("F", "number", "The central bank raised the interest rate from 2.5 % to 5 % in 2022."),
    ("F", "number", "About thirty million volumes had been printed in Europe by 1500."),
    ("F", "number", "There are four kinds of misses: compulsory, capacity and conflict misses."),
    ("F", "number", "The acceleration of free fall near the Earth's surface is 8.91 m/s^2."),
    ("F", "number", "Gutenberg printed his Bible in Mainz around 1544."),
    ("F", "number", "| Registers | 1 KB | 0.5 ns |"),
    ("F", "number", "Main memory has a size of 64 KB and a latency of 80 ns."),
    ("F", "number", "| First-level cache | 16 GB | 1 ns |"),
    ("F", "number", "Insertion sort is faster than merge sort on arrays of fewer than 64 elements."),
    ("F", "unit", "Each access to main memory costs about 80 ms."),
    ("F", "unit", "The first-level cache has 64 MB."),
    ("F", "unit", "A port number has 16 bytes."),
    ("F", "unit", "About twenty thousand volumes had been printed in Europe by 1500."),
    # false: negations
    ("F", "negation", "Compulsory misses can be avoided by a larger cache."),
    ("F", "negation", "Mitochondria do not produce most of the cell's ATP."),
    ("F", "negation", "The nucleus is not surrounded by a double membrane."),
    ("F", "negation", "Animal cells have a cell wall."),
    ("F", "negation", "Plant cells do not have a cell wall."),
    ("F", "negation", "Merge sort is not stable."),
    ("F", "negation", "Quicksort is stable."),
    ("F", "negation", "The momentum of an isolated system changes."),
    ("F", "negation", "UDP guarantees delivery."),
    ("F", "negation", "TCP does not retransmit segments that are lost."),
    ("F", "negation", "Heapsort never sorts in place."),
    ("F", "negation", "Friction does not convert kinetic energy into heat."),
    ("F", "negation", "A tariff isn't a tax on imports."),
    ("F", "negation", "Metal letters could not be used again."),
    # false: opposites
    ("F", "opposite", "If the price of a good rises, the quantity demanded rises."),
    ("F", "opposite", "A cache is a large memory that keeps copies of data used recently."),
    ("F", "opposite", "UDP has more overhead than TCP."),
    ("F", "opposite", "Insertion sort is slower than merge sort on arrays of fewer than 16 elements."),
    ("F", "opposite", "Inflation is a decrease of the general level of prices."),
    ("F", "opposite", "A tariff lowers the prices that domestic consumers pay."),
    ("F", "opposite", "Movable metal type made books much more expensive because letters could be used again."),
    ("F", "opposite", "After printing, monks copied books by hand."),
    ("F", "opposite", "Literacy fell after books had become affordable."),
    ("F", "opposite", "A monopoly is a market with many sellers and one buyer."),
    ("F", "opposite", "Merge sort needs O(n log n) comparisons in the best case."),
    ("F", "opposite", "The central bank lowered the interest rate from 2.5 % to 4 % in 2022."),
    # false: who does what to whom
    ("F", "swap", "The server sends a SYN segment to the client, and the client answers with SYN-ACK."),
    ("F", "swap", "TCP has less overhead than UDP."),
    ("F", "swap", "Merge sort is faster than insertion sort on arrays of fewer than 16 elements."),
    ("F", "swap", "Proteins translate messenger RNA into ribosomes."),
    ("F", "swap", "Friction converts heat into kinetic energy."),
    ("F", "swap", "The cell's DNA contains the nucleus."),
    ("F", "swap", "The sender's window limits how much data the receiver may have in flight."),
    ("F", "swap", "Books copied monks by hand before printing."),
    ("F", "swap", "Plant cells do not have a cell wall, whereas animal cells have one."),
    ("F", "swap", "A port number of 80 ns is an access to main memory."),
    ("F", "swap", "Human gametes have 46 chromosomes, cells only 23."),
    # false: invented
    ("F", "invented", "Caches were invented by Maurice Wilkes at Cambridge."),
    ("F", "invented", "Mitochondria produce most of the cell's ATP and were discovered by Kolliker."),
    ("F", "invented", "Heapsort was published in 1964 by Williams."),
    ("F", "invented", "TCP delivers bytes in order and encrypts every segment."),
    ("F", "invented", "Ribosomes translate messenger RNA into proteins and lipids for the cell membrane."),
    ("F", "invented", "The nucleus contains the cell's DNA and most of its enzymes."),
    ("F", "invented", "Merge sort is stable, and it is the standard sort of Java."),
    ("F", "invented", "A monopoly is a market with one seller, which is forbidden in Europe."),
    ("F", "invented", "Johannes Gutenberg printed his Bible in Strasbourg around 1455."),
    ("F", "invented", "Photosynthesis takes place in the chloroplasts of plant cells."),
    ("F", "invented", "Quicksort chooses a random pivot to avoid its worst case."),
    ("F", "invented", "The central bank raised the interest rate because unemployment was low."),
    ("F", "invented", "UDP is used for video calls and online games."),
    ("F", "invented", "A write-back cache is always faster than a write-through cache."),
    ("F", "invented", "Newton published the second law in the Principia."),
    ("F", "invented", "Friction converts kinetic energy into light."),
    ("F", "invented", "Dirty lines are written to the disk when they are evicted."),
    ("F", "invented", "The cache handles the latency of the main memory by the registers."),
    ("F", "invented", "When a client sends a segment, it sends the whole window to the next server."),
    ("F", "invented", "The price of a good is determined by the number of buyers in a monopoly."),
    # false: formulas and listings
    ("F", "formula", "Newton's second law is F = m v."),
    ("F", "formula", "The kinetic energy of a body is E = m v^2."),
    ("F", "formula", "The kinetic energy of a body is $E = 1/2 m v$."),
    ("F", "code", "```python\ndef swap(a, i, j):\n    a[i], a[j] = a[i], a[j]\n```"),
    ("F", "code", "```python\nimport os\nos.remove(path)\n```"),
)
