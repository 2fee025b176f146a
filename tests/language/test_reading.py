"""Who goes, as what, and what is wanted: read from a sentence with the Dutch model."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from bot.language.read import read
from bot.language.reading import Reading

TODAY = date(2026, 3, 16)


@pytest.fixture(scope="module")
def dutch() -> Language:
    return spacy.load("nl_core_news_sm")


def facts(reading: Reading) -> dict[str, Any]:
    """The first traveller as `who role/status`, which is enough to compare."""
    if not reading.travellers:
        return {}
    person = reading.travellers[0]
    return {"who": str(person.who), **person.facts.to_json()}


@pytest.mark.parametrize(
    ("text", "who", "status"),
    [
        # the writer
        ("Ik volg een opleiding in het mbo", "self", "vet_student"),
        ("zit op t mbo nivo 3", "self", "vet_student"),
        ("ik ben lasdocent op een roc", "self", "teacher"),
        ("Ik geef elektriciteit in het tso", "self", "teacher"),
        ("als loopbaanbegeleider op een roc wil ik een week meekijken", "self", "adviser"),
        ("leerling-kapper in een zaak, drie weken Parijs?", "self", "trainee"),
        ("ik studeer aan de hogeschool in Gent", "self", "higher_education_student"),
        ("kzit int zesde tso hout", "self", "vet_student"),
        ("Ik ben geen leerling meer, ik ben net klaar", "self", "graduate"),
        ("ik zit in een leertijdtraject bij Syntra", "self", "trainee"),
        # somebody else
        ("Mijn dochter zit in 5 bso", "other", "vet_student"),
        ("ik vraag me af of mijn zoon met zijn vmbo weg mag", "other", "pre_vocational"),
        ("Ik ben moeder van een bbl'er, mag hij een maand weg?", "other", "trainee"),
        ("Mijn leerlingen van 6 tso willen drie weken op stage", "other", "vet_student"),
        ("Kan een student van mij mee? Hij doet bbl.", "other", "trainee"),
        ("mijn collega is directeur van een technische school", "other", "head"),
        ("het gaat niet over mij: mijn zoon doet aso", "other", "general_education_pupil"),
        ("mag een docent van het mbo twee weken weg?", "other", "teacher"),
        ("Ons Noor zit in 7 bso en wil een maand weg", "other", "vet_student"),
        ("En zijn nicht? Die zit in het aso.", "other", "general_education_pupil"),
        ("Ik geef hout en metaal in het bso en twaalf van mijn leerlingen willen weg", "other",
         "vet_student"),
        ("mijn tante staat voor groep 5", "other", "teacher"),
        ("Mijn zoon wil weg, want zijn moeder werkt daar. Hij doet bso.", "other", "vet_student"),
        ("Hij zit in 6 tso, mijn kleinzoon", "other", "vet_student"),
        ("kleindochter volgt bso en wil naar een kapper in Lyon van mijn schoonbroer", "other",
         "vet_student"),
        ("En mijn collega die praktijkopleider is?", "other", "trainer"),
        ("Mogen leerlingen van een vti mee? Het gaat om mijn petekind.", "other", "vet_student"),
        ("Namens onze directrice van het vti vraag ik of zij een week weg mag", "other", "head"),
        ("Ik geef hen les", "self", "teacher"),
        ("Ons Fien zit in het zesde kapper en wil twee weken weg", "other", "vet_student"),
        ("mijn dochter doet haartooi in het vijfde jaar", "other", "vet_student"),
        ("ik zit in 6 elektriciteit", "self", "vet_student"),
        ("mijn broer zat vorig jaar in 7 bso en is sinds juni afgestudeerd", "other", "graduate"),
        ("Ik begeleid een mbo'er. Mag hij acht weken weg?", "other", "vet_student"),
        ("Ik coach een groepje jongens uit de mbo-opleiding tegelzetten. Mogen ze weg?", "other",
         "vet_student"),
        ("De klas kappers uit het bso die ik begeleid, wil drie weken naar Cork", "other",
         "vet_student"),
        ("De klas lassers uit het tso waar ik mentor van ben wil naar Polen", "other",
         "vet_student"),
        ("Een meisje op het mbo vroeg me: mag zij een maand naar Nice?", "other", "vet_student"),
        ("Mijn derdejaars mbo-zorg, negen man, willen naar Graz. Zelf ga ik niet mee.", "other",
         "vet_student"),
        ("Ik ben docent op een mbo. En voor de klas, twee weken?", "other", "vet_student"),
        ("Mijn zoon zit in de derde klas van het vmbo. Mag hij mee?", "other", "pre_vocational"),
        ("Ik ben mentor van een meisje dat een vooropleiding doet. Mag zij weg?", "other",
         "pre_vocational"),
        ("Mijn dochter zit op het vmbo. Haar oom heeft een hotel waar ze een week mag werken.",
         "other", "pre_vocational"),
        ("Ons zoon zit in 5 tso. Zijn tante woont in Graz en hij mag daar drie weken werken.",
         "other", "vet_student"),
        # who is spoken of, but does not go
        ("Ik ben docent op een mbo en een vriend uit Graz heeft ons uitgenodigd", "self",
         "teacher"),
        ("Wij zijn met vijf meisjes van 5 tso en willen negen weken weg", "self", "vet_student"),
        ("Ik sta voor de klas op een mbo en wil twee weken weg", "self", "teacher"),
        ("Met een groepje leerlingen uit het tso willen we naar Malta. Ik ben hun leraar.", "self",
         "teacher"),
        ("Ik wil zelf niet te lang weg, drie weken. Ik doe bso.", "self", "vet_student"),
        ("Ben trajectbegeleider voor mbo'ers en mag een week meekijken in Graz", "self", "adviser"),
        ("praktijkopleider in een bakkerij, begeleid vier leerlingen, mag ik drie dagen weg?",
         "self", "trainer"),
        ("Mijn zus zegt dat het niet kan, maar ik volg duaal leren voor kok en wil een maand weg",
         "self", "trainee"),
        ("Ik doe mbo 4. Ze hebben in een hotel in Wenen plek voor zes weken.", "self",
         "vet_student"),
        ("Ik volg geen opleiding en heb de laatste jaren niks afgerond", "self",
         "not_in_education"),
        ("Leraar ben ik niet meer, ik volg nu zelf een mbo-opleiding", "self", "vet_student"),
        ("Met mijn diploma van het tso wil ik twee maanden naar Malta", "self", "graduate"),
        ("Mijn slb'er raadt me een stage aan, ik doe mbo", "self", "vet_student"),
        ("Ik begeleid mbo-studenten als stagecoördinator en wil zelf weg", "self", "planner"),
        ("ik doe mbo en mijn baas kent iemand in Parma", "self", "vet_student"),
        ("ze hebben een plek voor me, ik ben bbl'er", "self", "trainee"),
        ("Wij zijn met twee leraars van een hotelschool", "self", "teacher"),
        ("Namens onze directeur: mag zij negen weken weg?", "other", "head"),
        ("mijn tante leidt een opleidingscentrum", "other", "head"),
        ("Ik doe het secretariaat van een beroepsschool", "self", "unlisted_staff"),
        # negation, past and contrast
        ("ik was bso-leerling, nu klaar", "self", "graduate"),
        ("en als ik in het bso ging lesgeven?", "self", "teacher"),
        ("ik ben geen docent maar stagebegeleider", "self", "trainer"),
        ("ik was leraar, nu ben ik directeur van een technische school", "self", "head"),
        ("Nee, geen hogeschool. Mbo, niveau 4.", "self", "vet_student"),
        ("ik heb het vmbo gehaald en zit nu op het mbo", "self", "vet_student"),
        ("Mijn nicht heeft een jaar hbo geprobeerd. Nu doet ze mbo.", "other", "vet_student"),
        ("de havo is lang geleden, ik volg geen opleiding", "self", "not_in_education"),
        ("stel dat ik docent was in plaats van student", "self", "teacher"),
        # plans, reported words, rules in general
        ("Na de zomer ga ik naar het hbo, nu zit ik nog op het mbo", "self", "vet_student"),
        ("Hij zit op de havo en begint in september aan het mbo", "other",
         "general_education_pupil"),
        ("Ik doe aso. Mag ik al weg voordat ik op het mbo zit?", "self",
         "general_education_pupil"),
        ("dat telt mee voor mijn mbo zei de decaan, ik doe nu vmbo", "self", "pre_vocational"),
        ("is dat niet enkel voor bso? ik zit in 6 aso", "self", "general_education_pupil"),
        ("nee geen aso gewoon bso", "self", "vet_student"),
        ("net de mentor gesproken: het telt mee. Ik zit op het vmbo", "self", "pre_vocational"),
        ("de mentor mailde dat ik mag, ik zit in 5 tso", "self", "vet_student"),
        # diplomas
        ("ik heb mijn mbo-diploma", "self", "graduate"),
        ("Mijn tso-diploma is van mei 2024", "self", "graduate"),
        ("ik studeerde vorig najaar af in het bso", "self", "graduate"),
        ("ik heb nog geen diploma, ik zit op het mbo", "self", "vet_student"),
        ("na mijn diploma op het mbo wil ik weg, ik zit nu op het mbo", "self", "vet_student"),
        ("ik zwaaide in juni af in 6 tso", "self", "graduate"),
        ("sinds juni afgestudeerd, zevende jaar schilderen in het bso", "self", "graduate"),
        ("ik heb mbo 3 horeca gehaald kan ik nog twee maanden weg", "self", "graduate"),
        ("hij heeft het tso gedaan wil nu nog weg", "other", "graduate"),
        # courses
        ("ik volg een avondopleiding tot kok", "self", "unlisted_training"),
        ("ik ben bezig met mijn inburgering", "self", "non_vocational_course"),
        ("ik volg geen opleiding en ben werkzoekend", "self", "not_in_education"),
        # organisations
        ("Wij zijn een kmo en willen samenwerken met partners in Polen", "organisation", "company"),
        ("Wij zijn een gerenommeerd roc en willen studenten sturen", "organisation",
         "vet_provider"),
        ("Ons roc wil studenten uitzenden", "organisation", "vet_provider"),
        ("De gemeente wil met Duitse steden kennis delen", "organisation", "government"),
        ("wij als bedrijf willen leerlingen sturen", "organisation", "company"),
        ("Mag een vakbond meedoen? Wij zijn er een.", "organisation", "social_partner"),
        ("Ik werk bij een provincie en wij als organisatie willen iets", "organisation",
         "government"),
        ("Namens het vakcollege: wij willen leerlingen sturen", "organisation", "vet_provider"),
        ("en als ons eigen opleidingscentrum ze uitstuurt?", "organisation", "training_centre"),
        ("Bij de onderwijsinspectie willen we samenwerken", "organisation", "authority"),
    ],
)  # fmt: skip
def test_who_goes_as_what(dutch: Language, text: str, who: str, status: str) -> None:
    read_facts = facts(read(dutch(text), TODAY))
    assert (read_facts.get("who"), read_facts.get("status")) == (who, status)


@pytest.mark.parametrize(
    "text",
    [
        "en mijn collega?",
        "Ik ben student",
        "Wij willen leerlingen naar het buitenland sturen",
        "Mijn dochter wil graag naar Spanje",
    ],
)
def test_what_is_not_said_is_not_guessed(dutch: Language, text: str) -> None:
    assert facts(read(dutch(text), TODAY)).get("status") is None


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("Ik werk op een vti", "vocational"),
        ("mijn vrouw werkt al jaren in een tso-school", "vocational"),
        ("ik werk aan de universiteit", "other"),
        ("ik werk bij een bakker en zit op het vti", None),
    ],
)
def test_a_school_may_be_where_somebody_works(
    dutch: Language, text: str, sector: str | None
) -> None:
    role = "staff" if sector else "learner"
    found = facts(read(dutch(text), TODAY))
    assert (found["role"], found.get("sector")) == (role, sector)


def test_the_school_of_somebodys_own_teacher_is_asked_for(dutch: Language) -> None:
    assert facts(read(dutch("en haar juf?"), TODAY))["sector"] == "ambiguous"
    assert facts(read(dutch("ik ben juf"), TODAY))["sector"] == "other"
    assert facts(read(dutch("kben juf in Aalst"), TODAY))["sector"] == "other"


@pytest.mark.parametrize(
    ("text", "only_facts"),
    [
        ("Mijn zoon Wout zit op het vti", True),
        ("ik ben leerkracht, bso", True),
        ("Hallo, het is voor mijn zoon", True),
        ("Mijn zoon zit op het vti en zijn rapport is slecht", False),
    ],
)
def test_whether_it_tells_only_facts(dutch: Language, text: str, only_facts: bool) -> None:
    assert read(dutch(text), TODAY).only_facts is only_facts


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("Wij willen leerlingen uitzenden", "send"),
        ("wij zoeken partners om lesmateriaal te ontwikkelen", "cooperate"),
        ("Ons bedrijf wil geen leerlingen sturen maar kennis uitwisselen", "cooperate"),
        ("Wij zijn een vzw", None),
    ],
)
def test_what_an_organisation_wants(dutch: Language, text: str, purpose: str | None) -> None:
    assert read(dutch(text), TODAY).purpose == purpose


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("ja, het telt mee voor mijn opleiding", "yes"),
        ("het telt volgens de school nergens voor", "no"),
        ("of het meetelt weet ik niet", "unknown"),
        ("de school liet weten, of heeft laten weten, dat het niet meetelt", "no"),
        ("telt dat mee?", None),
        ("en stel dat het zou meetellen?", "yes"),
    ],
)
def test_whether_a_course_counts(dutch: Language, text: str, credit: str | None) -> None:
    assert read(dutch(text), TODAY).credit == credit


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("mag ik naar Zwitserland?", ["Zwitserland"]),
        ("Kan ik naar Engeland of naar Curacao?", ["het Verenigd Koninkrijk", "Curaçao"]),
        ("zes weken naar het VK", ["het Verenigd Koninkrijk"]),
        ("op stage in Schotland, in Edinburgh", ["het Verenigd Koninkrijk"]),
        ("mag het in Amerika?", ["de Verenigde Staten"]),
        ("drie weken naar Oekraine", ["Oekraïne"]),
        ("niet naar Turkije maar naar Noorwegen", ["Noorwegen"]),
        ("Ik woon in België en wil naar Polen", ["Polen"]),
        ("mag ik naar België?", ["België"]),
        ("mag ik naar het buitenland?", []),
    ],
)
def test_the_countries_where_somebody_wants_to_go(
    dutch: Language, text: str, countries: list[str]
) -> None:
    reading = read(dutch(text), TODAY)
    assert list(reading.countries) == countries
    assert reading.abroad


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("En in het programma 2021-2027?", "2021-2027"),
        ("volgens de nieuwe regels", "2021-2027"),
        ("en bij het oude programma?", "2014-2020"),
        ("en bij de regels van 2021?", "2021-2027"),
        ("sinds 2021 niet meer op school", None),
        ("wat zijn de regels voor 2028-2034?", "2028-2034"),
        ("en na 2027?", "2028-2034"),
        ("wat is het verschil tussen 2014-2020 en 2021-2027?", None),
        ("en nu?", None),
    ],
)
def test_the_edition_that_is_asked_for(dutch: Language, text: str, edition: str | None) -> None:
    assert read(dutch(text), TODAY).edition == edition


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("en nu?", True),
        ("Geldt dat nog?", True),
        ("gelden die regels nu nog?", True),
        ("is dat nog actueel", True),
        ("Eerst deed ik havo en nu zit ik in het mbo", False),
        ("ik doe nu mbo", False),
    ],
)
def test_whether_it_asks_what_holds_today(dutch: Language, text: str, now: bool) -> None:
    assert read(dutch(text), TODAY).now is now


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("ik wil in 2030 zes weken weg", 2030),
        ("en in 2026?", 2026),
        ("en in 2025?", 2025),
        ("geldt dit ook in 2025?", 2025),
        ("en voor 2026?", 2026),
        ("voor 2021-2027", None),
        ("Ik haalde in 2022 mijn diploma en doe nu een andere opleiding", None),
        ("ik ben geboren in 2008", None),
        ("zes weken naar Spanje", None),
    ],
)
def test_the_year_that_is_asked_about(dutch: Language, text: str, year: int | None) -> None:
    when = read(dutch(text), TODAY).when
    assert (when.earliest.year if when else None) == year


@pytest.mark.parametrize(
    ("text", "partnership"),
    [
        ("wij willen een kleinschalig partnerschap", "small_scale_partnership"),
        ("een samenwerkingspartnerschap van 24 maanden", "cooperation_partnership"),
        ("een kenniscentrum voor beroepsopleiding opzetten", "centre_of_excellence"),
        ("een alliantie voor innovatie van twee jaar", "alliance"),
        ("samenwerken met scholen in andere landen", None),
    ],
)
def test_the_kind_of_project_and_never_its_length_as_a_stay(
    dutch: Language, text: str, partnership: str | None
) -> None:
    reading = read(dutch(text), TODAY)
    assert reading.partnership == partnership
    assert reading.purpose == "cooperate"
    assert reading.stay is None


def test_findings_say_where_a_fact_stands(dutch: Language) -> None:
    text = "Mijn zoon doet mbo en wil zes weken naar Spanje"
    found = {f.fact: text[f.start : f.end] for f in read(dutch(text), TODAY).findings}
    assert found["education"] == "mbo"
    assert found["stay"] == "zes weken"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_reading_never_fails_and_survives_json(text: str) -> None:
    reading = read(spacy.blank("nl")(text), TODAY)
    assert Reading.from_json(reading.to_json()) == reading
