"""The entries of the knowledge base: what a YAML file may say, and how it is said.

Frozen pydantic models. Words of both languages stand at the leaves; nothing here reads a file or knows a page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from typing_extensions import TypeAliasType

from kbgen.losses.domains import DOMAINS
from kbgen.yamlfile import Loc, Source

LANGUAGES = ("zh", "en")
NO_DEFAULT = "required"
"""What stands for the default of a parameter of a library that has none."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
FormerId = Annotated[str, StringConstraints(pattern=r"^((losses|terms|optimizers)/)?[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Number = int | float
Nested = TypeAliasType("Nested", "Number | list[Nested]")


class Record(BaseModel):
    """Base of all records: frozen, and a key nobody declared is a slip."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Record):
    """One text in every language."""

    zh: Text
    en: Text

    def __getitem__(self, language: str) -> str:
        return {"zh": self.zh, "en": self.en}[language]


class Pitfall(Words):
    """A mistake that is easily made; `run` names a function of kbgen.pitfalls, which makes it and then mends it."""

    run: Id | None = None


class Aliases(Record):
    """Other names; abbreviations and English names used in Chinese texts too stand under `en`."""

    zh: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()

    def __getitem__(self, language: str) -> tuple[str, ...]:
        return {"zh": self.zh, "en": self.en}[language]


class Symbol(Record):
    """A sign of the formulas that is neither an input nor a parameter."""

    symbol: Text
    meaning: Words


def _known_domain(name: object) -> object:
    if not isinstance(name, str) or name not in DOMAINS:
        raise ValueError(f"unknown domain {name!r}; known: {', '.join(sorted(DOMAINS))}")
    return name


DomainName = Annotated[str, BeforeValidator(_known_domain), Field(json_schema_extra={"enum": sorted(DOMAINS)})]


class Input(Record):
    """An array that the loss takes. `n` in a shape counts independent items; coupled items are counted by another letter."""

    symbol: Text
    domain: DomainName
    shape: tuple[Text | int, ...]
    meaning: Words | None = None
    differentiable: bool = Field(False, description="the gradient covers this input too; the first input always")


class Param(Record):
    """A keyword of the function. Its default stands in the Python signature only."""

    symbol: Text
    domain: DomainName
    meaning: Words
    sweep: tuple[Number, ...] = Field((), description="values drawn one beside the other")


Bound = Annotated[Number | Text, Field(description="a number, TeX in the signs of the parameters, or `none` if there is no bound")]


class Properties(Record):
    """What holds for every input of the declared domains; about the first input unless said otherwise."""

    convex: bool | None = Field(None, description="convex in the first input")
    strictly_convex: bool | None = Field(None, description="strictly convex in the first input")
    nonnegative: bool | None = None
    zero_at_match: bool | None = Field(None, description="zero when, and only when, the first two inputs are equal")
    symmetric: bool | None = Field(None, description="unchanged when the first two inputs change places")
    translation_invariant: bool | None = Field(None, description="unchanged when one number is added to the first two inputs")
    scale_invariant: bool | None = Field(None, description="unchanged when one positive number multiplies the first two inputs")
    permutation_invariant: bool | None = Field(
        None, description="unchanged when coordinates, classes, pixels or coupled items change places, alike in all inputs"
    )
    gradient_bound: Bound | None = Field(None, description="least bound of a partial derivative")
    lipschitz: Bound | None = Field(None, description="least bound of the length of the gradient by one item of the first input")
    gradient_lipschitz: Bound | None = Field(None, description="least bound of how fast that gradient changes")
    smoothness: Literal["discontinuous", "continuous", "once", "twice", "smooth"] | None = Field(
        None, description="jumps; has kinks; has a continuous gradient; has continuous second derivatives too; has all derivatives"
    )
    influence: Literal["unbounded", "bounded", "redescending"] | None = Field(
        None, description="the pull of a target that moves away: it grows, stays below a bound, or falls back to zero"
    )
    proper: Literal["strictly", "weakly", "no"] | None = Field(
        None, description="whether the expected loss is least, and only there, where the stated probabilities are the true ones"
    )
    calibrated: bool | None = Field(None, description="the score of least expected loss always puts the likeliest class first")


Statistic = Literal[
    "mean", "median", "quantile", "expectile", "between_median_and_mean", "weighted_median", "mean_of_logs", "log_of_mean",
    "log_odds", "half_log_odds", "mean_of_signs", "majority",
]  # fmt: skip


class Example(Record):
    """Inputs, parameters and the value that they must give, worked out independently of our function."""

    inputs: Mapping[str, Nested]
    params: Mapping[str, Nested] = Field(default_factory=dict)
    value: Nested
    note: Words | None = None


class Plot(Record):
    """The picture of a loss: its value along the straight line between two points of its inputs.

    An item's input is given without the leading `n`; what stands in both `start` and `stop` moves. The horizontal axis runs
    over `range`.
    """

    x: Text = Field(description="label of the horizontal axis: plain Unicode, symbols only")
    range: tuple[int | float, int | float]
    start: Mapping[str, Nested]
    stop: Mapping[str, Nested]
    fixed: Mapping[str, Nested] = Field(default_factory=dict)
    params: Mapping[str, Nested] = Field(default_factory=dict, description="values other than the defaults")
    lines: Mapping[str, tuple[Nested, ...]] = Field(
        default_factory=dict, description="one curve per value of this input (one input only)"
    )
    labels: tuple[Text, ...] = Field((), description="symbols written at the curves of `lines`")
    y: tuple[Number, Number] | None = Field(None, description="clip the vertical axis of the value")
    slope_y: tuple[Number, Number] | None = Field(None, description="clip the vertical axis of the slope")
    alt: Words = Field(description="says in words what the curves do")


class Picture(Record):
    """A drawing from kbgen/figures that carries this entry's id."""

    alt: Words
    caption: Words


class Api(Record):
    """A name of this entry in a library, and how its convention differs from ours."""

    symbol: Text
    note: Words | None = None
    defaults: Mapping[Text, Number | Text | bool | None] = Field(
        default_factory=dict, description=f"as in the signature; `{NO_DEFAULT}` where it has none"
    )


class Apis(Record):
    """Names in libraries."""

    torch: tuple[Api, ...] = ()
    keras: tuple[Api, ...] = ()
    optax: tuple[Api, ...] = ()
    sklearn: tuple[Api, ...] = ()
    other: tuple[Api, ...] = ()


RelationKind = Literal["special_case_of", "limit_of", "variant_of", "alternative_to", "contrast_with", "part_of"]


class Relation(Record):
    """A typed link: this entry is `kind` `to`."""

    kind: RelationKind
    to: Id
    note: Words | None = Field(None, description="what exactly holds between the two")


PUBLISHERS = r"jmlr\.org|proceedings\.mlr\.press|proceedings\.neurips\.cc|aclanthology\.org|openreview\.net"
"""Those that print much of this field, keep their addresses and give out no DOI, or did not always."""


class Reference(Record):
    """A publication, with at least one identifier that a reader can look up."""

    authors: Text
    year: int = Field(ge=1600, le=2100)
    title: Text
    venue: Text | None = None
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    arxiv: Annotated[str, StringConstraints(pattern=r"^(\d{4}\.\d{4,5}|[a-z\-]+/\d{7})$")] | None = None
    isbn: str | None = None
    page: Annotated[str, StringConstraints(pattern=rf"^https://({PUBLISHERS})/\S+$")] | None = Field(
        None, description="where the proceedings or the journal show it, if they give out no DOI"
    )

    @property
    def identity(self) -> str:
        """What tells it from every other publication."""
        return self.doi or self.arxiv or self.isbn or self.page or ""

    @model_validator(mode="after")
    def _identified(self) -> "Reference":
        if not self.identity:
            raise ValueError("needs a doi, an arxiv id, an isbn or a page of its publisher")
        if self.isbn and not _isbn13(self.isbn):
            raise ValueError(f"isbn {self.isbn} is not a valid ISBN-13")
        return self


def _isbn13(isbn: str) -> bool:
    digits = re.sub(r"[- ]", "", isbn)
    return bool(re.fullmatch(r"\d{13}", digits)) and sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(digits)) % 10 == 0


class Entry(Record):
    """What every entry says."""

    id: Id = Field(exclude=True)
    name: Words
    aliases: Aliases = Aliases()
    plain: Words = Field(description="everyday words, one picture in the mind")
    exact: Words = Field(description="a definition that a textbook could print")
    formula: Text | None = Field(None, description="TeX")
    symbols: tuple[Symbol, ...] = ()
    pitfalls: tuple[Pitfall, ...] = ()
    see_also: tuple[Id, ...] = Field((), description="ids of entries worth reading next")
    relations: tuple[Relation, ...] = ()
    references: tuple[Reference, ...] = ()
    picture: Picture | None = None
    publish: bool = Field(True, description="false keeps the entry out of everything that readers get")
    former_ids: tuple[FormerId, ...] = Field(
        (), description="ids that it had before, with the folder if that was another one: their addresses lead here"
    )


class NotExecuted(Record):
    """Why a printed equation is not evaluated by a program; readers see the reason."""

    formula: Words | None = None
    gradient: Words | None = None


class Loss(Entry):
    """A loss function. A short entry owes no `use` and `avoid`, no plot and no gradient; what it states is proven all the same."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"short": {"const": True}}, "required": ["short"]},
            "else": {"required": ["use", "avoid"]},
        }
    )
    short: bool = Field(False, description="formula, code and one paragraph at each depth; the page says that it is short")
    family: Id
    tasks: tuple[Id, ...] = Field(min_length=1)
    formula: Text
    gradient: Text | None = Field(None, description="TeX of the gradient with respect to the differentiable inputs")
    not_executed: NotExecuted = NotExecuted()
    inputs: Mapping[Id, Input] = Field(default_factory=dict)
    output: tuple[Text | int, ...] = Field((), description="shape of the value")
    params: Mapping[Id, Param] = Field(default_factory=dict)
    properties: Properties = Properties()
    estimates: Statistic | None = Field(None, description="what the constant with the least mean loss on a sample is")
    use: tuple[Words, ...] = ()
    avoid: tuple[Words, ...] = ()
    examples: tuple[Example, ...] = ()
    composed_of: tuple[Id, ...] = Field((), description="losses that this one is made of, where it is no single function")
    apis: Apis = Apis()
    plot: Plot | None = None

    @property
    def differentiable(self) -> tuple[str, ...]:
        """Names of the inputs that the gradient covers, in the order of the signature."""
        return tuple(name for i, (name, given) in enumerate(self.inputs.items()) if i == 0 or given.differentiable)

    @property
    def swept(self) -> str:
        """The first parameter that pictures show at several values; "" if there is none."""
        return next((name for name, param in self.params.items() if param.sweep), "")


class Term(Entry):
    """A term of training."""

    group: Id
    example: Words = Field(description="the term used in a sentence")


class Optimizer(Entry):
    """An optimizer or a learning-rate schedule."""

    kind: Literal["optimizer", "schedule"]
    formula: Text = Field(description="TeX of the update rule, or of the rate over the steps")
    params: Mapping[Id, Param] = Field(default_factory=dict)
    state: int | Words | None = Field(
        None, description="numbers kept per parameter between steps, or words where no number says it; optimizers only"
    )
    use: tuple[Words, ...] = Field(min_length=1)
    avoid: tuple[Words, ...] = Field(min_length=1)
    apis: Apis = Apis()

    @model_validator(mode="after")
    def _state_of_optimizers(self) -> "Optimizer":
        if (self.kind == "optimizer") != (self.state is not None):
            raise ValueError("`state` is for optimizers, and needed there")
        return self


class Marks(Record):
    """A punctuation mark in every language, blanks included."""

    zh: str
    en: str

    def __getitem__(self, language: str) -> str:
        return {"zh": self.zh, "en": self.en}[language]


Mark = Literal["colon", "comma", "clause", "dash", "stop", "blank"]


class RelationWords(Record):
    """How a relation reads from either end."""

    here: Words
    there: Words


ADDRESS = re.compile(r"https://[^\s\"'<>]+")


class Repository(Record):
    """Where the files of this project stand on the web: addresses with holes."""

    edit: Text = Field(description="https address that edits a file: {path} stands for its path in the project")
    view: Text | None = Field(None, description="https address that shows a line of a file: {path}, and {line} for its number")

    @field_validator("edit", "view")
    @classmethod
    def _has_its_holes(cls, address: str | None, info: ValidationInfo) -> str | None:
        holes = ("{path}", "{line}") if info.field_name == "view" else ("{path}",)
        if address is not None and not (ADDRESS.fullmatch(address) and all(hole in address for hole in holes)):
            raise ValueError(f"not an https address with {' and '.join(holes)}, got {address!r}")
        return address


class Config(Record):
    """data/kb.yml: families, groups and the words of the pages."""

    site: Words
    about: Words
    families: Mapping[Id, Words]
    tasks: Mapping[Id, Words]
    groups: Mapping[Id, Words]
    kinds: Mapping[Id, Words]
    relations: Mapping[RelationKind, RelationWords]
    libraries: Mapping[Id, Text]
    sections: Mapping[Literal["loss", "term", "optimizer"], Mapping[Id, Words]]
    marks: Mapping[Mark, Marks]
    proper_nouns: tuple[Text, ...] = Field(description="first words of English names that keep their capital in a sentence")
    unmarked: Aliases = Field(Aliases(), description="words that look like the name of an entry and are not marked in texts")
    preferred: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict, description="Chinese term: names that texts avoid")
    not_entries: Mapping[Text, Words] = Field(default_factory=dict, description="public names of libraries without an entry: why")
    first_steps: Mapping[Literal["loss", "term", "optimizer"], Mapping[Id, tuple[Id, ...]]] = Field(
        default_factory=dict, description="family, group or kind: entries that a newcomer reads first, in this order"
    )
    first_cards: tuple[Id, ...] = Field((), description="entries of the first deck of flash cards, in this order")
    repository: Repository | None = Field(None, description="where the links to edit a page lead; without it there are none")
    labels: Mapping[Id, Words]
    interface: Mapping[Id, Marks] = Field(description="the words of the scripts, blanks included")


class IdentityWords(Record):
    """data/identities.yml: what each executed relation between entries says."""

    identities: Mapping[Id, Words]


class Answer(Record):
    """One answer to a question of the chooser. It leads to another question, or to losses worth trying."""

    words: Words
    next: Id | None = Field(None, description="the question that follows")
    candidates: Mapping[Id, Words] = Field(default_factory=dict, description="id of a loss: why it fits; the first is tried first")

    @model_validator(mode="after")
    def _leads_on(self) -> "Answer":
        if bool(self.next) == bool(self.candidates):
            raise ValueError("an answer needs either `next` or `candidates`")
        return self


class Question(Record):
    """A question of the chooser; the keys of its answers stand in the address that readers share."""

    ask: Words
    answers: Mapping[Id, Answer] = Field(min_length=2)


class Comparison(Record):
    """Losses that readers often weigh against each other."""

    title: Words
    note: Words = Field(description="what decides between them")
    losses: tuple[Id, ...] = Field(min_length=2, max_length=4)


class Row(Record):
    """A line of the table of results: what was measured, the name of the number, and its unit."""

    label: Words
    number: Id
    unit: Text = Field("", description="% or a unit that needs no translation")


class Claim(Record):
    """data/claims: something that is said about losses and training, and what an experiment of kbgen.lab finds about it.

    Texts print a number of the experiment as `{=name}`.
    """

    id: Id = Field(exclude=True)
    title: Words
    claim: Words = Field(description="what is said, as a reader meets it")
    verdict: Literal["false", "unsupported", "imprecise", "partly", "right"]
    answer: Words = Field(description="what the experiment shows")
    protocol: Words = Field(description="data, models, constants, stopping rule, seeds")
    limits: Words = Field(description="what it does not show")
    rows: tuple[Row, ...] = Field(min_length=1)
    picture: Picture
    see_also: tuple[Id, ...] = Field((), description="ids of entries that it is about")
    references: tuple[Reference, ...] = ()
    publish: bool = Field(True, description="false keeps the claim out of everything that readers get")


class Chooser(Record):
    """data/chooser.yml: questions that lead to losses, and comparisons that stand ready."""

    start: Id = Field(description="the first question")
    questions: Mapping[Id, Question]
    comparisons: tuple[Comparison, ...] = ()


class Construct(Record):
    """A construct of Obsidian's Markdown: what it is, how it is written, and what must come of it."""

    what: Words
    source: Words | Text = Field(description="Markdown; in both languages if it has words to read")
    html: tuple[Text, ...] = Field((), description="what stands in its HTML, blanks aside")
    without: tuple[Text, ...] = Field((), description="what stands nowhere in its HTML")
    apart: bool = Field(False, description="it concerns a whole note, so that a page of examples can only show how it is written")


class Chapter(Record):
    """data/conformance: constructs of one kind, by the ids of the list of what notes may contain."""

    id: Id = Field(exclude=True)
    title: Words
    notes: Mapping[str, Text] = Field(default_factory=dict, description="files that they lead to, by path below indexes/obsidian")
    rows: Mapping[str, Construct] = Field(min_length=1)


KINDS: Mapping[str, type[Entry]] = {"losses": Loss, "terms": Term, "optimizers": Optimizer}
CLAIMS = "claims"
CONFORMANCE = "conformance"
"""Folders of what is no entry, but stands in files of its own like one."""


def texts(record: BaseModel, *loc: str | int) -> Iterator[tuple[Loc, str]]:
    """Every string of a record, with its place."""
    for name in type(record).model_fields:
        yield from _texts(getattr(record, name), (*loc, name))


def _texts(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    match value:
        case str():
            yield loc, value
        case BaseModel():
            yield from texts(value, *loc)
        case Mapping():
            for key, item in value.items():
                yield from _texts(item, (*loc, key))
        case tuple() | list():
            for i, item in enumerate(value):
                yield from _texts(item, (*loc, i))


@dataclass(frozen=True, eq=False)
class KnowledgeBase:
    """All entries by id, and where each stands."""

    config: Config
    losses: Mapping[str, Loss]
    terms: Mapping[str, Term]
    optimizers: Mapping[str, Optimizer]
    identities: Mapping[str, Words]
    sources: Mapping[str, Source]
    chooser: Chooser | None = None
    claims: Mapping[str, Claim] = field(default_factory=dict)
    conformance: Mapping[str, Chapter] = field(default_factory=dict)
    _prose: dict[str, Sequence[tuple[Loc, str]]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every entry of every kind, by id."""
        return {**self.losses, **self.terms, **self.optimizers}

    def prose(self, stem: str) -> Sequence[tuple[Loc, str]]:
        """Every text of an entry or a claim, of data/identities.yml or data/chooser.yml, by the stem of the file; with places."""
        if stem not in self._prose:
            self._prose[stem] = list(self._prose_of(stem))
        return self._prose[stem]

    def _prose_of(self, stem: str) -> Iterator[tuple[Loc, str]]:
        if record := self.entries.get(stem) or self.claims.get(stem):
            yield from texts(record)
        elif stem == "identities":
            yield from _texts(self.identities, ("identities",))
        elif stem == "chooser" and self.chooser:
            yield from texts(self.chooser)
        elif stem == "kb":
            yield from texts(self.config)

    def names(self, id: str) -> Iterator[tuple[Loc, str]]:
        """Name and aliases of an entry in every language, with their places."""
        yield from _texts(self.entries[id].name, ("name",))
        yield from _texts(self.entries[id].aliases, ("aliases",))

    def folder(self, id: str) -> str:
        """The folder of an entry, in data/ as in docs/."""
        return "losses" if id in self.losses else "terms" if id in self.terms else "optimizers"
