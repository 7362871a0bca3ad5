"""Phrases judged by their outer form: what may be a term, whether a sentence stands on its own. English.

There is no tagger here: closed word classes (pronouns, determiners, auxiliaries) and a list of the verbs that teaching
material uses decide. A phrase that cannot be judged is turned down, for a missing question is better than a bad one.
"""

from __future__ import annotations

import re

from smartnotes.core.wording import STOP_WORDS, fold, tokens

_PRONOUNS = frozenset(
    ["it", "its", "this", "that", "these", "those", "they", "them", "their", "he", "she", "him", "her", "his", "we", "you", "i", "our", "your", "my", "us", "one", "ones", "some", "such", "there", "here", "which", "who", "whom", "what", "whose", "where", "when", "why", "how", "each", "both", "all", "any", "none", "another", "other", "others", "same", "first", "second", "third", "last", "next", "previous", "former", "latter", "following", "above", "below", "everything", "something", "anything", "nothing", "that's", "it's", "there's", "here's", "what's", "let's", "they're", "we're", "you're", "we've", "you'll"]
)
_CONDITIONS = frozenset(
    ["if", "when", "while", "although", "though", "because", "since", "unless", "until", "after", "before", "once", "whether", "as"]
) - {"because"}
_MAY_BEGIN = _CONDITIONS | frozenset(
    ["for", "with", "without", "by", "to", "in", "on", "at", "from", "only", "some", "most", "many", "several", "few", "each", "every", "all", "no", "more", "no", "any", "both"]
)
"""A sentence may begin with these, a term may not."""
_LINKS = frozenset(["of", "in", "for", "to", "and", "with", "on", "by", "per", "the", "a", "an", "or", "from", "as", "at", "into", "within", "under", "over"])
_NOT_FIRST = (
    frozenset(
        ["if", "when", "while", "although", "though", "because", "since", "unless", "until", "after", "before", "once", "whether", "as", "for", "with", "without", "by", "from", "to", "in", "on", "at", "and", "or", "but", "so", "then", "also", "however", "thus", "therefore", "hence", "instead", "otherwise", "moreover", "furthermore", "similarly", "finally", "note", "notice", "remember", "recall", "consider", "suppose", "assume", "let", "please", "see", "say", "given", "using", "again", "not", "no", "only", "even", "just", "still", "yet", "most", "many", "several", "few", "less", "more", "much", "every", "either", "neither", "depends", "think", "try", "click", "now", "sometimes", "often", "usually", "always", "never", "very", "too"]
    )
    | _PRONOUNS
)
_LABELS = frozenset(
    ["example", "examples", "e.g", "note", "notes", "hint", "tip", "tips", "warning", "caution", "important", "reminder", "exception", "exceptions", "exercise", "exercises", "question", "questions", "answer", "answers", "solution", "solutions", "quiz", "task", "tasks", "step", "problem", "figure", "fig", "table", "slide", "page", "chapter", "section", "part", "syntax", "output", "input", "result", "results", "recommendation", "recommendations", "source", "sources", "reference", "references", "credit", "credits", "image", "photo", "url", "link", "links", "website", "email", "contact", "phone", "date", "time", "author", "authors", "instructor", "lecturer", "teacher", "professor", "room", "office", "version", "copyright", "license", "licence", "q", "a", "summary", "recap", "outline", "agenda", "topic", "topics", "goal", "goals", "objective", "objectives", "aim", "aims", "reading", "readings", "homework", "assignment", "due", "lecture", "week", "day", "today", "tomorrow", "recall", "remember", "reminder", "remark", "remarks", "definition", "theorem", "lemma", "proof", "corollary", "proposition", "uses", "use", "case", "cases", "pros", "cons", "why", "how", "what", "when", "where", "who", "yes", "no", "true", "false", "todo", "code", "read", "see", "also", "optional", "advanced", "bonus", "extra", "demo", "video", "keywords"]
)
VERBS = frozenset(
    ["is", "are", "was", "were", "be", "been", "has", "have", "had", "does", "do", "did", "can", "cannot", "can't", "could", "may", "might", "must", "shall", "should", "will", "would", "allow", "allows", "mean", "means", "refer", "refers", "contain", "contains", "include", "includes", "consist", "consists", "store", "stores", "hold", "holds", "keep", "keeps", "give", "gives", "return", "returns", "produce", "produces", "create", "creates", "make", "makes", "use", "uses", "take", "takes", "need", "needs", "require", "requires", "determine", "determines", "define", "defines", "describe", "describes", "represent", "represents", "show", "shows", "tell", "tells", "let", "lets", "help", "helps", "cause", "causes", "lead", "leads", "increase", "increases", "decrease", "decreases", "reduce", "reduces", "improve", "improves", "prevent", "prevents", "provide", "provides", "perform", "performs", "run", "runs", "execute", "executes", "evaluate", "evaluates", "check", "checks", "compare", "compares", "combine", "combines", "convert", "converts", "change", "changes", "update", "updates", "add", "adds", "remove", "removes", "delete", "deletes", "start", "starts", "begin", "begins", "end", "ends", "stop", "stops", "follow", "follows", "occur", "occurs", "happen", "happens", "depend", "depends", "act", "acts", "form", "forms", "become", "becomes", "remain", "remains", "move", "moves", "flow", "flows", "carry", "carries", "bind", "binds", "break", "breaks", "build", "builds", "connect", "connects", "control", "controls", "measure", "measures", "generate", "generates", "support", "supports", "serve", "serves", "work", "works", "exist", "exists", "apply", "applies", "satisfy", "satisfies", "obey", "obeys", "point", "points", "pull", "pulls", "push", "pushes", "exert", "exerts", "loosen", "loosens", "transcribe", "transcribes", "map", "maps", "read", "reads", "write", "writes", "send", "sends", "receive", "receives", "select", "selects", "extract", "extracts", "access", "accesses", "retrieve", "retrieves", "assign", "assigns", "raise", "raises", "throw", "throws", "handle", "handles", "loop", "loops", "iterate", "iterates", "repeat", "repeats", "skip", "skips", "call", "calls", "accept", "accepts", "pass", "passes", "belong", "belongs", "equal", "equals", "vary", "varies", "range", "ranges", "enable", "enables", "ensure", "ensures", "affect", "affects", "differ", "differs", "result", "results", "explain", "explains", "state", "states", "compute", "computes", "calculate", "calculates", "solve", "solves", "find", "finds", "know", "knows", "learn", "learns", "predict", "predicts", "classify", "classifies", "sort", "sorts", "separate", "separates", "divide", "divides", "split", "splits", "join", "joins", "merge", "merges", "protect", "protects", "release", "releases", "absorb", "absorbs", "emit", "emits", "react", "reacts", "transfer", "transfers", "transport", "transports", "translate", "translates", "encode", "encodes", "express", "expresses", "regulate", "regulates", "bring", "brings", "put", "puts", "set", "sets", "get", "gets", "go", "goes", "come", "comes", "resemble", "resembles", "spin", "spins", "cost", "costs", "grow", "grows", "develop", "develops", "lies", "lie", "stand", "stands", "yields", "yield", "implies", "imply", "maps", "holds", "tends", "tend", "recommends", "recommend", "permits", "permit", "compress", "compresses", "treats", "treat", "lacks", "lack", "offers", "offer", "arises", "arise", "extends", "extend", "wraps", "wrap", "maintains", "maintain", "monitors", "monitor", "transforms", "transform", "decides", "decide", "eats", "eat", "lives", "live", "died", "founded", "invented", "discovered", "wrote", "led", "began", "ended", "became", "introduced", "matters", "happens", "finds", "checks", "reverses", "falls", "behaves", "lies", "refers", "starts", "believes", "suggests", "proposes", "argues", "shows", "claims", "requires", "consumes", "costs"]
)
_ALSO_NOUNS = frozenset(
    ["loop", "loops", "form", "forms", "state", "states", "set", "sets", "result", "results", "range", "ranges", "control", "controls", "measure", "measures", "change", "changes", "point", "points", "work", "works", "call", "calls", "sort", "map", "maps", "handle", "handles", "end", "ends", "start", "starts", "use", "uses", "need", "needs", "cause", "causes", "flow", "flows", "cost", "costs", "transport", "transfer", "transfers", "act", "acts", "split", "process", "lead", "leads", "check", "checks", "update", "updates", "stand", "return", "returns", "access", "cycle", "return", "break", "breaks", "build", "add", "move", "moves", "run", "runs", "order", "help", "support", "supports", "step", "push", "pull", "read", "reads", "write", "writes", "show", "let", "lets", "put", "stop", "stops", "list", "lists", "store", "stores", "equal", "function", "begin", "increase", "decrease", "decline", "release", "repeat", "repeats", "name", "names", "value", "values", "lie", "raise", "join", "test", "tests", "answer", "pass", "passes", "limit", "limits", "yield", "can", "will", "may"]
)
_ARTICLES = frozenset(["a", "an", "the", "another", "this", "that", "of", "in", "and", "or", "its", "each", "every", "for", "with", "inside"])
_DEICTIC = re.compile(
    r"\b(this|these|those|that) (slide|page|figure|table|diagram|image|picture|lecture|chapter|section|course|class|"
    r"example|handbook)\b|\b(this|these|those)\b|\b(find|calculate|determine|consider|compute) (the|how|a|an)\b|"
    r"\bin question\b|\bat th(e|at) time\b|\b(otherwise|thus|hence) (is|are|the)\b|"
    r"\b(figures?|fig\.|table|slide|page|eq\.|eqs?\.|equation|example|chapter|section|exercise|appendix)\s*\(?\d|"
    r"\b(below|above|shown|see|previously|earlier|later on|on the (left|right)|next (slide|week|time)|last (week|time)|"
    r"we (have|'ve|just|will|'ll) |we've|so far|let's|let us|as (follows|mentioned)|the following|the former|the latter|"
    r"for example|for instance|e\.g\.?|in these notes|here)(?=\W|$)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^The (?:(?:two|three|four|other|same|first|second|third|next|last)\s\w+|([\w-]+))\s?"
    r"(?:,|(?:is|are|was|were|has|have|had|can|may|must|will|would|should|does|do|consists?|holds?|keeps?|then|also|\w+s)\s)"
)
_MAY_END = frozenset(
    ["again", "once", "all", "both", "each", "other", "others", "most", "yet", "too", "also", "now", "itself", "themselves", "up", "down", "off", "out", "not", "no", "same", "own"]
)
_URL = re.compile(r"https?://|www\.|\b[\w.-]+\.(com|org|edu|net|gov|io)\b|@\w+\.\w+|©|\(c\)|\bdoi\b", re.IGNORECASE)
_CITED = re.compile(r"\bet al\b|\(\d{4}\)\s*\d+|\b\d{4};|\bpp?\.\s*\d", re.IGNORECASE)
_OPEN_CLOSE = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"))
_MATH = re.compile(r"[=∑∫∂∇√∞≈≠≤≥±×÷∈∀∃⃗̂′∝]|[\u0370-\u03ff]|[\ue000-\uf8ff]")


def words_of(text: str) -> list[str]:
    """Return the folded words."""
    return [token.word for token in tokens(text)]


def balanced(text: str) -> bool:
    """Return whether every bracket that opens closes."""
    return all(text.count(left) == text.count(right) for left, right in _OPEN_CLOSE) and text.count('"') % 2 == 0


def has_address(text: str) -> bool:
    """Return whether the text names a web page, a mail address, a copyright or a cited work."""
    return bool(_URL.search(text) or _CITED.search(text))


def is_plural(term: str) -> bool:
    """Return whether the term's head ("operators" in "operators of comparison") looks like a plural."""
    head = re.split(r"\s+(?:of|in|for|with|to|on|from)\s+|\s*\(", term)[0].split()
    word = fold(head[-1]) if head else ""
    return (
        len(word) > 3
        and word.replace("-", "").isalpha()
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "ics"))
    )


def with_article(term: str) -> str:
    """Return the term with "a" or "an" by its first sound (letters of an acronym are spelled out)."""
    first = term.split(maxsplit=1)[0]
    letter = first[0]
    if first.isupper() and len(first) > 1:
        vowel = letter in "AEFHILMNORSX"
    else:
        low = fold(first)
        vowel = low[0] in "aeiou" and not low.startswith(("uni", "use", "usa", "usu", "eu", "one", "uti", "ubi"))
        vowel = vowel or low.startswith(("hour", "honest", "heir"))
    return f"{'an' if vowel else 'a'} {term}"


def is_label(text: str) -> bool:
    """Return whether the words only announce what follows ("Example", "Step 2", "Note")."""
    words = words_of(text)
    if not words or words[0] in _LABELS or all(word in _LABELS or word.isdigit() for word in words):
        return True
    return words[0] in _ADJECTIVES or (words[-1] in _REMARKS and words[0] in _JUDGING)


def has_verb(text: str) -> bool:
    """Return whether one of the first words is a verb in a finite form that what stands before it can be the subject of.

    A word that is a noun as well ("loop", "set") counts only where no article or preposition stands before it.
    """
    words = words_of(text)[:12]
    for before, word in zip(words, words[1:], strict=False):
        if before == "to" or word not in VERBS:
            continue
        if word not in _ALSO_NOUNS or word in ("can", "will", "may"):
            return True
        if before not in _ARTICLES and before.endswith("s") != word.endswith("s"):
            return True
    return False


def is_fragment(sentence: str) -> bool:
    """Return whether the sentence starts with its verb ("Takes the key and ..."): its subject is somewhere else."""
    words = words_of(sentence)[:5]
    words = words[1:] if words[:1] in (["only"], ["also"], ["no"], ["more"]) else words[:4]
    if not words or words[0] in _ADJECTIVES or words[0] in _AUXILIARY:
        return True
    if words[0].endswith("s") and words[1:] and (words[1] in _AFTER_VERB or words[1].isdigit()):
        return True
    if words[0] not in VERBS:
        return False
    return not any(word in VERBS and (word not in _ALSO_NOUNS or word.endswith("s")) for word in words[1:])


_ADJECTIVES = frozenset(["useful", "ordered", "good", "bad", "easy", "hard", "important", "similar", "able", "likely", "due", "based", "according"])
_REMARKS = frozenset(
    ["difference", "idea", "point", "points", "takeaway", "concept", "fact", "feature", "message", "benefit", "advantage", "drawback", "aspect", "thing"]
)
_JUDGING = frozenset(["key", "main", "big", "biggest", "important", "interesting", "general", "basic", "another", "one", "common"])
_AUXILIARY = frozenset(["can", "is", "are", "was", "were", "be", "has", "have", "had", "does", "do", "did", "could", "may", "might", "must", "should", "will", "would"])
_AFTER_VERB = frozenset(["the", "a", "an", "its", "each", "all", "both"])
_PRIVATE = re.compile(r"[\ue000-\uf8ff\ufffd]")


def is_term(text: str, *, marked: bool = False) -> bool:
    """Return whether the text, without an article in front, may be a technical term.

    `marked` says that the page sets it apart (before a colon or an arrow, in bold), where a keyword such as "and" may
    stand alone as well.
    """
    text = text.strip()
    words = text.split()
    if (
        not 1 <= len(words) <= 5
        or len(text) > 48
        or not balanced(text)
        or re.search(r'[;?!:"“”…\t]|,\s|\s[=<>+*/]\s', text)
    ):
        return False
    folded = words_of(text)
    if not folded:
        return marked and len(words) == 1 and len(text) <= 4
    if marked and len(words) == 1:
        return not is_label(text) and not folded[0].isdigit()
    if folded[0] in _NOT_FIRST or is_label(text) or folded[-1] in _LINKS or folded[-1] in STOP_WORDS:
        return False
    if any(word in STOP_WORDS and word not in _LINKS for word in folded) or len(text) < 2:
        return False
    if folded[0].endswith("ly") or folded[0].isdigit() or len(max(folded, key=len)) < 2:
        return False
    return marked or not any(word in VERBS - _ALSO_NOUNS and not word.endswith("s") for word in folded[1:-1])


def why_dependent(sentence: str, *, heading: str = "") -> str:
    """Return why a sentence cannot be understood without its surroundings, "" where it can.

    "The nut" points back, unless the heading is about "nut".
    """
    words = words_of(sentence)
    if not words or (words[0] in _NOT_FIRST - _MAY_BEGIN):
        return "leans on its surroundings"
    points_back = _POINTS_BACK.match(sentence)
    if points_back and fold(points_back[1] or "") not in words_of(heading)[-1:]:
        return "leans on its surroundings"
    if words[0] in _CONDITIONS and not re.search(r",|\bthen\b", sentence):
        return "not a whole sentence"
    if _DEICTIC.search(sentence) or re.search(r"\b(they|them|it)\b", sentence[:40], re.IGNORECASE):
        return "leans on its surroundings"
    if has_address(sentence):
        return "an address or a reference"
    if _PRIVATE.search(sentence) or "\t" in sentence:
        return "not legible"
    loose = words[-1] in (STOP_WORDS | _LINKS) - _MAY_END or (
        words[-1] in VERBS - _ALSO_NOUNS and sentence[-1] not in ".!"
    )
    ends = sentence.rstrip().endswith(("?", ":", "...", ",", "–", "-", "="))
    if ends or loose or "…" in sentence or not balanced(sentence):
        return "not a whole sentence"
    return ""


def is_mathematical(text: str) -> bool:
    """Return whether so much of the text is symbols that it would not survive being set as plain words."""
    letters = sum(char.isalpha() for char in text)
    return len(_MATH.findall(text)) > 1 or letters < 0.6 * len(text.replace(" ", "")) or bool(_PRIVATE.search(text))
