"""The word vectors of a small spaCy model, in half the time; the numbers stay the same.

thinc runs the network as forty layers, each ready to be trained. For a message of fifteen words
most of the time goes between the layers. Here the same steps are taken at once, and the part that
depends on one word only is multiplied out beforehand.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

Floats = np.ndarray[Any, np.dtype[np.float32]]

_EMBED = ("extract_features", "list2ragged", "with_array", "with_array", "ragged2list")
_CHOICES = 3  # maxout takes the largest of three


class _UnknownNetworkError(Exception):
    """The network is built in another way than is known here."""


class _Step(NamedTuple):
    """A maxout layer and the layer norm behind it; the choices stand one block after another."""

    matrix: Floats
    bias: Floats
    scale: Floats
    shift: Floats

    @classmethod
    def of(cls, layer: Model[Any, Any]) -> _Step:
        maxout, norm = _layers(layer, "maxout", "layernorm")
        matrix, bias = maxout.get_param("W"), maxout.get_param("b")
        if matrix.shape[1] != _CHOICES:
            raise _UnknownNetworkError
        return cls(
            np.asfortranarray(np.concatenate(np.moveaxis(matrix, 1, 0)).T),
            np.concatenate(bias.T),
            norm.get_param("G"),
            norm.get_param("b"),
        )

    def finish(self, found: Floats) -> Floats:
        """What a maxout and a layer norm make of what the matrix found."""
        found += self.bias
        width = len(self.scale)
        chosen = np.maximum(found[:, :width], found[:, width : 2 * width])
        np.maximum(chosen, found[:, 2 * width :], out=chosen)
        chosen -= chosen.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", chosen, chosen) / width
        chosen *= (1 / np.sqrt(variance + 1e-8))[:, None]
        chosen *= self.scale
        chosen += self.shift
        return chosen


class _WordVectors:
    """The network that is read from a model of thinc."""

    def __init__(self, network: Model[Any, Any]) -> None:
        embed, encode = network.layers
        features, _, hashed, mixed, _ = _layers(embed, *_EMBED)
        self._ops = network.ops
        self._columns = features.attrs["columns"]
        self._mix = _Step.of(mixed.layers[0].layers[0])
        self._padding = encode.attrs["pad"]
        self._steps = []
        for residual in encode.layers[0].layers:
            window, rest = _layers(residual.layers[0], "expand_window", None)
            if window.attrs["window_size"] != 1:
                raise _UnknownNetworkError
            self._steps.append(_Step.of(rest.layers[0]))

        self._seeds, self._sizes, tables = [], [], []
        start = 0
        for column in hashed.layers[0].layers:
            _, embedding = _layers(column, "ints-getitem", "hashembed")
            table = embedding.get_param("E")
            self._seeds.append(embedding.attrs["seed"])
            self._sizes.append(len(table))
            tables.append(table @ self._mix.matrix[start : start + table.shape[1]])
            start += table.shape[1]
        self._starts = np.cumsum([0, *self._sizes[:-1]])
        self._table = np.concatenate(tables)

    def of(self, doc: Doc) -> Floats:
        """The vectors of the words of a document, one row each."""
        padding = self._padding
        rows = np.zeros((len(doc) + 2 * (padding + 1), len(self._mix.scale)), np.float32)
        vectors = rows[1:-1]
        words = vectors[padding : len(vectors) - padding]
        if len(doc):
            columns = np.ascontiguousarray(doc.to_array(self._columns).T)
            tables = zip(columns, self._seeds, self._sizes, self._starts, strict=True)
            keys = [self._ops.hash(ids, seed) % size + start for ids, seed, size, start in tables]
            found = self._ops.gather_add(self._table, np.concatenate(keys, 1).astype(np.uint32))
            words[:] = self._mix.finish(found)
        for step in self._steps:
            around = np.concatenate([rows[:-2], vectors, rows[2:]], axis=1)
            vectors += step.finish(around @ step.matrix)
        return words.copy()


def quicken(language: Language) -> None:
    """Lets the model make its word vectors at once; leaves one that is built otherwise as it is."""
    if "tok2vec" not in language.pipe_names:
        return
    component = language.get_pipe("tok2vec")
    try:
        vectors = _WordVectors(component.model)
    except (_UnknownNetworkError, ValueError, KeyError, IndexError):
        return

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Any, Any]:
        return [vectors.of(doc) for doc in docs], None

    component.model = Model("word_vectors", forward, dims={"nO": component.model.get_dim("nO")})


def _layers(parent: Model[Any, Any], *names: str | None) -> list[Model[Any, Any]]:
    """The layers of a model, if they are those named; ``None`` may be any."""
    layers = parent.layers
    if len(layers) == len(names):
        pairs = zip(layers, names, strict=True)
        if all(name is None or layer.name.startswith(name) for layer, name in pairs):
            return layers
    raise _UnknownNetworkError
