"""Functions that people describe without naming them: learned from examples, read if certain."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language

from bot.eligibility.facts import Status
from bot.language.functions import (
    SURE,
    FunctionReader,
    function_model,
    learn,
    names_of,
    sentences_of_examples,
)
from bot.language.lexicon import FOLDER, Example, Lexicon, LexiconError, load_examples
from bot.language.read import read
from bot.language.reading import Person, Reading

TODAY = date(2026, 3, 16)


@pytest.fixture(scope="module")
def dutch() -> Language:
    return spacy.load("nl_core_news_sm")


@pytest.fixture(scope="module")
def functions(dutch: Language, tmp_path_factory: pytest.TempPathFactory) -> FunctionReader:
    file = tmp_path_factory.mktemp("learned") / "functions.npz"
    learn(dutch, Lexicon.load(), load_examples()).save(file)
    return FunctionReader.load(file)


def reading(text: str, dutch: Language, functions: FunctionReader | None) -> Reading:
    return read(dutch(text), TODAY, functions=functions)


def traveller(text: str, dutch: Language, functions: FunctionReader | None) -> Person | None:
    travellers = reading(text, dutch, functions).travellers
    return travellers[0] if travellers else None


DESCRIBED = [
    ("Op mijn werf leer ik de jonge mannen bekisten, kan ik een week naar Gdansk?", "trainer"),
    ("Bij ons in de smederij leer ik leerjongens smeden en ik wil eens naar Wales", "trainer"),
    ("Ik geef sanitair aan het zesde jaar in een vti. Mag ik tien dagen weg?", "teacher"),
    ("ik leer jongeren behangen op een roc, kan ik naar Malta?", "teacher"),
    ("Ik help leerlingen uit te zoeken welk beroep ze willen leren en wil naar Graz", "adviser"),
    ("ik geef leiding aan een team van mbo-docenten, twee weken Oslo?", "head"),
    ("Ik regel welke cursussen onze leraren volgen, mag ik een week mee naar Riga?", "planner"),
    ("Ik leer het vak bij een bakker, vier dagen werken en een dag school. Mag ik weg?", "trainee"),
]


@pytest.mark.parametrize(("text", "status"), DESCRIBED)
def test_what_somebody_does_tells_their_function(
    dutch: Language, functions: FunctionReader, text: str, status: str
) -> None:
    person = traveller(text, dutch, functions)
    assert person is not None
    assert (str(person.who), person.facts.status) == ("self", status)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("mijn vrouw leidt een technische school, mag zij een maand naar Turijn?", "head"),
        ("Mijn collega die de nascholing van de leraren regelt wil naar Tartu", "planner"),
    ],
)
def test_the_function_is_that_of_who_does_it(
    dutch: Language, functions: FunctionReader, text: str, status: str
) -> None:
    person = traveller(text, dutch, functions)
    assert person is not None
    assert (str(person.who), person.facts.status) == ("other", status)


@pytest.mark.parametrize(
    "text",
    [
        "Ik wil leerlingen het vak leren, mag ik een maand naar Gdansk?",
        "Ik geef geen les aan het zesde jaar. Mag ik tien dagen weg?",
        "Vroeger leerde ik de jonge mannen op de werf bekisten. Mag ik tien dagen weg?",
        "Ik poets in een ziekenhuis. Mag ik tien dagen weg?",
        "Ik geef yogales in een zaaltje, mag ik een week naar Malta?",
        "Hoe help ik leerlingen een beroep te kiezen?",
        "Ik heb drie kinderen en een hond, mag ik een week naar Malta?",
    ],
)
def test_what_is_wished_over_denied_or_something_else_tells_no_function(
    dutch: Language, functions: FunctionReader, text: str
) -> None:
    person = traveller(text, dutch, functions)
    assert person is None or person.facts.status in (None, Status.NOT_IN_EDUCATION)


@pytest.mark.parametrize(
    "text",
    [
        "ik zit in het vijfde jaar bso hout, mag ik drie weken naar Polen?",
        "Mijn zoon doet mbo koken, niveau 3, mag hij zes weken weg?",
        "ik doe bbl en leer metselen bij een aannemer, vijf weken Porto",
        "Als docent bouwkunde op een roc regel ik ook stages. Mag ik naar Porto?",
        "Wij zijn een garage en leiden leerjongens op, wij willen ze naar Lille sturen",
    ],
)
def test_what_words_tell_stays_as_it_is(
    dutch: Language, functions: FunctionReader, text: str
) -> None:
    assert reading(text, dutch, functions) == reading(text, dutch, None)


def test_the_place_may_tell_the_sector(dutch: Language, functions: FunctionReader) -> None:
    def sector(text: str) -> str | None:
        person = traveller(text, dutch, functions)
        return person.facts.sector if person else None

    assert sector("In onze garage leer ik de leerjongens motoren herstellen") == "vocational"
    assert sector("Ik geef lassen in een beroepsschool") == "vocational"
    assert sector("Ik regel welke nascholing de collega's volgen") is None


def test_the_finding_is_the_stretch_that_tells_it(
    dutch: Language, functions: FunctionReader
) -> None:
    told = "Ik regel welke nascholing de collega's volgen"
    found = reading(f"{told}. Mag ik naar Wenen?", dutch, functions).findings
    assert [f.text for f in found if f.value.startswith("staff planner")] == [f"{told}."]


def test_of_what_is_certain_almost_everything_is_right(dutch: Language) -> None:
    examples = load_examples()
    sentences = sentences_of_examples(dutch, Lexicon.load(), examples)
    names = np.array(names_of(examples))
    held_out = np.arange(len(examples)) % 5 == 0
    model = function_model().fit(
        [s for s, out in zip(sentences, held_out, strict=True) if not out], names[~held_out]
    )
    shares = model.predict_proba([s for s, out in zip(sentences, held_out, strict=True) if out])
    best = model.classes_[shares.argmax(axis=1)]
    certain = (best != "nothing") & (shares.max(axis=1) >= SURE)
    assert np.mean(best[certain] == names[held_out][certain]) >= 0.97
    assert np.sum(certain) >= 0.5 * np.sum(names[held_out] != "nothing")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "lexicon"))


def test_examples_say_what_they_mean(folder: Path) -> None:
    (folder / "functions.yml").write_text(
        "entries:\n"
        "  - means: {role: staff, status: trainer}\n"
        "    examples: |\n"
        "      - ik leer ze lassen: elke dag\n"
        "  - means: nothing\n"
        "    examples: |\n"
        "      - ik ben bakker\n",
        encoding="utf-8",
    )
    trainer = {"role": "staff", "status": "trainer"}
    assert load_examples(folder) == [
        Example("ik leer ze lassen: elke dag", trainer),
        Example("ik ben bakker", {}),
    ]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{means: nothing}", "regel 2: hier horen 'means' en 'examples'"),
        ("{means: nothing, examples: ik bak}", "regel 3: hier hoort een streepje met een zin"),
        ("{means: {role: boss}, examples: '- ik bak'}", "regel 2: onbekende waarde 'boss'"),
        ('{means: nothing, examples: "- ik bak\\n- ik bak"}', "regel 4: deze zin staat ook op"),
    ],
)
def test_a_fault_is_named_with_its_place(folder: Path, entry: str, problem: str) -> None:
    (folder / "functions.yml").write_text(f"entries:\n  - {entry}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=problem):
        load_examples(folder)
