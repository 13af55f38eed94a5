"""A mapping to start from, for tables that nobody recognised.

What belongs here: putting guesses into the words of a mapping file, each that a person must decide
marked by a comment. What does not: the guesses (see `guesses.py`) and what the words mean (see
`orchestration/landing/mapping`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from orchestration.inspection.guesses import Guess, Sample, guess, is_plain, outcome_of
from orchestration.inspection.wording import inspection_words
from orchestration.landing.mapping.compiling import own_format, read_mapping
from orchestration.landing.mapping.nodes import raise_problems
from orchestration.refresh.summary.wording import Language

DECIDE = "# ?"
"""What marks a line that a person must decide."""

MOST_STAGES = 40
_PERSON_COLUMNS = ("first_name", "last_name", "email", "phone", "job_title", "lead_source")
_COMPANY_COLUMNS = ("domain", "sector", "country", "region", "city")

Blocks = dict[str, list[tuple[str, str, str]]]
"""Entity → column, value and remark of each line."""


def starting_mapping(
    source: str,
    samples: Sequence[Sample],
    outcomes: Mapping[str, str],
    language: Language,
) -> str | None:
    """Return the text of a mapping for some tables of a source; None when nothing is to be guessed.

    Args:
        source: the source that the mapping will be about.
        samples: the tables, of different headers.
        outcomes: stage as it is compared → open, won or lost.
        language: of the comments.

    """
    said = inspection_words(language)
    guesses = [(sample, guess(sample)) for sample in samples]
    made = [(sample, found, _Maker(sample, found, language).blocks()) for sample, found in guesses]
    made = [(sample, found, blocks) for sample, found, blocks in made if blocks]
    if not made:
        return None
    lines = [_comment(each) for each in said["mapping_head"].splitlines()]
    for sample, _, _ in made:
        lines.append(_comment(f"{sample.name}: {', '.join(sample.files)}"))
    lines += _forms([found for _, found, _ in made], said)
    lines += _stages(made, outcomes, said)
    if len(made) > 1:
        lines.append("tables:")
        for sample, found, _ in made:
            signs = list(dict.fromkeys(found.roles.values()))[:5]
            lines.append(f"  {_word(sample.name)}: {{headers: {_list(signs)}}}")
    lines.append("make:")
    for entity in dict.fromkeys(name for _, _, blocks in made for name in blocks):
        of_entity = [(sample, blocks[entity]) for sample, _, blocks in made if entity in blocks]
        lines.append(f"  {entity}:")
        for sample, block in of_entity:
            rows = [("from", _word(sample.name), ""), *block] if len(made) > 1 else block
            for place, (name, value, remark) in enumerate(rows):
                mark = "- " if len(of_entity) > 1 and place == 0 else "  "
                indent = f"    {mark}" if len(of_entity) > 1 else "    "
                lines.append(
                    f"{indent}{name}: {value}" + (f"  {DECIDE} {remark}" if remark else "")
                )
    said_so_far = "\n".join(lines)
    unused = [
        header
        for sample, _, _ in made
        for header in sample.named
        if _word(header) not in said_so_far
    ]
    if unused:
        lines.append(_comment(f"{said['mapping_unused']}: {', '.join(unused)}"))
    text = "\n".join(lines) + "\n"
    read = read_mapping(source, text, f"{source}.mapping.yml")
    own_format(read)
    raise_problems([read.problems])
    return text


class _Maker:
    """Makes the blocks of one table."""

    def __init__(self, sample: Sample, found: Guess, language: Language) -> None:
        self._found = found
        self._roles = found.roles
        self._said = inspection_words(language)
        self._sample = sample

    def blocks(self) -> Blocks:
        """Return what the rows of the table can become."""
        found: Blocks = {}
        makers = {
            "accounts": self._accounts,
            "reps": self._reps,
            "prospects": self._prospects,
            "deals": self._deals,
            "deal_stages": self._deal_stages,
        }
        for entity, maker in makers.items():
            block = list(maker())
            if block:
                found[entity] = block
        return found

    def _accounts(self) -> Iterator[tuple[str, str, str]]:
        if "company" not in self._roles:
            return
        yield "account_id", self._account_id, ""
        yield "name", _word(self._roles["company"]), ""
        yield from self._plain(_COMPANY_COLUMNS)
        if "employees" in self._roles:
            yield "employee_count", _word(self._roles["employees"]), ""

    def _reps(self) -> Iterator[tuple[str, str, str]]:
        if "owner" in self._roles:
            yield "rep_id", f"{{id: {_list([self._roles['owner']])}}}", ""
            yield "name", _word(self._roles["owner"]), ""

    def _prospects(self) -> Iterator[tuple[str, str, str]]:
        if not self._person_keys or "created" not in self._roles:
            return
        yield "prospect_id", self._person_id, ""
        yield from self._references()
        if "last_name" not in self._roles and "person" in self._roles:
            yield "last_name", _word(self._roles["person"]), ""
        yield from self._plain(_PERSON_COLUMNS)
        if "linkedin" in self._roles:
            yield "linkedin_url", _word(self._roles["linkedin"]), ""
        if "owner" in self._roles:
            yield "owner_rep_id", f"{{id: {_list([self._roles['owner']])}}}", ""
        yield "detected_at", _word(self._roles["created"]), self._unclear("created")

    def _deals(self) -> Iterator[tuple[str, str, str]]:
        if not self._has_deals:
            return
        yield "deal_id", self._deal_id, "" if "deal_id" in self._roles else self._said["decide_id"]
        yield from self._references()
        if self._person_keys:
            yield "prospect_id", self._person_id, ""
        if "owner" in self._roles:
            yield "rep_id", f"{{id: {_list([self._roles['owner']])}}}", ""
        yield from self._stage()
        yield from self._plain(("amount", "currency", "lost_reason"))
        if "created" in self._roles:
            yield "created_at", _word(self._roles["created"]), self._unclear("created")
        if "expected" in self._roles:
            yield "expected_close_on", _word(self._roles["expected"]), self._unclear("expected")
        ends = [self._roles["closed"]] if "closed" in self._roles else self._ends
        if ends:
            yield "closed_at", f"{{first_filled: {_list(ends)}}}", ""

    def _stage(self) -> Iterator[tuple[str, str, str]]:
        stages = self._found.stages
        if "stage" in self._roles:
            yield "stage", _word(self._roles["stage"]), ""
            return
        steps = list(stages)
        if "created" in self._roles:
            steps.insert(0, self._roles["created"])
        yield "stage", f"{{last_filled_header: {_list(steps)}}}", self._said["decide_order"]
        words = {header: outcome_of(header) for header in stages}
        filled = {header: word for header, word in words.items() if word != "open"}
        if filled:
            listed = ", ".join(f"{_word(header)}: {word}" for header, word in filled.items())
            yield (
                "status",
                f"{{filled: {{{listed}}}, otherwise: open}}",
                self._said["decide_status"],
            )
        else:
            yield "status", "{constant: open}", self._said["decide_status"]

    def _deal_stages(self) -> Iterator[tuple[str, str, str]]:
        if self._has_deals and self._found.stages:
            yield "each", _list(self._found.stages), ""
            yield "deal_id", self._deal_id, ""
            yield "stage", "$header", ""
            yield "entered_at", "$cell", ""

    def _plain(self, columns: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        for column in columns:
            if column in self._roles:
                yield column, _word(self._roles[column]), ""

    def _references(self) -> Iterator[tuple[str, str, str]]:
        if "company" in self._roles:
            yield "account_id", self._account_id, ""

    def _unclear(self, role: str) -> str:
        if role == "created" and self._found.is_created_guessed:
            return self._said["decide_created"]
        is_unclear = self._roles[role] in self._found.unclear_days
        return self._said["decide_days"] if is_unclear else ""

    @property
    def _account_id(self) -> str:
        if "company_id" in self._roles:
            return _word(self._roles["company_id"])
        return f"{{id: {_list([self._roles['company']])}}}"

    @property
    def _person_keys(self) -> list[str]:
        names = ("email", "linkedin", "person", "last_name", "phone")
        return [self._roles[name] for name in names if name in self._roles]

    @property
    def _person_id(self) -> str:
        if "person_id" in self._roles:
            return _word(self._roles["person_id"])
        return f"{{id: {_list(self._person_keys[:3])}}}"

    @property
    def _deal_id(self) -> str:
        if "deal_id" in self._roles:
            return _word(self._roles["deal_id"])
        if "person_id" in self._roles:
            return _word(self._roles["person_id"])
        names = [*self._person_keys[:2], *self._named("company"), *self._named("created")]
        # a table of which nothing names a row: its days tell them apart
        return f"{{id: {_list(names if len(names) > 1 else self._sample.named[:8])}}}"

    def _named(self, role: str) -> list[str]:
        return [self._roles[role]] if role in self._roles else []

    @property
    def _has_deals(self) -> bool:
        if self._found.stages:
            return True
        if "stage" not in self._roles:
            return False
        words = self._sample.cells(self._roles["stage"])
        is_of_deals = any(role in self._roles for role in ("amount", "deal_id", "closed"))
        return is_of_deals or any(outcome_of(word) != "open" for word in words)

    @property
    def _ends(self) -> list[str]:
        return [header for header in self._found.stages if outcome_of(header) != "open"]


def _forms(found: Sequence[Guess], said: Mapping[str, str]) -> Iterator[str]:
    dates = dict.fromkeys(form for each in found for form in each.date_forms)
    numbers = dict.fromkeys(form for each in found for form in each.number_forms)
    empty = dict.fromkeys(word for each in found for word in each.empty)
    if empty:
        yield f"empty: {_list(list(empty))}"
    if dates:
        is_unclear = any(each.unclear_days for each in found)
        yield f"dates: {_list(list(dates))}{_marked(said['decide_days'] if is_unclear else '')}"
    if numbers:
        yield f"numbers: {_list(list(numbers))}"


def _stages(
    made: Sequence[tuple[Sample, Guess, Blocks]],
    outcomes: Mapping[str, str],
    said: Mapping[str, str],
) -> Iterator[str]:
    """Yield what the stages mean: as they are known, else open, for a person to decide."""
    words: dict[str, str] = {}
    for sample, found, blocks in made:
        if "stage" in found.roles and "deals" in blocks:
            for cell in sample.cells(found.roles["stage"]):
                word = " ".join(cell.split())
                if is_plain(word):
                    words.setdefault(word.casefold(), word)
    if not words or len(words) > MOST_STAGES:
        return
    yield "stages:"
    for compared, word in words.items():
        outcome = outcomes.get(compared) or outcome_of(word)
        is_known = compared in outcomes
        yield f"  {_word(word)}: {outcome}" + (
            "" if is_known else f"  {DECIDE} {said['decide_stage']}"
        )


def _marked(remark: str) -> str:
    return f"  {DECIDE} {remark}" if remark else ""


def _list(words: Sequence[str]) -> str:
    return f"[{', '.join(map(_word, words))}]"


def _word(text: str) -> str:
    """Return a text as YAML: plain where that is the same text, else quoted."""
    if re.fullmatch(r"[^\W\d_][\w .'/+-]*[\w+]|[^\W\d_]", text) and text.casefold() not in (
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "null",
        "y",
        "n",
    ):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _comment(text: str) -> str:
    """Return a comment of one line."""
    return "# " + " ".join("".join(each if each.isprintable() else " " for each in text).split())
