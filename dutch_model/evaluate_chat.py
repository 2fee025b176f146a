"""Score a pipeline on the hand-annotated chat sentences of `chat_check.txt`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import spacy
import srsly
import typer
from spacy.language import Language
from spacy.tokens import Doc, Token

RELATION = re.compile(r"([\w:|]+)\((\w+),(\w+)\)")


@dataclass(frozen=True)
class Check:
    """One thing to get right in a sentence; `wanted` holds every reading that counts as right."""

    kind: str
    word: str
    wanted: frozenset[str]
    head: str | None = None

    def passes(self, doc: Doc) -> bool:
        token = self._token(doc)
        if self.kind.endswith("lemma"):
            return token.lemma_ in self.wanted
        if self.kind == "pos":
            return token.pos_ in self.wanted
        return token.dep_.split(":pass")[0] in self.wanted and token.head.text == self.head

    def found(self, doc: Doc) -> str:
        token = self._token(doc)
        return f"{self.word}: {token.lemma_}/{token.pos_} {token.dep_}({token.head.text})"

    def _token(self, doc: Doc) -> Token:
        return next(token for token in doc if token.text == self.word)


def read_checks(path: Path) -> Iterator[tuple[str, list[Check]]]:
    """Each sentence with its checks."""
    for line in path.read_text(encoding="utf8").splitlines():
        if not line or line.startswith("#"):
            continue
        sentence, words, relations = (part.strip() for part in line.split(";"))
        checks: list[Check] = []
        for annotation in words.split():
            word, reading = annotation.split("=")
            lemma, _, pos = reading.partition("/")
            tags = frozenset(pos.split("|"))
            kind = "verb_lemma" if tags & {"VERB", "AUX"} else "other_lemma"
            checks += [Check(kind, word, frozenset([lemma])), Check("pos", word, tags)]
        for dep, word, head in RELATION.findall(relations):
            kind = "subject" if dep == "nsubj" else "other_relation"
            checks.append(Check(kind, word, frozenset(dep.split("|")), head))
        yield sentence, checks


def evaluate(nlp: Language, path: Path, show_mistakes: bool = False) -> dict[str, float]:
    """Share of right answers for each kind of check, and of sentences without a mistake."""
    answers: dict[str, list[bool]] = defaultdict(list)
    for sentence, checks in read_checks(path):
        doc = nlp(sentence)
        wrong = [check for check in checks if not check.passes(doc)]
        for check in checks:
            answers[check.kind].append(check not in wrong)
        answers["whole_sentence"].append(not wrong)
        if show_mistakes and wrong:
            print(sentence, *(f"    {one.kind} {one.found(doc)}" for one in wrong), sep="\n")
    return {kind: sum(passed) / len(passed) for kind, passed in sorted(answers.items())}


def main(model: str, checks: Path, output: Path | None = None, show_mistakes: bool = False) -> None:
    """Print the scores of a pipeline and, if asked, write them as JSON."""
    scores = evaluate(spacy.load(model), checks, show_mistakes)
    for kind, score in scores.items():
        print(f"{kind:16} {score:.3f}")
    if output:
        srsly.write_json(output, scores)


if __name__ == "__main__":
    typer.run(main)
