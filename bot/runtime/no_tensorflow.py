"""Lets Rasa 3.6 run without TensorFlow and without the clients of services nobody uses here.

Rasa imports TensorFlow in nine of its modules and, at its start, the client library of every chat
service and cloud it supports. `install` puts a finder on `sys.meta_path` that hands Rasa an empty
placeholder for those imports and leaves every other import alone. The file
`wegwijzer_no_tensorflow.pth`, which `make install` puts into site-packages, calls `install` in
every Python of the environment, so that the command `rasa` works as its users know it.

A placeholder does nothing until it is used: a component that needs TensorFlow is refused when
`config.yml` names it, a missing client library when something creates one of its objects.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

COMPONENTS_THAT_NEED_TENSORFLOW = {
    "rasa.core.policies.ted_policy": "TEDPolicy",
    "rasa.core.policies.unexpected_intent_policy": "UnexpecTEDIntentPolicy",
    "rasa.nlu.classifiers.diet_classifier": "DIETClassifier",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": "ConveRTFeaturizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": "LanguageModelFeaturizer",
    "rasa.nlu.selectors.response_selector": "ResponseSelector",
}
HELPERS_THAT_NEED_TENSORFLOW = {
    "rasa.utils.tensorflow.callback",
    "rasa.utils.tensorflow.data_generator",
    "rasa.utils.tensorflow.model_data",  # needs none itself, but is for those that do
}
LOADED_WHEN_USED = {
    "dask",  # plans a graph, which ours does itself
    "jwt",  # reads signed messages of channels, with a library of 10 MB
    "langcodes",  # tells spaCy which languages are related
    "rasa.core.jobs",  # reminders, which our domain has not
    "rasa.utils.plotting",  # loads matplotlib, and comes with Rasa's tests of a model
    "requests",  # asks services of others
}
# Rasa's package loads all its channels, of which a bot without them needs the base only. `import
# spacy` needs one function of a package that loads all its commands.
CHANNELS = "rasa.core.channels"
SPACY_COMMANDS = "spacy.cli"
Prepare = Callable[[ModuleType], Collection[str]]
# Imported by the command `rasa` only, which calls its functions before it does anything else.
RASA_COMMAND_SET_UP = "rasa.utils.tensorflow.environment"
LIBRARIES_LEFT_OUT = (
    "aiogram",
    "boto3",
    "botocore",
    "google.auth",
    "google.oauth2",
    "pymongo",
    "slack_sdk",
    "twilio",
    "webexteamssdk",
)


def install() -> None:
    """Make `import rasa` work in this process; calling it again changes nothing."""
    if not any(isinstance(finder, _PlaceholderFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _PlaceholderFinder())


class _PlaceholderFinder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "rasa":
            _keep_rasa_quiet()
        elif fullname in COMPONENTS_THAT_NEED_TENSORFLOW:
            return ModuleSpec(fullname, _ComponentPlaceholder())
        elif fullname in HELPERS_THAT_NEED_TENSORFLOW:
            return ModuleSpec(fullname, _Placeholder())
        elif fullname in LOADED_WHEN_USED:
            return _when_used(PathFinder.find_spec(fullname, path))
        elif prepare := _PREPARED.get(fullname):
            return _rest_when_used(PathFinder.find_spec(fullname, path), prepare)
        elif fullname == RASA_COMMAND_SET_UP:
            return ModuleSpec(fullname, _RasaCommandSetUp())
        elif _is_left_out(fullname) and PathFinder.find_spec(fullname, path) is None:
            return ModuleSpec(fullname, _Placeholder(), is_package=True)
        return None


class _Placeholder(Loader):
    """Loads a module in which every public name is a class that can't be instantiated."""

    def exec_module(self, module: ModuleType) -> None:
        def placeholder(name: str) -> type:
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (_NotInstalled,), {"__module__": module.__name__})

        module.__getattr__ = placeholder  # type: ignore[method-assign]


class _NotInstalled(Exception):  # noqa: N818
    # An exception, because Rasa also names classes of these libraries in `except` clauses.
    def __init__(self, *args: object, **kwargs: object) -> None:
        raise ModuleNotFoundError(
            f"{type(self).__module__}.{type(self).__name__} is niet geïnstalleerd: "
            "zie bot/runtime/no_tensorflow.py"
        )


class _ComponentPlaceholder(_Placeholder):
    def exec_module(self, module: ModuleType) -> None:
        from rasa.engine.recipes.default_recipe import DefaultV1Recipe

        super().exec_module(module)
        name = COMPONENTS_THAT_NEED_TENSORFLOW[module.__name__]
        setattr(module, name, type(name, (), {"__module__": module.__name__}))
        DefaultV1Recipe._registered_components[name] = _RefusedComponent(name)


class _RefusedComponent:
    """What Rasa finds when `config.yml` names a component that needs TensorFlow."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        from rasa.shared.exceptions import InvalidConfigException

        raise InvalidConfigException(
            f"config.yml: {self._name} heeft TensorFlow nodig, en deze bot draait zonder; "
            "kies een ander onderdeel (zie docs/adr/0001-no-tensorflow.md)."
        )


class _RasaCommandSetUp(_Placeholder):
    def exec_module(self, module: ModuleType) -> None:
        from bot.runtime.endpoints import use_our_endpoints

        module.setup_tf_environment = use_our_endpoints  # type: ignore[attr-defined]
        # Called after Rasa has set warning filters of its own.
        module.check_deterministic_ops = _hide_deprecations  # type: ignore[attr-defined]


class _RestWhenUsed(Loader):
    """Gives a package what `prepare` gives it, and loads all of it when another name is used.

    `prepare` returns the names of modules that stand in for the package's own until then.
    """

    def __init__(self, whole: Loader, prepare: Prepare) -> None:
        self._whole = whole
        self._prepare = prepare

    def exec_module(self, module: ModuleType) -> None:
        def load(name: str) -> object:
            if name.startswith("__"):
                raise AttributeError(name)
            del module.__getattr__
            for stand_in in stand_ins:
                del sys.modules[stand_in]
            self._whole.exec_module(module)
            return getattr(module, name)

        module.__getattr__ = load  # type: ignore[method-assign]
        stand_ins = self._prepare(module)


def _base_of_channels(package: ModuleType) -> Collection[str]:
    base = import_module(f"{CHANNELS}.channel")
    for name in ("InputChannel", "OutputChannel", "UserMessage", "CollectingOutputChannel"):
        setattr(package, name, getattr(base, name))
    return ()


def _spacy_info(package: ModuleType) -> Collection[str]:
    stand_in = ModuleType(f"{SPACY_COMMANDS}.info")
    stand_in.info = lambda *args, **kwargs: package.info(*args, **kwargs)  # type: ignore[attr-defined]
    sys.modules[stand_in.__name__] = stand_in
    return (stand_in.__name__,)


_PREPARED: dict[str, Prepare] = {CHANNELS: _base_of_channels, SPACY_COMMANDS: _spacy_info}


def _rest_when_used(spec: ModuleSpec | None, prepare: Prepare) -> ModuleSpec | None:
    if spec and spec.loader:
        spec.loader = _RestWhenUsed(spec.loader, prepare)
    return spec


def _when_used(spec: ModuleSpec | None) -> ModuleSpec | None:
    if spec and spec.loader:
        spec.loader = LazyLoader(spec.loader)
    return spec


def _is_left_out(fullname: str) -> bool:
    return fullname.startswith(LIBRARIES_LEFT_OUT) and any(
        fullname == library or fullname.startswith(f"{library}.") for library in LIBRARIES_LEFT_OUT
    )


def _keep_rasa_quiet() -> None:
    """No telemetry, and no notices about Rasa's own old dependencies."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    with _pythons_own_distutils():
        import sanic.app  # noqa: F401  # its import sets a filter that would undo the next line

    _hide_deprecations()


@contextmanager
def _pythons_own_distutils() -> Iterator[None]:
    """Two libraries need one function of it; setuptools would load all of itself in its place."""
    finders = sys.meta_path.copy()
    sys.meta_path[:] = [f for f in finders if type(f).__name__ != "DistutilsMetaFinder"]
    try:
        yield
    finally:
        sys.meta_path[:] = finders
        for name in [name for name in sys.modules if name.split(".")[0] == "distutils"]:
            del sys.modules[name]  # whoever else asks gets that of setuptools


def _hide_deprecations() -> None:
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning)
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
