"""Read CoNLL-U files in which a layer may be missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOT_ANNOTATED = "_"


@dataclass(frozen=True)
class Row:
    """One token of a CoNLL-U file. `head` counts from 0 within its sentence; None: no heads."""

    form: str
    lemma: str | None
    pos: str | None
    tag: str | None
    morph: str | None
    head: int | None
    dep: str | None
    space_after: bool


Sentence = list[Row]


def read_sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a CoNLL-U file, without comments, word ranges and empty nodes."""
    for block in path.read_text(encoding="utf8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        rows = [line.split("\t") for line in lines]
        sentence = [to_row(columns) for columns in rows if columns[0].isdigit()]
        if sentence:
            yield sentence


def to_row(columns: list[str]) -> Row:
    number, form, lemma, pos, tag, morph, head, dep = columns[:8]
    has_pos = pos != NOT_ANNOTATED
    # A token that really is an underscore has itself as lemma.
    has_lemma = lemma != NOT_ANNOTATED or form == NOT_ANNOTATED
    if head == NOT_ANNOTATED:
        head_index = None
    else:
        head_index = int(number) - 1 if head == "0" else int(head) - 1
    return Row(
        form=form,
        lemma=lemma if has_lemma else None,
        pos=pos if has_pos else None,
        tag=tag if tag != NOT_ANNOTATED else None,
        morph=morph if has_pos else None,
        head=head_index,
        dep={"root": "ROOT", NOT_ANNOTATED: None}.get(dep, dep),
        space_after="SpaceAfter=No" not in columns[9].split("|"),
    )
