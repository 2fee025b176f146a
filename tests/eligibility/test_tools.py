"""The tools of rule owners, as they are typed: words on the screen and an exit code."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from bot.cli import main as wegwijzer
from bot.eligibility import Facts, decide, load_editions, tools
from bot.eligibility.facts import Status
from bot.eligibility.loader import EDITIONS
from bot.eligibility.mutate import mutants
from bot.eligibility.review import json_schema
from bot.eligibility.scenarios import load_scenarios
from bot.eligibility.tools import main

SAMPLE = Path(__file__).parent / "sample.yml"
NAMES = sorted(path.stem for path in EDITIONS.glob("*.yml"))


@pytest.fixture
def edited(tmp_path):
    """Copies the editions and scenarios, with one piece of text of 2014-2020 replaced."""

    def edit(old, new):
        shutil.copytree(EDITIONS, tmp_path, dirs_exist_ok=True)
        path = tmp_path / "2014-2020.yml"
        content = path.read_text()
        assert old in content
        path.write_text(content.replace(old, new, 1))
        return str(path)

    return edit


def test_check_is_content_with_the_editions(capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Fouten: 0, waarschuwingen: 0.\n"


def test_check_names_every_fault_and_fails(capsys, edited):
    path = edited("verdict: eligible", "verdict: elegible")
    content = Path(path).read_text().replace("min: P2W", "min: twee weken")
    Path(path).write_text(content)
    assert main(["check", path]) == 1
    shown = capsys.readouterr().out
    assert "'elegible' kan niet bij 'verdict'" in shown
    assert "'twee weken' is geen duur" in shown
    assert "Fouten: 2, " in shown


def test_check_names_what_was_only_of_use_to_something_unused(capsys, edited):
    path = edited(", no-loose-course]", "]")
    content = Path(path).read_text()
    Path(path).write_text(content.replace(", no-loose-course]", "]"))
    assert main(["check", path]) == 1
    shown = capsys.readouterr().out
    for name in ("no-loose-course", "no-courses", "eupa"):
        assert f"{name!r} wordt nergens gebruikt" in shown
    assert "Fouten: 3, " in shown


def test_check_runs_the_scenarios(capsys, edited):
    assert main(["check", edited("max: P12M", "max: P11M")]) == 1
    shown = capsys.readouterr().out
    assert "fout: scenarios/2014-2020.yml, regel 9: scenario " in shown
    assert "stay: verwacht P2W tot P12M, maar het is P2W tot P11M. Klopt de regel," in shown


def test_check_warns_of_a_table_without_scenarios(capsys):
    assert main(["check", str(SAMPLE)]) == 0
    assert "let op: sample.yml: er zijn geen scenario's" in capsys.readouterr().out


def test_check_warns_of_a_row_that_no_scenario_touches(capsys, edited):
    path = Path(edited("# De regels", "# Regels"))
    scenarios = path.parent / "scenarios" / "2014-2020.yml"
    kept = [part for part in scenarios.read_text().split("\n\n") if "inburgering" not in part]
    scenarios.write_text("\n\n".join(kept))
    assert main(["check", str(path)]) == 0
    line = 1 + path.read_text().splitlines().index("  - id: learner-non-vocational-course")
    assert (
        f"let op: 2014-2020.yml, regel {line}, rij learner-non-vocational-course: "
        "geen scenario raakt deze rij. Voeg een scenario toe in scenarios/2014-2020.yml.\n"
    ) in capsys.readouterr().out


def test_explain_shows_why_each_row_did_or_did_not_apply(capsys):
    facts = ["status=graduate", "graduation=2025-10-02", "stay=P6W"]
    assert main(["explain", "2014-2020", *facts, "--date", "2026-11-23"]) == 0
    shown = capsys.readouterr().out
    assert "niet  ka1-learner-trainee: geldt voor trainee" in shown
    assert "niet  ka1-learner-recent-graduate: graduation is after_limit" in shown
    assert "past  learner-past-graduate\n" in shown
    assert "Besluit: not_eligible (graduated_too_long_ago)" in shown
    assert "Gewenst: P6W, past: er is geen verblijf" in shown


def test_explain_shows_the_open_question(capsys):
    assert main(["explain", "2014-2020", "status=pre_vocational"]) == 0
    shown = capsys.readouterr().out
    assert "open  ka1-learner-pre-vocational: nog niet bekend: credit" in shown
    assert shown.endswith("De bot vraagt eerst: credit\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2014-2020", "status=leerling"], "'leerling' kan niet bij 'status', kies uit: trainee"),
        (["2014-2020", "leerling"], "'leerling' is geen feit"),
        (["2014-2020", "status=vet_student", "stay=lang"], "geen duur als P2W of P12M"),
        (["2014-2020", "status=graduate", "graduation=2026"], "Deze feiten zijn niet te lezen"),
        (["2014-2020", "role=staff", "status=vet_student"], "vet_student hoort niet bij staff"),
        (["2007-2013"], "Kies uit: 2014-2020, 2021-2027"),
        ([], "Noem een editie"),
    ],
)
def test_explain_says_what_it_cannot_read(capsys, arguments, words):
    assert main(["explain", *arguments]) == 2
    assert words in capsys.readouterr().err


def receipt_of(tmp_path, **changed):
    edition = load_editions()["2014-2020"]
    payload = decide(edition, Facts(status=Status.VET_STUDENT), edition.valid.last_day).to_payload()
    payload["receipt"].update(changed)
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(payload))
    return str(path)


def test_a_receipt_replays_its_decision(capsys, tmp_path):
    assert main(["explain", "--receipt", receipt_of(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "past  ka1-learner-vet-student" in shown
    assert shown.endswith("Het regelbestand is nog hetzelfde.\nHet besluit is hetzelfde.\n")


def test_a_receipt_is_found_in_all_that_the_bot_replied(capsys, tmp_path):
    path = Path(receipt_of(tmp_path))
    answer = json.loads(path.read_text())
    path.write_text(json.dumps([{"text": "Ja, dat kan."}, {"custom": answer}]))
    assert main(["explain", "--receipt", str(path)]) == 0
    assert "Het besluit is hetzelfde." in capsys.readouterr().out


def test_a_reply_without_a_receipt_is_refused(capsys, tmp_path):
    path = tmp_path / "answer.json"
    path.write_text('[{"custom": {"type": "smalltalk"}}]')
    assert main(["explain", "--receipt", str(path)]) == 2
    assert "hier staat geen bewijs" in capsys.readouterr().err


def test_a_receipt_of_another_decision_is_noticed(capsys, tmp_path):
    path = receipt_of(tmp_path, hash="0" * 64, rule="learner-past-graduate")
    assert main(["explain", "--receipt", path]) == 1
    shown = capsys.readouterr().out
    assert "Het regelbestand is sindsdien gewijzigd." in shown
    assert "nu anders; toen gold learner-past-graduate" in shown


def test_a_receipt_that_is_not_complete_is_refused(capsys, tmp_path):
    path = tmp_path / "answer.json"
    path.write_text('{"receipt": {"edition": "2014-2020"}}')
    assert main(["explain", "--receipt", str(path)]) == 2
    assert "Dit bewijs is niet volledig" in capsys.readouterr().err


def test_diff_lists_what_changed_between_the_editions(capsys):
    assert main(["diff", "2014-2020", "2021-2027"]) == 1
    lines = capsys.readouterr().out.splitlines()
    for line in (
        "| verblijf learner | activity: unknown, unsaid | 10 tot en met 13 dagen | nee | ja |",
        "| verblijf learner | activity: group | 2 tot en met 13 dagen | nee | ja |",
        "| verblijf learner | activity: skills_competition | 1 tot en met 10 dagen | nee | ja |",
        "| verblijf staff | activity: teaching | 63 tot en met 365 dagen | nee | ja |",
        "| verblijf staff | activity: course | 11 tot en met 30 dagen | ja | hangt ervan af |",
        "| verblijf staff | activity: job_shadowing | 60 dagen | hangt ervan af | ja |",
        "| unlisted_training | altijd | voorwaarden | training-recognised | programme-listed |",
        "| pre_vocational | credit: no | oordeel | not_eligible | conditional |",
        "| landen | Servië | doet mee | misschien | ja |",
        "| landen | het Verenigd Koninkrijk | doet mee | ja | misschien |",
        "| editie | altijd | geldig | 2014-01-01 tot en met 2020-12-31 | "
        "2021-01-01 tot en met 2027-12-31 |",
    ):
        assert line in lines
    assert any(line.startswith("- course-length: Een cursus van 2 tot") for line in lines)


def test_diff_speaks_the_language_of_the_helpdesk(capsys):
    assert wegwijzer(["rules", "diff", "2014-2020", "2021-2027"]) == 1
    lines = capsys.readouterr().out.splitlines()
    for line in (
        "| verblijf Medewerker | Activiteit: Lesgeven of opleiden | 63 tot en met 365 dagen "
        "| nee | ja |",
        "| Vooropleiding (vmbo, schakeltraject) | Telt mee voor een latere beroepsopleiding: Nee "
        "| oordeel | Nee, dit kan niet | Dat hangt ervan af |",
    ):
        assert line in lines
    identifiers = ("_student", "activity:", "credit:", "purpose:", "not_eligible", "unsaid")
    assert not any(word in line for word in identifiers for line in lines)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A git repository with the editions, in which one limit was changed after the first commit."""
    folder = tmp_path / "editions"
    shutil.copytree(EDITIONS, folder)

    def git(*arguments):
        name = ["-c", "user.name=Iemand", "-c", "user.email=iemand@example.org"]
        subprocess.run(["git", "-C", folder, *name, *arguments], check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "Eerste versie")
    path = folder / "2014-2020.yml"
    path.write_text(path.read_text().replace("max: P12M", "max: P11M"))
    git("commit", "-am", "Korter")
    monkeypatch.setattr(tools, "EDITIONS", folder)
    return folder


@pytest.mark.parametrize("new", ["HEAD:2014-2020", "2014-2020"])
def test_diff_compares_two_revisions_of_git(capsys, repository, new):
    assert main(["diff", "HEAD~1:2014-2020", new]) == 1
    shown = capsys.readouterr().out
    assert "2 weken tot en met 12 maanden | 2 weken tot en met 11 maanden |" in shown
    assert main(["diff", "HEAD:2014-2020", new]) == 0


def test_diff_shows_a_country_that_now_takes_part(capsys, edited):
    path = edited("    - {name: Zweden}\n", "    - {name: Zweden}\n    - {name: Oekraïne}\n")
    assert main(["diff", "2014-2020", path]) == 1
    shown = capsys.readouterr().out
    assert "| landen | Oekraïne | doet mee | misschien | ja |" in shown
    assert "| land Oekraïne | De lijst van landen" in shown


def test_diff_of_an_edition_with_itself_is_empty(capsys):
    assert main(["diff", "2014-2020", "2014-2020"]) == 0
    assert "Wijzigingen in de regels: 0, in de teksten: 0." in capsys.readouterr().out


def test_diff_shows_a_changed_limit_and_text(capsys, edited):
    old, new = "max: P12M\n      explanation: Het", "max: P11M\n      explanation: Een"
    path = edited(old, new)
    assert main(["diff", "2014-2020", path]) == 1
    shown = capsys.readouterr().out
    assert "2 weken tot en met 12 maanden | 2 weken tot en met 11 maanden |" in shown
    assert "| learner-stay, explanation | Het verblijf" in shown


def test_diff_shows_a_changed_condition_with_its_text(capsys, edited):
    old = "De voorbereidende opleiding moet meetellen"
    assert main(["diff", "2014-2020", edited(old, "De vooropleiding moet meetellen")]) == 1
    shown = capsys.readouterr().out
    assert "| pre_vocational | credit: unknown | voorwaarden | geen | training-credited" in shown
    assert "| training-credited, text | De voorbereidende opleiding moet" in shown


def test_diff_shows_a_changed_graduation_limit(capsys, edited):
    assert main(["diff", "2014-2020", edited("limit: P12M", "limit: P6M")]) == 1
    assert "| graduate | altijd | grens | 12 maanden | 6 maanden |" in capsys.readouterr().out


def test_diff_needs_a_revision_that_git_knows(capsys):
    assert main(["diff", "geen-versie:2014-2020", "2014-2020"]) == 2
    assert "Git kent geen-versie:2014-2020 niet" in capsys.readouterr().err


def test_table_shows_every_row_with_its_source(capsys):
    assert main(["table", "2014-2020"]) == 0
    shown = capsys.readouterr().out
    assert "| ka1-learner-vet-student | learner: vet_student | altijd | eligible | KA1 |" in shown
    assert "| learner-stay | elke | 2 weken tot en met 12 maanden `" in shown


def test_table_as_a_page_draws_time_lines(capsys):
    assert main(["table", "--html"]) == 0
    shown = capsys.readouterr().out
    assert '<html lang="nl">' in shown
    for name in NAMES:
        assert f"<h2>Erasmus+ {name}</h2>" in shown
    assert 'style="left:0.0%;right:50.0%"' in shown, "2014-2020 is the first half of the time line"


def test_every_link_on_the_page_leads_somewhere(capsys):
    assert main(["table", "--html"]) == 0
    shown = capsys.readouterr().out
    places = re.findall(r' id="([^"]+)"', shown)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', shown)) <= set(places)
    assert "#2021-2027-quote-course-long" in shown


def test_table_in_markdown_draws_how_long_a_stay_may_last(capsys):
    assert main(["table", "2021-2027"]) == 0
    lines = capsys.readouterr().out.splitlines()
    drawn = {line.split(" | ")[0].strip("| "): line for line in lines if "`" in line}
    assert "`·········█████████······`" in drawn["learner-short-stay"]
    assert "`··███████▒▒▒▒▒··········`" in drawn["staff-course"]
    assert "| het Verenigd Koninkrijk | misschien |" in "\n".join(lines)


def test_the_published_tables_are_in_step(tmp_path, capsys):
    published = Path(__file__).parents[2] / "docs" / "regels"
    assert wegwijzer(["rules", "table", "--write", str(tmp_path)]) == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        path.name: path.read_text() for path in published.iterdir()
    }, "run: wegwijzer rules table --write docs/regels"


def test_the_schema_for_editors_is_in_step(capsys):
    assert main(["schema"]) == 0
    kept = (EDITIONS.parent / "edition.schema.json").read_text()
    assert capsys.readouterr().out == kept, "run: wegwijzer rules schema > edition.schema.json"


@pytest.mark.parametrize("name", NAMES)
def test_the_editions_follow_the_schema(name):
    loaded = YAML(typ="safe").load(EDITIONS / f"{name}.yml")
    plain = json.loads(json.dumps(loaded, default=str))
    assert list(Draft7Validator(json_schema()).iter_errors(plain)) == []


@pytest.mark.parametrize(
    ("document", "code", "words"),
    [
        ("Voor iedereen\n  die leert of werkt.", 0, "Citaten uit gids: 1, niet gevonden: 0."),
        ("Voor iedereen die werkt of leert.", 1, "het citaat everybody staat niet letterlijk"),
    ],
)
def test_quotes_must_stand_word_for_word_in_the_document(capsys, tmp_path, document, code, words):
    path = tmp_path / "source.txt"
    path.write_text(document)
    assert main(["quotes", str(SAMPLE), str(path)]) == code
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_every_change_to_a_table_is_noticed(name):
    found = list(mutants(EDITIONS / f"{name}.yml", load_scenarios(name)))
    assert len(found) > 500
    assert [mutant.change for mutant in found if not mutant.noticed_by] == []


def test_a_change_that_nobody_notices_is_reported():
    missed = [mutant.change for mutant in mutants(EDITIONS / "2014-2020.yml", [])
              if not mutant.noticed_by]  # fmt: skip
    assert "stays > learner > learner-stay > max: P12M → P13M" in missed
