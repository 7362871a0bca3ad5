"""The example lecture: what its slides say. Written for smartnotes, MIT licence like the rest of the project."""

from __future__ import annotations

from source.buckets import counts, fnv1a, sum_of_codes
from source.slides import (
    BLUE,
    PALE,
    SAND,
    Arrow,
    Box,
    Bullets,
    Code,
    Drawing,
    Label,
    Picture,
    Place,
    Slide,
    Table,
    Text,
)

TITLE = "Hash Tables"
COURSE = "Data Structures"
NUMBER = "Lecture 7"
FOOTER = f"{COURSE} · {NUMBER}: {TITLE}"

BAD = counts(sum_of_codes)
GOOD = counts(fnv1a)

WHOLE = Place(0.75, 1.45, 11.8, 5.3)


def _hashing() -> Drawing:
    """Three keys, the hash function, eight buckets; two of the keys collide."""
    rows = [2.0, 2.55, 3.1, 3.65, 4.2, 4.75, 5.3, 5.85]
    filled = {1: "Cruz", 4: "Abel, Diaz", 6: "Berg"}
    parts: list[Box | Arrow | Label] = [Label(10.55, 1.5, 1.9, 0.4, "buckets", 16)]
    for index, y in enumerate(rows):
        parts.append(Label(10.0, y, 0.5, 0.5, str(index)))
        parts.append(Box(10.55, y, 1.9, 0.5, filled.get(index, ""), SAND if index == 4 else PALE))
    for key, y, index in [("Abel", 2.35, 4), ("Berg", 3.2, 6), ("Cruz", 4.05, 1), ("Diaz", 4.9, 4)]:
        parts.append(Box(6.0, y, 1.0, 0.5, key))
        parts.append(Arrow(7.0, y + 0.25, 7.75, 3.85 + (y - 3.6) * 0.3))
        parts.append(Arrow(9.1, 3.85 + (index - 3.5) * 0.12, 10.05, rows[index] + 0.25))
    parts.append(Box(7.75, 3.2, 1.35, 1.3, "hash\nfunction h", BLUE))
    parts.append(Label(6.0, 1.5, 1.0, 0.4, "keys", 16))
    return Drawing(
        tuple(parts),
        "Figure 1: A hash function sends each key to one of eight buckets. Abel and Diaz collide in bucket 4.",
        Place(6.0, 6.4, 6.6, 0.5),
    )


def _chaining() -> Drawing:
    """A table of five buckets with linked lists hanging from it."""
    chains = {0: ["20", "35"], 1: ["16"], 2: ["7", "42", "12"], 3: [], 4: ["29"]}
    parts: list[Box | Arrow | Label] = []
    for index, chain in chains.items():
        y = 2.35 + index * 0.72
        parts.append(Label(6.65, y, 0.5, 0.5, str(index)))
        parts.append(Box(7.15, y, 0.75, 0.5, "" if chain else "–", PALE))
        left = 7.55
        for place, key in enumerate(chain):
            x = 8.45 + place * 1.4
            parts.append(Arrow(left, y + 0.25, x, y + 0.25))
            parts.append(Box(x, y, 0.85, 0.5, key, SAND))
            left = x + 0.85
    return Drawing(
        tuple(parts),
        "Figure 3: Separate chaining with m = 5 and h(k) = k mod 5. Seven keys, load factor 1.4.",
        Place(6.5, 6.15, 6.1, 0.5),
    )


def _probing() -> Drawing:
    """The finished table of the worked example."""
    keys = ["", "15", "22", "8", "30", "12", ""]
    parts: list[Box | Arrow | Label] = []
    for index, key in enumerate(keys):
        parts.append(Label(2.9 + index * 1.1, 5.1, 1.1, 0.4, str(index)))
        parts.append(Box(2.9 + index * 1.1, 5.5, 1.1, 0.6, key, SAND if key else PALE, 18))
    return Drawing(
        tuple(parts),
        "Figure 4: The table after five insertions. Keys 15, 22, 8, 30 and 12 form one cluster.",
        Place(2.2, 6.25, 9.0, 0.45),
    )


CODE = """\
class HashTable:
    def __init__(self, m=8):
        self.buckets = [[] for _ in range(m)]

    def insert(self, key, value):
        bucket = self.buckets[hash(key) % len(self.buckets)]
        for place, (known, _) in enumerate(bucket):
            if known == key:
                bucket[place] = (key, value)
                return
        bucket.append((key, value))

    def search(self, key):
        for known, value in self.buckets[hash(key) % len(self.buckets)]:
            if known == key:
                return value
        raise KeyError(key)"""

SLIDES = (
    Slide(
        TITLE,
        (
            Text(Place(1.2, 3.6, 11.0, 0.7), (f"{COURSE} · {NUMBER}",), 26),
            Text(Place(1.2, 4.4, 11.0, 0.6), ("How to find one key among millions in about one step",), 22),
        ),
        "Welcome. Last week we searched balanced trees in logarithmic time. Today we do better on average, and we pay "
        "for it with the order of the keys.",
    ),
    Slide(
        "What you will learn today",
        (
            Bullets(
                WHOLE,
                (
                    "What a hash function is, and what makes a good one",
                    "Why collisions cannot be avoided, and two ways to live with them",
                    "\tSeparate chaining",
                    "\tOpen addressing",
                    "How the load factor decides the cost of every operation",
                    "Why growing the table is cheap in the long run",
                    "When a hash table is the wrong choice",
                ),
                24,
            ),
        ),
        "Exercise sheet 7 is due on Friday. Question 2 is the worked example from slide 12 with other numbers.",
    ),
    Slide(
        "The dictionary problem",
        (
            Text(
                Place(0.75, 1.45, 11.8, 1.05),
                (
                    "A **dictionary** is a collection of key–value pairs with three operations: insert, search and delete. "
                    "Each key occurs at most once.",
                ),
                22,
                boxed=True,
            ),
            Table(
                Place(0.75, 2.95, 11.8, 2.6),
                (
                    ("Data structure", "Search", "Insert", "Delete", "Keys in order?"),
                    ("Unsorted list", "O(n)", "O(1)", "O(n)", "no"),
                    ("Sorted array", "O(log n)", "O(n)", "O(n)", "yes"),
                    ("Balanced search tree", "O(log n)", "O(log n)", "O(log n)", "yes"),
                    ("Hash table, on average", "O(1)", "O(1)", "O(1)", "no"),
                    ("Hash table, worst case", "O(n)", "O(n)", "O(n)", "no"),
                ),
                (0.32, 0.16, 0.16, 0.16, 0.2),
                18,
            ),
            Text(Place(0.75, 5.95, 11.8, 0.5), ("Table 1: Cost of the dictionary operations on n keys.",), 16),
        ),
        "Insertion into the unsorted list is constant only if we may assume that the key is new. Otherwise it has to "
        "search first.",
    ),
    Slide(
        "The idea: compute the place",
        (
            Text(
                Place(0.75, 1.45, 4.9, 1.3),
                ("A **hash function** is a function that maps every possible key to an integer from 0 to m − 1.",),
                20,
                boxed=True,
            ),
            Text(
                Place(0.75, 3.0, 4.9, 0.95),
                ("A **bucket** is one of the m slots of the table, numbered from 0.",),
                20,
                boxed=True,
            ),
            Bullets(
                Place(0.75, 4.3, 4.9, 2.0),
                (
                    "Compute h(k) for the key k",
                    "Look into bucket h(k)",
                    "Compare the keys found there with k",
                ),
                20,
                numbered=True,
            ),
            _hashing(),
        ),
        "Hans Peter Luhn of IBM described hashing with chaining in an internal memorandum in January 1953. The word "
        "hashing itself came into print only in the 1960s.",
    ),
    Slide(
        "What makes a good hash function",
        (
            Bullets(
                Place(0.75, 1.45, 6.0, 5.3),
                (
                    "**Deterministic**: the same key always gives the same bucket",
                    "**Uniform**: every bucket is about equally likely",
                    "\tRegular keys must not give regular patterns",
                    "\tAll characters of a string must count, and so must their order",
                    "**Fast**: computed in time proportional to the key's length",
                ),
                20,
            ),
            Text(
                Place(7.2, 1.5, 5.4, 1.65),
                (
                    "The **division method** takes the remainder: h(k) = k mod m. The table size m should be a prime "
                    "that is not close to a power of two.",
                ),
                20,
                boxed=True,
            ),
            Text(
                Place(7.2, 3.5, 5.4, 1.65),
                (
                    "The **multiplication method** multiplies the key by a constant A, keeps the fractional part and "
                    "scales it to m. Knuth suggests A ≈ 0.618.",
                ),
                20,
                boxed=True,
            ),
        ),
        "A common mistake in last year's exam: adding up the character codes of a string. Anagrams such as listen and "
        "silent then always collide.",
    ),
    Slide(
        "Good and bad hashing, measured",
        (
            Picture(
                Place(0.75, 1.5, 8.1, 4.15),
                "buckets.png",
                "Figure 2: 2,000 user names (user0000 to user1999) in 64 buckets. Left: sum of the character codes. Right: FNV-1a.",
            ),
            Bullets(
                Place(9.15, 1.7, 3.5, 4.6),
                (
                    f"The sum of the codes leaves {BAD.count(0)} of 64 buckets empty",
                    f"Its fullest bucket holds {max(BAD)} keys",
                    f"FNV-1a fills every bucket with {min(GOOD)} to {max(GOOD)} keys",
                    "The ideal is 2000 / 64 = 31.25",
                ),
                20,
            ),
        ),
        "FNV-1a multiplies by a prime after mixing in each byte, so the order of the characters matters. It is good "
        "enough for tables of our own keys and not for keys that an attacker chooses.",
    ),
    Slide(
        "Collisions",
        (
            Text(
                Place(0.75, 1.45, 11.8, 0.7),
                ("A **collision** occurs when two different keys are sent to the same bucket.",),
                22,
                boxed=True,
            ),
            Bullets(
                Place(0.75, 2.5, 11.8, 2.6),
                (
                    "With more keys than buckets, collisions are certain (pigeonhole principle)",
                    "With far fewer keys they are still likely (birthday paradox)",
                    "\t23 people, 365 days: two share a birthday with probability 0.507",
                    "\t2,450 keys, one million buckets: some collision with probability 0.95",
                ),
                22,
            ),
            Text(
                Place(0.75, 5.3, 11.8, 0.75),
                ("P(no collision) = (1 − 1/m) (1 − 2/m) … (1 − (n − 1)/m) ≈ e^(−n(n−1)/2m)",),
                20,
                boxed=True,
            ),
        ),
        "Ask the class for birthdays before showing the numbers. In a room of 60 the chance of a shared birthday is "
        "above 99 percent.",
    ),
    Slide(
        "Separate chaining",
        (
            Text(
                Place(0.75, 1.45, 5.5, 1.45),
                (
                    "**Separate chaining** is a way to resolve collisions in which each bucket holds a linked list of "
                    "all keys that were sent to it.",
                ),
                20,
                boxed=True,
            ),
            Bullets(
                Place(0.75, 3.2, 5.5, 3.0),
                (
                    "Insert: put the key at the end of its list",
                    "Search: walk along one list",
                    "Delete: unlink the node",
                    "The table never gets full, but long lists are slow",
                ),
                20,
            ),
            _chaining(),
        ),
        "Since version 8, Java's HashMap turns a bucket with more than eight entries into a red–black tree, provided "
        "the table has at least 64 buckets. That bounds the worst case by O(log n).",
    ),
    Slide(
        "Open addressing",
        (
            Text(
                Place(0.75, 1.45, 11.8, 1.1),
                (
                    "**Open addressing** is a way to resolve collisions in which all keys live in the table itself: when "
                    "a bucket is taken, the next one of a probe sequence is tried.",
                ),
                20,
                boxed=True,
            ),
            Bullets(
                Place(0.75, 2.75, 6.6, 3.9),
                (
                    "**Linear probing**: try h(k), h(k) + 1, h(k) + 2, …",
                    "\tFriendly to the processor's cache",
                    "\tSuffers from primary clustering: full runs grow",
                    "**Quadratic probing**: try steps of 1, 4, 9, …",
                    "\tKeys with the same start still share a sequence",
                    "**Double hashing**: a second function gives the step",
                ),
                20,
            ),
            Text(
                Place(7.75, 2.8, 4.8, 2.5),
                (
                    "A **tombstone** is a mark left in the place of a deleted key, so that a search does not stop at the gap "
                    "and miss keys that were pushed past it.",
                    "Insertions may use the place again.",
                ),
                20,
                boxed=True,
            ),
        ),
        "Draw the tombstone problem on the board: insert 15 and 22 into a table of seven, delete 15, then search for "
        "22.",
    ),
    Slide(
        "The load factor",
        (
            Text(
                Place(0.75, 1.45, 11.8, 1.0),
                (
                    "The **load factor** is the number of keys divided by the number of buckets: α = n / m. "
                    "It decides what an operation costs.",
                ),
                22,
                boxed=True,
            ),
            Table(
                Place(0.75, 2.75, 7.2, 2.6),
                (
                    ("Load factor α", "Chaining, miss", "Probing, hit", "Probing, miss"),
                    ("0.25", "1.25", "1.17", "1.39"),
                    ("0.50", "1.50", "1.50", "2.50"),
                    ("0.75", "1.75", "2.50", "8.50"),
                    ("0.90", "1.90", "5.50", "50.50"),
                ),
                (0.25, 0.25, 0.25, 0.25),
                18,
            ),
            Text(
                Place(0.75, 5.45, 7.2, 0.5),
                ("Table 2: Expected steps for a key that is there (hit) and one that is not (miss).",),
                16,
            ),
            Text(
                Place(8.3, 2.75, 4.25, 2.75),
                (
                    "**Chaining**, miss",
                    "1 + α",
                    "**Linear probing**, hit",
                    "½ (1 + 1 / (1 − α))",
                    "**Linear probing**, miss",
                    "½ (1 + 1 / (1 − α)²)",
                ),
                18,
                boxed=True,
            ),
        ),
        "The formulas for linear probing are Knuth's, from 1963; he later wrote that this analysis got him interested "
        "in the field. They assume a uniform hash function.",
    ),
    Slide(
        "Growing the table",
        (
            Text(
                Place(0.75, 1.45, 11.8, 1.1),
                (
                    "**Rehashing** is the process of moving all keys to a larger table, because every h(k) depends on "
                    "the number of buckets m.",
                ),
                22,
                boxed=True,
            ),
            Bullets(
                Place(0.75, 2.85, 11.8, 3.8),
                (
                    "Grow when the load factor passes a limit",
                    "\tPython's dict: 2/3",
                    "\tJava's HashMap: 0.75",
                    "\tC++ std::unordered_map: 1.0",
                    "Double the size each time: moving n keys costs n + n/2 + n/4 + … < 2n steps in all",
                    "So one insertion costs O(1) amortised, although a single one may cost O(n)",
                ),
                22,
            ),
        ),
        "Adding a fixed number of buckets instead of doubling makes the total cost quadratic. Systems with hard time "
        "limits move a few keys with every operation instead of all at once; Redis does this.",
    ),
    Slide(
        "Worked example: linear probing",
        (
            Text(
                Place(0.75, 1.4, 11.8, 0.55),
                ("Insert 15, 22, 8, 30 and 12 into m = 7 buckets with h(k) = k mod 7.",),
                20,
            ),
            Table(
                Place(2.2, 2.05, 8.9, 2.7),
                (
                    ("Key", "h(k)", "Buckets tried", "Stored in", "Steps"),
                    ("15", "1", "1", "1", "1"),
                    ("22", "1", "1, 2", "2", "2"),
                    ("8", "1", "1, 2, 3", "3", "3"),
                    ("30", "2", "2, 3, 4", "4", "3"),
                    ("12", "5", "5", "5", "1"),
                ),
                (0.16, 0.16, 0.32, 0.2, 0.16),
                16,
            ),
            _probing(),
        ),
        "Ten steps for five keys make two steps on average. The load factor is 5/7, about 0.71, and the formula "
        "predicts 2.25 for a hit. The key 12 is where it should be, yet it has become part of the cluster.",
    ),
    Slide(
        "In code: separate chaining in Python",
        (
            Code(Place(0.75, 1.4, 11.8, 4.75), CODE, 16),
            Text(
                Place(0.75, 6.3, 11.8, 0.5),
                ("Python's own hash() reduces the key; the remainder gives the bucket.",),
                18,
            ),
        ),
        "Growing is left out to keep the listing on one slide. Ask: what has to happen to every pair when the number of "
        "buckets changes? It must be inserted again.",
    ),
    Slide(
        "When not to use a hash table",
        (
            Bullets(
                Place(0.75, 1.45, 11.8, 3.3),
                (
                    "Keys are needed in order, or the nearest key is wanted: use a balanced search tree",
                    "Every single operation must be fast: the worst case is O(n)",
                    "Keys come from strangers, and the hash function is known",
                ),
                22,
            ),
            Text(
                Place(0.75, 3.8, 11.8, 1.75),
                (
                    "**Hash flooding** is an attack in which someone sends many keys that all fall into the same bucket, "
                    "so that a server spends its time walking one long list.",
                    "The defence is a hash function with a secret random key, such as SipHash.",
                ),
                22,
                boxed=True,
            ),
        ),
        "The attack became widely known in December 2011, when many web frameworks were found open to it. Python has "
        "hashed strings with a random key since version 3.3.",
    ),
    Slide(
        "Summary",
        (
            Bullets(
                WHOLE,
                (
                    "A hash table computes where a key belongs: O(1) on average, O(n) at worst",
                    "A good hash function is deterministic, uniform and fast",
                    "Collisions are resolved in two ways",
                    "\tSeparate chaining: a list in each bucket",
                    "\tOpen addressing: another bucket of the same table",
                    "Keep the load factor α = n / m below about 0.75",
                    "Doubling the table makes growth cheap: O(1) amortised per insertion",
                    "Next lecture: priority queues and heaps",
                ),
                22,
            ),
        ),
        "Read chapter 11 of Cormen, Leiserson, Rivest and Stein before the tutorial.",
    ),
)
