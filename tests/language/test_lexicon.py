"""The lexicon: which words of a message are recognised, and as what."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from bot.eligibility import load_editions
from bot.eligibility.facts import Sector, Status
from bot.language.lexicon import FOLDER, Lexicon, LexiconError, Term

NLP = spacy.blank("nl")
LEXICON = Lexicon.load()


def find(text: str, category: str | None = None) -> list[Term]:
    return [term for term in LEXICON.find(NLP(text)) if category in (None, term.category)]


def meanings(text: str, category: str) -> list[dict[str, str]]:
    return [dict(term.means) for term in find(text, category)]


def values(text: str, category: str) -> list[str]:
    return [value for meaning in meanings(text, category) for value in meaning.values()]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ik doe mbo", "vet"),
        ("mbo-4 verpleegkunde", "vet"),
        ("ik zit op mbo4", "vet"),
        ("ik doe m.b.o.", "vet"),
        ("MBO niveau 3", "vet"),
        ("een opleiding op niveau 2", "vet"),
        ("ik zit op een ROC", "vet"),
        ("zij zit in het 6TSO", "vet"),
        ("hij doet 5bso", "vet"),
        ("7 bso haarzorg", "vet"),
        ("ik volg een Se-n-Se", "vet"),
        ("het zevende specialisatiejaar", "vet"),
        ("richting met dubbele finaliteit", "vet"),
        ("zij zit in het zesde haarzorg", "vet"),
        ("mijn zoon in zevende mechanische technieken", "vet"),
        ("het vijfde kapster", "vet"),
        ("buso OV3", "vet"),
        ("de hotelschool van Brugge", "vet"),
        ("ik doe de bbl", "apprenticeship"),
        ("ik volg duaal leren", "apprenticeship"),
        ("met een leercontract", "apprenticeship"),
        ("in de leertijd", "apprenticeship"),
        ("de vakschool", "vocational_college"),
        ("een meesteropleiding", "regulated"),
        ("een erkende specialisatie", "regulated"),
        ("het vmbo", "preparatory"),
        ("in een schakeltraject", "preparatory"),
        ("ik zit in de aanloopfase", "preparatory"),
        ("entree-voorbereiding", "preparatory"),
        ("aan de universiteit", "higher"),
        ("een graduaat in de zorg", "higher"),
        ("HBO5 verpleegkunde", "higher"),
        ("ik studeer rechten", "higher"),
        ("een professionele bachelor", "higher"),
        ("op de havo", "general"),
        ("het aso", "general"),
        ("op de basisschool", "primary"),
        ("een middelbare school", "secondary"),
        ("een cursus van de VDAB", "public_training"),
        ("via de derde leerweg", "unlisted"),
        ("een avondopleiding", "unlisted"),
        ("mijn inburgering", "non_vocational"),
        ("ik doe vavo", "non_vocational"),
        ("lessen Nederlands", "non_vocational"),
    ],
)
def test_kinds_of_education(text: str, kind: str) -> None:
    assert values(text, "education") == [kind]


@pytest.mark.parametrize(
    ("kind", "learner", "sector"),
    [
        ("vet", Status.VET_STUDENT, Sector.VOCATIONAL),
        ("apprenticeship", Status.TRAINEE, Sector.VOCATIONAL),
        ("higher", Status.HIGHER_EDUCATION_STUDENT, Sector.OTHER),
        ("secondary", None, Sector.AMBIGUOUS),
    ],
)
def test_what_follows_from_a_kind(kind: str, learner: Status | None, sector: Sector) -> None:
    assert (LEXICON.kinds[kind].learner, LEXICON.kinds[kind].sector) == (learner, sector)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("stagiair", "trainee"),
        ("stagiaires", "trainee"),
        ("bbl'er", "trainee"),
        ("bbl’ers", "trainee"),
        ("bbler", "trainee"),
        ("leerjongeren", "trainee"),
        ("leerling-werknemer", "trainee"),
        ("leerling-kapper", "trainee"),
        ("leerlingkapsters", "trainee"),
        ("twee zorgkundigen in opleiding", "trainee"),
        ("aspirant-pedagogisch medewerker", "trainee"),
        ("leerlingkapster", "trainee"),
        ("leerling verpleegkundige", "trainee"),
        ("mbo'er", "vet_student"),
        ("mbo-studente", "vet_student"),
        ("mbostudentje", "vet_student"),
        ("hbo'ers", "higher_education_student"),
        ("havist", "general_education_pupil"),
        ("werkzoekende", "not_in_education"),
        ("docente", "teacher"),
        ("lesgeefster", "teacher"),
        ("leerkrachten", "teacher"),
        ("lasdocent", "teacher"),
        ("vakdocenten", "teacher"),
        ("gymleraar", "teacher"),
        ("instructrice", "trainer"),
        ("praktijkopleider", "trainer"),
        ("stagebegeleidster", "trainer"),
        ("stage begeleider", "trainer"),
        ("stage-begeleider", "trainer"),
        ("decanen", "adviser"),
        ("slb'er", "adviser"),
        ("leerlingbegeleider", "adviser"),
        ("directrice", "head"),
        ("adjunct-directeur", "head"),
        ("teamleidster", "head"),
        ("stagecoördinatrice", "planner"),
        ("stagecoordinator", "planner"),
        ("HR-medewerker", "planner"),
        ("conciërge", "unlisted_staff"),
    ],
)
def test_words_that_say_what_a_person_is(text: str, status: str) -> None:
    assert [meaning.get("status") for meaning in meanings(text, "persons")] == [status]


@pytest.mark.parametrize("text", ["een leerling", "studenten", "de cursiste", "lasleerling"])
def test_a_pupil_or_student_alone_has_no_status(text: str) -> None:
    assert meanings(text, "persons") == [{"role": "learner"}]


@pytest.mark.parametrize(
    ("text", "kind", "person"),
    [
        ("mbo-docent", "vet", {"role": "staff", "status": "teacher"}),
        ("mbodocente", "vet", {"role": "staff", "status": "teacher"}),
        ("tso-leraren", "vet", {"role": "staff", "status": "teacher"}),
        ("vakschooldocent", "vocational_college", {"role": "staff", "status": "teacher"}),
        ("gymnasiumleraar", "general", {"role": "staff", "status": "teacher"}),
        ("vmbo-coördinator", "preparatory", {"role": "staff", "status": "planner"}),
    ],
)
def test_the_first_part_of_a_compound_tells_the_kind_of_education(
    text: str, kind: str, person: dict[str, str]
) -> None:
    assert values(text, "education") == [kind]
    assert meanings(text, "persons") == [person]


@pytest.mark.parametrize("text", ["kleuterjuf", "hoogleraar", "lector", "basisschoolleraar"])
def test_some_staff_works_in_another_sector(text: str) -> None:
    assert [meaning["sector"] for meaning in meanings(text, "persons")] == ["other"]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("mijn dochtertje", "family"),
        ("ons zoontje", "family"),
        ("m'n broer", "family"),
        ("haar kleinzoon", "family"),
        ("twee vriendinnen", "friend"),
        ("mijn buurjongen", "friend"),
        ("mijn collega's", "colleague"),
        ("onze leerlingen", "pupil"),
        ("onze bbl'ers", "pupil"),
        ("mijn klas", "pupil"),
        ("onze werknemers", "employee"),
    ],
)
def test_words_for_somebody_else(text: str, relation: str) -> None:
    assert values(text, "relations") == [relation]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("wij zijn een kmo", "company"),
        ("onze bakkerij", "company"),
        ("een lasbedrijfje", "company"),
        ("de Kamer van Koophandel", "chamber"),
        ("een werkgeversorganisatie", "social_partner"),
        ("ons roc", "vet_provider"),
        ("onze beroepsscholen", "vet_provider"),
        ("een secundaire school met tso en bso", "vet_provider"),
        ("een opleidingscentrum", "training_centre"),
        ("onze hogeschool", "university"),
        ("de gemeente", "government"),
        ("een onderzoekscentrum", "research_centre"),
        ("een overheidsinstantie", "authority"),
        ("onze beroepsvereniging", "association"),
        ("een vzw", "ngo"),
    ],
)
def test_kinds_of_organisation(text: str, kind: str) -> None:
    assert values(text, "organisations") == [kind]


@pytest.mark.parametrize(
    ("category", "text", "value"),
    [
        ("purposes", "wij willen leerlingen sturen", "send"),
        ("purposes", "wij zoeken partners", "cooperate"),
        ("purposes", "wij zoeken Duitse partners", "cooperate"),
        ("purposes", "goede praktijken uitwisselen", "cooperate"),
        ("activities", "ik wil meelopen met een collega", "job_shadowing"),
        ("activities", "een week hospiteren", "job_shadowing"),
        ("activities", "daar les gaan geven", "teaching"),
        ("activities", "een cursus volgen", "course"),
        ("activities", "op stage in Spanje", "placement"),
        ("activities", "met de hele klas", "group"),
        ("activities", "naar WorldSkills", "skills_competition"),
        ("credit", "telt dat mee voor het mbo", "yes"),
        ("credit", "het wordt verrekend", "yes"),
        ("completion", "ik ben afgestudeerd", "yes"),
        ("completion", "ik heb mijn diploma net gehaald", "yes"),
        ("completion", "ik studeerde vorig jaar af", "yes"),
        ("completion", "mijn diploma heb ik vorig jaar gehaald", "yes"),
        ("completion", "mijn diploma niet gehaald", "dropped_out"),
        ("completion", "in juni studeer ik af", "diploma"),
        ("completion", "zonder diploma", "dropped_out"),
        ("completion", "ik zit niet meer op school", "left"),
        ("editions", "in het programma 2021-2027", "2021-2027"),
        ("editions", "in het vorige programma", "2014-2020"),
        ("near_misses", "als au-pair naar Londen", "au_pair"),
        ("near_misses", "krijg ik studiefinanciering", "student_finance"),
    ],
)
def test_wishes_and_circumstances(category: str, text: str, value: str) -> None:
    assert values(text, category) == [value]


@pytest.mark.parametrize(
    ("text", "category", "meant"),
    [
        ("dcoent", "persons", "docent"),
        ("leerlign", "persons", "leerling"),
        ("stuudent", "persons", "student"),
        ("practijkopleider", "persons", "praktijkopleider"),
        ("begelijder", "persons", "begeleider"),
        ("univerziteit", "education", "universiteit"),
        ("middelbaar beroepsonderwjis", "education", "middelbaar beroepsonderwijs"),
        ("afgestudeert", "completion", "afgestudeerd"),
    ],
)
def test_one_spelling_fault_is_forgiven(text: str, category: str, meant: str) -> None:
    (term,) = find(text, category)
    assert term.term == meant


@pytest.mark.parametrize(
    ("text", "category", "meant"),
    [
        ("leertijd", "education", "leertijd"),
        ("master", "education", "master"),
        ("meester", "persons", "meester"),
        ("opleiders", "persons", "opleider"),
        ("studente", "persons", "studente"),
    ],
)
def test_a_term_is_never_taken_for_another_misspelled(text: str, category: str, meant: str) -> None:
    assert [(term.term, term.exact) for term in find(text, category)] == [(meant, True)]


def test_a_forgiven_fault_is_told() -> None:
    assert [term.exact for term in find("docent dcoent", "persons")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "studeren", "geweest", "leeftijd", "etages", "ouder", "conferenties zijn er", "meeste",
        "eerder", "kelder", "gestort", "regelingen", "mao", "ros", "vmb", "bas", "burgemeester",
        "stimulerende", "kleuterklassenbord", "vakantie", "beter", "winkelen", "schilderen",
    ],
)  # fmt: skip
def test_ordinary_words_are_not_taken_for_terms(text: str) -> None:
    inexact_or_person = [
        term for term in find(text) if not term.exact or term.category == "persons"
    ]
    assert inexact_or_person == []


@pytest.mark.parametrize(
    "text", ["rijinstructeur", "jobstudent", "burgemeester", "studentenkamer", "yogadocente"]
)
def test_compounds_that_mean_something_else(text: str) -> None:
    assert find(text, "persons") == []


def test_the_longest_term_wins() -> None:
    assert [term.text for term in find("voorbereiding op het mbo", "education")] == [
        "voorbereiding op het mbo"
    ]


@pytest.mark.parametrize(
    "text", ["ik heb mijn diploma nog niet gehaald", "ik heb nog geen diploma"]
)
def test_a_diploma_still_to_come_tells_nothing(text: str) -> None:
    assert find(text, "completion") == []


def test_words_inside_a_longer_term_lose_their_own_meaning() -> None:
    assert find("wij zoeken partners", "relations") == []
    assert find("met de hele klas", "relations") == []


def test_a_person_inside_a_longer_term_keeps_its_meaning() -> None:
    assert meanings("oud-leerling", "persons") == [{"role": "learner"}]
    assert values("oud-leerling", "completion") == ["yes"]


def test_terms_tell_where_they_stand() -> None:
    text = "Wij zijn mbodocenten in het beroepsonderwijs."
    places = [(term.text, term.start, term.token_start, term.token_end) for term in find(text)]
    assert places == [
        ("mbo", 9, 2, 3),
        ("mbodocenten", 9, 2, 3),
        ("beroepsonderwijs", 28, 5, 6),
    ]


def test_the_lemma_counts_where_the_word_is_not_known() -> None:
    doc = Doc(NLP.vocab, words=["gehospiteerde"], lemmas=["hospiteren"])
    assert [term.category for term in LEXICON.find(doc)] == ["activities"]


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    doc = NLP(text)
    for term in LEXICON.find(doc):
        assert term.text == text[term.start : term.end] != ""
        assert 0 <= term.token_start < term.token_end <= len(doc)


WORDS = ["mbo", "docent", "stage", "leerling", "school", "-", "niet", "diploma", "gehaald", "4"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_terms_of_one_category_do_not_overlap(text: str) -> None:
    last: dict[str, int] = {}
    for term in find(text):
        assert term.start >= last.get(term.category, 0)
        last[term.category] = term.end


@pytest.mark.parametrize("part", ["mbo ", "diploma net ", "a", "leerling-", "m.", "docnet "])
def test_a_very_long_text_is_read(part: str) -> None:
    text = (part * 10_000)[:10_000]
    assert all(term.end <= len(text) for term in find(text))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "lexicon"))


def add(path: Path, lines: str) -> int:
    """Add lines to a file and tell the number of the first."""
    before = path.read_text(encoding="utf-8")
    path.write_text(before + lines, encoding="utf-8")
    return before.count("\n") + 1


def test_an_editor_can_add_a_term(folder: Path) -> None:
    lines = "  - term: werkplaatsgoeroe\n    means: {role: staff, status: trainer}\n"
    add(folder / "persons.yml", lines)
    found = Lexicon.load(folder).find(NLP("Ik ben werkplaatsgoeroe"))
    assert [dict(term.means) for term in found] == [{"role": "staff", "status": "trainer"}]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("  - term: goeroe\n    mean: {role: staff}\n", "onbekende sleutel 'mean'"),
        ("  - term: goeroe\n    means: {rol: staff}\n", "onbekende sleutel 'rol'"),
        ("  - term: goeroe\n    means: {role: guru}\n", "onbekende waarde 'guru'"),
        ("  - term: docent\n    means: {role: learner}\n", "heeft al een andere betekenis"),
        ("  - term: goeroe\n", "'means'"),
        ("  - means: {role: staff}\n", "'term'"),
        ("  - term: '!?'\n    means: {role: staff}\n", "bevat geen woord"),
        ("  - term: leer voor <beroepen>\n    means: {role: learner}\n", "onbekend: <beroepen>"),
        ("  - term: x\n    means: {role: learner, status: teacher}\n", "past niet bij deze 'role'"),
        ("  - term: x\n    means: {role: staff}\n    region: DE\n", "onbekende waarde 'DE'"),
        ("  - [\n", "geen geldige YAML"),
    ],
)
def test_a_fault_in_a_file_is_told_in_one_line(folder: Path, lines: str, problem: str) -> None:
    path = folder / "persons.yml"
    first = add(path, lines)
    with pytest.raises(LexiconError) as raised:
        Lexicon.load(folder)
    message = str(raised.value)
    assert problem in message
    assert "\n" not in message
    assert any(f"{path}, regel {line}:" in message for line in range(first, first + 4))


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "credit.yml").unlink()
    with pytest.raises(LexiconError, match=r"credit\.yml, regel 1: dit bestand ontbreekt"):
        Lexicon.load(folder)


NAMES_OF_COUNTRIES = sorted(
    {
        name
        for edition in load_editions().values()
        for country in (*edition.countries.programme, *edition.countries.special)
        for name in (country.name, *country.also)
    }
)


@pytest.mark.parametrize("name", NAMES_OF_COUNTRIES)
def test_the_countries_of_the_rules_are_known_by_the_same_name(name: str) -> None:
    assert values(f"mag ik naar {name}?", "countries") == [name]
