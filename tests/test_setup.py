"""The environment, the model that fits the data, and the command `rasa`."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from running_bot import ROOT

from bot.runtime import clock, model
from bot.runtime.project import ProjectError, check_project, faults_in_one_line
from bot.runtime.settings import SettingError, Settings

REQUIREMENT = re.compile(r"^([a-z0-9-]+)==\S+( ; .+)?( \\\n    --hash=sha256:[0-9a-f]{64})+$")


@pytest.mark.parametrize("name", ["tensorflow", "keras", "jax", "tensorflow_hub", "torch"])
def test_no_heavy_framework_is_installed(name: str) -> None:
    assert find_spec(name) is None


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_hash_and_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert REQUIREMENT.match(requirement), requirement


def test_every_dependency_is_in_the_requirements() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for file, dependencies in (
        ("requirements.txt", pyproject["project"]["dependencies"]),
        ("requirements-dev.txt", pyproject["dependency-groups"]["dev"]),
    ):
        pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / file).read_text(), re.MULTILINE))
        assert {re.split(r"[<=>]", dependency)[0] for dependency in dependencies} <= pinned


def test_importing_rasa_prints_nothing() -> None:
    result = run("-c", "import rasa.core.agent, rasa.model_training", cwd=ROOT)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_other_programs_do_not_import_rasa() -> None:
    result = run("-c", "import sys; print({'numpy', 'rasa', 'sanic'} & sys.modules.keys())")
    assert result.stdout == "set()\n"


def test_serving_loads_no_library_for_training_or_drawing() -> None:
    loaded = (
        "{'jwt.algorithms', 'langcodes.data_dicts', 'matplotlib', 'scipy.stats', 'sklearn',"
        " 'setuptools', 'apscheduler', 'socketio', 'typer', 'urllib3'} & sys.modules.keys()"
    )
    # The first is what the policy for rules imports, the second is named in every model.
    names = "bot.runtime.server, rasa.graph_components.validators.default_recipe_validator"
    result = run("-c", f"import sys, {names}; print({loaded})", cwd=ROOT)
    assert (result.stdout, result.stderr) == ("set()\n", "")


def test_what_is_loaded_when_it_is_used_works_as_ever() -> None:
    program = (
        "import spacy, rasa.core.channels as c; print(len(c.BUILTIN_CHANNELS), c.RestInput.name());"
        "print(spacy.info(silent=True)['spacy_version'] == spacy.__version__);"
        "from spacy.cli import download; import jwt, langcodes, requests;"
        "from rasa.core.jobs import scheduler; import rasa.core.agent;"
        "print(jwt.encode, langcodes.get('nl').language, requests.get)"
    )
    result = run("-c", program)
    assert result.stderr == ""
    assert result.stdout.startswith("15 rest\nTrue\n<")


def test_a_client_that_is_left_out_says_so_when_it_is_used() -> None:
    result = run("-c", "import rasa.core.channels as c; c.slack.AsyncWebClient('token')")
    assert result.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: slack_sdk.web.async_client.AsyncWebClient is niet geïnstalleerd: "
        "zie bot/runtime/no_tensorflow.py"
    )


@pytest.mark.parametrize(
    ("component", "section"),
    [
        ("DIETClassifier", "pipeline"),
        ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", "pipeline"),
        ("ResponseSelector", "pipeline"),
        ("ConveRTFeaturizer", "pipeline"),
        ("LanguageModelFeaturizer", "pipeline"),
        ("TEDPolicy", "policies"),
        ("UnexpecTEDIntentPolicy", "policies"),
    ],
)
def test_a_component_that_needs_tensorflow_is_refused(
    tiny_project: Path, component: str, section: str
) -> None:
    edit(tiny_project / "config.yml", f"{section}:", f"{section}:\n  - name: {component}")
    with pytest.raises(ProjectError) as refusal:
        model.train(tiny_project)
    assert str(refusal.value) == (
        f"config.yml: {component.split('.')[-1]} heeft TensorFlow nodig, en deze bot draait "
        "zonder; kies een ander onderdeel (zie docs/adr/0001-no-tensorflow.md)."
    )


@pytest.mark.parametrize(
    ("file", "right", "wrong", "error"),
    [
        (
            "data/rules.yml",
            "rule: greet",
            "rule: greet: twice",
            "data/rules.yml, regel 3: geen geldige YAML (mapping values are not allowed here)",
        ),
        (
            "data/rules.yml",
            "intent: greet",
            "intend: greet",
            "data/rules.yml, regel 5: Key 'intend' was not defined. Path: '/rules/0/steps/0'",
        ),
        (
            "data/rules.yml",
            "intent: greet",
            "intent: groet",
            "data/rules.yml, regel 5: intent groet staat niet in domain.yml",
        ),
        (
            "data/rules.yml",
            "action: utter_greet",
            "action: action_greet",
            "data/rules.yml, regel 6: action action_greet staat niet in domain.yml",
        ),
        (
            "data/rules.yml",
            "- action: utter_greet",
            "- slot_was_set:\n        - name: An\n      - action: utter_greet",
            "data/rules.yml, regel 7: slot name staat niet in domain.yml",
        ),
        (
            "data/nlu.yml",
            "intent: greet",
            "intent: groet",
            "data/nlu.yml, regel 3: intent groet staat niet in domain.yml",
        ),
        (
            "data/nlu.yml",
            "- maak iets stuk",
            "- hallo",
            "data/nlu.yml, regel 6: 'hallo' staat bij greet en bij ask_trouble",
        ),
        (
            "domain.yml",
            "intents:",
            "intents: [",
            "domain.yml, regel 4: geen geldige YAML",
        ),
        (
            "domain.yml",
            "- text: Dag!",
            "text: Dag!",
            "domain.yml, regel 14: Value",
        ),
        (
            "config.yml",
            "pipeline:",
            "pipeline: [",
            "config.yml, regel 6: geen geldige YAML",
        ),
        (
            "config.yml",
            "- name: CountVectorsFeaturizer",
            "- name: bot.runtime.components.Nothing",
            "config.yml: onderdeel bot.runtime.components.Nothing is niet te laden",
        ),
    ],
)
def test_a_broken_file_is_named_with_the_place(
    tiny_project: Path, file: str, right: str, wrong: str, error: str
) -> None:
    edit(tiny_project / file, right, wrong)
    with pytest.raises(ProjectError) as refusal, faults_in_one_line(tiny_project):
        check_project(tiny_project)
    assert str(refusal.value).startswith(error)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "error"),
    [
        (
            "config.yml",
            "CountVectorsFeaturizer",
            "CountVectorFeaturizer",
            "config.yml: Can't load class for name 'CountVectorFeaturizer'.",
        ),
        (
            "config.yml",
            "  - name: CountVectorsFeaturizer\n",
            "",
            "config.yml: 1 components are missing required components",
        ),
        (
            "data/rules.yml",
            "  - rule: trouble",
            "  - rule: greet again\n    steps:\n      - intent: greet\n"
            "      - action: action_in_trouble\n  - rule: trouble",
            "data/rules.yml, regel 11: the prediction of the action 'action_in_trouble' in rule "
            "'greet again' is contradicting with rule(s) 'greet'.",
        ),
    ],
)
def test_a_fault_found_in_training_is_one_line_too(
    tiny_project: Path, file: str, right: str, wrong: str, error: str
) -> None:
    edit(tiny_project / file, right, wrong)
    with pytest.raises(ProjectError) as refusal:
        model.train(tiny_project)
    assert str(refusal.value).startswith(error)
    assert "\n" not in str(refusal.value)


def test_the_right_folder_is_asked_for(tmp_path: Path) -> None:
    result = run("-m", "bot.cli", "train", cwd=tmp_path)
    assert result.stderr.startswith("Fout: config.yml staat niet in ")


def test_a_model_is_trained_once_and_again_after_a_change(trained_tiny_project: Path) -> None:
    assert run("-m", "bot.cli", "train", cwd=trained_tiny_project).stdout == (
        "Het model past bij de gegevens van nu.\n"
    )
    first = model.fitting_model(trained_tiny_project)
    assert first is not None
    data = trained_tiny_project / "data" / "nlu.yml"
    before = data.read_text(encoding="utf-8")
    edit(data, "- dag", "- goeiedag")
    assert model.fitting_model(trained_tiny_project) is None
    data.write_text(before, encoding="utf-8")
    assert model.fitting_model(trained_tiny_project) == first


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("config.yml", True),
        ("domain.yml", True),
        ("data/rules.yml", True),
        ("data/more/new.yml", True),
        ("requirements.txt", True),
        ("endpoints.yml", False),
        ("data/__pycache__/x.pyc", False),
        ("var/conversations.db", False),
    ],
)
def test_what_the_model_depends_on(tiny_project: Path, file: str, matters: bool) -> None:
    before = model.fingerprint(tiny_project)
    (tiny_project / file).parent.mkdir(parents=True, exist_ok=True)
    with (tiny_project / file).open("a", encoding="utf-8") as changed:
        changed.write("# changed\n")
    assert (model.fingerprint(tiny_project) != before) is matters


@pytest.mark.parametrize(
    "file",
    ["eligibility/editions/2014-2020.yml", "language/lexicon/new.yml", "runtime/components.py"],
)
def test_the_model_depends_on_our_own_rules_and_code(
    tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setattr("bot.__file__", str(tmp_path / "bot" / "__init__.py"))
    before = model.fingerprint(tiny_project)
    (tmp_path / "bot" / file).parent.mkdir(parents=True)
    (tmp_path / "bot" / file).write_text("x", encoding="utf-8")
    assert model.fingerprint(tiny_project) != before


def test_the_command_rasa_trains_validates_and_tests(tiny_project: Path) -> None:
    (tiny_project / "tests").mkdir()
    (tiny_project / "tests" / "test_greet.yml").write_text(
        "stories:\n- story: greet\n  steps:\n  - user: hallo\n    intent: greet\n"
        "  - action: utter_greet\n",
        encoding="utf-8",
    )
    for command in (["data", "validate"], ["train"], ["test", "core", "--stories", "tests"]):
        result = run("-m", "rasa", *command, cwd=tiny_project)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "DeprecationWarning" not in result.stderr
    assert list((tiny_project / "models").glob("*.tar.gz"))


def test_the_command_rasa_refuses_tensorflow_in_one_line(tiny_project: Path) -> None:
    edit(tiny_project / "config.yml", "CountVectorsFeaturizer", "DIETClassifier")
    result = run("-m", "rasa", "train", cwd=tiny_project)
    assert result.returncode == 1
    assert "config.yml: DIETClassifier heeft TensorFlow nodig" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_telemetry_is_off_whatever_the_environment_says() -> None:
    program = "import os; os.environ['RASA_TELEMETRY_ENABLED'] = 'true'; import rasa.telemetry; "
    result = run("-c", program + "print(rasa.telemetry.is_telemetry_enabled())")
    assert result.stdout == "False\n"


def test_settings_have_defaults() -> None:
    assert Settings.from_environment({}) == Settings(
        host="127.0.0.1", port=5005, bot_today=None, edition="2014-2020", allowed_origins=()
    )


def test_settings_are_read() -> None:
    environment = {
        "HOST": "::1",
        "PORT": " 80 ",
        "BOT_TODAY": "2026-09-01",
        "EDITION": "",
        "ALLOWED_ORIGINS": "https://school.nl, http://localhost:8000",
    }
    assert Settings.from_environment(environment) == Settings(
        host="::1",
        port=80,
        bot_today=date(2026, 9, 1),
        allowed_origins=("https://school.nl", "http://localhost:8000"),
    )


def test_the_clock_can_be_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TODAY", "2024-02-29")
    assert clock.today() == date(2024, 2, 29)
    monkeypatch.setenv("BOT_TODAY", "2023-02-29")
    with pytest.raises(SettingError, match="BOT_TODAY=2023-02-29"):
        clock.today()


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=300
    )


def edit(file: Path, right: str, wrong: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
