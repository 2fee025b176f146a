"""Finds what is wrong in the files of a Rasa project, and says it in one line with its place."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from rasa.engine.exceptions import GraphComponentException, GraphSchemaValidationException
from rasa.nlu.model import InvalidModelError
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.exceptions import InvalidConfigException, RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.utils.common import class_from_module_path

FAULTS_OF_THE_CONFIGURATION = (
    GraphComponentException,
    GraphSchemaValidationException,
    InvalidConfigException,
    InvalidModelError,
)


class ProjectError(RasaException):
    """A file of the project is broken; the message is one line that names file and place."""


def check_project(project: Path) -> None:
    """Refuse what Rasa only warns about: names that the domain doesn't know, and the like.

    Raises:
        ProjectError: the first such fault.
        RasaException: a file can't be read at all.
    """
    for name in ("config.yml", "domain.yml", "data"):
        if not (project / name).exists():
            raise ProjectError(
                f"{name} staat niet in {project.resolve()}: start dit commando in de map van de bot"
            )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        importer = TrainingDataImporter.load_from_config(
            str(project / "config.yml"), str(project / "domain.yml"), [str(project / "data")]
        )
        for fault in (*_unknown_components(importer), *_unknown_names(importer, project)):
            raise ProjectError(fault)
    for warning in caught:
        issue = re.match(r"Issue found in '(.+?)':\s*(.+)", str(warning.message), re.DOTALL)
        if issue:
            raise ProjectError(f"{issue[1]}: {_joined(issue[2])}")


@contextlib.contextmanager
def faults_in_one_line(project: Path) -> Iterator[None]:
    """Turn every error of Rasa about the project's files into a ``ProjectError``."""
    try:
        yield
    except ProjectError:
        raise
    except (RasaException, GraphComponentException, GraphSchemaValidationException) as error:
        raise ProjectError(_in_one_line(error, project)) from error


def _unknown_components(importer: TrainingDataImporter) -> Iterator[str]:
    configuration = importer.get_config()
    for part in (*configuration.get("pipeline", ()), *configuration.get("policies", ())):
        name = part.get("name", "")
        if "." in name:
            try:
                class_from_module_path(name)
            except (ImportError, AttributeError, RasaException) as error:
                yield f"config.yml: onderdeel {name} is niet te laden: {_joined(str(error))}"


def _unknown_names(importer: TrainingDataImporter, project: Path) -> Iterator[str]:
    domain = importer.get_domain()
    intents_of_example: dict[str, str] = {}
    for example in importer.get_nlu_data().intent_examples:
        text, intent = example.get("text"), example.get("intent")
        if intent not in domain.intents:
            place = _place(project, rf"intent: {re.escape(intent)}\b")
            yield f"{place}: intent {intent} staat niet in domain.yml"
        if intents_of_example.setdefault(text, intent) != intent:
            place = _place(project, rf"- {re.escape(text)}$")
            yield f"{place}: {text!r} staat bij {intents_of_example[text]} en bij {intent}"
    for step in importer.get_stories().story_steps:
        for event in step.events:
            if isinstance(event, UserUttered):
                kind, name, known = "intent", event.intent_name, domain.intents
            elif isinstance(event, ActionExecuted):
                kind, name, known = "action", event.action_name, domain.action_names_or_texts
            elif isinstance(event, SlotSet):
                kind, name, known = "slot", event.key, [slot.name for slot in domain.slots]
            else:
                continue
            if name and name not in known:
                place = _place(project, rf"(?<![\w-]){re.escape(name)}(?![\w-])")
                yield f"{place}: {kind} {name} staat niet in domain.yml"


def _place(project: Path, pattern: str) -> str:
    """The file and line of the training data in which a pattern first occurs."""
    for file in sorted((project / "data").rglob("*.yml")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(pattern, line):
                return f"{file.relative_to(project)}, regel {number}"
    return "data"


def _in_one_line(error: RasaException, project: Path) -> str:
    text = str(error)
    if broken_yaml := re.search(
        r'^(?:Failed to read .+?\. )?(.+?)\n +in "(.+?)", line (\d+)', text, re.DOTALL
    ):
        problem, file, line = broken_yaml.groups()
        return f"{_name(file, project)}, regel {line}: geen geldige YAML ({_joined(problem)})"
    if wrong_key := re.search(r"^ +in (.+?):(\d+):\n +([^\n]+)", text, re.MULTILINE):
        file, line, problem = wrong_key.groups()
        return f"{_name(file, project)}, regel {line}: {problem}"
    if contradiction := re.search(r"^- (.+ in (?:rule|story) '(.+?)' .+)$", text, re.MULTILINE):
        problem, name = contradiction.groups()
        place = _place(project, rf"(rule|story): .?{re.escape(name)}")
        return f"{place}: {problem}"
    if isinstance(error, GraphComponentException) and error.__cause__:
        text = f"{text} {error.__cause__}"
    if isinstance(error, FAULTS_OF_THE_CONFIGURATION):
        return "config.yml: " + _joined(text).removeprefix("config.yml: ")
    return _joined(text)


def _name(file: str, project: Path) -> str:
    if file == "<unicode string>":  # Rasa reads only its configuration from a string
        return "config.yml"
    path = Path(file).resolve()
    root = project.resolve()
    return str(path.relative_to(root)) if path.is_relative_to(root) else file


def _joined(text: str) -> str:
    return " ".join(text.split())
