"""Make the pipeline that goes into the package out of the best one of the training."""

from pathlib import Path

import spacy
import srsly
import typer


def main(trained: Path, scores: Path, target: Path) -> None:
    """Switch the sentence recogniser off (the parser finds sentences) and add the test scores."""
    nlp = spacy.load(trained)
    nlp.disable_pipe("senter")
    nlp.meta["performance"] = srsly.read_json(scores)
    nlp.to_disk(target)


if __name__ == "__main__":
    typer.run(main)
