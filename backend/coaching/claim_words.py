# ruff: noqa: SIM905 - word lists
"""Claim words: the vocabulary of coaching, which claims nothing about what happened, and words that claim much."""

from __future__ import annotations

from backend.coaching.stems import stem

ADVICE = frozenset(
    """add say tell name put start begin open end close finish try use give show explain describe mention
    include replace lead make keep cut drop leave move bring state quantify specify clarify focus pick
    choose connect tie link consider highlight emphasise emphasize share spell turn be do don't avoid
    shorten end follow swap practise practice answer repeat set point think ask take compare prove back
    expand elaborate detail support instead let go find look check pause slow breathe record listen picture
    imagine draw sum wrap save mind watch anchor frame rehearse""".split()
)
"""Words that open an instruction."""

COACHING = frozenset(
    {stem(w) for w in
    """answer question result outcome situation task action part story example number figure detail fact
    sentence word listener interviewer candidate interview clear clearly clearer specific concrete
    strong stronger strength gap weak good better best useful helpful short shorter long longer brief
    concise end ending start opening beginning middle first second next last then now one two three time
    moment missing miss open left say said tell told name named give given gave mention mentioned
    describe described explain explained show showed shown state stated add make made put use used
    reader hear heard follow read spoken speak structure order impact relevance delivery pace pause
    filler score point reason evidence proof claim line step decision own personal yourself role job
    requirement ask asks asked skill experience ability work also instead because would could should
    might need try keep help helps come came happen happened change changed measure measured effect
    difference value benefit others people person somebody someone thing things way place context scene
    background concretely exactly simply directly well more most less little enough real actual
    particular general vague important key main whole full complete rest everything something anything
    nothing else before after during early late much many few several some any every each about how what
    why when where who which that this these those there here already still yet only even just like such
    kind think feel believe know see look sound seem become get go want let bring take quote phrase
    passage talk speech attention focus stand support connect link relate match speak fit speaks clarity
    comes gets makes gives tells says names shows ends starts stops stop explains leaves leave names
    answers resume document description posting position company employer practice feedback drill minute
    minutes seconds today tomorrow later really very quite rather both either without with within
    instead alone together yes no worth keep list lists believable turning strongest promising
    easy easier stake stakes lot choice judgement judgment memorable matter sooner crisp abrupt flow wording tone
    paragraph vivid picture honesty summary message theme hook recap emphasis depth breadth rambling tight credit""".split()}
)  # fmt: skip
"""Stems of words that talk about the answer itself; they need no support."""

REPORTING = frozenset({stem(w) for w in ["say", "name", "mention", "describe", "state", "note", "list"]})
"""Verbs of "you named a number": they report the answer. What they name must still be in it."""

REPORTING_SOMETIMES = frozenset(
    {
        stem(w)
        for w in """give tell explain show use start begin end open close finish add put keep list quote cover answer""".split()
    }
)
"""Verbs that report ("you gave a reason") or act ("you gave the injection"): they report a part of an answer only."""

PARTS_OF_ANSWERS = frozenset(
    {stem(w) for w in
    """number figure result reason example name detail date story situation task action outcome answer
    sentence word part point evidence place time fact""".split()}
)  # fmt: skip

GENERIC_STEPS = frozenset(
    {stem(w) for w in
    """do decide choose change learn use measure see check want need try say ask think notice achieve
    contribute handle solve take make find work play mean follow feel expect know begin start tell pick go
    approach plan prepare react respond prioritise weigh judge spot realise answer measure act matter""".split()}
)  # fmt: skip
"""Verbs of "say what you decided": they ask for a step and claim none."""

SUBJECTS = frozenset(
    """i we he she they it you who which that my our their his her martin manager boss team colleague
    colleagues customer client patient student teacher director lead supervisor somebody someone
    everyone nobody people""".split()
)

STARTERS = frozenset(
    """the a an this that these those it its your you there here what when where why how who which while
    although though since because if after before once in on at by for from with without to of and but
    or so then now next also instead overall finally first second third however still yet even each
    every both some any most many more no not as is are was were do does did can could should would will
    may might must let please great good nice clear strong solid well yes okay ok try one two three
    another other such saying naming adding telling giving putting ending starting using opening
    describing explaining""".split()
)

TECHNOLOGIES = frozenset(
    """python java javascript typescript golang rust ruby php perl scala kotlin swift sql mysql postgres
    postgresql sqlite mongodb redis kafka rabbitmq spark hadoop airflow dbt snowflake bigquery redshift
    tableau powerbi looker excel word powerpoint access salesforce hubspot sap oracle jira confluence
    slack teams zoom git github gitlab bitbucket jenkins docker kubernetes terraform ansible puppet helm
    prometheus grafana datadog splunk elasticsearch kibana linux unix windows azure aws gcp lambda
    angular vue svelte django flask fastapi rails spring node nodejs express dotnet graphql grpc
    selenium cypress pytest junit figma photoshop illustrator indesign sketch autocad solidworks matlab
    pandas numpy pytorch tensorflow sklearn scikit-learn spss stata quickbooks xero workday netsuite
    zendesk intercom mailchimp wordpress shopify magento powershell bash cobol fortran vba sharepoint
    trello asana notion microservices blockchain chatgpt copilot openai epic cerner moodle canvas kahoot
    seesaw""".split()
) - {
    "access",
    "word",
    "teams",
    "spring",
    "express",
    "sketch",
    "epic",
    "canvas",
    "node",
    "notion",
    "slack",
    "zoom",
    "excel",
    "spark",
    "helm",
    "flask",
    "swift",
    "rust",
    "puppet",
    "stata",
}
"""Technologies that count as names even in lower case."""
