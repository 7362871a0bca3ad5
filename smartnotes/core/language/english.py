"""Classes of English words, as far as teaching material needs them: what may begin, end or govern a sentence."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRONOUNS = _words("""
    above all another any anything below both each everything first following former he her here here's him his
    how i it it's its last latter let's my next none nothing one ones other others our previous same second she
    some something such that that's their them there there's these they they're third this those us we we're
    we've what what's when where which who whom whose why you you'll you're your
""")
"""Words that point at something said before, or ask for it."""

CONDITIONS = _words("""
    after although as before if once since though unless until when whether while
""")
"""Words that begin a clause which needs another one."""

QUANTIFIERS = _words("""
    all any at both by each every few for from in many more most no on only several some to with without
""")
"""Other words that a sentence may begin with, and a term may not."""

ADVERBS = _words("""
    again also always and assume at because but by click consider depends either even every few finally for from
    furthermore given hence however in instead just less let many more moreover most much neither never no not
    note notice now often on only or otherwise please recall remember say see several similarly so sometimes
    still suppose then therefore think thus to too try using usually very with without yet
""")
"""More words that no term begins with."""

LINKS = _words("""
    a an and as at by for from in into of on or over per the to under with within
""")
"""Small words that may stand inside a term."""

LABELS = _words("""
    advanced agenda aim aims also answer answers assignment author authors bonus case cases caution chapter
    code cons contact copyright corollary credit credits date day definition demo due e.g email example examples
    exception exceptions exercise exercises extra false fig figure goal goals hint homework how image important
    input instructor keywords lecture lecturer lemma licence license link links no note notes objective
    objectives office optional outline output page part phone photo problem professor proof proposition pros
    question questions quiz read reading readings recall recap recommendation recommendations reference
    references remark remarks remember reminder result results room section see slide solution solutions source
    sources step summary syntax table task tasks teacher theorem time tip tips today todo tomorrow topic topics
    true url use uses version video warning website week what when where who why yes
""")
"""Words that alone only announce what follows ("Output:"), or name a part of a course."""

CALLS = _words("""
    also answer answers e.g example examples exception exercise exercises hint homework how note notes question
    questions quiz read recall recap remember reminder see solution solutions tip tips todo warning what when where
    who why caution
""")
"""Words that announce what follows, whatever comes with them ("Example 2:")."""

VERBS = _words("""
    absorb absorbs accept accepts access accesses act acts add adds affect affects allow allows applies apply
    are argues arise arises assign assigns be became become becomes been began begin begins behaves believes
    belong belongs bind binds break breaks bring brings build builds calculate calculates call calls can can't
    cannot carries carry cause causes change changes check checks claims classifies classify combine combines
    come comes compare compares compress compresses compute computes connect connects consist consists consumes
    contain contains control controls convert converts cost costs could create creates decide decides decrease
    decreases define defines delete deletes depend depends describe describes determine determines develop
    develops did died differ differs discovered divide divides do does eat eats emit emits enable enables encode
    encodes end ended ends ensure ensures equal equals evaluate evaluates execute executes exert exerts exist
    exists explain explains express expresses extend extends extract extracts falls find finds flow flows follow
    follows form forms founded generate generates get gets give gives go goes grow grows had handle handles
    happen happens has have help helps hold holds implies imply improve improves include includes increase
    increases introduced invented is iterate iterates join joins keep keeps know knows lack lacks lead leads
    learn learns led let lets lie lies live lives loop loops loosen loosens maintain maintains make makes map
    maps matters may mean means measure measures merge merges might monitor monitors move moves must need needs
    obey obeys occur occurs offer offers pass passes perform performs permit permits point points predict
    predicts prevent prevents produce produces proposes protect protects provide provides pull pulls push pushes
    put puts raise raises range ranges react reacts read reads receive receives recommend recommends reduce
    reduces refer refers regulate regulates release releases remain remains remove removes repeat repeats
    represent represents require requires resemble resembles result results retrieve retrieves return returns
    reverses run runs satisfies satisfy select selects send sends separate separates serve serves set sets shall
    should show shows skip skips solve solves sort sorts spin spins split splits stand stands start starts state
    states stop stops store stores suggests support supports take takes tell tells tend tends throw throws
    transcribe transcribes transfer transfers transform transforms translate translates transport transports
    treat treats update updates use uses varies vary was were will work works would wrap wraps write writes
    wrote yield yields
""")
"""Verbs of teaching material in their finite forms."""

ALSO_NOUNS = _words("""
    access act acts add answer begin break breaks build call calls can cause causes change changes check checks
    control controls cost costs cycle decline decrease end ends equal flow flows form forms function handle
    handles help increase join lead leads let lets lie limit limits list lists loop loops map maps may measure
    measures move moves name names need needs order pass passes point points process pull push put raise range
    ranges read reads release repeat repeats result results return returns run runs set sets show sort split
    stand start starts state states step stop stops store stores support supports test tests transfer transfers
    transport update updates use uses value values will work works write writes yield
""")
"""Verbs that are nouns as often."""

REPORTING = _words("""
    claims implies proves says shows states suggests
""")
"""Verbs that "that" may follow."""

AUXILIARY = _words("""
    are be can could did do does had has have is may might must should was were will would
""")
"""Verbs that help another."""

ARTICLES = _words("""
    a an and another each every for in inside its of or that the this with
""")
"""Words after which comes a noun, not a verb."""

AFTER_VERB = _words("""
    a all an both each its the
""")
"""Words that often follow a verb: "Subtracts the ..."."""

ADJECTIVES = _words("""
    able according bad based due easy good hard important likely ordered similar useful
""")
"""Adjectives that notes put first where they leave the subject out."""

JUDGING = _words("""
    another basic big biggest common general important interesting key main one
""")
"""Adjectives of labels such as "key point"."""

REMARKS = _words("""
    advantage aspect benefit concept difference drawback fact feature idea message point points takeaway thing
""")
"""Nouns of labels such as "key point"."""

MAY_END = _words("""
    it only them
    again all also both down each itself most no not now off once other others out own same themselves too up
    yet
""")
"""Stop words that a whole sentence may end with."""

MAY_BEGIN = CONDITIONS | QUANTIFIERS
"""A sentence may begin with these, a term may not."""

NOT_FIRST = PRONOUNS | CONDITIONS | ADVERBS | frozenset({"because"})
"""No term begins with these."""
