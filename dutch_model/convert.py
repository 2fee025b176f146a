"""Turn CoNLL-U into the `.spacy` files that `spacy train` reads.

`_` in LEMMA, UPOS, XPOS or DEPREL means "not annotated" in these treebanks, so such a layer stays
unset on the token and training skips it. `_` in FEATS means "no features" where UPOS is given.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import typer
from first_person import rewrite
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab
from treebank import Row, Sentence, read_sentences

FINAL_PUNCTUATION = {".", "?", "!"}
SENTENCES_PER_TEXT = 10
MOST_SENTENCES_PER_MESSAGE = 3
TIMES_REWRITTEN = 4
TIMES_CHAT = 6


def as_typed_on_a_phone(sentence: Sentence, keep_punctuation: bool) -> Sentence:
    """The sentence without capitals and, unless kept, without the punctuation that closes it."""
    rows = [
        replace(row, form=row.form.lower(), lemma=row.lemma.lower() if row.lemma else row.lemma)
        for row in sentence
    ]
    last = len(rows) - 1
    is_closed = last > 0 and rows[last].form in FINAL_PUNCTUATION
    if keep_punctuation or not is_closed or any(row.head == last for row in rows[:last]):
        return rows
    return [*rows[: last - 1], replace(rows[last - 1], space_after=False)]


def to_doc(vocab: Vocab, sentences: list[Sentence]) -> Doc:
    """One document; its sentences must all have heads or all have none."""
    rows: list[Row] = []
    heads: list[int] = []
    for sentence in sentences:
        offset = len(rows)
        heads += [offset + row.head for row in sentence if row.head is not None]
        rows += sentence
    parsed = len(heads) == len(rows)
    doc = Doc(
        vocab,
        words=[row.form for row in rows],
        spaces=[row.space_after for row in rows],
        tags=[row.tag or "" for row in rows],
        pos=[row.pos or "" for row in rows],
        morphs=[row.morph or "" for row in rows],
        lemmas=[row.lemma or "" for row in rows],
        heads=heads if parsed else None,
        deps=[row.dep or "" for row in rows] if parsed else None,
    )
    for token, row in zip(doc, rows, strict=True):
        if row.morph is None:
            # An empty string would mean "has no features" and become a label of its own.
            token.set_morph(None)
    return doc


def in_groups(sentences: Iterable[Sentence], sizes: Iterator[int]) -> Iterator[list[Sentence]]:
    """Neighbouring sentences together, those with and those without heads kept apart."""
    group: list[Sentence] = []
    size = next(sizes)
    for sentence in sentences:
        if group and (len(group) == size or is_parsed(group[0]) != is_parsed(sentence)):
            yield group
            group, size = [], next(sizes)
        group.append(sentence)
    if group:
        yield group


def is_parsed(sentence: Sentence) -> bool:
    return sentence[0].head is not None


def always(size: int) -> Iterator[int]:
    while True:
        yield size


def at_random(most: int, chance: random.Random) -> Iterator[int]:
    while True:
        yield chance.randint(1, most)


def as_printed(vocab: Vocab, sentences: list[Sentence]) -> Iterator[Doc]:
    for group in in_groups(sentences, always(SENTENCES_PER_TEXT)):
        yield to_doc(vocab, group)


def as_typed(vocab: Vocab, sentences: list[Sentence], chance: random.Random) -> Iterator[Doc]:
    for group in in_groups(sentences, at_random(MOST_SENTENCES_PER_MESSAGE, chance)):
        # Only a message of one sentence can do without the full stop that ends it.
        keep = len(group) > 1 or chance.random() < 0.5
        yield to_doc(vocab, [as_typed_on_a_phone(one, keep) for one in group])


def main(
    target: Path,
    sources: list[Path],
    for_training: bool = False,
    as_on_a_phone: bool = False,
    chat: Path | None = None,
    seed: int = 0,
) -> None:
    """Convert CoNLL-U to one .spacy file: as printed, as typed on a phone, or all for training.

    For training the sentences come as printed, as typed, and rewritten into other persons; those
    of the chat file, already as typed, come several times because they are few.
    """
    chance = random.Random(seed)
    vocab = Vocab()
    docs = DocBin()
    for source in sources:
        sentences = list(read_sentences(source))
        if for_training or not as_on_a_phone:
            for doc in as_printed(vocab, sentences):
                docs.add(doc)
        if for_training:
            for _ in range(TIMES_REWRITTEN):
                sentences += rewrite(list(read_sentences(source)), chance)
        if for_training or as_on_a_phone:
            for doc in as_typed(vocab, sentences, chance):
                docs.add(doc)
    if chat:
        for _ in range(TIMES_CHAT):
            for doc in as_typed(vocab, list(read_sentences(chat)), chance):
                docs.add(doc)
    docs.to_disk(target)
    print(f"{target}: {len(docs)} documents")


if __name__ == "__main__":
    typer.run(main)
