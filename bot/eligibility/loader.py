"""Reading rule tables strictly: a table is sound, or every fault in it is named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.eligibility import soundness
from bot.eligibility.edited_file import (
    EditedFile,
    Fault,
    FaultyFileError,
    Problem,
    form_problems,
)
from bot.eligibility.table import Edition

EDITIONS = Path(__file__).parent / "editions"

_CHECK_PATH = "Controleer de naam en de map"


class EditionError(FaultyFileError):
    """A rule table is broken; the message is one line on the first fault."""


class NoEditionError(LookupError):
    """No edition covers a day."""


def load_edition(path: Path) -> Edition:
    """Read one edition.

    Raises ``EditionError`` if the file is unreadable or anything in it is wrong, and with it all
    faults at once.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        fault = Fault(
            str(path), 1, None, f"het bestand is niet te lezen ({error.strerror})", _CHECK_PATH
        )
        raise EditionError([fault]) from error
    return parse_edition(content, path)


@lru_cache(maxsize=4)
def parse_edition(content: bytes, path: Path) -> Edition:
    """Read the content of one edition's file; ``path`` names it. Raises ``EditionError``."""
    try:
        file = EditedFile(content, path.name)
    except FaultyFileError as error:
        raise EditionError(error.faults) from error
    edition, problems = build_edition(file.values)
    if edition and edition.edition != path.stem:
        problem = f"de editie heet {edition.edition!r}, maar het bestand {path.name!r}"
        remedy = f"Geef ze dezelfde naam: {edition.edition}.yml"
        problems.append(Problem(("edition",), problem, remedy))
    if problems or edition is None:
        raise EditionError(map(file.fault, problems))
    return edition.fingerprinted(hashlib.sha256(content).hexdigest())


def load_editions(folder: Path = EDITIONS) -> dict[str, Edition]:
    """All editions in a folder by name, oldest first; raises ``EditionError``.

    Their days of validity do not overlap.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise EditionError([Fault(str(folder), 1, None, "hier staat geen editie", _CHECK_PATH)])
    editions = sorted(
        (load_edition(file) for file in files), key=lambda edition: edition.valid.first_day
    )
    faults = []
    for earlier, later in pairwise(editions):
        if later.valid.first_day <= earlier.valid.last_day:
            name = f"{later.edition}.yml"
            file = EditedFile((folder / name).read_bytes(), name)
            problem = (
                f"deze editie begint op {later.valid.first_day}, "
                f"maar {earlier.edition} geldt tot en met {earlier.valid.last_day}"
            )
            remedy = "Pas een van de datums aan"
            faults.append(file.fault(Problem(("valid",), problem, remedy)))
    if faults:
        raise EditionError(faults)
    return {edition.edition: edition for edition in editions}


def edition_on(editions: Iterable[Edition], day: date) -> Edition:
    """The edition that holds on a day.

    Raises ``NoEditionError``, whose message says until when the last one before it holds.
    """
    known = sorted(editions, key=lambda edition: edition.valid.first_day)
    for edition in known:
        if day in edition.valid:
            return edition
    earlier = [edition for edition in known if edition.valid.last_day < day]
    if earlier:
        last = earlier[-1]
        raise NoEditionError(
            f"Voor {day} is er geen editie. De laatste, {last.edition}, "
            f"geldt tot en met {last.valid.last_day}."
        )
    raise NoEditionError(
        f"Voor {day} is er geen editie. De eerste, {known[0].edition}, "
        f"geldt vanaf {known[0].valid.first_day}."
    )


def build_edition(values: Any) -> tuple[Edition | None, list[Problem]]:
    """The edition that plain values describe, and all that is wrong with them."""
    try:
        edition = Edition.parse_obj(values)
    except ValidationError as error:
        return None, list(form_problems(error, values))
    return edition, soundness.problems(edition)
